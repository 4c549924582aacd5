"""Removal effect: how many conversions would be lost if a source's touches led nowhere.

Journeys are a Markov chain of touches that ends in won or lost, and the removal effect of a source
is RE = 1 − P(won with its touches sent to lost) ÷ P(won). A state may remember the last one, two or
three touches; a source is removed with every state that ends in it. Loops are kept. All answers
solve the chain, none simulates it.

Source:
    Anderl, Becker, von Wangenheim and Schumann (2016), International Journal of Research in
    Marketing 33; docs/counting.md, Attribution.
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints

WON, LOST = -1, -2
"""Where a move ends after which there is no further touch."""

PRECISION = 1e-12
"""By what share of P(won) an answer may be off where more than one touch is remembered."""

_CONSERVED = 1e-9
_ROUNDS = 100_000
_KRYLOV_ROUNDS = 400


@dataclass(frozen=True, eq=False)
class Moves:
    """The distinct moves of all journeys, whatever their weight.

    Fields:
        before: the state a move leaves, one entry a move
        after: the state it enters, WON or LOST, one entry a move
        source: the source of a state's last touch, numbered from 0, one entry a state

    Raises:
        ValueError: a move leaves or enters a state that does not exist.
    """

    before: Ints
    after: Ints
    source: Ints

    def __post_init__(self) -> None:
        states = len(self.source)
        if self.before.shape != self.after.shape or self.before.ndim != 1:
            raise ValueError("A move has one state before and one after.")
        if self.before.size and not (
            0 <= self.before.min() <= self.before.max() < states
            and LOST <= self.after.min() <= self.after.max() < states
        ):
            raise ValueError("A move leaves or enters a state that is none.")

    @property
    def sources(self) -> int:
        """How many sources there are."""
        return int(self.source.max()) + 1 if self.source.size else 0

    @property
    def is_first_order(self) -> bool:
        """Whether each state is a source: one touch is remembered."""
        return np.array_equal(self.source, np.arange(len(self.source)))


@dataclass(frozen=True, eq=False)
class Removal:
    """P(won), and what removing each source does to it.

    Fields:
        won: P(won)
        effects: the removal effect by source as the last axis, 0 to 1; NaN where nothing is won
    """

    won: Floats
    effects: Floats

    def credit(self, total: Floats | float) -> Floats:
        """The total shared out in proportion to the effects; zeros where nothing is won."""
        weights = np.nan_to_num(self.effects)
        sums = weights.sum(axis=-1, keepdims=True)
        shares = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
        return np.asarray(shares * np.expand_dims(np.asarray(total, dtype=np.float64), -1))


def removal(moves: Moves, weights: Floats, starts: Floats) -> Removal:
    """P(won) and the removal effects of journeys.

    With one touch remembered all resamples are solved at once; beyond, one after the other. Value
    beside lost journeys that count 1 each needs a unit in which a conversion is worth 1 on average,
    or the answer would depend on the currency.

    Args, 1-d, or 2-d with one row a resample, as then is the answer:
        weights: leads or value of each move
        starts: leads or value of the journeys that begin in each state

    Raises:
        ValueError: a weight is negative; the weights are not those of whole journeys, where what
            enters a state leaves it; or there is a loop that nothing leaves.

    Source:
        Anderl and others (2016).
    """
    of_moves, of_starts = np.atleast_2d(weights), np.atleast_2d(starts)
    if of_moves.shape != (len(of_starts), len(moves.before)):
        raise ValueError("There is one weight a move, and one row of starts for each of weights.")
    if of_starts.shape[1] != len(moves.source):
        raise ValueError("There is one weight of starts a state.")
    if (of_moves < 0).any() or (of_starts < 0).any():
        raise ValueError("A weight is negative.")
    _require_whole_journeys(moves, of_moves, of_starts)
    if moves.is_first_order:
        won, effects = _first_order(moves, of_moves, of_starts)
    else:
        won, effects = np.zeros(len(of_moves)), np.zeros((len(of_moves), moves.sources))
        for row, both in enumerate(zip(of_moves, of_starts, strict=True)):
            won[row], effects[row] = _higher_order(moves, *both)
    if np.ndim(weights) == 1:
        won, effects = won[0], effects[0]
    return Removal(won, effects)


def _require_whole_journeys(moves: Moves, weights: Floats, starts: Floats) -> None:
    inner = moves.after >= 0
    leaving = _by(moves.before, weights, len(moves.source))
    entering = starts + _by(moves.after[inner], weights[:, inner], len(moves.source))
    slack = _CONSERVED * (leaving + starts.sum(axis=1, keepdims=True))
    if (np.abs(leaving - entering) > slack).any():
        raise ValueError("What enters a state does not leave it: these are not whole journeys.")


def _first_order(moves: Moves, weights: Floats, starts: Floats) -> tuple[Floats, Floats]:
    """By the fundamental matrix N = (I − Q)⁻¹: RE = P(c is visited) · P(won from c) ÷ P(won).

    A journey from s visits c at all with probability N[s, c] ÷ N[c, c].
    """
    states = len(moves.source)
    rates = _rates(moves, weights)
    inner, won = moves.after >= 0, moves.after == WON
    cells = moves.before[inner] * states + moves.after[inner]
    inside = _by(cells, rates[:, inner], states * states).reshape(-1, states, states)
    try:
        visits = np.linalg.inv(np.eye(states) - inside)
    except np.linalg.LinAlgError:
        raise ValueError("There is a loop that nothing leaves.") from None
    wins = (visits @ _by(moves.before[won], rates[:, won], states)[..., None])[..., 0]
    begin = _shares(starts)
    there = (begin[:, None, :] @ visits)[:, 0] / np.diagonal(visits, axis1=1, axis2=2)
    chance = (begin * wins).sum(axis=1)
    return chance, _ratio(there * wins, chance)


def _higher_order(moves: Moves, weights: Floats, starts: Floats) -> tuple[float, Floats]:
    """By P(won) without touching a source: the chain without its states, solved.

    How often a state is visited is known beforehand, as in the journeys: `leaving` over all starts.
    So a solution's residual bounds its error: |error of P(won)| ≤ Σ visits · |residual|.
    """
    states = len(moves.source)
    rates = _rates(moves, weights[None])[0]
    leaving = _by(moves.before, weights[None], states)[0]
    wins = moves.after == WON
    begun = starts.sum()
    chance = float(weights[wins].sum() / begun) if begun > 0 else 0.0
    if chance == 0:
        return chance, np.full(moves.sources, np.nan)
    inner = (moves.after >= 0) & (rates > 0)
    before, after, rates_inside = moves.before[inner], moves.after[inner], rates[inner]
    won = _by(moves.before[wins], rates[wins][None], states)[0]
    avoiding = np.zeros(moves.sources)
    for source in range(moves.sources):
        other = moves.source != source
        kept = other[before] & other[after]
        inside = _Inside(before[kept], after[kept], rates_inside[kept], states)
        answer = _solve(inside, np.where(other, won, 0.0), leaving, PRECISION * chance * begun)
        avoiding[source] = (starts * answer).sum() / begun
    # Within the tolerance an effect of 0 may come out below it.
    return chance, np.maximum(1 - avoiding / chance, 0)


class _Inside:
    """The moves between states, as a sparse matrix; states without any are rows of zeros."""

    def __init__(self, before: Ints, after: Ints, rates: Floats, states: int) -> None:
        loop = before == after
        self.stays = _by(before[loop], rates[loop][None], states)[0]
        self.before, self.after, self.rates = before[~loop], after[~loop], rates[~loop]
        self.states = states
        # Staying is solved for at once: x = (b + rest) / (1 − stays).
        self.rates = self.rates / (1 - self.stays)[self.before]

    def times(self, x: Floats) -> Floats:
        """Q · x, the moves to other states alone."""
        brought: Floats = _by(self.before, (self.rates * x[self.after])[None], self.states)[0]
        return brought


def _solve(inside: _Inside, b: Floats, weight: Floats, tolerance: float) -> Floats:
    """The x with x = b + Qx, to Σ weight · |residual| ≤ tolerance.

    BiCGSTAB (van der Vorst 1992) takes tens of steps; on breakdown or after the iteration limit,
    the fixed-point iteration goes on from the best x so far, and converges, as every loop is left.
    Raises ArithmeticError if it has not after 100,000 rounds.
    """
    b = b / (1 - inside.stays)
    weight = weight * (1 - inside.stays)
    best = _krylov(inside, b, weight, tolerance)
    for _ in range(_ROUNDS):
        residual = b + inside.times(best) - best
        if _dot(weight, np.abs(residual)) <= tolerance:
            return best
        best = best + residual
    raise ArithmeticError("The chain did not converge.")


def _krylov(inside: _Inside, b: Floats, weight: Floats, tolerance: float) -> Floats:
    """The best x of BiCGSTAB from x = b, until the tolerance, breakdown or the iteration limit."""
    with np.errstate(all="ignore"):
        return _krylov_steps(inside, b, weight, tolerance)


def _krylov_steps(inside: _Inside, b: Floats, weight: Floats, tolerance: float) -> Floats:
    x = best = b
    residual = inside.times(x)
    shadow = direction = residual
    size = _dot(shadow, residual)
    least = _dot(weight, np.abs(residual))
    for _ in range(_KRYLOV_ROUNDS):
        if least <= tolerance or size == 0:
            break
        moved = direction - inside.times(direction)
        along = _dot(shadow, moved)
        if along == 0:
            break
        step = size / along
        halfway = residual - step * moved
        turned = halfway - inside.times(halfway)
        square = _dot(turned, turned)
        stretch = _dot(turned, halfway) / square if square > 0 else 0.0
        x = x + step * direction + stretch * halfway
        residual = halfway - stretch * turned
        now = _dot(weight, np.abs(residual))
        if not np.isfinite(now):
            break
        if now < least:
            best, least = x, now
        if stretch == 0:
            break
        size, earlier = _dot(shadow, residual), size
        direction = residual + size / earlier * (step / stretch) * (direction - stretch * moved)
    return best


def _dot(a: Floats, b: Floats) -> float:
    # Not `@`: BLAS would start its threads for each of thousands of short sums, and on a busy
    # machine they wait for each other ten times as long as the sum takes.
    return float((a * b).sum())


def _rates(moves: Moves, weights: Floats) -> Floats:
    """Each move's share of what leaves its state; 0 where nothing does."""
    leaving = _by(moves.before, weights, len(moves.source))[:, moves.before]
    rates: Floats = np.divide(weights, leaving, out=np.zeros(weights.shape), where=leaving > 0)
    return rates


def _shares(starts: Floats) -> Floats:
    return _ratio(starts, starts.sum(axis=1), empty=0.0)


def _ratio(parts: Floats, whole: Floats, empty: float = np.nan) -> Floats:
    """Each row of parts over its whole; `empty` where that is 0."""
    of = np.broadcast_to(whole[:, None], parts.shape)
    ratio: Floats = np.divide(parts, of, out=np.full(parts.shape, empty), where=of > 0)
    return ratio


def _by(index: Ints, weights: Floats, size: int) -> Floats:
    """The sums of each row of weights by index, from 0 to size."""
    rows = len(weights)
    cells = (np.arange(rows)[:, None] * size + index).ravel()
    sums: Floats = np.bincount(cells, weights.ravel(), rows * size).astype(np.float64, copy=False)
    return sums.reshape(rows, size)
