"""Since then: the rates of a view as they were known, against the same view of later data."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_periods, question
from analytics.funnel.funnel import counts
from analytics.funnel.period_comparison import COLUMNS, differences, ways
from analytics.scope import Scope
from analytics.stats.arrays import Floats
from analytics.stats.companies import NOT_ACROSS, Across
from data.store import Generation


@question(lambda view: replace(of_periods(view), by=None, stage=None))
def since_then(scope: Scope, later: Generation) -> Answer:
    """How each step's rate differs in later data: the same days, all that is known of them there.

    Empty where the steps of the later pipeline are others, or it knows nothing of a filter.

    Columns: (those of `period_comparison.against_earlier`, `earlier` being what was known then)
        low, high: of two rates that have most of their leads in common, which is reckoned with: a
            lead is in both as one of a company is that has one in each.

    Source:
        Zou and Donner (2008); docs/counting.md, "Trends, cohorts and periods".
    """
    first, last = scope.days
    view = replace(scope.view, by=None, stage=None)
    then = scope.at(view)
    is_known = set(view.filtered) <= set(later.dimensions)
    lasting = view.during(first=first, last=last)
    now = Scope(replace(lasting, as_of=None, data=None), later)
    asked = Asked(now, "funnel/funnel")
    slugs = [step.slug for step in then.steps]
    if not is_known or slugs != [step.slug for step in now.steps]:
        return Answer(pd.DataFrame(columns=COLUMNS), asked)
    known, told = counts(Asked(then, "funnel/funnel"))[None], counts(asked)[None]
    return Answer(differences(now, told, known, _same(now, then, ways(len(slugs)))), asked)


def _same(now: Scope, then: Scope, between: Sequence[tuple[int, int]]) -> list[Across]:
    """The leads that are in both, for each way between two steps, as pairs of one with itself."""
    if now.view.mode == "flow":
        return [NOT_ACROSS] * len(between)
    with now.generation.session() as session:
        # Of one store, and yet of two files: what the one says goes over to the other as it is.
        with then.generation.session() as earlier:
            earlier.make("lead_steps", then.text("funnel/lead_steps"), then.parameters)
            session.put("earlier_steps", earlier.rows("lead_steps"))
        both = session.query(now.text("funnel/steps_of_both"), now.parameters)
    here, there = _reached(now, both["later"]), _reached(then, both["earlier"])
    met = (here * both["leads"].to_numpy(dtype=float)) @ there.T
    return [_of(met, start, end) for start, end in between]


def _of(met: Floats, start: int, end: int) -> Across:
    return Across(
        all=float(met[start, start]),
        first=float(met[end, start]),
        second=float(met[start, end]),
        both=float(met[end, end]),
    )


def _reached(scope: Scope, steps: "pd.Series[float]") -> Floats:
    """Whether each of the steps of a scope is in each of these sets: a row per step."""
    slugs = scope.generation.pipeline.slugs
    ranks = np.array([slugs.index(step.opened_by) for step in scope.steps])
    found: Floats = (steps.to_numpy(dtype=np.int64) >> ranks[:, None] & 1).astype(float)
    return found
