"""The chance left: by hand, by lifelines, and as Aalen–Johansen of just those who stayed on."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.chance_left import ChanceLeft, chance_left
from analytics.stats.intervals import Z95, wilson
from tests.support.curves import TEN, Stay, advanced_share, delta_variance, hazards, of, stays

WON = {"advanced": 1.0}


def left(rows: list[Stay], after: float, won: dict[str, float] = WON) -> ChanceLeft:
    return chance_left(of(rows), won, np.array([float(after)]))


# Worked by hand, each of those who stayed on one by one; lifelines 0.30.3 has the same.

NOBODY_CENSORED = [(at, cause) for at, cause in zip(range(1, 9), "aalalall", strict=True)]
LATE = [(1, "l"), (2, ""), (4, "a"), (7, "l"), (9, "a"), (11, ""), (12, "a"), (30, "")]
NAMES = {"a": "advanced", "l": "lost", "": "open"}


def named(rows: list[tuple[int, str]]) -> list[Stay]:
    return [(at, NAMES[cause]) for at, cause in rows]


@pytest.mark.parametrize(
    ("rows", "after", "by_hand", "there"),
    [
        (TEN, 5, Fraction(1, 6) + Fraction(5, 6) * Fraction(1, 4), 6),
        (TEN, 9, Fraction(0), 3),
        (named(NOBODY_CENSORED), 3, Fraction(2, 5), 5),
        (named(NOBODY_CENSORED), 6, Fraction(0), 2),
        # Of 4, 7, 9, 11 (still there), 12 and 30 (still there): a sixth, then of the four sixths
        # that are left after the loss a quarter, then of the rest a half.
        (named(LATE), 2, Fraction(1, 6) + Fraction(4, 6) * (Fraction(1, 4) + Fraction(3, 8)), 6),
    ],
)
def test_by_hand(rows: list[Stay], after: int, by_hand: Fraction, there: int) -> None:
    found = left(rows, after)
    assert found.chance[0] == pytest.approx(float(by_hand))
    assert found.at_risk[0] == there
    assert found.low[0] <= found.chance[0] <= found.high[0]


@pytest.mark.parametrize(
    ("rows", "after", "chance", "variance"),
    [
        (TEN, 5, 0.375, 0.045572916666666664),
        (named(LATE), 2, 0.5833333333333334, 0.050925925925925944),
    ],
)
def test_lifelines_has_the_same_of_those_who_stayed_on(
    rows: list[Stay], after: int, chance: float, variance: float
) -> None:
    """AalenJohansenFitter(calculate_variance=True).fit of the stays beyond `after` alone."""
    found = left(rows, after)
    assert found.chance[0] == pytest.approx(chance)
    middle = math.log(-math.log(chance))
    half = Z95 * math.sqrt(variance) / abs(chance * math.log(chance))
    assert found.low[0] == pytest.approx(math.exp(-math.exp(middle + half)))
    assert found.high[0] == pytest.approx(math.exp(-math.exp(middle - half)))


@given(stays, st.integers(0, 6))
def test_it_is_the_incidence_of_those_who_stayed_on(rows: list[Stay], after: int) -> None:
    found = left(rows, after)
    later = [(at, cause) for at, cause in rows if at > after]
    assert found.at_risk[0] == len(later)
    if not later:
        assert np.isnan([found.chance[0], found.low[0], found.high[0]]).all()
        return
    curve = of(later)
    assert found.chance[0] == pytest.approx(float(curve.incidence_of("advanced")[-1]))
    if 0 < found.chance[0] < 1:
        expected = tuple(limit[-1] for limit in curve.incidence_limits("advanced"))
    else:  # all were won or none was, of those who were seen to leave
        gone = int(curve.left_any.sum())
        expected = wilson(round(gone * found.chance[0]), gone) if gone else (0.0, 1.0)
    assert (found.low[0], found.high[0]) == pytest.approx(expected, abs=1e-6)


@given(stays, st.fractions(0, 1, max_denominator=9), st.fractions(0, 1, max_denominator=9))
def test_of_those_who_go_one_way_a_share_may_be_won(
    rows: list[Stay], advanced: Fraction, lost: Fraction
) -> None:
    """The chance and its variance by the definitions: the delta method on every hazard.

    And that of the shares, which are those of all who ever went that way.
    """

    def expected(steps: list[tuple[int, Fraction, Fraction]]) -> Fraction:
        still, found = Fraction(1), Fraction(0)
        for _there, advancing, losing in steps:
            found += still * (advancing * advanced + losing * lost)
            still *= 1 - advancing - losing
        return found

    steps = hazards(rows, math.inf)
    found = left(rows, -1, {"advanced": float(advanced), "lost": float(lost)})
    share = expected(steps)
    assert found.chance[0] == pytest.approx(float(share))
    variance = float(delta_variance(steps, expected))
    for cause, won in (("advanced", advanced), ("lost", lost)):
        if went := sum(each == cause for _at, each in rows):
            going = float(left(rows, -1, {cause: 1.0}).chance[0])
            variance += going**2 * float(won * (1 - won)) / went
    if 0 < share < 1 and variance > 1e-12:
        middle = math.log(-math.log(share))
        half = Z95 * math.sqrt(variance) / abs(share * math.log(share))
        assert found.low[0] == pytest.approx(math.exp(-math.exp(middle + half)))


def test_what_is_not_known_is_not_taken_for_nothing() -> None:
    unknown = {"advanced": 1.0, "lost": math.nan}
    assert np.isnan(left(TEN, 9, unknown).chance[0])  # one is lost later, at 15
    still_known = left(TEN, 15, unknown)
    assert (still_known.chance[0], still_known.at_risk[0]) == (0.0, 1)


def test_the_share_of_all_is_the_incidence() -> None:
    still, share = advanced_share(hazards(TEN, math.inf))
    assert left(TEN, -1).chance[0] == pytest.approx(float(share))
    assert float(still) > 0  # some are there in the end, and count as never won


def test_the_band_holds_the_truth_of_simulated_stays() -> None:
    """Of 400 samples of 300 leads, each still there after 5 days with a known chance.

    A third of them go on, and of those two in five are won, as seen in the sample itself.
    """
    random = np.random.default_rng(15)
    moving = winning = 0
    for _sample in range(400):
        won = random.exponential(20.0, 300)
        lost = random.exponential(10.0, 300)
        watched = random.uniform(20.0, 200.0, 300)
        at = np.minimum(np.minimum(won, lost), watched)
        cause = np.where(at == watched, "", np.where(won < lost, "advanced", "lost"))
        rows = list(zip(at.tolist(), cause.tolist(), strict=True))
        found = left(rows, 5)
        moving += bool(found.low[0] <= 1 / 3 <= found.high[0])
        share = random.binomial((cause == "advanced").sum(), 0.4) / (cause == "advanced").sum()
        found = left(rows, 5, {"advanced": share})
        winning += bool(found.low[0] <= 0.4 / 3 <= found.high[0])
    assert 0.93 <= moving / 400 <= 0.97
    assert 0.93 <= winning / 400 <= 0.97
