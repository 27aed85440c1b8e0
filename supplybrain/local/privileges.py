"""PostgreSQL refuses to run as root: which account runs it then, and how that account gets at its files."""

import os
import pwd
import stat
from pathlib import Path
from typing import TypedDict

# There on every Debian and macOS, and owner of nothing: no account has to be created on the machine.
UNPRIVILEGED_ACCOUNT = "nobody"


class Identity(TypedDict, total=False):
    """Arguments for `subprocess.run` that make a child run as somebody else; empty: as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def get_server_identity() -> Identity:
    """Return who runs PostgreSQL: ourselves, or for root the unprivileged account."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED_ACCOUNT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def make_private_folder(folder: Path, identity: Identity) -> None:
    """Make a folder that only the given identity (and root) can enter, reachable for it.

    Raises:
        PermissionError: If the folder exists and belongs to somebody else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = identity.get("user", os.geteuid())
    if os.geteuid() == 0:
        os.chown(folder, owner, identity.get("group", -1), follow_symlinks=False)
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise PermissionError(f"{folder} belongs to another account: remove it, or run as that account.")
    folder.chmod(0o700)
    allow_passage(folder, identity)


def allow_passage(path: Path, identity: Identity) -> None:
    """Let the identity pass through (not list) the folders above a path where it could not: `mktemp -d`, `/root`."""
    if not identity:
        return
    for folder in path.parents:
        status = folder.stat()
        if not status.st_mode & stat.S_IXOTH and status.st_uid != identity["user"]:
            folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)


def allow_reading(tree: Path, identity: Identity) -> None:
    """Let the identity read and execute an installed tree, which a strict umask would have kept from it."""
    if not identity:
        return
    allow_passage(tree, identity)
    for path in (tree, *tree.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode and not path.is_symlink():
            path.chmod(wanted)
