"""Shapley values: the worked example, the textbook formula over all sets and over all orders."""

import math
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import shapley

Sets = list[tuple[frozenset[int], int, int]]
A, B, C = range(3)

WORKED: Sets = [
    (frozenset((A, B, C)), 3, 3),
    (frozenset((A, C)), 2, 2),
    (frozenset((B,)), 0, 5),
    (frozenset((A,)), 0, 5),
    (frozenset((C,)), 1, 1),
    (frozenset((B, C)), 0, 4),
]

PLAYERS = 5
sets_strategy = st.lists(
    st.tuples(
        st.frozensets(st.integers(0, PLAYERS - 1), min_size=1),
        st.integers(0, 6),
        st.integers(0, 6),
    ).map(lambda row: (row[0], row[1], row[1] + row[2])),
    max_size=10,
)


def arrays(sets: Sets, players: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    coalitions = np.zeros((len(sets), players), dtype=bool)
    for place, (row, _, _) in enumerate(sets):
        coalitions[place, list(row)] = True
    return (
        coalitions,
        np.array([won for _, won, _ in sets], dtype=float),
        np.array([n for _, _, n in sets], dtype=float),
    )


def conversions(sets: Sets, of: frozenset[int]) -> Fraction:
    return Fraction(sum(won for row, won, _ in sets if row <= of))


def rate(sets: Sets, of: frozenset[int]) -> Fraction:
    journeys = sum(n for row, _, n in sets if row <= of)
    return Fraction(conversions(sets, of), journeys) if journeys else Fraction(0)


def textbook(game, sets: Sets, players: int) -> list[Fraction]:  # type: ignore[no-untyped-def]
    values = []
    for player in range(players):
        others = [other for other in range(players) if other != player]
        value = Fraction(0)
        for size in range(players):
            weight = Fraction(
                math.factorial(size) * math.factorial(players - size - 1), math.factorial(players)
            )
            for chosen in combinations(others, size):
                before = frozenset(chosen)
                value += weight * (game(sets, before | {player}) - game(sets, before))
        values.append(value)
    return values


def test_worked() -> None:
    coalitions, won, journeys = arrays(WORKED, 3)
    assert shapley.sum_game(coalitions, won).values == pytest.approx([2, 1, 3], abs=1e-14)
    game = shapley.rate_game(coalitions, won, journeys)
    assert game.values == pytest.approx([-0.0375, -0.1750, 0.5125], abs=1e-14)
    assert game.values.sum() == pytest.approx(0.3, abs=1e-14)
    assert game.is_exact
    assert not game.errors.any()


@given(sets_strategy)
def test_the_sum_game_is_the_definition(sets: Sets) -> None:
    """So an equal split over distinct sources is what Shapley's value of it comes to."""
    coalitions, won, _ = arrays(sets, PLAYERS)
    expected = [float(value) for value in textbook(conversions, sets, PLAYERS)]
    assert shapley.sum_game(coalitions, won).values == pytest.approx(expected, abs=1e-12)


@given(sets_strategy)
def test_the_rate_game_is_the_definition(sets: Sets) -> None:
    expected = [float(value) for value in textbook(rate, sets, PLAYERS)]
    game = shapley.rate_game(*arrays(sets, PLAYERS))
    assert game.values == pytest.approx(expected, abs=1e-12)
    # Efficiency: nothing is left over, nothing invented.
    assert game.values.sum() == pytest.approx(
        float(rate(sets, frozenset(range(PLAYERS)))), abs=1e-12
    )


@given(sets_strategy.filter(bool), st.permutations(range(PLAYERS)))
def test_names_do_not_matter(sets: Sets, names: list[int]) -> None:
    """Symmetry: who plays the same part gets the same, whatever the number."""
    coalitions, won, journeys = arrays(sets, PLAYERS)
    first = shapley.rate_game(coalitions, won, journeys).values
    renamed = shapley.rate_game(coalitions[:, names], won, journeys).values
    assert renamed == pytest.approx(first[names], abs=1e-12)


@given(sets_strategy)
def test_who_is_in_no_journey_gets_nothing(sets: Sets) -> None:
    game = shapley.rate_game(*arrays(sets, PLAYERS + 9))
    assert game.is_exact
    assert not game.values[PLAYERS:].any()
    assert game.values[:PLAYERS] == pytest.approx(
        shapley.rate_game(*arrays(sets, PLAYERS)).values, abs=1e-12
    )


@given(sets_strategy.filter(bool), st.data())
def test_a_batch_is_its_rows(sets: Sets, data: st.DataObject) -> None:
    coalitions, won, journeys = arrays(sets, PLAYERS)
    times = data.draw(
        st.lists(
            st.lists(st.integers(0, 3), min_size=len(sets), max_size=len(sets)),
            min_size=1,
            max_size=3,
        )
    )
    batch = shapley.rate_game(coalitions, won * times, journeys * times)
    sums = shapley.sum_game(coalitions, won * times)
    for place, row in enumerate(times):
        alone = shapley.rate_game(coalitions, won * row, journeys * row)
        assert batch.values[place] == pytest.approx(alone.values, abs=1e-12)
        alone = shapley.sum_game(coalitions, won * row)
        assert sums.values[place] == pytest.approx(alone.values, abs=1e-12)


def drawn(players: int, sets: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    coalitions = random.random((sets, players)) < 0.25
    coalitions[np.arange(sets), random.integers(players, size=sets)] = True
    journeys = random.integers(1, 60, sets)
    won = random.binomial(journeys, random.random(sets) * 0.3)
    return coalitions, won.astype(float), journeys.astype(float)


def test_twelve_are_exact_by_all_orders_of_seven_and_the_next_are_not() -> None:
    coalitions, won, journeys = drawn(7, 40)
    total = np.zeros(7)
    for order in permutations(range(7)):
        before, there = 0.0, np.zeros(7, dtype=bool)
        for player in order:
            there[player] = True
            inside = ~(coalitions & ~there).any(axis=1)
            n = journeys[inside].sum()
            after = won[inside].sum() / n if n else 0.0
            total[player] += after - before
            before = after
    values = shapley.rate_game(coalitions, won, journeys).values
    assert values == pytest.approx(total / math.factorial(7), abs=1e-12)
    assert shapley.rate_game(*drawn(12, 100)).is_exact
    assert not shapley.rate_game(*drawn(13, 100), permutations=10).is_exact


@pytest.mark.parametrize("sets", [30, 400])
def test_sampling_is_within_its_error(monkeypatch: pytest.MonkeyPatch, sets: int) -> None:
    data = drawn(12, sets)
    exact = shapley.rate_game(*data)
    monkeypatch.setattr(shapley, "MOST_EXACT", 11)
    sampled = shapley.rate_game(*data)
    assert not sampled.is_exact
    assert (sampled.errors > 0).all()
    assert (np.abs(sampled.values - exact.values) < 4 * sampled.errors).all()
    assert sampled.values.sum() == pytest.approx(data[1].sum() / data[2].sum(), abs=1e-12)


def test_the_error_is_as_large_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over many seeds: the variance of the misses is the error squared."""
    data = drawn(12, 60)
    exact = shapley.rate_game(*data).values
    monkeypatch.setattr(shapley, "MOST_EXACT", 11)
    games = [shapley.rate_game(*data, permutations=400, seed=seed) for seed in range(200)]
    misses = np.array([game.values for game in games]) - exact
    errors = np.array([game.errors for game in games])
    assert (misses**2).mean(axis=0) == pytest.approx((errors**2).mean(axis=0), rel=0.3)
    # And it misses as often above as below.
    assert (np.abs(misses.mean(axis=0)) < 4 * misses.std(axis=0) / math.sqrt(200)).all()


def test_sampling_is_the_same_whatever_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the batch is, row by row: the orders are the seed's alone."""
    coalitions, won, journeys = drawn(14, 200)
    whole = shapley.rate_game(coalitions, won, journeys, permutations=300, seed=3)
    rows = shapley.rate_game(
        coalitions, np.array([won, won / 2]), np.array([journeys] * 2), permutations=300, seed=3
    )
    for place, share in enumerate((1, 0.5)):
        assert rows.values[place] == pytest.approx(whole.values * share, abs=1e-12)
        assert rows.errors[place] == pytest.approx(whole.errors * share, abs=1e-12)
    monkeypatch.setattr(shapley, "_AT_ONCE", 100_000)
    pieces = shapley.rate_game(coalitions, won, journeys, permutations=300, seed=3)
    assert pieces.values == pytest.approx(whole.values, abs=1e-12)
    assert pieces.errors == pytest.approx(whole.errors, abs=1e-12)
    other = shapley.rate_game(coalitions, won, journeys, permutations=300, seed=4)
    assert (other.values != whole.values).any()


def test_masks() -> None:
    found = shapley.members(np.array([0b1, 0b110, 1 << 31]), 32)
    assert [np.flatnonzero(row).tolist() for row in found] == [[0], [1, 2], [31]]


def test_refused() -> None:
    coalitions, won, journeys = arrays(WORKED, 3)
    with pytest.raises(ValueError, match="empty"):
        shapley.sum_game(np.zeros((1, 3), dtype=bool), np.ones(1))
    with pytest.raises(ValueError, match="one weight a set"):
        shapley.rate_game(coalitions, won, journeys[1:])
    with pytest.raises(ValueError, match="negative"):
        shapley.rate_game(coalitions, -won, journeys)
