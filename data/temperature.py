"""The temperature: by which rules a lead is hot, warm or cold."""

from dataclasses import dataclass

from data.condition import Condition, Field
from data.terms import Writer, test_of
from data.toml import TomlTable

TEMPERATURES = ("cold", "warm", "hot")

_ANSWERS = [Field("flag", name) for name in ("need", "budget", "authority", "timing")]
_HOT, _WARM = Condition("need and budget and timing"), Condition("need")


@dataclass(frozen=True)
class Temperature:
    """What is asked of a lead that is hot, and of one that is warm.

    The first test that it meets decides. One that meets neither is cold where anything is known
    that they ask for, or one of the four answers; else it is not known how hot it is.
    """

    hot: Condition = _HOT
    warm: Condition = _WARM

    @classmethod
    def from_table(cls, table: TomlTable) -> "Temperature":
        """The rules of a table [temperature]; what it lacks is the default. Raises TomlError."""
        table.has_only("hot", "warm")
        return cls(**{key: test_of(table, key) for key in ("hot", "warm") if key in table})

    def to_table(self) -> dict[str, str]:
        """The table that `from_table` reads back to these rules."""
        return {"hot": self.hot.text, "warm": self.warm.text}

    def sql(self, writer: Writer) -> str:
        """The SQL of the temperature of a row of `leads`; null where it is not known."""
        hot, warm = (writer.term(each.term) for each in (self.hot, self.warm))
        others = (self.hot.fields | self.warm.fields) - {*_ANSWERS}
        asked = (*_ANSWERS, *sorted(others, key=lambda each: each.name))
        known = " or ".join(f"{writer.column(each)} is not null" for each in asked)
        return f"case when {hot} then 'hot' when {warm} then 'warm' when {known} then 'cold' end"
