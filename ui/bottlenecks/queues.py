"""The card about queues: how many wait at each stage, whether they grow, and who they are."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics.bottlenecks.loss import Loss
from analytics.bottlenecks.queues import Queues
from analytics.certainty import Certainty, of
from analytics.scope import Scope
from ui import answers, navigation, session
from ui.board import board
from ui.bottlenecks import calls, names, story
from ui.bottlenecks.chosen import Chosen
from ui.language import formats, quantities
from ui.language.messages import N_, _, _n
from ui.page import card, certainty, markdown, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column
from ui.time_in_stage import waiting_list
from ui.time_in_stage.waiting_list import Waiting

_STATES = {"growing": N_("growing"), "steady": N_("steady"), "shrinking": N_("shrinking")}
_EVERYBODY, _OWN = "everybody", "own"
_DAY = 86_400.0


def queues(scope: Scope, at: Chosen | None) -> None:
    """Every stage's queue as a row, and behind the chosen stage the leads that wait there."""
    of_segment = at is not None and at.loss.dimension is not None and _whose() == _OWN
    segment = at.loss if of_segment and at else None
    found = answers.queues(scope.at(replace(scope.view, by=segment.dimension if segment else None)))
    rows = found.rows
    if segment is not None:
        rows = rows[rows["segment"] == segment.segment]
    title = queues_finding(scope, rows)
    subtitle = _(
        "Open leads now, whenever they came; in and out: {days}. Work for: weeks to clear it at "
        "this pace. Days lost: by stays longer than the year before.",
        days=formats.days_between(found.first_day, found.last_day)
        if found.weeks
        else _("no complete week"),
    )
    how = provenance.how_asked("queues", lambda: _sentences(found), found.asked, rows)
    with card.card(title, subtitle, how=how, anchor=story.WAITING):
        if at is not None and at.loss.dimension is not None:
            _pick_whose(at.loss)
        table.read(
            _columns(scope, rows),
            caption=title,
            key=session.key("queues_in_full"),
            secondary=[_("In a week"), _("Out a week"), _("Days lost")],
        )
        _waiting(scope, at.loss if at is not None else None, segment)


def board_of_all(scope: Scope) -> None:
    """The queue of every stage: how many wait, come and go, and whether it grows."""
    found = answers.queues(scope.at(replace(scope.view, by=None)))
    rows = used(found.rows)
    title = queues_finding(scope, rows)
    subtitle = _n(
        "Open leads now; in and out a week, of the last {n} week.",
        "Open leads now; in and out a week, of the last {n} weeks.",
        found.weeks,
    )
    how = provenance.how_asked("queues_now", lambda: _sentences(found), found.asked, rows)
    with card.card(title, subtitle, how=how):
        board.show(
            [
                board.Column(_("Stage")),
                board.Column(_("Waiting"), right=True),
                board.Column(_("In a week"), right=True),
                board.Column(_("Out a week"), right=True),
                board.Column(_("Net growth a week"), right=True),
                board.Column(_("Certainty")),
                board.Column(_("Half leave after"), right=True, secondary=True),
                board.Column(_("Work for"), right=True, secondary=True),
            ],
            [_queue(scope, row) for row in rows.itertuples(index=False)],
            caption=title,
            key="queues",
        )


def calls_first(scope: Scope, at: Chosen | None) -> None:
    """Who waits at the bottleneck that is open, and the way to their list."""
    if at is None:
        return
    waits = calls.waits(scope, at.loss)
    said = {
        "whose": markdown.plain(names.segment(at.loss)),
        "stage": markdown.plain(names.stage(scope, at.loss.stage)),
        "long": formats.number(waits.overdue),
    }
    title = (
        _n(
            "{whose}: {n} lead at {stage}; call these {long} first",
            "{whose}: {n} leads at {stage}; call these {long} first",
            waits.all,
            **said,
        )
        if waits.overdue
        else _n(
            "{whose}: {n} lead at {stage}, none to call",
            "{whose}: {n} leads at {stage}, none to call",
            waits.all,
            **said,
        )
    )
    if not waits.overdue:
        with card.card(
            title, _("Every open lead is within the limit of its stage, or the usual time there.")
        ):
            return
    with card.card(title, _("Overdue and still to be saved, by value × chance × how late.")):
        page, label, view = calls.link(scope, at.loss)
        navigation.link(page, label, view)


def queues_finding(scope: Scope, rows: pd.DataFrame) -> str:
    """Which queue grows most, if significantly, else where slowness costs most, else that none."""
    grows = rows[rows["state"] == "growing"]
    for row in grows.nlargest(1, "growth").itertuples(index=False):
        return _(
            "The queue at {stage} grows by about {growth} leads a week",
            stage=markdown.plain(names.stage(scope, row.stage)),
            growth=formats.number(grown(row)),
        )
    if not rows["open"].sum():
        return _("Nobody is waiting")
    return _("No queue has clearly grown")


# --- who waits --------------------------------------------------------------------------------


