"""The card of the scoreboard: what to do about the money for each source."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics import names
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.sources.rule import DECREASE, FEW_CUSTOMERS, FEW_LEADS, INCREASE
from analytics.sources.scoreboard import COMPARED, Scoreboard
from analytics.view.attribution_rules import OWN
from ui import answers, navigation
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.language import current, formats, labels
from ui.language.messages import _, _n
from ui.page import card, certainty, markdown, provenance
from ui.page.provenance import Sentences
from ui.sources import advice, attribution_words, costs_findings, credit, opened, segments

_MOST_WITHOUT_COST = 10


def scoreboard(scope: Scope) -> None:
    """Every source of known cost as a row: advice, certainty, customers, cost of one."""
    found = answers.scoreboard(scope)
    how = provenance.how_asked(
        "scoreboard", lambda: _sentences(found), found.asked, found.rows, scope=scope
    )
    title = finding(found)
    picked = opened.picked()
    with card.card(title, _subtitle(found), how=how):
        rows = shown(found)
        if rows.empty:
            _without_costs(found, picked)
        else:
            board.show(
                _columns(found, rows),
                _marked(_rows(found, rows), picked),
                caption=markdown.spoken(title),
                key="scoreboard",
                on_pick=opened.open_source,
            )
        _foot(scope, found, rows)
    opened.show(scope, found, picked)


def shown(found: Scoreboard) -> pd.DataFrame:
    """The rows of known cost that have enough customers for a row, or clear advice."""
    rows = found.rows.iloc[:-1]
    enough = (rows["expected"] >= FEW_CUSTOMERS) | rows["recommendation"].isin((INCREASE, DECREASE))
    return rows[(rows["cost"] > 0) & enough.fillna(False)]


def finding(found: Scoreboard) -> str:
    """How many sources deserve more money, and how many less."""
    if found.price is None:
        return _("Which source deserves money is not known yet")
    advised = found.rows["recommendation"].iloc[:-1]
    more, less = (int((advised == each).sum()) for each in (INCREASE, DECREASE))
    cut = formats.number(less)
    if (more or less) and found.by != "source":
        return _("{n} to grow, {cut} to cut", n=formats.number(more), cut=cut)
    if more and less:
        return _n(
            "{n} source to grow, {cut} to cut", "{n} sources to grow, {cut} to cut", more, cut=cut
        )
    if more:
        return _n("{n} source to grow, none to cut", "{n} sources to grow, none to cut", more)
    if less:
        return _n("No source to grow, {n} to cut", "No source to grow, {n} to cut", less)
    return _("No source clearly deserves more or less money")


def _subtitle(found: Scoreboard) -> str:
    who = (
        _(
            "Each lead counts for its own {dimension}.",
            dimension=markdown.plain(labels.dimension_label(found.by).lower()),
        )
        if found.credited == OWN
        else _("Credit: {way}.", way=attribution_words.way(found.credited).lower())
    )
    if found.price is None:
        return who
    price = formats.money(found.price, found.currency)
    if found.revenue_per_unit is None:
        return (
            _("By expected cost per customer; all paid sources: {price}.", price=price) + " " + who
        )
    return (
        _(
            "By expected cost per customer; all paid sources: {price}, and {revenue} of revenue "
            "per {unit}.",
            price=price,
            revenue=formats.money(found.revenue_per_unit, found.currency),
            unit=formats.money(1, found.currency),
        )
        + " "
        + who
    )


# --- the board --------------------------------------------------------------------------------


def _scale(rows: pd.DataFrame) -> float:
    """One unit for all amounts: that of what a customer costs."""
    return formats.money_scale([float(rows["cost_a_customer"].median())])


def _columns(found: Scoreboard, rows: pd.DataFrame) -> list[Column]:
    lang, unit = current.lang(), formats.money_unit(_scale(rows), found.currency)
    return [
        Column(labels.dimension_label(found.by)),
        Column(_("What to do")),
        Column(_("Certainty")),
        Column(_("Leads"), right=True, secondary=True),
        Column(_("Customers → expected"), right=True),
        Column(_("Cost, {unit}", unit=unit), right=True),
        Column(f"{names.COST_A_CUSTOMER.label(lang)}, {unit}", right=True),
        Column(_("Against last year"), right=True, secondary=True),
        Column(_worth_heading(found), right=True, secondary=True),
    ]


def _worth_heading(found: Scoreboard) -> str:
    if found.says_margin:
        margin = formats.percent(found.margin / 100, 0)
        return _("Return per 1 spent, at {margin} margin", margin=margin)
    return names.REVENUE_PER_SPEND.label(current.lang())


def _rows(found: Scoreboard, rows: pd.DataFrame) -> list[Row]:
    scale = _scale(rows)
    return [_row(found, row, scale) for row in rows.itertuples(index=False)]


def _marked(rows: list[Row], picked: str | None) -> list[Row]:
    """The same, one of them open: the keyboard comes back to it when its dialog is closed."""
    return [replace(row, chosen=picked is not None and row.id == picked) for row in rows]


def _row(found: Scoreboard, row: Any, scale: float) -> Row:
    sure = Certainty(row.certainty)
    worth = row.roi if found.says_margin else row.revenue_per_unit
    cells: list[board.Cell] = [
        Text(segments.name(found.by, row.segment)),
        advice.cell(row.recommendation),
        board.Badge(certainty.word(sure), certainty.TONES[sure], certainty.ICONS[sure]),
        Text(formats.number(row.leads)),
        Text(f"{formats.number(row.customers)} → {formats.number(row.expected)}"),
        Text(formats.number(row.cost / scale, 0 if row.cost >= 9.95 * scale else 1)),
        Text(_cost_of_one(row, scale), strong=True),
        Text(formats.change(row.change, 0)),
        Text(formats.money(worth, found.currency), note=against(row)),
    ]
    return Row(cells, id=row.segment)


def against(row: Any) -> str:
    """That what comes back for the money speaks against the advice, where it does."""
    advised = row.recommendation in (INCREASE, DECREASE)
    against = pd.notna(row.revenue_disagrees) and row.revenue_disagrees
    return _("against the advice") if advised and against else ""


def _cost_of_one(row: Any, scale: float) -> str:
    """What a customer costs; without any, more than the least that one can cost."""
    if pd.notna(row.cost_a_customer):
        return formats.number(row.cost_a_customer / scale, 1)
    return f"> {formats.number(row.cost_low / scale, 1)}"


def _without_costs(found: Scoreboard, picked: str | None) -> None:
    """Customers by source, where no cost is known: there is no advice then."""
    st.markdown(
        costs_findings.cost_unknown(found.unsplit)
        if found.price is None
        else _("No source of known cost has enough customers to be judged.")
    )
    rows = found.rows.iloc[:-1].nlargest(_MOST_WITHOUT_COST, "expected")
    rows = rows[rows["expected"] > 0]
    if rows.empty:
        return
    board.show(
        [
            Column(labels.dimension_label(found.by)),
            Column(_("Leads"), right=True),
            Column(_("Customers → expected"), right=True),
            Column(names.CUSTOMERS_BY_SOURCE.label(current.lang()), right=True),
        ],
        _marked(
            [
                Row(
                    [
                        Text(segments.name(found.by, row.segment)),
                        Text(formats.number(row.leads)),
                        Text(f"{formats.number(row.customers)} → {formats.number(row.expected)}"),
                        Text(
                            formats.number(100 * row.expected / row.leads)
                            if row.leads
                            else formats.NOTHING
                        ),
                    ],
                    id=row.segment,
                )
                for row in rows.itertuples(index=False)
            ],
            picked,
        ),
        caption=_("Customers by source"),
        key="scoreboard_without_costs",
        on_pick=opened.open_source,
        cards_below=0,
    )


def _foot(scope: Scope, found: Scoreboard, rows: pd.DataFrame) -> None:
    """What has no row, in one line, and what to do about it; and the ways of giving credit."""
    line = left_out(found, rows)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        if line:
            st.markdown(markdown.gray(line), width="content")
        if found.by == "source":
            credit.button(scope, found)
        if found.rows["cost"].iloc[:-1].isna().any() and not found.unsplit:
            navigation.link("data", _("Enter costs"))


def left_out(found: Scoreboard, rows: pd.DataFrame) -> str:
    """The small sources and those without a cost, with the largest of these."""
    others = found.rows.iloc[:-1]
    others = others[~others["segment"].isin(rows["segment"])]
    unknown = others[others["cost"].isna()]
    small = len(others) - len(unknown)
    parts = []
    if small:
        parts.append(
            _n(
                "{n} small source",
                "{n} small sources",
                small,
            )
        )
    if len(unknown) and not found.unsplit:
        parts.append(_n("{n} **without a cost**", "{n} **without a cost**", len(unknown)))
    if not parts or rows.empty:
        return ""
    line = _("Not listed: {sources}", sources=attribution_words.listed(parts))
    largest = unknown.nlargest(1, "expected")
    if len(largest) and not found.unsplit and largest["expected"].iat[0] > 0:
        line += _(
            ", among them {source}: {leads}, {customers}",
            source=segments.plain(found.by, largest["segment"].iat[0]),
            leads=_n("{n} lead", "{n} leads", int(largest["leads"].iat[0])),
            customers=_n(
                "{n} customer expected",
                "{n} customers expected",
                round(largest["expected"].iat[0]),
            ),
        )
    return line + "."


# --- how it is counted ------------------------------------------------------------------------


def _sentences(found: Scoreboard) -> Sentences:
    few = {"leads": formats.number(FEW_LEADS), "customers": formats.number(FEW_CUSTOMERS)}
    return [
        (
            _("What to do:"),
            _(
                "the 95% confidence interval of the expected cost a customer against the cost over "
                "all paid sources: wholly below it more, wholly above it less, touching it keep."
            ),
        ),
        (
            _("Not judged:"),
            _(
                "sources without a cost; fewer than {leads} leads; fewer than {customers} "
                "customers without a clear difference. Leads not followed long enough: keep, "
                "unclear.",
                **few,
            ),
        ),
        (
            _("Certainty:"),
            _(
                "certain at q < 0.05 over all sources judged, else likely. One step less when the "
                "revenue points the other way, and when another way of giving credit turns the "
                "advice round ({ways}); likely at most with fewer than {customers} customers.",
                ways=", ".join(attribution_words.model(each) for each in COMPARED),
                **few,
            ),
        ),
        (
            _("Expected:"),
            _(
                "customers to date, plus for each open lead the probability that it moves on from "
                "its stage at its age, then through the later stages. Its interval: a Poisson "
                "count, wider where customers are of one company."
            ),
        ),
        (
            _("Credit:"),
            _("{way}. A model shares customers; leads and costs stay.", way=_way(found)),
        ),
        (
            _("Revenue:"),
            _("expected customers × what one to date was worth, over the cost.")
            + " "
            + (
                _("Return: that × {margin} gross margin − 1.", margin=_margin(found))
                if found.says_margin
                else _("It is no return: no margin is entered.")
            ),
        ),
        (
            _("Last year:"),
            _("the same days a year before, seen at the same age; only where all are in the data."),
        ),
    ]


def _way(found: Scoreboard) -> str:
    return attribution_words.way(found.credited)


def _margin(found: Scoreboard) -> str:
    return formats.percent(found.margin / 100, 0)
