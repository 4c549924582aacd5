"""The work list: which open leads are overdue and can still be saved, the most worth first.

Source:
    docs/counting.md, The work list.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from analytics.asked import Answer, Asked, of_stays, question
from analytics.bottlenecks import visits
from analytics.leads.outlook import MOST_DAYS, outlook
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.view.attribution_rules import Credit
from analytics.view.view import View, segment_value

STATES = ("in_time", "overdue", "let_go")

COLUMNS = [
    "lead_id",
    "state",
    "company",
    "name",
    "phone",
    "email",
    "temperature",
    "stage",
    "stage_entered_at",
    "days",
    "limit_days",
    "over_days",
    "value",
    "value_from",
    "value_currency",
    "chance",
    "weight",
    "ask",
    "owner",
    "team",
    "amount",
    "currency",
    "source",
    "channel",
    "campaign",
    "region",
    "industry",
    "created_at",
]

_MOST_LATE = 3.0  # so that a limit of hours does not outweigh what a lead is worth
_FEW_AMOUNTS = 10  # won leads: the mean of fewer is not taken for what one is worth


def of_today(view: View) -> View:
    """What decides answers about open leads: the filters, the clock and as of when, no period.

    And where it is said what a call costs, that and the margin.
    """
    cost = view.call_cost
    credit = Credit() if cost is None else Credit(margin=view.credit.margin)
    today = replace(of_stays(view).during("all"), mode="cohort", by=None)
    return replace(today, call_cost=cost, credit=credit)


@question(of_today)
def to_do(scope: Scope) -> Answer:
    """The leads to call: open at `as_of`, overdue at their stage, and not yet to be let go.

    A lead is let go where chance × value × margin is less than what a call costs; where that is not
    said, or the lead's chance or value is not known, after the days of `outlook`.

    Grain: one row per lead of the view's filters, whenever it came; the most worth calling first.

    Columns:
        lead_id
        state: 'overdue', one of STATES
        company … email: whom to call, as it was loaded
        temperature
        stage: slug
        stage_entered_at: naive UTC
        days, limit_days, over_days: in the stage to `as_of`, the limit (see `outlook`), and beyond
            it; by the view's clock
        value: what it is worth in value_currency, that of the store; null where no amount is known
        value_from: 'lead', its own amount; 'company_size' or 'all', the mean of such won leads
        chance: that it is won eventually, given the days; null where too few were ever there
        weight: value × chance × days ÷ limit_days (at most three times); the order of the list
        ask: what is not known to be there, the first of need, budget, authority and timing; 'close'
            when all four are; null when the store knows nothing of them
        owner … created_at: of the lead
    """
    found = overdue(listing(scope))
    return Answer(found.rows, found.asked)


@question(of_today)
def listing(scope: Scope) -> Listing:
    """All open leads in the order and the columns of `to_do`, not asked for yet."""
    stages = outlook(scope)
    by_size, mean = _won_values(scope)
    bound = {
        "stages": list(stages),
        "limits": [each.limit for each in stages.values()],
        "let_go": [each.let_go for each in stages.values()],
        "chances": [
            None if left is None else left.chance for each in stages.values() for left in each.left
        ],
        "most_days": MOST_DAYS,
        "call_cost": scope.view.call_cost,
        "margin": scope.view.credit.margin / 100,
        "day_seconds": scope.day_seconds,
        "most_late": _MOST_LATE,
        "sizes": list(by_size),
        "size_values": list(by_size.values()),
        "mean_value": mean,
    }
    asked = Asked(scope, "leads/to_do", of="stays", parameters=bound)
    return Listing(asked, partial(_in_days, scope))


def overdue(found: Listing) -> Listing:
    """Those of the open leads that are overdue and still worth it."""
    return found.where("state = 'overdue'")


def let_go(found: Listing) -> Listing:
    """Those of the overdue leads that are not worth a call any more."""
    return found.where("state = 'let_go'")


def usual_value(scope: Scope) -> float | None:
    """The mean amount of won leads, in the store's currency; None where none is known."""
    return _won_values(scope)[1]


def least_chance(scope: Scope) -> float | None:
    """The chance from which on a call to a lead of the usual value brings more than it costs.

    None where it is not said what a call costs, or no value is known.
    """
    value, cost = usual_value(scope), scope.view.call_cost
    return None if cost is None or not value else cost / (value * scope.view.credit.margin / 100)


def of_lead(scope: Scope, lead_id: str) -> "pd.Series[Any] | None":
    """One lead as in `listing`, whatever the filters; None when it is not open."""
    everybody = listing(scope.at(scope.view.unfiltered()))
    rows = everybody.where("lead_id = $one_lead", one_lead=lead_id).page(0, 1)
    return None if rows.empty else rows.iloc[0]


def groups(found: Listing, dimension: str) -> pd.DataFrame:
    """How many of the listed leads each owner, or each team, has, and what they are worth.

    Grain: one row per value of the dimension, 'owner' or 'team'; most leads first.

    Columns:
        name: the value, null for the missing one
        leads
        value: in the store's currency
    """
    return found.summed("leads/to_do_groups", dimension=dimension)


def _in_days(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    rows["days"] = rows["seconds"].astype(float) / scope.day_seconds
    rows["limit_days"] = rows["limit_seconds"].astype(float) / scope.day_seconds
    rows["over_days"] = (rows["days"] - rows["limit_days"]).clip(lower=0)
    rows["value_currency"] = scope.generation.currency
    return rows[COLUMNS]


@question(lambda view: replace(of_today(view), clock="calendar").unfiltered(), kept=16)
def _won_values(scope: Scope) -> tuple[Mapping[str, float], float | None]:
    """The mean amount of won leads by company size, where enough are known, and of all."""
    asked = Asked(
        visits.all_visits(scope, ("company_size",)),
        "bottlenecks/won_amounts",
    )
    found = visits.segmented(asked)
    found["mean"] = found["value"].astype(float) / found["amounts"]
    whole = found[found["dimension"].isna()]
    sizes = found[found["dimension"].notna() & (found["amounts"] >= _FEW_AMOUNTS)]
    sizes = sizes.sort_values("segment")  # the engine hands groups over in any order
    by_size = {
        segment_value(str(name)): float(mean)
        for name, mean in zip(sizes["segment"], sizes["mean"], strict=True)
    }
    known = {size: mean for size, mean in by_size.items() if size is not None}
    return known, None if whole.empty else float(whole["mean"].iloc[0])
