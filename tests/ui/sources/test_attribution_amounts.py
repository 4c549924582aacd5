"""Amounts of credit: conversions as they are, money in one unit for all."""

import pytest

from ui.language import current
from ui.sources.attribution_amounts import Amounts

COUNTS = Amounts(by_value=False, currency="VND", scale=1.0)
MILLIONS = Amounts(by_value=True, currency="VND", scale=1e6)


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def test_conversions_have_no_unit() -> None:
    assert (COUNTS.measure, COUNTS.unit) == ("count", "")
    assert [COUNTS.short(amount) for amount in (3.0, 3.21, 12.3, -0.4)] == [
        "3",
        "3.2",
        "12",
        "−0.4",
    ]
    assert (COUNTS.span(1.26, 8), COUNTS.span(2, 104.4)) == ("1.3–8.0", "2–104")
    assert (COUNTS.long(3.21), COUNTS.long_span(1, 3.21)) == ("3.2", "1.0–3.2")


def test_money_is_in_the_unit_where_it_must_be_short() -> None:
    assert (MILLIONS.measure, MILLIONS.unit) == ("value", "₫M")
    assert (MILLIONS.short(7_250_000), MILLIONS.span(5e5, 2e7)) == ("7.2", "0–20")
    assert (MILLIONS.long(7_250_000), MILLIONS.long_span(1e6, 2e6)) == ("₫7.2M", "₫1M to ₫2M")


def test_there_may_be_no_band() -> None:
    assert COUNTS.long_span(float("nan"), float("nan")) == "–"
