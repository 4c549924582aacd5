"""What was measured on, and of which version: the line that stands above every result."""

import os
import platform
import re
import subprocess
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The folder of this version of Pheu."""


def line() -> str:
    """Day, commit, processor, cores, memory, system and Python. Names no host."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{date.today():%Y-%m-%d}, commit {commit()}, {_processor()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def commit() -> str:
    """The commit that is checked out, and whether what is measured has changed since."""
    try:
        found = git("rev-parse", "--short", "HEAD")
        changed = git("status", "--porcelain", "--", "*.py", "*.sql", "*.toml", "*.css", "*.js")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{found} and uncommitted changes" if changed else found


def git(*arguments: str) -> str:
    """What git says of this folder. Raises CalledProcessError where it refuses."""
    told = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return told.stdout.strip()


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        facts = ""
    model = re.search(r"^model name\s*:\s*(.+)$", facts, re.MULTILINE)
    return model.group(1).strip() if model else platform.processor() or "unknown processor"
