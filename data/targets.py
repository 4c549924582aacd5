"""The targets: what a company means to reach in a quarter."""

from dataclasses import astuple, dataclass, fields
from math import isfinite
from typing import Any

from data.toml import TomlError, TomlTable


@dataclass(frozen=True)
class Targets:
    """What is to come about in each quarter of a year; None where nothing is aimed at.

    leads, opportunities, won: how many of each. value: what is won, in the store's currency.
    """

    leads: float | None = None
    opportunities: float | None = None
    won: float | None = None
    value: float | None = None

    @classmethod
    def from_table(cls, table: TomlTable) -> "Targets":
        """The targets of the table [targets]; what it lacks is no target. Raises TomlError."""
        table.has_only(*NAMES)
        return cls(**{name: _amount(table, name) for name in table})

    def to_table(self) -> dict[str, Any]:
        """The table [targets] that `from_table` reads back to these; empty without any."""
        return {name: target for name in NAMES if (target := getattr(self, name)) is not None}

    def __bool__(self) -> bool:
        """Whether anything is aimed at."""
        return astuple(self) != astuple(Targets())


NAMES = tuple(field.name for field in fields(Targets))
"""The measures that can have a target."""


def _amount(table: TomlTable, name: str) -> float:
    amount = table.entries[name]
    is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
    if not (is_number and isfinite(amount) and amount > 0):
        raise TomlError(
            f"{table.path(name)}: {amount!r} is not a number above 0; write what is to be reached "
            f"in a quarter, such as {name} = 240, or leave the line out for no target"
        )
    return float(amount)
