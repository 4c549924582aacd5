"""The cards of the page of definitions, and finding what they say."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from analytics.certainty import Certainty
from analytics.names import NAMES, Name
from data.pipeline import GROUPS, Pipeline
from ui.board import board
from ui.definitions import rows
from ui.language import current, labels
from ui.language.bilingual import both, has
from ui.language.glossary import field, glossary
from ui.language.glossary.entries import Chapter
from ui.language.messages import N_, _
from ui.page import card, certainty, headline, layout, markdown, terms

_WHERE = {
    Certainty.CERTAIN: N_("the first line, things to do, every table"),
    Certainty.LIKELY: N_("the second or third thing to do, rankings"),
    Certainty.UNCLEAR: N_("tables; never a finding"),
    Certainty.TOO_FEW: N_("tables"),
    Certainty.YOUNG: N_("what the leads of a young period became"),
}
_DRAWN: dict[Certainty, board.Bar] = {
    Certainty.CERTAIN: board.Bar(60, 100, 40, 80, tone="red"),
    Certainty.LIKELY: board.Bar(55, 100, 5, 95, tone="red", faint=True),
    Certainty.UNCLEAR: board.Bar(25, 100, 0, 60, tone="gray"),
    Certainty.TOO_FEW: board.Bar(15, 100, 0, 90, tone="gray"),
    Certainty.YOUNG: board.Bar(40, 100, tone="gray", faint=True),
}
_TONES: dict[headline.Tone, str] = {
    "ok": N_("Nothing clearly fell, and no step certainly loses customers."),
    "watch": N_("A certain bottleneck, or 80 to 95% of a target."),
    "bad": N_(
        "Deals, value or opportunities clearly fell, or less than 80% of a target near the end of "
        "the period."
    ),
}


def found(sought: str, pipeline: Pipeline) -> tuple[Chapter, ...]:
    """The chapters with what has the words sought, in either language; all for `''`.

    The first one, which shows the pipeline, stays whole when a stage or an exit is sought.
    """
    slugs = (*pipeline.slugs, *pipeline.exit_slugs)
    if any(has(sought, partial(labels.stage_label, pipeline, slug)) for slug in slugs):
        kept = (field.OWN, *(_fitting(chapter, sought) for chapter in glossary.CHAPTERS[1:]))
    else:
        kept = tuple(_fitting(chapter, sought) for chapter in glossary.CHAPTERS)
    return tuple(each for each in kept if each.terms or each.contrasts or each.disagreements)


def found_numbers(sought: str) -> tuple[Name, ...]:
    """The names of numbers that have the words sought, in either language."""
    return tuple(name for name in NAMES if has(sought, partial(_said_of, name)))


def says_how_sure(sought: str) -> bool:
    """Whether the words of certainty, or what they mean, are what is sought."""
    return any(
        has(sought, partial(certainty.word, each), partial(certainty.meaning, each))
        for each in Certainty
    )


def how_sure() -> None:
    """The words of certainty: what each means, how it is drawn and where it may stand."""
    with card.card(
        _("How sure it is: five words"),
        _(
            "Each has a word and a shape; the colour only repeats them. Figures are behind "
            "“How counted”."
        ),
        anchor=terms.CERTAINTY,
    ):
        board.show(
            [
                board.Column(_("Word")),
                board.Column(_("What it means")),
                board.Column(_("How it is drawn"), secondary=True),
                board.Column(_("Where it may stand"), secondary=True),
            ],
            [
                board.Row(
                    [
                        board.Badge(
                            certainty.word(each), certainty.TONES[each], certainty.ICONS[each]
                        ),
                        board.Text(certainty.meaning(each)),
                        _DRAWN[each],
                        board.Text(_(_WHERE[each])),
                    ]
                )
                for each in Certainty
            ],
            caption=_("How sure it is: five words"),
            key="certainty",
        )


def tones() -> None:
    """The three words of a verdict, each as it stands at the top of a page."""
    for column, (tone, meaning) in zip(layout.tiles(3, "tones"), _TONES.items(), strict=True):
        with column, st.container(border=True, height="stretch", key=f"headline_{tone}"):
            headline.badge(tone)
            st.markdown(_(meaning))


def numbers(found: tuple[Name, ...]) -> None:
    """The names of the numbers, a row each."""
    title = _("One number, one name")
    with card.card(title, _("The same on every page, in files and on the command line.")):
        st.html(rows.numbers(found))


def own(entry: Chapter, pipeline: Pipeline) -> None:
    """The stages of a pipeline by group, its exits, and what is a matter of choice about them."""
    with card.card(_(entry.title), _(entry.about), anchor=entry.anchor):
        with st.grid(4, min_column_width=150):
            for group in GROUPS:
                slugs = [stage.slug for stage in pipeline.stages if stage.group == group]
                if slugs:
                    _group(pipeline, group, slugs)
        exits = [_stage(pipeline, slug) for slug in pipeline.exit_slugs]
        if exits:
            st.markdown(" \u2003 ".join([_("**Exits**"), *exits]))
        if entry.terms:
            st.html(rows.terms(entry))


def chapter(entry: Chapter, *, unfolded: bool) -> None:
    """A chapter: folded until somebody opens it, follows a link into it or finds a word in it."""
    with st.container(border=True):
        st.html(rows.chapter(entry, unfolded=unfolded))


def _said_of(name: Name) -> str:
    lang = current.lang()
    return f"{name.label(lang)} {name.counts(lang)}"


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


def _name(name: Callable[[], str]) -> str:
    """A name in bold, with that of the other language after it."""
    here, there = both(name)
    other = f" {markdown.gray(markdown.plain(there))}" if there else ""
    return f"**{markdown.plain(here)}**{other}"


def _fitting(chapter: Chapter, sought: str) -> Chapter:
    def fits(*texts: str | Callable[[], str]) -> bool:
        return has(sought, *(partial(_, text) if isinstance(text, str) else text for text in texts))

    return replace(
        chapter,
        terms=tuple(term for term in chapter.terms if fits(*vars(term).values())),
        contrasts=tuple(row for row in chapter.contrasts if fits(*vars(row).values())),
        disagreements=tuple(
            row
            for row in chapter.disagreements
            if fits(row.matter, *row.readings, row.taken, row.otherwise)
        ),
    )
