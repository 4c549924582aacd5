"""The list behind a number has exactly that many leads, each standing where it stood."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads, listing
from analytics.leads.story import contact, history
from analytics.scope import Scope
from analytics.view.view import View, segment_value
from data.store import Generation
from tests.support.histories import History, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference, value_of

COLUMNS = (
    "lead_id created_at source owner stage stage_entered_at days_in_stage reached_at channel "
    "campaign team region industry temperature company name amount currency state reasons phone "
    "email need budget authority timing value screening screening_reason duplicate_of"
).split()


@stores(8)
@given(st.data())
def test_they_are_as_many_as_the_funnel_says_and_those(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for view in data.draw(st.lists(views(held), min_size=6, max_size=6)):
            reference = Reference(held, view)
            counts = funnel(Scope(view, generation)).rows
            for step, bars in counts.groupby("stage", sort=False):
                scope = Scope(replace(view, stage=str(step)), generation)
                rows = leads(scope).rows
                assert len(rows) == listing(scope).count() == bars["reached"].sum()
                assert sorted(rows["lead_id"]) == sorted(reference.leads(str(step)))
                assert_standing(rows, reference)
            assert len(leads(Scope(view, generation)).rows) == len(
                reference.leads(reference.steps[0])
            )
            if view.by is not None:
                assert_segments(view, generation, counts)


def assert_standing(rows: pd.DataFrame, reference: Reference) -> None:
    by_id = {lead["lead_id"]: lead for lead in reference.history.leads}
    place = None
    for row in rows.to_dict("records"):
        lead = by_id[row["lead_id"]]
        standing = reference.standing(lead)
        assert row["stage"] == standing.stage
        assert row["stage_entered_at"] == standing.at
        days = (reference.as_of - standing.at) / timedelta(days=1)
        assert row["days_in_stage"] == pytest.approx(days, abs=1e-9)
        assert days >= 0
        assert row["created_at"] == lead["created_at"]
        assert (row["reached_at"] in reference.reaches(lead)) is True
        for name in ("source", "region", "temperature"):
            said = value_of(lead, name)
            assert pd.isna(row[name]) if said is None else row[name] == said
        order = (-row["created_at"].value, row["lead_id"])
        assert place is None or place < order
        place = order


def assert_segments(view: View, generation: Generation, counts: pd.DataFrame) -> None:
    assert view.by is not None
    for row in counts.to_dict("records"):
        narrowed = replace(
            view.where(view.by, [segment_value(row["segment"])]), by=None, stage=row["stage"]
        )
        assert len(leads(Scope(narrowed, generation)).rows) == row["reached"]


@stores(10)
@given(st.data())
def test_nothing_after_as_of_is_known(data: st.DataObject) -> None:
    """A store that stops at as_of gives what the whole store gives as of then.

    A touch at as_of makes that the last event of both: `as_of` is never later than the data. What
    has no history of its own, a lead's columns, is what it is today in both.
    """
    held = data.draw(histories())
    came = min(lead["created_at"] for lead in held.leads)  # before that there is no store
    as_of = data.draw(st.sampled_from([at for at in held.instants if at >= came]))
    cut = held.until(as_of)
    held = replace(held, touches=(("nobody", as_of),))
    cut = replace(cut, touches=held.touches)
    with tempfile.TemporaryDirectory() as folder:
        whole = generation_of(Path(folder) / "whole", held)
        known = generation_of(Path(folder) / "known", cut)
        for drawn in data.draw(st.lists(views(held), min_size=6, max_size=6)):
            view = replace(drawn, as_of=as_of.replace(tzinfo=UTC))
            if not {view.by, *(name for name, _ in view.filters)} <= {None, *known.dimensions}:
                continue  # Nobody had said a shoe size by then.
            pd.testing.assert_frame_equal(
                funnel(Scope(view, whole)).rows, funnel(Scope(view, known)).rows
            )
            pd.testing.assert_frame_equal(
                leads(Scope(view, whole)).rows, leads(Scope(view, known)).rows, check_dtype=False
            )
            at_the_end = replace(view, as_of=None)
            pd.testing.assert_frame_equal(
                funnel(Scope(view, whole)).rows, funnel(Scope(at_the_end, known)).rows
            )


def test_the_columns_others_rely_on(tmp_path: Path) -> None:
    rows = [{"lead_id": "x", "created_at": "2024-01-01", "amount": 5.0, "name": "Ánh"}]
    found = leads(Scope(View(), store_of(tmp_path, rows).generation())).rows
    assert list(found.columns) == COLUMNS
    assert found.loc[0, ["amount", "currency", "name"]].tolist() == [5.0, "VND", "Ánh"]


def test_nobody_is_an_empty_list_with_all_columns(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}]).generation()
    found = leads(Scope(View(stage="customer"), generation)).rows
    assert found.empty
    assert list(found.columns) == COLUMNS


def test_out_by_two_exits_is_at_the_second(tmp_path: Path) -> None:
    moves = [("x", "lost", "2024-01-02"), ("x", "disqualified", "2024-01-05")]
    touches = [("x", "2024-01-09")]
    generation = store_of(
        tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}], moves, touches=touches
    ).generation()
    row = leads(Scope(View(), generation)).rows.iloc[0]
    assert (row["stage"], row["stage_entered_at"]) == ("disqualified", pd.Timestamp("2024-01-05"))
    assert row["days_in_stage"] == 4


def test_of_a_lost_lead_it_is_told_why(tmp_path: Path) -> None:
    leads_of = [{"lead_id": each, "created_at": "2024-01-01"} for each in ("x", "y", "z")]
    moves = [(each, "lost", "2024-01-02") for each in ("x", "y")] + [("z", "mql", "2024-01-02")]
    told = [("x", "lost", "2024-01-02", kind) for kind in ("timing", "price")]
    generation = store_of(tmp_path, leads_of, moves, reasons=told).generation()
    rows = leads(Scope(View(), generation)).rows.set_index("lead_id")
    assert rows.loc["x", "reasons"] == "price;timing"
    assert rows["reasons"].isna().to_dict() == {"x": False, "y": True, "z": True}


def test_the_story_of_one_lead(tmp_path: Path) -> None:
    held = History(
        leads=(
            {"lead_id": "x", "created_at": datetime(2024, 1, 1), "source": "seo", "shoe": "40"},
            {"lead_id": "'; drop table leads; --", "created_at": datetime(2024, 1, 1)},
        ),
        moves=(
            ("x", "sal", datetime(2024, 1, 3)),
            ("x", "mql", datetime(2024, 1, 3)),
            ("x", "mystery", datetime(2024, 1, 2)),
        ),
        touches=(("x", datetime(2023, 12, 30)),),
    )
    generation = generation_of(tmp_path, held)
    told = history(generation, "x")
    columns = ["happened_at", "kind", "what", "detail", "is_timed", "between_from"]
    assert list(told.columns) == [*columns, "reasons", "written"]
    assert told["kind"].tolist() == ["touch", "created", "stage", "stage", "stage"]
    assert told["what"].tolist()[2:] == ["mystery", "sal", "mql"]
    assert contact(generation, "x")["shoe"].tolist() == ["40"]
    assert len(contact(generation, "'; drop table leads; --")) == 1
    assert contact(generation, "nobody").empty
    assert history(generation, "nobody").empty
