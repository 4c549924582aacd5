"""The card about queues: how many wait at each stage, whether they grow, and who they are."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analytics.bottlenecks import visits
from analytics.bottlenecks.queues import Queues
from analytics.scope import Scope
from ui import answers, session
from ui.bottlenecks import names as bottlenecks_names
from ui.bottlenecks import story
from ui.bottlenecks.chosen import Chosen
from ui.language import formats as language_formats
from ui.language import quantities
from ui.language.messages import N_, _, _n
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences
from ui.time_in_stage import waiting, waiting_list
from ui.time_in_stage.waiting import Chosen as Waiting

_STATES = {"growing": N_("growing"), "steady": N_("steady"), "shrinking": N_("shrinking")}
_EVERYBODY, _OWN = "everybody", "own"


def queues(scope: Scope, at: Chosen | None) -> None:
    """Every stage's queue as a row, and behind the chosen stage the leads that wait there."""
    own = at is not None and at.dimension is not None and _whose(at) == _OWN
    view = replace(scope.view, by=at.dimension if own and at else None)
    found = answers.queues(scope.at(view))
    rows = found.rows
    if own and at:
        rows = rows[rows["segment"] == at.segment]
    title = queues_finding(scope, rows)
    subtitle = _(
        "Open leads now, whenever they came; arrivals and exits: {days}. Backlog: weeks to clear "
        "it at this pace. Lead-days lost: by stays longer than the year before.",
        days=language_formats.days_between(found.first_day, found.last_day)
        if found.weeks
        else _("no complete week"),
    )
    with card.card(title, subtitle, how=_how(scope, found, rows, view.by), anchor=story.WAITING):
        if at is not None and at.dimension is not None:
            _pick_whose(at)
        card.table(_table(scope, rows), alt=title, placeholder=language_formats.NOTHING)
        _waiting(scope, at, own=own)


def queues_finding(scope: Scope, rows: pd.DataFrame) -> str:
    """Which queue surely grows most, else where slowness costs most, else that none grows."""
    grows = rows[rows["state"] == "growing"]
    for row in grows.nlargest(1, "growth").itertuples(index=False):
        return _(
            "The queue at {stage} grows by {growth} a week ({interval})",
            stage=markdown.plain(bottlenecks_names.stage(scope, row.stage)),
            growth=language_formats.number(row.growth, bottlenecks_names.digits(row.growth)),
            interval=language_formats.span(
                row.growth_low, row.growth_high, bottlenecks_names.digits(row.growth)
            ),
        )
    slow = rows[rows["lead_days_lost"] > 0]
    for row in slow.nlargest(1, "lead_days_lost").itertuples(index=False):
        return _(
            "No queue surely grows; slowness costs most at {stage}",
            stage=markdown.plain(bottlenecks_names.stage(scope, row.stage)),
        )
    if not rows["open"].sum():
        return _("Nobody is waiting")
    return _("No queue surely grows, and none is slower")


# --- who waits --------------------------------------------------------------------------------


def _waiting(scope: Scope, at: Chosen | None, *, own: bool) -> None:
    """The leads that wait at one stage; by default at the bottleneck's, longer than usual."""
    slugs = scope.generation.pipeline.slugs[:-1]
    mine = at.row.stage if at is not None else slugs[0]
    # A key of its own for each bottleneck, so that its list is what one sees first.
    chosen = f"{at.row.stage}" if at is not None else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        stage = st.segmented_control(
            _("Stage"),
            list(slugs),
            default=mine,
            required=True,
            format_func=lambda slug: bottlenecks_names.stage(scope, slug),
            label_visibility="collapsed",
            wrap=True,
            key=session.key(f"queue_stage_{chosen}"),
        )
        is_long = st.toggle(
            _("Only longer than usual"), value=True, key=session.key("queue_only_long")
        )
    view = story.queue_view(scope.view, at.dimension if own and at else None)
    rows = answers.waiting(scope.at(view)).rows
    wanted = Waiting(
        stage=stage or mine,
        bands=story.LONG if is_long else (),
        segment=at.segment if own and at else None,
    )
    waiting_list.show(scope, waiting.listed(rows, wanted))


