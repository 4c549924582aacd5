"""Rate or mix: whether a stage moves on fewer because it does worse, or because the leads differ.

The change of a rate between the year before and now, split by who reached the stage
(docs/counting.md, Rate and mix): the answer to "is it the rate or the mix?" of one bottleneck.
"""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks import visits
from analytics.bottlenecks.change import MOST_VALUES, RANKED
from analytics.scope import Scope
from analytics.stats import decomposition
from analytics.view.vocabulary import values

COLUMNS = ["dimension", "rate", "mix", "share", "simpson"]


@dataclass(frozen=True)
class RateOrMix:
    """The change of the rate of moving on in time from a stage, and what of it is mix.

    `before` and `after`: the rate of the visits of before and now (see `visits.Window`), None
    without any. `rows`, one per dimension, the largest mix first. Dimensions overlap: each is a
    split of the same change.

    Columns:
        dimension  its name
        rate, mix  the effect of the segments' own rates and that of their shares of the visits, as
                   fractions; together after − before
        share      mix as a share of the change, null without one
        simpson    whether all segments went the other way
    """

    before: float | None
    after: float | None
    rows: pd.DataFrame
    asked: Asked

    @property
    def is_mostly_rate(self) -> bool | None:
        """Whether by no dimension half of the change is mix; None where nothing is split."""
        shares = self.rows["share"].dropna()
        return None if shares.empty else bool((shares < 0.5).all())


@question(lambda view: replace(of_visits(view), by=None))
def rate_or_mix(
    scope: Scope,
    stage: str,
    dimension: str | None = None,
    segment: str | None = None,
) -> RateOrMix:
    """Rate or mix, of the visits of all leads to a stage or those of one segment of a dimension.

    By the visits, windows and horizons of `bottlenecks` within the view's filters; by every
    dimension of RANKED with 2 to MOST_VALUES values but `dimension` itself.
    """
    generation = scope.generation
    dimensions = tuple(
        name
        for name in generation.dimensions
        if name != dimension
        and name in RANKED
        and 2 <= len(values(generation, name)) <= MOST_VALUES
    )
    own = scope.at(visits.of_segment(scope.view, dimension, segment))
    here = tuple(window for window in visits.windows(scope) if window.stage == stage)
    counts = visits.counts(own, dimensions, here)
    found = counts.rows
    whole = found[found["dimension"].isna()]
    n0, n1 = int(whole["before_n"].sum()), int(whole["n"].sum())
    before = float(whole["before_advanced"].sum()) / n0 if n0 else None
    after = float(whole["advanced"].sum()) / n1 if n1 else None
    rows = []
    if n0 and n1:
        for name, cells in found[found["dimension"].notna()].groupby("dimension", sort=False):
            if len(cells) < 2:
                continue
            split = decomposition.split(
                *(
                    cells[column].to_numpy(dtype=float)
                    for column in ("before_n", "before_advanced", "n", "advanced")
                )
            )
            rows.append(
                {
                    "dimension": name,
                    "rate": split.rate_effect,
                    "mix": split.mix_effect,
                    "share": split.mix_effect / split.change if split.change else None,
                    "simpson": split.is_reversal,
                }
            )
    rows.sort(key=lambda row: -abs(float(row["mix"])))
    types = {"rate": float, "mix": float, "share": float, "simpson": bool}
    table = pd.DataFrame(rows, columns=COLUMNS).astype(types)
    return RateOrMix(before, after, table, counts.asked)
