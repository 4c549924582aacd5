"""The cards of costs: what each source costs, how good its leads are, and what they brought."""

from dataclasses import replace
from functools import partial
from html import escape
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.sources.costs import Costs
from analytics.view.view import View, segment_value
from ui import answers, charts, navigation, session
from ui.board import board
from ui.charts import FEW
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.sources import costs_findings, costs_table, segments, usable

_MOST_BUBBLES = 8
_SOURCE, _CAMPAIGN = "money_source", "money_campaign"


def quality(scope: Scope) -> None:
    """What a usable lead costs against the projected final share of leads that become customers."""
    found = answers.costs(scope)
    known = costs_findings.priced(found)
    title = costs_findings.quality(found)
    subtitle = _("Up: % of leads expected to become customers. Size: leads.")
    reading = _(
        "Lines: 95% interval. Dotted: all together, the cost where it is known. Hollow: n < {few} "
        "or not final.",
        few=formats.number(FEW),
    )
    with card.card(title, subtitle, how=_how(scope, "quality", found)):
        if known["eventual"].isna().all():
            st.markdown(
                costs_findings.cost_unknown(found.unsplit)
                if known.empty
                else _("Nobody knows yet how many of these leads become customers.")
            )
        else:
            drawn = known.head(_MOST_BUBBLES)
            figure = charts.bubble(
                _bubbles(scope, found, drawn),
                card.look(),
                x_title=usable.cost(found),
                written=partial(formats.money, currency=found.currency),
                overall=(costs_findings.overall_cost(found), costs_findings.overall_rate(found)),
            )
            axis = notes.of_segments(found.by, drawn["segment"].tolist(), "points")
            card.chart(figure, "quality", alt=title, on_click=_choose, axis=axis)
            st.markdown(markdown.gray(reading))
            if len(known) > len(drawn):
                there_are = {"n": formats.number(len(drawn)), "all": formats.number(len(known))}
                st.markdown(
                    markdown.gray(_("{n} of {all}, those with the most leads.", **there_are))
                )
        for line in costs_findings.left_out(found):
            st.markdown(markdown.gray(line))


def money(scope: Scope, *, with_table: bool = False) -> None:
    """Every source as a row: what entered, what it cost, what it brought; with its campaigns.

    `with_table` has all columns there are, to be sorted.
    """
    found = answers.costs(scope)
    title = costs_findings.money(found)
    subtitle = _(
        "Cost of {days} on the leads that entered in them, in {unit}. After the arrow: "
        "expected, not yet real. Choose a row to look into it.",
        days=formats.days_between(*scope.days),
        unit=formats.money_unit(costs_table.scale_of(found), found.currency),
    )
    with card.card(title, subtitle, how=_how(scope, "money", found)):
        _table(found, f"money_table_{found.by}", _SOURCE, alt=title, with_table=with_table)
        st.markdown("  \n".join(map(markdown.gray, costs_findings.notes(found))))
        _look_into(scope, found, with_table=with_table)


# --- drilling down ----------------------------------------------------------------------------


def _table(found: Costs, name: str, state: str, *, alt: str, with_table: bool) -> None:
    """The rows in a unit of money, all together first; choosing one chooses its segment."""
    rows, scale = costs_table.with_total(found), costs_table.scale_of(found)
    if not with_table:
        board.show(
            costs_table.headings(found, rows),
            costs_table.lines(found, rows, scale, st.session_state.get(state)),
            caption=markdown.spoken(alt),
            key=session.key(name),
            on_pick=lambda segment: _choose(segment, state),
        )
        return
    choices = [each if isinstance(each, str) else None for each in rows["segment"]]
    key = session.key(f"{name}_whole")
    table.show(
        costs_table.columns(found, rows, scale),
        missing=_("unknown"),
        key=key,
        on_select=lambda: _selected(key, choices, state),
        selection_mode="single-row",
        alt=alt,
    )


def _look_into(scope: Scope, found: Costs, *, with_table: bool) -> None:
    """The campaigns of the chosen row, and the way to its leads."""
    rows = found.rows[found.rows["segment"].notna()]
    choices = rows["segment"].tolist()
    chosen = _pick(scope, found.by, choices, _SOURCE, _("Look into one of them"))
    if chosen is None:
        return
    leads = dict(zip(choices, rows["leads"], strict=True))
    at = scope.view.where(found.by, [segment_value(chosen)])
    has_campaigns = found.by != "campaign" and "campaign" in scope.generation.dimensions
    if not has_campaigns:
        _to_leads(at, segments.plain(found.by, chosen), int(leads[chosen]))
        return
    inner = answers.costs(scope.at(replace(at, by="campaign")))
    campaigns = inner.rows[inner.rows["segment"].notna()]
    st.markdown(_("**{source}** by campaign", source=segments.plain(found.by, chosen)))
    about = _("What its campaigns cost and brought")
    _table(
        inner,
        f"campaign_table_{crc32(chosen.encode()):08x}",
        _CAMPAIGN,
        alt=about,
        with_table=with_table,
    )
    names = campaigns["segment"].tolist()
    campaign = _pick(scope, "campaign", names, _CAMPAIGN, _("One campaign"))
    if campaign is None:
        _to_leads(at, segments.plain(found.by, chosen), int(leads[chosen]))
        return
    count = int(campaigns.loc[campaigns["segment"] == campaign, "leads"].iat[0])
    name = segments.plain("campaign", campaign)
    _to_leads(at.where("campaign", [segment_value(campaign)]), name, count)


