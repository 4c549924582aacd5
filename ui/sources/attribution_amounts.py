"""Amounts of credit in words: conversions, or money in one unit for all of them."""

from dataclasses import dataclass

import pandas as pd

from analytics.scope import Scope
from analytics.sources.attribution import Attribution
from ui.language import formats


@dataclass(frozen=True)
class Amounts:
    """How amounts are written: by value in so many of the currency at once, else `scale` is 1."""

    by_value: bool
    currency: str
    scale: float

    @property
    def measure(self) -> str:
        """What is counted, as the rules name it."""
        return "value" if self.by_value else "count"

    @property
    def unit(self) -> str:
        """The name of the unit, `tỷ ₫`; nothing for conversions."""
        return formats.money_unit(self.scale, self.currency) if self.by_value else ""

    def short(self, amount: float) -> str:
        """An amount that fits a cell, in the unit."""
        amount /= self.scale
        is_round = abs(amount - round(amount)) < 0.05
        return formats.number(amount, 1 if abs(amount) < 9.95 and not is_round else 0)

    def span(self, low: float, high: float) -> str:
        """Two amounts that fit a cell, in the unit."""
        low, high = low / self.scale, high / self.scale
        return formats.span(low, high, formats.decimals_of(high))

    def long(self, amount: float) -> str:
        """An amount in full."""
        return formats.money(amount, self.currency) if self.by_value else formats.measure(amount)

    def long_span(self, low: float, high: float) -> str:
        """Two amounts in full."""
        if pd.isna(low):
            return formats.NOTHING
        if self.by_value:
            return formats.between(self.long(low), self.long(high))
        return formats.span(low, high, formats.decimals_of(high))


def amounts_of(scope: Scope, found: Attribution, grid: pd.DataFrame) -> Amounts:
    """How the amounts of a grid are written: in the unit of its largest."""
    by_value = scope.view.credit.measure == "value"
    scale = formats.money_scale(grid.to_numpy().ravel()) if by_value else 1.0
    return Amounts(by_value, found.currency or "", scale)
