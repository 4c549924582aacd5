"""The cards of who enters: the mix of sources over time, and how soon each one's leads convert."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from analytics.asked import Answer
from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.stats.intervals import newcombe
from analytics.view.view import segment_value
from ui import answers, charts
from ui.charts import FEW
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column
from ui.sources import attribution_settings, segments

_MOST = 5  # by name; the rest go together
_LEAST_MONTHS = 3  # of fewer the mix is shown by week
_ENOUGH = 30  # leads at the milestone, for a time to be named
_ALIKE = 1.25  # times as long as the fastest: up to there they take about as long
_TWICE, _THREE_TIMES = 1.8, 2.7  # from how many times on it is called that
_OTHERS = "~others"  # no answer writes a segment so: one that begins with a tilde has two


def mix(scope: Scope, *, with_table: bool = False) -> None:
    """How the shares of the sources among new leads change over time."""
    by, unit = scope.view.by or "", _unit(scope)
    entries = _entries(scope, unit)
    rows = entries.rows[["segment", "bucket", "entered"]]
    title = mix_finding(entries.rows, by)
    subtitle = (
        _("% of new leads by month of entry")
        if unit == "month"
        else _("% of new leads by week of entry")
    )
    how = provenance.how("mix", _mix_sentences, entries, rows)
    with card.card(title, subtitle, how=how):
        shares = _shares(scope, rows, by, unit)
        axis = notes.of_days(sorted(rows["bucket"].unique()), unit)
        card.chart(charts.mix(shares, card.look()), "mix", alt=title, fills=True, axis=axis)
        st.markdown(markdown.gray(_how_many(rows, unit)))
        if with_table:
            table.show(_mix_columns(rows, by, unit), height=300)


def _how_many(rows: pd.DataFrame, unit: str) -> str:
    """How many leads there were at first and recently."""
    sums = rows.groupby("bucket")["entered"].sum().sort_index()
    part = max(1, len(sums) // 3)
    about = {
        "before": formats.number(sums.head(part).mean()),
        "now": formats.number(sums.tail(part).mean()),
    }
    if unit == "month":
        return _("{before} leads a month at first, {now} recently.", **about)
    return _("{before} leads a week at first, {now} recently.", **about)


def mix_finding(rows: pd.DataFrame, by: str) -> str:
    """The source whose share changed most, and significantly, in the most recent third."""
    buckets = sorted(rows["bucket"].unique())
    cut = len(buckets) - max(1, len(buckets) // 3)
    if cut < 1:
        return _("Too early for a trend")
    newer = rows["bucket"] >= buckets[cut]
    late, early = (rows[part].groupby("segment")["entered"].sum() for part in (newer, ~newer))
    n, n_early = int(late.sum()), int(early.sum())
    if min(n, n_early) < FEW:
        return _("Not enough data to conclude from")
    deff = float(rows["deff_most"].iat[0])  # the leads of a company mostly come the same way
    changes: dict[str, float] = {}
    for segment in late.index:
        counts = (int(late[segment]), n, int(early.get(segment, 0)), n_early)
        low, high = newcombe(*(count / deff for count in counts))
        if low > 0 or high < 0:
            changes[str(segment)] = late[segment] / n - early.get(segment, 0) / n_early
    if not changes:
        return _("The mix has not clearly changed")
    named = max(changes, key=lambda segment: abs(changes[segment]))
    about = {
        "source": segments.plain(by, named),
        "before": formats.percent(early.get(named, 0) / n_early, 0),
        "now": formats.percent(late[named] / n, 0),
    }
    if about["before"] == about["now"]:
        return _("The mix has hardly changed")
    if changes[named] > 0:
        return _("The share of {source} rose from {before} to {now}", **about)
    return _("The share of {source} fell from {before} to {now}", **about)


def arrival(scope: Scope, *, with_table: bool = False) -> None:
    """What share of each source's leads had reached the milestone by each time since entry."""
    by = scope.view.by or ""
    whole = answers.reaching_summary(scope)
    summary = whole.rows
    kept = _drawn(summary)
    # Curves of those that are drawn, not of thousands of sources.
    drawn = scope.view.where(by, [segment_value(segment) for segment in kept or summary["segment"]])
    rows = answers.reaching(scope.at(drawn)).rows
    toward = attribution_settings.toward(scope)
    title = arrival_finding(scope, summary)
    subtitle = _("% of leads that had come {toward}, by days since entry", toward=toward)
    reading = _(
        "Open ones are neither lost nor left out. At the right: the final rate. Dotted: under "
        "50 left to watch."
    )
    # The question of all segments: what is drawn is the part of it that fits the picture.
    how = provenance.how_asked("arrival", lambda: _arrival_sentences(scope), whole.asked, rows)
    with card.card(title, subtitle, how=how):
        if not kept:
            st.markdown(markdown.gray(_("Nobody came {toward} in this view", toward=toward)))
            return
        curves = _curves(scope, rows, summary, kept, by)
        card.chart(charts.arrival(curves, card.look()), "arrival", alt=title, fills=True)
        st.markdown(markdown.gray(reading))
        if len(summary) > len(kept):
            there_are = {"n": formats.number(len(kept)), "all": formats.number(len(summary))}
            those = (
                _("{n} of {all}: those with the most leads, and those of the title.", **there_are)
                if _fastest_and_slowest(summary)
                else _("{n} of {all}: those with the most leads.", **there_are)
            )
            st.markdown(markdown.gray(those))
        if with_table:
            table.show(_arrival_columns(summary, by), height=300)


