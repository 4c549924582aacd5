"""Make-up: whether a stage moves on fewer because it does worse, or because others come to it.

The change of a rate between the year before and now, split by who came to the stage
(`analytics.mix`, by `metrics` § 10): the answer to "is it the rate or the mix?" of one bottleneck.
"""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import of_visits, question
from analytics.bottlenecks import visits
from analytics.bottlenecks.change import MOST_VALUES, RANKED
from analytics.scope import Scope
from analytics.stats import decomposition
from analytics.view.view import segment_value
from analytics.view.vocabulary import values

COLUMNS = ["dimension", "rate", "mix", "share", "simpson"]


@dataclass(frozen=True)
class Makeup:
    """The change of the rate of moving on in time from a stage, and what of it is mix.

    `before` and `after`: the rate of the visits of `analytics.moves.Window`'s before and now, None
    without any. rows: one row per dimension, the largest mix first. Columns (COLUMNS): dimension;
    rate and mix, what the segments' own rates and their shares of the visits did, together after −
    before; share, mix as a share of the change (null without one); simpson, whether all segments
    went the other way. Dimensions overlap: each is a split of the same change.
    """

    before: float | None
    after: float | None
    rows: pd.DataFrame

    @property
    def is_mostly_rate(self) -> bool | None:
        """Whether by no dimension half of the change is mix; None where nothing is split."""
        shares = self.rows["share"].dropna()
        return None if shares.empty else bool((shares < 0.5).all())


@question(lambda view: replace(of_visits(view), by=None))
def makeup(
    scope: Scope,
    stage: str,
    dimension: str | None = None,
    segment: str | None = None,
) -> Makeup:
    """Rate or mix, of everybody's visits to a stage or those of one segment of a dimension.

    By the visits, windows and horizons of `analytics.bottlenecks` within the view's filters; by
    every dimension of RANKED with 2 to MOST_VALUES values but `dimension` itself.
    """
    view, generation = scope.view, scope.generation
    own = view
    if dimension is not None and segment is not None:
        own = view.where(dimension, [segment_value(segment)])
    asked = tuple(
        name
        for name in generation.dimensions
        if name != dimension
        and name in RANKED
        and 2 <= len(values(generation, name)) <= MOST_VALUES
    )
    found = visits.cells(scope.at(own), asked, visits.windows(scope))
    found = found[found["stage"] == stage]
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
    return Makeup(before, after, pd.DataFrame(rows, columns=COLUMNS).astype(types))
