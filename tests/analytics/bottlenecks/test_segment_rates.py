"""Step rates: those of the bottlenecks, and who stands apart at which step."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.segment_rates import LEAST_VISITS, SegmentRates, segment_rates
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.stats.intervals import wilson
from analytics.stats.significance import against_rest, benjamini_hochberg
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import SHORT, Move, store_of

START = datetime(2024, 1, 1)
# Leads of each team at the first step, and of a hundred those that move on to `b`, and then to `c`.
TEAMS = {
    "north": (200, 50, 50),
    "south": (300, 52, 10),
    "west": (60, 10, 50),
    "east": (200, 51, 49),
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    leads: list[dict[str, Any]] = []
    moves: list[Move] = []
    for team, (count, to_b, to_c) in TEAMS.items():
        for number in range(count):
            lead = f"{team}{number}"
            leads.append({"lead_id": lead, "created_at": START, "team": team})
            if number % 100 >= to_b:
                continue
            moves.append((lead, "b", START + timedelta(days=2)))
            if number * 7 % 100 < to_c:
                moves.append((lead, "c", START + timedelta(days=4)))
    end = [("north0", START + timedelta(days=60))]
    folder = tmp_path_factory.mktemp("steps")
    return store_of(folder, leads, moves, touches=end, pipeline=SHORT).generation()


@pytest.fixture(scope="module")
def rates(generation: Generation) -> SegmentRates:
    return segment_rates(bottlenecks(Scope(View(), generation)), "team")


def test_they_are_the_rates_of_the_bottlenecks(generation: Generation, rates: SegmentRates) -> None:
    losses = bottlenecks(Scope(View(by="team"), generation)).losses
    expected = {
        (loss.stage, loss.segment): (loss.n, loss.rate)
        for loss in losses
        if loss.dimension and loss.n
    }
    assert {(each.stage, each.segment): (each.n, each.rate) for each in rates.rates} == expected
    for each in rates.rates:
        assert (each.low, each.high) == pytest.approx(wilson(each.rate * each.n, each.n))
    assert rates.overall == {loss.stage: loss.rate for loss in losses if loss.is_of_all}


def test_each_is_held_against_the_rest_and_all_steps_count(rates: SegmentRates) -> None:
    p_values, found = [], []
    for stage in ("a", "b"):
        here = rates.of(stage)
        rests = against_rest([round(each.rate * each.n) for each in here], [e.n for e in here])
        for each, rest in zip(here, rests, strict=True):
            if each.n < LEAST_VISITS:
                assert each.certainty is Certainty.TOO_FEW
                assert (each.q_value, each.difference, each.place) == (None, None, "")
                continue
            assert rest is not None
            assert each.difference == pytest.approx(rest.difference)
            p_values.append(rest.p_value)
            found.append(each.q_value)
    assert found == pytest.approx(benjamini_hochberg(p_values))


def test_who_stands_apart_at_any_step_is_named(rates: SegmentRates) -> None:
    """The last step alone would be another one in a longer funnel."""
    named = rates.surest()
    assert named is not None
    assert (named.stage, named.next_stage, named.segment) == ("b", "c", "south")
    assert (named.certainty, named.place) == (Certainty.CERTAIN, "lowest")
    assert rates.surest("a") is None, "the few of the west are no finding"
    assert rates.surest("b") is named


def test_a_lower_rate_comes_before_a_higher_one(tmp_path: Path) -> None:
    leads: list[dict[str, Any]] = []
    moves: list[Move] = []
    for team, share in {"best": 95, "usual": 50, "other": 52, "worst": 35}.items():
        for number in range(200):
            lead = f"{team}{number}"
            leads.append({"lead_id": lead, "created_at": START, "team": team})
            if number % 100 < share:
                moves.append((lead, "b", START + timedelta(days=2)))
    end = [("best0", START + timedelta(days=60))]
    held = store_of(tmp_path, leads, moves, touches=end, pipeline=SHORT).generation()
    found = segment_rates(bottlenecks(Scope(View(), held)), "team")
    named = found.surest()
    assert named is not None
    assert named.segment == "worst"
    assert {each.segment: each.place for each in found.of("a")} == {
        "best": "highest",
        "usual": "",
        "other": "",
        "worst": "lowest",
    }


def test_a_dimension_that_nobody_asked_about_has_no_rates(generation: Generation) -> None:
    found = segment_rates(bottlenecks(Scope(View(by="team"), generation)), "region")
    assert found.rates == ()
    assert found.surest() is None
