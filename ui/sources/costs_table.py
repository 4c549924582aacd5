"""The table of costs: a row per segment, what entered, what it cost, and what it brought."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from analytics.sources.costs import NONE_YET, Costs
from analytics.view.attribution_rules import Credit
from ui.board import board
from ui.language import formats, labels
from ui.language.messages import _
from ui.page.table import Column
from ui.sources import attribution_words, segments, usable

_COUNTS = {
    "cost_per_lead": "leads",
    "cost_per_usable": "usable",
    "cost_per_prospect": "prospects",
    "cost_per_opportunity": "opportunities",
    "cac": "customers",
}
"""The costs of one of something, and the count of it."""


def columns(found: Costs, rows: pd.DataFrame, scale: float) -> list[Column]:
    """The columns, those read most first, and so wide that these are seen at once.

    Amounts are in the unit `scale`. What is null is unknown; where there is no customer, prospect …
    yet, the cost of one is a lower bound. Groups that the pipeline does not have are left out.
    """
    rows = rows.reset_index(drop=True)

    def cost(name: str, heading: str, width: int | None = None, *, pale: bool = False) -> Column:
        values, signs = _costs(rows, name)
        texts = [
            sign + formats.money_in(value, scale) for sign, value in zip(signs, values, strict=True)
        ]
        return Column(heading, values, texts, width, pale)

    listed = [
        Column(labels.dimension_label(found.by), _names(found, rows), width=120),
        Column(_("Records"), rows["leads"], formats.number, 68),
        Column(usable.name(found), rows["usable"], formats.number, 84),
        cost("cost_per_lead", _("/ record"), 68),
        cost("cost_per_usable", usable.of_one(found), 90),
    ]
    if rows["prospects"].notna().any():
        listed.append(cost("cost_per_prospect", _("/ prospect"), 86))
    if rows["opportunities"].notna().any():
        listed.append(cost("cost_per_opportunity", _("/ opportunity"), 98))
    has_customers = rows["customers"].notna().any()
    if has_customers:
        expected = _signed(rows["expected"], formats.measure, "≥ ", _open_ended(rows))
        intervals = [_interval(row, scale) for row in rows.itertuples()]
        listed += [
            Column(_("Customers"), rows["customers"], formats.number, 88),
            Column(_("Expected"), rows["expected"], expected, 74, pale=True),
            cost("cac", _("CAC"), 68),
            Column(_("95% interval"), intervals, width=96),
            _brought(found, rows),
        ]
    listed += [
        cost("cost", _("Cost")),
        Column(usable.share(found), rows["usable_rate"], formats.percent),
    ]
    if has_customers:
        listed.append(cost("cac_expected", _("Expected CAC"), pale=True))
    return listed


def headings(found: Costs, rows: pd.DataFrame) -> list[board.Column]:
    """The headings of the board, which has what decides: the rest is for the whole table.

    What goes first where there is no room for all are the costs of what comes in between.
    """
    heading = partial(board.Column, right=True)
    listed = [
        board.Column(labels.dimension_label(found.by)),
        heading(_("Records"), secondary=True),
        heading(usable.name(found)),
        heading(usable.of_one(found)),
    ]
    if rows["prospects"].notna().any():
        listed.append(heading(_("/ prospect"), secondary=True))
    if rows["opportunities"].notna().any():
        listed.append(heading(_("/ opportunity"), secondary=True))
    if rows["customers"].notna().any():
        brought = _brought(found, rows).heading
        listed += [heading(_("Customers → expected")), heading(_("CAC")), heading(brought)]
    return [*listed, heading(_("Cost"), secondary=True)]


def lines(
    found: Costs, rows: pd.DataFrame, scale: float, chosen: str | None = None
) -> list[board.Row]:
    """The rows of the board; a segment's has it as its id."""
    rows = rows.reset_index(drop=True)
    costs = {name: _cost_cells(rows, name, scale) for name in (*_COUNTS, "cost")}
    columns = [
        [board.Text(name, strong=True) for name in _names(found, rows)],
        [board.Text(formats.number(count)) for count in rows["leads"]],
        [
            board.Text("", note=_("unknown"))
            if pd.isna(row.usable)
            else board.Text(formats.number(row.usable), note=_share(row.usable_rate))
            for row in rows.itertuples()
        ],
        costs["cost_per_usable"],
    ]
    if rows["prospects"].notna().any():
        columns.append(costs["cost_per_prospect"])
    if rows["opportunities"].notna().any():
        columns.append(costs["cost_per_opportunity"])
    if rows["customers"].notna().any():
        expected = _signed(rows["expected"], formats.number, "≥ ", _open_ended(rows))
        intervals = [_interval(row, scale) for row in rows.itertuples()]
        columns += [
            [
                board.Text(f"{formats.number(now)} → {later}", whole=True)
                for now, later in zip(rows["customers"], expected, strict=True)
            ],
            [
                replace(cell, note=cell.note or interval, strong=True)
                for cell, interval in zip(costs["cac"], intervals, strict=True)
            ],
            _brought_cells(found, rows),
        ]
    columns.append(costs["cost"])
    segments_of = [each if isinstance(each, str) else None for each in rows["segment"]]
    return [
        board.Row(cells, id=segment, chosen=segment is not None and segment == chosen)
        for segment, *cells in zip(segments_of, *columns, strict=True)
    ]


