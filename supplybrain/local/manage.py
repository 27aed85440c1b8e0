"""`make manage`: a management command on the local installation, whether `make run` is up or not.

python -m supplybrain.local.manage [--state-folder FOLDER] COMMAND ...
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from supplybrain import env
from supplybrain.local.children import Children
from supplybrain.local.run import PROJECT, build_command, say
from supplybrain.local.services import provided_services
from supplybrain.local.state import AlreadyRunningError, StateFolder
from supplybrain.local.stopping import StopRequested, ignore_stop_signals, raise_on_stop_signals
from supplybrain.local.wheels import LocalServerError


def main(arguments: Sequence[str]) -> int:
    """Run a management command and return its exit code."""
    parser = argparse.ArgumentParser(prog="make manage", description=__doc__)
    parser.add_argument("--state-folder", type=Path, default=PROJECT / ".local", help="data, logs, secrets")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="as for manage.py")
    options = parser.parse_args(arguments)
    raise_on_stop_signals()
    try:
        env.read_dotenv(PROJECT / ".env")
        return manage(StateFolder(options.state_folder.absolute()), options.command)
    except StopRequested:
        return 130
    except (AlreadyRunningError, LocalServerError, env.EnvironmentVariableError) as error:
        say(str(error))
    return 1


def manage(state: StateFolder, command: Sequence[str]) -> int:
    """Run a command on the running system, or on servers started and migrated for it."""
    state.prepare()
    children = Children(state)
    try:
        with state.locked():
            children.end_leftovers()
            with provided_services(state, os.environ, children) as environment:
                try:
                    return call(build_command("migrate"), environment, quiet=True) or call_manage(command, environment)
                finally:
                    ignore_stop_signals()
    except AlreadyRunningError:
        if not (published := state.read_published()):
            raise
        return call_manage(command, published | {name: value for name, value in os.environ.items() if value})


def call_manage(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run manage.py in this terminal and return its exit code."""
    return call((sys.executable, "manage.py", *command), environment)


def call(command: Sequence[str], environment: Mapping[str, str], *, quiet: bool = False) -> int:
    """Run a command of the project in this terminal and return its exit code."""
    stdout = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=PROJECT, env=environment, stdout=stdout, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
