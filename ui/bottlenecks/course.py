"""The card about one bottleneck over time: its rate, and the moment at which it changed."""

from datetime import date

import pandas as pd
import streamlit as st

from analytics.bottlenecks.course import Course
from analytics.scope import Scope
from ui import answers, charts
from ui.bottlenecks import names, story
from ui.bottlenecks.chosen import Chosen
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column
from ui.time_in_stage import visits


def course(scope: Scope, at: Chosen, *, with_table: bool = False) -> None:
    """One bottleneck over time with the moment it changed, and the stays that it counts."""
    loss = at.loss
    found = answers.bottleneck_course(scope, loss.stage, loss.dimension, loss.segment)
    title = course_finding(found)
    subtitle = _(
        "{place}: % that moved on within {horizon}",
        place=names.step_of_segment(scope, loss),
        horizon=quantities.duration(at.found.window(loss.stage).horizon),
    )
    reading = _(
        "Of the stays in {stage}, by {unit} of entry; 95% interval. Dotted: not all observed that "
        "long.",
        stage=markdown.plain(names.stage(scope, loss.stage)),
        unit=_("month") if found.unit == "month" else _("week"),
    )
    how = provenance.how_asked("bottleneck_course", _sentences, found.asked, found.rows)
    with card.card(title, subtitle, how=how, anchor=story.COURSE):
        points = points_of(found)
        if points["rate"].notna().any():
            figure = charts.course(points, card.look(), turn=_turn(found))
            axis = notes.of_days(found.rows["bucket"].tolist(), found.unit)
            card.chart(figure, "bottleneck_course", alt=title, fills=True, axis=axis)
            st.markdown(markdown.gray(reading))
        for line in _asides(scope, at):
            st.markdown(markdown.gray(line))
        if with_table:
            table.show(_columns(points))
        visits.show(scope.at(at.found.view_of(scope.view, loss)), loss.stage, loss.n)


def course_finding(found: Course) -> str:
    """Since when the rate is another, from what to what."""
    turn = _turn(found)
    if turn is None:
        return _("No sure moment of change")
    return _("The clearest change came in {when}", when=turn.label)


def bucket_name(found: Course, first_day: date) -> str:
    """A month or a week of a course, by its first day."""
    return formats.month(first_day) if found.unit == "month" else formats.day(first_day)


def _sentences() -> Sentences:
    """How the course is counted."""
    return [
        (
            _("Rate:"),
            _("stays that moved on in time, of those observed long enough; Wilson's limits."),
        ),
        (
            _("Since when:"),
            _(
                "the likeliest single change of the rate; shown when permutations of leads and of "
                "months rarely have one as likely. A slow trend may be found as a change."
            ),
        ),
        (
            _("Rate or mix:"),
            _(
                "the change of this rate, split by segment. Rate effect: segments converting "
                "differently; mix effect: a different mix of leads."
            ),
        ),
    ]


def points_of(found: Course) -> pd.DataFrame:
    """The course as the chart takes it."""
    rows = found.rows
    days = list(rows["bucket"])
    return pd.DataFrame(
        {
            "label": [bucket_name(found, day) for day in days],
            "tick": _ticks(found, days),
            "year": [str(day.year) for day in days],
            "bucket": days,
            "rate": rows["rate"],
            "low": rows["low"],
            "high": rows["high"],
            "n": rows["n"],
            "mature": [None if mature else 0.0 for mature in rows["mature"]],
            "immature": ~rows["mature"].astype(bool),
        }
    )


def _ticks(found: Course, days: list[date]) -> list[str]:
    """Every month below the axis: of weeks only at the first that begins in it."""
    ticks = []
    before: date | None = None
    for day in days:
        is_new = found.unit == "month" or before is None or before.month != day.month
        ticks.append(formats.month(day, year=False) if is_new else "")
        before = day
    return ticks


def _turn(found: Course) -> charts.Turn | None:
    """The moment of change as the chart takes it; None unless it is found."""
    if found.turned is None or found.turn is None:
        return None
    when = bucket_name(found, found.turned)
    before, after = formats.percent(found.turn.before), formats.percent(found.turn.after)
    return charts.Turn(when, found.turn.before, found.turn.after, f"{when}: {before} → {after}")


def _asides(scope: Scope, at: Chosen) -> list[str]:
    """Whether it is rate or mix, and whether what is lost is only late."""
    loss = at.loss
    lines = []
    split = answers.rate_or_mix(scope, loss.stage, loss.dimension, loss.segment)
    if split.before is not None and split.after is not None and len(split.rows):
        first = split.rows.iloc[0]
        lines.append(
            _(
                "{change} against the year before: {rate} by rate and {mix} by mix, split by "
                "{dimension}, where mix is largest.",
                change=quantities.points(split.after - split.before),
                dimension=markdown.plain(labels.dimension_label(first["dimension"]).lower()),
                rate=quantities.points(first["rate"]),
                mix=quantities.points(first["mix"]),
            )
        )
    if loss.held_against == "past" and loss.n and loss.benchmark_n:
        late, then = loss.later / loss.n, loss.benchmark_later / loss.benchmark_n
        fell_by = (loss.benchmark or 0) - (loss.rate or 0)
        if late > then and late - then > fell_by / 10 > 0:
            lines.append(
                _(
                    "{late} moved on after that time, {then} the year before: part of the loss is "
                    "only late.",
                    late=formats.percent(late),
                    then=formats.percent(then),
                )
            )
    return lines


def _columns(points: pd.DataFrame) -> list[Column]:
    limits = zip(points["low"], points["high"], strict=True)
    return [
        Column(_("Came there"), points["label"]),
        Column(_("Visits"), points["n"], formats.number),
        Column(_("Rate"), points["rate"], formats.percent),
        Column(_("95% interval"), [formats.interval(low, high) for low, high in limits]),
    ]
