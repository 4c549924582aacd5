"""The answers a page asks for: each computed once per view and generation, for all readers."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics.bottlenecks import bottlenecks as _bottlenecks
from analytics.bottlenecks import change as _change
from analytics.bottlenecks import queues as _queues
from analytics.bottlenecks import rate_or_mix as _makeup
from analytics.bottlenecks import velocity as _velocity
from analytics.bottlenecks import what_if as _what_if
from analytics.bottlenecks.bottlenecks import Bottlenecks, Course
from analytics.bottlenecks.change import Change
from analytics.bottlenecks.queues import Queues
from analytics.bottlenecks.rate_or_mix import Makeup
from analytics.bottlenecks.velocity import Velocity
from analytics.bottlenecks.what_if import Ground, WhatIf
from analytics.funnel import cohorts as _cohorts
from analytics.funnel import funnel as _funnel
from analytics.funnel import key_figures as _health
from analytics.funnel import leads as _leads
from analytics.funnel import period_comparison as _periods
from analytics.funnel import segments as _segments
from analytics.funnel import time_to_step as _reaching
from analytics.funnel import trend as _trend
from analytics.funnel.key_figures import Health
from analytics.funnel.segments import Segments
from analytics.sources import attribution as _attribution
from analytics.sources import costs as _costs
from analytics.sources import paths as _paths
from analytics.sources.attribution import Attribution
from analytics.sources.costs import Costs
from analytics.time_in_stage import stays as _stays
from analytics.time_in_stage import time_in_stage as _time_in_stage
from analytics.time_in_stage import waiting as _waiting
from analytics.time_in_stage.waiting import Usual
from analytics.view.attribution_rules import Credit
from analytics.view.scenario import Scenario
from analytics.view.view import View
from data.store import Generation, Store


@lru_cache(maxsize=1)
def store() -> Store:
    """The store this process serves: the folder `PHEU_STORE`, else `store`."""
    return Store(Path(os.environ.get("PHEU_STORE", "store")).resolve())


def funnel(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.funnel`."""
    return _frame("funnel", replace(view, stage=None), generation)


