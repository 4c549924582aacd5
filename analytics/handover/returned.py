"""The leads that were sent back: why, and what became of them afterwards."""

import math
from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import Answer, Asked, question
from analytics.handover.handover import of_handovers
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.companies import Pairs, Sample, wilson
from analytics.view.view import View
from data.reason import UNKNOWN

COLUMNS = ["sent_back", "accepted_again", "won", "out", "open", "won_rate", "won_low", "won_high"]


@dataclass(frozen=True)
class Returned:
    """What became of the leads that were sent back.

    rows: one row.
    asked: the question of the counts.

    Columns (COLUMNS):
        sent_back = won + out + open: leads that were sent back, by where they stand at `as_of`:
            customers, out of the pipeline, or in it
        accepted_again: of these, who were taken once more later
        won_rate = won ÷ sent_back; won_low, won_high: its 95% Wilson interval
    """

    rows: pd.DataFrame
    asked: Asked


REASON_COLUMNS = ["reason", "leads", "share"]


@question(lambda view: replace(of_handovers(view), by=None))
def reasons(scope: Scope) -> Answer:
    """Why the leads handed over in the period were sent back.

    Columns: (one row per kind that any of them has, the most frequent first; those of whom none is
        known last)
        reason: the slug of the kind; `unknown` where no reason is known
        leads: how many; one with several reasons counts in each of their rows
        share: of all that were sent back
    """
    asked = Asked(scope, "handover/reasons", of="handovers")
    rows = asked.rows()
    rows["reason"] = rows["reason"].astype(object).where(rows["reason"].notna(), UNKNOWN)
    rows["share"] = rows["leads"] / rows["sent_back"]
    return Answer(rows[REASON_COLUMNS], asked)


def for_reason(found: Listing, reason: str) -> Listing:
    """Of the leads that are listed those with a reason of a kind; of `unknown` without any."""
    if reason == UNKNOWN:
        return found.where("why is null")
    return found.where("list_contains(why, $reason)", reason=reason)


def of_all_handovers(view: View) -> View:
    """What decides the answer: the filters, and silence; a period is too short to win in."""
    return replace(of_handovers(view).during("all"), by=None)


@question(of_all_handovers)
def returned(scope: Scope) -> Returned:
    """What became of all leads that were sent back by `as_of`, whenever they were handed over."""
    pipeline = scope.generation.pipeline
    won = {"won_rank": pipeline.slugs.index(pipeline.won)}
    asked = Asked(scope, "handover/sent_back", of="handovers", parameters=won)
    (row,) = asked.rows().itertuples(index=False)
    sample = Sample(int(row.won), int(row.sent_back), Pairs.of(row))
    made = {name: int(getattr(row, name)) for name in ("sent_back", "accepted_again", "won", "out")}
    made["open"] = made["sent_back"] - made["won"] - made["out"]
    rates = dict.fromkeys(COLUMNS[5:], math.nan)
    if sample.n:
        rates = dict(zip(rates, (sample.rate, *wilson(sample)), strict=True))
    return Returned(pd.DataFrame([made | rates], columns=COLUMNS), asked)
