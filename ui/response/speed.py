"""Does speed matter here: a line that says so, and the card of the natural experiment."""

from typing import Any

import streamlit as st

from analytics.certainty import Certainty
from analytics.response.published import Figure, figures
from analytics.response.speed import DAYS, EDGE, SOON, UNBALANCED, Speed
from analytics.scope import Scope
from ui import answers
from ui.board import board
from ui.board.board import Badge, Column, Row, Text
from ui.language import current, formats, labels, quantities
from ui.language.messages import _, _n
from ui.leads.words import stage_name
from ui.page import card, certainty, markdown, provenance
from ui.page.provenance import Sentences

_SURE = {
    "matters": Certainty.CERTAIN,
    "harms": Certainty.CERTAIN,
    "unclear": Certainty.UNCLEAR,
    "no wait": Certainty.UNCLEAR,
    "too few": Certainty.TOO_FEW,
}
_UNLIKE = 6  # rows of the balance, those furthest apart


def line(scope: Scope) -> None:
    """How sure it is, and what the company's own leads say."""
    found = answers.response_speed(scope)
    st.markdown(f"{certainty.badge(_SURE[found.verdict])} {said(scope, found)}")


def said(scope: Scope, found: Speed) -> str:
    """What waiting does to leads here, no surer than it is."""
    if found.verdict == "too few":
        return _("Does a fast answer sell more **here**? There are too few leads to say.")
    if found.verdict == "unclear":
        return _("Does a fast answer sell more **here**? Our own leads do not show it.")
    if found.verdict == "no wait":
        return _("Does a fast answer sell more **here**? Closing time makes no lead wait for one.")
    points = quantities.points(abs(_effect(found)), 1)
    stage = markdown.plain(stage_name(scope, found.stage))
    if found.verdict == "matters":
        return _(
            "A fast answer matters **here**: of leads made to wait, {points} fewer reach {stage}.",
            points=points,
            stage=stage,
        )
    return _(
        "Of leads made to wait, {points} more reach {stage}: a fast answer sells no more **here**.",
        points=points,
        stage=stage,
    )


def show(scope: Scope) -> None:
    """The card: the two groups, the difference with its interval, and whether they are alike."""
    found = answers.response_speed(scope)
    title = _title(found)
    subtitle = _(
        "Leads of the last {n} minutes before closing, and of the first after the next opening.",
        n=formats.number(EDGE),
    )
    how = provenance.how_asked(
        "response_speed",
        lambda: _sentences(scope, found),
        found.asked,
        found.groups,
        scope=found.asked.scope,
    )
    with card.card(title, subtitle, how=how):
        line(scope)
        _groups(scope, found, title)
        if found.effect is not None:
            low, high = (quantities.points(each) for each in (found.effect.low, found.effect.high))
            text = _(
                "Difference: {difference}, between {low} and {high}; {n} mornings.",
                difference=quantities.points(found.effect.difference),
                low=low,
                high=high,
                n=formats.number(found.effect.clusters),
            )
            st.markdown(text)
        _balance(found)


def published(scope: Scope) -> None:
    """The card of what others have found; of sales only where one's own leads say so, too."""
    matters = answers.response_speed(scope).verdict == "matters"
    with card.card(
        _("What others have published"), _("To be read beside your own numbers, not as a target.")
    ):
        for each in figures():
            if matters or not each.sells:
                st.markdown(_cited(each))


def _effect(found: Speed) -> float:
    return 0.0 if found.effect is None else found.effect.difference


def _title(found: Speed) -> str:
    if found.verdict == "matters":
        return _("Leads that have to wait are lost more often")
    if found.verdict == "harms":
        return _("Leads that have to wait are not lost more often")
    return _("Does speed matter here?")


def _groups(scope: Scope, found: Speed, title: str) -> None:
    stage = stage_name(scope, found.stage)
    names = (_("Just before closing"), _("Just after opening"))
    board.show(
        [
            Column(_("Leads that come")),
            Column(_("Leads"), right=True),
            Column(_("Answered in {n} hours, %", n=formats.number(SOON)), right=True),
            Column(_("Reached {stage}, %", stage=stage), right=True),
        ],
        [
            Row(
                [
                    Text(name, strong=True),
                    Text(formats.number(row.leads)),
                    Text(_share(row.soon, row.leads)),
                    Text(_share(row.converted, row.leads), strong=True),
                ]
            )
            for name, row in zip(names, found.groups.itertuples(index=False), strict=True)
        ],
        caption=markdown.spoken(title),
        key="response_speed",
        cards_below=440,
    )


def _share(part: int, whole: int) -> str:
    return formats.number(100 * part / whole, 1) if whole else formats.NOTHING


def _balance(found: Speed) -> None:
    """Whether the groups were alike before, and in what they are least so."""
    rows = found.balance
    if rows.empty or found.verdict == "too few":
        return
    text = (
        _("Alike before: yes, in all that is known of them.")
        if found.is_balanced
        else _("Alike before: not in all; read the difference with care.")
    )
    st.markdown(markdown.gray(text))
    furthest = rows.loc[rows["apart"].abs().sort_values(ascending=False).index[:_UNLIKE]]
    board.show(
        [
            Column(_("What is furthest apart")),
            Column(_("Before closing, %"), right=True),
            Column(_("After opening, %"), right=True),
            Column(_("Alike?")),
        ],
        [_likeness(found, row) for row in furthest.itertuples(index=False)],
        caption=_("How alike the two groups were before"),
        key="response_balance",
        cards_below=440,
    )


def _likeness(found: Speed, row: Any) -> Row:
    is_alike = abs(row.apart) < found.by_chance
    return Row(
        [
            Text(
                labels.value_label(row.dimension, row.value),
                note=labels.dimension_label(row.dimension),
            ),
            Text(formats.number(100 * row.waited_share)),
            Text(formats.number(100 * row.other_share)),
            Badge(_("alike"), "gray", "check") if is_alike else Badge(_("unlike"), "orange"),
        ]
    )


def _cited(figure: Figure) -> str:
    lang = current.lang()
    source = markdown.plain(f"{figure.source}, {figure.year}; {figure.n[lang]}")
    says, caveat = markdown.plain(figure.says[lang]), markdown.plain(figure.caveat[lang])
    return f"{says} {caveat} {markdown.gray(source)}"


def _sentences(scope: Scope, found: Speed) -> Sentences:
    stage = markdown.plain(stage_name(scope, found.stage))
    within = _n("{n} day", "{n} days", DAYS)
    return [
        (
            _("Why not fast against slow:"),
            _("who looks best is called first, so fast ones win more whatever speed does."),
        ),
        (
            _("Compared:"),
            _(
                "leads as they came, whenever they were called: closing time made the first wait, "
                "over night, a weekend or a holiday. Same source and day of the week."
            ),
        ),
        (
            _("Counted:"),
            _("those that reached {stage} within {days} of coming.", stage=stage, days=within),
        ),
        (
            _("95% interval:"),
            _("of a linear model, with mornings as clusters: their leads have much in common."),
        ),
        (
            _("Alike:"),
            _(
                "a standardised difference below {n}, or no larger than chance makes it.",
                n=formats.number(UNBALANCED, 1),
            ),
        ),
    ]
