"""What happened in a period: against a slow count of every lead, and beyond chance or not."""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.certainty import Certainty
from analytics.funnel.funnel import funnel
from analytics.overview.events import Events, events, scaled
from analytics.scope import Scope
from analytics.view.parameters import COMPARE
from analytics.view.view import View
from data.pipeline import Pipeline
from data.store import Generation
from data.targets import Targets
from tests.support.histories import History, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference
from tests.support.reference_credit import is_valued, value_at

WHOLE = ("all", "default")


def slow(history: History, view: View, days: tuple[date, date]) -> dict[str, float | None]:
    """The same, lead by lead: who was created in these days, who came to a group, who won."""
    plain = replace(
        view.during(first=days[0], last=days[1]),
        level="group",
        skipped="passed",
        window=None,
        by=None,
        stage=None,
    )
    followed = Reference(history, replace(plain, mode="cohort"))
    moved = Reference(history, replace(plain, mode="flow"))
    steps = followed.steps if len(set(followed.steps)) > 1 else list(history.pipeline.slugs)
    found: Counter[str] = Counter(leads=0, won=0)
    value, known = 0.0, 0
    if "opportunity" in steps[1:-1]:
        found["opportunities"] = 0
    for lead in history.leads:
        found["leads"] += followed.counted(lead)[0] is not None
        reached = moved.counted(lead)
        if "opportunity" in steps[1:-1]:
            found["opportunities"] += reached[steps.index("opportunity")] is not None
        if won_at := reached[-1]:
            found["won"] += 1
            if lead["amount"] is not None and is_valued(moved, lead):
                known += 1
                value += value_at(moved, lead, won_at)
    return {**found, "value": None if found["won"] and not known else value}


@stores(12)
@given(st.data())
def test_they_are_those_of_a_slow_count(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=4, max_size=4)):
            view = replace(drawn, compare=data.draw(st.sampled_from(COMPARE)))
            scope = Scope(view, generation)
            found = events(scope)
            now = slow(held, view, scope.days)
            assert {each.measure: each.now for each in found.events} == pytest.approx(now)
            before = scope.earlier()
            assert found.before == (None if before is None else before.days)
            then = dict.fromkeys(now) if before is None else slow(held, before.view, before.days)
            assert {each.measure: each.earlier for each in found.events} == pytest.approx(then)


def plain_store(folder: Path, counts: dict[int, int], **lead: Any) -> Generation:
    """So many leads in each month of 2024, all won on the 20th for 100."""
    made = [
        (f"{month}-{n}", datetime(2024, month, 5))
        for month, count in counts.items()
        for n in range(count)
    ]
    leads = [{"lead_id": name, "created_at": at, "amount": 100.0} | lead for name, at in made]
    moves = [
        (name, stage, at + timedelta(days=days))
        for name, at in made
        for stage, days in (("opportunity", 5), ("won", 15))
    ]
    last = [("x", datetime(2024, max(counts), 25))]
    return store_of(folder, leads, moves, touches=last).generation()


def of_march(generation: Generation, **fields: Any) -> Events:
    march = View(period=None, first=date(2024, 3, 1), last=date(2024, 3, 31), compare="previous")
    return events(Scope(replace(march, **fields), generation))


def test_a_difference_beyond_chance_is_told_from_one_within(tmp_path: Path) -> None:
    generation = plain_store(tmp_path, {2: 60, 3: 100, 4: 90})
    found = of_march(generation)
    assert [(each.now, each.earlier, each.certainty) for each in found.events] == [
        (100, 60, Certainty.CERTAIN),
        (100, 60, Certainty.CERTAIN),
        (100, 60, Certainty.CERTAIN),
        (10_000, 6_000, Certainty.CERTAIN),
    ]
    for each in found.events:
        assert each.change == pytest.approx(2 / 3)
        assert each.low is not None
        assert each.high is not None
        assert 0 < each.low < 2 / 3 < each.high
    april = View(period=None, first=date(2024, 4, 1), last=date(2024, 4, 30), compare="previous")
    within = events(Scope(april, generation))
    assert {each.certainty for each in within.events} == {Certainty.UNCLEAR}
    assert all(each.is_less and not each.is_sure for each in within.events)


