"""Smoke test of `make run` as a newcomer types it: start, look, press Ctrl-C, and see that nothing is left."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import psutil

READY_SECONDS = 300
READY = "Ctrl-C stops everything."


def main(state: str) -> None:
    """Run the system in a state folder of its own and fail with a message if anything is not as it should be."""
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    make = subprocess.Popen(
        ["make", "--no-print-directory", "run", f"STATE={state}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    output = read_until_ready(make)
    print(f"ready after {time.monotonic() - began:.0f} s")
    look(output)
    family = psutil.Process(make.pid).children(recursive=True) + find_by_folder(state)
    print(f"{len(family)} processes; Ctrl-C")
    os.killpg(make.pid, signal.SIGINT)  # a terminal signals the whole foreground group
    rest, _ = make.communicate(timeout=60)
    require("Stopped." in rest, f"no orderly stop: {rest}")
    _gone, left = psutil.wait_procs(family, timeout=10)
    left = [process for process in left if process.status() != psutil.STATUS_ZOMBIE] + find_by_folder(state)
    require(not left, f"processes left: {left}")
    print("nothing left")


def read_until_ready(make: "subprocess.Popen[str]") -> str:
    """Return what was printed up to the welcome."""
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(make.pid, signal.SIGTERM))
    signal.alarm(READY_SECONDS)
    lines = []
    for line in make.stdout or ():
        print("  |", line, end="")
        lines.append(line)
        if READY in line:
            signal.alarm(0)
            return "".join(lines)
    sys.exit(f"make run ended with exit code {make.wait()}, or was not ready within {READY_SECONDS} s")


def look(output: str) -> None:
    """Open what the welcome names, with the token that it shows."""
    urls = dict(re.findall(r"^  (Admin|API docs|Status) +(http\S+)$", output, re.MULTILINE))
    token = re.search(r"API token +(\S+)", output)
    if token is None:
        sys.exit("no token shown")
    for name, url in urls.items():
        request = urllib.request.Request(url, headers={"Authorization": f"Token {token[1]}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            print(f"{answer.status} {name} {answer.read(300)[:120]!r}")
    require(len(urls) == 3, f"URLs shown: {urls}")


def find_by_folder(state: str) -> list[psutil.Process]:
    """Return the processes whose command line names the state folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        named = any(word == state or word.startswith(f"{state}/") for word in words)
        if named and process.pid != os.getpid() and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def require(condition: object, message: str) -> None:
    """End with a message unless the condition holds."""
    if not condition:
        sys.exit(message)


if __name__ == "__main__":
    main(sys.argv[1])
