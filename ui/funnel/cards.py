"""The cards that pages are made of: each asks one question and draws its answer."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analytics.funnel.key_figures import Figure, Health
from analytics.view.view import segment_value
from ui import answers, charts, navigation, session
from ui.funnel import findings
from ui.language import labels, messages
from ui.language.messages import _, _n
from ui.page import card, filter_bar, provenance, steps
from ui.session import Scene

_MOST_SEGMENTS = 8  # in a chart; the table has all


def tiles(sight: Scene, health: Health) -> None:
    """The six figures of the overview, each with its n, its change and its course."""
    trend = answers.trend(
        replace(sight.view, level="group", by=None, mode="flow"), sight.generation
    )
    grid = st.grid(3, min_column_width=150)
    with grid:
        for figure in health.counts:
            course = trend.loc[trend["stage"] == figure.name, "reached"]
            _tile(labels.group_label(figure.name), messages.number(figure.value), figure, course)
        conversion = _mature(sight, health)
        _tile(
            _("Win rate :small[n={n}]", n=messages.number(health.conversion.n)),
            messages.percent(health.conversion.value),
            health.conversion,
            conversion,
        )
        won = trend.loc[trend["stage"] == health.counts[-1].name, "median_seconds"]
        _tile(
            _("Median time :small[n={n}]", n=messages.number(health.seconds.n)),
            messages.duration(health.seconds.value),
            health.seconds,
            won.dropna(),
            good_when="less",
        )


def funnel(sight: Scene, *, with_table: bool = False, naive: bool = False) -> None:
    """The funnel of the view; clicking a bar, or choosing its step below, selects its leads.

    `naive` shows how far the rates so far are off what they come to.
    """
    rows = answers.funnel(sight.view, sight.generation)
    title = findings.funnel(sight, rows)
    days = messages.days_between(*sight.scope.days)
    if sight.view.mode == "flow":
        subtitle = _(
            "Moves in {days}. Those above are not those below, so a rate can exceed 100%.",
            days=days,
        )
    else:
        subtitle = _(
            "How far the leads of {days} came, in % of the step before. Pale: still open, they can "
            "move on. In brackets: {brackets}.",
            days=days,
            brackets=_("points that the rate so far is off") if naive else _("95% interval"),
        )
    how = provenance.how(sight, "funnel", provenance.funnel(sight), rows, "funnel/funnel")
    with card.card(title, subtitle, how=how):
        figure = charts.funnel(
            steps.labelled(sight, rows), card.look(), selected=sight.view.stage, naive=naive
        )
        card.chart(figure, "funnel", alt=title, on_click=lambda slug: steps.choose(sight, slug))
        if with_table:
            card.table(_readable(sight, rows))
        _selection(sight, rows)


def rates(sight: Scene, dimension: str, step: str, *, of: str, with_picker: bool = False) -> None:
    """How well each segment of a dimension comes to a step, `of` the 'first' or the 'previous' one.

    With a picker the step can be chosen; for the first step, which has no rate, the last is shown.
    """
    slugs = [entry.slug for entry in sight.scope.steps]
    shown = step if step in slugs[1:] else slugs[-1]
    before = slugs[0] if of == "first" else slugs[slugs.index(shown) - 1]
    about = {
        "before": card.plain(steps.label(sight, before)),
        "toward": card.plain(labels.toward(sight.generation.pipeline, shown, sight.view.level)),
        "dimension": card.plain(labels.dimension_label(dimension).lower()),
    }
    at = sight.at(replace(sight.view, by=dimension))
    if sight.view.mode == "flow":
        by = answers.funnel(at.view, sight.generation)
        segments, overall = _moves_of(by, shown, before, f"of_{of}"), None
        finding = findings.RateFinding(_("Moves {toward}, by {dimension}", **about))
        subtitle = _("Moves {toward} for each of {before}, in the period: other people.", **about)
        told = provenance.how(
            sight, f"rates_{of}", provenance.funnel(at), by, "funnel/funnel", by=dimension
        )
    else:
        fair = answers.segments(at.view, sight.generation, shown, of=of)
        segments, overall = fair.rows, fair.overall
        finding = findings.rates(at, fair)
        subtitle = _(
            "{before} that came {toward} within {horizon}, of those who had it, by {dimension}; "
            "95% interval. Hollow: n < {few}.",
            **about,
            horizon=messages.duration(fair.horizon),
            few=messages.number(charts.FEW),
        )
        sentences = provenance.segments(fair.horizon)
        told = provenance.how(
            at, f"rates_{of}", sentences, fair.rows, "funnel/funnel", by=dimension
        )
    labelled = segments.assign(
        label=[_segment_label(dimension, segment) for segment in segments["segment"]]
    )
    with card.card(finding.title, subtitle, how=told):
        if with_picker:
            steps.picker(sight, "rates")
        # Vermilion is for what is wrong; a segment that does better needs no alarm.
        named = finding.named if finding.is_bad else None
        drawn = labelled["n"].astype(int).nlargest(_MOST_SEGMENTS).index
        drawn = drawn.union(labelled.index[labelled["segment"] == finding.named])
        card.chart(
            charts.rates(labelled.loc[drawn], card.look(), overall=overall, named=named),
            f"rates_{of}",
            alt=finding.title,
            on_click=lambda segment: _narrow(dimension, segment),
        )
        if len(labelled) > len(drawn):
            there_are = {"n": messages.number(len(drawn)), "all": messages.number(len(labelled))}
            st.markdown(card.gray(_("{n} of {all}, those with the most leads.", **there_are)))


def breakdown(sight: Scene, dimension: str) -> None:
    """Every segment of a dimension as a row: leads, and each step's count and rate."""
    rows = answers.funnel(replace(sight.view, by=dimension), sight.generation)
    name = labels.dimension_label(dimension)
    title = _("Every {dimension}, step by step", dimension=card.plain(name.lower()))
    subtitle = (
        _("Moves to each step in the period, and their number for 100 that entered in it.")
        if sight.view.mode == "flow"
        else _("Leads that reached each step, and their share of those that entered.")
    )
    told = provenance.how(
        sight, "breakdown", provenance.funnel(sight), rows, "funnel/funnel", by=dimension
    )
    with card.card(title, subtitle, how=told):
        card.table(_by_segment(sight, rows, dimension), height="auto")


