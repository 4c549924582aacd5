"""The scoreboard: which sources deserve more money, which less, and how sure that is.

A source is judged by what a customer of it costs, in the end, against what one costs over all
sources whose cost is known. The rule never says to increase on a difference that is not clear, or
where a cost is not known.

Source: `docs/counting.md`, Scoreboard.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from analytics.asked import Asked, of_cohorts, question
from analytics.certainty import SURE, Certainty
from analytics.meanwhile import meanwhile
from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.sources.costs import costs
from analytics.stats import companies, intervals
from analytics.stats.significance import benjamini_hochberg
from analytics.view.attribution_rules import OWN, Credit
from analytics.view.view import MISSING, View

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

COMPARED = ("first", "last", "linear", "u", "markov")
"""The models of credit that a recommendation is tried with, beside the lead's own source."""

FEW_CUSTOMERS = 10
"""With fewer customers to date money is not judged as certain."""

FEW_LEADS = 100
"""With fewer leads a source is not judged."""

COLUMNS = [
    "segment",
    "leads",
    "customers",
    "expected",
    "expected_low",
    "expected_high",
    "is_ripe",
    "cost",
    "cost_a_customer",
    "cost_low",
    "cost_high",
    "cost_before",
    "change",
    "change_is_clear",
    "revenue",
    "revenue_per_unit",
    "roi",
    "q_value",
    "recommendation",
    "certainty",
    "revenue_disagrees",
    "turned_by",
]
_NUMBERS = (
    "customers",
    "expected",
    "expected_low",
    "expected_high",
    "cost",
    "cost_a_customer",
    "cost_low",
    "cost_high",
    "cost_before",
    "change",
    "revenue",
    "revenue_per_unit",
    "roi",
    "q_value",
)


@dataclass(frozen=True)
class Scoreboard:
    """What each source of the period's leads brings for its money, and what follows from that.

    `rows`: one row per segment of `by` (the view's breakdown if spend has it, else the source),
    cheapest customers first, those of unknown cost behind them, the most leads first; the last row,
    with the segment null, is of all.

    Columns (COLUMNS):
        leads that entered in the period, by their own source
        customers to date, as `credited` gives them; expected: once no lead is open any more
        expected_low, expected_high: the 95 % range of that, as a Poisson count
        is_ripe: whether its leads were followed long enough to know how many become customers
        cost: null where unknown; in the last row the sum of what is known
        cost_a_customer = cost ÷ expected; cost_low, cost_high: from the range, the latter null
            where there is no upper limit
        cost_before: the same a year before, seen at the same age; change: cost_a_customer ÷ that
            − 1; change_is_clear: whether the two ranges are apart; null where not all of that
            period is in the data
        revenue: of the expected customers, as much each as those to date brought
        revenue_per_unit = revenue ÷ cost
        roi = (revenue × gross margin − cost) ÷ cost, null where no margin was said
        q_value: of the difference of the cost a customer from `price`
        recommendation: one of RECOMMENDATIONS; certainty: a Certainty, null for UNKNOWN
        revenue_disagrees: whether the revenue for the money points the other way
        turned_by: another way of giving credit under which the advice would be the opposite

    In the last row cost_a_customer and what follows it are of the sources whose cost is known.

    The other fields:
        price: what a customer costs over all sources of known cost; None without any
        revenue_per_unit: of the same sources
        credited: who has the credit: the lead's own source, or a model (see `Credit.credited`)
        ways: customers to date by each way of giving credit; columns way, segment, customers
        margin: percent; says_margin: whether it is other than the default of a link
        unsplit, asked: as in `Costs`
    """

    rows: pd.DataFrame
    by: str
    currency: str
    price: float | None
    revenue_per_unit: float | None
    credited: str
    ways: pd.DataFrame
    margin: int
    says_margin: bool
    unsplit: tuple[str, ...]
    asked: Asked


def _decisive(view: View) -> View:
    """Of leads that entered, by groups; of the rules all but what the models are compared by."""
    rules, plain = view.credit, Credit()
    rules = replace(rules, model=plain.model, versus=plain.versus, measure=plain.measure)
    return replace(of_cohorts(view), level="group", stage=None, credit=rules)


