"""People, not in a ranking: does the share that each accepts differ by more than luck?

Each is held against the leads that it was given: of the same source and company size all together
would have accepted so many. What is left is drawn against the number of leads, between limits that
luck alone crosses in 5 % of cases, and in 0.2 %.

Source:
    Spiegelhalter (2005), Statistics in Medicine 24, for funnel plots and their limits;
    docs/counting.md, People without a league table.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analytics.asked import Asked, of_leads, question
from analytics.funnel import leads
from analytics.handover.handover import of_handovers
from analytics.scope import Scope
from analytics.view.view import View, segment_text

MIX = ("source", "company_size")
"""The dimensions whose mix is allowed for."""

LEAST = 30
"""With fewer leads of one source and size those of the source stand for them."""

NEAR, FAR = 1.959963984540054, 3.090232306167813
"""Within so many standard errors are 95 %, and 99.8 %, of those who differ by luck alone."""

By = Literal["owner", "team"]
Place = Literal["inside", "near", "above", "below"]
COLUMNS = ["segment", "leads", "accepted", "rate", "expected_rate", "even_rate"]
COLUMNS += ["low", "high", "far_low", "far_high", "place"]


@dataclass(frozen=True)
class People:
    """How the people, or the teams, stand to the limits of luck.

    by: `owner` or `team`.
    rate: the share of all these leads that were accepted; None without any.
    inflation: by how much leads of one company widen the variance, 1 at least.
    rows: one row per person, the most leads first. Leads that are nobody's are left out.
    asked: the question of the counts.

    Columns (COLUMNS):
        segment: as in other answers; leads, accepted: handed over in the period, and so answered
        rate = accepted ÷ leads
        expected_rate: the share of all leads alike that were accepted, over the leads of this one
        even_rate: rate − expected_rate + the rate of all, what it would be of an even mix
        low, high, far_low, far_high: between these are 95 %, and 99.8 %, by luck alone
        place: `inside` the former; `near`, between the two; `above` or `below` the latter
    """

    by: By
    rate: float | None
    inflation: float
    rows: pd.DataFrame
    asked: Asked

    def limits(self, n: float, errors: float) -> tuple[float, float]:
        """Between which rates so many leads are by luck alone, within so many standard errors."""
        rate = self.rate or 0.0
        half = errors * math.sqrt(self.inflation * rate * (1 - rate) / n)
        return max(0.0, rate - half), min(1.0, rate + half)


@question(lambda view: replace(of_handovers(view), by=None))
def people(scope: Scope, by: By) -> People:
    """How far each person, or team, is from the share of leads like theirs that are accepted."""
    counted = replace(scope.at(replace(scope.view, by=by)), dimensions=MIX)
    asked = Asked(counted, "handover/people", of="handovers", parameters={"least": LEAST})
    rows = asked.rows()
    if rows.empty:
        return People(by, None, 1.0, pd.DataFrame(columns=COLUMNS), asked)
    variance = float(rows["variance"].sum())
    found = People(
        by,
        rate=float(rows["accepted"].sum() / rows["leads"].sum()),
        inflation=max(1.0, float(rows["spread"].sum()) / variance) if variance > 0 else 1.0,
        rows=rows,
        asked=asked,
    )
    return replace(found, rows=_placed(found))


def _placed(found: People) -> pd.DataFrame:
    rows = found.rows[["segment", "leads", "accepted"]].copy()
    rows["rate"] = rows["accepted"] / rows["leads"]
    rows["expected_rate"] = found.rows["expected"] / rows["leads"]
    rows["even_rate"] = rows["rate"] - rows["expected_rate"] + found.rate
    for names, errors in ((("low", "high"), NEAR), (("far_low", "far_high"), FAR)):
        rows[[*names]] = [found.limits(n, errors) for n in rows["leads"]]
    rows["place"] = np.select(
        [
            rows["even_rate"] > rows["far_high"],
            rows["even_rate"] < rows["far_low"],
            ~rows["even_rate"].between(rows["low"], rows["high"]),
        ],
        ["above", "below", "near"],
        "inside",
    )
    return rows[COLUMNS]


def in_hand_of(view: View) -> View:
    """The view of all leads, whenever they came: those in hand are the open ones of its list."""
    return replace(
        view.during("all"), mode="cohort", skipped="passed", window=None, level="stage", stage=None
    )


@question(lambda view: replace(in_hand_of(of_leads(view)), by=None))
def in_hand(scope: Scope, by: By) -> Mapping[str, int]:
    """How many open leads each person, or team, has at `as_of`: by segment."""
    everybody = leads.listing(scope.at(in_hand_of(scope.view))).where("state = 'open'")
    found = everybody.summed("handover/work", dimension=by)
    names = found["segment"].astype(object)
    segments = [segment_text(name if isinstance(name, str) else None) for name in names]
    return dict(zip(segments, found["open"].tolist(), strict=True))
