"""The board: what sales answered for the leads of each team, or of another breakdown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics.certainty import Certainty
from analytics.handover.handover import ANSWERS, Handover
from analytics.scope import Scope
from analytics.view.view import segment_value
from ui import answers, guest, navigation, session
from ui.board import board
from ui.board.board import Bar, Column, Row, Text
from ui.handover import words
from ui.language import current, formats, labels
from ui.language.messages import _, _n
from ui.page import card, dimensions, markdown, provenance
from ui.page.provenance import Sentences
from ui.sources import segments

_OPENED = "handover_opened"
_HOURS = (8, 24, 48, 80)
"""The working hours of silence that are offered, beside what the pipeline says."""


def answered(scope: Scope) -> Handover:
    """The hand-over by what the board is broken down by."""
    return answers.handover(scope.at(replace(scope.view, by=dimensions.breakdown(scope))))


def show(scope: Scope, found: Handover) -> None:
    """A segment a row, those with the most leads first; picking one opens its lists."""
    by = dimensions.breakdown(scope)
    how = provenance.how_asked(
        "handover", lambda: _sentences(scope, found), found.asked, found.rows, scope=scope
    )
    title = finding(found, by)
    subtitle = _("What became of the leads handed over. Days: until half of them were answered.")
    if found.taken_after is not None:
        subtitle = words.silence(found.taken_after)
    with card.card(title, subtitle, how=how):
        board.show(
            _columns(by),
            [_row(scope, by, row) for row in found.rows.itertuples(index=False)],
            caption=markdown.spoken(title),
            key="handover",
            on_pick=_pick if words.has_lists(scope) else None,
            cards_below=560,
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _breakdown(scope, by)
            _silence(scope)
    _opened(scope, by, found)


def finding(found: Handover, by: str) -> str:
    """The segment that surely differs most from the others; of none such how far apart all are."""
    rows = found.rows[found.rows["handed_over"] > 0]
    sure = rows[rows["certainty"] == Certainty.CERTAIN]
    if not sure.empty:
        row = sure.loc[sure["difference"].abs().idxmax()]
        others = row["accepted_rate"] - row["difference"]
        text = _(
            "{segment}: {share} accepted; others {others}",
            segment=segments.plain(by, row["segment"]),
            share=formats.percent(row["accepted_rate"], 0),
            others=formats.percent(others, 0),
        )
        return text if len(markdown.spoken(text)) <= 60 else _("What sales answered")
    told = rows[rows["certainty"] == Certainty.UNCLEAR]["accepted_rate"]
    if len(told) < 2 or (rows["certainty"] == Certainty.LIKELY).any():
        return _("What sales answered")
    return _(
        "About as many are accepted everywhere: {low} to {high}",
        low=formats.percent(told.min(), 0),
        high=formats.percent(told.max(), 0),
    )


def _columns(by: str) -> list[Column]:
    return [
        Column(labels.dimension_label(by)),
        Column(_("Share accepted"), unseen=True),
        Column(_("Accepted, %"), right=True),
        Column(_("Handed over"), right=True),
        Column(words.answer("sent_back"), right=True),
        Column(words.answer("exited"), right=True, secondary=True, on_cards=True),
        Column(words.answer("waiting"), right=True),
        Column(_("Days"), right=True, secondary=True, on_cards=True),
    ]


def _row(scope: Scope, by: str, row: Any) -> Row:
    is_few = row.certainty == Certainty.TOO_FEW
    is_below = row.certainty == Certainty.CERTAIN and row.difference < 0
    days = row.median_seconds / scope.generation.pipeline.calendar.day_seconds
    return Row(
        [
            Text(segments.name(by, row.segment), strong=True),
            Bar(
                row.accepted_rate,
                1.0,
                low=row.accepted_low,
                high=row.accepted_high,
                tone="red" if is_below else "blue",
                faint=is_few,
            ),
            Text(formats.number(100 * row.accepted_rate), strong=True),
            *(
                Text(formats.number(getattr(row, name)))
                for name in ("handed_over", "sent_back", "exited", "waiting")
            ),
            Text(formats.number(days, 1) if pd.notna(days) else formats.NOTHING),
        ],
        id=row.segment,
    )


# --- what is counted ----------------------------------------------------------------------------


def _breakdown(scope: Scope, by: str) -> None:
    key = session.key("handover_by")
    st.session_state[key] = by
    st.selectbox(
        _("By"),
        dimensions.offered(scope) or [by],
        format_func=labels.dimension_label,
        width=180,
        disabled=not guest.may_move("by"),
        key=key,
        on_change=lambda: session.change(by=st.session_state[key]),
    )


def _silence(scope: Scope) -> None:
    """What silence counts as: as the pipeline says, or as is tried."""
    between, chosen = scope.generation.pipeline.handover, scope.view.taken_after
    agreed = None if between is None else between.taken_after_hours
    options: dict[int | None, str] = {None: _agreed(agreed)}
    options |= {hours: _after(hours) for hours in (0, *_HOURS)}
    if chosen not in options:
        options[chosen] = _after(chosen or 0)
    key = session.key("taken_after")
    st.session_state[key] = chosen
    st.selectbox(
        _("Silence counts"),
        list(options),
        format_func=lambda hours: options.get(hours, ""),
        placeholder=options[None],  # None is no choice to a widget
        width=300,
        disabled=not guest.may_move("taken_after"),
        key=key,
        on_change=lambda: session.change(taken_after=st.session_state[key]),
    )


def _agreed(hours: int | None) -> str:
    if not hours:
        return _("as agreed: as no answer")
    return _n(
        "as agreed: as accepted after {n} working hour",
        "as agreed: as accepted after {n} working hours",
        hours,
    )


def _after(hours: int) -> str:
    if not hours:
        return _("as no answer, however long")
    return _n("as accepted after {n} working hour", "as accepted after {n} working hours", hours)


# --- one segment --------------------------------------------------------------------------------


def _pick(segment: str) -> None:
    st.session_state[_OPENED] = segment


def _opened(scope: Scope, by: str, found: Handover) -> None:
    segment = st.session_state.pop(_OPENED, None)
    rows = found.rows[found.rows["segment"] == segment]
    if len(rows):
        row = next(rows.itertuples(index=False))
        st.dialog(segments.plain(by, segment), width="medium")(_one)(scope, by, row)


def _one(scope: Scope, by: str, row: Any) -> None:
    current.use(session.view().lang)
    st.markdown(
        _(
            "**{share}** were accepted, between {low} and {high}.",
            share=formats.percent(row.accepted_rate),
            low=formats.percent(row.accepted_low),
            high=formats.percent(row.accepted_high),
        )
    )
    links(scope, by, row.segment, {slug: int(getattr(row, slug)) for slug in ANSWERS})


def links(scope: Scope, by: str, segment: str, counts: Mapping[str, int]) -> None:
    """A link to the leads of a segment with each answer, whose list has just so many rows."""
    view = replace(scope.view.where(by, [segment_value(segment)]), by=None)
    for slug, count in counts.items():
        if count:
            label = _n(
                "{answer}: see the {n} lead",
                "{answer}: see the {n} leads",
                count,
                answer=words.answer(slug),
            )
            navigation.link("handover", label, replace(view, tab=words.tab_of(slug)))


def _sentences(scope: Scope, found: Handover) -> Sentences:
    handing, accepting = words.handing(scope), words.accepting(scope)
    said = [
        (
            _("Handed over:"),
            _(
                "leads that came to {handing} in the period for the first time, whenever they "
                "were created. One that is sent back is not handed over anew, and one that "
                "skipped {handing} never was.",
                handing=handing,
            ),
        ),
        (
            _("Accepted:"),
            _(
                "it went on to {accepting} or beyond, and was not sent back from {accepting}.",
                accepting=accepting,
            ),
        ),
        (
            _("Sent back:"),
            _(
                "it went to an earlier stage, before it was taken or straight from {accepting}.",
                accepting=accepting,
            ),
        ),
        (
            _("Left the pipeline:"),
            _("it was lost or disqualified at {handing}.", handing=handing),
        ),
        (
            _("Days:"),
            _(
                "working time ({when}) until it left {handing}, whichever way: Kaplan–Meier, in "
                "which those without an answer count as still waiting.",
                when=labels.clock_label(scope.generation.pipeline),
                handing=handing,
            ),
        ),
        (
            _("In red:"),
            _(
                "surely fewer are accepted than of all others: q value (Benjamini–Hochberg) below "
                "{q}. The line is Wilson's 95% interval.",
                q=formats.number(0.05, 2),
            ),
        ),
    ]
    if found.taken_after is not None:
        said.append((_("Silence:"), words.silence(found.taken_after)))
    return said
