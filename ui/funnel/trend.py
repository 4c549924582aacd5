"""The card of the trend: the rate from one step to another, by time of entry."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from analytics.funnel.transition import Transition
from analytics.funnel.trend import days_of
from analytics.scope import Scope
from analytics.stats.intervals import newcombe
from analytics.view.view import View, segment_value
from ui import answers, charts, guest, session
from ui.charts import FEW
from ui.funnel.over_time import Choice, names_of, newest_against_rest, sentences
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, notes, provenance, table
from ui.page.table import Column

_MOST_LINES = 4


def trend(scope: Scope, choice: Choice, *, with_table: bool = False) -> None:
    """The rate of the transition by time of entry; what is not final is dotted."""
    asked = choice.asked
    steps_asked = {"since": asked.start.slug, "to": asked.end.slug, "unit": choice.unit}
    whole = scope.at(replace(scope.view, by=None, stage=None))
    found = answers.conversions(whole, **steps_asked)
    rows = found.rows
    if choice.by is not None:
        found = answers.conversions(whole.at(replace(whole.view, by=choice.by)), **steps_asked)
    shown = found.rows
    about = names_of(scope, asked)
    flow = scope.view.mode == "flow"
    title = _("Moves {toward}, over time", **about) if flow else finding(rows)
    horizon = rows["horizon_seconds"].max()
    if flow:
        subtitle = _("Moves {toward} for each of {before}: other people.", **about)
    elif pd.isna(horizon):
        subtitle = _("% {toward}, by time of entry.", toward=about["toward"])
    else:
        subtitle = _(
            "% {toward}. Dotted: not all had {horizon}.",
            toward=about["toward"],
            horizon=quantities.duration(horizon),
        )
    how = provenance.how(
        "trend",
        lambda: [*sentences(scope, asked), *_horizon(scope, asked, horizon)],
        found,
        scope=whole,
    )
    with card.card(title, subtitle, how=how):
        card.chart(
            charts.trend(_points(scope, shown, choice), card.look()),
            "trend",
            alt=title,
            fills=True,
            on_click=lambda day: _look_into(scope, date.fromisoformat(day), choice.unit),
            axis=notes.of_days(list(dict.fromkeys(shown["bucket"])), choice.unit),
        )
        _pick_bucket(scope, rows, choice.unit)
        if with_table:
            table.show(_columns(shown, choice))


def finding(rows: pd.DataFrame) -> str:
    """What the final part of a trend says: the newest third of it against what came before."""
    final = rows[~rows["immature"] & (rows["entered"] > 0)]
    parts = newest_against_rest(final["reached"].tolist(), final["entered"].tolist())
    deff = float(rows["deff"].iat[0]) if len(rows) else 1.0
    if parts is None:
        return _("Too early for a trend")
    (reached, n), (earlier_reached, earlier_n) = parts
    if min(n, earlier_n) < FEW:
        return _("Not enough data to conclude from")
    rates = {
        "rate": formats.percent(reached / n),
        "earlier": formats.percent(earlier_reached / earlier_n),
    }
    low, high = newcombe(reached / deff, n / deff, earlier_reached / deff, earlier_n / deff)
    if low > 0:
        return _("The rate rose: {rate}, was {earlier}", **rates)
    if high < 0:
        return _("The rate fell: {rate}, was {earlier}", **rates)
    return _("No sure change: lately {rate}", **rates)


# --- what is drawn ----------------------------------------------------------------------------


def _points(scope: Scope, rows: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The buckets as the chart takes them; by segment, those with the most leads."""
    days = list(rows["bucket"])
    points = rows.assign(
        label=[_bucket(day, choice.unit) for day in days],
        tick=list(_ticks(days, choice.unit)),
        year=[str(day.year) for day in days],
        n=rows["entered"],
    )
    if choice.by is None:
        return points.drop(columns="segment")
    kept = rows["segment"].drop_duplicates().head(_MOST_LINES)
    points = points[points["segment"].isin(kept)]
    # A segment has its colour by its place in the whole of the data, whatever is filtered.
    whole = answers.funnel(scope.at(View(level=scope.view.level, by=choice.by))).rows
    order = list(whole["segment"].unique())
    colours = {name: card.look().source(name, order) for name in kept}
    names = {name: labels.value_label(choice.by, segment_value(name)) for name in kept}
    return points.assign(
        colour=points["segment"].map(colours), segment=points["segment"].map(names)
    )


