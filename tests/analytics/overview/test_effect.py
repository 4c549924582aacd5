"""What came of a decision: against a slow count of every visit and lead, and what is said of it."""

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.bottlenecks import visits
from analytics.bottlenecks.visits import QUARTER, YEAR
from analytics.overview.effect import Effect, Verdict, effects, judged
from analytics.scope import Scope
from analytics.stats.intervals import poisson, wilson
from analytics.view.scenario import Scenario
from analytics.view.view import View
from data.store import Generation
from tests.analytics.bottlenecks.test_bottlenecks import made
from tests.analytics.bottlenecks.test_visits import DAY, Visit, seen
from tests.support.histories import History, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference

DECIDED, DUE = date(2024, 7, 1), date(2024, 7, 8)


def of(found: tuple[Effect, ...], kind: str, slug: str) -> Effect | None:
    return next((each for each in found if (each.kind, each.slug) == (kind, slug)), None)


def rate_of(
    found: list[Visit], first: date, last: date, horizon: float, reference: Reference
) -> tuple[int, int]:
    """How many visits began in these days, and moved on in time."""
    here = [visit for visit in found if first <= reference.day(visit.entered) <= last]
    on = [visit.left - visit.entered for visit in here if visit.moved_on and visit.left]
    return len(here), sum(taken <= timedelta(seconds=horizon) for taken in on)


def median_of(found: list[Visit], reference: Reference) -> float | None:
    """Kaplan–Meier's median of visits in days, lead by lead; None where half have not left."""
    stays = [((visit.left or reference.as_of) - visit.entered, visit.left) for visit in found]
    there = 1.0
    for at in sorted({stay for stay, _left in stays}):
        at_risk = sum(stay >= at for stay, _left in stays)
        there *= 1 - sum(stay == at and left is not None for stay, left in stays) / at_risk
        if there <= 0.5 + 1e-12:
            return at / DAY
    return None


@stores(8)
@given(st.data())
def test_effects_are_counted_as_told(data: st.DataObject) -> None:
    history: History = data.draw(histories())
    stage, stage_cut = (data.draw(st.sampled_from(history.pipeline.slugs[:-1])) for _ in "ab")
    source = data.draw(
        st.sampled_from([lead["source"] for lead in history.leads if lead["source"]] or ["none"])
    )
    tried = Scenario(rates=((stage, 40),), cuts=((stage_cut, 1),), volumes=((source, 2),))
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for _ in range(3):
            view = replace(data.draw(views(history)), scenario=tried)
            reference = Reference(history, replace(view, period="all", first=None, last=None))
            days = [reference.day(at) for at in history.instants]
            decided = data.draw(st.dates(min(days), max(days)))
            due = data.draw(st.dates(decided, max(days)))
            scope = Scope(view, generation)
            found = effects(scope, decided, due)
            assert_rate(of(found, "rate", stage), scope, reference, decided, due)
            assert_stay(of(found, "days", stage_cut), stage_cut, reference, decided, due)
            assert_volume(of(found, "volume", source), source, reference, decided, due)


def assert_rate(
    found: Effect | None, scope: Scope, reference: Reference, decided: date, due: date
) -> None:
    ((stage, _percent),) = scope.view.scenario.rates
    window = next(each for each in visits.windows(scope) if each.stage == stage)
    mine = [visit for visit in seen(reference) if visit.stage == stage]
    last = visits.mature_day(scope, window.horizon)
    before = decided - YEAR * DAY, min(decided - DAY, last)
    n_before, on_before = rate_of(mine, *before, window.horizon, reference)
    n, on = rate_of(mine, due, last, window.horizon, reference)
    if found is None:
        assert not n_before
        return
    assert (found.before, found.expected, found.n) == (on_before / n_before, 0.4, n)
    assert found.observed == (on / n if n else None)


def assert_stay(
    found: Effect | None, stage: str, reference: Reference, decided: date, due: date
) -> None:
    mine = [visit for visit in seen(reference) if visit.stage == stage]
    then = [
        visit for visit in mine if decided - YEAR * DAY <= reference.day(visit.entered) < decided
    ]
    now = [visit for visit in mine if due <= reference.day(visit.entered)]
    before = median_of(then, reference)
    if found is None:
        assert before is None
        return
    assert found.before == pytest.approx(before)
    assert found.expected == pytest.approx(max(0.0, found.before - 1))
    assert found.n == len(now)
    assert found.observed == (pytest.approx(median_of(now, reference)) if now else None)


def assert_volume(
    found: Effect | None, source: str, reference: Reference, decided: date, due: date
) -> None:
    if reference.view.filtered and "source" in reference.view.filtered:
        return
    allowed = reference.view.where("source", [source])

    def came(first: date, last: date) -> int:
        view = allowed.during(first=first, last=last)
        plain = replace(view, level="stage", mode="cohort", skipped="passed", window=None, by=None)
        counted = Reference(reference.history, plain)
        return sum(counted.counted(lead)[0] is not None for lead in reference.history.leads)

    first = max(reference.day(min(reference.history.instants)), decided - YEAR * DAY)
    today = reference.day(reference.as_of)
    if found is None:
        assert decided <= first or not came(first, decided - DAY)
        return
    before = came(first, decided - DAY) * QUARTER / (decided - first).days
    assert [found.before, found.expected] == pytest.approx([before, 2 * before])
    if due <= today:
        assert found.n == came(due, today)
        since = (today - due).days + 1
        assert found.observed == pytest.approx(found.n * QUARTER / since)


