"""The course of one rate: every bucket by its visits, and the moment of change."""

from datetime import date
from pathlib import Path

import pytest

from analytics.bottlenecks.course import COLUMNS, course
from analytics.scope import Scope
from analytics.stats.intervals import wilson
from analytics.view.view import View
from tests.analytics.bottlenecks.test_bottlenecks import DAY, made


def test_the_course(tmp_path: Path) -> None:
    months = [date(2024, month, 10) for month in range(1, 13)]
    groups = {"x": [(day, 100, 60 if day.month < 6 else 30) for day in months], "y": []}
    generation = made(tmp_path, {"x": groups["x"], "y": [(months[0], 10, 0)]})
    found = course(Scope(View(), generation), "a", "team", "x")
    assert list(found.rows.columns) == COLUMNS
    assert found.unit == "month"
    rows = found.rows.set_index("bucket")
    assert rows["n"].tolist() == [100] * 12 + [0]
    assert rows["rate"].tolist()[:12] == [0.6] * 5 + [0.3] * 7
    assert rows.loc[date(2024, 2, 1), ["low", "high"]].tolist() == pytest.approx(wilson(60, 100))
    # The data ends on 9 January; the horizon is a week.
    assert rows["mature"].tolist() == [True] * 12 + [False]
    assert found.turned == date(2024, 6, 1)
    assert found.turn is not None
    assert (found.turn.before, found.turn.after) == (0.6, 0.3)
    with pytest.raises(ValueError, match="nobody moves on"):
        course(Scope(View(), generation), "c")


def test_a_short_course_is_by_weeks(tmp_path: Path) -> None:
    days = [date(2024, 1, 1) + 7 * DAY * week for week in range(8)]
    found = course(Scope(View(), made(tmp_path, {"x": [(day, 40, 20) for day in days]})), "a")
    assert found.unit == "week"
    assert found.rows["bucket"].iat[1] == date(2024, 1, 8)
    assert found.rows["n"].tolist()[:8] == [40] * 8
    assert found.turned is None
