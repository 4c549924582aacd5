"""The dialog of the ways of giving credit: customers by source, side by side, and the choice."""

from functools import partial

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.sources.scoreboard import COMPARED, Scoreboard
from analytics.view.attribution_rules import OWN
from ui import charts, session
from ui.language import formats
from ui.language.messages import _
from ui.page import card, dialog, markdown, notes
from ui.sources import attribution_settings, attribution_words, segments

_MOST = 8
_FAR_APART = 3
"""A source of which one way says so many times another's is not to be ranked by one number."""

_ENOUGH = 10
"""Customers by any way, from which on it is worth saying so."""


def button(scope: Scope, found: Scoreboard) -> None:
    """The button that opens the dialog."""
    dialog.button(
        _("Compare ways of credit"),
        "compare_credit",
        partial(_compare, scope, found),
        icon=":material/balance:",
        title=_("Ways of giving credit"),
        width="large",
    )


def _compare(scope: Scope, found: Scoreboard) -> None:
    """The choice of a way, beside what each of them says: done as soon as one is chosen."""
    if session.view().credit.credited != scope.view.credit.credited:
        st.rerun()
    st.markdown(f"**{finding(found)}**")
    st.markdown(
        _(
            "Most customers meet several sources before they buy. Shared another way, a source has "
            "more of them or fewer."
        )
    )
    key = session.key("credited")
    st.session_state[key] = found.credited
    st.pills(
        _("A customer counts for"),
        list(dict.fromkeys((OWN, *COMPARED, found.credited))),
        format_func=attribution_words.way,
        required=True,
        wrap=True,
        key=key,
        on_change=lambda: attribution_settings.change(credited=st.session_state[key]),
    )
    rows = side_by_side(found)
    if rows.empty:
        st.markdown(_("No customer yet in this view."))
        return
    axis = notes.of_segments(found.by, rows["segment"].tolist())
    card.chart(charts.spread(rows, card.look()), "ways_of_credit", alt=finding(found), axis=axis)
    st.markdown(
        markdown.gray(
            _(
                "Hollow circle: the way in use. Amber: one way gives over {n} times what another "
                "does, so do not rank the source by one number.",
                n=formats.number(_FAR_APART),
            )
        )
    )


def finding(found: Scoreboard) -> str:
    """The source whose number of customers depends most on how credit is given."""
    wide = _wide(found)
    if wide.empty:
        return _("No customer yet in this view.")
    apart = wide.max(axis=1) - wide.min(axis=1)
    named = apart.idxmax()
    low, high = round(wide.loc[named].min()), round(wide.loc[named].max())
    source = segments.plain(found.by, named)
    if low == high:
        return _("However credit is given, each source has the same customers")
    return _(
        "{source}: {low} or {high} customers, by way of credit",
        source=source,
        low=formats.number(low),
        high=formats.number(high),
    )


def side_by_side(found: Scoreboard) -> pd.DataFrame:
    """The sources of most customers as the chart takes them, and by which way so many."""
    wide = _wide(found)
    most = wide.max(axis=1).nlargest(_MOST).index if len(wide) else []
    look = card.look()
    rows = []
    for segment in most:
        values = wide.loc[segment]
        low, high = float(values.min()), float(values.max())
        is_apart = high >= _ENOUGH and high > _FAR_APART * max(low, 1.0)
        rows.append(
            {
                "segment": segment,
                "label": segments.name(found.by, segment),
                "values": values.tolist(),
                "names": [attribution_words.way(str(way)) for way in values.index],
                "text": formats.span(round(low), round(high)),
                "sure": True,
                "colour": look.watch if is_apart else look.stage("prospect"),
                "ring": float(values[found.credited]),
            }
        )
    columns = ["segment", "label", "values", "names", "text", "sure", "colour", "ring"]
    return pd.DataFrame(rows, columns=columns)


def _wide(found: Scoreboard) -> pd.DataFrame:
    """Customers by source, a column a way; only sources that have some by any way."""
    wide = found.ways.pivot(index="segment", columns="way", values="customers")
    wide = wide.reindex(
        columns=[way for way in (OWN, *COMPARED) if way in wide]
        + [way for way in wide if way not in (OWN, *COMPARED)]
    )
    wide = wide.dropna()
    return wide[wide.max(axis=1) > 0]
