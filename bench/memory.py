"""How much memory this process has needed at most."""

import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def get_peak_megabytes() -> float:
    """Return the highest resident memory of this process so far [MB of 10^6 bytes].

    Linux keeps it per program (`VmHWM`); `getrusage` would also count what the parent held before it started this one.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
