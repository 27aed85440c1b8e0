"""Runs a module under a clock that is wrong: `python -m ...wrong_clock SECONDS MODULE ARGUMENT...`."""

import runpy
import sys
import time


def main() -> None:
    """Shift the clock of this process and its children, then become the module."""
    import time_machine

    offset_seconds, module = int(sys.argv[1]), sys.argv[2]
    time_machine.travel(time.time() + offset_seconds, tick=True).start()
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
