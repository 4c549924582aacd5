"""The fit: by which rule a lead is one of those that the company means to sell to."""

from data.condition import Condition
from data.terms import test_of
from data.toml import TomlTable


def fit_of(table: TomlTable) -> Condition | None:
    """The rule of the table [fit]; None where the company has not written one. Raises TomlError."""
    if "fit" not in table:
        return None
    of_fit = table.table("fit")
    of_fit.has_only("rule")
    return test_of(of_fit, "rule")


def fit_table(rule: Condition) -> dict[str, str]:
    """The table [fit] that `fit_of` reads back to this rule."""
    return {"rule": rule.text}
