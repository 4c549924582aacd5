"""The stop rule: the error it keeps, against simulated lists; its probabilities by SciPy."""

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.stopping import ERROR, planned_looks, probability_below, stop_rule


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.05, 0.95))
def test_the_probability_is_that_of_the_beta_distribution(
    good: int, bad: int, promised: float
) -> None:
    wanted = scipy.stats.beta.cdf(promised, good + 1, bad + 1)
    assert probability_below(promised, good, good + bad) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("promised", [0.6, 0.85])
def test_of_lists_that_keep_their_promise_no_more_are_stopped_than_is_said(promised: float) -> None:
    """An independent hand: 20,000 lists called number by number, looked at as planned."""
    looks = planned_looks(500)
    assert looks == tuple(range(50, 501, 50))
    rule = stop_rule(promised, looks)
    assert 0.6 * ERROR < rule.error <= ERROR
    calls = np.random.default_rng(7).random((20_000, 500)) < promised
    good = calls.cumsum(axis=1)[:, np.array(looks) - 1]
    # Stopped at the first look at which the share is surely below: by SciPy, not by our bounds.
    sure = scipy.stats.beta.cdf(promised, good + 1, np.array(looks) - good + 1)
    stopped = float((sure >= rule.sureness).any(axis=1).mean())
    assert stopped == pytest.approx(rule.error, abs=4 * (ERROR / 20_000) ** 0.5)
    assert stopped == float(
        np.mean([rule.stops_at(list(map(int, each))) is not None for each in good])
    )


def test_a_bad_list_is_stopped_early() -> None:
    rule = stop_rule(0.6, planned_looks(500))
    calls = np.random.default_rng(8).random((2_000, 500)) < 0.4
    good = calls.cumsum(axis=1)[:, np.array(rule.looks) - 1]
    places = [rule.stops_at(list(map(int, each))) for each in good]
    assert None not in places
    assert np.median([place for place in places if place is not None]) <= 2


@given(st.floats(0.1, 0.9), st.integers(50, 400))
@settings(max_examples=15)
def test_the_error_is_kept_whatever_is_promised(promised: float, numbers: int) -> None:
    rule = stop_rule(promised, planned_looks(numbers))
    assert rule.error <= ERROR + 1e-12
    assert all(bound < promised * look for bound, look in zip(rule.bounds, rule.looks, strict=True))


def test_a_short_list_has_no_look_and_a_long_one_twenty() -> None:
    assert planned_looks(49) == ()
    assert len(planned_looks(100_000)) == 20
    assert stop_rule(0.6, ()).error == 0


@pytest.mark.parametrize(
    ("promised", "looks"),
    [(0.0, (50,)), (1.0, (50,)), (0.5, (50, 50)), (0.5, (0, 50))],
    ids=["nothing", "everything", "a-look-twice", "before-the-first"],
)
def test_a_rule_that_makes_no_sense_is_refused(promised: float, looks: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"no rule|must rise"):
        stop_rule(promised, looks)
