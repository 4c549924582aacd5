"""The slowest stage is named as surely as the medians allow."""

import math
from typing import Any

import pandas as pd
import pytest

from analytics.certainty import Certainty
from analytics.time_in_stage.slowest import Slowest, is_rising, slowest

NEVER = math.nan


def stages(*rows: tuple[int, float, float, float]) -> pd.DataFrame:
    """Rows of the answer: stays, and the median with its limits."""
    names = ("stays", "median_seconds", "median_low", "median_high")
    found: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    return pd.DataFrame(found).assign(stage=[f"s{place}" for place in range(len(rows))])


@pytest.mark.parametrize(
    ("second", "certainty"),
    [
        pytest.param((900, 50.0, 48.0, 52.0), Certainty.CERTAIN, id="far-apart"),
        pytest.param((900, 94.0, 90.0, 98.0), Certainty.LIKELY, id="apart-before-correction"),
        pytest.param((900, 98.0, 90.0, 106.0), Certainty.UNCLEAR, id="one-meets-the-other"),
        pytest.param((60, 50.0, 48.0, 52.0), Certainty.TOO_FEW, id="of-few"),
        pytest.param((900, 90.0, 80.0, NEVER), Certainty.UNCLEAR, id="without-an-upper-limit"),
    ],
)
def test_how_sure_it_is(second: tuple[int, float, float, float], certainty: Certainty) -> None:
    others = [(900, 5.0, 4.0, 6.0)] * 4
    found = slowest(stages(*others, second, (900, 100.0, 96.0, 104.0)))
    assert found == Slowest("s5", "s4", 100.0, certainty)


def test_a_stage_that_half_have_not_left_is_slower_than_all() -> None:
    found = slowest(stages((900, 100.0, 96.0, 104.0), (900, NEVER, NEVER, NEVER)))
    assert found == Slowest("s1", None, None, Certainty.YOUNG)


def test_one_stage_alone_and_none() -> None:
    alone = stages((900, 100.0, 96.0, 104.0), (0, NEVER, NEVER, NEVER))
    assert slowest(alone) == Slowest("s0", None, 100.0, Certainty.TOO_FEW)
    assert slowest(stages((0, NEVER, NEVER, NEVER))) is None


@pytest.mark.parametrize(
    ("last", "rising"),
    [
        pytest.param((900, 30.0, 26.0, 34.0), True, id="longer"),
        pytest.param((900, 30.0, 23.0, 34.0), False, id="perhaps-longer"),
        pytest.param((900, 15.0, 14.0, 16.0), False, id="shorter"),
        pytest.param((900, NEVER, NEVER, NEVER), False, id="not-known"),
        pytest.param((0, NEVER, NEVER, NEVER), True, id="nobody-there"),
    ],
)
def test_whether_it_takes_longer_and_longer(
    last: tuple[int, float, float, float], rising: bool
) -> None:
    assert is_rising(stages((900, 10.0, 9.0, 11.0), (900, 20.0, 16.0, 24.0), last)) is rising
    assert not is_rising(stages(last))
