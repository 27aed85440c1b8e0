"""`make run` as a user sees it: real processes, started and ended in every way that a terminal knows."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import psutil
import pytest

from supplybrain.local.children import Children, is_alive
from supplybrain.local.postgres import find_postmaster
from supplybrain.local.run import choose_port
from supplybrain.local.servers import find_free_port
from supplybrain.local.services import provided_services
from supplybrain.local.state import StateFolder
from supplybrain.processes import PROJECT

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

READY = "Ctrl-C stops everything."
SMALL = {"WEB_WORKERS": "1", "WORKER_CONCURRENCY": "1", "PYTHONDONTWRITEBYTECODE": ""}
OWN_SERVERS = {"DATABASE_URL": "", "REDIS_URL": ""}  # not those of the test run
# What a terminal does for its foreground process: standard input becomes its controlling terminal.
IN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


@dataclass
class Terminal:
    """A terminal in which one run after the other is started."""

    state: Path
    output: Path
    port: int = field(default_factory=find_free_port)
    seen: list[psutil.Process] = field(default_factory=list)
    runs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *wrapper: str, stdin: int = subprocess.DEVNULL, **variables: str) -> subprocess.Popen[bytes]:
        command = [*wrapper, sys.executable, "-m", "supplybrain.local.run", "--state-folder", str(self.state)]
        environment = {**os.environ, **SMALL, **OWN_SERVERS, "PORT": str(self.port), **variables}
        with self.output.open("wb") as output:
            run = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdin=stdin, stdout=output, stderr=output, start_new_session=True
            )
        self.runs.append(run)
        return run

    def wait_for(self, text: str, *, seconds: float = 180) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.text:
            assert self.runs[-1].poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.05)
        self.look()

    def look(self) -> None:
        """Remember every process of the current run, to ask later whether it is gone."""
        with suppress(psutil.NoSuchProcess):
            self.seen += psutil.Process(self.runs[-1].pid).children(recursive=True)
        if (postmaster := find_postmaster(self.state / "postgres")) is not None:
            self.seen.append(postmaster)

    def list_left(self) -> list[str]:
        return [" ".join(process.cmdline()) for process in self.seen if is_alive(process)]

    @property
    def text(self) -> str:
        return self.output.read_text()

    def get(self, path: str, token: str = "") -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers={"Authorization": f"Token {token}"} if token else {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def clear(self) -> None:
        for run in self.runs:
            run.kill()
            run.wait()
        Children(StateFolder(self.state)).end_leftovers()
        for process in [*self.seen, find_postmaster(self.state / "postgres")]:
            if process is not None and is_alive(process):
                process.kill()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "state", tmp_path / "output")
    yield terminal
    terminal.clear()


def test_the_life_of_an_installation(terminal: Terminal) -> None:
    first = terminal.run()
    terminal.wait_for(READY)
    assert list_children(first)["worker"].environ()["PUBLIC_URL"] == f"http://127.0.0.1:{terminal.port}"
    token = check_what_a_newcomer_sees(terminal)
    check_a_second_run_is_refused(terminal)
    assert manage(terminal, "ensure_admin").stdout.startswith("There is an administrator already"), (
        "on the running system"
    )

    first.send_signal(signal.SIGINT)
    assert first.wait(30) == 0
    assert terminal.text.endswith("Stopped. `make run` finds everything again.\n")
    assert terminal.list_left() == []

    second = terminal.run()
    terminal.wait_for(READY)
    assert terminal.get("/api/v1/articles", token)[0].status == 200, "the first run's token and data"
    assert "There is an administrator already" in terminal.text
    second.kill()
    second.wait()
    assert len(terminal.list_left()) >= 5, "web, worker, beat, PostgreSQL and Redis go on without their supervisor"

    third = terminal.run()
    terminal.wait_for("Starting web, worker, beat.")
    assert "Ended what a killed run had left: beat, redis, web, worker.\n" in terminal.text
    wait_until(lambda: "worker" in list_children(third))
    terminal.look()
    list_children(third)["worker"].kill()
    assert third.wait(30) == 1
    assert "worker has ended with exit code -9." in terminal.text
    assert terminal.list_left() == []


def check_what_a_newcomer_sees(terminal: Terminal) -> str:
    """Follow everything that the welcome shows, and return the token."""
    base = re.escape(f"http://127.0.0.1:{terminal.port}")
    paths = dict(re.findall(rf"^  (Admin|API docs|Status) +{base}(\S+)$", terminal.text, re.MULTILINE))
    token = re.search(r"API token +(\S+)\n", terminal.text)
    assert token
    assert terminal.get(paths["Status"])[0].status == 401
    assert terminal.get(paths["Status"], token[1])[0].status == 200
    login, page = terminal.get(paths["Admin"] + "login/")
    assert (login.status, login.headers["Server"]) == (200, "supplybrain")
    stylesheets = re.findall(rb'href="(/static/[^"]+\.css)"', page)
    assert stylesheets
    assert {terminal.get(path.decode())[0].status for path in stylesheets} == {200}
    assert terminal.get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")[0].status == 200
    counted = b'celery_tasks_total{state="success"'
    wait_until(lambda: counted in terminal.get("/metrics", token[1])[1])  # web and worker count together
    return token[1]


def manage(terminal: Terminal, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a management command as `make manage` does."""
    return subprocess.run(
        [sys.executable, "-m", "supplybrain.local.manage", "--state-folder", str(terminal.state), *command],
        cwd=PROJECT,
        env={**os.environ, **SMALL, **OWN_SERVERS},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def list_children(run: subprocess.Popen[bytes]) -> dict[str, psutil.Process]:
    children = psutil.Process(run.pid).children()
    return {name: child for child in children for name in ("web", "worker", "beat") if name in child.cmdline()}


def wait_until(condition: Callable[[], object], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def check_a_second_run_is_refused(terminal: Terminal) -> None:
    holder = terminal.runs[-1].pid
    other = Terminal(terminal.state, terminal.output.with_name("second"))
    assert other.run().wait(20) == 1
    assert other.text == (
        f"Supply Brain runs in this folder already (process {holder}). Stop it with Ctrl-C in its terminal first.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_during_the_start_leaves_nothing(terminal: Terminal, number: signal.Signals) -> None:
    run = terminal.run()
    terminal.wait_for("Preparing the database.")
    run.send_signal(number)
    run.send_signal(number)  # an impatient user
    assert run.wait(30) == 0
    terminal.look()
    assert terminal.list_left() == []
    assert find_postmaster(terminal.state / "postgres") is None


def test_closing_the_terminal_stops_everything(terminal: Terminal) -> None:
    master, slave = os.openpty()
    run = terminal.run(sys.executable, "-c", IN_TERMINAL, stdin=slave)
    os.close(slave)
    terminal.wait_for("Preparing the database.")
    os.close(master)
    assert run.wait(30) == 0
    assert terminal.list_left() == []


def test_make_killed_outright_stops_everything(terminal: Terminal) -> None:
    make = terminal.run("sh", "-c", '"$@" & wait', "make")
    terminal.wait_for("Preparing the database.")
    make.kill()
    wait_until(lambda: not terminal.list_left())


def test_a_failing_step_says_why_and_stops_everything(terminal: Terminal) -> None:
    run = terminal.run(MONITORING_INTERVAL_MINUTES="soon")
    assert run.wait(60) == 1
    assert "migrate failed with exit code 1:" in terminal.text
    assert "MONITORING_INTERVAL_MINUTES is 'soon': expected a whole number." in terminal.text
    terminal.look()
    assert terminal.list_left() == []


def test_a_chosen_port_that_is_taken_is_refused_before_anything_starts(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert terminal.run(PORT=str(port)).wait(20) == 1
    assert terminal.text == f"Port {port} is taken. Choose another one: make run PORT={port + 1}\n"
    assert not (terminal.state / "postgres").exists()


def test_without_a_chosen_port_a_free_one_is_found() -> None:
    assert 8000 <= choose_port({}) <= 8019


def test_given_servers_are_used_and_none_started(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    state.prepare()
    children = Children(state)
    given = {"DATABASE_URL": "postgresql://there", "REDIS_URL": "redis://there", "SECRET_KEY": "mine", "HTTPS_ONLY": ""}
    with provided_services(state, given, children) as environment:
        assert given.items() - {("HTTPS_ONLY", "")} <= environment.items()
        assert environment["HTTPS_ONLY"] == "false"
        assert state.read_published()["DATABASE_URL"] == "postgresql://there"
    assert (children.watched, children.records) == ({}, [])
    assert sorted(path.name for path in state.path.iterdir()) == ["logs", "secrets.json"]


def test_a_command_without_a_running_system_starts_servers_for_itself(terminal: Terminal) -> None:
    result = manage(terminal, "migrate", "--check", "--unknown")
    assert (result.returncode, "unrecognized arguments: --unknown" in result.stderr) == (2, True)
    assert (terminal.state / "postgres" / "PG_VERSION").exists()
    assert find_postmaster(terminal.state / "postgres") is None
    assert not (terminal.state / "environment.json").exists()
