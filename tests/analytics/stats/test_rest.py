"""A part held against the rest: a published number, and the same made of the rest itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.rest import Whole
from analytics.stats.survival import Curve, curve, quantile_alone

Stay = tuple[int, str]

STAYS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["advanced", "lost", "open", "open"])),
    min_size=1,
    max_size=40,
)


def of(stays: list[Stay]) -> Curve:
    return curve([float(at) for at, _ in stays], [way for _, way in stays], [1] * len(stays))


def test_log_rank_is_that_of_the_textbook() -> None:
    """R: survdiff(Surv(time, status) ~ x, data = aml) has chi squared 3.4 on 1 df, p = 0.065."""
    kept = [(9, 1), (13, 1), (13, 0), (18, 1), (23, 1), (28, 0), (31, 1), (34, 1), (45, 0),
            (48, 1), (161, 0)]  # fmt: skip
    not_kept = [(5, 1), (5, 1), (8, 1), (8, 1), (12, 1), (16, 0), (23, 1), (27, 1), (30, 1),
                (33, 1), (43, 1), (45, 1)]  # fmt: skip
    one, other = ([(at, "left" if n else "open") for at, n in rows] for rows in (kept, not_kept))
    assert Whole(of(one + other)).p_value(of(one)) == pytest.approx(0.0653, abs=5e-5)


@given(STAYS, STAYS)
def test_the_rest_has_the_median_of_its_own_curve(part: list[Stay], rest: list[Stay]) -> None:
    assert Whole(of(part + rest)).median_without(of(part)) == quantile_alone(of(rest), 0.5)


@given(STAYS, STAYS)
def test_log_rank_is_its_sum_over_times(part: list[Stay], rest: list[Stay]) -> None:
    together = part + rest
    expected = variance = 0.0
    for time in sorted({at for at, way in together if way != "open"}):
        n = sum(at >= time for at, _ in together)
        mine = sum(at >= time for at, _ in part)
        left = sum(at == time and way != "open" for at, way in together)
        expected += left * mine / n
        if n > 1:
            variance += left * (n - left) / (n - 1) * mine / n * (1 - mine / n)
    gone = sum(way != "open" for _, way in part)
    slow = math.erfc(abs(gone - expected) / math.sqrt(2 * variance)) if variance > 1e-12 else 1.0
    assert Whole(of(together)).p_value(of(part)) == pytest.approx(slow, abs=1e-9)