def _waiting(scope: Scope, loss: Loss | None, segment: Loss | None) -> None:
    """The leads that wait at one stage; by default at the bottleneck's, longer than usual.

    Those of all leads, or of the `segment` of the bottleneck.
    """
    slugs = scope.generation.pipeline.slugs[:-1]
    default = slugs[0] if loss is None else loss.stage
    # A key of its own for each bottleneck, so that its list is what one sees first.
    chosen = "" if loss is None else loss.stage
    with st.container(horizontal=True, vertical_alignment="center"):
        stage = st.pills(
            _("Stage"),
            list(slugs),
            default=default,
            required=True,
            format_func=lambda slug: markdown.plain(names.stage(scope, slug)),
            label_visibility="collapsed",
            wrap=True,
            key=session.key(f"queue_stage_{chosen}"),
        )
        is_long = st.toggle(
            _("Only longer than usual"), value=True, key=session.key("queue_only_long")
        )
    view = story.queue_view(scope.view, segment.dimension if segment else None)
    wanted = Waiting(
        stage=stage or default,
        bands=story.LONG if is_long else (),
        segment=segment.segment if segment else None,
    )
    waiting_list.show(scope.at(view), answers.waiting(scope.at(view)), wanted)


def _whose() -> str:
    return str(st.session_state.get(session.key("queue_whose"), _OWN))


def _pick_whose(loss: Loss) -> None:
    options = {_OWN: markdown.plain(names.segment(loss)), _EVERYBODY: _("Everybody")}
    key = session.key("queue_whose")
    st.session_state.setdefault(key, _OWN)
    st.segmented_control(
        _("Whose queues"),
        list(options),
        format_func=lambda option: options.get(option, option),
        label_visibility="collapsed",
        required=True,
        key=key,
    )


def _queue(scope: Scope, row: Any) -> board.Row:
    known = not pd.isna(row.growth)
    sure = of(row.growth_low, row.growth_high) if known else Certainty.TOO_FEW
    spread = _(
        "from {low} to {high}",
        low=formats.signed(row.growth_low),
        high=formats.signed(row.growth_high),
    )
    half = formats.NOTHING if pd.isna(row.median_seconds) else _whole(row.median_seconds)
    weeks = None if pd.isna(row.weeks_of_backlog) else row.weeks_of_backlog
    return board.Row(
        [
            board.Text(names.stage(scope, row.stage), strong=True),
            board.Text(formats.number(row.open)),
            board.Text(formats.number(row.arrivals)),
            board.Text(formats.number(row.exits)),
            board.Text(formats.signed(grown(row)), note=spread if known else ""),
            board.Badge(
                certainty.word(sure),
                certainty.TONES[sure],
                certainty.ICONS[sure],
            ),
            board.Text(half),
            board.Text(
                formats.NOTHING if weeks is None else _("{n} weeks", n=formats.measure(weeks))
            ),
        ]
    )


def used(rows: pd.DataFrame) -> pd.DataFrame:
    """The stages that any lead is at, enters or leaves; all of them where there is none."""
    found = rows[rows[["open", "arrivals", "exits"]].fillna(0).any(axis=1)]
    return found if len(found) else rows


def grown(row: Any) -> int | None:
    """By how many a queue grows a week: as the whole numbers in and out beside it differ."""
    return None if pd.isna(row.growth) else round(row.arrivals) - round(row.exits)


def _whole(seconds: float) -> str:
    """A time in whole days, or hours where it is under two days."""
    unit = _DAY if seconds >= 2 * _DAY else 3_600
    return quantities.duration(max(1, round(seconds / unit)) * unit)


# --- words and tables -------------------------------------------------------------------------


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    """The queues to read, one row per stage."""
    return [
        Column(_("Stage"), [names.stage(scope, slug) for slug in rows["stage"]]),
        Column(_("Waiting"), rows["open"], formats.number),
        Column(_("In a week"), rows["arrivals"], formats.measure),
        Column(_("Out a week"), rows["exits"], formats.measure),
        Column(_("Work for, weeks"), rows["weeks_of_backlog"], formats.measure),
        Column(_("The queue is"), [_state(row) for row in rows.itertuples(index=False)]),
        Column(_("Half leave after (a year before)"), _median_stays(rows)),
        Column(_("Days lost"), rows["lead_days_lost"], formats.number),
        Column(_("More than flow explains"), rows["little_residual"], formats.signed),
    ]


def _median_stays(rows: pd.DataFrame) -> list[str]:
    return [
        formats.NOTHING
        if pd.isna(now) and pd.isna(before)
        else f"{quantities.days(now / _DAY)} ({formats.measure(before / _DAY)})"
        for now, before in zip(rows["median_seconds"], rows["before_seconds"], strict=True)
    ]


def _state(row: Any) -> str:
    """Growing, steady or shrinking, by how many a week."""
    if pd.isna(row.growth):
        return formats.NOTHING
    word = _(_STATES[row.state])
    if row.state == "steady":
        return word
    return f"{word} {formats.signed(row.growth, 1)}"


def _sentences(found: Queues) -> Sentences:
    """How queues are counted."""
    return [
        (
            _("Waiting:"),
            _("leads open at a stage at the end of the data, whatever the period."),
        ),
        (
            _("In and out:"),
            _n(
                "of the last {n} complete week, Monday to Sunday.",
                "of the last {n} complete weeks, Monday to Sunday.",
                found.weeks,
            ),
        ),
        (
            _("Growing:"),
            _(
                "arrivals significantly exceed exits: the 95% interval of the difference of two "
                "Poisson counts is above zero. Below zero it is shrinking, otherwise steady."
            ),
        ),
        (
            _("Half stay:"),
            _(
                "the median stay over the last 91 days, open stays treated as censored, compared "
                "with the year before (Kaplan–Meier)."
            ),
        ),
        (
            _("Over Little:"),
            _(
                "excess over Little's law: leads waiting − arrivals per week × mean stay in weeks. "
                "Far above zero: the queue is older than its traffic explains."
            ),
        ),
    ]
