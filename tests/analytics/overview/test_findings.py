"""The things to do are those that their own pages name, with the same numbers."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.ranking import ranked as ranked_places
from analytics.certainty import Certainty
from analytics.leads import to_do
from analytics.overview.findings import leak_of, overdue_of, source_of
from analytics.scope import Scope
from analytics.sources.scoreboard import scoreboard
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import store_of


def test_the_step_is_that_which_the_page_about_bottlenecks_opens_with(
    whole_sample: Generation,
) -> None:
    ranking = ranked_places(bottlenecks(Scope(View(), whole_sample)))
    found = leak_of(ranking)
    assert found is not None
    assert (found.stage, found.next_stage) == ("sal", "sql")
    assert (found.dimension, found.segment) == ("team", "TP.HCM 2")
    assert (found.held_against, found.certainty) == ("past", Certainty.CERTAIN)
    assert (found.rate, found.benchmark) == pytest.approx((0.23, 0.40), abs=0.005)
    assert found.customers == pytest.approx(8.9, abs=0.1)
    assert found.money == pytest.approx(1.73e9, rel=0.01)
    assert leak_of(replace(ranking, findings=())) is None


def test_overdue_leads_are_those_of_the_work_list(whole_sample: Generation) -> None:
    scope = Scope(View().where("team", ["TP.HCM 2"]), whole_sample)
    rows = to_do.to_do(scope).rows
    found = overdue_of(to_do.listing(scope))
    assert found is not None
    assert found.leads == len(rows)
    assert found.money == pytest.approx((rows["value"] * rows["chance"]).sum())
    nobody = Scope(View().where("team", ["nobody"]), whole_sample)
    assert overdue_of(to_do.listing(nobody)) is None


def test_the_source_is_the_one_that_the_next_money_is_for(whole_sample: Generation) -> None:
    """A cheaper one took too little money to say what more of it would bring."""
    board = scoreboard(Scope(View(period="last-365d"), whole_sample))
    found = source_of(board, 365)
    assert found is not None
    row = board.rows.set_index("segment").loc["webinar"]
    assert (found.by, found.segment, found.price) == ("source", "webinar", board.price)
    assert found.cost == row["cost_a_customer"] > board.rows["cost_a_customer"].iat[0]
    saved = (found.price - found.cost) * row["expected"]
    assert found.money == pytest.approx(saved * 91 / 365)
    assert found.certainty is Certainty.CERTAIN
    all_dear = replace(board, rows=board.rows.assign(recommendation="keep"))
    assert source_of(all_dear, 365) is None


def test_without_costs_no_source_is_named(tmp_path: Path) -> None:
    lead = {"lead_id": "1", "created_at": datetime(2026, 9, 1), "source": "seo"}
    generation = store_of(tmp_path, [lead]).generation()
    assert source_of(scoreboard(Scope(View(), generation)), 365) is None