def _pick(scope: Scope, by: str, choices: list[str], state: str, label: str) -> str | None:
    """The choice of a row by keyboard, which a click on the row is too."""
    found = st.session_state.get(state)
    chosen = found if found in choices else None
    key = session.key(f"{state}_{by}")
    st.session_state[key] = chosen
    st.selectbox(
        label,
        choices,
        index=None,
        format_func=lambda segment: segments.name(by, segment),
        placeholder=_("None chosen"),
        width=320,
        key=key,
        on_change=lambda: _choose(st.session_state[key], state),
    )
    return chosen


def _choose(segment: str | None, state: str = _SOURCE) -> None:
    st.session_state[state] = segment
    if state == _SOURCE:
        st.session_state[_CAMPAIGN] = None


def _selected(key: str, choices: list[str | None], state: str) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    _choose(choices[rows[0]] if rows else None, state)


def _to_leads(view: View, name: str, leads: int) -> None:
    """The link to the leads that a row counts: those that entered, whatever became of them."""
    listed = replace(view, mode="cohort", stage=None)
    text = _n("See the {n} lead of {name}", "See the {n} leads of {name}", leads, name=name)
    navigation.link("leads", text, listed)


# --- what is drawn ----------------------------------------------------------------------------


def _bubbles(scope: Scope, found: Costs, rows: pd.DataFrame) -> pd.DataFrame:
    """The segments as the chart of bubbles takes them."""
    drawn = rows[rows["eventual"].notna()]
    colours = segments.colours(scope, found.by, drawn["segment"].tolist())
    return pd.DataFrame(
        {
            "segment": drawn["segment"],
            "label": [segments.name(found.by, each) for each in drawn["segment"]],
            "x": drawn["cost_per_usable"],
            "y": drawn["eventual"],
            "low": drawn["eventual_at_least"],
            "high": drawn["eventual_at_most"],
            "leads": drawn["leads"].astype(int),
            "colour": drawn["segment"].map(colours),
            "small": (drawn["leads"] < FEW) | ~drawn["eventual_is_final"].astype(bool),
            "hover": [_hover(found, row) for row in drawn.itertuples()],
        }
    )


def _hover(found: Costs, row: Any) -> str:
    rate = formats.percent(row.eventual)
    if not row.eventual_is_final:
        rate = "≥ " + formats.percent(row.eventual_at_least)
    return "<br>".join(
        [
            f"<b>{escape(segments.name(found.by, row.segment))}</b>",
            f"{usable.cost(found)}: {formats.money(row.cost_per_usable, found.currency)}",
            _(
                "customers expected: {rate} ({interval})",
                rate=rate,
                interval=formats.interval(row.eventual_at_least, row.eventual_at_most),
            ),
            _n("{n} lead", "{n} leads", int(row.leads)),
        ]
    )


# --- how it is counted ------------------------------------------------------------------------


def _how(scope: Scope, name: str, found: Costs) -> card.How:
    return provenance.how_asked(name, lambda: _sentences(scope, found), found.asked, found.rows)


def _sentences(scope: Scope, found: Costs) -> Sentences:
    days = formats.days_between(*scope.days)
    return [
        (
            _("Matched:"),
            _("the spend of {days} over the leads that entered in those days.", days=days),
        ),
        (
            _("Spend:"),
            _(
                "spread evenly over the days it covers, at the rate of each day. Without a row in "
                "a file, or without a rate, it is unknown, never zero."
            ),
        ),
        (f"{usable.name(found)}:", usable.meaning(found)),
        (
            _("CAC, its interval:"),
            _(
                "cost ÷ customers; the number of customers as a Poisson count, exact 95% limits. "
                "With no customer yet, CAC is above one third of the spend (rule of three, 95%)."
            ),
        ),
        (
            _("Expected:"),
            _(
                "customers to date, plus for each open lead the probability that it moves on from "
                "its stage at its age, then through the later stages."
            ),
        ),
        (
            (
                _("ROI:"),
                _(
                    "(won value × {margin} gross margin − cost) ÷ cost.",
                    margin=formats.percent(found.margin / 100, 0),
                ),
            )
            if costs_table.says_margin(found)
            else (
                _("Revenue to date:"),
                _("won value ÷ cost. It is no return: no margin is entered."),
            )
        ),
    ]