def test_leads_of_one_company_are_one_surprise(tmp_path: Path) -> None:
    found = of_march(plain_store(tmp_path, {2: 60, 3: 100}, company="Acme"))
    assert {each.certainty for each in found.events} == {Certainty.UNCLEAR}


def test_a_few_events_are_likely_at_the_most(tmp_path: Path) -> None:
    found = of_march(plain_store(tmp_path, {2: 0, 3: 8, 4: 1}))
    assert [each.certainty for each in found.events] == [Certainty.LIKELY] * 4
    assert [each.change for each in found.events] == [None] * 4


def test_it_does_not_depend_on_how_leads_are_followed(tmp_path: Path) -> None:
    generation = plain_store(tmp_path, {2: 6, 3: 10})
    plain = of_march(generation)
    for fields in ({"mode": "flow"}, {"window": 1}, {"skipped": "strict"}, {"level": "stage"}):
        assert of_march(generation, **fields).rows.equals(plain.rows)


def test_deals_of_unknown_amount_are_no_zero(tmp_path: Path) -> None:
    found = of_march(plain_store(tmp_path, {2: 6, 3: 10}, amount=None))
    value = found.of("value")
    assert value is not None
    assert (value.now, value.earlier, found.without_amount) == (None, None, 10)


def test_a_target_is_of_a_quarter(tmp_path: Path) -> None:
    goals = Targets(leads=300, won=30, value=9_000)
    month = (date(2024, 3, 1), date(2024, 3, 31))
    assert scaled(goals, month) == Targets(leads=100, won=10, value=3_000)
    assert scaled(goals, (date(2024, 1, 1), date(2024, 3, 31))) == goals
    assert scaled(goals, (date(2024, 1, 1), date(2024, 12, 31))).won == 120
    for odd in ((date(2024, 1, 2), date(2024, 3, 31)), (date(2024, 1, 1), date(2024, 3, 30))):
        assert scaled(goals, odd) == Targets()


def test_a_running_quarter_has_the_target_of_the_whole(tmp_path: Path) -> None:
    leads = [{"lead_id": str(day), "created_at": datetime(2024, 2, day)} for day in range(1, 20)]
    leads += [{"lead_id": "old", "created_at": datetime(2023, 11, 11)}]
    pipeline = replace(Pipeline.default(), targets=Targets(leads=38))
    generation = store_of(tmp_path, leads, pipeline=pipeline).generation()
    found = events(Scope(View(period="this-quarter", compare="previous"), generation))
    new = found.of("leads")
    assert new is not None
    assert (new.now, new.earlier, new.target, new.of_target) == (19, 1, 38, 0.5)
    assert found.is_running
    assert found.left == pytest.approx(41 / 91)
    assert (found.last, found.whole[1]) == (date(2024, 2, 19), date(2024, 3, 31))
    assert found.before == (date(2023, 10, 1), date(2023, 11, 19))
    everything = events(Scope(View(period="all"), generation))
    assert [each.target for each in everything.events] == [None] * 4


def test_the_sample_says_what_is_known_of_it(whole_sample: Generation) -> None:
    """Third quarter of 2026; new leads are the first bar of the funnel beside them."""
    scope = Scope(View(period="last-quarter", compare="previous"), whole_sample)
    found = events(scope)
    assert [each.now for each in found.events] == [4_438, 686, 222, pytest.approx(72.2e9, rel=1e-3)]
    assert [each.earlier for each in found.events[:3]] == [4_672, 605, 218]
    assert [each.certainty for each in found.events] == [
        Certainty.CERTAIN,
        Certainty.CERTAIN,
        Certainty.UNCLEAR,
        Certainty.UNCLEAR,
    ]
    assert funnel(scope).rows["reached"].iat[0] == 4_438
