"""What a command costs: `python -P costing.py FILE MODULE ARGUMENT …` runs it as `python -m` does.

A script by itself, which imports nothing of ours: so it can run a module of any version of Pheu.
FILE gets one object of JSON, `cpu` in seconds and `peak_memory` in bytes.
"""

import json
import resource
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Runs the module to its end, however it ends, and writes what it cost."""
    told, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        cost = {"cpu": cpu_seconds(), "peak_memory": peak_memory()}
        Path(told).write_text(json.dumps(cost), encoding="utf-8")


def cpu_seconds() -> float:
    """The seconds of the processor that this process and its children have taken so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_memory() -> int:
    """The most memory that this process has had so far, in bytes."""
    try:
        # What getrusage says begins with what the starting process had.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes, on a Mac


if __name__ == "__main__":
    main()
