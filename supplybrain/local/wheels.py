"""Files inside installed wheels, and the error of servers that come out of them."""

from importlib.util import find_spec
from pathlib import Path


class LocalServerError(Exception):
    """A local server cannot be run; the message says why and what to do."""


def locate_in_wheel(package: str, *parts: str) -> Path:
    """Return the path of a file or folder of an installed package, without importing the package.

    Raises:
        LocalServerError: If the package is not installed or has no such file.
    """
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        path = Path(folder).resolve().joinpath(*parts)
        if path.exists():
            return path
    raise LocalServerError(
        f"{package} has no {'/'.join(parts)} here. Run `pip install -r requirements/local.txt`, "
        "or set DATABASE_URL and REDIS_URL to servers of your own."
    )


def read_tail(path: Path, *, lines: int = 15) -> str:
    """Return the last lines of a log, or a note that there is none."""
    if not path.is_file():
        return f"(no {path.name})"
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
