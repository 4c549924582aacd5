"""Survival: the worked example, R's answers, and two other hands: fractions and statsmodels."""

import math
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import final_rate, survival
from analytics.stats.intervals import Z95, wilson
from analytics.stats.survival import Curve
from tests.support.curves import (
    CODES,
    TEN,
    Answer,
    Stay,
    advanced_share,
    delta_variance,
    groups,
    hazards,
    log_log,
    of,
    of_frame,
    stays,
)
from tests.support.effort import effort


def test_worked_rows() -> None:
    curve = of(TEN)
    places = [list(curve.times).index(day) for day in (2, 3, 5, 6, 9, 15)]
    assert np.round(curve.survival[places], 4).tolist() == [
        0.9000, 0.8000, 0.6857, 0.5714, 0.4286, 0.2143,
    ]  # fmt: skip
    assert np.round(curve.incidence["advanced"][places], 4).tolist() == [
        0.1000, 0.2000, 0.2000, 0.3143, 0.4571, 0.4571,
    ]  # fmt: skip
    assert np.round(curve.incidence["lost"][places], 4).tolist() == [
        0.0000, 0.0000, 0.1143, 0.1143, 0.1143, 0.3286,
    ]  # fmt: skip
    assert curve.times.tolist() == [2, 3, 5, 6, 8, 9, 12, 15, 20]
    assert curve.at_risk.tolist() == [10, 9, 7, 6, 5, 4, 3, 2, 1]


# Published answers.


@pytest.fixture(scope="module")
def lung(real_data: Path) -> pd.DataFrame:
    return pd.read_csv(real_data / "survival" / "lung.csv")


@pytest.fixture(scope="module")
def aml(real_data: Path) -> pd.DataFrame:
    return pd.read_csv(real_data / "survival" / "aml.csv")


# n, events, median and the limits R prints, whose default is log; those of log(−log) are ours.
LUNG = [
    (None, None, 228, 165, 310, (285, 363), (284, 361)),
    ("sex", 1, 138, 112, 270, (212, 310), (210, 306)),
    ("sex", 2, 90, 53, 426, (348, 550), (345, 524)),
    ("ph.ecog", 0, 63, 37, 394, (348, 574), (340, 558)),
    ("ph.ecog", 1, 113, 82, 306, (268, 429), (245, 426)),
    ("ph.ecog", 2, 50, 44, 199, (156, 288), (153, 285)),
]


@pytest.mark.parametrize(("by", "value", "n", "events", "median", "log", "ours"), LUNG)
def test_lung(
    lung: pd.DataFrame,
    by: str | None,
    value: int | None,
    n: int,
    events: int,
    median: int,
    log: tuple[float, float],
    ours: tuple[float, float],
) -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    rows = lung if by is None else lung[lung[by] == value]
    curve = of_frame(rows, "time", rows["status"] == 2)
    assert (curve.leads, curve.left_any.sum()) == (n, events)
    assert survival.quantile(curve, 0.5) == (median, *ours)
    assert log_medians(curve) == log
    other = SurvfuncRight(rows["time"], (rows["status"] == 2).astype(int))
    assert other.quantile(0.5) == median
    with np.errstate(divide="ignore", invalid="ignore"):  # where nobody is left
        assert other.quantile_ci(0.5, method="cloglog") == ours


def log_medians(curve: Curve) -> tuple[float | None, float | None]:
    """The median's limits of type log, from Greenwood's variance as the log(−log) limits hold it.

    log(−log S) has the error of log S, divided by log S.
    """
    low, _ = curve.survival_limits
    inner = (curve.survival > 0) & (curve.survival < 1)
    logs, times = np.log(curve.survival[inner]), curve.times[inner]
    half = (np.log(-np.log(low[inner])) - np.log(-logs)) * -logs

    def first(limit: np.ndarray) -> float | None:
        reached = times[limit <= math.log(0.5)]
        return float(reached[0]) if reached.size else None

    return first(logs - half), first(logs + half)


