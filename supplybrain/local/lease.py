"""Servers on lease: `python -m supplybrain.local.lease` runs them until its standard input ends.

The holder keeps the other end of that pipe. However it dies - normally, by Ctrl-C, by SIGKILL - the pipe ends with it,
and the servers and their data go away.
"""

import json
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from supplybrain.local.servers import running_postgres, running_redis


def main(wanted: list[str]) -> None:
    """Start the servers whose variables are wanted, print them as one line of JSON, and wait for the end.

    Args:
        wanted: `DATABASE_URL`, `REDIS_URL` or both.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the holder's end is ours, and nothing else
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="supplybrain-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        variables = {}
        if "DATABASE_URL" in wanted:
            variables["DATABASE_URL"] = stack.enter_context(running_postgres(folder / "pg", keep_data=False))
        if "REDIS_URL" in wanted:
            variables["REDIS_URL"] = stack.enter_context(running_redis(folder / "redis", keep_data=False))
        sys.stdout.write(json.dumps(variables) + "\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main(sys.argv[1:])
