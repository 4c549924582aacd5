"""Names of models, roles and vendors, names in a row, and returns."""

import pytest

from analytics.sources.scoreboard import COMPARED
from analytics.view.attribution_rules import MODELS, OWN, PRESETS, ROLES
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


def test_returns_of_one_column_are_told_in_one_way() -> None:
    assert attribution_words.returns([None, float("nan"), -0.42, 6.03]) == [
        "–",
        "–",
        "−42%",
        "+603%",
    ]
    assert attribution_words.returns([-0.42, 1477.72]) == ["−0.4×", "1,477.7×"]


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_every_way_of_giving_credit_has_a_plain_name_of_its_own(lang: str) -> None:
    current.use(lang)
    names = [attribution_words.way(way) for way in (OWN, *COMPARED)]
    assert len(set(names)) == len(names)
    assert not any(word in " ".join(names) for word in ("Markov", "Shapley", "U"))
    assert attribution_words.way("w") == attribution_words.model("w")
