"""The rules of attribution as they are typed: only weights that add up are taken."""

import math

import pytest

from analytics.view.attribution_rules import POSITIONS, Credit
from ui.language import current
from ui.sources import attribution_settings


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


@pytest.mark.parametrize(
    "written", ["10.5", "10,5", " 10,5 %"], ids=["point", "comma", "with a sign"]
)
def test_what_is_typed_over_the_weights(written: str) -> None:
    table = attribution_settings.edited(
        Credit(), {0: {"first": "50", "rest": None}, 1: {"last": written}}
    )
    assert table["u"] == (50.0, 0.0, 0.0, 40.0, 0.0)
    assert table["w"] == (30.0, 30.0, 30.0, 10.5, 10.0)
    assert table["full"] == POSITIONS["full"]


@pytest.mark.parametrize(
    ("percents", "complaint"),
    [
        ((40, 0, 0, 40, 20), None),
        ((22.5, 22.5, 22.5, 22.5, 10), None),
        ((50, 0, 0, 40, 20), "U adds up to 110%: 10% too many."),
        ((0, 0, 0, 40, 20), "U adds up to 60%: 40% still to be given."),
        ((33.33, 33.33, 33.33, 0, 0), "U adds up to 99.99%: 0.01% still to be given."),
        ((-10, 0, 0, 90, 20), "U: a weight is between 0 and 100."),
        ((33.333, 33.333, 33.334, 0, 0), "U: at most two decimals."),
        ((math.nan, 0, 0, 90, 10), "U: a weight is a number, such as 22.5."),
    ],
)
def test_weights_that_cannot_be_say_why(percents: tuple[float, ...], complaint: str | None) -> None:
    assert attribution_settings.complaint("u", percents) == complaint
