"""What processes take, read from /proc, which Linux has: their time and their memory."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all that it has started, and these in turn."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for each in found:  # it grows on the way
        found += parents.get(each, [])
    return found


def cpu_seconds(pid: int) -> float:
    """The seconds of the processor that a process has taken so far; 0 of one that has ended."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def peak_memory(pid: int) -> int:
    """The most memory that a process has had so far, in bytes; 0 of one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    _, known, rest = status.partition("VmHWM:")
    return int(rest.split()[0]) * 1024 if known else 0


def _fields(pid: int) -> list[str]:
    """What /proc says of a process after its name; nothing of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []
