"""The entries of the glossary: finding them, and how they are drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import streamlit as st

from data.pipeline import GROUPS, Pipeline
from ui.definitions import glossary
from ui.definitions.glossary import Chapter, Contrast, Term
from ui.language import labels
from ui.language.bilingual import both, has
from ui.language.messages import _
from ui.page import card, markdown


def found(sought: str, pipeline: Pipeline) -> tuple[Chapter, ...]:
    """The chapters with what has the words sought, in either language; all for `''`.

    The first one, which shows the pipeline, stays whole when a stage or an exit is sought.
    """
    slugs = (*pipeline.slugs, *pipeline.exit_slugs)
    if any(has(sought, partial(labels.stage_label, pipeline, slug)) for slug in slugs):
        kept = (glossary.OWN, *(_fitting(chapter, sought) for chapter in glossary.CHAPTERS[1:]))
    else:
        kept = tuple(_fitting(chapter, sought) for chapter in glossary.CHAPTERS)
    return tuple(chapter for chapter in kept if chapter.terms or chapter.contrasts)


def own(entry: Chapter, pipeline: Pipeline) -> None:
    """The stages of a pipeline by group, its exits, and what is a matter of choice about them."""
    with _box(entry):
        with st.grid(4, min_column_width=200):
            for group in GROUPS:
                slugs = [stage.slug for stage in pipeline.stages if stage.group == group]
                if slugs:
                    _group(pipeline, group, slugs)
        exits = [_stage(pipeline, slug) for slug in pipeline.exit_slugs]
        if exits:
            st.markdown(" \u2003 ".join([_("**Exits**"), *exits]))
        for term in entry.terms:
            _row(term)


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
            _row(term)


@contextmanager
def _box(entry: Chapter) -> Iterator[None]:
    with st.container(border=True):
        with st.container(gap=None):
            st.subheader(_(entry.title), anchor=entry.anchor)
            st.markdown(markdown.gray(_(entry.about)))
        yield


def _group(pipeline: Pipeline, group: str, slugs: list[str]) -> None:
    colour = card.look().stage(group)
    with st.container(gap="small"):
        st.html(f"<div style='height:6px;border-radius:3px;background:{colour}'></div>")
        stages = [f"- {_stage(pipeline, slug)}" for slug in slugs]
        st.markdown("\n".join([_name(partial(labels.group_label, group)), "", *stages]))


def _stage(pipeline: Pipeline, slug: str) -> str:
    """A stage or an exit in one line: its label, the other language's, and its slug."""
    here, there = both(partial(labels.stage_label, pipeline, slug))
    other = f" {markdown.gray(markdown.plain(there))}" if there else ""
    return f"{markdown.plain(here)}{other} `{slug}`"


def _meaning(term: Term) -> Iterator[str]:
    yield _(term.meaning)
    if term.told_by:
        yield markdown.gray(_("Typical signs: {what}", what=_(term.told_by)))


def _contrasts(contrasts: tuple[Contrast, ...]) -> None:
    """What tells the three groups apart: a column each, which stand below each other on a phone."""
    for column, group in zip(st.columns(3), GROUPS, strict=False):
        lines = [f"- :gray[{_(row.criterion)}:] {_(getattr(row, group))}" for row in contrasts]
        with column:
            st.markdown("\n".join([_name(partial(labels.group_label, group)), "", *lines]))


def _row(term: Term) -> None:
    """A term in two columns, which become two lines on a phone."""
    left, right = st.columns([2, 5], gap="xsmall")
    left.markdown(_name(term.name, between="  \n"))
    right.markdown("  \n".join(_meaning(term)))


def _name(name: Callable[[], str], *, between: str = " ") -> str:
    """A name in bold, with that of the other language after it."""
    here, there = both(name)
    other = between + markdown.gray(markdown.plain(there)) if there else ""
    return f"**{markdown.plain(here)}**{other}"


def _fitting(chapter: Chapter, sought: str) -> Chapter:
    def fits(*texts: str | Callable[[], str]) -> bool:
        return has(sought, *(partial(_, text) if isinstance(text, str) else text for text in texts))

    return replace(
        chapter,
        terms=tuple(term for term in chapter.terms if fits(*vars(term).values())),
        contrasts=tuple(row for row in chapter.contrasts if fits(*vars(row).values())),
    )
