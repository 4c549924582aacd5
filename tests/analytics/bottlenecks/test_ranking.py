"""The ranking: each place once, under the clearest of its names, by what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.asked import of_visits
from analytics.bottlenecks import ranking, step_rate, visits
from analytics.bottlenecks.bottlenecks import Bottlenecks, bottlenecks
from analytics.bottlenecks.ranking import Finding, Ranking
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.time_in_stage.time_in_stage import stays
from analytics.view.view import View, segment_text
from data.store import Generation, Store
from tests.support.histories import SHORT, Move, store_of

DAY = timedelta(days=1)
BEFORE, NOW = datetime(2024, 3, 1), datetime(2024, 11, 1)

Group = tuple[Mapping[str, str], int, int]
"""The columns of leads, and how many of 100 moved on before and now."""


def made(root: Path, groups: Sequence[Group], amount: float | None = None) -> Generation:
    """100 leads a group then and now; those that moved on from a to b are won half of the time."""
    leads: list[dict[str, Any]] = []
    moves: list[Move] = []
    for place, (columns, before, now) in enumerate(groups):
        for at, on in ((BEFORE, before), (NOW, now)):
            for number in range(100):
                name = f"{place}-{at:%m}-{number}"
                lead: dict[str, Any] = {"lead_id": name, "created_at": at, **columns}
                if amount is not None:
                    lead |= {"amount": amount, "currency": "VND"}
                leads.append(lead)
                moves.append((name, "b" if number < on else "gone", at + 2 * DAY))
                if number < on:
                    moves.append((name, "c" if number % 2 else "gone", at + 3 * DAY))
    end = [(leads[0]["lead_id"], NOW + 30 * DAY)]
    return store_of(root, leads, moves, touches=end, pipeline=SHORT).generation()


def of_team(team: str, owner: str, region: str) -> dict[str, str]:
    return {"team": team, "owner": owner, "region": region}


SOUTH = (
    (of_team("A", "An", "South"), 60, 20),
    (of_team("A", "Anh", "South"), 60, 25),
    (of_team("B", "Binh", "South"), 60, 60),
    (of_team("C", "Cuc", "North"), 60, 61),
)


def found_in(generation: Generation, view: View | None = None) -> Ranking:
    return ranking.ranked(bottlenecks(Scope(view or View(), generation)))


def place(finding: Finding) -> tuple[str, str | None, str | None]:
    return finding.loss.stage, finding.loss.dimension, finding.loss.segment


@pytest.fixture
def team_fell(tmp_path: Path) -> Generation:
    """Team A fell; of the region it is half, and two people are all of it."""
    return made(tmp_path, SOUTH)


def test_a_team_its_people_and_its_region_count_once(team_fell: Generation) -> None:
    found = found_in(team_fell)
    at_first = [each for each in found.findings if each.loss.stage == "a"]
    assert [place(each) for each in at_first] == [("a", "team", "A")]
    finding = at_first[0]
    assert finding.certainty is Certainty.CERTAIN
    assert [(loss.dimension, loss.segment) for loss in finding.within] == [
        ("owner", "An"),
        ("owner", "Anh"),
    ]
    assert found.first is finding
    assert found.of("team") == (finding,)


def test_a_place_within_another_is_found_by_its_visits(team_fell: Generation) -> None:
    found = bottlenecks(Scope(View(), team_fell))
    losses = {(each.dimension, each.segment): each for each in found.losses if each.stage == "a"}
    team, person, region = losses["team", "A"], losses["owner", "An"], losses["region", "South"]
    everybody = losses[None, None]
    assert found.is_within(person, team)
    assert found.is_within(team, region)
    assert found.is_within(region, everybody)
    assert not found.is_within(region, team)
    assert not found.is_within(everybody, region)
    assert not found.is_within(everybody, everybody)
    assert not found.is_within(team, losses["team", "B"])
    other_step = next(each for each in found.losses if each.stage == "b" and each.is_of_all)
    assert not found.is_within(team, other_step)


def test_where_all_do_worse_it_is_all_leads(tmp_path: Path) -> None:
    groups = [(of_team(f"T{n}", f"P{n}", "South"), 60, 42) for n in range(4)]
    found = found_in(made(tmp_path, groups))
    (finding,) = (each for each in found.findings if each.loss.stage == "a")
    # The region is all leads under another name; nobody in it carries half.
    assert finding.loss.n == 400
    assert {loss.segment for loss in finding.within} >= {"T0", "T1", "T2", "T3"}


@pytest.mark.parametrize(("times", "remains"), [(1.9, False), (2.1, True)], ids=["half", "less"])
def test_one_around_it_stays_where_it_loses_much_more(
    team_fell: Generation, times: float, remains: bool
) -> None:
    """A team that surely fell says little about a far larger loss of all, even an unclear one."""
    found = bottlenecks(Scope(View(), team_fell))
    lost = next(each.wins_lost or 0 for each in found.losses if each.segment == "A")
    losses = [
        replace(each, wins_lost=times * lost, wins_lost_low=-1.0, wins_lost_high=9 * lost)
        if each.is_of_all and each.stage == "a"
        else each
        for each in found.losses
        if each.dimension != "region"
    ]
    told = ranking.ranked(replace(found, losses=tuple(losses)))
    everybody = [each for each in told.of(None) if each.loss.stage == "a"]
    assert bool(everybody) is remains


def test_the_order_is_by_money_and_without_amounts_by_customers(tmp_path: Path) -> None:
    groups = [
        (of_team("A", "An", "South"), 60, 30),
        (of_team("B", "Binh", "North"), 60, 15),
        (of_team("C", "Cuc", "West"), 60, 61),
    ]
    alone = found_in(made(tmp_path / "alone", groups))
    assert not alone.has_money
    customers = [each.customers for each in alone.findings]
    assert customers == sorted(customers, reverse=True)
    priced = found_in(made(tmp_path / "priced", groups, amount=5.0))
    assert priced.has_money
    values = [each.value or 0 for each in priced.findings]
    assert values == sorted(values, reverse=True)
    assert [place(each) for each in priced.findings] == [place(each) for each in alone.findings]


def test_nothing_lost_is_nothing_found(tmp_path: Path) -> None:
    groups = [(of_team(f"T{n}", f"P{n}", "South"), 50, 60) for n in range(3)]
    found = found_in(made(tmp_path, groups))
    assert found.findings == ()
    assert found.first is None
    assert found.sure == ()
    assert found.looked_at > 0


def test_the_costliest_is_no_headline_when_it_may_be_luck(whole_sample: Generation) -> None:
    found = found_in(whole_sample)
    assert found.first is not None
    assert found.first.certainty is Certainty.CERTAIN
    assert place(found.first) == ("sal", "team", "TP.HCM 2")
    assert found.findings[0].value > (found.first.value or 0)  # type: ignore[operator]
    assert found.sure[0] is found.first
    assert Certainty.TOO_FEW not in {each.certainty for each in found.findings}
    people = [loss.segment for loss in found.first.within if loss.dimension == "owner"]
    assert people == ["Trần Thị Diễm My", "Hồ Minh Khôi", "Nguyễn Tấn Lộc"]


def test_no_two_findings_are_one_place(whole_sample: Generation) -> None:
    found = found_in(whole_sample)
    for one in found.findings:
        for other in found.findings:
            if one is not other and found.found.is_within(one.loss, other.loss):
                assert one.customers * 2 < other.customers


def test_which_segments_lie_within_others_against_the_slow_way(sample_store: Path) -> None:
    generation = Store(sample_store).generation()
    scope = Scope(View(), generation)
    windows = visits.windows(scope)
    dimensions = ("team", "owner", "region")
    asked = visits.all_visits(scope)
    leads = generation.query("select lead_id, team, owner, region from leads").set_index("lead_id")
    expected = set()
    for window in windows:
        of_stage = asked.at(visits.view_of(scope.view, window))
        rows = leads.loc[slow_visits(of_stage, window.stage)]
        for inner in dimensions:
            for outer in dimensions:
                for name, own in rows.groupby(inner, dropna=False):
                    if inner == outer:
                        continue
                    counts = own[outer].value_counts(dropna=False)
                    expected |= {
                        (window.stage, (inner, text(name)), (outer, text(other)))
                        for other, n in counts.items()
                        if n >= visits.NEARLY_ALL * len(own)
                    }
    assert visits.nesting(scope, dimensions, windows) == expected
    assert expected


def slow_visits(scope: Scope, stage: str) -> list[str]:
    found: list[str] = stays(scope, stage).rows["lead_id"].tolist()
    return found


def text(value: object) -> str:
    return segment_text(None if pd.isna(value) else str(value))


def test_without_two_dimensions_nothing_lies_within_another(team_fell: Generation) -> None:
    scope = Scope(View(by="team"), team_fell)
    assert visits.nesting(scope, ("team",), visits.windows(scope)) == frozenset()


def test_a_bare_address_looks_at_the_latest_days_that_were_followed_long_enough(
    team_fell: Generation,
) -> None:
    opening, everything = View.opening(), View()
    assert of_visits(opening) == of_visits(everything)
    losses = bottlenecks(Scope(opening, team_fell)).losses
    assert losses == bottlenecks(Scope(everything, team_fell)).losses


def test_the_view_of_a_finding_opens_it(team_fell: Generation) -> None:
    first = found_in(team_fell).first
    assert first is not None
    view = first.opened(View(tab="queues", by="team", level="group"))
    assert view == View(place="a.team.A", by="team", level="group")


def rate(found: Bottlenecks, *about: str) -> step_rate.StepRate | None:
    return step_rate.step_rate(found, *about)


def test_a_step_rate_is_that_of_the_bottleneck(team_fell: Generation) -> None:
    found = bottlenecks(Scope(View(), team_fell))
    own = rate(found, "a", "team", "A")
    assert own is not None
    assert (own.n, own.now, own.before) == (200, 0.225, 0.6)
    assert (own.everybody, own.others) == ((45 + 60 + 61) / 400, 121 / 200)
    assert own.low < own.now < own.high
    everybody = rate(found, "a")
    assert everybody is not None
    assert (everybody.now, everybody.others) == (own.everybody, None)
    assert rate(found, "a", "team", "nobody") is None
