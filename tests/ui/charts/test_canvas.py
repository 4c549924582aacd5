"""What all figures share: room for labels, round values, and the language."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import charts
from ui.charts.canvas import apart, round_values, width_of
from ui.language import current
from ui.theme import LIGHT

HEIGHTS = st.lists(st.floats(0, 1000), min_size=1, max_size=12)


@given(HEIGHTS, st.floats(0.1, 80))
def test_labels_are_apart_in_the_order_of_what_they_name(wanted: list[float], gap: float) -> None:
    placed = apart(wanted, gap, 0, 1000)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    assert all(placed[b] - placed[a] >= gap - 1e-6 for a, b in pairwise(order))
    assert min(placed) >= -1e-6
    assert max(placed) <= 1000 + 1e-6
    if all(wanted[b] - wanted[a] >= gap for a, b in pairwise(order)):
        assert placed == pytest.approx(wanted), "what is apart already stays where it is"


def test_labels_share_what_room_there_is() -> None:
    assert apart([5, 5, 5], 100, 0, 10) == pytest.approx([0, 5, 10])
    assert apart([], 1, 0, 10) == []
    assert apart([4, 5], 3, 0, 10) == pytest.approx([3, 6])


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(2, 6))
def test_round_values_lie_within(low: float, width: float, most: int) -> None:
    values = round_values(low, low + width, most)
    assert 1 <= len(values) <= most
    slack = 1e-6 * max(1.0, abs(low), width)
    assert all(low - slack <= value <= low + width + slack for value in values)


def test_round_values() -> None:
    assert round_values(0, 148, 3) == [0, 50, 100]
    assert round_values(0.002, 0.011) == [0.0025, 0.005, 0.0075, 0.01]
    assert round_values(3, 3) == [3]


def test_stacked_marks_take_no_room() -> None:
    assert width_of("Ấ") == width_of("A\u0302\u0301") == width_of("A")
    assert width_of("<i>Ads</i>") == width_of("Ads") < width_of("<b>Ads</b>")


def test_numbers_of_plotly_itself_follow_the_language() -> None:
    assert charts.base(LIGHT, 100).layout.separators == ",."
    current.use("en")
    assert charts.base(LIGHT, 100).layout.separators == ".,"
