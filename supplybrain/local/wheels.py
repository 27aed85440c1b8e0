"""Files inside installed wheels, and the error of servers that come out of them."""

from importlib.util import find_spec
from pathlib import Path


class LocalServerError(Exception):
    """A local server cannot be run; the message says why and what to do."""


def locate_in_wheel(package: str, pattern: str) -> Path | None:
    """Return the first file or folder of an installed package that matches, without importing the package."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    return next((path for folder in folders or () for path in Path(folder).resolve().glob(pattern)), None)


def require_in_wheel(**patterns: str) -> Path:
    """Return the first match among several packages.

    Args:
        patterns: What to look for by package name, the preferred one first.

    Raises:
        LocalServerError: If none has it.
    """
    for package, pattern in patterns.items():
        if (path := locate_in_wheel(package, pattern)) is not None:
            return path
    raise LocalServerError(
        f"{' or '.join(patterns)} is not installed here. Run `pip install -r requirements/local.txt`, "
        "or set DATABASE_URL and REDIS_URL to servers of your own."
    )


def read_tail(path: Path, *, lines: int = 15) -> str:
    """Return the last lines of a log, or a note that there is none."""
    if not path.is_file():
        return f"(no {path.name})"
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