@question(_decisive)
def scoreboard(scope: Scope) -> Scoreboard:
    """Which sources, channels or campaigns deserve more money, and which less.

    Always of leads that entered in the period, followed, whatever the view's mode and level.
    Channels and campaigns have the credit of their own leads: models are of sources.
    """
    return beside_the_year_before(scope, partial(advice, scope))


@question(_decisive)
def advice(scope: Scope) -> Scoreboard:
    """The scoreboard as far as its advice rests on it: what it says of the year before is null."""
    view = scope.view
    found = costs(scope)
    by = found.by
    credited = view.credit.credited if by == "source" else OWN
    tallies = _tallies(scope, found.rows, COMPARED if by == "source" else ())
    if credited not in tallies:
        tallies |= _tallies(scope, found.rows, (credited,))
    if credited not in tallies:  # nobody is a customer yet, whose credit it could be
        credited = OWN
    rows = tallies[credited]
    others = {way: tally["expected"] for way, tally in tallies.items() if way != credited}
    rows = judged(rows, others)
    total = _all(rows, found.rows.iloc[-1])
    order = rows["cost_a_customer"].fillna(math.inf)
    rows = rows.assign(order=order, most=-rows["leads"]).sort_values(["order", "most", "segment"])
    rows = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    said = view.credit.margin != Credit().margin
    returned = rows["revenue_per_unit"] * (view.credit.margin / 100) - 1
    rows["roi"] = returned if said else math.nan
    types: dict[str, Any] = dict.fromkeys(_NUMBERS, float)
    types |= dict.fromkeys(("is_ripe", "change_is_clear", "revenue_disagrees"), "boolean")
    return Scoreboard(
        rows=rows.reindex(columns=COLUMNS).astype(types | {"leads": int}),
        by=by,
        currency=found.currency,
        price=_number(total["cost_a_customer"]),
        revenue_per_unit=_number(total["revenue_per_unit"]),
        credited=credited,
        ways=_side_by_side(tallies),
        margin=view.credit.margin,
        says_margin=said,
        unsplit=found.unsplit,
        asked=found.asked,
    )


# --- the rule ---------------------------------------------------------------------------------


def judged(rows: pd.DataFrame, others: Mapping[str, pd.Series] | None = None) -> pd.DataFrame:
    """The rows with the cost of a customer, its range, and the recommendation of the rule.

    `rows`, one per segment: leads, customers, expected, cost, revenue, is_ripe, deff (the design
    effect of the customers); what is unknown is null. `others`: the expected customers by every
    other way of giving credit, in the order of the rows.

    Columns added: expected_low, expected_high, cost_a_customer, cost_low, cost_high,
    revenue_per_unit, q_value, recommendation, certainty, revenue_disagrees, turned_by.
    """
    rows = rows.reset_index(drop=True)
    records = rows.to_dict("records")
    price = _price(rows["cost"], rows["expected"])
    money = _worth(rows["cost"], rows["revenue"])
    others = others or {}
    prices = {way: _price(rows["cost"], expected) for way, expected in others.items()}
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
    added = [name for name in COLUMNS if name not in ("roi", *_OF_THE_YEAR)]
    frame = pd.DataFrame(records, columns=[*added, *rows.columns.difference(added)])
    numbers = dict.fromkeys((name for name in _NUMBERS if name in added), float)
    return frame.astype(numbers)


_OF_THE_YEAR = ("cost_before", "change", "change_is_clear")


def _recommended(record: Mapping[str, Any], side: int) -> tuple[str, Certainty | None]:
    """What to do and how sure that is; `side`: −1 is significantly cheaper than all, 1 dearer."""
    if _is_missing(record["cost"]) or _is_missing(record["expected"]):
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
        not _is_missing(record["cost"])
        and not _is_missing(record["expected"])
        and record["cost"] > 0
        and record["leads"] >= FEW_LEADS
        and bool(record["is_ripe"])
    )