def test_aml(aml: pd.DataFrame) -> None:
    maintained, not_maintained = (
        of_frame(rows, "time", rows["status"] == 1) for _, rows in aml.groupby("x")
    )
    assert (maintained.leads, maintained.left_any.sum()) == (11, 7)
    assert (not_maintained.leads, not_maintained.left_any.sum()) == (12, 11)
    assert survival.quantile(maintained, 0.5)[0] == 31
    assert survival.quantile(not_maintained, 0.5)[0] == 23
    assert (log_medians(maintained), log_medians(not_maintained)) == ((18, None), (8, None))
    # Two leave and one is last seen at 13: it was still there when they left.
    shares = [survival.remaining(maintained, day) for day in (9, 13, 18)]
    assert [round(share[0], 3) for share in shares if share] == [0.909, 0.818, 0.716]


def test_dd(real_data: Path) -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    rows = pd.read_csv(real_data / "survival" / "dd.csv")
    curve = of_frame(rows, "duration", rows["observed"] == 1)
    assert survival.quantile(curve, 0.5)[0] == 4
    other = SurvfuncRight(rows["duration"], rows["observed"])
    assert other.quantile(0.5) == 4
    with np.errstate(divide="ignore", invalid="ignore"):
        assert survival.quantile(curve, 0.5)[1:] == other.quantile_ci(0.5, method="cloglog")


# Against the definitions.


@given(stays)
def test_a_curve_is_its_definition(rows: list[Stay]) -> None:
    curve = of(rows)
    gone = curve.incidence_of("advanced")
    for at, there, still, advanced in zip(
        curve.times, curve.at_risk, curve.survival, gone, strict=True
    ):
        steps = hazards(rows, at)
        assert steps[-1][0] == there == survival.at_risk(curve, at)
        assert (still, advanced) == pytest.approx(
            tuple(map(float, advanced_share(steps))), abs=1e-12
        )


@given(stays)
def test_limits_are_those_of_the_delta_method(rows: list[Stay]) -> None:
    curve = of(rows)
    answers: list[tuple[Answer, tuple[np.ndarray, np.ndarray]]] = [
        (lambda steps: advanced_share(steps)[0], curve.survival_limits),
        (lambda steps: advanced_share(steps)[1], curve.incidence_limits("advanced")),
    ]
    for answer, (lows, highs) in answers:
        for at, low, high, there in zip(curve.times, lows, highs, curve.at_risk, strict=True):
            steps = hazards(rows, at)
            share = answer(steps)
            if 0 < share < 1:
                expected = log_log(float(share), float(delta_variance(steps, answer)))
            else:
                # Wilson's, on as many leads as those at risk would be had none gone out of sight.
                n = float(there / advanced_share(steps[:-1])[0])
                certain = n / (n + Z95**2)
                expected = (certain, 1.0) if share else (0.0, 1 - certain)
            assert (low, high) == pytest.approx(expected, abs=1e-9)


@given(stays, st.fractions(Fraction(1, 20), Fraction(19, 20)))
def test_a_quantile_is_the_first_time_at_or_below(rows: list[Stay], q: Fraction) -> None:
    value, low, high = survival.quantile(of(rows), float(q))
    times = sorted({at for at, _ in rows})
    reached = (at for at in times if advanced_share(hazards(rows, at))[0] <= 1 - q)
    assert value == next(reached, None)
    if value is not None:
        assert low is not None
        assert low <= value
    if high is not None:
        assert value is not None
        assert value <= high


@given(groups, st.randoms(use_true_random=False))
def test_groups_stand_for_their_leads(rows: list[tuple[int, str, int]], random: Random) -> None:
    curve = survival.curve(*zip(*rows, strict=True))
    each = of([(at, cause) for at, cause, leads in rows for _ in range(leads)])
    random.shuffle(rows)
    for other in (each, survival.curve(*zip(*rows, strict=True))):
        assert other.times.tolist() == curve.times.tolist()
        assert other.at_risk.tolist() == curve.at_risk.tolist()
        assert {cause: left.tolist() for cause, left in other.left.items()} == {
            cause: left.tolist() for cause, left in curve.left.items()
        }