def breakdown_picker(sight: Scene) -> None:
    """The choice of the dimension to break down by."""
    offered = filter_bar.offered(sight)
    key = session.key("by")
    st.session_state[key] = sight.view.by or ("channel" if "channel" in offered else None)
    st.selectbox(
        _("Break down by"),
        offered,
        format_func=labels.dimension_label,
        label_visibility="collapsed",
        placeholder=_("Break down by"),
        width=220,
        key=key,
        on_change=lambda: session.change(by=st.session_state[key]),
    )


def _tile(
    label: str, value: str, figure: Figure, course: pd.Series, *, good_when: str = "more"
) -> None:
    delta, about = _change(figure)
    colour = "off" if not figure.sure else "normal" if good_when == "more" else "inverse"
    st.metric(
        label,
        value,
        delta,
        delta_color=colour,  # type: ignore[arg-type]  # a literal, by construction
        delta_description=about,
        border=True,
        height="stretch",
        chart_data=course.astype(float).tolist() if len(course) > 1 else None,
        chart_type="line",
    )


def _change(figure: Figure) -> tuple[str | None, str | None]:
    """The change against the period before, and from what; nothing where there is none."""
    if not figure.earlier or figure.value is None:
        return None, None
    if figure.name == "conversion":
        delta = messages.points(figure.value - figure.earlier)
        before = messages.percent(figure.earlier)
    else:
        delta = messages.change(figure.value / figure.earlier - 1)
        before = (
            messages.duration(figure.earlier)
            if figure.name == "seconds"
            else messages.number(figure.earlier)
        )
    # Streamlit reads the direction from a plain hyphen.
    delta = delta.replace("−", "-")
    if figure.sure:
        return delta, _("was {before}", before=before)
    # Beside points the word has no room on a phone; grey says it there.
    return delta, None if figure.name == "conversion" else _("unclear")


