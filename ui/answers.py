"""The answers a page asks for: each computed once per question and scope, for all readers.

They are kept up to a number of bytes. Long lists are not among them: a page asks for the rows that
it shows, and a file is written in pieces.
"""

import atexit
import os
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import pandas as pd

from analytics.asked import Answer, Question
from analytics.bottlenecks import baseline as _baseline
from analytics.bottlenecks import bottlenecks as _bottlenecks
from analytics.bottlenecks import change as _change
from analytics.bottlenecks import course as _course
from analytics.bottlenecks import queues as _queues
from analytics.bottlenecks import ranking as _ranking
from analytics.bottlenecks import rate_or_mix as _rate_or_mix
from analytics.bottlenecks import reasons as _reasons
from analytics.bottlenecks import step_rate as _step_rate
from analytics.bottlenecks import velocity as _velocity
from analytics.bottlenecks import what_if as _what_if
from analytics.criteria import criteria as _criteria
from analytics.funnel import cohorts as _cohorts
from analytics.funnel import funnel as _funnel
from analytics.funnel import leads as _leads
from analytics.funnel import period_comparison as _period_comparison
from analytics.funnel import segments as _segments
from analytics.funnel import since_then as _since_then
from analytics.funnel import time_to_step as _time_to_step
from analytics.funnel import trend as _trend
from analytics.handover import handover as _handover
from analytics.handover import people as _people
from analytics.handover import returned as _returned
from analytics.leads import outlook as _outlook
from analytics.leads import overdue as _overdue
from analytics.leads import to_do as _to_do
from analytics.listing import Listing
from analytics.meanwhile import meanwhile
from analytics.overview import cohort as _cohort
from analytics.overview import effect as _effect
from analytics.overview import events as _events
from analytics.overview import findings as _findings
from analytics.quality import batches as _batches
from analytics.quality import quality as _quality
from analytics.response import response as _response
from analytics.response import speed as _speed
from analytics.scope import Scope
from analytics.signals import signals as _signals
from analytics.signals import unasked as _unasked
from analytics.sources import attribution as _attribution
from analytics.sources import costs as _costs
from analytics.sources import paths as _paths
from analytics.sources import scoreboard as _scoreboard
from analytics.time_in_stage import time_in_stage as _time_in_stage
from analytics.time_in_stage import untimed as _untimed
from analytics.time_in_stage import waiting as _waiting
from data import contents as _contents
from data.store import DEFAULT_FOLDER, Generation, Store
from ui.cache import Cache, room

P = ParamSpec("P")
R = TypeVar("R")


@lru_cache(maxsize=1)
def store() -> Store:
    """The store this process serves: the folder `PHEU_STORE`, else `store` beside the program."""
    return Store(Path(os.environ.get("PHEU_STORE", DEFAULT_FOLDER)).resolve())


@lru_cache(maxsize=1)
def cache() -> Cache:
    """What this process keeps of the answers: all the room but that of the pictures."""
    kept = Cache(room(7))
    atexit.register(kept.clear)  # answers hold their store, which DuckDB wants closed by then
    return kept


class _Kept(Generic[P, R]):
    """A question whose answers are kept."""

    def __init__(self, question: Question[P, R]) -> None:
        self._question, self._name = question, _name(question)

    def __call__(self, scope: Scope, /, *about: P.args, **more: P.kwargs) -> R:
        """The answer for a scope."""
        decided = self._question.narrowed(scope)
        generation, name, key = self._kept_by(decided, *about, **more)
        return _answered(generation, name, key, lambda: self._question(decided, *about, **more))

    def ahead(self, scope: Scope, /, *about: P.args, **more: P.kwargs) -> None:
        """Begins to find the answer, if a core is idle: a page asks for it when it comes to it."""
        decided = self._question.narrowed(scope)
        if not cache().knows(self._kept_by(decided, *about, **more)):
            meanwhile(lambda: self(decided, *about, **more))

    def _kept_by(
        self, decided: Scope, /, *about: P.args, **more: P.kwargs
    ) -> tuple[Generation, str, str]:
        key = f"{decided.dimensions} {decided.view!r} {about!r} {sorted(more.items())!r}"
        return decided.generation, self._name, key


