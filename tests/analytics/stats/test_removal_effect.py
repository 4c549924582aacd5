"""Removal effects: the worked example, the published data, and each removed chain by fractions."""

import csv
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.removal_effect import LOST, WON, Moves, Removal, removal
from tests.support.effort import effort

Path_ = tuple[int, ...]
Journeys = list[tuple[Path_, int, int]]
State = Path_ | int
A, B, C = range(3)

WORKED: Journeys = [
    ((A, B, C), 3, 0),
    ((A, C), 2, 0),
    ((B,), 0, 5),
    ((A,), 0, 5),
    ((C,), 1, 0),
    ((B, C), 0, 4),
]

orders = st.integers(1, 3)
journeys_strategy = st.lists(
    st.tuples(
        st.lists(st.integers(0, 3), min_size=1, max_size=6).map(tuple),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
).filter(lambda rows: any(won + lost for _, won, lost in rows))


def counted(journeys: Journeys, order: int) -> tuple[Counter[Path_], Counter[tuple[Path_, State]]]:
    """Where journeys start, and their moves, between states of the last touches."""
    starts: Counter[Path_] = Counter()
    moves: Counter[tuple[Path_, State]] = Counter()
    for path, won, lost in journeys:
        states = [path[max(0, end - order) : end] for end in range(1, len(path) + 1)]
        starts[states[0]] += won + lost
        for before, after in pairwise(states):
            moves[before, after] += won + lost
        moves[states[-1], WON] += won
        moves[states[-1], LOST] += lost
    return starts, moves


def arrays(journeys: Journeys, order: int) -> tuple[Moves, np.ndarray, np.ndarray]:
    starts, moves = counted(journeys, order)
    found = {state for state, _ in moves}
    if order == 1:
        # One state a source, whether it was seen or not.
        found |= {(source,) for source in range(max(max(path) for path, _, _ in journeys) + 1)}
    states = sorted(found)
    number: dict[State, int] = {WON: WON, LOST: LOST}
    number |= {state: place for place, state in enumerate(states)}
    return (
        Moves(
            np.array([number[before] for before, _ in moves]),
            np.array([number[after] for _, after in moves]),
            np.array([state[-1] for state in states]),
        ),
        np.array(list(moves.values()), dtype=float),
        np.array([starts[state] for state in states], dtype=float),
    )


def effects(journeys: Journeys, order: int = 1) -> Removal:
    return removal(*arrays(journeys, order))


def chance(journeys: Journeys, order: int, without: int | None = None) -> Fraction:
    """P(won) of the chain, with every state that ends in a source sent to lost.

    The definition, in fractions: states are eliminated one at a time, from last to first.
    """
    starts, moves = counted(journeys, order)
    leaving: Counter[Path_] = Counter()
    for (before, _), weight in moves.items():
        leaving[before] += weight
    rates: dict[Path_, dict[State, Fraction]] = {}
    for (before, after), weight in moves.items():
        if weight:
            rates.setdefault(before, {})[after] = Fraction(weight, leaving[before])
    for state in rates:
        if state[-1] == without:
            rates[state] = {LOST: Fraction(1)}
    everyone = sum(starts.values())
    rates[()] = {state: Fraction(weight, everyone) for state, weight in starts.items() if weight}
    for gone in [state for state in rates if state]:
        out = rates.pop(gone)
        again = 1 - out.pop(gone, Fraction(0))
        for row in rates.values():
            if share := row.pop(gone, Fraction(0)):
                for after, rate in out.items():
                    row[after] = row.get(after, Fraction(0)) + share * rate / again
    return rates[()].get(WON, Fraction(0))


def enumerated(journeys: Journeys, without: int | None) -> Fraction:
    """P(won) of a chain that cannot loop: every way through it, one after the other."""
    starts, moves = counted(journeys, 1)
    leaving: Counter[Path_] = Counter()
    for (before, _), weight in moves.items():
        leaving[before] += weight
    total = Fraction(0)
    ways: list[tuple[State, Fraction]] = [
        (state, Fraction(n, sum(starts.values()))) for state, n in starts.items() if n
    ]
    while ways:
        state, share = ways.pop()
        if state == WON:
            total += share
        elif isinstance(state, tuple) and state[-1] != without:
            ways += [
                (after, share * Fraction(weight, leaving[before]))
                for (before, after), weight in moves.items()
                if before == state and weight
            ]
    return total


def test_worked() -> None:
    answer = effects(WORKED)
    assert answer.won == pytest.approx(0.3, abs=1e-15)
    assert answer.effects == pytest.approx([0.3750, 0.7000, 1.0000], abs=5e-5)
    assert answer.credit(6) == pytest.approx([1.0843, 2.0241, 2.8916], abs=5e-5)
    assert answer.credit(6).sum() == pytest.approx(6, abs=1e-14)


def test_published(real_data: Path) -> None:
    folder = real_data / "channel_attribution"
    with (folder / "ORACLE_own_python.csv").open() as file:
        oracle = {row["channel"]: row for row in csv.DictReader(file)}
    number = {channel: place for place, channel in enumerate(oracle)}
    with (folder / "PathData.csv").open() as file:
        journeys = [
            (
                tuple(number[channel.strip()] for channel in row["path"].split(">")),
                int(float(row["total_conversions"])),
                int(float(row["total_null"])),
            )
            for row in csv.DictReader(file)
        ]
    answer = effects(journeys)
    assert answer.won == pytest.approx(0.223845, abs=5e-7)
    expected = [float(row["re_with_null"]) for row in oracle.values()]
    assert answer.effects == pytest.approx(expected, abs=1e-9)
    total = sum(won for _, won, _ in journeys)
    expected = [float(row["mk1_with_null"]) for row in oracle.values()]
    assert answer.credit(total) == pytest.approx(expected, rel=1e-9)
    for order in (2, 3):
        # What is won in all is the same, however much is remembered.
        assert effects(journeys, order).won == pytest.approx(answer.won, rel=1e-12)


@given(journeys_strategy, orders)
def test_it_is_each_removed_chain_solved_by_fractions(journeys: Journeys, order: int) -> None:
    answer = effects(journeys, order)
    won = chance(journeys, order)
    assert answer.won == pytest.approx(float(won), abs=1e-14)
    for source, effect in enumerate(answer.effects):
        if won == 0:
            assert np.isnan(effect)
        else:
            expected = float(1 - chance(journeys, order, source) / won)
            assert effect == pytest.approx(expected, abs=1e-11)


@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(0, 4), min_size=1).map(lambda path: tuple(sorted(path))),
            st.integers(0, 3),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=6,
    ).filter(lambda rows: any(won for _, won, _ in rows))
)
def test_it_is_every_way_through_summed(journeys: Journeys) -> None:
    answer = effects(journeys)
    won = enumerated(journeys, None)
    assert answer.won == pytest.approx(float(won), abs=1e-14)
    expected = [
        float(1 - enumerated(journeys, source) / won) for source in range(answer.effects.size)
    ]
    assert answer.effects == pytest.approx(expected, abs=1e-12)