def _mature(sight: Scene, health: Health) -> pd.Series:
    """Conversion by time of entry, without the entries that had less than the median time."""
    view = replace(sight.view, level="group", by=None, mode="cohort")
    trend = answers.trend(view, sight.generation)
    rows = trend[trend["stage"] == health.counts[-1].name]
    patience = pd.Timedelta(seconds=health.seconds.value or 0)
    return rows.loc[
        rows["bucket"] <= pd.Timestamp(sight.scope.as_of) - patience, "of_first"
    ].dropna()


def _moves_of(rows: pd.DataFrame, step: str, before: str, rate: str) -> pd.DataFrame:
    """One row per segment as the chart of rates takes it, for moves, which have no interval."""
    found = rows[rows["stage"] == step].reset_index(drop=True)
    return pd.DataFrame(
        {
            "segment": found["segment"],
            "rate": found[rate],
            "low": float("nan"),
            "high": float("nan"),
            "n": rows.loc[rows["stage"] == before, "reached"].to_numpy(),
        }
    )


def _segment_label(dimension: str, segment: str) -> str:
    return labels.value_label(dimension, segment_value(segment))


def _selection(sight: Scene, rows: pd.DataFrame) -> None:
    """The selected step by keyboard, and the way to its leads."""
    with st.container(horizontal=True, vertical_alignment="center"):
        steps.picker(sight, "funnel")
        if sight.view.stage:
            reached = int(rows.loc[rows["stage"] == sight.view.stage, "reached"].iat[0])
            navigation.link("leads", _n("See the {n} lead", "See the {n} leads", reached))


def _narrow(dimension: str, segment: str) -> None:
    """A click on a segment filters to it."""
    session.show(session.view().where(dimension, [segment_value(segment)]))


def _readable(sight: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """The funnel's rows as a table to read, one row per step."""
    return pd.DataFrame(
        {
            _("Step"): [steps.label(sight, slug) for slug in rows["stage"]],
            _("Reached"): rows["reached"].map(messages.number),
            _("% of first"): rows["of_first"].map(messages.percent),
            _("% of previous"): rows["of_previous"].map(messages.percent),
            _("95% interval"): [
                messages.interval(low, high)
                for low, high in zip(rows["of_previous_low"], rows["of_previous_high"], strict=True)
            ],
            _("In the end"): [_in_the_end(row) for row in rows.itertuples(index=False)],
            _("Still open"): rows["open"].map(messages.number),
            _("Lost"): rows["lost"].map(messages.number),
            _("Median time"): rows["median_seconds"].map(messages.duration),
        }
    )


def _by_segment(sight: Scene, rows: pd.DataFrame, dimension: str) -> Styler:
    """One row per segment: each step's count, and its share of those that entered.

    Numbers stay numbers, so that the table sorts by them; only their look is in words.
    """
    columns: dict[str, list[object]] = {}
    shares = []
    for place, step in enumerate(sight.scope.steps):
        at_step = rows[rows["stage"] == step.slug]
        name = steps.label(sight, step.slug)
        columns[name] = at_step["reached"].tolist()
        if place:
            shares.append(_("% {step}", step=name))
            columns[shares[-1]] = at_step["of_first"].tolist()
    segments = rows["segment"].unique()
    names = [_segment_label(dimension, segment) for segment in segments]
    table = pd.DataFrame({labels.dimension_label(dimension): names, **columns})
    counts = [name for name in columns if name not in shares]
    return table.style.format(messages.number, subset=counts).format(
        messages.percent, subset=shares
    )


def _in_the_end(row: Any) -> str:
    if pd.isna(row.eventual):
        return messages.NOTHING
    if not row.eventual_is_final:
        return "≥ " + messages.percent(row.eventual_at_least)
    interval = messages.interval(row.eventual_low, row.eventual_high)
    return f"{messages.percent(row.eventual)} ({interval})"
