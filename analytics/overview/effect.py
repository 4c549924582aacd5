"""The effect: what came of a decision, beside what was expected of it.

What was expected is a scenario, as it is tried out under the bottlenecks. What is observed since it
is to hold is counted as that scenario counts: visits that were observed long enough, median stays,
leads of a source. Money that was moved is not followed: which leads it brought nobody knows.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks import visits
from analytics.bottlenecks.visits import QUARTER, YEAR, Window
from analytics.certainty import FEW
from analytics.overview.events import FEW_EVENTS
from analytics.scope import Scope
from analytics.stats import companies
from analytics.stats.companies import Across
from analytics.stats.survival import quantile
from analytics.view.periods import DAY, DAY_SECONDS

Limits = tuple[float, float]


class Verdict(StrEnum):
    """What can be said of an effect.

    EARLY: it may be as expected, and may be nothing; or there is too little to judge by.
    REACHED: it is significantly better than before, and may be all that was expected.
    PARTLY: it is significantly better than before, and significantly less than was expected.
    MISSED: it is significantly less than was expected, and nothing of it is sure.
    WORSE: it is significantly worse than before.
    """

    EARLY = "early"
    REACHED = "reached"
    PARTLY = "partly"
    MISSED = "missed"
    WORSE = "worse"


@dataclass(frozen=True)
class Effect:
    """One change that was expected, and what is observed.

    kind, slug        what of the scenario it is: one of `scenario.KINDS`, of a stage or a source
    before            what it was in the YEAR before the decision
    expected          what was expected
    observed          what it is since; None where none was observed long enough yet
    low, high         its 95 % interval; high is infinite where nothing limits it
    n                 the visits, the stays or the leads that it rests on
    known_from        the first day on which anything can be observed
    verdict           what can be said of it

    A rate is a fraction, a stay the median in days, leads are those of a quarter.
    """

    kind: str
    slug: str
    before: float
    expected: float
    observed: float | None
    low: float
    high: float
    n: int
    known_from: date
    verdict: Verdict


@question(
    lambda view: replace(of_visits(view).during("all"), by=None, scenario=view.scenario), kept=64
)
def effects(scope: Scope, decided: date, due: date) -> tuple[Effect, ...]:
    """What came of the view's scenario, which was decided on one day and is to hold from another.

    Within the view's filters, and by its `as_of`. What is held against is the year that ended with
    the day before the decision; a change whose past nobody knows is left out, as is one of a stage
    or a source that is not there.

    Source:
        docs/counting.md, "What came of a decision".
    """
    return (
        *_rates(scope, decided, due),
        *_stays(scope, decided, due),
        *_volumes(scope, decided, due),
    )


def judged(aim: float, gain: Limits, reach: Limits) -> Verdict:
    """What can be said where `aim` is the change that was expected.

    gain, reach: the 95 % intervals of what is observed less what was before, and less what was
    expected.
    """
    if aim < 0:  # less is better
        gain, reach = ((-high, -low) for low, high in (gain, reach))
    may_be_all = reach[1] >= 0
    if gain[0] > 0:
        return Verdict.REACHED if may_be_all else Verdict.PARTLY
    if gain[1] < 0:
        return Verdict.WORSE
    return Verdict.EARLY if may_be_all else Verdict.MISSED


def _rates(scope: Scope, decided: date, due: date) -> Iterator[Effect]:
    """The shares that move on from stages, of visits observed long enough."""
    wanted = dict(scope.view.scenario.rates)
    if not wanted:
        return
    windows = {
        each.stage: _since(each, decided, due, visits.mature_day(scope, each.horizon))
        for each in visits.windows(scope)
    }
    for row in visits.counts(scope, (), tuple(windows.values())).rows.itertuples(index=False):
        now, before = visits.moved_on(row), visits.moved_on(row, before=True)
        if row.stage not in wanted or not before.n:
            continue
        expected, low, high, verdict = wanted[row.stage] / 100, 0.0, 1.0, Verdict.EARLY
        if now.n:
            low, high = companies.wilson(now)
        if now.n >= FEW:
            gain = companies.newcombe(now, before, Across.of(row))
            verdict = judged(expected - before.rate, gain, (low - expected, high - expected))
        yield Effect(
            kind="rate",
            slug=row.stage,
            before=before.rate,
            expected=expected,
            observed=now.rate if now.n else None,
            low=low,
            high=high,
            n=now.n,
            known_from=_mature_from(scope, due, windows[row.stage].horizon),
            verdict=verdict,
        )


def _stays(scope: Scope, decided: date, due: date) -> Iterator[Effect]:
    """The median stays at stages, those that are still there censored."""
    wanted = dict(scope.view.scenario.cuts)
    today = scope.day(scope.as_of)
    for window in visits.windows(scope) if wanted else ():
        if window.stage not in wanted:
            continue
        then, now = visits.curves(scope, _since(window, decided, due, today))
        before, *_limits = quantile(then, 0.5)
        if before is None:
            continue
        observed, low, high = quantile(now, 0.5) if now.leads else (None, None, None)
        expected = max(0.0, before / DAY_SECONDS - wanted[window.stage])
        limits = ((low or 0.0) / DAY_SECONDS, math.inf if high is None else high / DAY_SECONDS)
        gain, reach = (
            (limits[0] - against, limits[1] - against)
            for against in (before / DAY_SECONDS, expected)
        )
        yield Effect(
            kind="days",
            slug=window.stage,
            before=before / DAY_SECONDS,
            expected=expected,
            observed=None if observed is None else observed / DAY_SECONDS,
            low=limits[0],
            high=limits[1],
            n=now.leads,
            known_from=due,
            verdict=(
                judged(expected - before / DAY_SECONDS, gain, reach)
                if now.leads >= FEW
                else Verdict.EARLY
            ),
        )


def _volumes(scope: Scope, decided: date, due: date) -> Iterator[Effect]:
    """The leads of sources, as many as a quarter would have."""
    allowed = scope.view.values("source")
    begun, today = scope.known_days
    first = max(begun, decided - YEAR * DAY)
    past, since = (decided - first).days, (today - due).days + 1
    for source, factor in scope.view.scenario.volumes:
        if past < 1 or (allowed and source not in allowed):
            continue
        earlier, pairs = _entered(scope, source, first, decided - DAY)
        if not earlier:
            continue
        before = earlier * QUARTER / past
        expected, observed, low, high, n, verdict = before * factor, None, 0.0, math.inf, 0, None
        if since > 0:
            n, both = _entered(scope, source, due, today)
            observed = n * QUARTER / since
            low, high = (each * QUARTER / since for each in companies.poisson(n, both))
            ratio = companies.poisson_ratio(n, earlier, both + pairs)
            if ratio is not None and max(n, expected * since / QUARTER) >= FEW_EVENTS:
                gain = tuple(each * past / since - 1 for each in ratio)
                reach = (low - expected, high - expected)
                verdict = judged(factor - 1, (gain[0], gain[1]), reach)
        yield Effect(
            kind="volume",
            slug=source,
            before=before,
            expected=expected,
            observed=observed,
            low=low,
            high=high,
            n=n,
            known_from=due,
            verdict=verdict or Verdict.EARLY,
        )


def _since(window: Window, decided: date, due: date, last: date) -> Window:
    """The window of a stage that compares what began since with the year before the decision."""
    return replace(
        window,
        first_day=due,
        last_day=last,
        before_first_day=decided - YEAR * DAY,
        before_last_day=min(decided - DAY, last),
    )


def _mature_from(scope: Scope, due: date, horizon: float) -> date:
    """The first day on which visits that began on `due` have been observed long enough."""
    return scope.day(visits.day_ends(scope, due) + timedelta(seconds=horizon))


def _entered(scope: Scope, source: str, first: date, last: date) -> tuple[int, float]:
    """How many leads of a source came in days, both included, and their pairs of one company."""
    stage = scope.generation.pipeline.slugs[0]
    view = replace(
        scope.view.where("source", [source]).during(first=first, last=last),
        level="stage",
        mode="cohort",
        skipped="passed",
    )
    asked = Asked(scope.at(view), "overview/events", parameters={"stages": [stage]})
    found = [(int(n), float(pairs)) for _stage, n, pairs in asked.rows().itertuples(index=False)]
    return found[0] if found else (0, 0.0)
