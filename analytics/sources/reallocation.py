"""The reallocation of money: what if some of it went to another source?

As many customers come and go as the money brought in the period at each source. Nothing says how a
source answers to money that it never had, so no source is taken beyond twice what was spent on it.

Source: `docs/counting.md`, Scoreboard.
"""

import math
from dataclasses import dataclass

import pandas as pd

from analytics.sources.rule import TOO_FEW, UNKNOWN
from analytics.sources.scoreboard import Scoreboard
from analytics.view.scenario import LARGEST_MOVE, Move

TIMES_EVER_SPENT = 2
"""A source is never taken to get more than so many times what was spent on it in the period."""

SHARE_OF_SPEND = 0.1
"""The next money to talk about is the largest power of ten up to this share of what was spent."""


class UnknownCustomers(ValueError):
    """Nothing can be said about money of a source; `segment` is which one."""

    def __init__(self, segment: str) -> None:
        super().__init__(f"Nobody knows what money spent on {segment!r} brings.")
        self.segment = segment


@dataclass(frozen=True)
class Change:
    """A number of customers with its 95 % range."""

    customers: float
    low: float
    high: float


@dataclass(frozen=True)
class Reallocation:
    """What is expected of moving money, as customers of the leads of such a period.

    move: as it was asked for.
    amount: as much of it as can be said something about.
    limit: what that is limited by: None, the 'origin', on which no more was spent, or the 'target',
        on which that would be more than TIMES_EVER_SPENT what was.
    lost, won: the customers that the origin loses and the target wins.
    difference: won − lost; its range is that of two independent numbers.
    """

    move: Move
    amount: float
    limit: str | None
    lost: Change
    won: Change
    difference: Change

    @property
    def rows(self) -> pd.DataFrame:
        """The same as one row.

        Columns: origin, target, asked, amount, limit, and lost, won, difference, each with _low and
        _high.
        """
        row = {
            "origin": self.move.origin,
            "target": self.move.target,
            "asked": self.move.amount,
            "amount": self.amount,
            "limit": self.limit,
        }
        for name in ("lost", "won", "difference"):
            each: Change = getattr(self, name)
            row |= {name: each.customers, f"{name}_low": each.low, f"{name}_high": each.high}
        return pd.DataFrame([row])


def moved(found: Scoreboard, move: Move) -> Reallocation:
    """What to expect when money goes from one source of a scoreboard to another.

    Raises:
        UnknownCustomers: a source is not on the scoreboard, or its cost or customers are unknown.

    Source:
        Zou and Donner (2008), Statistics in Medicine 27, for the range of the difference.
    """
    origin, target = (_spent_on(found, name) for name in (move.origin, move.target))
    most = {
        "origin": float(origin["cost"]),
        "target": float(target["cost"]) * (TIMES_EVER_SPENT - 1),
    }
    tightest = min(most, key=lambda name: most[name])
    amount = min(float(move.amount), most[tightest])
    lost, won = bought(origin, amount), bought(target, amount)
    difference = won.customers - lost.customers
    return Reallocation(
        move=move,
        amount=amount,
        limit=tightest if amount < move.amount else None,
        lost=lost,
        won=won,
        difference=Change(
            difference,
            difference - math.hypot(won.customers - won.low, lost.high - lost.customers),
            difference + math.hypot(won.high - won.customers, lost.customers - lost.low),
        ),
    )


def bought(row: pd.Series, amount: float) -> Change:
    """How many customers an amount brings at a source, a row of a scoreboard of known cost."""
    share = amount / float(row["cost"])
    return Change(*(share * float(row[f"expected{end}"]) for end in ("", "_low", "_high")))


def next_money(found: Scoreboard) -> int | None:
    """The amount to talk about next: a power of ten, in whole units of the store's currency.

    None where so little was spent that a unit would be too much.
    """
    spent = found.rows["cost"].iloc[-1]
    share = 0.0 if pd.isna(spent) else float(spent) * SHARE_OF_SPEND
    if share < 1:
        return None
    amount = 1
    while amount * 10 <= min(share, LARGEST_MOVE):
        amount *= 10
    return amount


def can_take(found: Scoreboard, amount: float) -> pd.DataFrame:
    """The sources of a scoreboard that can be said to get an amount more, the cheapest first.

    Judged ones, and those of which as much was spent, so that none is taken beyond
    TIMES_EVER_SPENT that; rows as those of the scoreboard.
    """
    rows = found.rows.iloc[:-1]
    is_judged = ~rows["recommendation"].isin((TOO_FEW, UNKNOWN)) & (rows["cost"] > 0)
    return rows[is_judged & (rows["cost"] * (TIMES_EVER_SPENT - 1) >= amount)]


def _spent_on(found: Scoreboard, segment: str) -> pd.Series:
    """The row of a segment, of known cost and customers."""
    rows = found.rows.iloc[:-1]
    rows = rows[(rows["segment"] == segment) & (rows["cost"] > 0) & rows["expected"].notna()]
    if rows.empty:
        raise UnknownCustomers(segment)
    return rows.iloc[0]
