"""The costs: what a lead, a prospect and a customer of each source cost, and what they brought.

Matched by cohort: what was spent in the days of the period, on the leads that entered in them. What
is not known is null and never zero.

Source: `docs/counting.md`, Unit costs and return.
"""

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from analytics.asked import Asked, of_cohorts, question
from analytics.funnel import time_to_step
from analytics.funnel.funnel import eventual
from analytics.funnel.leads import leads as lead_rows
from analytics.meanwhile import meanwhile
from analytics.scope import Scope
from analytics.sources.forecast import expected
from analytics.sources.spend import dimension_of, spend, unsplit
from analytics.stats.companies import poisson
from analytics.stats.final_rate import Incidence, incidence
from analytics.view.attribution_rules import Credit
from analytics.view.view import View

NONE_YET = -math.log(0.05)
"""The largest mean of a Poisson count of which none was seen, at 95 %: 3.0 (rule of three)."""

_PAIRS = ("pairs", "customer_pairs", "across", "across_customers")
_COUNTS = ("leads", "usable", "prospects", "opportunities", "customers", "open")
_UNITS = {
    "cost_per_lead": "leads",
    "cost_per_usable": "usable",
    "cost_per_prospect": "prospects",
    "cost_per_opportunity": "opportunities",
    "cac": "customers",
    "cac_expected": "expected",
}

COLUMNS = [
    "segment",
    "leads",
    "usable",
    "usable_rate",
    "prospects",
    "opportunities",
    "customers",
    "open",
    "expected",
    "cost",
    "cost_per_lead",
    "cost_per_usable",
    "cost_per_prospect",
    "cost_per_opportunity",
    "cac",
    "cac_low",
    "cac_high",
    "cac_at_least",
    "cac_expected",
    "value",
    "roi",
    "roi_expected",
    "eventual",
    "eventual_low",
    "eventual_high",
    "eventual_is_final",
    "eventual_at_least",
    "eventual_at_most",
    "expected_is_final",
    "without_amount",
    "cost_is_whole",
    "deff",
    "not_disqualified",
    "unscreened",
]
_TYPES = (
    dict.fromkeys(COLUMNS[1:], float)
    | dict.fromkeys((*_COUNTS, "without_amount", "not_disqualified", "unscreened"), "Int64")
    | dict.fromkeys(("eventual_is_final", "expected_is_final", "cost_is_whole"), "boolean")
)


@dataclass(frozen=True)
class Costs:
    """What segments cost and brought, in one currency (ISO code).

    `rows`: one row per segment of `by` (the view's breakdown if spend has it, else the source), the
    most leads first, those with spend and no leads included; the last row, with the segment null,
    is of all. What concerns a group that the pipeline does not have is null.

    Columns (COLUMNS), counts of leads that entered in the period:
        leads
        usable: those that screening finds nothing against, as in `analytics.quality`; null where
            none was screened. In a store without one screened lead: not_disqualified.
        usable_rate = usable ÷ (leads − unscreened)
        prospects, opportunities, customers: as in the funnel by groups
        open: not customers yet, and can still become one
        expected, expected_is_final: see `forecast`
        cost: null unless all of it is known; in the last row the sum of what is known, which is
            all there was to pay if cost_is_whole: else the costs of that row are at least so much
        cost_per_lead, cost_per_usable, cost_per_prospect, cost_per_opportunity, cac (per customer),
            cac_expected (per expected customer): null where there are none; cost_per_usable also
            where not all leads were screened
        cac_low, cac_high: from the exact 95 % interval of the number of customers, as wide as
            customers of one company make it; cac_high is null for no upper limit
        cac_at_least: without customers, the least that one costs at 95 %
        value: of the won leads, at the rates of the days they were won, or of all their wins where
            the view counts all conversions; without_amount: how many of
            them have no known one; value is null when all of them
        roi = (value × gross margin − cost) ÷ cost; roi_expected, were the expected customers worth
            as much each
        eventual, eventual_low, eventual_high, eventual_is_final, eventual_at_least,
            eventual_at_most: the projected final share of the leads of the period that become
            customers, as in the funnel
        deff: the design effect of the number of customers, by how much customers of one company
            widen its variance; without customers, as if the leads of each company were all alike
        not_disqualified: leads that are not in an exit of unusable leads
        unscreened: leads that screening has no verdict on; null in a store without any verdict

    `is_screened`: whether the store has verdicts of screening, which say what is usable.
    `margin`: the gross margin, in percent. `unsplit`: the dimensions filtered by that spend does
    not have; then no cost is known. `asked`: the question of the counts.
    """

    rows: pd.DataFrame
    by: str
    currency: str
    margin: int
    unsplit: tuple[str, ...]
    asked: Asked
    is_screened: bool = False


