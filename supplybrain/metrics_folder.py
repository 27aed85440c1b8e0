"""The folder that the processes of one server count in. It must be named before prometheus_client is imported."""

import os
import shutil
import tempfile
from pathlib import Path

from supplybrain import env

PREFIX = "supplybrain-metrics-"


def provide_metrics_folder() -> None:
    """Set PROMETHEUS_MULTIPROC_DIR to a new folder, unless it names one that several servers are to share.

    It belongs to the process of this number, which is the server's once it has replaced us. Nobody is there to delete
    it when that is killed, so every start deletes the folders of processes that are gone.
    """
    if env.read_str("PROMETHEUS_MULTIPROC_DIR", default=""):
        return
    parent = Path(tempfile.gettempdir())
    for folder in parent.glob(f"{PREFIX}*-*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent)


def _is_abandoned(folder: Path) -> bool:
    """Return whether a folder is ours and its process is gone; one with our own number was a predecessor's."""
    number = folder.name.removeprefix(PREFIX).partition("-")[0]
    if not number.isdecimal() or folder.is_symlink() or folder.stat().st_uid != os.getuid():
        return False
    return int(number) == os.getpid() or not _is_running(int(number))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's by now
        pass
    return True
