"""Terms: a condition as SQL of three values: null is that what it asks for is not known of a lead.

Values are bound; the names of columns are those of the store's own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.condition import (
    Compared,
    Condition,
    ConditionError,
    Field,
    Flag,
    Joined,
    Not,
    Term,
)
from data.quoting import quoted
from data.toml import TomlError, TomlTable

_OF_SCREENING = ("has_email", "has_phone", "consent", "call_outcome")


@dataclass
class Writer:
    """Writes terms about `leads` and `screening`, and keeps what they bind.

    columns: those of the table `leads`. What is asked of another one is not known.
    asks_screening: whether any term needs that table.
    """

    columns: Collection[str]
    parameters: dict[str, Any] = field(default_factory=dict)
    asks_screening: bool = False

    def term(self, term: Term) -> str:
        """The SQL of a term."""
        match term:
            case Joined(word, terms):
                return f"({f' {word} '.join(map(self.term, terms))})"
            case Not(inner):
                return f"(not {self.term(inner)})"
            case Flag(asked):
                return self.column(asked)
            case Compared(Field(kind="touch") as asked, sign, values):
                met = self.touched(asked, self.bind(list(values)))
                return f"(not {met})" if sign in ("<>", "not in") else met
            case Compared(asked, sign, values):
                return self._compared(asked, sign, values)

    def column(self, asked: Field) -> str:
        """The SQL of what is known of a lead under a name."""
        if asked.kind == "column" and asked.name not in self.columns:
            return "cast(null as varchar)"
        if asked.name in _OF_SCREENING:
            self.asks_screening = True
            return f"screening.{asked.name}"
        return f"leads.{quoted(asked.name)}"

    def touched(self, asked: Field, _values: str) -> str:
        """Whether one of the touches has one of the values: for a writer that knows up to when."""
        raise NotImplementedError(asked.name)

    def bind(self, value: Any) -> str:
        """A parameter of the value."""
        name = f"asked_{len(self.parameters) + 1:d}"
        self.parameters[name] = value
        return f"${name}"

    def _compared(self, asked: Field, sign: str, values: Sequence[str | float]) -> str:
        column, is_number = self.column(asked), isinstance(values[0], float)
        if asked.kind == "column":
            kind = "double" if is_number else "varchar"
            column = f"try_cast({column} as {kind})"
        if sign in ("in", "not in"):
            among = f"list_contains({self.bind(list(values))}, {column})"
            # A list contains no null, which is not to say that it is something else.
            met = f"case when {column} is not null then {among} end"
            return f"({met})" if sign == "in" else f"(not {met})"
        return f"({column} {sign} {self.bind(values[0])})"


def test_of(table: TomlTable, key: str) -> Condition:
    """The test under a key, of the lead itself, as a Writer can write it. Raises TomlError."""
    try:
        test = Condition(table.text(key) or "")
    except ConditionError as error:
        raise TomlError(f"{table.path(key)}: {error}") from error
    touched = [each.name for each in test.fields if each.kind == "touch"]
    if touched:
        raise TomlError(
            f"{table.path(key)}: {touched[0]} cannot stand here: what decides is known of the lead "
            "itself"
        )
    return test
