"""A card: a figure that fills it has a least height in the style of the page."""

import pytest

from ui.page import card, layout, markdown


@pytest.mark.parametrize("height", range(card.STEP, card.TALLEST + 1, card.STEP))
def test_every_height_of_a_figure_that_fills_has_a_rule(height: int) -> None:
    style = layout.STYLE.read_text(encoding="utf-8")
    assert f'[class*="st-key-fill_{height}_"] {{ --least: {height}px; }}' in style


def test_a_sign_stays_beside_its_letter_and_its_number() -> None:
    assert markdown.unbroken("Hollow: n < 100 (q = 0.02)") == (
        "Hollow: n\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}100 "
        "(q\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.02)"
    )
    assert markdown.unbroken("in < 100") == "in < 100"
    assert "n\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}100" in markdown.gray("Hollow: n < 100.")
