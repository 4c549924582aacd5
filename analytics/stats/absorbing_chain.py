"""Absorbing Markov chain: what becomes of a lead in each stage when leads may also go back.

From each stage a visit ends by a move to a stage, won, or lost. With Q the moves between stages,
the fundamental matrix N = (I − Q)⁻¹ is how often each stage is still visited; all else is a product
with it. The naive product of the rates forgets leads that come round again.

All arrays may have axes in front (resamples, scenarios): the last one or two are the stages.

Source:
    Kemeny and Snell (1960), *Finite Markov Chains*, chapter 3; docs/counting.md, Bottlenecks.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.stats.arrays import Flags, Floats, Ints

_ROUNDING = 1e-12
"""By how much a visit's shares may miss 1 by floating point alone. A share up to this is no way out
of a loop either: I − Q could not tell it from none."""


@dataclass(frozen=True, eq=False)
class Chain:
    """How visits end, as shares of all visits to a stage.

    Stages are in the order of the pipeline; the rest of each row is lost. A stage that no visit has
    left has no shares: NaN in its row, and NaN for every stage that leads there. Leads in a set of
    stages that nothing leaves never end: they are not won, and their visits and days are infinite
    (I − Q has no inverse there, but has one without these stages).

    Fields:
        moves: … × stages × stages, from each stage (second last axis) to each (last axis)
        wins: … × stages, to won

    Raises:
        ValueError: a share is negative, or the shares of a stage exceed 1.
    """

    moves: Floats
    wins: Floats

    def __post_init__(self) -> None:
        if self.moves.shape[-2:] != self.wins.shape[-1:] * 2:
            raise ValueError("There is one row and one column of moves a stage.")
        if (self.moves < 0).any() or (self.wins < 0).any():
            raise ValueError("A share is negative.")
        if (self._ends > 1 + _ROUNDING).any():
            raise ValueError("The ends of a stage's visits are more than all of them.")

    @cached_property
    def _ends(self) -> Floats:
        return np.asarray(self.moves.sum(axis=-1) + self.wins)

    @cached_property
    def lost(self) -> Floats:
        """The share of a stage's visits that end in lost."""
        rest = 1 - self._ends
        return np.where(np.abs(rest) <= _ROUNDING, 0.0, rest)

    @cached_property
    def _reach(self) -> Flags:
        """Which stages can be reached from which, itself included: the transitive closure."""
        stages = self.moves.shape[-1]
        reach = (self.moves > _ROUNDING) | np.eye(stages, dtype=bool)
        for _ in range(max(1, (stages - 1).bit_length())):
            one = reach.astype(np.float32)
            reach = one @ one > 0
        return reach

    @cached_property
    def _is_unknown(self) -> Flags:
        """Whether a stage leads to one without shares."""
        return self._leads_to(np.isnan(self._ends))

    @cached_property
    def is_endless(self) -> Flags:
        """Whether a stage leads only into a set that nothing leaves: no lead there ever ends."""
        return ~self._is_unknown & ~self._leads_to(self.wins + self.lost > _ROUNDING)

    @cached_property
    def _finite(self) -> Floats:
        """N among the stages whose leads end; 0 in all other rows and columns."""
        # Each matrix has other stages that count: the rows of the rest become those of I.
        counts = ~self.is_endless & ~np.isnan(self._ends)
        inside = np.where(counts[..., :, None] & counts[..., None, :], self.moves, 0.0)
        visits = np.linalg.inv(np.eye(self.moves.shape[-1]) - inside)
        return np.where(counts[..., :, None] & counts[..., None, :], visits, 0.0)

    @cached_property
    def visits(self) -> Floats:
        """N: how many visits a lead in one stage makes to each from now on, this one included."""
        endless = self._reach & self.is_endless[..., None, :]
        visits = np.where(endless, np.inf, self._finite)
        return np.where(self._is_unknown[..., :, None], np.nan, visits)

    @cached_property
    def win(self) -> Floats:
        """The probability that a lead in each stage is finally won: N · wins."""
        wins = np.where(np.isnan(self.wins), 0.0, self.wins)
        won = (self._finite @ wins[..., None])[..., 0]
        return np.where(self._is_unknown, np.nan, won)

    def days(self, stays: Floats) -> Floats:
        """Mean days until won or lost, of a lead that has just entered each stage: N · stays.

        `stays`: the mean days of a visit to each stage; one that is not visited need not have any.
        Infinite where leads may never end.
        """
        return _sum_of(self.visits, stays[..., None, :], axis=-1)

    def customers(self, entries: Floats) -> Floats:
        """How many customers result from the leads that enter each stage."""
        return _sum_of(entries, self.win, axis=-1)

    def passes(self, entries: Floats) -> Floats:
        """How many visits each stage gets, given the leads that enter each stage."""
        return _sum_of(entries[..., :, None], self.visits, axis=-2)

    def at_rate(self, stage: Ints, rate: Floats, toward: Ints | None = None) -> "Chain":
        """The chain if a share `rate` of a stage's visits moved on, for several scenarios at once.

        All other ends of the visit, also lost and back, keep their proportions; where there were
        none, the rest is lost.

        Args, one entry a scenario, which becomes the first axis of the result:
            stage: whose rate is changed, as an index
            rate: from 0 to 1
            toward: where they move on to, the index of a stage or the number of stages for won; by
                default the next stage

        Raises:
            ValueError: a rate is not between 0 and 1.
        """
        if not ((rate >= 0) & (rate <= 1)).all():
            raise ValueError("A rate is from 0 to 1.")
        stages = self.moves.shape[-1]
        to = stage + 1 if toward is None else toward
        scenario = np.arange(len(stage))
        whole = np.concatenate((self.moves, self.wins[..., None]), axis=-1)
        whole = np.repeat(whole[None], len(stage), axis=0)
        # A scenario is the first axis, so its row is behind those of the resamples.
        row = np.moveaxis(whole, -2, 1)[scenario, stage]
        column = np.moveaxis(row, -1, 1)
        now = column[scenario, to]
        given = rate.reshape(-1, *[1] * (now.ndim - 1))
        kept = np.divide(1 - given, 1 - now, out=np.zeros(now.shape), where=now < 1)
        column = column * kept[:, None]
        column[scenario, to] = np.where(np.isnan(now), np.nan, given)
        np.moveaxis(whole, -2, 1)[scenario, stage] = np.moveaxis(column, 1, -1)
        return Chain(whole[..., :stages], whole[..., stages])

    def _leads_to(self, stages: Flags) -> Flags:
        return np.asarray((self._reach & stages[..., None, :]).any(axis=-1))


def _sum_of(times: Floats, each: Floats, axis: int) -> Floats:
    """Σ times · each, where what is taken 0 times need not be known, or finite."""
    of = np.broadcast_shapes(times.shape, each.shape)
    with np.errstate(invalid="ignore"):
        products = np.broadcast_to(times, of) * each
    return np.asarray(np.where(np.broadcast_to(times, of) == 0, 0.0, products).sum(axis=axis))
