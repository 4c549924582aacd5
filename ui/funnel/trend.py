"""The cards about time of entry: the cohorts of each month, and the trend of a rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from analytics.funnel.cohorts import DAYS_OF_A_MONTH
from analytics.funnel.transition import Transition, transition
from analytics.funnel.trend import days_of, rate_unit_for
from analytics.scope import Scope
from analytics.stats.intervals import newcombe
from analytics.view.view import View, segment_value
from ui import answers, charts, guest, session
from ui.charts import FEW
from ui.language import formats, labels, quantities
from ui.language.messages import N_, _, _n
from ui.page import card, markdown, notes, provenance, steps, table
from ui.page.table import Column

_MOST_MONTHS = 12  # in the picture; the table has all
_MOST_LINES = 4
_DAY = 86_400
_UNITS = {"week": N_("By week"), "month": N_("By month"), "quarter": N_("By quarter")}


@dataclass(frozen=True)
class Choice:
    """What the two cards over time are about: a transition, the buckets, lines for `by` or one."""

    asked: Transition
    unit: str
    by: str | None


def controls(scope: Scope, dimension: str) -> Choice:
    """The choice of the transition, the buckets and the breakdown, one row above the cards."""
    slugs = [step.slug for step in scope.steps]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = _pick_start(scope, slugs[:-1])
        to = _pick_end(scope, slugs[slugs.index(since) + 1 :])
        unit = _pick_unit(scope)
        name = markdown.plain(labels.dimension_label(dimension).lower())
        by = st.toggle(_("Lines by {dimension}", dimension=name), key=session.key("trend_by"))
    return Choice(transition(scope, since, to), unit, dimension if by else None)


def _pick_start(scope: Scope, slugs: Sequence[str]) -> str:
    """The step that the rates are of."""
    return st.selectbox(
        _("Of"),
        slugs,
        format_func=lambda slug: steps.label(scope, slug),
        width=190,
        key=session.key(f"since_{scope.view.level}"),
    )


def _pick_end(scope: Scope, slugs: Sequence[str]) -> str:
    """The step led to: the view's where that is possible, and what is chosen becomes the view's."""
    key = session.key(f"to_{scope.view.level}")
    st.session_state[key] = scope.view.stage if scope.view.stage in slugs else slugs[-1]
    return st.selectbox(
        _("who came to"),
        slugs,
        format_func=lambda slug: steps.label(scope, slug),
        width=190,
        key=key,
        on_change=lambda: session.change(stage=st.session_state[key]),
    )


def _pick_unit(scope: Scope) -> str:
    fitting = rate_unit_for(*scope.known_days)
    return st.segmented_control(
        _("By time of entry"),
        list(_UNITS),
        label_visibility="collapsed",
        default=fitting,
        format_func=lambda unit: _(_UNITS[unit]),
        required=True,
        key=session.key(f"unit_{fitting}"),
    )


def cohorts(scope: Scope, choice: Choice, *, with_table: bool = False) -> None:
    """The share of each month's leads that had come to the step by each age, as a heat map."""
    asked = choice.asked
    view = replace(scope.view, by=None, stage=None)
    found = answers.cohorts(scope.at(view), since=asked.start.slug, to=asked.end.slug)
    rows = found.rows
    told = _told(rows, scope.view.window)
    title = cohorts_finding(told)
    subtitle = _(
        "% {toward}, by month and days since entry. Dotted: not all had the time.",
        toward=_about(scope, asked)["toward"],
    )
    how = provenance.how("cohorts", lambda: _sentences(scope, asked), found)
    with card.card(title, subtitle, how=how):
        figure = charts.heat(_cells(told), card.look())
        axis = notes.of_days(sorted(told["cohort"].unique()), "month", along="y")
        card.chart(figure, "cohorts", alt=title, fills=True, axis=axis)
        months = rows["cohort"].nunique()
        if months > _MOST_MONTHS:
            there_are = {"n": formats.number(_MOST_MONTHS), "all": formats.number(months)}
            st.markdown(markdown.gray(_("The newest {n} of {all} months.", **there_are)))
        if with_table:
            table.show(_cohort_columns(rows))


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
    about = _about(scope, asked)
    flow = scope.view.mode == "flow"
    title = _("Moves {toward}, over time", **about) if flow else trend_finding(rows)
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
        lambda: [*_sentences(scope, asked), *_horizon(scope, asked, horizon)],
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
            table.show(_trend_columns(shown, choice))


# --- findings ---------------------------------------------------------------------------------


def trend_finding(rows: pd.DataFrame) -> str:
    """What the final part of a trend says: the newest third of it against what came before."""
    final = rows[~rows["immature"] & (rows["entered"] > 0)]
    parts = _newest_against_rest(final["reached"].tolist(), final["entered"].tolist())
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


