"""The rule of the scoreboard: whether a source deserves more money, less or as much.

A source is judged by what a customer of it costs, in the end, against what one costs over all
sources whose cost is known. The rule never says to increase on a difference that is not clear, or
where a cost is not known.

Source: `docs/counting.md`, Scoreboard.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.certainty import SURE, Certainty
from analytics.stats import companies, intervals
from analytics.stats.significance import benjamini_hochberg

INCREASE, KEEP, DECREASE, TOO_FEW, UNKNOWN = RECOMMENDATIONS = (
    "increase",
    "keep",
    "decrease",
    "too_few",
    "unknown",
)
"""What to do about the money for a source; UNKNOWN where its cost, or its credit, is not known."""

STEPS = (Certainty.UNCLEAR, Certainty.LIKELY, Certainty.CERTAIN)
"""How sure a recommendation is, one step after the other."""

FEW_CUSTOMERS = 10
"""With fewer customers to date money is not judged as certain."""

FEW_LEADS = 100
"""With fewer leads a source is not judged."""

ADDED = (
    "expected_low",
    "expected_high",
    "cost_a_customer",
    "cost_low",
    "cost_high",
    "revenue_per_unit",
    "q_value",
    "recommendation",
    "certainty",
    "revenue_disagrees",
    "turned_by",
)
"""What the rule says of each row; the first seven are numbers."""

_NUMBERS = ("customers", "expected", "cost", "revenue", *ADDED[:7])


def judged(rows: pd.DataFrame, others: Mapping[str, pd.Series] | None = None) -> pd.DataFrame:
    """The rows with the cost of a customer, its range, and the recommendation of the rule.

    `rows`, one per segment: leads, customers, expected, cost, revenue, is_ripe, deff (the design
    effect of the customers); what is unknown is null. `others`: the expected customers by every
    other way of giving credit, in the order of the rows.

    Columns: those, and ADDED, which are as in `scoreboard`.
    """
    rows = rows.reset_index(drop=True)
    records = rows.to_dict("records")
    price = price_of(rows["cost"], rows["expected"])
    money = revenue_per_unit(rows["cost"], rows["revenue"])
    others = others or {}
    prices = {way: price_of(rows["cost"], expected) for way, expected in others.items()}
    for record in records:
        record.update(_cost_of(record))
    compared = [each for each in records if price is not None and _is_compared(each)]
    q_values = benjamini_hochberg([_p_value(each, price or 1.0) for each in compared])
    for record, q_value in zip(compared, q_values, strict=True):
        record["q_value"] = q_value
    for place, record in enumerate(records):
        side = _side(record, record["expected"], price)
        turned = [
            way
            for way, expected in others.items()
            if side and _side(record, expected.iloc[place], prices[way]) == -side
        ]
        each = record["revenue_per_unit"]
        disagrees = None if each is None or money is None else (each - money) * side > 0
        record |= {"revenue_disagrees": disagrees, "turned_by": turned[0] if turned else None}
        record["recommendation"], record["certainty"] = _recommended(record, side)
    columns = [*rows.columns, *ADDED]
    return pd.DataFrame(records, columns=columns).astype(dict.fromkeys(_NUMBERS, float))


def _recommended(record: Mapping[str, Any], side: int) -> tuple[str, Certainty | None]:
    """What to do and how sure that is; `side`: −1 is significantly cheaper than all, 1 dearer."""
    if pd.isna(record["cost"]) or pd.isna(record["expected"]):
        return UNKNOWN, None
    if record["leads"] < FEW_LEADS:
        return TOO_FEW, Certainty.TOO_FEW
    if not _is_compared(record):
        return KEEP, Certainty.UNCLEAR
    few = record["customers"] < FEW_CUSTOMERS
    if not side:
        return (TOO_FEW, Certainty.TOO_FEW) if few else (KEEP, Certainty.UNCLEAR)
    sure = 2 if record["q_value"] < SURE else 1
    sure -= bool(record["revenue_disagrees"])
    sure -= record["turned_by"] is not None
    sure = min(sure, 1) if few else sure
    if sure < 1:
        return KEEP, Certainty.UNCLEAR
    return INCREASE if side < 0 else DECREASE, STEPS[sure]


def _is_compared(record: Mapping[str, Any]) -> bool:
    """Whether the cost of a customer of this row can be held against that of all."""
    return (
        not pd.isna(record["cost"])
        and not pd.isna(record["expected"])
        and record["cost"] > 0
        and record["leads"] >= FEW_LEADS
        and bool(record["is_ripe"])
    )


def _side(record: Mapping[str, Any], expected: float | None, price: float | None) -> int:
    """−1 where a customer costs significantly less than the price, 1 where more, else 0."""
    if price is None or not _is_compared(record) or pd.isna(expected):
        return 0
    low, high = _expected_range(float(expected or 0.0), record["deff"])
    if record["cost"] > price * high:
        return 1
    return -1 if record["cost"] < price * low else 0


def _p_value(record: Mapping[str, Any], price: float) -> float:
    """Of as many customers as expected, or as few, did they cost what those of all sources do."""
    return companies.poisson_p(record["expected"], record["deff"], record["cost"] / price)


def _expected_range(expected: float, deff: float) -> tuple[float, float]:
    """The 95 % range of a number of expected customers: a Poisson count with a design effect.

    A lead counts for no more than its chance, so the sum varies no more than the customers that
    will be; what the curves behind the chances are uncertain by is not in it.
    """
    low, high = intervals.poisson(expected / deff)
    return low * deff, high * deff


def _cost_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a customer of a row costs, with its range, and what comes back for the money."""
    found: dict[str, Any] = dict.fromkeys(
        ("expected_low", "expected_high", "cost_a_customer", "cost_low", "cost_high")
    )
    found |= {"revenue_per_unit": None, "q_value": None}
    expected, cost = record["expected"], record["cost"]
    if pd.isna(expected):
        return found
    low, high = _expected_range(expected, record["deff"])
    found |= {"expected_low": low, "expected_high": high}
    if pd.isna(cost):
        return found
    found |= {
        "cost_a_customer": cost / expected if expected else None,
        "cost_low": cost / high,
        "cost_high": cost / low if low else None,
    }
    if cost and not pd.isna(record["revenue"]):
        found["revenue_per_unit"] = record["revenue"] / cost
    return found


def price_of(cost: pd.Series, expected: pd.Series) -> float | None:
    """What a customer costs over all rows that cost something, and whose customers are known."""
    paid = (cost > 0).fillna(False) & expected.notna()
    customers = float(expected[paid].sum())
    return float(cost[paid].sum()) / customers if customers > 0 else None


def revenue_per_unit(cost: pd.Series, revenue: pd.Series) -> float | None:
    """What comes back for a unit of money, over all rows that cost something."""
    paid = (cost > 0).fillna(False) & revenue.notna()
    spent = float(cost[paid].sum())
    return float(revenue[paid].sum()) / spent if spent > 0 else None
