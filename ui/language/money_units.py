"""Units of money for many amounts side by side: one for all, said once, so that cells hold them."""

from collections.abc import Iterable
from math import isfinite

from ui.language import formats

_SCALES = (1e9, 1e6, 1e3)


def scale(amounts: Iterable[float]) -> float:
    """The largest of a thousand, a million, a billion that the largest amount reaches; else 1."""
    most = max((abs(amount) for amount in amounts if isfinite(amount)), default=0.0)
    return next((each for each in _SCALES if most >= each), 1.0)


def unit(of: float, currency: str) -> str:
    """The name of a unit: `tỷ ₫`, `₫B`."""
    return formats.money(of, currency).replace("1", "", 1).strip()


def brief(amount: float, of: float) -> str:
    """An amount in a unit, with about three digits that count: `0,17`, `9,8`, `753`."""
    share = abs(amount) / of
    return formats.number(amount / of, 2 if 0 < share < 0.995 else 1 if share < 99.5 else 0)
