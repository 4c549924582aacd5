"""Currencies as companies write them: the codes of ISO 4217, and the signs that mean just one."""

from functools import cache

from babel.numbers import get_currency_precision, list_currencies

SIGNS = {"₫": "VND", "Đ": "VND", "VNĐ": "VND", "ĐỒNG": "VND", "US$": "USD", "€": "EUR", "£": "GBP"}
"""What stands for a code, in capitals. A `$` alone is the dollar of twenty countries."""


@cache
def codes() -> tuple[str, ...]:
    """Every code of ISO 4217, also of currencies that are no more: old spend was paid in them."""
    return tuple(sorted(list_currencies()))


def has_thousandths(rate_to: str) -> bool:
    """Whether `1.085` can be a rate into a currency: not where the smallest coin is a unit."""
    return get_currency_precision(rate_to) > 0
