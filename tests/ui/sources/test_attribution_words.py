"""Names of models, roles and vendors, names in a row, and returns."""

import pytest

from analytics.view.attribution_rules import MODELS, PRESETS, ROLES
from ui.language import current
from ui.sources import attribution_words


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_every_model_role_and_vendor_has_a_name_of_its_own(lang: str) -> None:
    current.use(lang)
    for slugs, name in (
        (MODELS, attribution_words.model),
        (ROLES, attribution_words.role),
        (tuple(PRESETS), attribution_words.preset),
    ):
        names = [name(slug) for slug in slugs]
        assert len(set(names)) == len(slugs)
        assert not set(names) & set(slugs)
    assert attribution_words.model("of tomorrow") == "of tomorrow"


def test_names_in_a_row() -> None:
    assert attribution_words.listed([]) == ""
    assert attribution_words.listed(["A"]) == "A"
    assert attribution_words.listed(["A", "B", "C"]) == "A, B and C"
    assert attribution_words.listed(["A", "B", "C"], most=1) == "A and 2 more"


@pytest.mark.parametrize(
    ("ratio", "told"), [(None, "–"), (float("nan"), "–"), (-0.42, "−42%"), (13.57, "+13.6×")]
)
def test_a_return_is_told_in_a_fitting_way(ratio: float | None, told: str) -> None:
    assert attribution_words.times(ratio) == told
