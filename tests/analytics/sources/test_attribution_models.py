"""Each model shares a journey out as the definitions say: by hand, to the last part."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.view.attribution_rules import MODELS, POSITIONS, Credit
from analytics.view.view import segment_text
from tests.support.by_hand import Path, assert_adds_up, given_by, of_journeys, of_paths
from tests.support.histories import stores
from tests.support.reference_credit import Journey

EXAMPLE: list[tuple[Path, int, int]] = [
    (("A", "B", "C"), 3, 0),
    (("A", "C"), 2, 0),
    (("B",), 0, 5),
    (("A",), 0, 5),
    (("C",), 1, 0),
    (("B", "C"), 0, 4),
]


def test_worked_example_4() -> None:
    found = of_paths(EXAMPLE)
    assert found.chance == pytest.approx(0.3)
    markov = given_by(found, "markov")
    assert (markov["A"], markov["B"], markov["C"]) == pytest.approx(
        (1.0843, 2.0241, 2.8916), abs=5e-5
    )
    for model in ("shapley", "linear_source"):
        assert given_by(found, model) == pytest.approx({"A": 2, "B": 1, "C": 3, None: 0})
    # The game's values −.0375, −.1750 and .5125 sum to .3: six conversions share out the same way.
    rate = given_by(found, "shapley_rate")
    assert (rate["A"], rate["B"], rate["C"]) == pytest.approx((-0.75, -3.5, 10.25))
    assert found.few
    assert_adds_up(found)


@pytest.mark.parametrize(
    ("half_life", "days", "expected"),
    [(7, (14, 7, 0), (0.1429, 0.2857, 0.5714)), (30, (90, 30, 0), (0.0769, 0.3077, 0.6154))],
)
def test_time_decay(half_life: int, days: tuple[float, ...], expected: tuple[float, ...]) -> None:
    journey = Journey(("a", "b", "c"), 1.0, 0.0, days=days)
    credit = given_by(of_journeys([journey], Credit(half_life=half_life)), "decay")
    assert (credit["a"], credit["b"], credit["c"]) == pytest.approx(expected, abs=5e-5)


def test_a_touch_long_ago_does_not_fade_to_nothing() -> None:
    journey = Journey(("a", "b"), 1.0, 0.0, days=(9_001, 9_000))
    credit = given_by(of_journeys([journey], Credit(half_life=1)), "decay")
    assert (credit["a"], credit["b"]) == pytest.approx((1 / 3, 2 / 3))


@pytest.mark.parametrize(
    ("journey", "model", "expected"),
    [
        # One touch in two roles gets both.
        (Journey(("a", "b", "c"), 1, 0, created=0), "w", {"a": 60 / 70, "b": 5 / 70, "c": 5 / 70}),
        (Journey(("a",), 1, 0), "full", {"a": 1}),
        # No middle touch: what is left is 100 %.
        (Journey(("a", "b"), 1, 0), "u", {"a": 0.5, "b": 0.5}),
        (Journey(("a", "b"), 1, 0), "j", {"a": 0.25, "b": 0.75}),
        (
            Journey(("a", "b", "c", "d"), 1, 0),
            "inverse_j",
            {"a": 0.6, "b": 0.1, "c": 0.1, "d": 0.2},
        ),
        (
            Journey(("a", "b", "c", "d"), 1, 0, created=1, opportunity=2),
            "w",
            {"a": 0.3, "b": 0.3, "c": 0.3, "d": 0.1},
        ),
        (
            Journey(("a", "b", "c", "d", "e"), 1, 0, created=1, opportunity=2),
            "full",
            {"a": 0.225, "b": 0.225, "c": 0.225, "d": 0.1, "e": 0.225},
        ),
    ],
)
def test_positions(journey: Journey, model: str, expected: dict[str, float]) -> None:
    found = given_by(
        of_journeys([replace(journey, days=tuple(9.0 for _ in journey.sources))]), model
    )
    assert {source: credit for source, credit in found.items() if source} == pytest.approx(expected)


def test_a_role_without_anybody_leaves_equal_shares() -> None:
    weights = ((0.0, 0.0, 100.0, 0.0, 0.0),) * len(POSITIONS)
    found = of_paths([(("a", "b", "a"), 1, 0)], Credit(weights=weights))
    assert given_by(found, "u") == pytest.approx({"a": 2 / 3, "b": 1 / 3, None: 0})


_paths = st.lists(
    st.tuples(
        st.lists(st.sampled_from((*"abcd", None)), max_size=5).map(tuple),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=6,
)


@stores(25)
@given(_paths, st.integers(1, 3))
def test_names_are_nothing_but_names(paths: list[tuple[Path, int, int]], order: int) -> None:
    """Each conversion is shared out whole, whoever is called what, and nobody else gets any."""
    other = {"a": "d", "b": "z", "c": "a", "d": "~b", None: None}
    renamed = [(tuple(other[s] for s in path), won, lost) for path, won, lost in paths]
    credit = Credit(order=order)
    found, again = of_paths(paths, credit), of_paths(renamed, credit)
    assert_adds_up(found)
    there = {source for path, _, _ in paths for source in path}
    for model in MODELS:
        before, after = given_by(found, model), given_by(again, model)
        assert before.keys() <= there | {None}
        for source, amount in before.items():
            name = other[source]
            assert after.get(name and segment_text(name), 0.0) == pytest.approx(amount, abs=1e-7)


def test_a_source_on_no_path_gets_nothing() -> None:
    paths = [(("a", "b"), 5, 3), (("lost",), 0, 4)]
    found = of_paths(paths)
    for model in MODELS:
        credit = given_by(found, model)
        assert credit.keys() == {"a", "b", "lost", None}
        if model != "shapley_rate":
            assert credit["lost"] == 0
