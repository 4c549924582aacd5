"""The answers a page asks for: each computed once per view and generation, for all readers."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics import cohorts as _cohorts
from analytics import funnel as _funnel
from analytics import health as _health
from analytics import leads as _leads
from analytics import periods as _periods
from analytics import segments as _segments
from analytics import stays as _stays
from analytics import time_in_stage as _time_in_stage
from analytics import trend as _trend
from analytics import waiting as _waiting
from analytics.health import Health
from analytics.segments import Segments
from analytics.view import View
from analytics.waiting import Usual
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


_FRAMES: dict[str, Callable[[View, Generation], pd.DataFrame]] = {
    "funnel": _funnel.funnel,
    "trend": _trend.trend,
    "leads": _leads.leads,
    "against_earlier": _periods.against_earlier,
    "time_in_stage": _time_in_stage.time_in_stage,
    "leaving": lambda view, of: _time_in_stage.leaving(view, of, view.stage or ""),
    "waiting": _waiting.waiting,
    "waiting_bands": _waiting.bands,
}


def _of_transition(view: View) -> str:
    return _key(replace(view, stage=None, compare="none"))


def _staying(view: View) -> View:
    """What of a view decides answers about stays: neither the level nor how steps are reached."""
    return replace(view, level="stage", skipped="passed", window=None, compare="none", stage=None)


def _frame(question: str, view: View, generation: Generation) -> pd.DataFrame:
    return _rows(question, _key(view), generation.number)


def _key(view: View) -> str:
    """What of a view decides an answer: not the language, nor the link's name for the data."""
    return replace(view, lang="vi", data=None).to_link()


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


@st.cache_data(max_entries=500, show_spinner=False)
def _usual(link: str, number: int) -> dict[str, Usual]:
    return _waiting.usual(View.from_link(link)[0], store().generation(number))
