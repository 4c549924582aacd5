"""The answers a page asks for: each computed once per question and scope, for all readers."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from analytics.asked import Question
from analytics.bottlenecks import bottlenecks as _bottlenecks
from analytics.bottlenecks import change as _change
from analytics.bottlenecks import course as _course
from analytics.bottlenecks import queues as _queues
from analytics.bottlenecks import rate_or_mix as _rate_or_mix
from analytics.bottlenecks import velocity as _velocity
from analytics.bottlenecks import what_if as _what_if
from analytics.funnel import cohorts as _cohorts
from analytics.funnel import funnel as _funnel
from analytics.funnel import key_figures as _key_figures
from analytics.funnel import leads as _leads
from analytics.funnel import period_comparison as _period_comparison
from analytics.funnel import segments as _segments
from analytics.funnel import time_to_step as _time_to_step
from analytics.funnel import trend as _trend
from analytics.scope import Scope
from analytics.sources import attribution as _attribution
from analytics.sources import costs as _costs
from analytics.sources import paths as _paths
from analytics.time_in_stage import time_in_stage as _time_in_stage
from analytics.time_in_stage import waiting as _waiting
from data import contents as _contents
from data.store import DEFAULT_FOLDER, Generation, Store

P = ParamSpec("P")
R = TypeVar("R")


@lru_cache(maxsize=1)
def store() -> Store:
    """The store this process serves: the folder `PHEU_STORE`, else `store` beside the program."""
    return Store(Path(os.environ.get("PHEU_STORE", DEFAULT_FOLDER)).resolve())


def _once(question: Question[P, R]) -> Callable[Concatenate[Scope, P], R]:
    """The question, answered once for all scopes that are equal in what decides it.

    All readers are handed the same answer: nobody writes into it.
    """
    name = _name(question)

    def answer(scope: Scope, /, *about: P.args, **more: P.kwargs) -> R:
        decided = question.narrowed(scope)
        key = f"{_version(decided.generation)} {decided.dimensions} {decided.view!r}"
        found: R = _answered(question, decided, name, key, about, more)
        return found

    return answer


def _once_a_version(question: Callable[[Generation], R]) -> Callable[[Generation], R]:
    """The same for a question about a whole generation."""
    name = _name(question)

    def answer(generation: Generation, /) -> R:
        found: R = _answered(question, generation, name, _version(generation), (), {})
        return found

    return answer


def _name(question: Callable[..., Any]) -> str:
    return f"{question.__module__}.{question.__name__}"


def _version(generation: Generation) -> str:
    # Streamlit cannot hash a generation itself: its store holds a lock.
    return f"{generation.store.root} {generation.number} {generation.id}"


@st.cache_resource(max_entries=2_000, show_spinner=False)
def _answered(
    _question: Callable[..., Any],
    _of: Scope | Generation,
    name: str,
    key: str,
    about: tuple[Any, ...],
    more: dict[str, Any],
) -> Any:
    """Arguments with an underscore are no part of the key of the cache."""
    return _question(_of, *about, **more)


funnel = _once(_funnel.funnel)
trend = _once(_trend.trend)
conversions = _once(_trend.conversions)
cohorts = _once(_cohorts.cohorts)
segments = _once(_segments.segments)
health = _once(_key_figures.health)
against_earlier = _once(_period_comparison.against_earlier)
reaching = _once(_time_to_step.reaching)
reaching_summary = _once(_time_to_step.summary)
leads = _once(_leads.leads)

time_in_stage = _once(_time_in_stage.time_in_stage)
leaving = _once(_time_in_stage.leaving)
stay_months = _once(_time_in_stage.by_month)
stays = _once(_time_in_stage.stays)
waiting = _once(_waiting.waiting)
waiting_bands = _once(_waiting.bands)
usual = _once(_waiting.usual)

attribution = _once(_attribution.attribution)
costs = _once(_costs.costs)
paths = _once(_paths.paths)
path_assists = _once(_paths.assists)
path_lengths = _once(_paths.lengths)

bottlenecks = _once(_bottlenecks.bottlenecks)
bottleneck_course = _once(_course.course)
rate_or_mix = _once(_rate_or_mix.rate_or_mix)
queues = _once(_queues.queues)
change = _once(_change.change)
velocity = _once(_velocity.velocity)
_ground = _once(_what_if.ground)


def what_if(scope: Scope) -> _what_if.WhatIf:
    """The answer of `analytics.bottlenecks.what_if`; its ground is asked for once for all tries."""
    return _what_if.tried(_ground(scope), scope.view.scenario)


size = _once_a_version(_contents.size)
unknown_stages = _once_a_version(_contents.unknown_stages)
