"""The trend is the funnel, bucket by bucket, and says how much of each bucket is known."""

import math
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.funnel.trend import COLUMNS, UNITS, conversions, rate_unit_for, trend, unit_for
from analytics.scope import Scope
from analytics.stats.intervals import wilson
from analytics.view.view import View
from tests.support.histories import (
    SHORT,
    History,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference


@stores(12)
@given(st.data())
def test_every_bucket_is_the_funnel_of_its_days(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=2, max_size=2)):
            view = replace(drawn, by=None)
            rows = trend(Scope(view, generation)).rows
            scope = Scope(view, generation)
            whole = funnel(Scope(view, generation)).rows
            summed = rows.groupby("stage", sort=False)["reached"].sum()
            assert summed.tolist() == whole["reached"].tolist()
            starts = list(dict.fromkeys(rows["bucket"]))
            ends = [*starts[1:], pd.Timestamp(scope.days[1]) + timedelta(days=1)]
            assert starts[0].date() <= scope.known_days[0] < ends[0].date()
            for start, end in zip(starts, ends, strict=True):
                bucket = rows[rows["bucket"] == start]
                if not bucket["reached"].any() and start.day % 5:
                    continue  # Empty ones are asked now and then.
                days = view.during(
                    first=max(start.date(), scope.days[0]), last=end.date() - timedelta(days=1)
                )
                # Named periods and the end of the data hang on as_of, which stays.
                alone = funnel(Scope(days, generation)).rows
                assert bucket["stage"].tolist() == alone["stage"].tolist()
                assert bucket["reached"].tolist() == alone["reached"].tolist()
                for name in ("of_first", "median_seconds"):
                    assert bucket[name].tolist() == pytest.approx(
                        alone[name].astype(float).tolist(), nan_ok=True
                    )


@pytest.mark.parametrize(
    ("days", "unit"), [(1, "day"), (31, "day"), (32, "week"), (190, "week"), (191, "month")]
)
def test_the_unit_follows_the_length(days: int, unit: str) -> None:
    first = date(2024, 1, 1)
    assert unit_for(first, first + timedelta(days=days - 1)) == unit


def test_buckets_are_days_weeks_and_months_of_the_store(tmp_path: Path) -> None:
    # 31 January, 18:00 UTC is 1 February there.
    rows = [{"lead_id": "x", "created_at": datetime(2024, 1, 31, 18)}]
    generation = store_of(tmp_path, rows, pipeline=SHORT, time_zone="Asia/Ho_Chi_Minh").generation()

    def first_bucket(first: date, last: date) -> str:
        rows = trend(Scope(View(period=None, first=first, last=last), generation)).rows
        return str(rows.loc[rows["reached"] > 0, "bucket"].iat[0].date())

    assert first_bucket(date(2024, 1, 20), date(2024, 2, 10)) == "2024-02-01"
    assert first_bucket(date(2024, 1, 1), date(2024, 3, 30)) == "2024-01-29"
    assert first_bucket(date(2023, 1, 5), date(2024, 3, 30)) == "2024-02-01"


def test_an_endless_period_is_no_endless_chart(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}]).generation()
    rows = trend(Scope(View(period=None, last=date(2150, 12, 1)), generation)).rows
    # Nothing is known of the time after as_of, not even that nobody came.
    assert rows["bucket"].max() <= pd.Timestamp("2024-01-01")


# --- rates ------------------------------------------------------------------------------------

SECOND = timedelta(seconds=1)
Counts = dict[tuple[str | None, date], dict[str, int]]


