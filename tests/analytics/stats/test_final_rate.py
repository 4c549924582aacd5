"""The final rate: the worked example, its definition in fractions, and the band of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import final_rate, survival
from analytics.stats.intervals import wilson
from tests import final_rates
from tests.support.curves import TEN, Stay, band, groups, log_log, of, stays


def test_worked_rates() -> None:
    curve = of(TEN)
    advanced, lost = (int(curve.left[cause].sum()) for cause in ("advanced", "lost"))
    assert advanced / curve.leads == 0.4
    assert round(advanced / (advanced + lost), 3) == 0.667
    losses_out_of_sight = of([(at, "open" if cause == "lost" else cause) for at, cause in TEN])
    assert round(1 - losses_out_of_sight.survival[-1], 3) == 0.5
    eventual = final_rate.incidence(curve, "advanced")
    assert eventual is not None
    assert round(eventual.value, 4) == 0.4571
    # 21 % are still there on day 20, and the two last stand for more than two of the ten each: the
    # truth lies between .4571 and .8857, as far as ten can tell.
    assert (eventual.is_final, eventual.low, eventual.high) == (False, None, None)
    assert (eventual.at_least, eventual.at_most) == pytest.approx(band(TEN)[:2])
    assert (round(eventual.at_least, 4), round(eventual.at_most, 4)) == (0.1748, 0.9768)
    assert (eventual.seconds, eventual.at_risk) == (20, 1)
    # The limits of lifelines 0.30, AalenJohansenFitter.
    low, high = curve.incidence_limits("advanced")
    assert (low[-1], high[-1]) == pytest.approx((0.130917, 0.739815), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["advanced", "lost"])), min_size=1))
def test_with_nobody_out_of_sight_it_is_the_plain_share(rows: list[Stay]) -> None:
    eventual = final_rate.incidence(of(rows), "advanced")
    assert eventual is not None
    advanced, n = sum(cause == "advanced" for _, cause in rows), len(rows)
    assert eventual.is_final
    assert eventual.value == pytest.approx(advanced / n)
    share = advanced / n
    inner = 0 < advanced < n
    expected = log_log(share, share * (1 - share) / n) if inner else wilson(advanced, n)
    assert (eventual.low, eventual.high) == pytest.approx(expected, abs=1e-9)


@given(stays)
def test_a_band_is_imbens_and_manskis(rows: list[Stay]) -> None:
    eventual = final_rate.incidence(of(rows), "advanced")
    assert eventual is not None
    *expected, is_final = band(rows)
    assert (eventual.at_least, eventual.at_most) == pytest.approx(tuple(expected), abs=1e-9)
    assert eventual.is_final == is_final


@given(stays, st.integers(2, 4))
def test_leads_of_one_fate_count_as_one(rows: list[Stay], size: int) -> None:
    """Companies whose leads all do the same say no more than one lead of each."""
    each = [row for row in rows for _ in range(size)]
    seconds, cause = (np.array(part) for part in zip(*each, strict=True))
    numbers = np.repeat(np.arange(len(rows)), size)
    together = final_rate.Companies(seconds.astype(float), cause, numbers)
    alone = final_rate.Companies(seconds.astype(float), cause, np.arange(len(each)))
    whole = of(each)
    few = of(rows)
    for cause_left in ("advanced", "lost"):
        left = whole.left.get(cause_left, np.zeros_like(whole.at_risk))
        few_left = few.left.get(cause_left, np.zeros_like(few.at_risk))
        for place in range(whole.times.size):
            error, expected = (
                final_rate._error(curve, gone, place, companies, {cause_left})
                for curve, gone, companies in ((whole, left, together), (few, few_left, None))
            )
            assert error**2 == pytest.approx(expected**2, abs=1e-12)
            assert final_rate._error(whole, left, place, alone, {cause_left}) == pytest.approx(
                final_rate._error(whole, left, place, None, {cause_left}), abs=1e-9
            )


@given(groups)
def test_everyone_is_somewhere(rows: list[tuple[int, str, int]]) -> None:
    curve = survival.curve(*zip(*rows, strict=True))
    total = curve.survival + sum(curve.incidence.values(), np.zeros_like(curve.times))
    assert np.abs(total - 1).max() < 1e-12
    for name in ("advanced", "lost", "nobody went this way"):
        eventual = final_rate.incidence(curve, name)
        assert eventual is not None
        assert 0 <= eventual.at_least <= eventual.value + 1e-12
        assert eventual.value <= eventual.at_most + 1e-12 <= 1 + 2e-12
        limits = (eventual.at_least, eventual.at_most) if eventual.is_final else (None, None)
        assert (eventual.low, eventual.high) == limits
        share, is_final = final_rate.final_share(curve, name)
        assert share == pytest.approx(eventual.value)
        assert is_final == eventual.is_final


def test_one_last_lead_does_not_settle_it_for_those_out_of_sight() -> None:
    """Of 100, 40 advance and 59 are last seen on day 30; the only one left advances on day 400."""
    curve = survival.curve([20, 30, 400], ["advanced", "open", "advanced"], [40, 59, 1])
    eventual = final_rate.incidence(curve, "advanced")
    assert eventual is not None
    assert eventual.value == 1
    assert not eventual.is_final
    # One-sided, as nothing is known of 60 %; none went another way.
    assert eventual.at_least == pytest.approx(log_log(0.4, 0.4 * 0.6 / 100, 1.644854)[0], abs=1e-6)
    assert eventual.at_most == 1
    by_day_30 = final_rate.incidence(curve, "advanced", at=30)
    assert by_day_30 is not None
    assert (by_day_30.value, by_day_30.is_final) == (0.4, True)


def test_a_tail_of_some_leads_settles_it() -> None:
    """Of 100, 40 are last seen on day 30; the other 20 still there leave, each 3 % of the whole."""
    curve = survival.curve([20, 30, 50], ["advanced", "open", "lost"], [40, 40, 20])
    eventual = final_rate.incidence(curve, "advanced")
    assert eventual is not None
    assert (eventual.value, eventual.is_final) == (0.4, True)


def test_by_a_time() -> None:
    curve = of(TEN)
    before = final_rate.incidence(curve, "advanced", at=1)
    assert before is not None
    assert (before.value, before.is_final, before.at_risk) == (0, True, 10)
    assert (before.low, before.high) == pytest.approx(wilson(0, 10))
    between = final_rate.incidence(curve, "advanced", at=7)
    assert between is not None
    assert between.value == pytest.approx(0.3143, abs=5e-5)
    assert (between.seconds, between.is_final) == (6, True)
    for too_late in (16, 21):
        beyond = final_rate.incidence(curve, "advanced", at=too_late)
        assert beyond is not None
        assert not beyond.is_final


@pytest.mark.parametrize(
    ("cell", "least"),
    [(final_rates.Cell(200, 0.3, 0.3, 20.0), 0.93), (final_rates.Cell(200, 0.3, 0.7, 3.0), 0.98)],
    ids=["some-never-leave", "short-follow-up"],
)
def test_the_band_covers_the_truth(cell: final_rates.Cell, least: float) -> None:
    """In 95 %, or more where the truth is inside its bounds; without their error it is in half."""
    found = final_rates.covered(cell, runs=400)
    assert found.share >= least - 0.02
    assert found.width > found.unknown