def _side(record: Mapping[str, Any], expected: float | None, price: float | None) -> int:
    """−1 where a customer costs significantly less than the price, 1 where more, else 0."""
    if price is None or not _is_compared(record) or _is_missing(expected):
        return 0
    low, high = expected_range(float(expected or 0.0), record["deff"])
    if record["cost"] > price * high:
        return 1
    return -1 if record["cost"] < price * low else 0


def _p_value(record: Mapping[str, Any], price: float) -> float:
    """Of as many customers as expected, or as few, did they cost what those of all sources do."""
    return companies.poisson_p(record["expected"], record["deff"], record["cost"] / price)


def expected_range(expected: float, deff: float) -> tuple[float, float]:
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
    if _is_missing(expected):
        return found
    low, high = expected_range(expected, record["deff"])
    found |= {"expected_low": low, "expected_high": high}
    if _is_missing(cost):
        return found
    found |= {
        "cost_a_customer": cost / expected if expected else None,
        "cost_low": cost / high,
        "cost_high": cost / low if low else None,
    }
    if cost and not _is_missing(record["revenue"]):
        found["revenue_per_unit"] = record["revenue"] / cost
    return found


def _price(cost: pd.Series, expected: pd.Series) -> float | None:
    """What a customer costs over all rows that cost something, and whose customers are known."""
    paid = (cost > 0).fillna(False) & expected.notna()
    customers = float(expected[paid].sum())
    return float(cost[paid].sum()) / customers if customers > 0 else None


def _worth(cost: pd.Series, revenue: pd.Series) -> float | None:
    """What comes back for a unit of money, over all rows that cost something."""
    paid = (cost > 0).fillna(False) & revenue.notna()
    spent = float(cost[paid].sum())
    return float(revenue[paid].sum()) / spent if spent > 0 else None


# --- who has the credit -----------------------------------------------------------------------


def _tallies(scope: Scope, rows: pd.DataFrame, models: Iterable[str]) -> dict[str, pd.DataFrame]:
    """By each way of giving credit, OWN the first: what `judged` takes, a row a segment.

    Where a model credits a customer to another source, it does so with those yet to come: each
    source expects as many more, in proportion, as all together. A group of small sources that the
    models do not tell apart is a row of its own, and what they bring is unknown in theirs.
    """
    own = pd.DataFrame(
        {
            "segment": rows["segment"],
            "leads": rows["leads"],
            "customers": rows["customers"].astype(float),
            "expected": rows["expected"].astype(float),
            "cost": rows["cost"].astype(float),
            "revenue": _revenue(rows["value"], rows["customers"], rows["expected"]),
            "is_ripe": [each is True for each in rows["eventual_is_final"].astype(object)],
            "deff": rows["deff"].astype(float),
        }
    )
    own, total = own.iloc[:-1], own.iloc[-1]
    found = {OWN: own}
    asked = tuple(model for model in models if model != OWN)
    if not asked or not total["customers"] > 0:
        return found
    grows = total["expected"] / total["customers"]
    view = replace(scope.view, by=None, stage="customer")
    once = scope.at(replace(view, credit=replace(view.credit, conversions="first")))
    credit = attribution(once, asked)
    worth = credit if view.credit.conversions == "first" else attribution(scope.at(view), asked)
    for model in asked:
        if model in credit.left_out:
            continue
        credits = _by_segment(credit.rows, model, "credit")
        values = _by_segment(worth.rows, model, "value")
        missing = math.nan if credit.grouped else 0.0
        known = set(own["segment"])
        added = [name for name, credit in credits.items() if credit and name not in known]
        tally = pd.concat([own, _without_leads(added)], ignore_index=True)
        tally["customers"] = tally["segment"].map(credits).fillna(missing)
        tally["expected"] = tally["customers"] * grows
        tally["revenue"] = tally["segment"].map(values).fillna(missing) * grows
        found[model] = tally
    # Rows that only some ways have are in all of them, so that they can be held together.
    segments = list(dict.fromkeys(name for tally in found.values() for name in tally["segment"]))
    return {way: _with_rows(tally, segments) for way, tally in found.items()}


