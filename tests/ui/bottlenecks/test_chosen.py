"""Of all losses the picture shows the headlines, then the largest within noise, none twice."""

from dataclasses import replace
from typing import Any

import pytest

from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.loss import Loss
from ui.bottlenecks import chosen

OF_ALL = Loss(
    transition="a>b",
    stage="a",
    next_stage="b",
    dimension=None,
    segment=None,
    n=100,
    advanced=40,
    rate=0.4,
    low=0.31,
    high=0.5,
    entered=90.0,
    held_against="past",
    benchmark=0.5,
    benchmark_n=400,
    benchmark_advanced=200,
    later=0,
    benchmark_later=0,
    too_few=False,
    wins_lost=3.0,
    wins_lost_low=-1.0,
    wins_lost_high=7.0,
)


def of_team(name: str, **known: Any) -> Loss:
    return replace(OF_ALL, dimension="team", segment=name, **known)


def bottlenecks(*losses: Loss) -> Bottlenecks:
    nothing: Any = None
    return Bottlenecks(losses, (), nothing, "VND", nothing)


def test_the_most_lost_comes_first_and_what_overlaps_is_left_out() -> None:
    headline = of_team("x", ranked=True, headline=True)
    overlapping = of_team("y", ranked=True)
    larger = replace(OF_ALL, wins_lost=4.0)
    assert chosen.shown(bottlenecks(headline, overlapping, larger)) == (larger, headline)


def test_the_same_visits_under_another_name_are_shown_once() -> None:
    team = of_team("x", n=60, advanced=20)
    owner = replace(team, dimension="owner", segment="x1")
    assert chosen.shown(bottlenecks(team, owner)) == (team,)


@pytest.mark.parametrize("known", [{"too_few": True}, {"wins_lost": -2.0}, {"wins_lost": None}])
def test_what_loses_nothing_is_not_shown(known: dict[str, Any]) -> None:
    other = of_team("y", **known)
    assert chosen.shown(bottlenecks(OF_ALL, other)) == (OF_ALL,)


def test_all_leads_stand_in_where_nothing_is_lost() -> None:
    better = replace(OF_ALL, wins_lost=-3.0)
    assert chosen.shown(bottlenecks(better, of_team("x", wins_lost=-1.0))) == (better,)
    assert chosen.shown(bottlenecks(replace(better, too_few=True))) == ()


def test_at_most_eight_are_shown() -> None:
    teams = [of_team(f"team {number}", n=100 + number) for number in range(20)]
    assert chosen.shown(bottlenecks(*teams)) == tuple(teams[:8])


def test_places_tell_steps_and_segments_apart() -> None:
    losses = [OF_ALL, of_team("x"), of_team("x y"), of_team("~")]
    losses += [replace(loss, transition="b>c", stage="b", next_stage="c") for loss in losses]
    assert len({loss.place for loss in losses}) == len(losses)
