"""The one assertion about errors, used for every endpoint."""

from http import HTTPStatus
from typing import Any

PROBLEM_MEMBERS = {"type", "title", "status", "detail", "code"}


def assert_problem(response: Any, status: int, code: str | None = None, *, fields: set[str] | None = None) -> Any:
    """Assert that a response is an RFC 9457 problem in the house's shape and return its body.

    Args:
        response: What the client received.
        status: The status expected in the status line and in the body.
        code: The code expected; any non-empty one if left out.
        fields: The fields that `errors` must name, exactly.
    """
    assert response.status_code == status, f"{response.status_code}: {response.content[:500]!r}"
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) - {"errors", "data"} == PROBLEM_MEMBERS, body
    assert (body["type"], body["title"], body["status"]) == ("about:blank", HTTPStatus(status).phrase, status), body
    assert body["detail"], "a problem says what is wrong"
    assert body["code"] == code if code else body["code"], body
    for error in body.get("errors", []):
        assert set(error) == {"field", "code", "detail"}
        assert error["code"], error
        assert error["detail"], error
    if fields is not None:
        assert {error["field"] for error in body.get("errors", [])} == fields, body
    return body
