"""What a test is called is the same in every run, on every machine, and can be read aloud."""

import os
import re
import subprocess
import sys

from tests.support.patience import PATIENCE
from tests.support.serving import ROOT

NAME = re.compile(r"[\w/.]+\.py(::\w+)+(\[[A-Za-z0-9_-][A-Za-z0-9_. -]*\])?", re.ASCII)
"""A file, a function, and words for its parameters: no escape, no quote, no path, no object."""


def collected(*options: str, **environment: str) -> list[str]:
    """The tests that a process of its own finds."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--numprocesses=0"]
    found = subprocess.run(
        [*command, "-p", "no:cacheprovider", *options],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return [line for line in found.stdout.splitlines() if "::" in line]


def test_names_are_words_and_the_same_in_every_run() -> None:
    """Another hash seed, language, zone and day change no name, nor the order."""
    here = collected(PYTHONHASHSEED="1", LC_ALL="C.UTF-8", TZ="UTC")
    there = collected(
        "-p",
        "tests.support.another_day",
        PYTHONHASHSEED="2",
        LC_ALL="vi_VN.UTF-8",
        TZ="Pacific/Apia",
    )
    assert len(here) > 2_000
    assert here == there
    assert len(set(here)) == len(here)
    assert [name for name in here if not NAME.fullmatch(name)] == []
    assert [name for name in here if len(name.partition("[")[2]) > 100] == []