def bucket_of(day: date, unit: str) -> date:
    """The first day of the bucket that a day is in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day.replace(day=1) if unit == "month" else day


def ninth_of_ten(values: list[float]) -> float | None:
    """The 90 % point, between the two values that it falls between."""
    if not values:
        return None
    place = 0.9 * (len(values) - 1)
    below = sorted(values)[math.floor(place)]
    return below + (sorted(values)[math.ceil(place)] - below) * (place % 1)


def horizon_of(history: History, view: View, end: int) -> float | None:
    """The seconds after which a lead counts as followed long enough."""
    if view.window is not None:
        return view.window * 86_400.0
    whole = Reference(history, view.during("all"))
    found = [(whole.counted(lead), lead) for lead in history.leads]
    return ninth_of_ten(
        [(at - times[0]) / SECOND for times, _ in found if (at := times[end]) and times[0]]
    )


def counted_slowly(history: History, view: View, unit: str, steps: tuple[int, int]) -> Counts:
    """Lead by lead: who entered, came to the two steps and was followed long enough."""
    reference, (start, end) = Reference(history, view), steps
    horizon = horizon_of(history, view, end)
    found: Counts = {}

    def add(lead: Mapping[str, Any], at: datetime, name: str) -> None:
        key = (reference._segment(lead), bucket_of(reference.day(at), unit))
        counts = found.setdefault(
            key, dict.fromkeys(("entrants", "mature", "entered", "reached"), 0)
        )
        counts[name] += 1

    for lead in history.leads:
        times = reference.counted(lead)
        for name, step in (("entrants", 0), ("entered", start), ("reached", end)):
            at = times[step]
            if at is not None:
                add(lead, at if view.mode == "flow" else times[0] or at, name)
        entry = times[0]
        age = math.nan if entry is None else (reference.as_of - entry) / SECOND
        if entry is not None and horizon is not None and age >= horizon:
            add(lead, entry, "mature")
    return found


@stores(12)
@given(st.data())
def test_rates_are_counted_lead_by_lead(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for view in data.draw(st.lists(views(history), min_size=8, max_size=8)):
            unit = data.draw(st.sampled_from(UNITS))
            scope = Scope(view, generation)
            places = st.integers(0, len(scope.steps) - 1)
            start, end = sorted(data.draw(st.lists(places, min_size=2, max_size=2, unique=True)))
            since, to = scope.steps[start].slug, scope.steps[end].slug
            rows = conversions(Scope(view, generation), unit=unit, since=since, to=to).rows
            assert list(rows.columns) == COLUMNS
            assert set(rows["stage"]) <= {to}
            expected = counted_slowly(history, view, unit, (start, end))
            assert_counted(rows, expected, flow=view.mode == "flow")
            assert_sums(rows, view, generation, since, to)


def assert_counted(rows: pd.DataFrame, expected: Counts, *, flow: bool) -> None:
    nobody = dict.fromkeys(("entrants", "mature", "entered", "reached"), 0)
    keys = set()
    for row in rows.itertuples(index=False):
        key = (row.segment, row.bucket)
        keys.add(key)
        counts = expected.get(key, nobody)
        assert (row.entered, row.reached) == (counts["entered"], counts["reached"]), key
        assert math.isnan(row.rate) == (row.entered == 0)
        if flow:
            assert not row.immature
            assert pd.isna([row.low, row.high, row.mature]).all()
            continue
        assert row.immature == (counts["mature"] < counts["entrants"])
        if counts["entrants"]:
            assert row.mature == pytest.approx(counts["mature"] / counts["entrants"])
        if row.entered:
            assert (row.low, row.high) == pytest.approx(wilson(row.reached, row.entered))
    assert {key for key, counts in expected.items() if any(counts.values())} <= keys


def assert_sums(rows: pd.DataFrame, view: View, generation: Any, since: str, to: str) -> None:
    """The buckets together are the funnel."""
    whole = funnel(Scope(view, generation)).rows.set_index(["segment", "stage"])["reached"]
    summed = rows.groupby("segment", dropna=False)[["entered", "reached"]].sum()
    for segment, sums in summed.iterrows():
        name = segment if isinstance(segment, str) else None
        at = whole[whole.index.get_level_values(0).isna() if name is None else name]
        steps = at.droplevel(0) if at.index.nlevels == 2 else at
        assert (sums["entered"], sums["reached"]) == (steps[since], steps[to])


@pytest.mark.parametrize(
    ("days", "unit"),
    [(1, "week"), (190, "week"), (191, "month"), (1098, "month"), (1099, "quarter")],
)
def test_the_unit_of_rates(days: int, unit: str) -> None:
    first = date(2024, 1, 1)
    assert rate_unit_for(first, first + timedelta(days=days - 1)) == unit


def test_a_bucket_is_mature_to_the_microsecond(tmp_path: Path) -> None:
    leads = [
        {"lead_id": "x", "created_at": "2024-01-01"},
        {"lead_id": "y", "created_at": "2024-01-02"},
    ]
    touches = [("x", "2024-02-01")]
    generation = store_of(tmp_path, leads, pipeline=SHORT, touches=touches).generation()

    def mature(as_of: str) -> tuple[float, bool]:
        at = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
        rows = conversions(Scope(View(window=7, as_of=at), generation), unit="month").rows
        (row,) = rows.itertuples(index=False)
        return row.mature, row.immature

    assert mature("2024-01-08T23:59:59.999999") == (0.5, True)
    assert mature("2024-01-09T00:00:00") == (1.0, False)


def test_the_horizon_is_not_that_of_the_fast_ones(tmp_path: Path) -> None:
    """Of a young period only quick conversions are known; the whole of the data knows better."""
    old = [{"lead_id": f"o{n}", "created_at": "2024-01-01"} for n in range(10)]
    new = [{"lead_id": f"n{n}", "created_at": "2024-06-01"} for n in range(10)]
    moves = [(f"o{n}", "c", "2024-04-10") for n in range(10)]
    moves.append(("n0", "c", "2024-06-03"))
    generation = store_of(
        tmp_path, [*old, *new], moves, touches=[("n0", "2024-07-01")], pipeline=SHORT
    ).generation()
    rows = conversions(Scope(View(period=None, first=date(2024, 6, 1)), generation)).rows
    assert rows["horizon_seconds"].iat[0] == 100 * 86_400
    assert rows.loc[rows["entered"] > 0, "immature"].all()


def test_nobody_came_so_nothing_is_mature(tmp_path: Path) -> None:
    generation = store_of(
        tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}], pipeline=SHORT
    ).generation()
    (row,) = conversions(Scope(View(), generation)).rows.itertuples(index=False)
    assert (row.entered, row.reached, row.rate, row.mature, row.immature) == (1, 0, 0, 0, True)
    assert math.isnan(row.horizon_seconds)
    nobody = View().where("source", ["nowhere"])
    assert conversions(Scope(nobody, generation)).rows[
        ["entered", "reached"]
    ].to_numpy().tolist() == [[0, 0]]
    assert conversions(Scope(replace(nobody, by="source"), generation)).rows.empty


def test_a_month_ends_at_midnight_there_also_in_the_night_that_clocks_change(
    tmp_path: Path,
) -> None:
    # São Paulo had no midnight on 15 October 2017: the day began at one, 03:00 UTC.
    leads = [
        {"lead_id": "sat", "created_at": datetime(2017, 10, 15, 2, 59, 59)},
        {"lead_id": "sun", "created_at": datetime(2017, 10, 15, 3)},
        {"lead_id": "oct", "created_at": datetime(2017, 11, 1, 1, 59, 59)},
        {"lead_id": "nov", "created_at": datetime(2017, 11, 1, 2)},
    ]
    generation = store_of(
        tmp_path, leads, pipeline=SHORT, time_zone="America/Sao_Paulo"
    ).generation()

    def entered(unit: str) -> dict[str, int]:
        rows = conversions(Scope(View(), generation), unit=unit).rows
        return {str(row.bucket): row.entered for row in rows.itertuples() if row.entered}

    assert entered("day") == {"2017-10-14": 1, "2017-10-15": 1, "2017-10-31": 1, "2017-11-01": 1}
    assert entered("week") == {"2017-10-09": 2, "2017-10-30": 2}
    assert entered("month") == {"2017-10-01": 3, "2017-11-01": 1}
    assert entered("quarter") == {"2017-10-01": 4}


@pytest.mark.parametrize(
    "asked",
    [{"unit": "year"}, {"to": "z"}, {"since": "b", "to": "a"}, {"since": "c"}, {"to": "lead"}],
)
def test_what_cannot_be_asked(tmp_path: Path, asked: dict[str, str]) -> None:
    generation = store_of(
        tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}], pipeline=SHORT
    ).generation()
    with pytest.raises(ValueError, match=r"\w"):
        conversions(Scope(View(level="stage"), generation), **asked)