def _once(question: Question[P, R]) -> _Kept[P, R]:
    """The question, answered once for all scopes that are equal in what decides it.

    All readers are handed the same answer: nobody writes into it.
    """
    return _Kept(question)


def _once_a_version(question: Callable[[Generation], R]) -> Callable[[Generation], R]:
    """The same for a question about a whole generation."""
    name = _name(question)

    def answer(generation: Generation, /) -> R:
        found: R = _answered(generation, name, "", lambda: question(generation))
        return found

    return answer


def for_all(make: Callable[Concatenate[Scope, P], R]) -> Callable[Concatenate[Scope, P], R]:
    """Has what a card makes of answers be made once for a scope, for all readers of its language.

    The language is that of the scope's view, which is the page's. What it is about beside the scope
    is told apart by how it is written. What is made holds nothing of one reader: no address of
    theirs, and no widget.
    """
    name = _name(make)

    def made(scope: Scope, /, *about: P.args, **more: P.kwargs) -> R:
        key = f"{scope.dimensions} {scope.view!r} {about!r} {sorted(more.items())!r}"
        found: R = _answered(scope.generation, name, key, lambda: make(scope, *about, **more))
        return found

    return made


def _name(question: Callable[..., Any]) -> str:
    return f"{question.__module__}.{question.__name__}"


def _answered(generation: Generation, name: str, key: str, make: Callable[[], R]) -> R:
    """The answer of that name and key, of a generation."""
    kept = cache()

    def first() -> R:
        known = kept.kinds()
        if generation not in known:  # a load made it, which is when old ones go
            kept.drop([each for each in known if _is_gone(each, generation)])
        return make()

    found: R = kept.answer((generation, name, key), generation, first)
    return found


def _is_gone(old: Any, new: Generation) -> bool:
    """Whether a generation of the same store is no longer there, or another one has its number."""
    if old.store != new.store:
        return False
    if old.number == new.number:
        return bool(old.id != new.id)  # of the same one, others may see more or less
    return old.number not in new.store.generations()


events = _once(_events.events)
cohort = _once(_cohort.cohort)
effects = _once(_effect.effects)

funnel = _once(_funnel.funnel)
is_empty = _once(_funnel.is_empty)
trend = _once(_trend.trend)
conversions = _once(_trend.conversions)
cohorts = _once(_cohorts.cohorts)
segments = _once(_segments.segments)
since_then = _once(_since_then.since_then)
against_earlier = _once(_period_comparison.against_earlier)
reaching = _once(_time_to_step.reaching)
reaching_summary = _once(_time_to_step.summary)
leads = _once(_leads.listing)

to_do = _once(_to_do.listing)
outlook = _once(_outlook.outlook)

time_in_stage = _once(_time_in_stage.time_in_stage)
untimed = _once(_untimed.untimed)
leaving = _once(_time_in_stage.leaving)
stay_months = _once(_time_in_stage.by_month)
stays = _once(_time_in_stage.listing)
waiting = _once(_waiting.listing)
waiting_bands = _once(_waiting.bands)
usual = _once(_waiting.usual)
overdue = _once(_overdue.overdue)

attribution = _once(_attribution.attribution)
costs = _once(_costs.costs)
advice = _once(_scoreboard.advice)
travels = _once(_paths.travels)

quality = _once(_quality.quality)
quality_reasons = _once(_quality.reasons)
quality_months = _once(_quality.months)
receipts = _once(_batches.receipts)

criteria = _once(_criteria.criteria)

handover = _once(_handover.handover)
handed_over = _once(_handover.listing)
people = _once(_people.people)
in_hand = _once(_people.in_hand)
returned = _once(_returned.returned)
sent_back_reasons = _once(_returned.reasons)

response = _once(_response.response)
response_arrivals = _once(_response.arrivals)
response_hours = _once(_response.hours)
response_waiting = _once(_response.waiting)
response_attempts = _once(_response.attempts)
response_speed = _once(_speed.speed)
signals = _once(_signals.signals)
unasked = _once(_unasked.unasked)

