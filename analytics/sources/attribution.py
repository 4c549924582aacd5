"""Attribution: which sources deserve the credit for the leads that reached a milestone.

All models are answered side by side; none of them is causal.

Source: `docs/counting.md`, Attribution.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.asked import Asked, of_leads, question
from analytics.scope import Scope
from analytics.sources.attribution_models import ModelCredit, Models
from analytics.sources.spend import spend
from analytics.sources.touchpoints import (
    OTHERS,
    OTHERS_ID,
    UNNAMED_ID,
    Touchpoints,
    journeys,
    touchpoints,
)
from analytics.view.attribution_rules import MODELS, POSITIONS, Credit
from analytics.view.view import View, segment_text

COLUMNS = [
    "model",
    "source",
    "credit",
    "value",
    "spend",
    "cost_per_credit",
    "roi",
    "low",
    "high",
    "rank",
    "error",
]
FEW = 200
"""With fewer conversions than this the models say little."""

OF_ALL_JOURNEYS = ("markov", "shapley_rate")
"""The models that also need the journeys of leads that did not reach the milestone."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """The credit of each source under each model, and what it is the credit for.

    `rows`: one row per model and source, and one per model whose source is null: what no source can
    be credited with. A model's credit adds up to `conversions`, its value to `value`.

    Columns (COLUMNS):
        credit, in conversions; value, in `currency`
        spend in the days of the scope, null where unknown
        cost_per_credit = spend ÷ credit; roi = (value × gross margin − spend) ÷ spend
        low, high: the 95 % band of the asked model by the asked measure, null for other models
        rank by that measure, 1 for the most
        error: the standard error of credit that sampling left

    The other fields:
        own: conversions credited to the lead's own source, no touch of it being known
        unattributed: conversions without a touch that names a source
        without_amount: conversions of unknown value, which counts as 0
        grouped: how many sources go together as OTHERS
        few: whether there are fewer conversions than FEW
        chance: the share of the journeys with a touch that reached the milestone; None without any,
            or where no model needs those that did not
        left_out: the models that need what is not known
        asked: whose touches count; None for a file of paths
    """

    rows: pd.DataFrame
    conversions: float
    value: float
    own: float
    unattributed: float
    without_amount: float
    grouped: int
    currency: str | None
    few: bool
    chance: float | None
    left_out: tuple[str, ...] = ()
    asked: Asked | None = None


def _decisive(view: View) -> View:
    """Neither the model that another is compared with nor the scoreboard's decides the answer."""
    credit = replace(view.credit, versus=Credit().versus, credited=Credit().credited)
    return replace(of_leads(view), credit=credit)


@question(_decisive)
def attribution(scope: Scope, models: Sequence[str] = MODELS) -> Attribution:
    """The credit for the leads of a view that reached its milestone, by the view's rules.

    See `touchpoints` for which leads and touches count; there are as many conversions as `leads` of
    the milestone, or more where the view counts all of a lead. Only the `models` named are
    answered. Where the view filters, spend is unknown: it was for other leads too.
    """
    view = scope.view
    asked = journeys(scope, losing=any(model in OF_ALL_JOURNEYS for model in models))
    with touchpoints(asked) as found:
        # The leads of a filter are some of those that the money was spent on, whatever the filter.
        spent = {} if view.filtered else spend(scope, all_named=True)
        grouped = found.members.loc[found.members["source_id"] == OTHERS_ID, "source"]
        amounts = [spent.get(segment_text(source)) for source in grouped]
        known = [amount for amount in amounts if amount is not None]
        spent[OTHERS] = sum(known) if len(known) == len(amounts) else None
        return replace(shared(found, view.credit, spent, models), asked=asked)


def shared(
    found: Touchpoints,
    credit: Credit,
    spent: Mapping[str, float | None] | None = None,
    models: Sequence[str] = MODELS,
) -> Attribution:
    """The credit for the touchpoints found; `spent` by the source's name."""
    left_out = () if found.has_times else tuple(m for m in models if _needs_times(m, credit))
    answered = tuple(model for model in MODELS if model in models and model not in left_out)
    needs_losses = any(model in OF_ALL_JOURNEYS for model in answered)
    shares = Models(found, credit, answered)
    totals = found.totals
    touched = totals["conversions"].sum() - totals["bare_conversions"].sum()
    of_journeys = touched + totals["losses"].sum() - totals["bare_losses"].sum()
    return Attribution(
        rows=_rows(
            found, credit, {model: shares.credit_of(model) for model in answered}, spent or {}
        ),
        conversions=float(totals["conversions"].sum()),
        value=float(totals["value"].sum()),
        own=float(totals["own"].sum()),
        unattributed=float(totals["unattributed"].sum()),
        without_amount=float(totals["without_amount"].sum()),
        grouped=found.grouped,
        currency=found.currency,
        few=bool(totals["conversions"].sum() < FEW),
        chance=float(touched / of_journeys) if of_journeys and needs_losses else None,
        left_out=left_out,
    )


def _needs_times(model: str, credit: Credit) -> bool:
    """Whether a model needs the time of a touch, or of the lead's or opportunity's creation."""
    if model in POSITIONS:
        _first, created, opportunity, _last, _rest = credit.weights_of(model)
        return created > 0 or opportunity > 0
    return model == "decay"


def _rows(
    found: Touchpoints,
    credit: Credit,
    answers: Mapping[str, ModelCredit],
    spent: Mapping[str, float | None],
) -> pd.DataFrame:
    """The rows of an answer: by model, sources by their credit under the asked model."""
    names = found.names
    by_value = credit.measure == "value"
    first = answers.get(credit.model) or next(iter(answers.values()))
    most = first.value if by_value else first.credit
    named = sorted(
        (number for number, name in names.items() if name is not None),
        key=lambda number: (-most[number], names[number]),
    )
    order = [*named, UNNAMED_ID]
    frames = []
    for model, answer in answers.items():
        part = pd.DataFrame({"model": model, "source": [names[number] for number in order]})
        part["credit"], part["value"] = answer.credit[order], answer.value[order]
        part["error"] = answer.error[order]
        part["low"] = np.nan if answer.low is None else answer.low[order]
        part["high"] = np.nan if answer.high is None else answer.high[order]
        ranked = part["value" if by_value else "credit"].where(part["source"].notna())
        part["rank"] = ranked.rank(ascending=False, method="min").astype("Int64")
        frames.append(part)
    rows = pd.concat(frames, ignore_index=True)
    rows["spend"] = [spent.get(name) if isinstance(name, str) else None for name in rows["source"]]
    rows["spend"] = rows["spend"].astype(float)
    rows["cost_per_credit"] = (rows["spend"] / rows["credit"]).where(rows["credit"] > 0)
    gained = rows["value"] * credit.margin / 100
    rows["roi"] = ((gained - rows["spend"]) / rows["spend"]).where(rows["spend"] > 0)
    return rows[COLUMNS]