@given(groups, st.randoms(use_true_random=False))
def test_durations_are_their_groups(rows: list[tuple[int, str, int]], random: Random) -> None:
    runs = [(np.repeat(float(at), leads), cause) for at, cause, leads in rows]
    random.shuffle(runs)
    half = len(runs) // 2
    together = [(np.concatenate([run for run, _ in runs[half:]]), "lost")] if half else runs
    # Some of them as one run in no order, all of one cause.
    of_each = [*runs[:half], *together] if half else runs
    found = survival.of_durations(*zip(*of_each, strict=True))
    seconds, cause = zip(*((at, cause) for run, cause in of_each for at in run), strict=True)
    expected = survival.curve(seconds, cause, [1] * len(seconds))
    assert found.times.tolist() == expected.times.tolist()
    assert found.at_risk.tolist() == expected.at_risk.tolist()
    assert {cause: left.tolist() for cause, left in found.left.items()} == {
        cause: left.tolist() for cause, left in expected.left.items()
    }


@given(st.lists(st.tuples(st.integers(1, 10**6), st.booleans()), min_size=1, max_size=3000))
def test_a_picture_has_few_points_and_each_is_exact(rows: list[tuple[int, bool]]) -> None:
    curve = of([(at, "advanced" if came else "open") for at, came in rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survival, "DRAWN", 20)
        places = curve.drawn("advanced")
    left = curve.left.get("advanced", np.zeros_like(curve.at_risk))
    assert places[-1] == curve.times.size - 1
    assert (np.diff(places) > 0).all()
    departures = np.flatnonzero(left)
    if departures.size <= 20:
        assert places.tolist() == sorted({*departures.tolist(), curve.times.size - 1})
    else:
        assert places.size <= 21
        # Between two points no more than one in twenty leave beside those at one time.
        gone = np.cumsum(left)[places]
        steps = np.diff(np.concatenate(([0], gone)))
        assert (steps - left[places] <= gone[-1] / 19 + 1).all()


# Against statsmodels, and why it is not used.


def columns(
    rows: list[tuple[int, str, int]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    present = [(at, CODES[cause], leads) for at, cause, leads in rows if leads]
    at, code, leads = zip(*present, strict=True)
    return np.array(at), np.array(code), np.array(leads)


@given(groups)
def test_survival_is_that_of_statsmodels(rows: list[tuple[int, str, int]]) -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    curve = survival.curve(*zip(*rows, strict=True))
    at, code, leads = columns(rows)
    events = curve.left_any > 0
    weighted = SurvfuncRight(at, (code > 0).astype(int), freq_weights=leads)
    with np.errstate(all="ignore"):
        repeated = SurvfuncRight(np.repeat(at, leads), np.repeat((code > 0).astype(int), leads))
    for other in (weighted, repeated):
        assert other.surv_times.tolist() == curve.times[events].tolist()
        assert other.n_risk.tolist() == curve.at_risk[events].tolist()
        assert other.surv_prob == pytest.approx(curve.survival[events], abs=1e-12)
    for share, error, low, high in zip(
        repeated.surv_prob,
        repeated.surv_prob_se,
        *(limit[events] for limit in curve.survival_limits),
        strict=True,
    ):
        if share > 0:
            assert (low, high) == pytest.approx(log_log(share, error**2), abs=1e-9)


@given(groups.filter(lambda rows: any(CODES[cause] and leads for _, cause, leads in rows)))
def test_incidence_is_that_of_statsmodels(rows: list[tuple[int, str, int]]) -> None:
    from statsmodels.duration.survfunc import CumIncidenceRight

    curve = survival.curve(*zip(*rows, strict=True))
    at, code, leads = columns(rows)
    weighted = CumIncidenceRight(at, code, freq_weights=leads)
    with np.errstate(all="ignore"):
        repeated = CumIncidenceRight(np.repeat(at, leads), np.repeat(code, leads))
    for place, cause in enumerate(["advanced", "lost"][: len(weighted.cinc)]):
        share = curve.incidence_of(cause)
        assert weighted.cinc[place] == pytest.approx(share, abs=1e-12)
        assert repeated.cinc[place] == pytest.approx(share, abs=1e-12)
        for value, error, low, high in zip(
            share, repeated.cinc_se[place], *curve.incidence_limits(cause), strict=True
        ):
            # Theirs is not a number at the time when the last leave.
            if 0 < value < 1 - 1e-9 and math.isfinite(error):
                assert (low, high) == pytest.approx(log_log(value, error**2), abs=1e-6)


def test_statsmodels_has_no_errors_for_grouped_leads() -> None:
    """The reason for this module: once statsmodels answers these, it can go."""
    from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

    at, code, leads = np.array([1, 2, 3]), np.array([1, 1, 0]), np.array([50, 25, 25])
    grouped = SurvfuncRight(at, code, freq_weights=leads).surv_prob_se
    one_by_one = SurvfuncRight(np.repeat(at, leads), np.repeat(code, leads)).surv_prob_se
    assert one_by_one == pytest.approx([0.05, 0.0433], abs=1e-4)
    assert grouped == pytest.approx([0.0707, 0.1225], abs=1e-4)
    assert CumIncidenceRight(at, code, freq_weights=leads).cinc_se is None


# At the edges.


def test_nobody() -> None:
    nobody = survival.curve([], [], [])
    assert (nobody.leads, nobody.last) == (0, None)
    assert survival.quantile(nobody, 0.5) == (None, None, None)
    assert final_rate.incidence(nobody, "advanced") is None
    assert survival.remaining(nobody, 0) is None
    assert survival.at_risk(nobody, 0) == 0
    assert survival.curve([3], ["lost"], [0]).leads == 0


def test_all_still_there() -> None:
    curve = survival.curve([5, 7], ["open", ""], [6, 4])
    assert curve.left == {}
    assert survival.quantile(curve, 0.5) == (None, None, None)
    eventual = final_rate.incidence(curve, "advanced")
    assert eventual is not None
    assert (eventual.value, eventual.low, eventual.is_final) == (0, None, False)
    assert (eventual.at_least, eventual.at_most) == (0, 1)
    # By day 5 none of ten had left: that much is known.
    by_then = final_rate.incidence(curve, "advanced", at=5)
    assert by_then is not None
    assert by_then.is_final
    assert by_then.high == pytest.approx(wilson(0, 10)[1])


def test_a_single_lead_says_little() -> None:
    left = survival.curve([5], ["advanced"], [1])
    assert survival.quantile(left, 0.5) == (5, 0, None)
    eventual = final_rate.incidence(left, "advanced")
    assert eventual is not None
    assert (eventual.value, eventual.is_final) == (1, True)
    assert (eventual.low, eventual.high) == pytest.approx(wilson(1, 1))
    assert survival.quantile(survival.curve([5], ["open"], [1]), 0.5)[0] is None


def test_all_leave_at_once() -> None:
    curve = survival.curve([0, 0], ["advanced", "lost"], [9_000, 1_000])
    assert survival.quantile(curve, 0.5) == (0, 0, 0)
    assert survival.quantile(curve, 0.9) == (0, 0, 0)
    remaining = survival.remaining(curve, 10)
    assert remaining is not None
    assert remaining[:2] == (0, 0)
    assert remaining[2] == pytest.approx(wilson(0, 10_000)[1])
    eventual = final_rate.incidence(curve, "advanced")
    assert eventual is not None
    assert (eventual.value, eventual.is_final) == (0.9, True)


def test_many_zero_durations_and_a_tail() -> None:
    curve = survival.curve(
        [0, 10, 20, 20], ["advanced", "lost", "lost", "open"], [600, 100, 280, 20]
    )
    assert survival.quantile(curve, 0.5) == (0, 0, 0)
    assert survival.quantile(curve, 0.7)[0] == 10
    eventual = final_rate.incidence(curve, "lost")
    assert eventual is not None
    # 2 % are still there: final, and at most .02 off, beside the error of 1,000 leads.
    assert eventual.value == pytest.approx(0.38)
    assert eventual.is_final
    assert (eventual.low, eventual.high) == (eventual.at_least, eventual.at_most)
    error = math.sqrt(0.38 * 0.62 / 1000)
    assert eventual.low == pytest.approx(0.38 - 1.7 * error, abs=3e-3)
    assert eventual.high == pytest.approx(0.40 + 1.7 * error, abs=3e-3)


def test_remaining() -> None:
    curve = of(TEN)
    assert survival.remaining(curve, 1) == (1, *wilson(10, 10))
    still = survival.remaining(curve, 7)
    assert still is not None
    assert still[0] == pytest.approx(4 / 7)
    assert survival.remaining(curve, 20) is not None
    # Two were there on day 15; what became of the last after day 20 nobody knows.
    assert survival.remaining(curve, 20.5) is None


def test_at_risk() -> None:
    curve = of(TEN)
    assert [survival.at_risk(curve, at) for at in (0, 2, 2.5, 3, 20, 21)] == [10, 10, 9, 9, 1, 0]


def test_a_half_is_a_half() -> None:
    """S ≤ ½ holds where S is ½ but for rounding: (9/10)(8/9)(7/8)(6/7)(5/6)."""
    curve = of([(day, "left") for day in range(10)])
    assert survival.quantile(curve, 0.5)[0] == 4
    assert survival.quantile(curve, 0.9)[0] == 8


def test_where_the_value_is_reached_but_its_limit_is_not() -> None:
    value, low, high = survival.quantile(of(TEN), 0.5)
    assert (value, low, high) == (9, 2, None)


@pytest.mark.parametrize(
    ("seconds", "cause", "leads", "message"),
    [
        ([1, 2], ["lost"], [1, 1], "as many"),
        ([-1], ["lost"], [1], "negative or missing"),
        ([math.nan], ["open"], [1], "negative or missing"),
        ([math.inf], ["open"], [1], "negative or missing"),
        ([1], [None], [1], "not text"),
        ([1], ["lost"], [-1], "count is negative"),
    ],
)
def test_what_is_no_stay_is_refused(
    seconds: list[float], cause: list[str], leads: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        survival.curve(seconds, cause, leads)


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf], ids=["negative", "nan", "inf"])
def test_what_is_no_duration_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="negative or missing"):
        survival.of_durations([np.array([3.0, seconds, 1.0])], ["lost"])


@pytest.mark.parametrize("q", [0, 1, -0.5, 50])
def test_what_is_no_quantile_is_refused(q: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        survival.quantile(of(TEN), q)


def test_ten_million_leads_in_twenty_thousand_groups() -> None:
    random = np.random.default_rng(3)
    size = 20_000
    seconds = random.exponential(40 * 86_400, size)
    cause = random.choice(np.array(["advanced", "lost", "went_back", "open"], dtype=object), size)
    leads = random.integers(1, 1_000, size)

    def work() -> survival.Curve:
        curve = survival.curve(seconds, cause, leads)
        survival.quantile(curve, 0.5)
        survival.quantile(curve, 0.9)
        final_rate.incidence(curve, "advanced")
        return curve

    spent, curve = min((effort(work) for _ in range(7)), key=lambda each: each[0])
    assert curve.leads == leads.sum()
    assert spent < 5


# How often it holds.