def _pick_bucket(scope: Scope, rows: pd.DataFrame, unit: str) -> None:
    """The choice of one bucket, which is also what a click on its point does."""
    if not guest.may_move("period"):
        return
    key = session.key(f"bucket_{unit}_{scope.days}")
    buckets = [bucket for bucket, n in zip(rows["bucket"], rows["entered"], strict=True) if n]
    st.selectbox(
        _("Look into one of them: the whole page shows its leads only"),
        buckets[::-1],
        index=None,
        format_func=lambda day: _bucket(day, unit),
        placeholder=_("All of them"),
        key=key,
        on_change=lambda: _look_into(scope, st.session_state[key], unit),
    )


def _look_into(scope: Scope, bucket: date | None, unit: str) -> None:
    """Narrows the period to a bucket; what the page lists then are that bucket's leads."""
    if bucket is None:
        return
    first, last = days_of(bucket, unit)
    start, end = scope.days
    session.show(session.view().during(first=max(first, start), last=min(last, end)))


def _bucket(day: date, unit: str) -> str:
    """A bucket in words: `tuần từ 24/08/2026`, `T9/2026`, `Q3/2026`."""
    if unit == "month":
        return formats.month(day)
    if unit == "quarter":
        return _("Q{quarter} {year}", quarter=str((day.month + 2) // 3), year=str(day.year))
    return _("week from {day}", day=formats.day(day))


def _ticks(days: Sequence[date], unit: str) -> Iterator[str]:
    """What stands under a bucket: the quarter, or the month where a new one begins."""
    before: date | None = None
    for day in days:
        if unit == "quarter":
            yield _("Q{quarter}", quarter=str((day.month + 2) // 3))
        else:
            is_new = before is None or before.month != day.month
            yield formats.month(day, year=False) if is_new else ""
        before = day


# --- words and tables -------------------------------------------------------------------------


def _horizon(scope: Scope, asked: Transition, horizon: float) -> list[tuple[str, str]]:
    """When a bucket is mature, and how that is known."""
    if scope.view.mode == "flow":
        return []
    if scope.view.window is not None:
        text = _("once all of its leads have been observed for the whole window.")
    elif pd.isna(horizon):
        text = _("not known yet: no lead has reached that step.")
    else:
        text = _(
            "once all of its leads have been observed for {horizon}: 9 of 10 that converted "
            "{toward} took no longer. A few convert later.",
            horizon=quantities.duration(horizon),
            toward=names_of(scope, asked)["toward"],
        )
    return [(_("Mature:"), text)]


def _columns(rows: pd.DataFrame, choice: Choice) -> list[Column]:
    """One row per bucket, and segment if there are any."""
    columns = []
    if choice.by is not None:
        names = [labels.value_label(choice.by, segment_value(name)) for name in rows["segment"]]
        columns.append(Column(labels.dimension_label(choice.by), names))
    limits = zip(rows["low"], rows["high"], strict=True)
    return [
        *columns,
        Column(_("Entered"), rows["bucket"], partial(_bucket, unit=choice.unit)),
        Column(_("Number of leads"), rows["entered"], formats.number),
        Column(_("Reached"), rows["reached"], formats.number),
        Column(_("Rate"), rows["rate"], formats.percent),
        Column(
            _("95% interval"), rows["low"], [formats.interval(low, high) for low, high in limits]
        ),
        Column(_("Observed long enough"), rows["mature"], partial(formats.percent, digits=0)),
    ]
