"""Where processes count: a folder of their own, files that successors go on with, and no folders left behind."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from supplybrain.metrics_folder import PREFIX, provide_metrics_folder
from supplybrain.processes import PROJECT

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

# Two processes that take one place after the other, and one that takes none, as a shell of an administrator would.
COUNT = """
from supplybrain.metrics import place
from prometheus_client import Counter
import sys
if sys.argv[1]:
    place.take(sys.argv[1])
Counter("e", "Something.").inc(2)
"""
READ = """
from supplybrain.metrics import build_process_registry
print(build_process_registry().get_sample_value("e_total"))
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "")
    return tmp_path


def test_a_server_counts_in_a_new_folder_that_only_we_can_read(temporary: Path) -> None:
    provide_metrics_folder()
    folder = Path(os.environ[VARIABLE])
    assert folder.parent == temporary
    assert folder.name.startswith(f"{PREFIX}{os.getpid()}-")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_folders_of_servers_that_are_gone_go_too(temporary: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone, own, running, strange = (
        temporary / f"{PREFIX}{number}-x" for number in (ended.pid, os.getpid(), os.getppid(), "word")
    )
    for folder in (gone, own, running, strange):
        folder.mkdir()
        (folder / "counter_1.db").touch()
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    link = temporary / f"{PREFIX}{ended.pid}-link"
    link.symlink_to(elsewhere)
    provide_metrics_folder()
    kept = {path.name for path in temporary.iterdir()} - {Path(os.environ[VARIABLE]).name}
    assert kept == {running.name, strange.name, elsewhere.name, link.name}


def test_a_folder_that_is_shared_is_left_as_it_is(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(temporary / "shared"))
    provide_metrics_folder()
    assert os.environ[VARIABLE] == str(temporary / "shared")
    assert not list(temporary.iterdir())


def test_a_successor_goes_on_counting_in_the_same_file(tmp_path: Path) -> None:
    environment = os.environ | {VARIABLE: str(tmp_path / "new")}

    def run(script: str, *arguments: str) -> str:
        command = [sys.executable, "-c", script, *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    for name in ("web-1", "web-1", "web-2", ""):
        run(COUNT, name)
    assert {path.name for path in (tmp_path / "new").iterdir()} >= {"counter_web-1.db", "counter_web-2.db"}
    assert run(READ) == "8.0\n"
