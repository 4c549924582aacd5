"""A card: a figure that fills it has a least height in the style of the page."""

import pytest

from ui.page import card, layout


@pytest.mark.parametrize("height", range(card.STEP, card.TALLEST + 1, card.STEP))
def test_every_height_of_a_figure_that_fills_has_a_rule(height: int) -> None:
    style = layout.STYLE.read_text(encoding="utf-8")
    assert f'[class*="st-key-fill_{height}_"] {{ --least: {height}px; }}' in style
