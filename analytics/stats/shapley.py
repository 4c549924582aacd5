"""Shapley value: what a source adds to the sources before it, on average over all their orders.

φ(i) = Σ over S without i of s! (n − s − 1)! ÷ n! · [v(S + i) − v(S)]. Of a journey only the set of
its sources counts. Two games, and they differ:

- the sum game, v(S) = conversions of the journeys whose sources all lie in S. Its value is an
  equal split of each conversion over the distinct sources of its journey.
- the rate game, v(S) = conversion rate of those journeys. A source's value may be negative.

Source:
    Shapley (1953), Contributions to the Theory of Games II; where orders are sampled, Castro, Gómez
    and Tejada (2009), Computers & Operations Research 36; docs/counting.md, Attribution.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.stats.arrays import Flags, Floats, Ints

MOST_EXACT = 12
"""Up to so many sources all sets are enumerated; beyond, orders are sampled."""

PERMUTATIONS = 4_000

COUNTED_PLACES = 3
"""Where orders are sampled, so many of their first places are enumerated: what a source adds to few
others varies most, and sets of few can be enumerated."""

_AT_ONCE = 32_000_000
"""How many numbers a block of sampled orders may take."""


@dataclass(frozen=True, eq=False)
class Game:
    """The Shapley value of each source, as the last axis.

    Fields:
        values: together v(all sources), none clipped
        errors: standard errors of sampling; 0 where `is_exact`
        is_exact: whether all sets were enumerated
    """

    values: Floats
    errors: Floats
    is_exact: bool


def members(masks: Ints, sources: int) -> Flags:
    """Which sources are in each set: sets × sources, from masks whose bit i is source i."""
    return np.asarray(masks[:, None] >> np.arange(sources) & 1, dtype=np.bool_)


def sum_game(coalitions: Flags, conversions: Floats) -> Game:
    """The value of each source where a set is worth the conversions of the journeys within it.

    Args:
        coalitions: one row a set of sources, one column a source; rows may repeat
        conversions: leads or value of each set; or 2-d, one row a resample

    Raises:
        ValueError: a set is empty, a weight negative, or there is not one weight a set.
    """
    _require_sets(coalitions, conversions)
    values = conversions @ (coalitions / coalitions.sum(axis=1, keepdims=True))
    return Game(values, np.zeros_like(values), is_exact=True)


def rate_game(
    coalitions: Flags,
    conversions: Floats,
    journeys: Floats,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Game:
    """The value of each source where a set is worth the conversion rate of the journeys within it.

    A set without journeys within it is worth 0. Exact up to MOST_EXACT sources that are in any set,
    else from sampled orders, half of them the others backwards (antithetic). All resamples are
    valued by the same orders, so they differ by their weights alone, not by the draw.

    Args:
        coalitions: as in `sum_game`
        conversions: as in `sum_game`
        journeys: won and lost ones of each set, shaped as conversions
        permutations: how many orders are sampled
        seed: of the sample

    Raises:
        ValueError: as `sum_game` does.

    Source:
        Castro, Gómez and Tejada (2009) for the sampled value.
    """
    _require_sets(coalitions, conversions, journeys)
    # Who is in no set adds nothing to any.
    seen = np.asarray(coalitions.any(axis=0))
    won, all_of = np.atleast_2d(conversions), np.atleast_2d(journeys)
    values = np.zeros((len(won), len(seen)))
    errors = np.zeros_like(values)
    is_exact = int(seen.sum()) <= MOST_EXACT
    if is_exact:
        values[:, seen] = _exact(coalitions[:, seen], won, all_of)
    else:
        values[:, seen], errors[:, seen] = _sampled(
            coalitions[:, seen], won, all_of, permutations, seed
        )
    if np.ndim(conversions) == 1:
        values, errors = values[0], errors[0]
    return Game(values, errors, is_exact)


def _exact(coalitions: Flags, conversions: Floats, journeys: Floats) -> Floats:
    players = coalitions.shape[1]
    codes = coalitions @ (1 << np.arange(players))
    worth = _rate(_inside(codes, conversions, players), _inside(codes, journeys, players))
    size = members(np.arange(1 << players), players).sum(axis=1)
    weight = np.array(
        [1 / (players * math.comb(players - 1, s)) if s < players else 0 for s in size]
    )
    values = np.empty((len(worth), players))
    for player in range(players):
        pairs = worth.reshape(len(worth), -1, 2, 1 << player)
        without = weight.reshape(-1, 2, 1 << player)[:, 0]
        values[:, player] = ((pairs[:, :, 1] - pairs[:, :, 0]) * without).sum(axis=(1, 2))
    return values


def _inside(codes: Ints, weights: Floats, players: int) -> Floats:
    """The weight of all sets within each set: the zeta transform, one player at a time."""
    places = 1 << players
    at = (np.arange(len(weights))[:, None] * places + codes).ravel()
    sums: Floats = np.bincount(at, weights.ravel(), len(weights) * places).astype(np.float64)
    for player in range(players):
        pairs = sums.reshape(-1, 2, 1 << player)
        pairs[:, 1] += pairs[:, 0]
    return sums.reshape(-1, places)


def _sampled(
    coalitions: Flags, conversions: Floats, journeys: Floats, permutations: int, seed: int
) -> tuple[Floats, Floats]:
    """By sampled orders, each also backwards; the error is that of these pairs.

    What is added at the first places is enumerated over all small sets, the rest is sampled. In an
    order a set counts from where its last member stands: with the places where each set is
    complete, the worth after every place is one running sum.
    """
    sets, players = coalitions.shape
    pairs = max(2, (permutations + 1) // 2)
    random = np.random.default_rng(seed)
    largest_first = np.argsort(-coalitions.sum(axis=1), kind="stable")
    coalitions = coalitions[largest_first]
    conversions, journeys = conversions[:, largest_first], journeys[:, largest_first]
    sums = np.zeros((len(conversions), players))
    squares = np.zeros_like(sums)
    block = max(1, min(pairs, _AT_ONCE // (8 * 2 * max(sets, len(conversions) * players))))
    both_weights = zip(conversions, journeys, strict=True)
    first = np.array([_at_first_places(coalitions, *weights) for weights in both_weights])
    rest = _rate(conversions.sum(axis=1), journeys.sum(axis=1)) - first.sum(axis=1)
    # Squares are about the first block's mean, since about 0 they would cancel.
    about = None
    for begin in range(0, pairs, block):
        orders = random.permuted(
            np.tile(np.arange(players), (min(block, pairs - begin), 1)), axis=1
        )
        both = (
            _marginals(coalitions, conversions, journeys, orders)
            + _marginals(coalitions, conversions, journeys, orders[:, ::-1])
        ) / 2
        # All of an order together add what the first places leave, whichever sources stood there.
        both += ((rest[:, None] - both.sum(axis=2)) / players)[:, :, None]
        if about is None:
            about = both.mean(axis=1, keepdims=True)
        sums += (both - about).sum(axis=1)
        squares += ((both - about) ** 2).sum(axis=1)
    assert about is not None
    mean = sums / pairs
    variance = np.maximum(squares / pairs - mean**2, 0) / (pairs - 1)
    return first + about[:, 0] + mean, np.sqrt(variance)


def _at_first_places(coalitions: Flags, conversions: Floats, journeys: Floats) -> Floats:
    """What each player adds, on average over all orders, at the first COUNTED_PLACES of them."""
    won, all_of = (_inside_small(coalitions, weights) for weights in (conversions, journeys))
    one, two, three = (_rate(*both) for both in zip(won, all_of, strict=True))
    players = len(one)
    own = np.eye(players, dtype=bool)
    added = np.where(own, 0.0, two - one[None, :]).sum(axis=1) / (players - 1)
    some_same = own[:, :, None] | own[:, None, :] | own[None, :, :]
    to_two = np.where(some_same, 0.0, three - two[None, :, :])
    added += to_two.sum(axis=(1, 2)) / ((players - 1) * (players - 2))
    return np.asarray((one + added) / players)


def _inside_small(coalitions: Flags, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """The weight of all sets within one, within two and within three players, by those players."""
    size = coalitions.sum(axis=1)
    players = coalitions.shape[1]
    exactly = []
    for so_many in (1, 2, 3):
        chosen = size == so_many
        who = np.nonzero(coalitions[chosen])[1].reshape(-1, so_many)
        cells = np.zeros((players,) * so_many)
        for order in itertools.permutations(range(so_many)):
            np.add.at(cells, tuple(who[:, place] for place in order), weights[chosen])
        exactly.append(cells)
    one, two, three = exactly
    in_two = one[:, None] + one[None, :] + two
    in_three = (
        one[:, None, None]
        + one[None, :, None]
        + one[None, None, :]
        + two[:, :, None]
        + two[:, None, :]
        + two[None, :, :]
        + three
    )
    return one, in_two, in_three


def _marginals(coalitions: Flags, conversions: Floats, journeys: Floats, orders: Ints) -> Floats:
    """What each player adds in each order: resamples × orders × players; 0 at counted places."""
    ranks = np.argsort(orders, axis=1).T.astype(np.uint8)
    complete = _complete(coalitions, ranks)
    players = len(ranks)
    worth = _rate(_running(complete, conversions, players), _running(complete, journeys, players))
    added = np.diff(worth, axis=2, prepend=0.0)
    added[:, :, :COUNTED_PLACES] = 0
    return np.take_along_axis(added, ranks.T[None].astype(np.int64), axis=2)


def _complete(coalitions: Flags, ranks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The place where each set is complete in each order: sets × orders, sets largest first."""
    size = coalitions.sum(axis=1)
    # Row by row the members: the k-th of every set that has so many.
    member = np.nonzero(coalitions)[1]
    first = np.cumsum(size) - size
    complete: NDArray[np.uint8] = ranks[member[first]]
    for k in range(1, int(size[0])):
        with_more = int(np.searchsorted(-size, -k, side="left"))
        np.maximum(
            complete[:with_more], ranks[member[first[:with_more] + k]], out=complete[:with_more]
        )
    return complete


def _running(complete: NDArray[np.uint8], weights: Floats, players: int) -> Floats:
    """The weight of the sets that are complete after each place: resamples × orders × places."""
    orders = complete.shape[1]
    if len(weights) == 1:
        at = complete.T + np.arange(orders)[:, None] * players
        spread = np.broadcast_to(weights[0], at.shape)
        sums = np.bincount(at.ravel(), spread.ravel(), orders * players)
        return np.cumsum(sums.reshape(1, orders, players), axis=2)
    running = np.empty((len(weights), orders, players))
    for place in range(players):
        running[:, :, place] = weights @ (complete <= place)
    return running


def _rate(conversions: Floats, journeys: Floats) -> Floats:
    return np.divide(
        conversions, journeys, out=np.zeros_like(conversions, np.float64), where=journeys > 0
    )


def _require_sets(coalitions: Flags, *weights: Floats) -> None:
    if coalitions.ndim != 2 or not coalitions.any(axis=1).all():
        raise ValueError("A set of sources is empty.")
    for each in weights:
        if each.shape != weights[0].shape or each.shape[-1] != len(coalitions):
            raise ValueError("There is one weight a set.")
        if (each < 0).any():
            raise ValueError("A weight is negative.")