bottlenecks = _once(_bottlenecks.bottlenecks)
bottleneck_course = _once(_course.course)
rate_or_mix = _once(_rate_or_mix.rate_or_mix)
queues = _once(_queues.queues)
reasons = _once(_reasons.reasons)
reason_leads = _once(_reasons.listing)
change = _once(_change.change)
velocity = _once(_velocity.velocity)
_baseline_of = _once(_baseline.baseline)


def ranking(scope: Scope) -> _ranking.Ranking:
    """The answer of `analytics.bottlenecks.ranking`, over losses that are asked for once."""
    return _answered(*_ranking_of(scope), lambda: _ranking.ranked(bottlenecks(scope)))


def is_ranked(scope: Scope) -> bool:
    """Whether that answer is kept, and there at once."""
    return cache().knows(_ranking_of(scope))


def _ranking_of(scope: Scope) -> tuple[Generation, str, str]:
    """What the ranking of a scope is kept by."""
    decided = _bottlenecks.bottlenecks.narrowed(scope)
    return decided.generation, "ranking", repr(decided.view)


def step_rate(
    scope: Scope, stage: str, dimension: str | None = None, segment: str | None = None
) -> _step_rate.StepRate | None:
    """The answer of `analytics.bottlenecks.step_rate`, over the same losses."""
    return _step_rate.step_rate(bottlenecks(scope), stage, dimension, segment)


def what_if(scope: Scope) -> _what_if.WhatIf:
    """The answer of `analytics.bottlenecks.what_if`; its baseline is asked for once."""
    return _what_if.tried(_baseline_of(scope), scope.view.scenario)


def scoreboard(scope: Scope) -> _scoreboard.Scoreboard:
    """The answer of `analytics.sources.scoreboard`, over advice that is asked for once."""
    decided = _scoreboard.scoreboard.narrowed(scope)
    return _answered(
        decided.generation,
        "scoreboard",
        repr(decided.view),
        lambda: _scoreboard.beside_the_year_before(decided, partial(advice, decided)),
    )


def paths(scope: Scope) -> Answer:
    """The answer of `analytics.sources.paths.paths`; journeys are found once for all about them."""
    return travels(scope).paths


def path_assists(scope: Scope) -> Answer:
    """The answer of `analytics.sources.paths.assists`, of the same journeys."""
    return travels(scope).assists


def path_lengths(scope: Scope) -> Answer:
    """The answer of `analytics.sources.paths.lengths`, of the same journeys."""
    return travels(scope).lengths


size = _once_a_version(_contents.size)
unknown_stages = _once_a_version(_contents.unknown_stages)
response_acts = _once_a_version(_response.acts)


def to_save(scope: Scope) -> _findings.Overdue | None:
    """The answer of `analytics.overview.findings.overdue_of`, over the work list of the scope."""
    listing = to_do(scope)
    return _answered(_of(listing), "to_save", listing.key, lambda: _findings.overdue_of(listing))


def source_of(scope: Scope, days: int) -> _findings.PaidSource | None:
    """The answer of `analytics.overview.findings.source_of`, over the advice of the scope."""
    generation, key = scope.generation, f"{days} {_scoreboard.advice.narrowed(scope).view!r}"
    return _answered(generation, "source_of", key, lambda: _findings.source_of(advice(scope), days))


def count(listing: Listing) -> int:
    """How many rows a list has."""
    return _answered(_of(listing), "count", listing.key, listing.count)


def page(listing: Listing, first: int, most: int) -> pd.DataFrame:
    """Up to `most` rows of a list from the `first` on, counted from 0."""
    key = f"{first} {most} {listing.key}"
    return _answered(_of(listing), "page", key, lambda: listing.page(first, most))


def waiting_groups(listing: Listing, dimension: str) -> pd.DataFrame:
    """The answer of `analytics.time_in_stage.waiting.groups`."""
    key = f"{dimension} {listing.key}"
    return _answered(_of(listing), "groups", key, lambda: _waiting.groups(listing, dimension))


def to_do_groups(listing: Listing, dimension: str) -> pd.DataFrame:
    """The answer of `analytics.leads.to_do.groups`."""
    key = f"{dimension} {listing.key}"
    return _answered(_of(listing), "to_do_groups", key, lambda: _to_do.groups(listing, dimension))


def _of(listing: Listing) -> Generation:
    return listing.asked.scope.generation
