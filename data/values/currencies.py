"""Currencies as companies write them: the codes of ISO 4217, and the signs that mean just one."""

import re
import unicodedata
from functools import cache

from babel.numbers import get_currency_precision, list_currencies

SIGNS = {"₫": "VND", "Đ": "VND", "VNĐ": "VND", "ĐỒNG": "VND", "US$": "USD", "€": "EUR", "£": "GBP"}
"""What stands for a code, in capitals. A `$` alone is the dollar of twenty countries."""


_IN_AMOUNTS = (
    r"(VNĐ|VND|ĐỒNG|US[$]|[₫Đ€£$₩฿₹₽]|S[$]|A[$]|HK[$]|(^|[^A-Z])("
    "USD|EUR|GBP|BRL|SGD|AUD|CAD|JPY|CNY|KRW|THB|INR|HKD|TWD|MYR|RUB|CHF)($|[^A-Z]))"
)
_SIGNS_IN_AMOUNTS = SIGNS | {
    "S$": "SGD", "A$": "AUD", "HK$": "HKD", "₩": "KRW", "฿": "THB", "₹": "INR", "₽": "RUB",
}  # fmt: skip
_IN_HEADER = re.compile(
    r"(?<![A-Za-z])(USD|EUR|GBP|VND|VNĐ|SGD|AUD|JPY|CNY|KRW|THB|US\$|€|£|₫)(?![A-Za-z])"
)
_DOLLARS = ("USD", "AUD", "CAD", "SGD", "HKD", "NZD", "TWD")
DOLLAR = "$"


def has_sign(column: str) -> str:
    """The SQL condition for amounts that name a currency."""
    return f"regexp_matches(upper(\"{column}\"), '{_IN_AMOUNTS}')"


def has_bare_dollar(column: str) -> str:
    """The SQL condition for amounts in some dollar, it is not said which."""
    text = f'upper("{column}")'
    return f"regexp_matches({text}, '(^|[^A-Z])[$]') and not contains({text}, 'USD')"


def of_amount(column: str, own: str) -> str:
    """The SQL of the code that an amount names, null where it names none.

    A `$` is the dollar of the store, where its `own` currency is one, else that of the USA.
    """
    sign = f"trim(regexp_extract(upper(\"{column}\"), '{_IN_AMOUNTS}', 1))"
    code = f"regexp_replace({sign}, '[^A-Z]', '', 'g')"
    known = " ".join(f"when '{sign}' then '{code}'" for sign, code in _SIGNS_IN_AMOUNTS.items())
    return f"case {sign} {known} when '$' then '{dollar_of(own)}' when '' then null else {code} end"


def of_header(header: str) -> str | None:
    """The code that the header of amounts names, `Value (USD)`; None where it names none."""
    found = _IN_HEADER.search(unicodedata.normalize("NFC", header))
    if found is None:
        return None
    sign = found[1].upper()
    return _SIGNS_IN_AMOUNTS.get(sign, sign)


def dollar_of(own: str) -> str:
    """The dollar that a `$` alone stands for in a store of that currency."""
    return own if own in _DOLLARS else "USD"


@cache
def codes() -> tuple[str, ...]:
    """Every code of ISO 4217, also of currencies that are no more: old spend was paid in them."""
    return tuple(sorted(list_currencies()))


def has_thousandths(rate_to: str) -> bool:
    """Whether `1.085` can be a rate into a currency: not where the smallest coin is a unit."""
    return get_currency_precision(rate_to) > 0