def _decisive(view: View) -> View:
    """Costs are of leads that entered, by groups; of the rules two decide what was won."""
    credit = Credit(margin=view.credit.margin, conversions=view.credit.conversions)
    return replace(of_cohorts(view), level="group", stage=None, credit=credit)


@question(_decisive)
def costs(scope: Scope) -> Costs:
    """What the leads of each source, channel or campaign cost, and what they brought.

    Always of leads that entered in the period, followed, and by groups, whatever the view's mode
    and level: spend has no other match.
    """
    view, pipeline = scope.view, scope.generation.pipeline
    by = dimension_of(view)
    scope = scope.at(replace(view, by=by))
    first, *others = scope.steps
    openers = {step.slug: step.opened_by for step in others}
    stages = {
        "lead_stage": first.opened_by,
        "prospect_stage": openers.get("prospect"),
        "opportunity_stage": openers.get("opportunity"),
        "customer_stage": openers.get("customer"),
        "unusable": list(pipeline.unusable_slugs),
    }
    is_screened = "screening" in scope.generation.dimensions
    asked = Asked(
        replace(scope, dimensions=("screening",) if is_screened else ()),
        "sources/costs",
        parameters=stages | {"screening": 1 if is_screened else None},
    )
    forecast = meanwhile(partial(expected, scope, by)) if "customer" in openers else None
    rows: dict[str, dict[str, Any]] = {}
    counted = asked.rows()
    counted[[*_PAIRS]] = counted[[*_PAIRS]].astype(float).fillna(0.0)
    for record in counted.to_dict("records"):
        rows[record["segment"]] = {
            "leads": record["leads"],
            **_usable(record, is_screened=is_screened),
            "prospects": record["prospects"] if "prospect" in openers else None,
            "opportunities": record["opportunities"] if "opportunity" in openers else None,
        } | {name: record[name] for name in _PAIRS}
    fates = None
    if forecast is not None:
        fates = time_to_step.fates(scope.at(replace(scope.view, stage="customer"))).rows
        _add_customers(rows, scope, forecast(), openers["customer"], fates)
    for segment, cost in spend(scope).items():
        rows.setdefault(segment, _nothing(openers, is_screened=is_screened))
        rows[segment]["cost"] = cost
    for row in rows.values():
        row["cost_is_whole"] = row.get("cost") is not None
    order = sorted(rows, key=lambda name: (-rows[name]["leads"], name))
    answer = [{"segment": segment} | rows[segment] for segment in order]
    answer.append(_all(answer, _nothing(openers, is_screened=is_screened), fates))
    margin = view.credit.margin
    for row in answer:
        _add_ratios(row, margin / 100)
    frame = pd.DataFrame(answer, columns=COLUMNS).astype(_TYPES)
    currency = scope.generation.currency
    return Costs(frame, by, currency, margin, unsplit(view), asked, is_screened)


def _usable(record: dict[str, Any], *, is_screened: bool) -> dict[str, Any]:
    """How many leads of a segment are usable: as screening says, where there was any."""
    kept = record["leads"] - record["unusable"]
    if not is_screened:
        return {"usable": kept, "not_disqualified": kept, "unscreened": None}
    has_any = record["leads"] > record["unscreened"]
    return {
        "usable": record["usable"] if has_any else None,
        "not_disqualified": kept,
        "unscreened": record["unscreened"],
    }


def usable(scope: Scope) -> pd.DataFrame:
    """The leads that `costs` counts as usable over all segments: rows as those of `leads`."""
    rows = lead_rows(costs.narrowed(scope)).rows
    if "screening" in scope.generation.dimensions:
        return rows[rows["screening"] == "ok"].reset_index(drop=True)
    unusable = scope.generation.pipeline.unusable_slugs
    return rows[~rows["stage"].isin(unusable)].reset_index(drop=True)