def trend(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.trend`."""
    return _frame("trend", replace(view, stage=None), generation)


def leads(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.leads`."""
    return _frame("leads", replace(view, by=None, compare="none"), generation)


def waiting(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.waiting`."""
    return _frame("waiting", _staying(view), generation)


def waiting_bands(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.waiting.bands`."""
    return _frame("waiting_bands", _staying(view), generation)


def time_in_stage(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.time_in_stage`."""
    return _frame("time_in_stage", _staying(view), generation)


def leaving(view: View, generation: Generation, stage: str) -> pd.DataFrame:
    """The rows of `analytics.time_in_stage.leaving`."""
    return _frame("leaving", replace(_staying(view), by=None, stage=stage), generation)


def stay_months(
    view: View, generation: Generation, stage: str, segment: str | None
) -> pd.DataFrame:
    """The rows of `analytics.time_in_stage.by_month`."""
    asked = view if segment is not None else replace(view, by=None)
    return _stayed(_key(_staying(asked)), generation.number, stage, segment)


def against_earlier(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.periods.against_earlier`."""
    return _frame("against_earlier", replace(view, by=None, stage=None), generation)


def conversions(
    view: View, generation: Generation, *, since: str, to: str, unit: str
) -> pd.DataFrame:
    """The rows of `analytics.trend.conversions`."""
    return _followed("conversions", _of_transition(view), generation.number, since, to, unit)


def cohorts(view: View, generation: Generation, *, since: str, to: str) -> pd.DataFrame:
    """The rows of `analytics.cohorts`."""
    return _followed("cohorts", _of_transition(view), generation.number, since, to)


def segments(view: View, generation: Generation, step: str, *, of: str) -> Segments:
    """The answer of `analytics.segments`."""
    return _segmented(_key(replace(view, stage=None)), generation.number, step, of)


def usual(view: View, generation: Generation) -> dict[str, Usual]:
    """The lengths of `analytics.waiting.usual`."""
    return _usual(_key(_staying(replace(view, by=None))), generation.number)


def stays(view: View, generation: Generation, stage: str) -> pd.DataFrame:
    """The rows of `analytics.stays`."""
    return _listed(_key(replace(_staying(view), by=None)), generation.number, stage)


def health(view: View, generation: Generation) -> Health:
    """The figures of `analytics.health`."""
    return _figures(_key(view), generation.number)


def attribution(view: View, generation: Generation) -> Attribution:
    """The answer of `analytics.attribution`, made anew for other rules of credit."""
    asked = replace(view, compare="none")
    # The model that it is held against is no part of it.
    return _shared(_key(asked, replace(view.credit, versus=_ANY.versus)), generation.number)


def costs(view: View, generation: Generation) -> Costs:
    """The answer of `analytics.costs`."""
    asked = replace(view, mode="cohort", level="group", stage=None, compare="none")
    return _paid(_key(asked, Credit(margin=view.credit.margin)), generation.number)


def reaching(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.reaching`."""
    return _frame("reaching", replace(view, mode="cohort", compare="none"), generation)


def reaching_summary(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.reaching.summary`."""
    return _frame("reaching_summary", replace(view, mode="cohort", compare="none"), generation)


def paths(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.paths`."""
    return _walked("paths", view, generation)


def path_assists(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.paths.assists`."""
    return _walked("path_assists", view, generation)


def path_lengths(view: View, generation: Generation) -> pd.DataFrame:
    """The rows of `analytics.paths.lengths`."""
    return _walked("path_lengths", view, generation)


def bottlenecks(view: View, generation: Generation) -> Bottlenecks:
    """The answer of `analytics.bottlenecks`."""
    return _lost(_key(_visiting(view), scenario=_held(view.scenario)), generation.number)


def bottleneck_course(
    view: View, generation: Generation, stage: str, dimension: str | None, segment: str | None
) -> Course:
    """The answer of `analytics.bottlenecks.course`."""
    asked = _key(replace(_visiting(view), by=None))
    return _coursed(asked, generation.number, stage, dimension, segment)


def makeup(
    view: View, generation: Generation, stage: str, dimension: str | None, segment: str | None
) -> Makeup:
    """The answer of `analytics.makeup`."""
    asked = _key(replace(_visiting(view), by=None))
    return _made_up(asked, generation.number, stage, dimension, segment)


def queues(view: View, generation: Generation) -> Queues:
    """The answer of `analytics.queues`."""
    return _queued(_key(_visiting(view).during("all")), generation.number)


def change(view: View, generation: Generation) -> Change:
    """The answer of `analytics.change`."""
    asked = replace(view, mode="cohort", clock="calendar")
    return _changed(_key(asked), generation.number)


def velocity(view: View, generation: Generation) -> Velocity:
    """The answer of `analytics.velocity`."""
    return _sped(_key(replace(_visiting(view), compare=view.compare, by=None)), generation.number)


def what_if(view: View, generation: Generation) -> WhatIf:
    """The answer of `analytics.what_if`: what it stands on is asked for once for all scenarios."""
    ground = _grounded(_key(replace(_visiting(view), by=None)), generation.number)
    return _what_if.tried(ground, view.scenario)


_ANY = Credit()
_FRAMES: dict[str, Callable[[View, Generation], pd.DataFrame]] = {
    "funnel": _funnel.funnel,
    "trend": _trend.trend,
    "leads": _leads.leads,
    "against_earlier": _periods.against_earlier,
    "time_in_stage": _time_in_stage.time_in_stage,
    "leaving": lambda view, of: _time_in_stage.leaving(view, of, view.stage or ""),
    "waiting": _waiting.waiting,
    "waiting_bands": _waiting.bands,
    "reaching": _reaching.reaching,
    "reaching_summary": _reaching.summary,
    "paths": _paths.paths,
    "path_assists": _paths.assists,
    "path_lengths": _paths.lengths,
}


def _of_transition(view: View) -> str:
    return _key(replace(view, stage=None, compare="none"))


def _staying(view: View) -> View:
    """What of a view decides answers about stays: neither the level nor how steps are reached."""
    return replace(view, level="stage", skipped="passed", window=None, compare="none", stage=None)


def _frame(question: str, view: View, generation: Generation) -> pd.DataFrame:
    return _rows(question, _key(view), generation.number)


def _walked(question: str, view: View, generation: Generation) -> pd.DataFrame:
    """Rows about paths: of the rules of credit only how far to look back decides them."""
    asked = replace(view, compare="none")
    link = _key(asked, Credit(look_back=view.credit.look_back))
    return _rows(question, link, generation.number)


def _visiting(view: View) -> View:
    """What of a view decides answers about visits: the days, the filters and the breakdown."""
    return replace(_staying(view), mode="cohort", clock="calendar")


def _held(scenario: Scenario) -> Scenario:
    """What of a scenario losses are held against."""
    targets = scenario.targets if scenario.benchmark == "target" else ()
    return Scenario(benchmark=scenario.benchmark, targets=targets)


def _key(view: View, credit: Credit = _ANY, scenario: Scenario | None = None) -> str:
    """What of a view decides an answer: not the language, nor the link's name for the data.

    Nor how credit is shared, nor what is tried out, but for the questions about them.
    """
    plain = replace(view, lang="vi", data=None, credit=credit, scenario=scenario or Scenario())
    return plain.to_link()


@st.cache_data(max_entries=500, show_spinner=False)
def _rows(question: str, link: str, number: int) -> pd.DataFrame:
    return _FRAMES[question](View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=500, show_spinner=False)
def _followed(
    question: str, link: str, number: int, since: str, to: str, unit: str | None = None
) -> pd.DataFrame:
    view, generation = View.from_link(link)[0], store().generation(number)
    if question == "cohorts":
        return _cohorts.cohorts(view, generation, since=since, to=to)
    return _trend.conversions(view, generation, since=since, to=to, unit=unit)


@st.cache_data(max_entries=500, show_spinner=False)
def _stayed(link: str, number: int, stage: str, segment: str | None) -> pd.DataFrame:
    view, generation = View.from_link(link)[0], store().generation(number)
    return _time_in_stage.by_month(view, generation, stage, segment)


@st.cache_data(max_entries=50, show_spinner=False)
def _listed(link: str, number: int, stage: str) -> pd.DataFrame:
    return _stays.stays(View.from_link(link)[0], store().generation(number), stage)


@st.cache_data(max_entries=500, show_spinner=False)
def _segmented(link: str, number: int, step: str, of: str) -> Segments:
    return _segments.segments(View.from_link(link)[0], store().generation(number), step, of=of)


@st.cache_data(max_entries=500, show_spinner=False)
def _figures(link: str, number: int) -> Health:
    return _health.health(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=200, show_spinner=False)
def _shared(link: str, number: int) -> Attribution:
    return _attribution.attribution(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=500, show_spinner=False)
def _paid(link: str, number: int) -> Costs:
    return _costs.costs(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=500, show_spinner=False)
def _usual(link: str, number: int) -> dict[str, Usual]:
    return _waiting.usual(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=200, show_spinner=False)
def _lost(link: str, number: int) -> Bottlenecks:
    return _bottlenecks.bottlenecks(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=500, show_spinner=False)
def _coursed(
    link: str, number: int, stage: str, dimension: str | None, segment: str | None
) -> Course:
    view, generation = View.from_link(link)[0], store().generation(number)
    return _bottlenecks.course(view, generation, stage, dimension, segment)


@st.cache_data(max_entries=500, show_spinner=False)
def _made_up(
    link: str, number: int, stage: str, dimension: str | None, segment: str | None
) -> Makeup:
    view, generation = View.from_link(link)[0], store().generation(number)
    return _makeup.makeup(view, generation, stage, dimension, segment)


@st.cache_data(max_entries=200, show_spinner=False)
def _queued(link: str, number: int) -> Queues:
    return _queues.queues(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=200, show_spinner=False)
def _changed(link: str, number: int) -> Change:
    return _change.change(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=200, show_spinner=False)
def _sped(link: str, number: int) -> Velocity:
    return _velocity.velocity(View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=200, show_spinner=False)
def _grounded(link: str, number: int) -> Ground:
    return _what_if.ground(View.from_link(link)[0], store().generation(number))
