"""The chain with loops: the worked example, elimination in fractions, and batches of chains."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.absorbing_chain import Chain
from analytics.stats.arrays import Floats

MOVES = np.array(
    [[0, 0.45, 0, 0], [0, 0, 0.55, 0], [0.10, 0, 0, 0.50], [0, 0, 0.05, 0]], dtype=np.float64
)
WINS = np.array([0, 0, 0, 0.40])
STAYS = np.array([6.0, 10, 15, 30])
WORKED = Chain(MOVES, WINS)
ENTRIES = np.array([100.0, 0, 0, 0])

counts = st.integers(1, 5).flatmap(
    lambda stages: st.lists(
        st.lists(st.integers(0, 9), min_size=stages + 2, max_size=stages + 2),
        min_size=stages,
        max_size=stages,
    )
)


def of(rows: Sequence[Sequence[int]] | Floats) -> Chain:
    """Each row: moves to the stages, won, lost. A stage that no visit has left is unknown."""
    table = np.array(rows, dtype=float)
    ended = table.sum(axis=-1)
    known = np.where(ended > 0, ended, np.nan)
    return Chain(table[..., :-2] / known[..., None], table[..., -2] / known)


def ends(rows: list[list[int]]) -> bool:
    """Whether a visit of every stage has ended, and from every stage there is a way to an end."""
    out = {stage for stage, row in enumerate(rows) if row[-1] or row[-2]}
    for _ in rows:
        out |= {stage for stage, row in enumerate(rows) if any(row[to] for to in out)}
    return len(out) == len(rows)


def solved(rows: list[list[int]], gains: list[Fraction]) -> list[Fraction]:
    """The x with x = gains + Qx, by Gauss and Jordan in fractions."""
    stages = len(rows)
    table = [
        [Fraction(int(i == j)) - Fraction(row[j], sum(row)) for j in range(stages)] + [gains[i]]
        for i, row in enumerate(rows)
    ]
    for pivot in range(stages):
        swap = next(row for row in range(pivot, stages) if table[row][pivot])
        table[pivot], table[swap] = table[swap], table[pivot]
        table[pivot] = [each / table[pivot][pivot] for each in table[pivot]]
        for row in range(stages):
            if row != pivot:
                by = table[row][pivot]
                pairs = zip(table[row], table[pivot], strict=True)
                table[row] = [each - by * other for each, other in pairs]
    return [row[-1] for row in table]


def test_worked() -> None:
    assert WORKED.win == pytest.approx([0.0521, 0.1158, 0.2105, 0.4105], abs=5e-5)
    assert WORKED.days(STAYS) == pytest.approx([18.59, 27.97, 32.68, 31.63], abs=5e-3)
    naive = 0.45 * 0.55 * 0.50 * 0.40
    assert naive == pytest.approx(0.0495, abs=5e-5)
    assert WORKED.win[0] > naive
    assert WORKED.lost == pytest.approx([0.55, 0.45, 0.40, 0.55])
    assert WORKED.customers(ENTRIES) == pytest.approx(5.21, abs=5e-3)


@given(counts.filter(ends))
def test_it_is_the_system_solved_by_fractions(rows: list[list[int]]) -> None:
    chain = of(rows)
    won = solved(rows, [Fraction(row[-2], sum(row)) for row in rows])
    assert chain.win == pytest.approx([float(each) for each in won], abs=1e-9)
    stays = [Fraction(stage + 1, 2) for stage in range(len(rows))]
    days = [float(each) for each in solved(rows, stays)]
    assert chain.days(np.array(stays, dtype=float)) == pytest.approx(days, rel=1e-9)
    # Every lead ends once: visits that end in lost or won are one a lead.
    assert chain.visits @ (chain.wins + chain.lost) == pytest.approx(1, abs=1e-9)
    entries = np.arange(1.0, len(rows) + 1)
    assert chain.passes(entries) @ chain.wins == pytest.approx(chain.customers(entries))


@given(counts, st.data())
def test_a_batch_is_its_rows(rows: list[list[int]], data: st.DataObject) -> None:
    """Whatever is unknown or endless in one row stays there."""
    others = data.draw(
        st.lists(st.permutations(rows), min_size=1, max_size=3), label="other matrices"
    )
    table = np.array([rows, *others], dtype=float)
    batch = of(table)
    stays = np.arange(1.0, len(rows) + 1)
    for place, one in enumerate([rows, *others]):
        alone = of(one)
        for ours, theirs in (
            (batch.win, alone.win),
            (batch.visits, alone.visits),
            (batch.days(stays), alone.days(stays)),
            (batch.passes(stays), alone.passes(stays)),
        ):
            assert ours[place] == pytest.approx(theirs, rel=1e-9, abs=1e-12, nan_ok=True)


def test_at_rate() -> None:
    """The worked example with 1 → 2 at .60, and 3 → won at all: a scenario each."""
    changed = WORKED.at_rate(np.array([1, 3]), np.array([0.60, 1.0]))
    assert changed.moves[0, 1] == pytest.approx([0, 0, 0.60, 0])
    assert changed.lost[0, 1] == pytest.approx(0.40)
    assert changed.wins[1] == pytest.approx([0, 0, 0, 1])
    assert changed.moves[1, 3] == pytest.approx([0, 0, 0, 0])
    # Who does not go on goes back as often as before: .10 of .50 that did not, now of .30.
    back = WORKED.at_rate(np.array([2]), np.array([0.70]))
    assert back.moves[0, 2] == pytest.approx([0.06, 0, 0, 0.70])
    assert back.lost[0, 2] == pytest.approx(0.24)
    # The rate that it has changes nothing.
    rates = np.array([0.45, 0.55, 0.50, 0.40])
    same = WORKED.at_rate(np.arange(4), rates)
    assert same.moves == pytest.approx(np.broadcast_to(MOVES, (4, 4, 4)))
    assert same.wins == pytest.approx(np.broadcast_to(WINS, (4, 4)))
    gained = changed.customers(ENTRIES) - WORKED.customers(ENTRIES)
    assert (gained > 0).all()


@given(
    counts,
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 1000).map(lambda each: each / 1000)),
        min_size=1,
        max_size=4,
    ),
)
def test_scenarios_of_a_batch(rows: list[list[int]], wanted: list[tuple[int, float]]) -> None:
    """Scenarios are the first axis, resamples the next; each is as if it were alone."""
    stage = np.array([each % len(rows) for each, _ in wanted])
    rate = np.array([each for _, each in wanted])
    table = np.array([rows, rows[::-1]], dtype=float)
    batch = of(table)
    changed = batch.at_rate(stage, rate)
    assert changed.win.shape == (len(wanted), 2, len(rows))
    for scenario in range(len(wanted)):
        for resample, one in enumerate((rows, rows[::-1])):
            alone = of(one).at_rate(stage[scenario : scenario + 1], rate[scenario : scenario + 1])
            assert changed.moves[scenario, resample] == pytest.approx(alone.moves[0], nan_ok=True)
            assert changed.wins[scenario, resample] == pytest.approx(alone.wins[0], nan_ok=True)


def test_leads_that_only_go_round() -> None:
    """Stages 1 and 2 send each other all their leads; 0 sends half of its there, and wins half."""
    chain = Chain(
        np.array([[0, 0.5, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0.5, 0, 0, 0]], dtype=float),
        np.array([0.5, 0, 0, 0.25]),
    )
    assert chain.is_endless.tolist() == [False, True, True, False]
    assert chain.win == pytest.approx([0.5, 0, 0, 0.5])
    assert np.isinf(chain.visits[0]).tolist() == [False, True, True, False]
    days = chain.days(np.ones(4))
    assert np.isinf(days).all()
    # Nobody enters 0 or 3: what is infinite is not theirs.
    assert chain.customers(np.array([0, 7.0, 0, 0])) == 0
    assert chain.passes(np.array([0, 0, 0, 1.0])) == pytest.approx([0.5, np.inf, np.inf, 1])
    # A pipeline that nobody leaves at all.
    alone = Chain(np.ones((1, 1)), np.zeros(1))
    assert alone.win.tolist() == [0]
    assert alone.days(np.ones(1)).tolist() == [np.inf]


def test_a_stage_that_nobody_has_left() -> None:
    """Stage 2 is unknown, so 0 and 1 are, which lead there; 3 does not."""
    chain = of([[0, 4, 0, 0, 0, 6], [0, 0, 1, 0, 0, 9], [0] * 6, [0, 0, 0, 0, 2, 2]])
    assert np.isnan(chain.win).tolist() == [True, True, True, False]
    assert chain.win[3] == 0.5
    assert np.isnan(chain.visits).all(axis=1).tolist() == [True, True, True, False]
    assert chain.days(np.array([1, 1, np.nan, 3.0]))[3] == 3
    assert not chain.is_endless.any()
    assert np.isnan(chain.at_rate(np.array([2]), np.array([0.5])).win[0, 2])
    assert chain.customers(np.array([0, 0, 0, 10.0])) == 5


def test_rounding_is_no_exit() -> None:
    """Tenths that sum to 1, but not quite in floating point: still nobody is lost."""
    tenths = np.tile([0.7, 0.2, 0.1], (3, 1))
    assert tenths.sum(axis=1)[0] != 1
    chain = Chain(tenths, np.zeros(3))
    assert chain.is_endless.all()
    assert not chain.lost.any()
    # Nor is a way out that is lost beside 1.
    alone = Chain(np.ones((1, 1)), np.zeros(1))
    won = alone.at_rate(np.zeros(2, dtype=int), np.array([1e-300, 1e-3])).win
    assert won == pytest.approx(np.array([[0], [1]]), abs=1e-9)


def test_refused() -> None:
    with pytest.raises(ValueError, match="more than all"):
        Chain(MOVES, WINS + 0.9)
    with pytest.raises(ValueError, match="negative"):
        Chain(MOVES, -WINS)
    with pytest.raises(ValueError, match="one row and one column"):
        Chain(MOVES, WINS[1:])
    with pytest.raises(ValueError, match="from 0 to 1"):
        WORKED.at_rate(np.array([1]), np.array([1.2]))
