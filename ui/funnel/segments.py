"""The cards about segments: their rates side by side, and the table of all."""

from dataclasses import replace

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analytics.scope import Scope
from analytics.view.view import segment_value
from ui import answers, charts, session
from ui.funnel import findings
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, filter_bar, markdown, provenance, steps

_MOST_SEGMENTS = 8  # in a chart; the table has all


def rates(scope: Scope, dimension: str, step: str, *, of: str, with_picker: bool = False) -> None:
    """How well each segment of a dimension comes to a step, `of` the 'first' or the 'previous' one.

    With a picker the step can be chosen; for the first step, which has no rate, the last is shown.
    """
    slugs = [entry.slug for entry in scope.steps]
    shown = step if step in slugs[1:] else slugs[-1]
    before = slugs[0] if of == "first" else slugs[slugs.index(shown) - 1]
    about = {
        "before": markdown.plain(steps.label(scope, before)),
        "toward": markdown.plain(labels.toward(scope.generation.pipeline, shown, scope.view.level)),
        "dimension": markdown.plain(labels.dimension_label(dimension).lower()),
    }
    at = scope.at(replace(scope.view, by=dimension))
    if scope.view.mode == "flow":
        by = answers.funnel(scope.at(at.view)).rows
        segments, overall = _moves_of(by, shown, before, f"of_{of}"), None
        finding = findings.RateFinding(_("Moves {toward}, by {dimension}", **about))
        subtitle = _("Moves {toward} for each of {before}, in the period: other people.", **about)
        told = provenance.how_by_hand(
            scope, f"rates_{of}", provenance.funnel(at), by, "funnel/funnel", by=dimension
        )
    else:
        fair = answers.segments(scope.at(at.view), shown, of=of)
        segments, overall = fair.rows, fair.overall
        finding = findings.rates(at, fair)
        subtitle = _(
            "{before} that came {toward} within {horizon}, of those who had it, by {dimension}; "
            "95% interval. Hollow: n < {few}.",
            **about,
            horizon=quantities.duration(fair.horizon),
            few=formats.number(charts.FEW),
        )
        sentences = provenance.segments(fair.horizon)
        told = provenance.how_by_hand(
            at, f"rates_{of}", sentences, fair.rows, "funnel/funnel", by=dimension
        )
    labelled = segments.assign(
        label=[_segment_label(dimension, segment) for segment in segments["segment"]]
    )
    with card.card(finding.title, subtitle, how=told):
        if with_picker:
            steps.picker(scope, "rates")
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
            there_are = {"n": formats.number(len(drawn)), "all": formats.number(len(labelled))}
            st.markdown(markdown.gray(_("{n} of {all}, those with the most leads.", **there_are)))


def breakdown(scope: Scope, dimension: str) -> None:
    """Every segment of a dimension as a row: leads, and each step's count and rate."""
    rows = answers.funnel(scope.at(replace(scope.view, by=dimension))).rows
    name = labels.dimension_label(dimension)
    title = _("Every {dimension}, step by step", dimension=markdown.plain(name.lower()))
    subtitle = (
        _("Moves to each step in the period, and their number for 100 that entered in it.")
        if scope.view.mode == "flow"
        else _("Leads that reached each step, and their share of those that entered.")
    )
    told = provenance.how_by_hand(
        scope, "breakdown", provenance.funnel(scope), rows, "funnel/funnel", by=dimension
    )
    with card.card(title, subtitle, how=told):
        card.table(_by_segment(scope, rows, dimension), height="auto")


def breakdown_picker(scope: Scope) -> None:
    """The choice of the dimension to break down by."""
    offered = filter_bar.offered(scope)
    key = session.key("by")
    st.session_state[key] = scope.view.by or ("channel" if "channel" in offered else None)
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


def _narrow(dimension: str, segment: str) -> None:
    """A click on a segment filters to it."""
    session.show(session.view().where(dimension, [segment_value(segment)]))


def _by_segment(scope: Scope, rows: pd.DataFrame, dimension: str) -> Styler:
    """One row per segment: each step's count, and its share of those that entered.

    Numbers stay numbers, so that the table sorts by them; only their look is in words.
    """
    columns: dict[str, list[object]] = {}
    shares = []
    for place, step in enumerate(scope.steps):
        at_step = rows[rows["stage"] == step.slug]
        name = steps.label(scope, step.slug)
        columns[name] = at_step["reached"].tolist()
        if place:
            shares.append(_("% {step}", step=name))
            columns[shares[-1]] = at_step["of_first"].tolist()
    segments = rows["segment"].unique()
    names = [_segment_label(dimension, segment) for segment in segments]
    table = pd.DataFrame({labels.dimension_label(dimension): names, **columns})
    counts = [name for name in columns if name not in shares]
    return table.style.format(formats.number, subset=counts).format(formats.percent, subset=shares)
