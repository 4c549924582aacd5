"""The card of quality against cost: what a lead costs, and how many become customers."""

from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analytics import names
from analytics.certainty import FEW
from analytics.scope import Scope
from analytics.sources.rule import RECOMMENDATIONS, TOO_FEW
from analytics.sources.scoreboard import Scoreboard
from analytics.view.attribution_rules import OWN
from ui import answers, charts
from ui.language import current, formats
from ui.language.messages import _, _n
from ui.page import card, notes, provenance
from ui.page.provenance import Sentences
from ui.sources import advice, opened, segments
from ui.theme import Look

_MOST = 10
_MOST_SHARES = 8
_STANDS_OUT = 1.5  # times the usual share


def quality(scope: Scope) -> None:
    """Each source by the cost of a lead and the share of them that become customers.

    That is of its own leads, whoever has the credit for a customer; the advice follows the credit.
    """
    shown = _shown(scope, card.look())
    found = shown.found
    how = provenance.how_asked("quality", _sentences, found.asked, found.rows, scope=scope)
    subtitle = (
        _("Across: cost of a lead. Up: % of leads that become customers. Size: leads.")
        if shown.is_by_cost
        else _("% of leads that become customers, expected. Line: the range.")
    )
    with card.card(shown.title, subtitle, how=how):
        if shown.figure is None:
            st.markdown(_("There are no two sources to compare."))
            return
        with st.container(gap=None):
            card.chart(
                shown.figure,
                "quality",
                alt=shown.title,
                on_click=opened.open_source,
                axis=notes.of_segments(
                    shown.found.by,
                    shown.found.rows["segment"].tolist(),
                    "points" if shown.is_by_cost else "x",
                ),
            )
            if shown.legend:
                st.markdown(shown.legend)


@dataclass(frozen=True)
class _Shown:
    """What the card shows: no `figure` where there is no source to draw.

    Where no cost is known it is the shares alone.
    """

    found: Scoreboard
    title: str
    figure: go.Figure | None
    legend: str
    is_by_cost: bool = True


@answers.for_all
def _shown(scope: Scope, look: Look) -> _Shown:
    advised = answers.scoreboard(scope).rows.set_index("segment")["recommendation"]
    rules = replace(scope.view.credit, credited=OWN)
    found = answers.scoreboard(scope.at(replace(scope.view, credit=rules)))
    advice_of = found.rows["segment"].map(advised).fillna(found.rows["recommendation"])
    found = replace(found, rows=found.rows.assign(recommendation=advice_of))
    rows = drawn(found)
    if rows.empty:
        return _Shown(found, finding(found), _shares(found, look), "", is_by_cost=False)
    figure = charts.bubble(
        _bubbles(found, rows, look),
        look,
        x_title="",
        written=partial(formats.money, currency=found.currency),
        overall=(None, _usual(found)),
        also=_best_without_cost(found),
        digits=0,
    )
    return _Shown(found, finding(found), figure, _legend(rows))


def drawn(found: Scoreboard) -> pd.DataFrame:
    """The sources in the picture: those of known cost with most leads, of enough to go by."""
    rows = found.rows.iloc[:-1]
    rows = rows[(rows["cost"] > 0) & (rows["leads"] > 0) & rows["expected"].notna()]
    return rows[rows["recommendation"] != TOO_FEW].nlargest(_MOST, "leads")


def finding(found: Scoreboard) -> str:
    """The source whose leads become customers most often, where that stands out; else least."""
    usual = _usual(found)
    rows = _rates(found)
    if not usual:
        return _("How many leads become customers is not known yet")
    better = rows[(rows["leads"] >= FEW) & (rows["low"] > _STANDS_OUT * usual)].nlargest(1, "rate")
    if len(better):
        return _(
            "{source} closes {times} times as often as average",
            source=segments.plain(found.by, better["segment"].iat[0]),
            times=_times(better["rate"].iat[0] / usual),
        )
    worse = rows[(rows["leads"] >= FEW) & (rows["high"] < usual / _STANDS_OUT)]
    worse = worse.nsmallest(1, "rate")
    if len(worse):
        return _(
            "{source} closes far fewer leads than the average",
            source=segments.plain(found.by, worse["segment"].iat[0]),
        )
    return _("No source clearly closes far more leads than others")