def _by_segment(rows: pd.DataFrame, model: str, measure: str) -> dict[str, float]:
    """What a model credits each segment with; the missing one with what no source can have."""
    of_model = rows[rows["model"] == model]
    names = [name if isinstance(name, str) else MISSING for name in of_model["source"]]
    credits: dict[str, float] = {}
    for name, credit in zip(names, of_model[measure].astype(float), strict=True):
        credits[name] = credits.get(name, 0.0) + credit
    return credits


def _without_leads(segments: Sequence[str]) -> pd.DataFrame:
    """Rows of segments that no lead of the period is of, whose cost nobody knows."""
    blank = {"leads": 0, "cost": math.nan, "is_ripe": True, "deff": 1.0}
    return pd.DataFrame([{"segment": name} | blank for name in segments])


def _with_rows(tally: pd.DataFrame, segments: Sequence[str]) -> pd.DataFrame:
    """The tally with a row for each of the segments, in their order."""
    have = set(tally["segment"])
    blank = _without_leads([name for name in segments if name not in have])
    if len(blank):
        blank = blank.assign(customers=0.0, expected=0.0, revenue=0.0)
        tally = pd.concat([tally, blank], ignore_index=True)
    return tally.set_index("segment").loc[list(segments)].reset_index()


def _revenue(value: pd.Series, customers: pd.Series, expected: pd.Series) -> list[float]:
    """What the expected customers bring, were each worth as much as those to date."""
    return [
        math.nan if any(map(_is_missing, row)) or not row[1] else row[0] / row[1] * row[2]
        for row in zip(value, customers, expected, strict=True)
    ]


def _side_by_side(tallies: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The customers to date by each way of giving credit."""
    return pd.concat(
        [tally[["segment", "customers"]].assign(way=way) for way, tally in tallies.items()],
        ignore_index=True,
    )[["way", "segment", "customers"]]


# --- the year before, and all together --------------------------------------------------------


def beside_the_year_before(scope: Scope, advised: Callable[[], Scoreboard]) -> Scoreboard:
    """The scoreboard with what a customer of each segment cost a year before, where it is known.

    advised: gives the answer of `advice` for the scope.
    """
    earlier = scope.at(replace(scope.view, compare="last-year")).earlier()
    if earlier is None or earlier.days[0] < earlier.known_days[0]:
        return advised()
    costs_before = meanwhile(partial(costs, earlier))
    board = advised()
    tallies = _tallies(earlier, costs_before().rows, (board.credited,))
    if board.credited not in tallies:
        return board
    before = judged(tallies[board.credited]).set_index("segment")
    before["cost_high"] = before["cost_high"].fillna(math.inf)
    before = before.reindex(board.rows["segment"]).reset_index(drop=True)
    rows = board.rows.assign(cost_before=before["cost_a_customer"])
    rows["change"] = rows["cost_a_customer"] / rows["cost_before"] - 1
    apart = (rows["cost_low"] > before["cost_high"]) | (
        rows["cost_high"].fillna(math.inf) < before["cost_low"]
    )
    rows["change_is_clear"] = apart.astype("boolean").where(rows["change"].notna())
    return replace(board, rows=rows)


def _all(rows: pd.DataFrame, total: pd.Series) -> dict[str, Any]:
    """The row of all: counts of everything, and the costs of what costs are known of."""
    paid = rows[(rows["cost"] > 0) & rows["expected"].notna()]
    price = _price(rows["cost"], rows["expected"])
    return {
        "segment": None,
        "leads": int(rows["leads"].sum()),
        "customers": float(rows["customers"].sum()),
        "expected": float(rows["expected"].sum()),
        "is_ripe": total["eventual_is_final"],
        "cost": total["cost"],
        "cost_a_customer": price,
        "revenue": None if rows["revenue"].isna().all() else float(rows["revenue"].sum()),
        "revenue_per_unit": _worth(paid["cost"], paid["revenue"]),
    }


def _is_missing(value: Any) -> bool:
    return bool(pd.isna(value))


def _number(value: Any) -> float | None:
    return None if _is_missing(value) else float(value)
