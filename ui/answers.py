"""The answers a page asks for: each computed once per view and generation, for all readers."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics import funnel as _funnel
from analytics import health as _health
from analytics import leads as _leads
from analytics import trend as _trend
from analytics.health import Health
from analytics.view import View
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


def health(view: View, generation: Generation) -> Health:
    """The figures of `analytics.health`."""
    return _figures(_key(view), generation.number)


_FRAMES: dict[str, Callable[[View, Generation], pd.DataFrame]] = {
    "funnel": _funnel.funnel,
    "trend": _trend.trend,
    "leads": _leads.leads,
}


def _frame(question: str, view: View, generation: Generation) -> pd.DataFrame:
    return _rows(question, _key(view), generation.number)


def _key(view: View) -> str:
    """What of a view decides an answer: not the language, nor the link's name for the data."""
    return replace(view, lang="vi", data=None).to_link()


@st.cache_data(max_entries=500, show_spinner=False)
def _rows(question: str, link: str, number: int) -> pd.DataFrame:
    return _FRAMES[question](View.from_link(link)[0], store().generation(number))


@st.cache_data(max_entries=500, show_spinner=False)
def _figures(link: str, number: int) -> Health:
    return _health.health(View.from_link(link)[0], store().generation(number))
