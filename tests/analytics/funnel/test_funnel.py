"""The funnel is what the definitions say, on any history and for any view."""

import json
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import COLUMNS, funnel
from analytics.scope import Scope
from analytics.stats.intervals import wilson
from analytics.view.view import View, segment_value
from data.pipeline import Pipeline, Stage
from tests.support.histories import (
    SHORT,
    History,
    generation_of,
    histories,
    instant,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference

CASES = Path(__file__).parents[4] / "shared" / "data" / "ordered_funnels" / "cases.json"
NUMBERS = ("of_first", "of_previous", "open", "lost", "median_seconds")


def rows_of(frame: pd.DataFrame) -> dict[tuple[str | None, str], dict[str, Any]]:
    """A funnel's rows by segment and step, missing values as None."""
    return {
        (record["segment"], record["stage"]): record
        for record in frame.astype(object).where(frame.notna(), None).to_dict("records")
    }


def assert_same(frame: pd.DataFrame, reference: Reference) -> None:
    assert list(frame.columns) == COLUMNS
    found, expected = rows_of(frame), reference.funnel()
    assert len(found) == len(frame)
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key]["reached"] == row["reached"], key
        for name in NUMBERS:
            assert found[key][name] == pytest.approx(row[name], abs=1e-6), (key, name)


@stores(20)
@given(st.data())
def test_it_is_the_reference(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for view in data.draw(st.lists(views(history), min_size=15, max_size=15)):
            frame = funnel(Scope(view, generation)).rows
            assert_same(frame, Reference(history, view))
            assert_consistent(frame, view)


def assert_consistent(frame: pd.DataFrame, view: View) -> None:
    """What must hold of any funnel, whatever is in it."""
    sizes = []
    for _, segment in frame.groupby("segment", sort=False, dropna=False):
        reached = segment["reached"].tolist()
        sizes.append(reached[0])
        if view.mode == "flow":
            assert (
                segment[["open", "lost", "of_previous_low", "of_previous_high"]]
                .isna()
                .all(axis=None)
            )
            continue
        assert reached == sorted(reached, reverse=True)
        going_on = [*reached[1:], reached[-1]]
        assert reached == [
            following + still + lost
            for following, still, lost in zip(
                going_on, segment["open"], segment["lost"], strict=True
            )
        ]
        for before, (_, row) in zip(reached, list(segment.iterrows())[1:], strict=False):
            if before:
                interval = wilson(row["reached"], before)
                assert (row["of_previous_low"], row["of_previous_high"]) == pytest.approx(interval)
    assert sizes == sorted(sizes, reverse=True)


@stores(10)
@given(st.data())
def test_segments_are_the_funnels_of_their_filters(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for view in data.draw(st.lists(views(history), min_size=4, max_size=4)):
            for dimension in ("source", "shoe"):
                broken_down = replace(view, by=dimension)
                whole = rows_of(funnel(Scope(replace(view, by=None), generation)).rows)
                parts = funnel(Scope(broken_down, generation)).rows
                for (_, step), row in whole.items():
                    assert row["reached"] == parts.loc[parts["stage"] == step, "reached"].sum()
                for name, segment in parts.groupby("segment", sort=False):
                    value = segment_value(str(name))
                    alone = funnel(
                        Scope(replace(view.where(dimension, [value]), by=None), generation)
                    ).rows
                    assert rows_of(segment.assign(segment=None)) == rows_of(alone)


def ordered_cases() -> list[Any]:
    if not CASES.exists():
        reason = "the ordered funnel cases are not beside the checkout"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", ordered_cases())
def test_ordered_cases(case: dict[str, Any], tmp_path: Path) -> None:
    """A view counts in whole days of the store's calendar, the cases in seconds of UTC.

    A window that is no number of days is stretched to one, and the history with it. A period that
    begins at eight in the morning is a day of a zone eight hours behind.
    """
    start, end = instant(case["entry_from"]), instant(case["entry_to"])
    stretch = 1 if case["window_seconds"] % 86_400 == 0 else 86_400 / case["window_seconds"]

    def stretched(at: datetime) -> datetime:
        return start + (at - start) * stretch

    zone = {0: "UTC", 8: "Etc/GMT+8"}[start.hour]
    offset = timedelta(hours=start.hour)
    last_second = stretched(end + timedelta(seconds=1)) - timedelta(microseconds=1)
    assert start - offset == datetime.combine((start - offset).date(), datetime.min.time())
    assert stretched(end + timedelta(seconds=1)).time() == start.time()
    moves = [(lead, stage, stretched(instant(at))) for lead, stage, at in case["history"]]
    firsts: dict[str, datetime] = {}
    for lead, _, at in moves:
        firsts[lead] = min(at, firsts.get(lead, at))
    groups = ("lead", "prospect", "opportunity")
    generation = store_of(
        tmp_path,
        [{"lead_id": lead, "created_at": at} for lead, at in firsts.items()],
        moves,
        pipeline=Pipeline(
            tuple(Stage(slug, groups[place]) for place, slug in enumerate(case["stages"])), ()
        ),
        time_zone=zone,
    ).generation()
    for level in ("stage", "group"):
        view = View(
            period=None,
            first=(start - offset).date(),
            last=(last_second - offset).date(),
            level=level,
            skipped="strict",
            window=round(case["window_seconds"] * stretch / 86_400),
        )
        reached = funnel(Scope(view, generation)).rows["reached"].tolist()
        expected = [
            found if said is None else said
            for found, said in zip(reached, case["reached"], strict=True)
        ]
        assert reached == expected


def test_a_growing_intake_makes_the_flow_lower_than_the_cohort(tmp_path: Path) -> None:
    """Intake grows 20 % a month and 40 % of every cohort advance exactly two months later."""
    leads: list[dict[str, Any]] = []
    moves = []
    size = 500.0
    months = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(8)]
    for place, month in enumerate(months[:6]):
        for number in range(round(size)):
            lead = f"{month}-{number}"
            leads.append({"lead_id": lead, "created_at": datetime(month.year, month.month, 15)})
            if number < round(size * 0.4):
                later = months[place + 2]
                moves.append((lead, "b", datetime(later.year, later.month, 15)))
        size *= 1.2
    generation = store_of(tmp_path, leads, moves, pipeline=SHORT).generation()

    def rate(month: date, mode: str) -> float:
        last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        view = View(period=None, first=month, last=last, mode=mode)
        return float(funnel(Scope(view, generation)).rows["of_previous"].iat[1])

    for month in months[:6]:
        assert rate(month, "cohort") == pytest.approx(0.400, abs=5e-4)
    assert [rate(month, "flow") for month in months[:2]] == [0, 0]
    for month in months[2:6]:
        assert rate(month, "flow") == pytest.approx(0.2778, abs=1e-3)


def test_flow_counts_moves_of_other_people_and_has_no_interval(tmp_path: Path) -> None:
    leads = [{"lead_id": f"{n}", "created_at": "2024-01-10"} for n in range(3)]
    leads.append({"lead_id": "new", "created_at": "2024-02-10"})
    moves = [(f"{n}", "b", "2024-02-01") for n in range(3)]
    generation = store_of(tmp_path, leads, moves, pipeline=SHORT).generation()
    view = View(period=None, first=date(2024, 2, 1), last=date(2024, 2, 29), mode="flow")
    rows = funnel(Scope(view, generation)).rows
    assert rows["reached"].tolist() == [1, 3, 0]
    assert rows["of_previous"].iat[1] == 3.0
    assert rows[["of_previous_low", "of_previous_high", "open", "lost"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("moved", "reached", "opened", "lost"),
    [
        ("2024-01-07T23:59:59.999999", [1, 1], [0, 1], [0, 0]),
        ("2024-01-08T00:00:00", [1, 1], [0, 0], [0, 1]),  # the window's last instant counts
        ("2024-01-08T00:00:00.000001", [1, 0], [0, 0], [1, 0]),
    ],
)
def test_the_window_ends_to_the_microsecond(
    tmp_path: Path, moved: str, reached: list[int], opened: list[int], lost: list[int]
) -> None:
    two = Pipeline((Stage("a", "lead"), Stage("b", "prospect"), Stage("c", "customer")), ())
    leads = [{"lead_id": "x", "created_at": "2024-01-01"}]
    generation = store_of(tmp_path, leads, [("x", "b", moved)], pipeline=two).generation()
    rows = funnel(Scope(View(window=7), generation)).rows
    assert rows["reached"].tolist()[:2] == reached
    # At the window's last instant all that can count is known: who is not on by then is lost.
    assert (rows["open"].tolist()[:2], rows["lost"].tolist()[:2]) == (opened, lost)


def test_nobody_is_an_empty_funnel_and_no_error(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}]).generation()
    nobody = View().where("source", ["nowhere"])
    rows = funnel(Scope(nobody, generation)).rows
    assert rows["reached"].tolist() == [0, 0, 0, 0]
    assert rows[["of_first", "of_previous", "median_seconds"]].isna().all(axis=None)
    assert funnel(Scope(replace(nobody, by="source"), generation)).rows.empty
    assert list(funnel(Scope(replace(nobody, by="source"), generation)).rows.columns) == COLUMNS


