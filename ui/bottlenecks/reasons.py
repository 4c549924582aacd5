"""The cards of the reasons: why leads left or went back, and which reasons are named more often."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics.bottlenecks import reasons as answer
from analytics.bottlenecks.reasons import BACK, LEAST, Reasons
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.view.view import segment_value
from data.reason import UNKNOWN
from ui import answers, guest, navigation, session
from ui.board import board
from ui.board.board import Badge, Bar, Row, Text
from ui.bottlenecks import names
from ui.language import current, formats, labels, quantities
from ui.language.messages import N_, _, _n
from ui.leads import words
from ui.page import card, certainty, headline, long_list, markdown, provenance, table
from ui.page.markdown import plain
from ui.page.provenance import Sentences
from ui.page.table import Column

_OPENED, _LEAD, _NAME = "reason_opened", "reason_lead", "reasons"
_MOST_SAID = 110  # letters of a headline


def show_headline(scope: Scope) -> None:
    """The reason that rises, or the one that is named most."""
    found = answers.reasons(scope)
    rises = bool(found.rows["rises"].any())
    headline.show(finding(scope, found), certainty=Certainty.CERTAIN if rises else None)


def card_of_all(scope: Scope) -> None:
    """A reason a row, of all leads that left; picking one opens their list."""
    found = answers.reasons(scope)
    if not found.is_told:
        _nothing_told(scope, found)
        return
    rows = found.of()
    title = _("Why leads left")
    subtitle = _(
        "Leads lost or disqualified, {days}. A lead with two reasons counts under both.",
        days=formats.days_between(found.first, found.last),
    )
    with card.card(title, subtitle, how=_how("reasons", found)):
        rows = rows[rows["leads"] > 0]
        if rows.empty:
            st.markdown(_("No lead left in these days."))
            return
        longest = float(rows["share_high"].max())
        lists = scope.generation.sight.leads
        board.show(
            [
                board.Column(_("Reason")),
                board.Column(_("Share of those who left"), unseen=True),
                board.Column(_("Leads"), right=True),
                board.Column(_("% of leads"), right=True),
                board.Column(_("Against the period before")),
            ],
            [_row(scope, row, longest) for row in rows.itertuples(index=False)],
            caption=markdown.spoken(title),
            key="reasons",
            on_pick=_open if lists else None,
            cards_below=320,
        )
        if lists:
            st.markdown(markdown.gray(_("Pick a reason to see its leads.")))
    _opened(scope, found)


def in_full(scope: Scope) -> None:
    """Every reason by stage, exit and segment, with its interval and how it has changed."""
    found = answers.reasons(scope)
    if not found.is_told or found.rows.empty:
        return
    title = _("Why leads left, in full")
    subtitle = _(
        "By stage, exit and group, {days} against {before}; 95% interval of the share.",
        days=formats.days_between(found.first, found.last),
        before=formats.days_between(found.first_before, found.last_before),
    )
    with card.card(title, subtitle, how=_how("reasons_in_full", found)):
        table.show(_columns(scope, found.rows), height=400)


def finding(scope: Scope, found: Reasons) -> str:
    """The reason that rises most surely, and where; else the one that is named most."""
    if not found.is_told:
        return _("No reasons in your files yet")
    pipeline = scope.generation.pipeline
    rising = found.rows[found.rows["rises"]].sort_values("q_value", kind="stable")
    for row in rising.itertuples(index=False):
        said = {
            "reason": plain(labels.reason_label(pipeline, row.reason)),
            "whose": _whose_share(scope, row),
            "now": formats.percent(row.share, 0),
            "before": formats.percent(row.share_before, 0),
        }
        text = (
            _("{reason} rises: {now} of {whose}, {before} before", **said)
            if row.dimension is None
            else _(
                "{reason} rises in {segment}: {now} of {whose}, {before} before",
                segment=plain(_segment(row)),
                **said,
            )
        )
        if len(markdown.spoken(text)) <= _MOST_SAID:
            return text
    known = found.of()
    known = known[(known["reason"] != UNKNOWN) & (known["leads"] > 0)]
    if known.empty:
        return _("Why leads leave is not known here")
    most = known.iloc[0]
    return _(
        "{reason} is named most, by {share}",
        reason=plain(labels.reason_label(pipeline, most["reason"])),
        share=formats.percent(most["share"], 0),
    )


def _whose_share(scope: Scope, row: Any) -> str:
    """What the share of a reason is of, within a sentence: those who left so."""
    if row.exit is None:
        return _("all that left")
    return f"“{plain(_exit(scope, row.exit))}”"


def _nothing_told(scope: Scope, found: Reasons) -> None:
    """Says what to export, so that there are reasons."""
    with card.card(_("Why leads left"), how=_how("reasons", found)):
        st.markdown(
            _(
                "Export the column of reasons along with the leads or their moves, such as "
                "*Closed Lost Reason*, *Lost reason* or *Lý do thất bại*, and load the file again. "
                "These kinds are told apart; your own words are matched to them:"
            )
        )
        kinds = [each for each in scope.generation.pipeline.reasons if each.slug != UNKNOWN]
        st.markdown(" · ".join(plain(each.label(current.lang())) for each in kinds))
        navigation.link("data", _("Load a file →"))


def _row(scope: Scope, row: Any, longest: float) -> Row:
    is_known = row.reason != UNKNOWN
    return Row(
        [
            Text(labels.reason_label(scope.generation.pipeline, row.reason), strong=is_known),
            Bar(
                row.share,
                longest,
                low=row.share_low,
                high=row.share_high,
                tone="blue" if is_known else "gray",
            ),
            Text(formats.number(row.leads)),
            Text(formats.percent(row.share, 0), strong=True),
            _change(row) if is_known else Text(formats.NOTHING),
        ],
        id=row.reason,
    )


def _change(row: Any) -> Badge:
    """How the share has changed, in points, where that is sure."""
    sure = Certainty(row.certainty)
    if sure is not Certainty.CERTAIN:
        return Badge(certainty.word(sure), certainty.TONES[sure], certainty.ICONS[sure])
    points = quantities.points(row.difference, 0)
    if row.rises:
        return Badge(points, "red", "trending_up")
    return Badge(points, "green", "trending_down")


# --- the leads of one reason --------------------------------------------------------------------


def _open(reason: str) -> None:
    st.session_state[_OPENED] = reason


def _opened(scope: Scope, found: Reasons) -> None:
    reason = st.session_state.pop(_OPENED, None)
    if reason in set(found.of()["reason"]):
        title = plain(labels.reason_label(scope.generation.pipeline, reason))
        st.dialog(title, width="large")(_leads)(scope, reason)


def _leads(scope: Scope, reason: str) -> None:
    """The leads that a bar counts, each of which opens, and their file."""
    current.use(session.view().lang)
    if (lead := st.session_state.pop(_LEAD, None)) is not None:
        navigation.go("leads", guest.query(replace(scope.view, tab="all", lead=lead)))
    found = answers.reason_leads(scope, None, None, reason)
    rows = long_list.rows(found, _NAME)
    count = answers.count(found)
    heading = _n("{n} lead, the latest first", "{n} leads, the latest first", count)
    st.markdown(f"**{heading}**")
    board.show(
        [
            board.Column(_("Company, contact")),
            board.Column(_("Left at")),
            board.Column(_("Reason")),
            board.Column(_("Owner"), secondary=True, on_cards=True),
            board.Column(_("Value"), right=True),
        ],
        [_lead(scope, lead) for lead in rows.itertuples(index=False)],
        caption=heading,
        key=long_list.key(found, f"reason_{long_list.number(found, _NAME)}"),
        on_pick=_open_lead if navigation.is_open("leads") else None,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        long_list.below(scope, found, FILE, {"reason": reason})


def _lead(scope: Scope, lead: Any) -> Row:
    left = f"{names.stage(scope, lead.stage)} → {names.stage(scope, lead.state)}"
    amount = formats.NOTHING
    if not pd.isna(lead.amount):
        amount = formats.money(lead.amount, lead.currency)
    return Row(
        [
            words.who(lead),
            Text(left, note=formats.day(_local(scope, lead.gone_at))),
            Text(_kinds(scope, lead.reasons), note=_written(lead.written)),
            words.owner(lead),
            Text(amount),
        ],
        id=lead.lead_id,
    )


def _open_lead(lead_id: str) -> None:
    st.session_state[_LEAD] = lead_id


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The leads of a reason in pieces, for a file; `about` names it."""
    found = answer.listing(scope, None, None, _reason(scope, about))
    for rows in found.pieces():
        gone = rows["gone_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
        stages, states = (
            rows[name].map(lambda slug: names.stage(scope, slug)) for name in ("stage", "state")
        )
        sources = rows["source"].map(lambda slug: labels.value_label("source", slug))
        yield table.frame(
            [
                Column(_("Company"), rows["company"]),
                Column(_("Contact"), rows["name"]),
                Column(_("Phone"), rows["phone"]),
                Column(_("Reason"), [_kinds(scope, kinds) for kinds in rows["reasons"]]),
                Column(_("As written"), rows["written"]),
                Column(_("Stage left"), stages),
                Column(_("Now at"), states),
                Column(_("Left at"), gone),
                Column(_("Owner"), rows["owner"]),
                Column(_("Team"), rows["team"]),
                Column(_("Source"), sources),
                Column(_("Amount"), rows["amount"]),
                Column(_("Currency"), rows["currency"].where(rows["amount"].notna())),
                Column(_("Lead id"), rows["lead_id"]),
            ]
        )


def _tells(scope: Scope, about: Mapping[str, str]) -> list[tuple[str, str]]:
    label = labels.reason_label(scope.generation.pipeline, _reason(scope, about))
    return [(_("Reason:"), label)]


FILE = long_list.File(_NAME, N_("Leads by reason"), file, _tells)


def _reason(scope: Scope, about: Mapping[str, str]) -> str:
    """The reason that a file is of. Raises KeyError where the pipeline has none of that name."""
    return {slug: slug for slug in scope.generation.pipeline.reason_slugs}[about["reason"]]


def _kinds(scope: Scope, kinds: object) -> str:
    """The kinds of a lead's reasons, in words."""
    known = kinds if isinstance(kinds, str) else UNKNOWN
    return labels.reasons_label(scope.generation.pipeline, known)


def _written(text: object) -> str:
    return labels.own(text) if isinstance(text, str) else ""


def _local(scope: Scope, instant: pd.Timestamp) -> Any:
    return instant.tz_localize("UTC").tz_convert(scope.zone).date()


# --- in numbers ---------------------------------------------------------------------------------


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    pipeline = scope.generation.pipeline
    rows = rows[rows["leads"] > 0].sort_values("rises", ascending=False, kind="stable")
    listed = list(rows.itertuples(index=False))
    return [
        Column(_("Reason"), [labels.reason_label(pipeline, row.reason) for row in listed]),
        Column(_("Segment"), [_whose(row) for row in listed]),
        Column(_("Stage left"), [_stage(scope, row.stage) for row in listed]),
        Column(_("How they left"), [_exit(scope, row.exit) for row in listed]),
        Column(_("Leads"), rows["leads"]),
        Column(_("% of leads"), rows["share"], formats.percent),
        Column(
            _("95% interval"),
            [formats.interval(row.share_low, row.share_high) for row in listed],
        ),
        Column(_("Before"), rows["share_before"], formats.percent),
        Column("q", rows["q_value"], lambda q: formats.number(q, 3)),
    ]


def _whose(row: Any) -> str:
    if row.dimension is None:
        return _("Everybody")
    return f"{labels.dimension_label(row.dimension)}: {_segment(row)}"


def _segment(row: Any) -> str:
    return labels.value_label(row.dimension, segment_value(row.segment))


def _stage(scope: Scope, stage: str | None) -> str:
    return _("Every stage") if stage is None else names.stage(scope, stage)


def _exit(scope: Scope, way: str | None) -> str:
    if way == BACK:
        return _("went back")
    return _("Every exit") if way is None else names.stage(scope, way)


def _how(name: str, found: Reasons) -> card.How:
    return provenance.how_asked(name, lambda: _sentences(found), found.asked, found.rows)


def _sentences(found: Reasons) -> Sentences:
    return [
        (
            _("Counted:"),
            _(
                "leads that left a stage by an exit in {days}, whenever they came; each once, by "
                "the last time. Of a lead known from a present status only, the best date of its "
                "file decides.",
                days=formats.days_between(found.first, found.last),
            ),
        ),
        (
            _("Reason:"),
            _(
                "as the files name it, put into the kinds of the pipeline by their words. A lead "
                "with several counts under each, so shares may add up to more than 100%."
            ),
        ),
        (_("Not given:"), _("nobody wrote a reason; these leads are part of every share's whole.")),
        (
            _("Against the period before:"),
            _(
                "the share less that of {days}, with Newcombe's interval, where {least} leads left "
                "in both; q by Benjamini and Hochberg over all reasons, stages, exits and groups.",
                days=formats.days_between(found.first_before, found.last_before),
                least=formats.number(LEAST),
            ),
        ),
        (_("95% interval:"), _("Wilson's method.")),
    ]