def cohorts_finding(rows: pd.DataFrame) -> str:
    """What the months say at the highest age that most of them have had."""
    final = rows[rows["complete"] & (rows["leads"] > 0)]
    sizes = final.groupby("age_months")["cohort"].nunique()
    enough = sizes[sizes >= max(3, rows["cohort"].nunique() / 2)]
    if enough.empty:
        return _("Too early to compare the months")
    deff = float(rows["deff"].iat[0])
    days = int(final.loc[final["age_months"] == enough.index.max(), "within_days"].iat[0])
    column = final[final["within_days"] == days]
    parts = _newest_against_rest(column["reached"].tolist(), column["leads"].tolist())
    if parts is None:
        return _("Too early to compare the months")
    (reached, n), (earlier_reached, earlier_n) = parts
    if min(n, earlier_n) < FEW:
        return _("Not enough data to conclude from")
    said = {
        "rate": formats.percent(reached / n),
        "earlier": formats.percent(earlier_reached / earlier_n),
        "days": quantities.days(days),
    }
    low, high = newcombe(reached / deff, n / deff, earlier_reached / deff, earlier_n / deff)
    if low > 0:
        return _("Newer months do better: {rate} in {days}, was {earlier}", **said)
    if high < 0:
        return _("Newer months do worse: {rate} in {days}, was {earlier}", **said)
    return _("Newer months: no clear change within {days}", days=said["days"])


def _newest_against_rest(
    reached: Sequence[int], n: Sequence[int]
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """(reached, n) of the newest third of the buckets, and of all before; None for under two."""
    if len(n) < 2:
        return None
    cut = len(n) - max(1, len(n) // 3)
    return (sum(reached[cut:]), sum(n[cut:])), (sum(reached[:cut]), sum(n[:cut]))


# --- what is drawn ----------------------------------------------------------------------------


def _told(rows: pd.DataFrame, window: int | None) -> pd.DataFrame:
    """The newest months, at the ages that differ: beyond the window nothing more is counted."""
    newest = rows[rows["cohort"].isin(sorted(rows["cohort"].unique())[-_MOST_MONTHS:])]
    if window is None:
        return newest
    newest = newest[newest["age_months"] * DAYS_OF_A_MONTH < window]
    return newest.assign(within_days=newest["within_days"].clip(upper=window))


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    """The cells of months: all that are final, and the first of each month that is not."""
    cells = []
    of_years = rows["cohort"].map(lambda month: month.year).nunique() > 1
    for month in sorted(rows["cohort"].unique()):
        of_month = rows[rows["cohort"] == month]
        pending = 0
        for row in of_month.itertuples(index=False):
            pending += not row.complete
            if pending <= 1:
                cells.append(_cell(row, month, int(of_month["leads"].max()), year=of_years))
    columns = ["row", "n", "column", "value", "text", "immature", "hover"]
    return pd.DataFrame(cells, columns=columns)


def _cell(row: object, month: date, leads: int, *, year: bool) -> dict[str, object]:
    rate, low, high, n = (getattr(row, name) for name in ("rate", "low", "high", "leads"))
    complete, days = bool(getattr(row, "complete", False)), int(getattr(row, "within_days", 0))
    has_one = pd.notna(rate)
    lines = [f"<b>{formats.month(month)}</b>", _("within {days}", days=quantities.days(days))]
    if has_one:
        lines += [
            f"{formats.percent(rate)} ({formats.interval(low, high)})",
            _n("of {n} lead", "of {n} leads", n),
        ]
        if not complete:
            share = formats.percent(getattr(row, "mature", 0.0), 0)
            lines.append(_("not final: {share} had the time", share=share))
    return {
        "row": formats.month(month, year=year),
        "n": formats.number(leads),
        "column": formats.number(days),
        "value": rate if has_one else None,
        "text": formats.number(rate * 100, 1) if has_one else "",
        "immature": has_one and not complete,
        "hover": "<br>".join(lines),
    }


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


def _about(scope: Scope, asked: Transition) -> dict[str, str]:
    pipeline, level = scope.generation.pipeline, scope.view.level
    return {
        "before": markdown.plain(steps.label(scope, asked.start.slug)),
        "toward": markdown.plain(labels.toward(pipeline, asked.end.slug, level)),
    }


def _sentences(scope: Scope, asked: Transition) -> list[tuple[str, str]]:
    view, days = scope.view, formats.days_between(*scope.days)
    return [
        (_("Counted:"), _("leads by the day they entered, in {days}.", days=days)),
        (_("Rate:"), _("those that converted {toward}, of {before}.", **_about(scope, asked))),
        *provenance.reaching(view),
        (_("95% interval:"), _("Wilson's method.")),
        (
            _("In the title:"),
            _(
                "the newest third of what is mature against all before it, significant at the 95% "
                "level."
            ),
        ),
    ]


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
            toward=_about(scope, asked)["toward"],
        )
    return [(_("Mature:"), text)]


def _cohort_columns(rows: pd.DataFrame) -> list[Column]:
    """The matrix: one row per month, its leads, and a column for each age; pale: not final."""
    months = list(rows["cohort"].unique())
    entered = rows.groupby("cohort", sort=False)["leads"].max().reindex(months)
    columns = [
        Column(_("Month"), months, formats.month),
        Column(_("Number of leads"), entered.tolist(), formats.number),
    ]
    for days, of_age in rows.groupby("within_days"):
        cells = of_age.set_index("cohort").reindex(months)
        columns.append(
            Column(
                quantities.days(float(days)),
                cells["rate"].tolist(),
                formats.percent,
                pale=(~cells["complete"].fillna(False).astype(bool)).tolist(),
            )
        )
    return columns


def _trend_columns(rows: pd.DataFrame, choice: Choice) -> list[Column]:
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
        Column(_("Had the time"), rows["mature"], partial(formats.percent, digits=0)),
    ]
