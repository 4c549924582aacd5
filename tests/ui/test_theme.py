"""The look: colours that can be told apart, and that mean the same everywhere."""

import pytest

from data.pipeline import GROUPS
from ui import theme as ui_theme
from ui.theme import DARK, LIGHT, Look

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@pytest.mark.parametrize(
    ("name", "expected"), [("dark", DARK), ("light", LIGHT), (None, LIGHT), ("sepia", LIGHT)]
)
def test_theme_of_the_browser(name: str | None, expected: Look) -> None:
    assert ui_theme.look(name) is expected


@BOTH
def test_text_is_readable_on_the_page(theme: Look) -> None:
    for page in (theme.background, theme.secondary, theme.sidebar):
        assert ui_theme.contrast(theme.ink, page) > 7
        assert ui_theme.contrast(theme.muted, page) > 4.5


@BOTH
def test_text_is_readable_on_every_mark(theme: Look) -> None:
    marks = (*theme.stages, *map(theme.open, GROUPS), *theme.sources, *theme.sequential)
    for mark in marks:
        # Between white and near-black 4.2 is what the hardest colour allows.
        assert ui_theme.contrast(ui_theme.text_on(mark), mark) > 4.2, mark


@BOTH
def test_deeper_stages_stand_out_more(theme: Look) -> None:
    contrasts = [ui_theme.contrast(theme.stage(group), theme.background) for group in GROUPS]
    assert contrasts == sorted(contrasts)
    assert min(contrasts) > 3


@BOTH
def test_open_is_paler_than_its_stage(theme: Look) -> None:
    for group in GROUPS:
        pale, full = theme.open(group), theme.stage(group)
        assert ui_theme.contrast(pale, theme.background) < ui_theme.contrast(full, theme.background)


@BOTH
def test_a_source_keeps_its_colour(theme: Look) -> None:
    ranked = [f"source {place}" for place in range(12)]
    colours = [theme.source(name, ranked) for name in ranked]
    assert len(set(colours[:8])) == 8
    assert set(colours[8:]) == {theme.other}
    assert theme.source("never seen", ranked) == theme.other


@BOTH
def test_an_exit_has_no_stage_colour(theme: Look) -> None:
    assert theme.stage(None) == theme.neutral


def test_mix() -> None:
    assert ui_theme.mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert ui_theme.mix("#174A92", "#FFFFFF", 1.0) == "#174A92"
    assert LIGHT.over("#174A92", 0) == LIGHT.background


def test_contrast_is_that_of_wcag() -> None:
    assert ui_theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert ui_theme.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
