"""Children of the supervisor end in order, and nobody else's process is ever touched."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from supplybrain.local import children as module
from supplybrain.local.children import Children, is_alive
from supplybrain.local.state import AlreadyRunningError, StateFolder
from supplybrain.local.stopping import STOP_SIGNALS, StopRequested, raise_on_stop_signals

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    """import signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sleep", "60"])
print("ready", flush=True)
time.sleep(60)""",
)


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    return folder


@pytest.fixture
def children(state: StateFolder) -> Iterator[Children]:
    children = Children(state)
    yield children
    children.stop()


def start(children: Children, name: str, command: tuple[str, ...]) -> psutil.Process:
    children.start(name, command, dict(os.environ), cwd=children.state.path)
    return psutil.Process(children.running[name].pid)


def test_a_process_that_ends_is_found_with_its_exit_code_and_output(children: Children) -> None:
    start(children, "steady", SLEEP)
    assert children.find_ended() is None
    start(children, "faulty", (sys.executable, "-c", "print('the reason'); exit(3)"))
    children.running["faulty"].wait(10)
    assert children.find_ended() == ("faulty", 3)
    assert children.state.name_log("faulty").read_text() == "the reason\n"


def test_a_watched_server_that_ends_is_found(children: Children) -> None:
    server = subprocess.Popen(SLEEP)
    children.watch("server", server.pid)
    assert children.find_ended() is None
    server.kill()
    server.wait()
    assert children.find_ended() == ("server", None)


@pytest.fixture
def stop_signals() -> Iterator[None]:
    """Stop signals end in `StopRequested`, as in `make run`."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    raise_on_stop_signals()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_stop_while_a_process_starts_finds_it_written_down(
    children: Children, stop_signals: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(StopRequested):
        start(children, "interrupted", SLEEP)
    process = psutil.Process(children.running["interrupted"].pid)
    assert [row["pid"] for row in json.loads((children.state.path / "processes.json").read_text())] == [process.pid]
    children.stop()
    assert not is_alive(process)


def test_who_does_not_listen_is_killed_with_all_it_started(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.3)
    stubborn = start(children, "stubborn", STUBBORN)
    while "ready" not in children.state.name_log("stubborn").read_text():
        time.sleep(0.02)
    family = [stubborn, *stubborn.children()]
    assert len(family) == 2
    children.stop()
    _gone, left = psutil.wait_procs(family, timeout=5)  # the kernel takes its time after SIGKILL
    assert [process for process in left if is_alive(process)] == []
    assert not (children.state.path / "processes.json").exists()


def test_the_next_run_ends_what_a_killed_one_left(children: Children) -> None:
    left = start(children, "left", SLEEP)
    assert Children(children.state).end_leftovers() == ["left"]
    assert not is_alive(left)
    assert Children(children.state).end_leftovers() == []


def test_a_stranger_with_a_recycled_number_is_left_alone(state: StateFolder) -> None:
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    try:
        row = {"name": "web", "pid": stranger.pid, "started_at": psutil.Process(stranger.pid).create_time() - 60}
        (state.path / "processes.json").write_text(json.dumps([row]))
        assert Children(state).end_leftovers() == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_one_run_per_folder(state: StateFolder) -> None:
    with (
        state.locked(),
        pytest.raises(AlreadyRunningError, match=f"already \\(process {os.getpid()}\\)"),
        state.locked(),
    ):
        pass
    with state.locked():
        pass


def test_secrets_are_made_once_and_closed_to_others(state: StateFolder) -> None:
    first = state.load_secrets()
    assert sorted(first) == ["FIELD_ENCRYPTION_SALT", "SECRET_KEY"]
    assert min(map(len, first.values())) >= 50
    assert first["SECRET_KEY"] != first["FIELD_ENCRYPTION_SALT"]
    assert state.load_secrets() == first
    assert oct((state.path / "secrets.json").stat().st_mode)[-3:] == "600"
    assert oct(state.path.stat().st_mode)[-3:] == "700"


def test_the_environment_is_published_while_it_is_true(state: StateFolder) -> None:
    with state.published({"DATABASE_URL": "x"}):
        assert state.read_published() == {"DATABASE_URL": "x"}
        assert oct((state.path / "environment.json").stat().st_mode)[-3:] == "600"
    assert state.read_published() == {}
