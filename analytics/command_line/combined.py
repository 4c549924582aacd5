"""Answers that a question of the command line puts together of several."""

from dataclasses import dataclass

import pandas as pd

from analytics.handover.handover import Handover, handover
from analytics.handover.people import By, in_hand, people
from analytics.handover.returned import returned
from analytics.quality.batches import Receipts, receipts
from analytics.quality.quality import Quality, quality
from analytics.scope import Scope
from analytics.sources.reallocation import moved
from analytics.sources.scoreboard import Scoreboard, scoreboard


@dataclass(frozen=True)
class Board:
    """A scoreboard, and what to expect of the move of the link's scenario, if there is one."""

    found: Scoreboard
    rows: pd.DataFrame
    move: pd.DataFrame


def board(scope: Scope) -> Board:
    """The scoreboard of a scope, and the move that its scenario tries."""
    found = scoreboard(scope)
    wanted = scope.view.scenario.move
    move = pd.DataFrame() if wanted is None else moved(found, wanted).rows
    return Board(found, found.rows.assign(currency=found.currency), move)


@dataclass(frozen=True)
class Worth:
    """The quality of leads, and the receipts of the batches among them."""

    found: Quality
    batches: Receipts | None

    @property
    def rows(self) -> pd.DataFrame:
        """The sources, with the currency of their amounts."""
        return self.found.rows.assign(currency=self.found.currency)

    @property
    def receipts(self) -> pd.DataFrame:
        """The batches; no row where there is none."""
        return pd.DataFrame() if self.batches is None else self.batches.rows


def worth(scope: Scope, *, promised: float) -> Worth:
    """The quality of the leads of a scope, and the receipts by what was `promised`, in percent."""
    return Worth(quality(scope), receipts(scope, promised=promised / 100))


@dataclass(frozen=True)
class Ledger:
    """The hand-over of a scope, how each owner, or team, stands in it, and who was sent back."""

    found: Handover

    @property
    def rows(self) -> pd.DataFrame:
        """The segments."""
        return self.found.rows

    @property
    def people(self) -> pd.DataFrame:
        """The teams where the view is by team, else the owners; with the leads each has in hand."""
        scope = self.found.asked.scope
        by: By = "team" if scope.view.by == "team" else "owner"
        held = in_hand(scope, by)
        rows = people(scope, by).rows
        return rows.assign(open=[held.get(segment, 0) for segment in rows["segment"]])

    @property
    def returned(self) -> pd.DataFrame:
        """What became of all that were sent back, as one row."""
        return returned(self.found.asked.scope).rows


def ledger(scope: Scope) -> Ledger:
    """The hand-over of a scope."""
    return Ledger(handover(scope))
