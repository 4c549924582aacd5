"""Stays in rows: the months of a trend say each year once."""

from types import SimpleNamespace
from typing import Any

import pandas as pd

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
