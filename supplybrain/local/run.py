"""`make run`: the whole system on one machine, under one supervisor.

    python -m supplybrain.local.run [--state-folder FOLDER]

Starts PostgreSQL and Redis (unless DATABASE_URL / REDIS_URL name others), prepares the database, and runs the processes
of `supplybrain.processes` until Ctrl-C, SIGTERM, a closed terminal, or the unexpected end of one of them.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from supplybrain import env
from supplybrain.local.children import Children
from supplybrain.local.services import provided_services
from supplybrain.local.state import AlreadyRunningError, StateFolder
from supplybrain.local.stopping import StopRequested, ignore_stop_signals, raise_on_stop_signals, stop_if_abandoned
from supplybrain.local.wheels import LocalServerError, read_tail

PROJECT = Path(__file__).resolve().parent.parent.parent
OWN_SERVERS = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Redis"}
LONG_RUNNING = ("web", "worker", "beat")
FIRST_PORT, LAST_PORT = 8000, 8019
READY_SECONDS = 120.0
POLL_SECONDS = 0.2


class RunError(Exception):
    """The system cannot run, or cannot go on; the message says why and what to do."""


def main(arguments: Sequence[str]) -> int:
    """Run the system and return the exit code: 0 when asked to stop, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--state-folder", type=Path, default=PROJECT / ".local", help="data, logs, secrets")
    state = StateFolder(parser.parse_args(arguments).state_folder.absolute())
    raise_on_stop_signals()
    try:
        env.read_dotenv(PROJECT / ".env")
        run(state, os.environ)
    except StopRequested:
        say("Stopped. `make run` finds everything again.")
        return 0
    except (RunError, AlreadyRunningError, LocalServerError, env.EnvironmentVariableError) as error:
        say(str(error))
    return 1


def run(state: StateFolder, given: Mapping[str, str]) -> None:
    """Bring the system up and watch it until something ends it.

    Raises:
        StopRequested: When asked to stop.
        RunError: If a step fails or a process ends by itself.
    """
    began = time.monotonic()
    children = Children(state)
    state.prepare()
    with state.locked():
        if leftovers := children.end_leftovers():
            say(f"Ended what a killed run had left: {', '.join(leftovers)}.")
        port = choose_port(given)
        if own := [name for variable, name in OWN_SERVERS.items() if not given.get(variable)]:
            say(f"Starting {' and '.join(own)}.")
        with provided_services(state, given, children) as environment:
            environment |= {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
            environment["PUBLIC_URL"] = given.get("PUBLIC_URL") or name_site(port)
            environment.setdefault("PROMETHEUS_MULTIPROC_DIR", str(state.empty_metrics()))
            try:
                bring_up(children, environment)
                wait_until_ready(children, port)
                welcome(children, environment, port, seconds=time.monotonic() - began)
                while True:
                    watch(children)
                    time.sleep(POLL_SECONDS)
            finally:
                ignore_stop_signals()
                say("Stopping.")
                children.stop()


def bring_up(children: Children, environment: Mapping[str, str]) -> None:
    """Prepare the database, then start the processes."""
    say("Preparing the database.")
    run_step(children, "migrate", build_command("migrate"), environment)
    say("Making up a demo company, if the database is empty.")
    run_step(children, "seed", (sys.executable, "manage.py", "seed_demo", "--if-empty"), environment)
    say(f"Starting {', '.join(LONG_RUNNING)}.")
    for name in LONG_RUNNING:
        children.start(name, build_command(name), environment, cwd=PROJECT)


def build_command(process: str) -> tuple[str, ...]:
    """Return the command of an entry of `supplybrain.processes`."""
    return (sys.executable, "-m", "supplybrain.processes", process)


def run_step(children: Children, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a command to its end.

    Raises:
        RunError: If it fails; the message ends with what it said.
    """
    children.start(name, command, environment, cwd=PROJECT)
    while (code := children.running[name].poll()) is None:
        stop_if_abandoned()
        time.sleep(POLL_SECONDS)
    if code:
        raise RunError(f"{name} failed with exit code {code}:\n{read_tail(children.state.name_log(name))}")
    del children.running[name]


def wait_until_ready(children: Children, port: int) -> None:
    """Return once the web process says that it, the database and the broker are ready.

    Raises:
        RunError: If a process ends, or two minutes pass.
    """
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready(port):
        watch(children)
        if time.monotonic() > deadline:
            raise RunError(f"Not ready after {READY_SECONDS:.0f} s; see {children.state.name_log('web')}.")
        time.sleep(POLL_SECONDS)


def is_ready(port: int) -> bool:
    """Return whether /readyz answers 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200  # noqa: PLR2004  (OK)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def watch(children: Children) -> None:
    """Look once whether everything still runs, and whether anybody still wants it to.

    Raises:
        RunError: If a process has ended by itself.
        StopRequested: If our parent has been killed.
    """
    stop_if_abandoned()
    if (ended := children.find_ended()) is not None:
        name, code = ended
        how = "" if code is None else f" with exit code {code}"
        log = children.state.name_log(name)
        raise RunError(f"{name} has ended{how}. Everything was stopped. Its log {log} ends with:\n{read_tail(log)}")


def choose_port(given: Mapping[str, str]) -> int:
    """Return PORT if it is set, else the first free one from 8000.

    Raises:
        RunError: If it is taken.
    """
    if given.get("PORT"):
        port = env.read_int("PORT", minimum=1, maximum=65535)
        if not is_free(port):
            raise RunError(f"Port {port} is taken. Choose another one: make run PORT={port + 1}")
        return port
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if is_free(port):
            return port
        say(f"Port {port} is taken, trying the next one.")
    raise RunError(f"All ports from {FIRST_PORT} to {LAST_PORT} are taken. Choose another one: make run PORT=9000")


def is_free(port: int) -> bool:
    """Return whether nobody listens on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def welcome(children: Children, environment: Mapping[str, str], port: int, *, seconds: float) -> None:
    """Tell where everything is; the first time, create the administrator and show the credentials."""
    base = name_site(port)
    status = f"{base}/api/v1/planning/monitoring/status"
    command = (sys.executable, "manage.py", "ensure_admin")
    admin = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    say(f"\nSupply Brain is ready ({seconds:.0f} s).\n")
    say(f"  Admin      {base}/admin/")
    say(f"  API docs   {base}/api/docs")
    say(f"  Status     {status}\n")
    for line in admin.stdout.splitlines():
        say(f"  {line}")
    say(f'\n  Try        curl -H "Authorization: Token <API token>" {status}')
    say(f"  Logs       {os.path.relpath(children.state.path / 'logs')}\n\nCtrl-C stops everything.\n")


def name_site(port: int) -> str:
    """Return where a browser on this machine finds the web process."""
    return f"http://127.0.0.1:{port}"


def say(text: str) -> None:
    """Print a line; a terminal that has been closed meanwhile is no reason to fail."""
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    # Not sys.exit: its flush of a closed terminal would turn an orderly stop into a failure.
    os._exit(main(sys.argv[1:]))