def _drawn(summary: pd.DataFrame) -> list[str]:
    """The segments that have a curve: those with the most leads, and those that the title names."""
    arrived = summary.loc[summary["reached"] > 0, "segment"].tolist()
    named = [str(each["segment"]) for each in _fastest_and_slowest(summary) or ()]
    others = [segment for segment in arrived if segment not in named]
    kept = {*named, *others[: _MOST - len(named)]}
    return [segment for segment in arrived if segment in kept]


def _fastest_and_slowest(summary: pd.DataFrame) -> "tuple[pd.Series[Any], pd.Series[Any]] | None":
    """Of the segments with enough leads at the milestone; None where they take about as long."""
    enough = summary[(summary["reached"] >= _ENOUGH) & summary["is_final"]]
    if len(enough) < 2:
        return None
    fast = enough.loc[enough["median_seconds"].idxmin()]
    slow = enough.loc[enough["median_seconds"].idxmax()]
    if slow["median_seconds"] < _ALIKE * fast["median_seconds"]:
        return None
    return fast, slow


def arrival_finding(scope: Scope, summary: pd.DataFrame) -> str:
    """The fastest and the slowest of the sources with enough leads at the milestone."""
    by = scope.view.by or ""
    enough = summary[(summary["reached"] >= _ENOUGH) & summary["is_final"]]
    if len(enough) < 2:
        return _(
            "Too few came {toward} to compare how soon", toward=attribution_settings.toward(scope)
        )
    apart = _fastest_and_slowest(summary)
    if apart is None:
        return _(
            "All take about as long: half of them within {time}",
            time=quantities.duration(enough["median_seconds"].median()),
        )
    fast, slow = apart
    times = slow["median_seconds"] / max(fast["median_seconds"], 1.0)
    said = {
        "fast": segments.plain(by, fast["segment"]),
        "slow": segments.plain(by, slow["segment"]),
        "toward": attribution_settings.toward(scope),
    }
    if times < _TWICE:
        return _("{fast}: {toward} faster than {slow}", **said)
    if times < _THREE_TIMES:
        return _("{fast}: {toward} twice as fast as {slow}", **said)
    return _("{fast}: {toward} three times as fast as {slow}", **said)


def _unit(scope: Scope) -> str:
    first, last = scope.known_days
    return "month" if (last - first).days >= _LEAST_MONTHS * 30 else "week"


def _entries(scope: Scope, unit: str) -> Answer:
    """How many leads of each source entered in each bucket."""
    step = transition(scope)
    cohort = scope.at(replace(scope.view, mode="cohort"))
    return answers.conversions(cohort, since=step.entry.slug, to=step.end.slug, unit=unit)