def _rates(found: Scoreboard) -> pd.DataFrame:
    """Mature sources with the share of their leads that become customers, and its range."""
    rows = found.rows.iloc[:-1]
    return _with_rates(rows[rows["is_ripe"].fillna(False)])


def _with_rates(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[(rows["leads"] > 0) & rows["expected"].notna()]
    return rows.assign(
        rate=rows["expected"] / rows["leads"],
        low=rows["expected_low"] / rows["leads"],
        high=rows["expected_high"] / rows["leads"],
    )


def _usual(found: Scoreboard) -> float | None:
    """The share of all leads that become customers."""
    total = found.rows.iloc[-1]
    if pd.isna(total["expected"]) or not total["leads"]:
        return None
    return float(total["expected"] / total["leads"])


def _best_without_cost(found: Scoreboard) -> tuple[str, float] | None:
    """The best of the sources whose cost nobody knows, as a line of the picture."""
    rows = _rates(found)
    rows = rows[rows["cost"].isna() & (rows["leads"] >= FEW)].nlargest(1, "rate")
    usual = _usual(found)
    if rows.empty or usual is None or rows["low"].iat[0] <= usual:
        return None
    rate = float(rows["rate"].iat[0])
    text = _(
        "{source} {rate} (no cost entered)",
        source=segments.name(found.by, rows["segment"].iat[0]),
        rate=formats.percent(rate, 0),
    )
    return text, rate


def _shares(found: Scoreboard, look: Look) -> go.Figure | None:
    """The sources with most leads by the share that becomes customers, the range as a line.

    None where there are no two to be held against each other.
    """
    rows = _with_rates(found.rows.iloc[:-1]).nlargest(_MOST_SHARES, "leads")
    if len(rows) < 2 or not rows["rate"].max():
        return None
    drawn = pd.DataFrame(
        {
            "segment": rows["segment"],
            "label": [segments.name(found.by, each) for each in rows["segment"]],
            "rate": rows["rate"],
            "low": rows["low"],
            "high": rows["high"],
            "n": rows["leads"].astype(int),
        }
    )
    return charts.rates(drawn, look, overall=_usual(found), plain=True)


def _times(ratio: float) -> str:
    return formats.number(ratio, 0 if ratio >= 1.95 else 1)


def _bubbles(found: Scoreboard, rows: pd.DataFrame, look: Look) -> pd.DataFrame:
    """The sources as the chart takes them, in the colour of the advice."""
    return pd.DataFrame(
        {
            "segment": rows["segment"],
            "label": [segments.name(found.by, each) for each in rows["segment"]],
            "x": rows["cost"] / rows["leads"],
            "y": rows["expected"] / rows["leads"],
            "low": None,
            "high": None,
            "leads": rows["leads"].astype(int),
            "colour": [advice.colour(each, look) for each in rows["recommendation"]],
            "small": False,
            "hover": [_hover(found, row) for row in rows.itertuples(index=False)],
        }
    )


def _hover(found: Scoreboard, row: Any) -> str:
    per_hundred = names.CUSTOMERS_BY_SOURCE.label(current.lang())
    low, high = (100 * each / row.leads for each in (row.expected_low, row.expected_high))
    return "<br>".join(
        [
            f"<b>{escape(segments.name(found.by, row.segment))}</b>: "
            + advice.word(row.recommendation),
            f"{per_hundred}: {formats.number(100 * row.expected / row.leads)} "
            + _("(from {low} to {high})", low=formats.number(low), high=formats.number(high)),
            _("a lead: {cost}", cost=formats.money(row.cost / row.leads, found.currency)),
            _n("{n} lead", "{n} leads", int(row.leads)),
        ]
    )


def _legend(rows: pd.DataFrame) -> str:
    """The colours that are in the picture, by what they advise."""
    there = set(rows["recommendation"])
    return " ".join(advice.badge(each) for each in RECOMMENDATIONS if each in there)


def _sentences() -> Sentences:
    return [
        (
            _("Up:"),
            _(
                "customers expected once no lead is open, of the leads that entered; sources by "
                "name where their 95% confidence interval is clear of the average."
            ),
        ),
        (_("Across:"), _("the spend of the period over the leads that entered in it.")),
        (_("Colour:"), _("the advice of the scoreboard.")),
        (_("Click:"), _("opens the source: why this advice, its funnel, its leads.")),
    ]
