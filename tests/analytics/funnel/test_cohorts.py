"""A cohort's cell is the funnel of its month with a window."""

import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.cohorts import AGES, COLUMNS, cohorts
from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from analytics.view.view import View
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference

DAY = timedelta(days=1)


def month_after(month: date) -> date:
    return (month.replace(day=28) + 4 * DAY).replace(day=1)


@stores(12)
@given(st.data())
def test_every_cell_is_counted_lead_by_lead(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for view in data.draw(st.lists(views(history), min_size=5, max_size=5)):
            scope = Scope(view, generation)
            places = st.integers(0, len(scope.steps) - 1)
            start, end = sorted(data.draw(st.lists(places, min_size=2, max_size=2, unique=True)))
            rows = cohorts(
                Scope(view, generation), since=scope.steps[start].slug, to=scope.steps[end].slug
            ).rows
            assert list(rows.columns) == COLUMNS
            seen = set()
            for row in rows.itertuples(index=False):
                days = min(row.within_days, view.window or row.within_days)
                reference = Reference(history, replace(view, mode="cohort", window=days))
                members = [
                    times
                    for lead in history.leads
                    if (times := reference.counted(lead))[0] is not None
                    and reference.day(times[0]).replace(day=1) == row.cohort
                    and reference._segment(lead) == row.segment
                ]
                seen |= {id(times) for times in members}
                leads = sum(times[start] is not None for times in members)
                reached = sum(times[end] is not None for times in members)
                assert (row.leads, row.reached) == (leads, reached)
                ages = [reference.as_of - entry for entry, *_ in members if entry is not None]
                had = [age >= row.within_days * DAY for age in ages]
                assert row.complete == (bool(had) and all(had))
                if had:
                    assert row.mature == pytest.approx(sum(had) / len(had))


@stores(8)
@given(st.data())
def test_a_complete_cell_is_the_funnel_of_its_month(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=3, max_size=3)):
            view = replace(drawn, by=None, mode="cohort", stage=None)
            first, last = Scope(view, generation).days
            rows = cohorts(Scope(view, generation)).rows
            for row in rows[rows["complete"]].itertuples(index=False):
                month = row.cohort
                days = view.during(
                    first=max(first, month), last=min(last, month_after(month) - DAY)
                )
                window = min(row.within_days, view.window or row.within_days)
                reached = funnel(Scope(replace(days, window=window), generation)).rows["reached"]
                assert (row.leads, row.reached) == (reached.iat[0], reached.iat[-1])


def test_a_lead_is_in_its_month_for_thirty_days_to_the_microsecond(tmp_path: Path) -> None:
    leads = [{"lead_id": name, "created_at": "2024-01-31T12:00:00"} for name in ("in", "late")]
    moves = [("in", "c", "2024-03-01T12:00:00"), ("late", "c", "2024-03-01T12:00:00.000001")]
    generation = store_of(tmp_path, leads, moves, pipeline=SHORT).generation()
    rows = cohorts(Scope(View(), generation)).rows
    january = rows[rows["cohort"] == date.fromisoformat("2024-01-01")]
    assert january[["age_months", "reached", "complete"]].to_numpy().tolist() == [
        [0, 1, True],
        [1, 2, False],
    ]


def test_months_without_leads_are_there_and_say_nothing(tmp_path: Path) -> None:
    leads = [{"lead_id": str(n), "created_at": f"2024-0{n}-05"} for n in (1, 3)]
    generation = store_of(tmp_path, leads, pipeline=SHORT).generation()
    rows = cohorts(Scope(View(), generation)).rows.set_index(["cohort", "age_months"])
    empty = rows.loc[(date.fromisoformat("2024-02-01"), 0)]
    assert (empty["leads"], empty["reached"], empty["complete"]) == (0, 0, False)
    assert pd.isna(empty["rate"])
    assert pd.isna(empty["mature"])
    assert cohorts(
        Scope(replace(View().where("source", ["no"]), by="source"), generation)
    ).rows.empty


def test_one_lead_and_all_ages(tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": "2023-01-05"}]
    moves = [("x", "c", "2023-12-30")]
    touches = [("x", "2024-01-01")]
    generation = store_of(tmp_path, leads, moves, touches=touches, pipeline=SHORT).generation()
    rows = cohorts(Scope(View(), generation)).rows
    first = rows[rows["cohort"] == date.fromisoformat("2023-01-01")]
    assert tuple(first["age_months"]) == AGES
    assert first["rate"].tolist() == [0, 0, 0, 0, 0, 0, 0, 1]
    assert first["complete"].tolist() == [True] * 7 + [True]


def test_a_cohort_is_followed_also_where_moves_are_counted(tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": datetime(2024, 1, 31, 18)}]
    moves = [("x", "c", "2024-02-03")]
    generation = store_of(
        tmp_path, leads, moves, pipeline=SHORT, time_zone="Asia/Ho_Chi_Minh"
    ).generation()
    flow = cohorts(Scope(View(mode="flow"), generation)).rows
    assert flow.equals(cohorts(Scope(View(), generation)).rows)
    # 31 January, 18:00 UTC is 1 February there.
    assert flow["cohort"].tolist() == [date.fromisoformat("2024-02-01")]


def test_worked_example_of_equal_cohorts_under_growth(tmp_path: Path) -> None:
    """Intake grows 20 % a month, 40 % of each month's leads come on 61 days later: no trend."""
    leads, moves = [], []
    for number in range(6):
        month = date(2024, number + 1, 1)
        size = round(100 * 1.2**number)
        for place in range(size):
            lead = f"{month}-{place}"
            leads.append({"lead_id": lead, "created_at": datetime(2024, number + 1, 15)})
            if place < round(size * 0.4):
                at = datetime(2024, number + 1, 15) + timedelta(days=61)
                moves.append((lead, "b", at))
    generation = store_of(tmp_path, leads, moves, pipeline=SHORT).generation()
    rows = cohorts(Scope(View(level="stage"), generation), to="b").rows
    final = rows[rows["complete"] & (rows["within_days"] >= 90)]
    assert final["rate"].tolist() == pytest.approx([0.4] * len(final), abs=5e-3)
    assert len(final) >= 6
    early = rows[(rows["leads"] > 0) & (rows["within_days"] <= 60)]
    assert set(early["rate"]) == {0.0}