def test_leaving_and_coming_back(tmp_path: Path) -> None:
    leads = [{"lead_id": lead, "created_at": "2024-01-01"} for lead in "abc"]
    moves = [
        ("a", "lost", "2024-01-02"),
        ("b", "lost", "2024-01-02"),
        ("b", "mql", "2024-01-04"),
        ("c", "won", "2024-01-05"),
        ("c", "lost", "2024-01-06"),
        ("a", "disqualified", "2024-01-07"),
    ]
    generation = store_of(tmp_path, leads, moves).generation()

    def numbers(as_of: date) -> tuple[list[int], list[int], list[int]]:
        rows = funnel(Scope(View(as_of=as_of), generation)).rows
        return rows["reached"].tolist(), rows["open"].tolist(), rows["lost"].tolist()

    assert numbers(date(2024, 1, 1)) == ([3, 0, 0, 0], [3, 0, 0, 0], [0, 0, 0, 0])
    assert numbers(date(2024, 1, 3)) == ([3, 0, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0])
    assert numbers(date(2024, 1, 4)) == ([3, 0, 0, 0], [2, 0, 0, 0], [1, 0, 0, 0])
    assert numbers(date(2024, 1, 9)) == ([3, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0])


def test_as_of_is_never_the_clock(tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": "2001-01-01"}]
    generation = store_of(tmp_path, leads, touches=[("x", "2001-01-05")]).generation()
    for as_of in (None, date(2024, 1, 1), datetime(2024, 1, 1, tzinfo=UTC)):
        # Five days known, a window of a week: still open, however late it is today.
        assert funnel(Scope(View(window=7, as_of=as_of), generation)).rows["open"].iat[0] == 1


def test_a_missing_value_and_a_tilde_are_two_segments(tmp_path: Path) -> None:
    history = History(
        leads=(
            {"lead_id": "x", "created_at": datetime(2024, 1, 1), "source": None},
            {"lead_id": "y", "created_at": datetime(2024, 1, 1), "source": "~"},
        )
    )
    rows = funnel(Scope(View(by="source"), generation_of(tmp_path, history))).rows
    first = rows[rows["stage"] == "lead"]
    assert first["reached"].tolist() == [1, 1]
    assert [segment_value(segment) for segment in first["segment"]] == [None, "~"]