def _add_customers(
    rows: dict[str, dict[str, Any]],
    scope: Scope,
    forecast: pd.DataFrame,
    stage: str,
    fates: pd.DataFrame,
) -> None:
    """Adds the customers to the segments' rows: their number, their value, the final share."""
    for record in forecast.to_dict("records"):
        rows[record["segment"]] |= {
            "customers": record["customers"],
            "open": record["open"],
            "expected": record["expected"],
            "expected_is_final": record["is_final"],
            "value": 0.0,
            "without_amount": 0,
        }
    every = scope.view.credit.conversions == "all"
    sales = scope.ask(
        "sources/sales_of_wins" if every else "sources/sales",
        of="wins" if every else "reaches",
        stage=stage,
    )
    for segment, value, without in sales.itertuples(index=False):
        rows[segment] |= {
            "value": None if pd.isna(value) else float(value),
            "without_amount": int(without),
        }
    for segment, part in fates.groupby("segment"):
        rows[str(segment)] |= eventual(_final_share(part))


def _final_share(fates: pd.DataFrame) -> Incidence | None:
    """The projected final share of leads that become customers, of rows of `time_to_step.fates`."""
    together = time_to_step.companies_of(fates)
    return incidence(time_to_step.curve_of(fates), "advanced", companies=together)


def _nothing(openers: dict[str, str], *, is_screened: bool) -> dict[str, Any]:
    """The counts of a segment with spend and without leads."""
    row: dict[str, Any] = {"leads": 0, "usable": 0} | dict.fromkeys(_PAIRS, 0.0)
    row |= {"not_disqualified": 0, "unscreened": 0 if is_screened else None}
    for name, group in (("prospects", "prospect"), ("opportunities", "opportunity")):
        row[name] = 0 if group in openers else None
    if "customer" in openers:
        row |= {"customers": 0, "open": 0, "expected": 0.0, "expected_is_final": True}
        row |= {"value": 0.0, "without_amount": 0}
    return row


def _all(
    rows: list[dict[str, Any]], nothing: dict[str, Any], fates: pd.DataFrame | None
) -> dict[str, Any]:
    """The row of all segments together: sums, and the final share of all leads."""
    total: dict[str, Any] = {"segment": None} | nothing
    sums = (*_COUNTS, "expected", "value", "without_amount", "not_disqualified", "unscreened")
    for name in sums:
        if total.get(name) is not None:
            total[name] = sum(row[name] for row in rows if row[name] is not None)
    for own, across in (("pairs", "across"), ("customer_pairs", "across_customers")):
        total[own] = math.fsum(row[own] + row[across] for row in rows)
    if total.get("customers") and total["without_amount"] == total["customers"]:
        total["value"] = None
    known = [row["cost"] for row in rows if row.get("cost") is not None]
    total["cost"] = math.fsum(known) if known else None
    total["cost_is_whole"] = bool(rows) and all(row["cost_is_whole"] for row in rows)
    if fates is not None:
        total["expected_is_final"] = all(row["expected_is_final"] for row in rows)
        total |= eventual(_final_share(fates))
    return total


def _add_ratios(row: dict[str, Any], margin: float) -> None:
    """Adds what follows from a row's counts, cost and value."""
    known = row["leads"] - (row["unscreened"] or 0)
    if row["leads"] and not known:
        row["usable"] = None
    row["usable_rate"] = row["usable"] / known if known else None
    row["deff"] = _design_effect(row)
    cost, customers, value = row.get("cost"), row.get("customers"), row.get("value")
    if cost is None:
        return
    for name, count in _UNITS.items():
        row[name] = cost / row[count] if row.get(count) else None
    if row["unscreened"]:
        row["cost_per_usable"] = None
    if customers is None:
        return
    low, high = poisson(customers, row["customer_pairs"])
    if customers:
        row |= {"cac_low": cost / high, "cac_high": cost / low}
    else:
        # Of companies that come with all their leads: of so many of them none was seen.
        row["cac_at_least"] = cost / (NONE_YET * row["deff"])
    if value is None or not cost:
        return
    row["roi"] = (value * margin - cost) / cost
    if customers:
        row["roi_expected"] = (value * row["expected"] / customers * margin - cost) / cost


def _design_effect(row: dict[str, Any]) -> float:
    """By how much leads of one company widen the variance of a row's number of customers."""
    if row.get("customers"):
        return float(1 + row["customer_pairs"] / row["customers"])
    return float(1 + row["pairs"] / row["leads"]) if row["leads"] else 1.0
