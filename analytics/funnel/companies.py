"""Companies with several leads: how far rates of two periods, and parts of one, depend on them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.asked import Asked
from analytics.funnel.funnel import counts, sample
from analytics.funnel.transition import Transition
from analytics.scope import Scope
from analytics.stats.arrays import Floats
from analytics.stats.companies import NOT_ACROSS, Across


def across(now: Scope, then: Scope, ways: Sequence[tuple[int, int]]) -> list[Across]:
    """The pairs of a lead of now and one of then, of one company, for each way between two steps.

    A way is the indices of the step that a rate is of, and of the one that was reached. Both scopes
    are without a breakdown.

    Source:
        docs/counting.md, "Leads of one company".
    """
    if not now.generation.companies or now.view.mode == "flow":
        return [NOT_ACROSS] * len(ways)
    met = _leads(now).T @ _leads(then)
    return [
        Across(
            all=float(met[start, start]),
            first=float(met[end, start]),
            second=float(met[start, end]),
            both=float(met[end, end]),
        )
        for start, end in ways
    ]


def design_effects(scope: Scope, step: Transition) -> tuple[float, float]:
    """The design effect of a transition's rate over the whole scope, and the largest there can be.

    What parts of the scope are compared by, months for instance, where the pairs within each part
    are not known. The largest is that of leads that are all alike within their company: of a share
    of the leads, say those of one source. From a step between, that from entry stands in.
    """
    if not scope.generation.companies or scope.view.mode == "flow":
        return 1.0, 1.0
    scope = scope.at(replace(scope.view, by=None))
    steps = counts(Asked(scope, "funnel/funnel"))[None]
    start, end = scope.steps.index(step.start), scope.steps.index(step.end)
    own = sample(steps, start if end == start + 1 else 0, end)
    return (own.deff, max(own.deff, 1 + own.pairs.all / own.n)) if own.n else (1.0, 1.0)


def _leads(scope: Scope) -> Floats:
    """How many leads of each company, by its number, reached each step."""
    rows = scope.ask("funnel/companies")
    openers = {step.opened_by: index for index, step in enumerate(scope.steps)}
    by_rank = np.array([openers.get(slug, 0) for slug in scope.generation.pipeline.slugs])
    leads = np.zeros((scope.generation.companies + 1, len(openers)))
    step = by_rank[rows["stage_rank"].to_numpy(dtype=np.int64)]
    leads[rows["company_number"].to_numpy(dtype=np.int64), step] = rows["leads"].to_numpy()
    return leads
