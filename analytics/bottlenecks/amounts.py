"""Amounts: what a customer is worth, of all leads and by segment."""

from collections.abc import Mapping

from analytics.asked import Asked
from analytics.bottlenecks import visits
from analytics.scope import Scope

_FEW = 10  # fewer customers with an amount have no mean of their own


def mean_amounts(
    scope: Scope, dimensions: tuple[str, ...] = ()
) -> Mapping[tuple[str | None, str | None], float]:
    """The mean won amount by dimension and segment that has enough, and of all leads.

    In the store's currency; both None stand for all leads. Empty where no amounts are known.
    """
    asked = Asked(visits.all_visits(scope, dimensions), "bottlenecks/won_amounts")
    return {
        (row.dimension, row.segment): row.value / row.amounts
        for row in visits.segmented(asked).itertuples(index=False)
        if row.dimension is None or row.amounts >= _FEW
    }
