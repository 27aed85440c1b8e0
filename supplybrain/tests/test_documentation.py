"""What is written about the environment is what the code reads: no variable unknown, none forgotten."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from supplybrain.processes import PROJECT

READERS = {"read_str", "read_bool", "read_int", "read_list", "read_choice"}
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}  # docker-compose.yml makes URLs of them
NOT_IN_COMPOSE = {  # decided by the image or by docker-compose.yml itself
    "CODE_VERSION",
    "PORT",
    "PROMETHEUS_MULTIPROC_DIR",  # a container counts for itself
    "WEB_HOST",
    "WHITENOISE_USE_FINDERS",
    "WORKER_NAME",
}


def list_variables_read(path: Path) -> set[str]:
    """Return the first arguments of all calls of the environment's readers in a module."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in READERS
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def list_all_read() -> set[str]:
    modules = [path for path in (PROJECT / "supplybrain").rglob("*.py") if "tests" not in path.parts]
    return set().union(*(list_variables_read(path) for path in modules))


def list_example() -> list[str]:
    return re.findall(
        r"^(?:# )?([A-Z][A-Z0-9_]+)=", (PROJECT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE
    )


def test_the_reading_code_is_found() -> None:
    assert {"SECRET_KEY", "DEBUG", "WEB_WORKERS", "WORKER_CONCURRENCY", "PORT", "LOG_LEVEL"} <= list_all_read()


def test_the_example_lists_every_variable_once_and_no_other() -> None:
    assert sorted(list_example()) == sorted(list_all_read() | COMPOSE_ONLY)


def test_the_example_has_a_comment_before_every_variable() -> None:
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    comment = re.compile(r"# (?![A-Z][A-Z0-9_]+=)")
    for block in re.split(r"\n(?=# (?![A-Z][A-Z0-9_]+=))", "\n".join(lines)):
        assert comment.match(block), block


def test_the_example_holds_no_secret() -> None:
    text = (PROJECT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^[A-Z][A-Z0-9_]+=(.*)$", text, re.MULTILINE)) == {""}


def test_operations_describe_every_variable() -> None:
    text = (PROJECT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    assert {name for name in list_example() if f"| `{name}` |" not in text} == set()


def test_compose_passes_every_variable_on() -> None:
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert set(compose["x-supplybrain"]["environment"]) == list_all_read() - NOT_IN_COMPOSE


@pytest.mark.parametrize(
    "page", sorted([PROJECT / "README.md", *PROJECT.glob("docs/**/*.md")]), ids=lambda page: page.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    pages = [PROJECT / "README.md", *PROJECT.glob("docs/*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"run", "test", "manage"} <= named <= set(targets)