def _whose(at: Chosen) -> str:
    return str(st.session_state.get(session.key("queue_whose"), _OWN))


def _pick_whose(at: Chosen) -> None:
    names = {_OWN: bottlenecks_names.segment(at.row), _EVERYBODY: _("Everybody")}
    key = session.key("queue_whose")
    st.session_state.setdefault(key, _OWN)
    st.segmented_control(
        _("Whose queues"),
        list(names),
        format_func=lambda name: names.get(name, name),
        label_visibility="collapsed",
        required=True,
        key=key,
    )


# --- words and tables -------------------------------------------------------------------------


def _table(scope: Scope, rows: pd.DataFrame) -> Styler:
    """One row per stage; numbers stay numbers."""
    day = 86_400.0
    names = {
        "open": _("Waiting"),
        "arrivals": _("In / week"),
        "exits": _("Out / week"),
        "weeks": _("Backlog, weeks"),
        "state": _("The queue is"),
        "now": _("Half stay (year before)"),
        "lost": _("Lead-days lost"),
        "little": _("Over Little"),
    }
    table = pd.DataFrame(
        {
            _("Stage"): [bottlenecks_names.stage(scope, slug) for slug in rows["stage"]],
            names["open"]: rows["open"].tolist(),
            names["arrivals"]: rows["arrivals"].tolist(),
            names["exits"]: rows["exits"].tolist(),
            names["weeks"]: rows["weeks_of_backlog"].tolist(),
            names["state"]: [_state(row) for row in rows.itertuples(index=False)],
            names["now"]: [
                f"{quantities.days(now / day)} ({language_formats.number(before / day, 1)})"
                for now, before in zip(rows["median_seconds"], rows["before_seconds"], strict=True)
            ],
            names["lost"]: rows["lead_days_lost"].tolist(),
            names["little"]: rows["little_residual"].tolist(),
        }
    )

    def one(value: Any) -> str:
        return language_formats.number(value, 1)

    formats: dict[str, Any] = {
        names["open"]: language_formats.number,
        names["lost"]: language_formats.number,
        names["little"]: language_formats.signed,
    }
    formats |= dict.fromkeys([names[name] for name in ("arrivals", "exits", "weeks")], one)
    return table.style.format(formats, na_rep=language_formats.NOTHING)


def _state(row: Any) -> str:
    """Growing, steady or shrinking, by how many a week."""
    if pd.isna(row.growth):
        return language_formats.NOTHING
    word = _(_STATES[row.state])
    if row.state == "steady":
        return word
    return f"{word} {language_formats.signed(row.growth, 1)}"


def _how(scope: Scope, found: Queues, rows: pd.DataFrame, by: str | None) -> card.How:
    sentences: Sentences = [
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
                "more come than go, surely: the 95% interval of the difference of two Poisson "
                "counts is above zero. Below zero it is shrinking, else steady."
            ),
        ),
        (
            _("Half stay:"),
            _(
                "the median of the stays of the last 91 days, those that last counted as such, "
                "against the year before (Kaplan–Meier)."
            ),
        ),
        (
            _("Over Little:"),
            _(
                "those who wait less arrivals a week times the mean stay (Little's law). Far above "
                "zero: the queue is older than its traffic explains."
            ),
        ),
    ]
    whole = visits.everything(scope)
    asked = scope.at(replace(whole.view, by=by))
    today = asked.days[1]

    def end(day: date) -> datetime:
        return visits.day_ends(asked, day)

    quarter, year = timedelta(days=visits.QUARTER), timedelta(days=visits.YEAR)
    return provenance.how_by_hand(
        scope,
        "queues",
        sentences,
        rows,
        "bottlenecks/queues",
        of="stays",
        asked=asked,
        now_start=end(today - quarter),
        before_start=end(today - quarter - year),
        weeks_start=end(found.first_day - timedelta(days=1)),
        weeks_end=end(found.last_day),
    )
