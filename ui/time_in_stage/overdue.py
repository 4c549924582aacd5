"""The card of late leads: how many at each stage, and how many of them can still be saved."""

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from ui import answers, charts, navigation, session
from ui.board import board
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import card, markdown, notes, provenance


def overdue(scope: Scope) -> None:
    """The card: open leads by stage, late or not, and the way to those that can be saved."""
    answer = answers.overdue(scope)
    found = answer.rows
    title = finding(found)
    how = provenance.how("overdue", lambda: _sentences(scope, found), answer, of_today=True)
    with card.card(
        title, _("Open leads, by the limit of their stage, or the usual time."), how=how
    ):
        if not found["open"].any():
            return
        key = session.key("overdue_as_table")
        waited = drawn(scope, found)
        axis = notes.of_steps(scope, waited["stage"].tolist())
        if st.session_state.get(key):
            _table(scope, found, title)
            notes.below(axis)
        else:
            figure = charts.overdue(waited, card.look())
            card.chart(figure, "overdue", alt=title, axis=axis)
        with st.container(horizontal=True, vertical_alignment="center"):
            saved = int(found["overdue"].sum())
            if saved:
                label = _n("Open the {n} lead →", "Open these {n} leads →", saved)
                navigation.link("to_do", label)
            st.space("stretch")
            st.toggle(_("Show the numbers"), key=key)


def finding(found: pd.DataFrame) -> str:
    """How many leads are late, and how many of them can still be saved."""
    saved, gone = int(found["overdue"].sum()), int(found["let_go"].sum())
    if not found["open"].any():
        return _("No lead is open")
    if not saved + gone:
        return _("No lead is overdue")
    if saved > 1 and not gone:
        return _("{n} leads overdue, all can be saved", n=formats.number(saved))
    return _n(
        "{n} lead overdue, {saved} can be saved",
        "{n} leads overdue, {saved} can be saved",
        saved + gone,
        saved=formats.number(saved),
    )


def drawn(scope: Scope, found: pd.DataFrame) -> pd.DataFrame:
    """The stages as `charts.overdue` draws them: those where somebody waits."""
    kept = found[found["open"] > 0]
    return kept.assign(
        label=[_name(scope, slug) for slug in kept["stage"]],
        text=[
            _limit(days, is_promised=bool(promised))
            for days, promised in zip(kept["limit_days"], kept["is_promised"], strict=True)
        ],
    )


def _table(scope: Scope, found: pd.DataFrame, title: str) -> None:
    columns = [board.Column(_("Stage")), board.Column(_("Limit"), right=True, secondary=True)]
    columns += [board.Column(_("Open"), right=True), board.Column(_("Can be saved"), right=True)]
    columns += [board.Column(_("To let go"), right=True)]
    lines = [
        board.Row(
            [
                board.Text(_name(scope, row.stage), strong=True),
                board.Text(_days(row.limit_days)),
                board.Text(formats.number(row.open)),
                board.Text(formats.number(row.overdue)),
                board.Text(formats.number(row.let_go)),
            ]
        )
        for row in found.itertuples(index=False)
    ]
    board.show(
        columns,
        lines,
        caption=markdown.spoken(title),
        key="overdue_table",
        cards_below=440,
    )


def _limit(days: float, *, is_promised: bool) -> str:
    """Beyond what a lead is late: the limit of the stage, else how long half of them stay."""
    if pd.isna(days):
        return ""
    if is_promised:
        return _("limit {days}", days=_days(days))
    return _("usually {days}", days=_days(days))


def _days(days: float) -> str:
    if pd.isna(days):
        return formats.NOTHING
    return quantities.days(round(days)) if days >= 0.5 else _("less than a day")


def _name(scope: Scope, slug: str) -> str:
    return labels.brief(labels.stage_label(scope.generation.pipeline, slug))


def _sentences(scope: Scope, found: pd.DataFrame) -> provenance.Sentences:
    return [
        (
            _("Counted:"),
            _(
                "leads open at {as_of}, whenever they came: {n}, each in its current stage.",
                as_of=formats.instant(scope.as_of, scope.zone.key),
                n=formats.number(int(found["open"].sum())),
            ),
        ),
        (
            _("Overdue:"),
            _(
                "longer in the stage than its limit, limit_days in the pipeline's file; without "
                "one, than half of all stays there."
            ),
        ),
        (
            _("To let go:"),
            _("longer than 90 days and twice the limit: others are called first."),
        ),
    ]
