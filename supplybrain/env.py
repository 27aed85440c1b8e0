"""Typed readers of environment variables that fail loudly and name the variable.

Every reader takes the variable's name and, where leaving it out is fine, a default. A missing or malformed value
raises `EnvironmentVariableError`, whose message says which variable, what was wrong and what would be right.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class EnvironmentVariableError(Exception):
    """A variable is missing or malformed; the message names it and the remedy."""


def read_dotenv(path: Path) -> None:
    """Load `NAME=value` lines of a file into the environment; variables that are set already win.

    Args:
        path: The file; nothing happens when it does not exist.

    Raises:
        EnvironmentVariableError: If a line is neither blank, a comment nor `NAME=value`.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals or not name.strip().isidentifier():
            raise EnvironmentVariableError(f"{path.name} line {number}: expected NAME=value.")
        os.environ.setdefault(name.strip(), value.strip())


def read_str(name: str, default: str | None = None) -> str:
    """Return a variable as text; an empty value counts as missing."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise EnvironmentVariableError(f"{name} is not set. Set it in the environment or in .env (see .env.example).")
    return default


def read_bool(name: str, *, default: bool | None = None) -> bool:
    """Return a variable as a truth value: 1/true/yes/on or 0/false/no/off."""
    return _read(name, default, _parse_bool)


def read_int(name: str, default: int | None = None, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return a variable as a whole number within [minimum, maximum]."""
    value = _read(name, default, _parse_int)
    if minimum is not None and value < minimum:
        raise EnvironmentVariableError(f"{name} is {value}, must be at least {minimum}.")
    if maximum is not None and value > maximum:
        raise EnvironmentVariableError(f"{name} is {value}, must be at most {maximum}.")
    return value


def read_list(name: str, default: list[str] | None = None) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return _read(name, default, lambda raw: [part.strip() for part in raw.split(",") if part.strip()])


def read_choice(name: str, choices: tuple[str, ...], default: str | None = None) -> str:
    """Return a variable that must be one of the given words."""
    value = read_str(name, default)
    if value not in choices:
        raise EnvironmentVariableError(f"{name} is {value!r}, must be one of: {', '.join(choices)}.")
    return value


def _read(name: str, default: Value | None, parse: Callable[[str], Value]) -> Value:
    raw = os.environ.get(name, "")
    if not raw:
        if default is None:
            return parse(read_str(name))
        return default
    try:
        return parse(raw)
    except ValueError as error:
        raise EnvironmentVariableError(f"{name} is {raw!r}: {error}.") from error


def _parse_bool(raw: str) -> bool:
    word = raw.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("expected true or false")


def _parse_int(raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise ValueError("expected a whole number") from None
