"""The bottleneck that is open: since when, why, whose leads, who waits, and what to do about it."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from analytics.bottlenecks.course import Course
from analytics.bottlenecks.loss import Loss
from analytics.bottlenecks.ranking import of_loss
from analytics.scope import Scope
from ui import answers, charts, guest, navigation, session
from ui.bottlenecks import calls, losses, names, sentences
from ui.bottlenecks.chosen import Chosen
from ui.bottlenecks.course import bucket_name, points_of
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.page import card, certainty, markdown, notes, provenance

_MOST_NAMED = 4
_BUCKETS = 18  # of the course: the year before and now
_HEIGHT = 250


def ahead(scope: Scope, at: Chosen) -> None:
    """Begins to find why it is worse, and since when."""
    place = at.loss.stage, at.loss.dimension, at.loss.segment
    if at.loss.held_against == "past":
        answers.rate_or_mix.ahead(scope, *place)
    answers.bottleneck_course.ahead(scope, *place)


def show(scope: Scope, at: Chosen) -> None:
    """The four answers about one bottleneck, and three things to do."""
    loss = at.loss
    course = answers.bottleneck_course(scope, loss.stage, loss.dimension, loss.segment)
    title = opened_finding(scope, loss, course)
    how = provenance.how_asked(
        "bottleneck_course", lambda: losses.sentences(at.found), course.asked, course.rows
    )
    with card.card(title, _held_against(scope, loss), how=how):
        _chart(scope, loss, title)
        told = [
            (_("Why:"), _why(scope, loss)),
            (_("Whose leads:"), whose(scope, loss)),
            (_("Waiting now:"), _waiting(scope, loss)),
        ]
        lines = [f"**{lead_in}** {text}" for lead_in, text in told if text]
        st.markdown("  \n".join(lines))
        _actions(scope, loss)


def as_before(scope: Scope, at: Chosen) -> None:
    """What it would bring if one bottleneck were where it is held against, and all else stayed."""
    loss = at.loss
    if not loss.loses_customers:
        return
    place = markdown.plain(names.segment(loss))
    title = sentences.gain_of(loss, at.found.currency)
    about = {
        "segment": place,
        "benchmark": formats.percent(loss.benchmark, 0),
        "step": markdown.plain(names.transition(scope, loss)),
    }
    subtitle = (
        _("If {segment} were at {benchmark} again, {step}.", **about)
        if loss.held_against == "past"
        else _("If {segment} were at {benchmark}, {step}.", **about)
    )
    how = provenance.how_asked(
        "as_before", lambda: losses.sentences(at.found), at.found.asked, lambda: at.found.rows
    )
    with card.card(title, subtitle, how=how):
        spread = _(
            "It may be from {low} to {high}.",
            low=formats.signed(loss.wins_lost_low),
            high=formats.signed(loss.wins_lost_high),
        )
        st.markdown(f"{certainty.badge(of_loss(loss))} {markdown.gray(spread)}")


def opened_finding(scope: Scope, loss: Loss, course: Course) -> str:
    """Since when it is worse, or where it stands where that is not known."""
    whose = markdown.plain(names.segment(loss))
    if loss.held_against == "past" and _fell(course) and course.turned is not None:
        when = formats.month(course.turned)
        if course.unit == "week":
            when = formats.day(course.turned)
        return _("{segment} fell in {month}", segment=whose, month=when)
    return f"{whose}: {markdown.plain(names.transition(scope, loss))}"


def whose(scope: Scope, loss: Loss) -> str:
    """Whose leads a bottleneck is made of: the people of a team, the teams of all leads."""
    finding = next((each for each in answers.ranking(scope).findings if each.loss is loss), None)
    if finding is None:
        return ""
    dimension = next(
        (
            name
            for name in (("team", "owner", "channel") if loss.is_of_all else ("owner", "source"))
            if sum(each.dimension == name for each in finding.within) > 1
        ),
        None,
    )
    parts = [each for each in finding.within if each.dimension == dimension]
    if dimension is None or not parts:
        return ""
    parts.sort(key=lambda each: -(each.wins_lost or 0.0))
    listed = ", ".join(
        f"{markdown.plain(names.segment(each))} {formats.percent(each.rate, 0)}"
        for each in parts[:_MOST_NAMED]
    )
    if len(parts) <= _MOST_NAMED and all(each.loses_customers for each in parts):
        return _n(
            "all {n} are lower: {listed}.",
            "all {n} are lower: {listed}.",
            len(parts),
            listed=listed,
        )
    return _(
        "lowest by {dimension}: {listed}.",
        dimension=markdown.plain(labels.dimension_label(dimension).lower()),
        listed=listed,
    )


def _held_against(scope: Scope, loss: Loss) -> str:
    """From which stage to which, and how the others do there."""
    step = markdown.plain(names.transition(scope, loss))
    rate = answers.step_rate(scope, loss.stage, loss.dimension, loss.segment)
    if rate is None or rate.others is None:
        return _("{step}: % that moved on in time", step=step)
    return _("{step}; the others: {others}", step=step, others=formats.percent(rate.others, 0))


def _fell(course: Course) -> bool:
    turn = course.turn
    return course.turned is not None and turn is not None and turn.after < turn.before


def _chart(scope: Scope, loss: Loss, title: str) -> None:
    drawn = _drawn(scope, loss)
    if drawn is None:
        return
    figure = charts.course_of_two(
        drawn.points,
        card.look(),
        turn=drawn.turn,
        since=drawn.since,
        before=f"{_benchmark_name(loss)} <b>{drawn.before}</b>",
        after=_("now {rate}", rate=f"<b>{drawn.now}</b>"),
        height=_HEIGHT,
    )
    alt = _("{title}: {now} now, {before} before", title=title, now=drawn.now, before=drawn.before)
    axis = notes.of_days(drawn.points["bucket"].tolist(), drawn.unit)
    card.chart(figure, "opened_course", alt=alt, fills=True, axis=axis)


@dataclass(frozen=True)
class _Drawn:
    """What the picture shows: the course, and the rates of before and now."""

    points: pd.DataFrame
    unit: str
    turn: charts.Turn
    since: tuple[str, str]
    before: str
    now: str


@answers.for_all
def _drawn(scope: Scope, loss: Loss) -> _Drawn | None:
    """What there is to draw of a bottleneck; None where no rate is known."""
    course = answers.bottleneck_course(scope, loss.stage, loss.dimension, loss.segment)
    points = points_of(course)
    if loss.rate is None or loss.benchmark is None or not points["rate"].notna().any():
        return None
    mature = points[~points["immature"]]
    points = (mature if len(mature) else points).tail(_BUCKETS).assign(low=None, high=None)
    fell = loss.held_against == "past" and _fell(course)
    when = bucket_name(course, course.turned) if fell and course.turned is not None else ""
    if when not in set(points["label"]):
        when = ""
    since = _since(scope, loss, points)
    turn = charts.Turn(
        label=when or since[1],
        before=loss.benchmark,
        after=loss.rate,
        text=_("since {month}", month=when) if when else "",
    )
    before, now = formats.percent(loss.benchmark, 0), formats.percent(loss.rate, 0)
    return _Drawn(points, course.unit, turn, since, before, now)


def _since(scope: Scope, loss: Loss, points: pd.DataFrame) -> tuple[str, str]:
    """The buckets where the rate held against and that of now begin; a fixed one is always so."""
    window = answers.bottlenecks(scope).window(loss.stage)
    labels = points["label"].tolist()
    now = _place(points, window.first_day)
    before = _place(points, window.before_first_day) if loss.held_against == "past" else 0
    return labels[min(before, now)], labels[now]


def _place(points: pd.DataFrame, day: date) -> int:
    """The bucket that a day is in: the first of all where they begin later."""
    begun = [bucket for bucket in points["bucket"] if bucket <= day]
    return max(0, len(begun) - 1)


def _benchmark_name(loss: Loss) -> str:
    return {
        "past": _("12 months before"),
        "best": _("best 25%"),
        "target": _("target"),
    }[loss.held_against]


def _why(scope: Scope, loss: Loss) -> str:
    """Whether its own rate fell or other leads came."""
    if loss.held_against != "past":
        return ""
    found = answers.rate_or_mix(scope, loss.stage, loss.dimension, loss.segment)
    if found.is_mostly_rate is None:
        return ""
    if found.is_mostly_rate:
        return _("its own rate fell; the mix of leads is not the reason.")
    most = found.rows.loc[found.rows["share"].idxmax(), "dimension"]
    return _(
        "mostly a different mix of leads by {dimension}; each kind moves on as before.",
        dimension=markdown.plain(labels.dimension_label(most).lower()),
    )


def _waiting(scope: Scope, loss: Loss) -> str:
    waits = calls.waits(scope, loss)
    if not waits.all:
        return ""
    if not waits.overdue:
        return _n(
            "{n} lead at {stage}, none to call.",
            "{n} leads at {stage}, none to call.",
            waits.all,
            stage=markdown.plain(names.stage(scope, loss.stage)),
        )
    return _n(
        "{n} lead at {stage}; {overdue} overdue but can still be saved.",
        "{n} leads at {stage}; {overdue} overdue but can still be saved.",
        waits.all,
        stage=markdown.plain(names.stage(scope, loss.stage)),
        overdue=formats.number(waits.overdue),
    )


def _actions(scope: Scope, loss: Loss) -> None:
    waits = calls.waits(scope, loss)
    with st.container(horizontal=True, vertical_alignment="center"):
        if waits.overdue:
            page, _label, view = calls.link(scope, loss)
            label = _n("Call this {n} lead →", "Call these {n} leads →", waits.overdue)
            navigation.link(page, label, view)
            calls.message_button(scope, loss)
        if loss.loses_customers and guest.may_move("scenario"):
            st.button(
                what_if_of(loss),
                icon=":material/tune:",
                type="tertiary",
                key=session.key("what_if_opened"),
                on_click=_try_it,
                args=(loss,),
            )


def what_if_of(loss: Loss) -> str:
    """The question of what it would bring to reach what it is held against."""
    return {
        "past": _("What if it were as before?"),
        "best": _("What if it were as good as the best?"),
        "target": _("What if it were at its target?"),
    }[loss.held_against]


def _try_it(loss: Loss) -> None:
    session.show(replace(session.view(), tab="what-if", place=loss.place))
