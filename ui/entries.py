"""The entries of the glossary as they are drawn: a pipeline of one's own, then the chapters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st

from data.pipeline import GROUPS, Pipeline
from ui import frame, labels
from ui.bilingual import both
from ui.glossary import OWN, Chapter, Contrast
from ui.words import _


def own(pipeline: Pipeline) -> None:
    """The stages of a pipeline by group, its exits, and what is a matter of choice about them."""
    with _box(OWN):
        with st.grid(4, min_column_width=200):
            for group in GROUPS:
                slugs = [stage.slug for stage in pipeline.stages if stage.group == group]
                if slugs:
                    _group(pipeline, group, slugs)
        exits = [_stage(pipeline, slug) for slug in pipeline.exit_slugs]
        if exits:
            st.markdown(" \u2003 ".join([f"**{_('Exits')}**", *exits]))
        for term in OWN.terms:
            _row(_name(term.name), _(term.meaning))


def chapter(entry: Chapter) -> None:
    """A chapter in a box: what it contrasts side by side, then its terms."""
    with _box(entry):
        if entry.contrasts:
            _contrasts(entry.contrasts)
        if entry.short:
            with st.grid(3, min_column_width=250):
                for term in entry.terms:
                    st.markdown(f"{_name(term.name)}  \n{_(term.meaning)}")
            return
        for term in entry.terms:
            told_by = f"  \n{frame.gray(_('Told by: {what}', what=_(term.told_by)))}"
            _row(_name(term.name), _(term.meaning) + (told_by if term.told_by else ""))


@contextmanager
def _box(entry: Chapter) -> Iterator[None]:
    with st.container(border=True):
        with st.container(gap=None):
            st.subheader(_(entry.title), anchor=entry.anchor)
            st.markdown(frame.gray(_(entry.about)))
        yield


def _group(pipeline: Pipeline, group: str, slugs: list[str]) -> None:
    colour = frame.look().stage(group)
    with st.container(gap="small"):
        st.html(f"<div style='height:6px;border-radius:3px;background:{colour}'></div>")
        stages = [f"- {_stage(pipeline, slug)}" for slug in slugs]
        st.markdown("\n".join([_name(partial(labels.group_label, group)), "", *stages]))


def _stage(pipeline: Pipeline, slug: str) -> str:
    """A stage or an exit in one line: its label, the other language's, and its slug."""
    here, there = both(partial(labels.stage_label, pipeline, slug))
    other = f" {frame.gray(frame.plain(there))}" if there else ""
    return f"{frame.plain(here)}{other} `{slug}`"


def _contrasts(contrasts: tuple[Contrast, ...]) -> None:
    """What tells the three groups apart: a column each, which stand below each other on a phone."""
    for column, group in zip(st.columns(3), GROUPS, strict=False):
        lines = [f"- :gray[{_(row.criterion)}:] {_(getattr(row, group))}" for row in contrasts]
        with column:
            st.markdown("\n".join([_name(partial(labels.group_label, group)), "", *lines]))


def _row(name: str, meaning: str) -> None:
    left, right = st.columns([2, 5], gap="small")
    left.markdown(name)
    right.markdown(meaning)


def _name(name: Callable[[], str]) -> str:
    """A name in bold, with that of the other language after it."""
    here, there = both(name)
    other = f" :gray[{frame.plain(there)}]" if there else ""
    return f"**{frame.plain(here)}**{other}"
