"""The scoreboard: which sources deserve more money, which less, and how sure that is.

A source is judged by what a customer of it costs, in the end, by the rule of
`analytics.sources.rule`.

Source: `docs/counting.md`, Scoreboard.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from analytics.asked import Asked, of_cohorts, question
from analytics.meanwhile import meanwhile
from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.sources.costs import costs
from analytics.sources.rule import judged, price_of, revenue_per_unit
from analytics.view.attribution_rules import OWN, Credit
from analytics.view.view import MISSING, View

COMPARED = ("first", "last", "linear", "u", "markov")
"""The models of credit that a recommendation is tried with, beside the lead's own source."""

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
        recommendation: one of `rule.RECOMMENDATIONS`; certainty: a Certainty, null for UNKNOWN
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
        math.nan if any(map(pd.isna, row)) or not row[1] else row[0] / row[1] * row[2]
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
    price = price_of(rows["cost"], rows["expected"])
    return {
        "segment": None,
        "leads": int(rows["leads"].sum()),
        "customers": float(rows["customers"].sum()),
        "expected": float(rows["expected"].sum()),
        "is_ripe": total["eventual_is_final"],
        "cost": total["cost"],
        "cost_a_customer": price,
        "revenue": None if rows["revenue"].isna().all() else float(rows["revenue"].sum()),
        "revenue_per_unit": revenue_per_unit(paid["cost"], paid["revenue"]),
    }


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
