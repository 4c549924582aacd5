"""The work list: the open leads, no other; the same rule for each, whoever looks."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.leads.outlook import Outlook, outlook
from analytics.leads.overdue import overdue as late
from analytics.leads.to_do import (
    COLUMNS,
    STATES,
    groups,
    let_go,
    listing,
    of_today,
    overdue,
    to_do,
)
from analytics.scope import Scope
from analytics.time_in_stage.waiting import waiting
from analytics.view.attribution_rules import Credit
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import generation_of, histories, store_of, stores, views

MARGINS = st.sampled_from((100, 40))


@stores(6)
@given(st.data())
def test_they_are_the_leads_that_wait_today(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for seen in data.draw(st.lists(views(held), min_size=4, max_size=4)):
            cost = data.draw(st.none() | st.integers(1, 10**9))
            view = replace(seen, call_cost=cost, credit=Credit(margin=data.draw(MARGINS)))
            scope = Scope(view, generation)
            found = listing(scope)
            rows = found.rows
            today = waiting(Scope(of_today(view), generation)).rows
            assert sorted(rows["lead_id"]) == sorted(today["lead_id"])
            states = rows["state"].value_counts()
            assert overdue(found).count() == states.get("overdue", 0) == len(to_do(scope).rows)
            assert let_go(found).count() == states.get("let_go", 0)
            stages = outlook(scope)
            for row in rows.to_dict("records"):
                assert_state(row, stages[row["stage"]], scope)
            by_stage = late(scope).rows
            assert by_stage["let_go"].sum() == let_go(found).count()
            assert by_stage["overdue"].sum() == overdue(found).count()
            assert_order(rows)
            assert_parts(view, generation, rows)


def assert_state(row: dict[str, Any], stage: Outlook, scope: Scope) -> None:
    day = 86_400
    is_late = stage.limit is not None and row["days"] * day > stage.limit + 1e-3
    assert (row["state"] != "in_time") is is_late
    in_vain = row["days"] * day > stage.let_go + 1e-3
    if scope.view.call_cost is not None and pd.notna(row["chance"]) and pd.notna(row["value"]):
        brings = row["chance"] * row["value"] * scope.view.credit.margin / 100
        in_vain = brings < scope.view.call_cost
    assert (row["state"] == "let_go") is (is_late and in_vain)
    left = stage.left_after(row["days"])
    assert pd.isna(row["chance"]) if left is None else row["chance"] == left.chance
    assert pd.isna(row["value"]) is pd.isna(row["value_from"])
    if row["value_from"] == "lead" and row["currency"] == scope.generation.currency:
        assert row["value"] == row["amount"]
    if row["state"] != "overdue" or pd.isna(row["chance"]):
        assert pd.isna(row["weight"])
    else:
        worth = 1 if pd.isna(row["value"]) else row["value"]
        by = min(row["days"] / row["limit_days"], 3)
        assert row["weight"] == pytest.approx(worth * row["chance"] * by)


def assert_order(rows: pd.DataFrame) -> None:
    key = [
        (-last(row.weight), -last(row.chance), -row.days, row.lead_id) for row in rows.itertuples()
    ]
    assert key == sorted(key)


def last(number: float) -> float:
    return -1.0 if pd.isna(number) else number


def assert_parts(view: View, generation: Generation, rows: pd.DataFrame) -> None:
    """Two parts of the leads add up to all of them, each lead with the same numbers."""
    if dict(view.filters).get("source"):
        return
    of_seo = listing(Scope(view.where("source", ["seo"]), generation)).rows
    expected = rows[rows["source"] == "seo"].reset_index(drop=True)
    # A column of nulls alone has another type than one with texts.
    both = (each.astype(object).where(each.notna(), None) for each in (of_seo, expected))
    pd.testing.assert_frame_equal(*both)


def test_a_file_may_name_its_columns_like_what_is_made_of_them(tmp_path: Path) -> None:
    named = ("value", "late", "chance", "weight", "days", "limit_seconds", "entered_tick")
    leads: list[dict[str, Any]] = [
        {"lead_id": f"l{n}", "created_at": f"2024-01-{n:02}", "amount": n} for n in range(1, 31)
    ]
    moves = [("l1", "won", "2024-02-01")]
    plain = listing(Scope(View(), store_of(tmp_path / "plain", leads, moves).generation()))
    named_so = [{**lead, **dict.fromkeys(named, str(lead["amount"] % 3))} for lead in leads]
    held = store_of(tmp_path, named_so, moves).generation()
    assert {"value", "chance", "weight", "limit_seconds"} <= {*held.dimensions}
    pd.testing.assert_frame_equal(listing(Scope(View(), held)).rows, plain.rows)
    view = replace(View(clock="working"), by="value")
    assert listing(Scope(view, held)).count() == len(plain.rows)


def test_what_a_lead_is_worth(tmp_path: Path) -> None:
    """Its own amount; else the mean of won leads of its size, where ten are known; else of all."""
    won: list[dict[str, Any]] = [
        {"lead_id": f"w{size}{n}", "created_at": "2024-01-01", "company_size": size, "amount": each}
        for size, each, many in (("small", 10.0, 10), ("large", 70.0, 5))
        for n in range(many)
    ]
    open_leads: list[dict[str, Any]] = [
        {"lead_id": "own", "company_size": "small", "amount": 3.0, "need": True},
        {"lead_id": "small", "company_size": "small", "need": True, "budget": False},
        {"lead_id": "large", "company_size": "large"},
        {"lead_id": "nobody's", "need": True, "budget": True, "authority": True, "timing": True},
        {"lead_id": "abroad", "amount": 5.0, "currency": "USD"},
    ]
    leads = [*won, *({**lead, "created_at": "2024-01-01"} for lead in open_leads)]
    moves = [(lead["lead_id"], "won", "2024-01-05") for lead in won]
    generation = store_of(tmp_path, leads, moves).generation()
    rows = listing(Scope(View(), generation)).rows.set_index("lead_id")
    mean = (10 * 10 + 5 * 70) / 15
    assert rows["value"].to_dict() == pytest.approx(
        {"own": 3.0, "small": 10.0, "large": mean, "nobody's": mean, "abroad": mean}
    )
    assert rows["value_from"].to_dict() == {
        "own": "lead",
        "small": "company_size",
        "large": "all",
        "nobody's": "all",
        "abroad": "all",
    }
    assert rows["ask"].to_dict() == {
        "own": "budget",
        "small": "budget",
        "large": "need",
        "nobody's": "close",
        "abroad": "need",
    }
    assert set(rows["value_currency"]) == {generation.currency}


def test_without_amounts_and_answers_it_is_a_list_all_the_same(tmp_path: Path) -> None:
    leads = [{"lead_id": f"L{n}", "created_at": f"2024-01-0{n}"} for n in range(1, 5)]
    moves = [("L1", "sal", "2024-01-09")]
    found = listing(Scope(View(), store_of(tmp_path, leads, moves).generation())).rows
    assert list(found.columns) == COLUMNS
    assert found[["value", "value_from", "chance", "weight", "ask"]].isna().all().all()
    assert found["lead_id"].tolist() == ["L2", "L3", "L4", "L1"]  # the longest waiting first


@pytest.mark.parametrize("dimension", ["owner", "team"])
def test_groups_add_up_to_the_list(dimension: str, whole_sample: Generation) -> None:
    found = overdue(listing(Scope(View(), whole_sample)))
    counted = groups(found, dimension)
    assert counted["leads"].sum() == found.count()
    first = counted.iloc[0]
    own = replace(View().where(dimension, [first["name"]]))
    rows = to_do(Scope(own, whole_sample)).rows
    assert len(rows) == first["leads"]
    assert rows["value"].sum() == pytest.approx(first["value"])
    assert set(rows["state"]) == {STATES[1]}


def test_the_sample_has_leads_to_save_and_to_let_go(whole_sample: Generation) -> None:
    found = listing(Scope(View(), whole_sample))
    rows = overdue(found).rows
    assert rows["days"].max() <= 90
    assert rows["chance"].between(0, 0.5).all()
    assert rows["weight"].is_monotonic_decreasing
    # At the stages with a limit: 161, 136 and 78 leads.
    limited = rows[rows["stage"].isin(["mql", "sal", "sql"])]
    assert (len(limited), let_go(found).count()) == (375, 911)


def test_a_call_that_costs_more_than_it_can_bring_is_not_worth_it(
    whole_sample: Generation,
) -> None:
    by_days = listing(Scope(View(), whole_sample))
    late = by_days.where("state <> 'in_time'").rows
    costs, gone = (1, 500_000, 5_000_000, 50_000_000), []
    for cost in costs:
        found = listing(Scope(View(call_cost=cost, credit=Credit(margin=40)), whole_sample))
        rows = found.rows
        brings = rows["value"] * rows["chance"] * 0.4
        is_late = rows["state"] != "in_time"
        assert set(rows["lead_id"][is_late]) == set(late["lead_id"])
        assert (rows["state"] == "let_go").equals(is_late & (brings < cost))
        gone.append(let_go(found).count())
        assert gone[-1] + overdue(found).count() == len(late)
        if cost == costs[0]:  # next to nothing, so of those alone of whom nobody was ever won
            assert set(rows["chance"][rows["state"] == "let_go"]) == {0.0}
    assert gone == sorted(gone)
    assert gone[-1] > gone[1]
