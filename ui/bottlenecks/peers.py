"""The card about a bottleneck's peers: the segments of its dimension at its stage, side by side."""

import pandas as pd
import streamlit as st

from analytics.bottlenecks import loss as losses_of
from analytics.scope import Scope
from ui import charts
from ui.bottlenecks import losses, names
from ui.bottlenecks.chosen import Chosen
from ui.language import formats, labels
from ui.language.messages import _
from ui.page import card, markdown, notes, provenance

_MOST_SEGMENTS = 8


def peers(scope: Scope, at: Chosen) -> None:
    """The segments of the bottleneck's dimension at its stage, side by side."""
    dimension = at.loss.dimension or next(
        (loss.dimension for loss in at.found.losses if loss.dimension), None
    )
    here = [loss for loss in at.found.losses if loss.stage == at.loss.stage and loss.n]
    own = [loss for loss in here if loss.dimension == dimension]
    if dimension is None or not own:
        return
    rows = losses_of.rows(own).assign(label=[names.segment(loss) for loss in own])
    title = peers_finding(at, rows, dimension)
    subtitle = _(
        "{step} by {dimension}, in the same days",
        step=markdown.plain(names.transition(scope, at.loss)),
        dimension=markdown.plain(labels.dimension_label(dimension).lower()),
    )
    reading = _(
        "95% interval. Dotted: all leads. Hollow: n < {few}.", few=formats.number(charts.FEW)
    )
    how = provenance.how_asked(
        "bottleneck_segments",
        lambda: losses.sentences(at.found),
        at.found.asked,
        rows[losses_of.COLUMNS],
    )
    with card.card(title, subtitle, how=how):
        drawn = rows["n"].nlargest(_MOST_SEGMENTS).index
        drawn = drawn.union(rows.index[rows["segment"] == at.loss.segment])
        figure = charts.rates(
            rows.loc[drawn],
            card.look(),
            overall=next((loss.rate for loss in here if loss.is_of_all), None),
            named=at.loss.segment if at.loss.ranked else None,
        )
        axis = notes.of_segments(dimension, rows.loc[drawn, "segment"].tolist())
        card.chart(figure, "bottleneck_segments", alt=title, fills=True, axis=axis)
        st.markdown(markdown.gray(reading))
        if len(own) > len(drawn):
            text = _(
                "{n} of {all}, those with the most leads.",
                n=formats.number(len(drawn)),
                all=formats.number(len(own)),
            )
            st.markdown(markdown.gray(text))


def peers_finding(at: Chosen, rows: pd.DataFrame, dimension: str) -> str:
    """Where the bottleneck stands among its peers, or that it does not stand apart.

    `rows` are those of the peers, each with its label.
    """
    enough = rows[rows["n"] >= charts.FEW]
    others = enough[enough["segment"] != at.loss.segment]
    own_high = at.loss.high
    # Of no others the minimum is not a number, and nothing is below that.
    if at.loss.segment is not None and own_high is not None and own_high < others["low"].min():
        return _(
            "{segment}: below every other one, {rate}",
            segment=markdown.plain(names.segment(at.loss)),
            rate=formats.percent(at.loss.rate),
        )
    if len(enough) < 2:
        return _("Not enough data to conclude from")
    low, high = enough.loc[enough["rate"].idxmin()], enough.loc[enough["rate"].idxmax()]
    if low["high"] < high["low"]:
        return _(
            "From {low} in {lowest} to {high} in {highest}",
            low=formats.percent(low["rate"], 0),
            lowest=markdown.plain(low["label"]),
            high=formats.percent(high["rate"], 0),
            highest=markdown.plain(high["label"]),
        )
    name = labels.dimension_label(dimension).lower()
    return _("No {dimension} stands apart for sure", dimension=markdown.plain(name))
