"""The card of what nobody asked: of how many open leads it is not known whether they can buy."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.certainty import FEW
from analytics.scope import Scope
from analytics.signals import unasked
from analytics.signals.unasked import QUESTIONS
from ui import answers, session
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.language import current, formats, labels, phones
from ui.language.messages import N_, _
from ui.leads.words import TICKS
from ui.page import card, long_list, markdown, provenance, table
from ui.page.markdown import plain
from ui.page.provenance import Sentences
from ui.sources import segments

_OPENED, _NAME = "unasked_opened", "unasked"


def show(scope: Scope) -> None:
    """A stage a row; picking one opens who has them. Nothing where no answer is known at all."""
    found = answers.unasked(scope)
    whole = found.rows[found.rows["segment"].isna()]
    if whole.empty or (whole["nothing"] == whole["leads"]).all():
        return
    title = finding(scope, whole)
    how = provenance.how_asked(
        "quality_unasked", _sentences, found.asked, found.rows, of_today=True
    )
    with card.card(title, _("Open leads of which it is not known whether they can buy."), how=how):
        board.show(
            _columns(_("Stage")),
            [
                Row([Text(_stage(scope, row.stage), strong=True), *_cells(row)], id=row.stage)
                for row in whole.itertuples(index=False)
            ],
            caption=markdown.spoken(title),
            key="quality_unasked",
            on_pick=_open,
        )
    _opened(scope, found.rows)


def finding(scope: Scope, whole: pd.DataFrame) -> str:
    """What is asked the least, where leads are sales' already and there are enough to say so."""
    pipeline = scope.generation.pipeline
    asked = {stage.slug for stage in pipeline.stages if stage.group != "lead"}
    shares = [
        (getattr(row, name) / row.leads, name, row.stage)
        for row in whole.itertuples(index=False)
        if row.stage in asked and row.leads >= FEW
        for name in QUESTIONS
    ]
    share, name, stage = max(shares, default=(0.0, "", ""))
    if not share:
        return _("Nobody asked")
    text = _(
        "{stage}: {share} were not asked about {what}",
        stage=plain(labels.brief(labels.stage_label(pipeline, stage))),
        share=formats.percent(share, 0),
        what=_(TICKS[name]),
    )
    return text if len(markdown.spoken(text)) <= 60 else _("Nobody asked")


def _stage(scope: Scope, slug: str) -> str:
    return labels.stage_label(scope.generation.pipeline, slug)


def _columns(what: str) -> list[Column]:
    return [
        Column(what),
        Column(_("Open leads"), right=True),
        *(
            Column(_("{what} not known, %", what=_(word)).capitalize(), right=True)
            for word in TICKS.values()
        ),
        Column(_("Nothing known, %"), right=True),
    ]


def _cells(row: Any) -> list[board.Cell]:
    shares = [getattr(row, name) / row.leads for name in (*QUESTIONS, "nothing")]
    return [
        Text(formats.number(row.leads)),
        *(Text(formats.number(100 * share)) for share in shares),
    ]


def _open(stage: str) -> None:
    st.session_state[_OPENED] = stage


def _opened(scope: Scope, rows: pd.DataFrame) -> None:
    stage = st.session_state.pop(_OPENED, None)
    if stage in scope.generation.pipeline.slugs:
        st.dialog(plain(_stage(scope, stage)), width="large")(_one)(scope, rows, stage)


def _one(scope: Scope, rows: pd.DataFrame, stage: str) -> None:
    """Who has the leads of a stage, and the list of those of which something is not known."""
    current.use(session.view().lang)
    by = "team" if scope.view.by == "team" else "owner"
    parts = rows[(rows["stage"] == stage) & rows["segment"].notna()]
    board.show(
        _columns(labels.dimension_label(by)),
        [
            Row([Text(segments.name(by, row.segment), strong=True), *_cells(row)])
            for row in parts.itertuples(index=False)
        ],
        caption=_("By {dimension}", dimension=labels.dimension_label(by).lower()),
        key="unasked_parts",
    )
    if scope.generation.sight.leads:
        count = answers.count(unasked.listing(scope, stage))
        label = _("Excel: all {n}, with what is not known", n=formats.number(count))
        long_list.file_link(scope, _NAME, label, {"stage": stage}, form="xlsx")


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The leads of a stage of which something is not known, in pieces, for a file."""
    answered = {True: _("yes"), False: _("no")}
    for rows in unasked.listing(scope, about["stage"]).pieces():
        since = rows["stage_entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
        numbers = [phones.shown(each) if isinstance(each, str) else None for each in rows["phone"]]
        yield table.frame(
            [
                table.Column(_("Company"), rows["company"]),
                table.Column(_("Contact"), rows["name"]),
                table.Column(_("Phone"), numbers),
                table.Column(_("Email"), rows["email"]),
                *(
                    table.Column(_(word).capitalize(), rows[name].astype(object).map(answered))
                    for name, word in TICKS.items()
                ),
                table.Column(_("Since"), since),
                table.Column(_("Owner"), rows["owner"]),
                table.Column(_("Team"), rows["team"]),
                table.Column(_("Lead id"), rows["lead_id"]),
            ]
        )


def _tells(scope: Scope, about: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(_("Stage:"), _stage(scope, about["stage"]))]


FILE = long_list.File(_NAME, N_("Leads that nobody asked"), file, _tells)


def _sentences() -> Sentences:
    return [
        (
            _("Counted:"),
            _("leads that came in the period and are open today, at the stage they are at."),
        ),
        (
            _("Not known:"),
            _(
                "the file has neither yes nor no: nobody asked, or nobody wrote it down. A no is "
                "an answer."
            ),
        ),
    ]
