"""Which code is running."""

from pathlib import Path

RELEASE = "1.0.0"
COMMIT_DIGITS = 12


def find_code_version(project: Path) -> str:
    """Return the commit that is checked out in a folder, or the release where it is no Git repository.

    Reads Git's files instead of asking Git, which need not be installed.
    """
    commit = _read_commit(project / ".git")
    return f"{RELEASE}+{commit[:COMMIT_DIGITS]}" if commit else RELEASE


def _read_commit(git: Path) -> str:
    if git.is_file():  # a worktree: the file names the folder
        git = git.parent / git.read_text().removeprefix("gitdir:").strip()
    head = _read(git / "HEAD")
    if not head.startswith("ref:"):
        return head
    name = head.removeprefix("ref:").strip()
    common = git / _read(git / "commondir") if (git / "commondir").is_file() else git
    return _read(common / name) or _find_packed(common / "packed-refs", name)


def _find_packed(packed: Path, name: str) -> str:
    lines = (line.split() for line in _read(packed).splitlines())
    return next((words[0] for words in lines if words[1:] == [name]), "")


def _read(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""
