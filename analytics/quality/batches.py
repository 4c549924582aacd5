"""The batches of purchased lists: what each is worth, and whether to go on calling it.

Source: `docs/counting.md`, Quality.
"""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import Asked, question
from analytics.quality.quality import BATCH, Quality, asked_of, decisive, quality
from analytics.scope import Scope
from analytics.stats.stopping import (
    BLOCK,
    StopRule,
    planned_looks,
    probability_below,
    stop_rule,
)
from analytics.view.view import MISSING

GOOD = ("reached", "not_interested")
"""The person of the list answered, which is what a list promises; whether they buy is another
question."""
BAD = ("dead_number", "impostor")

PROMISED = 0.6
"""The promised share of good numbers where no other is given."""


@dataclass(frozen=True)
class Receipt:
    """What a batch of a list is worth, for the one who sold it.

    batch: its name. row: as in `Quality.rows`.
    rule: the stop rule for a list of so many leads; None of one too short for a look.
    called, good: numbers whose call decided something, and those that were good.
    below: how probable it is that the share of good ones is below the one promised; None without
        calls.
    stopped_at: after how many numbers the rule said to stop, None where it did not.
    """

    batch: str
    row: pd.Series
    promised: float
    rule: StopRule | None
    called: int
    good: int
    below: float | None
    stopped_at: int | None


@dataclass(frozen=True)
class Receipts:
    """The receipts of all batches, the largest first, and the question of their calls."""

    quality: Quality
    receipts: tuple[Receipt, ...]
    asked: Asked

    def of(self, batch: str) -> Receipt | None:
        """The receipt of one batch."""
        return next((each for each in self.receipts if each.batch == batch), None)

    @property
    def rows(self) -> pd.DataFrame:
        """One row per batch: source, leads, promised, called, good, below, stopped_at."""
        return pd.DataFrame(
            [
                {
                    "source": each.batch,
                    "leads": int(each.row["leads"]),
                    "usable": each.row["usable"],
                    "usable_rate": each.row["usable_rate"],
                    "promised": each.promised,
                    "called": each.called,
                    "good": each.good,
                    "below": each.below,
                    "stopped_at": each.stopped_at,
                }
                for each in self.receipts
            ],
            columns=["source", "leads", "usable", "usable_rate", "promised", "called", "good",
                     "below", "stopped_at"],
        ).astype({"called": int, "good": int, "stopped_at": "Int64", "below": float})  # fmt: skip


@question(decisive)
def receipts(scope: Scope, *, promised: float = PROMISED) -> Receipts | None:
    """What each batch of a purchased list is worth; None where no lead is of a batch.

    promised: the share of good numbers that the seller promised.

    Raises:
        ValueError: the promised share is not between 0 and 1.
    """
    if not 0 < promised < 1:
        raise ValueError(f"A promised share of {promised} is not between 0 and 1.")
    if BATCH not in scope.generation.dimensions:
        return None
    scope = scope.at(replace(scope.view, by=BATCH))
    found = quality(scope)
    asked = asked_of(scope, "quality/calls", good=list(GOOD), bad=list(BAD), block=BLOCK)
    calls = asked.rows()
    made = []
    for _, row in found.rows.iterrows():
        if row["source"] != MISSING:
            made.append(_receipt(row, calls[calls["segment"] == row["source"]], promised))
    return Receipts(found, tuple(made), asked)


def _receipt(row: pd.Series, calls: pd.DataFrame, promised: float) -> Receipt:
    looks = planned_looks(int(row["leads"]))
    rule = stop_rule(promised, looks) if looks else None
    by_block = calls.set_index("block")[["called", "good"]].astype(int).cumsum()
    called, good = (int(calls[name].sum()) for name in ("called", "good"))
    stopped_at = None
    if rule is not None:
        had = [look for look in looks if look <= called]
        place = rule.stops_at([int(by_block["good"].loc[look // BLOCK - 1]) for look in had])
        stopped_at = None if place is None else looks[place]
    return Receipt(
        batch=str(row["source"]),
        row=row,
        promised=promised,
        rule=rule,
        called=called,
        good=good,
        below=probability_below(promised, good, called) if called else None,
        stopped_at=stopped_at,
    )