def _cost_cells(rows: pd.DataFrame, name: str, scale: float) -> list[board.Text]:
    """The cells of a column of costs; what is not known is a note, and no number."""
    values, signs = _costs(rows, name)
    return [
        board.Text("", note=_("unknown"))
        if pd.isna(value)
        else board.Text(sign + formats.money_in(value, scale))
        for value, sign in zip(values, signs, strict=True)
    ]


def _brought_cells(found: Costs, rows: pd.DataFrame) -> list[board.Text]:
    column = _brought(found, rows)
    assert not callable(column.write)
    texts = column.write or []
    return [
        board.Text("", note=_("unknown")) if pd.isna(value) else board.Text(text)
        for value, text in zip(column.values, texts, strict=True)
    ]


def _share(share: float) -> str:
    return "" if pd.isna(share) else formats.percent(share, 0)


def with_total(found: Costs) -> pd.DataFrame:
    """The rows with that of all first: its counts are of all, its costs of what costs are known of.

    So a total says the same as the sources that it is of, and no cost of some is held against the
    leads of all.
    """
    rows, total = found.rows.iloc[:-1], found.rows.tail(1).copy()
    known = rows[rows["cost"].notna()]
    if len(known) and len(known) < len(rows):
        spent = float(known["cost"].sum())
        for name, count in (*_COUNTS.items(), ("cac_expected", "expected")):
            total[name] = _over(spent, known[count].sum())
        # A source with leads that were not screened says nothing of what a usable one costs.
        whole = known[known["unscreened"].fillna(0).eq(0)]
        total["cost_per_usable"] = _over(float(whole["cost"].sum()), whole["usable"].sum())
        # The interval of all customers is none of theirs.
        total[["cac_low", "cac_high"]] = math.nan
        paid = known[(known["cost"] > 0) & known["value"].notna()]
        worth, cost = float(paid["value"].sum()), float(paid["cost"].sum())
        total["value"] = _over(worth * float(total["cost"].iat[0]), cost)
        total["roi"] = _over(worth * found.margin / 100 - cost, cost)
    return pd.concat([total, rows])


def _over(amount: float, count: float) -> float:
    return math.nan if pd.isna(count) or not count else float(amount / count)


def says_margin(found: Costs) -> bool:
    """Whether a margin was entered: without one there is revenue, and no return."""
    return found.margin != Credit().margin


def _brought(found: Costs, rows: pd.DataFrame) -> Column:
    """What came back for the money to date: a return where a margin was entered, else revenue."""
    if says_margin(found):
        margin = formats.percent(found.margin / 100, 0)
        heading = _("ROI at {margin} margin", margin=margin)
        return Column(heading, rows["roi"], attribution_words.returns(rows["roi"]), 110)
    worth = (rows["value"] / rows["cost"]).where(rows["cost"] > 0)
    return Column(
        _("Revenue to date per 1 spent"),
        worth,
        [formats.money(each, found.currency) for each in worth],
        110,
    )


def scale_of(found: Costs) -> float:
    """The unit of all costs of a table: that of a customer's cost, else of a usable lead's."""
    rows = found.rows
    usual = rows["cac"].median() if rows["cac"].notna().any() else rows["cost_per_usable"].max()
    return formats.money_scale([float(usual)])


def _names(found: Costs, rows: pd.DataFrame) -> list[str]:
    return [
        segments.name(found.by, segment) if isinstance(segment, str) else _("Total")
        for segment in rows["segment"]
    ]


def _costs(rows: pd.DataFrame, name: str) -> tuple["pd.Series[float]", list[str]]:
    """The values of a column of costs, and the sign before each: `>` and `≥` for a lower bound."""
    values, is_none = rows[name], pd.Series(False, index=rows.index)
    if name in _COUNTS:
        is_none = (rows[_COUNTS[name]].eq(0).fillna(False) & rows["cost"].notna()).astype(bool)
        if name == "cost_per_usable":
            is_none &= rows["unscreened"].fillna(0).eq(0).astype(bool)
        values = values.mask(is_none, rows["cost"] / NONE_YET)
    return values, ["> " if none_yet else "" for none_yet in is_none]


def _open_ended(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Whether the leads were followed too short a time for a final number of customers."""
    return ~rows["expected_is_final"].fillna(True).astype(bool)


def _signed(
    values: "pd.Series[float]",
    write: Callable[[float], str],
    sign: str,
    has_sign: "pd.Series[bool]",
) -> list[str]:
    """The texts of values, with the sign before those that have it."""
    return [
        (sign if signed else "") + write(value)
        for value, signed in zip(values, has_sign, strict=True)
    ]


def _interval(row: Any, scale: float) -> str:
    """The interval of the cost of a customer."""
    if pd.isna(row.cac) or pd.isna(row.cac_low):
        return ""
    low, high = (formats.money_in(amount, scale) for amount in (row.cac_low, row.cac_high))
    return formats.between(low, high, in_words=False)
