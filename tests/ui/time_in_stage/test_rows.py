"""Stays in rows: the months of a trend say each year once."""

import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from ui.language import current
from ui.time_in_stage import rows


def test_the_ticks_of_a_trend_say_each_year_once_and_none_of_a_month_alone() -> None:
    current.use("en")
    months = pd.date_range("2024-11-01", periods=24, freq="MS")
    found = pd.DataFrame(
        {
            "part": "all",
            "month": months,
            "median_seconds": 86_400.0 * 3,
            "median_low": 86_400.0 * 2,
            "median_high": 86_400.0 * 4,
            "stays": 200,
            "mature": True,
        }
    )
    scope: Any = SimpleNamespace(day_seconds=86_400)
    ticks = [tick for tick in rows.points(scope, found, "A")["tick"] if tick]
    assert len(ticks) == 5
    assert [tick.split("<br>")[1:] for tick in ticks] == [[], ["2025"], [], ["2026"], []]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (10.2, 8.2, ("10 days", "8 days")),
        (10.2, 9.9, ("10.2 days", "9.9 days")),
        (3.0, 0.4, ("3.0 days", "0.4 days")),
        (0.5, 0.25, ("12 hours", "6 hours")),
        (4.0, math.nan, ("4 days", "not reached")),
    ],
    ids=["whole", "near", "part-of-a-day", "hours", "not-reached"],
)
def test_two_lengths_in_a_sentence_are_written_alike(
    first: float, second: float, said: tuple[str, str]
) -> None:
    current.use("en")
    scope: Any = SimpleNamespace(day_seconds=86_400)
    assert rows.beside(scope, first * 86_400, second * 86_400) == said
