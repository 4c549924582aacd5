"""The cards about segments: their rates side by side, and the table of all."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.view.view import segment_value
from ui import answers, charts, guest, session
from ui.funnel import findings
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, dimensions, markdown, notes, provenance, steps, table
from ui.page.table import Column

_MOST_SEGMENTS = 8  # in a chart; the table has all
_NAME = 20  # characters of a segment's name in a title
_MOST_ROWS = 30  # in a table that is read; more are looked for in one that is sorted and searched


def rates(scope: Scope, dimension: str, step: str, *, of: str, with_picker: bool = False) -> None:
    """How well each segment of a dimension reaches a step, `of` the 'first' or the 'previous' one.

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
        moves = answers.funnel(at)
        segments, overall = _moves_of(moves.rows, shown, before, f"of_{of}"), None
        finding = findings.RateFinding(_("Moves {toward}, by {dimension}", **about))
        subtitle = _("Moves {toward} for each of {before}, in the period: other people.", **about)
        how = provenance.how(f"rates_{of}", lambda: provenance.funnel(at), moves)
    else:
        fair = answers.segments(at, shown, of=of)
        segments, overall = fair.rows, fair.overall
        finding = findings.rates(at, fair, about["toward"])
        said = {"toward": about["toward"], "few": formats.number(charts.FEW)}
        subtitle = (
            _(
                "% {toward} within {horizon}. Hollow: n < {few}.",
                horizon=quantities.duration(fair.horizon),
                **said,
            )
            if fair.horizon >= 1
            else _("% {toward} at once. Hollow: n < {few}.", **said)
        )
        how = provenance.how_asked(
            f"rates_{of}", lambda: provenance.segments(fair.horizon), fair.asked, fair.rows
        )
    labelled = segments.assign(
        label=[_segment_label(dimension, segment) for segment in segments["segment"]]
    )
    with card.card(finding.title, subtitle, how=how):
        if with_picker:
            steps.picker(scope, "rates", pressed=shown)
        # Vermilion is for what is wrong; a segment that does better needs no alarm.
        named = finding.named if finding.is_bad else None
        if not labelled["rate"].notna().any():
            st.markdown(markdown.gray(_("No lead has reached the step before.")))
            return
        drawn = labelled["n"].astype(int).nlargest(_MOST_SEGMENTS).index
        drawn = drawn.union(labelled.index[labelled["segment"] == finding.named])
        card.chart(
            charts.rates(labelled.loc[drawn], card.look(), overall=overall, named=named),
            f"rates_{of}",
            alt=finding.title,
            fills=True,
            on_click=lambda segment: _narrow(dimension, segment),
            axis=notes.of_segments(dimension, labelled.loc[drawn, "segment"].tolist()),
        )
        if len(labelled) > len(drawn):
            # Those that nobody came from are none of its number: all of them are in the table.
            many = formats.number(len(drawn))
            st.markdown(markdown.gray(_("The {n} with the most leads; the table has all.", n=many)))


def breakdown(scope: Scope, dimension: str) -> None:
    """Every segment of a dimension as a row: leads, and each step's count and rate."""
    found = answers.funnel(scope.at(replace(scope.view, by=dimension)))
    title = breakdown_finding(scope, found.rows, dimension)
    subtitle = (
        _("Moves to each step in the period, and their number for 100 that entered in it.")
        if scope.view.mode == "flow"
        else _("Leads that reached each step, and their share of those that entered.")
    )
    how = provenance.how("breakdown", lambda: provenance.funnel(scope), found)
    with card.card(title, subtitle, how=how):
        columns = _columns(scope, found.rows, dimension)
        if found.rows["segment"].nunique() <= _MOST_ROWS:
            table.read(columns, caption=title, key="breakdown")
        else:
            table.show(columns)


def breakdown_finding(scope: Scope, rows: pd.DataFrame, dimension: str) -> str:
    """The segment with the most of the furthest step that any reached, or the two that have it."""
    came = rows[rows["reached"] > 0]
    step = next((each for each in reversed(scope.steps) if each.slug in set(came["stage"])), None)
    at_step = came[came["stage"] == step.slug] if step is not None else came
    leaders = at_step[at_step["reached"] == at_step["reached"].max()]["segment"]
    if step is None or len(leaders) > 2:
        name = labels.dimension_label(dimension).lower()
        return _("Every {dimension}, step by step", dimension=markdown.plain(name))
    names = [_segment_label(dimension, segment) for segment in leaders]
    first, *second = (
        markdown.plain(name if len(name) <= _NAME else name[: _NAME - 1].rstrip() + "…")
        for name in names
    )
    about = {
        "step": markdown.plain(labels.brief(steps.label(scope, step.slug))),
        "segment": first,
        "n": formats.number(at_step["reached"].max()),
    }
    if second:
        return _("Most {step}: {segment} and {other}, {n} each", other=second[0], **about)
    whole = formats.number(at_step["reached"].sum())
    return _("Most {step}: {segment}, {n} of {all}", all=whole, **about)


def breakdown_picker(scope: Scope) -> None:
    """The choice of the dimension to break down by."""
    offered = dimensions.offered(scope)
    key = session.key("by")
    st.session_state[key] = scope.view.by or ("channel" if "channel" in offered else None)
    st.selectbox(
        _("Break down by"),
        offered,
        format_func=labels.dimension_label,
        label_visibility="collapsed",
        placeholder=_("Break down by"),
        width=220,
        disabled=not guest.may_move("by"),
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


def _columns(scope: Scope, rows: pd.DataFrame, dimension: str) -> list[Column]:
    """One row per segment: each step's count, and its share of those that entered."""
    names = [_segment_label(dimension, segment) for segment in rows["segment"].unique()]
    columns = [Column(labels.dimension_label(dimension), names)]
    for index, step in enumerate(scope.steps):
        at_step = rows[rows["stage"] == step.slug]
        counts = [formats.number(count) for count in at_step["reached"]]
        if index:
            shares = at_step["of_first"]
            counts = [
                f"{count} · {formats.percent(share)}"
                for count, share in zip(counts, shares, strict=True)
            ]
        columns.append(Column(steps.label(scope, step.slug), at_step["reached"], counts))
    return columns
