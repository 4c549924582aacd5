"""Rate and mix: the worked examples, sums that must hold, and the definition in fractions."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.decomposition import Factors, Split, split, steps, velocity
from analytics.stats.intervals import Z95

segment = st.integers(0, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
Row = tuple[float, float, float, float]
Counts = tuple[int, int, int, int]
rows_strategy = (
    st.lists(
        st.tuples(segment, segment).map(lambda two: (*two[0], *two[1])), min_size=1, max_size=8
    )
).filter(lambda rows: sum(row[0] for row in rows) > 0 and sum(row[2] for row in rows) > 0)
rates = st.floats(1e-4, 1)


def of(rows: Sequence[Row]) -> Split:
    n0, x0, n1, x1 = zip(*rows, strict=True)
    return split(n0, x0, n1, x1)


def test_worked() -> None:
    """SEO, events, lists: all three improve, and the whole falls."""
    answer = split([400, 300, 300], [80, 90, 15], [400, 300, 900], [88, 99, 54])
    assert (answer.before, answer.after) == pytest.approx((0.1850, 0.1506), abs=5e-5)
    assert answer.change == pytest.approx(-0.0344, abs=5e-5)
    assert answer.rate == pytest.approx([0.0065, 0.0073, 0.0043], abs=5e-5)
    assert answer.mix == pytest.approx([-0.0063, -0.0166, -0.0296], abs=5e-5)
    assert answer.rate_effect == pytest.approx(0.0181, abs=5e-5)
    assert answer.mix_effect == pytest.approx(-0.0525, abs=5e-5)
    assert answer.is_reversal


@given(rows_strategy)
def test_it_is_the_definition_and_sums_to_the_change(rows: list[Counts]) -> None:
    answer = of(rows)
    everyone = [sum(row[0] for row in rows), sum(row[2] for row in rows)]
    whole = [
        Fraction(sum(row[1] for row in rows), everyone[0]),
        Fraction(sum(row[3] for row in rows), everyone[1]),
    ]
    assert answer.change == pytest.approx(float(whole[1] - whole[0]), abs=1e-14)
    assert answer.rate_effect + answer.mix_effect == pytest.approx(answer.change, abs=1e-12)
    variance = 0.0
    for place, (n0, x0, n1, x1) in enumerate(rows):
        share = [Fraction(n0, everyone[0]), Fraction(n1, everyone[1])]
        if n0 and n1:
            r0, r1 = Fraction(x0, n0), Fraction(x1, n1)
            spread = r0 * (1 - r0) / n0 + r1 * (1 - r1) / n1
            variance += float((sum(share) / 2) ** 2 * spread)
        else:
            r0 = r1 = Fraction(x0 + x1, max(1, n0 + n1))
        rate = sum(share) / 2 * (r1 - r0)
        mix = ((r0 + r1) / 2 - sum(whole) / 2) * (share[1] - share[0])
        assert answer.rate[place] == pytest.approx(float(rate), abs=1e-13)
        assert answer.mix[place] == pytest.approx(float(mix), abs=1e-13)
    assert answer.error == pytest.approx(math.sqrt(variance), abs=1e-13)


@given(rows_strategy)
def test_the_other_way_round_is_the_opposite(rows: list[Row]) -> None:
    answer = of(rows)
    back = of([(n1, x1, n0, x0) for n0, x0, n1, x1 in rows])
    assert back.rate == pytest.approx(-answer.rate, abs=1e-14)
    assert back.mix == pytest.approx(-answer.mix, abs=1e-14)
    assert back.is_reversal == answer.is_reversal


@given(rows_strategy, st.data())
def test_names_do_not_matter(rows: list[Row], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    answer, renamed = of(rows), of([rows[place] for place in order])
    assert renamed.rate_effect == pytest.approx(answer.rate_effect, abs=1e-14)
    assert renamed.mix_effect == pytest.approx(answer.mix_effect, abs=1e-14)
    assert renamed.rate == pytest.approx(answer.rate[order], abs=1e-14)


@given(rows_strategy, st.data())
def test_splitting_a_segment_of_equal_rates_moves_nothing(
    rows: list[Row], data: st.DataObject
) -> None:
    """However its leads are dealt to the halves, in either period differently."""
    place = data.draw(st.integers(0, len(rows) - 1))
    n0, x0, n1, x1 = rows[place]
    first, second = data.draw(
        st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)), label="the first half's shares"
    )
    halves = [
        (n0 * first, x0 * first, n1 * second, x1 * second),
        (n0 * (1 - first), x0 * (1 - first), n1 * (1 - second), x1 * (1 - second)),
    ]
    whole = of(rows)
    parts = of([*rows[:place], *halves, *rows[place + 1 :]])
    assert parts.rate_effect == pytest.approx(whole.rate_effect, abs=1e-12)
    assert parts.mix_effect == pytest.approx(whole.mix_effect, abs=1e-12)
    assert parts.is_reversal == whole.is_reversal


def test_new_and_vanished_segments_are_all_mix() -> None:
    answer = split([100, 50, 0], [20, 10, 0], [100, 0, 60], [20, 0, 30])
    assert answer.rate.tolist() == [0, 0, 0]
    assert answer.mix_effect == pytest.approx(answer.change, abs=1e-15)
    assert answer.error == pytest.approx(
        math.sqrt(((100 / 150 + 100 / 160) / 2) ** 2 * 2 * 0.2 * 0.8 / 100)
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(90, 9, 10, 2), (10, 5, 90, 54)], False),  # all rise, so does the whole
        ([(10, 1, 90, 18), (90, 45, 10, 6)], True),  # all rise, the whole falls
        ([(10, 1, 90, 9), (90, 45, 10, 6)], True),  # one rises, one stays, the whole falls
        ([(10, 1, 90, 9), (90, 45, 10, 5)], False),  # none moves: all mix, nothing reversed
        ([(10, 2, 90, 9), (90, 45, 10, 6)], False),  # one falls, one rises
        ([(10, 1, 90, 18), (90, 45, 10, 6), (0, 0, 9, 0)], True),  # a new one has no change
        ([(100, 10, 100, 10)], False),
        ([(50, 0, 50, 5), (50, 50, 45, 45), (0, 0, 5, 0)], True),  # one rises, the whole stays
    ],
)
def test_reversal(rows: list[Row], expected: bool) -> None:
    assert of(rows).is_reversal is expected


def test_the_interval_covers_as_it_says() -> None:
    """Where shares are fixed, 95 % of intervals of the rate effect hold the true one."""
    random = np.random.default_rng(5)
    n0, n1 = np.array([400, 300, 300]), np.array([400, 300, 900])
    r0, r1 = np.array([0.2, 0.3, 0.05]), np.array([0.22, 0.33, 0.06])
    true = ((n0 / n0.sum() + n1 / n1.sum()) / 2 * (r1 - r0)).sum()
    runs, held = 2_000, 0
    for _ in range(runs):
        x0, x1 = (random.binomial(n, r).astype(float) for n, r in ((n0, r0), (n1, r1)))
        low, high = split(n0, x0, n1, x1).rate_interval
        held += low <= true <= high
    assert held / runs == pytest.approx(0.95, abs=0.015)
    answer = split(n0, n0 * r0, n1, n1 * r1)
    low, high = answer.rate_interval
    assert (high - low) / 2 == pytest.approx(Z95 * answer.error)
    assert (high + low) / 2 == pytest.approx(answer.rate_effect)


def test_refused() -> None:
    with pytest.raises(ValueError, match="more successes"):
        split([1], [2], [1], [1])
    with pytest.raises(ValueError, match="more successes"):
        split([1], [-1], [1], [1])
    with pytest.raises(ValueError, match="more successes"):
        split([1, 2], [1], [1, 2], [1, 1])
    with pytest.raises(ValueError, match="no leads"):
        split([0], [0], [1], [1])


def test_velocity_worked() -> None:
    first = Factors(open=40, win=0.25, amount=25_000, days=90)
    assert first.per_day == pytest.approx(2_777.78, abs=5e-3)
    quicker = Factors(open=40, win=0.25, amount=25_000, days=81)
    assert velocity(first, quicker).ratio == pytest.approx(1.1111, abs=5e-5)
    answer = velocity(first, Factors(open=46, win=0.22, amount=27_000, days=99))
    assert answer.logs == pytest.approx((0.1398, -0.1278, 0.0770, -0.0953), abs=5e-5)
    assert answer.log == pytest.approx(-0.0064, abs=5e-5)
    assert answer.ratio == pytest.approx(0.9936, abs=5e-5)
    assert sum(answer.points) == pytest.approx(answer.after - answer.before, abs=1e-9)
    assert sum(map(abs, answer.weights)) == pytest.approx(1)
    assert answer.weights[0] == pytest.approx(0.1398 / 0.4399, abs=2e-4)


@given(st.lists(st.tuples(rates, rates), min_size=1, max_size=6))
def test_steps_sum_to_the_change(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    answer = steps(before, after)
    assert answer.before == math.prod(before)
    assert answer.after == math.prod(after)
    assert answer.log == pytest.approx(math.log(math.prod(after) / math.prod(before)), abs=1e-12)
    change = answer.after - answer.before
    assert math.fsum(answer.points) == pytest.approx(change, abs=1e-12)
    for log, points, weight in zip(answer.logs, answer.points, answer.weights, strict=True):
        assert math.copysign(1, log) == math.copysign(1, points)
        assert abs(weight) <= 1


def test_steps_that_do_not_move() -> None:
    answer = steps([0.3, 0.5], [0.3, 0.5])
    assert answer.points == answer.weights == (0.0, 0.0)
    assert answer.ratio == 1
    # Two that cancel out still have moved, and bring nothing together.
    answer = steps([0.2, 0.4], [0.4, 0.2])
    assert answer.weights == pytest.approx((0.5, -0.5))
    assert sum(answer.points) == pytest.approx(0, abs=1e-17)


def test_steps_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        steps([0.2, 0], [0.2, 0.1])
    with pytest.raises(ValueError, match="zip"):
        steps([0.2], [0.2, 0.1])
