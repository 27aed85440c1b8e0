"""The base of every error that the services raise on purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldProblem:
    """One thing that is wrong with one field of the input."""

    field: str
    code: str
    detail: str


class SupplyBrainError(Exception):
    """An expected failure: a stable code for programs, a message for people, data for both.

    Subclasses set `code` and `status`. The API turns every one of them into `application/problem+json`.
    """

    code = "error"
    status = 400

    def __init__(
        self, message: str, *, data: Mapping[str, object] | None = None, problems: Sequence[FieldProblem] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.data = dict(data or {})
        self.problems = tuple(problems)


class NotFoundError(SupplyBrainError):
    """What was asked for does not exist."""

    code = "not_found"
    status = 404


class InvalidInputError(SupplyBrainError):
    """The input is well-formed but means nothing; `problems` names the fields."""

    code = "invalid_input"
    status = 400


class ConflictError(SupplyBrainError):
    """The request is right but collides with what is stored."""

    code = "conflict"
    status = 409
