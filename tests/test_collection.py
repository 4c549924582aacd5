"""What a test is called is the same in every run, on every machine, and can be read aloud."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable

import pytest

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


def by_file(names: Iterable[str]) -> dict[str, list[str]]:
    """The tests of each file in their order."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[name.partition("::")[0]].append(name)
    return found


def test_names_are_words_and_the_same_in_every_run(request: pytest.FixtureRequest) -> None:
    """Another hash seed, language, zone and day change no name, nor the order.

    This run has collected already, under its own seed and clock: what it found is held against
    what a process of its own finds under others.
    """
    here = [test.nodeid for test in request.session.items]
    there = collected(
        "-p",
        "tests.support.another_day",
        PYTHONHASHSEED="2",
        LC_ALL="vi_VN.UTF-8",
        TZ="Pacific/Apia",
    )
    assert len(there) > 2_000
    asked_for = set(here)  # all, or the part of the suite that this run was asked for
    assert by_file(here) == by_file(name for name in there if name in asked_for)
    assert len(set(there)) == len(there)
    assert [name for name in there if not NAME.fullmatch(name)] == []
    assert [name for name in there if len(name.partition("[")[2]) > 100] == []