def _shares(scope: Scope, rows: pd.DataFrame, by: str, unit: str) -> pd.DataFrame:
    """The buckets as the chart of the mix takes them: the largest by name, the others together."""
    sizes = rows.groupby("segment", sort=False)["entered"].sum().nlargest(_MOST)
    colours = segments.colours(scope, by, list(sizes.index))
    colours[_OTHERS] = card.look().other
    part = rows["segment"].where(rows["segment"].isin(sizes.index), _OTHERS)
    sums = rows.assign(segment=part).groupby(["segment", "bucket"])["entered"].sum().unstack()
    whole = sums.sum()
    buckets = list(sums.columns)
    ticks = _ticks(buckets)
    order = [*sizes.index, *([_OTHERS] if _OTHERS in sums.index else [])]
    shares: list[dict[str, Any]] = []
    for segment in order:
        name = _("Others") if segment == _OTHERS else segments.name(by, segment)
        for bucket, tick in zip(buckets, ticks, strict=True):
            n, total = int(sums.loc[segment, bucket]), int(whole[bucket])
            share = n / total if total else None
            shares.append(
                {
                    "segment": segment,
                    "label": name,
                    "bucket": _bucket(bucket, unit),
                    "tick": tick,
                    "share": share,
                    "n": n,
                    "colour": colours[segment],
                    "hover": f"<b>{escape(name)}</b>, {_bucket(bucket, unit)}<br>"
                    + _(
                        "{share} of {n} leads",
                        share=formats.percent(share),
                        n=formats.number(total),
                    ),
                }
            )
    return pd.DataFrame(shares)


def _bucket(day: date, unit: str) -> str:
    return formats.month(day) if unit == "month" else _("week from {day}", day=formats.day(day))


def _ticks(days: Sequence[date]) -> list[str]:
    """What stands under a bucket: the month where a new one begins.

    With its year where there are more than twelve: without one it would say nothing.
    """
    ticks: list[str] = []
    before: date | None = None
    is_long = len({(day.year, day.month) for day in days}) > 12
    for day in days:
        is_new = before is None or day.month != before.month
        ticks.append(formats.month(day, year=is_long) if is_new else "")
        before = day
    return ticks


def _curves(
    scope: Scope, rows: pd.DataFrame, summary: pd.DataFrame, kept: list[str], by: str
) -> pd.DataFrame:
    """The curves as the chart takes them, in days."""
    colours = segments.colours(scope, by, kept)
    known = summary.set_index("segment")
    drawn = rows[rows["segment"].isin(kept)]
    return drawn.assign(
        label=[segments.name(by, segment) for segment in drawn["segment"]],
        colour=drawn["segment"].map(colours),
        is_final=drawn["segment"].map(known["is_final"]),
        at_least=drawn["segment"].map(known["at_least"]),
    )


def _mix_columns(rows: pd.DataFrame, by: str, unit: str) -> list[Column]:
    """One row per bucket: all of its leads, and those of each source."""
    wide = rows.pivot(index="bucket", columns="segment", values="entered")
    order = rows.groupby("segment")["entered"].sum().sort_values(ascending=False).index
    return [
        Column(_("Entered"), [_bucket(day, unit) for day in wide.index]),
        Column(_("Number of leads"), wide.sum(axis=1).astype(int), formats.number),
        *(
            Column(segments.name(by, segment), wide[segment].astype(int), formats.number)
            for segment in order
        ),
    ]


def _mix_sentences() -> Sentences:
    return [
        (_("Counted:"), _("leads by the day they entered.")),
        (
            _("In the title:"),
            _(
                "the most recent third of the time against all before it, significant at 95% "
                "(Newcombe)."
            ),
        ),
    ]


def _arrival_columns(summary: pd.DataFrame, by: str) -> list[Column]:
    """One row per source: the projected final share of its leads that arrive, and how soon."""
    limits = zip(summary["at_least"], summary["at_most"], strict=True)
    known = summary["share"].where(summary["is_final"], summary["at_least"])
    shares = [
        ("" if is_final else "≥ ") + formats.percent(share)
        for share, is_final in zip(known, summary["is_final"], strict=True)
    ]
    return [
        Column(
            labels.dimension_label(by),
            [segments.name(by, segment) for segment in summary["segment"]],
        ),
        Column(_("Number of leads"), summary["n"], formats.number),
        Column(_("Came"), summary["reached"], formats.number),
        Column(_("Expected"), known, shares),
        Column(_("95% interval"), [formats.interval(low, high) for low, high in limits]),
        Column(_("Half-time"), summary["median_seconds"], quantities.duration),
    ]


def _arrival_sentences(scope: Scope) -> Sentences:
    return [
        *provenance.reaching(scope.view),
        (
            _("Share:"),
            _("Aalen–Johansen from entry, lost being a competing risk; Greenwood's variance."),
        ),
        (
            _("Half-time:"),
            _("when half of the leads that will arrive have arrived, not half of all leads."),
        ),
    ]