# What is said of it, on histories made by hand.


def history(root: Path, later: float, *, days: int = 120, leads: int = 10) -> Generation:
    """Ten leads a day, four of which move on until it was due, and then another share."""
    start = DECIDED - 200 * DAY
    return made(
        root,
        {
            "x": [
                (day, leads, round(leads * (0.4 if day < DUE else later)))
                for day in (start + DAY * number for number in range(200 + days))
            ]
        },
    )


@pytest.mark.parametrize(
    ("later", "verdict"),
    [
        (0.6, Verdict.REACHED),
        (0.5, Verdict.PARTLY),
        (0.4, Verdict.MISSED),
        (0.2, Verdict.WORSE),
    ],
)
def test_a_rate_is_held_against_the_year_before_and_what_was_expected(
    tmp_path: Path, later: float, verdict: Verdict
) -> None:
    generation = history(tmp_path, later)
    view = View(scenario=Scenario(rates=(("a", 60.0),)))
    (found,) = effects(Scope(view, generation), DECIDED, DUE)
    assert (found.before, found.expected, found.observed) == (0.4, 0.6, later)
    # The leads of a day are followed for a week; the last came thirty days before the data ends.
    assert found.n == 10 * (120 - 7)
    assert [found.low, found.high] == pytest.approx(wilson(found.n * later, found.n))
    assert found.verdict is verdict


def test_what_is_too_young_or_too_little_is_too_early_to_tell(tmp_path: Path) -> None:
    generation = history(tmp_path, 0.6)
    view = View(scenario=Scenario(rates=(("a", 60.0),)))
    young = Scope(replace(view, as_of=DUE + 5 * DAY), generation)
    (found,) = effects(young, DECIDED, DUE)
    assert (found.observed, found.n, found.verdict) == (None, 0, Verdict.EARLY)
    (known,) = effects(young.at(replace(view, as_of=found.known_from)), DECIDED, DUE)
    assert known.n == 10, "the visits of the first day"
    (few,) = effects(young.at(replace(view, as_of=DUE + 15 * DAY)), DECIDED, DUE)
    assert 0 < few.n < 100
    assert few.verdict is Verdict.EARLY
    (before,) = effects(young.at(replace(view, as_of=DUE - DAY)), DECIDED, DUE)
    assert before.observed is None


def test_shorter_stays_are_better(tmp_path: Path) -> None:
    generation = history(tmp_path, 0.6)
    view = View(scenario=Scenario(cuts=(("a", 1.0),)))
    (found,) = effects(Scope(view, generation), DECIDED, DUE)
    # Of ten leads at a, four move on after two days and six are lost after one; then it is turned.
    assert (found.before, found.expected, found.observed) == (1.0, 0.0, 2.0)
    assert found.verdict is Verdict.WORSE


@pytest.mark.parametrize(
    ("a_day", "verdict"),
    [(6, Verdict.REACHED), (4, Verdict.PARTLY), (3, Verdict.MISSED), (1, Verdict.WORSE)],
)
def test_more_leads_of_a_source_are_counted_by_the_quarter(
    tmp_path: Path, a_day: int, verdict: Verdict
) -> None:
    start = DECIDED - 200 * DAY
    leads = [
        {"lead_id": f"{day}{number}", "created_at": f"{day}T09:00", "source": "seo"}
        for day in (start + DAY * place for place in range(260))
        for number in range(3 if day < DUE else a_day)
    ]
    generation = store_of(tmp_path, leads).generation()
    view = View(scenario=Scenario(volumes=(("seo", 2.0), ("gone", 3.0))))
    (found,) = effects(Scope(view, generation), DECIDED, DUE)
    since = 260 - 200 - (DUE - DECIDED).days
    assert (found.before, found.expected) == (3 * QUARTER, 6 * QUARTER)
    assert found.n == since * a_day
    assert found.observed == pytest.approx(a_day * QUARTER)
    assert found.low == pytest.approx(poisson(found.n)[0] * QUARTER / since)
    assert found.verdict is verdict


def test_a_scenario_of_nothing_has_no_effect(tmp_path: Path) -> None:
    generation = history(tmp_path, 0.6, days=20)
    gone = View(scenario=Scenario(rates=(("gone", 50.0),), cuts=(("gone", 2.0),)))
    assert effects(Scope(View(), generation), DECIDED, DUE) == ()
    assert effects(Scope(gone, generation), DECIDED, DUE) == ()


whole = st.integers(-9, 9)  # so that no difference is rounded


@given(whole, whole, whole, whole)
def test_a_verdict_follows_from_where_all_of_the_interval_is(
    one: int, other: int, before: int, expected: int
) -> None:
    """The rule point by point: what holds of every value of the interval is sure."""
    low, high = min(one, other), max(one, other)
    found = judged(
        expected - before, (low - before, high - before), (low - expected, high - expected)
    )
    sign = 1 if expected >= before else -1
    may_be = range(low, high + 1)
    better = all(sign * (value - before) > 0 for value in may_be)
    worse = all(sign * (value - before) < 0 for value in may_be)
    enough = any(sign * (value - expected) >= 0 for value in may_be)
    if better:
        assert found is (Verdict.REACHED if enough else Verdict.PARTLY)
    elif worse:
        assert found is Verdict.WORSE
    else:
        assert found is (Verdict.EARLY if enough else Verdict.MISSED)