@given(journeys_strategy, orders, st.lists(st.lists(st.integers(0, 5)), min_size=1, max_size=4))
def test_a_batch_is_its_rows(journeys: Journeys, order: int, draws: list[list[int]]) -> None:
    """Each row weighs the journeys anew, as a resample does: some drop out."""
    rows = []
    for draw in draws:
        times = [*draw, *([0] * len(journeys))]
        rows.append(
            arrays(
                [(p, w * n, v * n) for (p, w, v), n in zip(journeys, times, strict=False)], order
            )
        )
    moves = rows[0][0]
    weights, starts = (np.array([row[place] for row in rows]) for place in (1, 2))
    answer = removal(moves, weights, starts)
    for place in range(len(rows)):
        alone = removal(moves, weights[place], starts[place])
        assert answer.won[place] == pytest.approx(alone.won, abs=1e-14)
        assert answer.effects[place] == pytest.approx(alone.effects, abs=1e-12, nan_ok=True)


@given(journeys_strategy, orders)
def test_whoever_is_on_every_winning_path_has_all_the_effect(
    journeys: Journeys, order: int
) -> None:
    through = [((*path, 4), won, lost) for path, won, lost in journeys]
    answer = effects(through, order)
    if answer.won > 0:
        assert answer.effects[4] == pytest.approx(1, abs=1e-12)
        assert answer.credit(7.0).sum() == pytest.approx(7, abs=1e-12)
        assert (answer.effects > -1e-12).all()
        assert (answer.effects < 1 + 1e-12).all()


def test_nobody_wins() -> None:
    answer = effects([((A, B), 0, 3)])
    assert answer.won == 0
    assert np.isnan(answer.effects).all()
    assert answer.credit(0).tolist() == [0, 0]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_long_loops_converge(order: int) -> None:
    """A path that goes round ten thousand times before it ends: nearly singular, yet exact."""
    journeys = [((A, B, C) * 10_000, 1, 0), ((A, B, B, A, C), 1, 2), ((C,), 1, 1)]
    answer = effects(journeys, order)
    won = chance(journeys, order)
    expected = [float(1 - chance(journeys, order, source) / won) for source in range(3)]
    assert answer.effects == pytest.approx(expected, abs=1e-10)


def test_refused() -> None:
    moves, weights, starts = arrays(WORKED, 1)
    with pytest.raises(ValueError, match="not whole journeys"):
        removal(moves, weights, starts + 1)
    with pytest.raises(ValueError, match="negative"):
        removal(moves, -weights, starts)
    with pytest.raises(ValueError, match="one weight a move"):
        removal(moves, weights[1:], starts)
    with pytest.raises(ValueError, match="starts a state"):
        removal(moves, weights, starts[1:])
    with pytest.raises(ValueError, match="a state that is none"):
        Moves(np.array([0]), np.array([3]), np.arange(3))
    with pytest.raises(ValueError, match="one state before"):
        Moves(np.array([0]), np.array([0, 1]), np.arange(3))
    loop = Moves(np.array([0, 1, 2]), np.array([1, 0, WON]), np.arange(3))
    with pytest.raises(ValueError, match="nothing leaves"):
        removal(loop, np.array([2.0, 2, 1]), np.array([0.0, 0, 1]))


def drawn(paths: int, sources: int, seed: int = 0) -> Journeys:
    """Journeys of eight touches on average; low sources are commoner and win more."""
    random = np.random.default_rng(seed)
    found = []
    for length in random.geometric(1 / 8, paths):
        path = tuple((sources * random.random(length) ** 1.5).astype(int).tolist())
        found.append((path, int(random.random() < 0.3 / (1 + path[-1])), 1))
    return found


def test_speed() -> None:
    """500 resamples at one touch remembered, and 30 sources at three: a matter of seconds."""
    journeys = drawn(20_000, 30)
    moves, weights, starts = arrays(journeys, 1)
    spent, _ = effort(lambda: removal(moves, np.tile(weights, (500, 1)), np.tile(starts, (500, 1))))
    assert spent < 300
    moves, weights, starts = arrays(journeys, 3)
    assert len(moves.source) > 15_000
    spent, _ = effort(lambda: removal(moves, weights, starts))
    assert spent < 900
