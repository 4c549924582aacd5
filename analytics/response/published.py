"""What others have published of how soon leads are answered: figures to cite, and whose."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.toml import TomlTable

_FILE = Path(__file__).with_name("published.toml")


@dataclass(frozen=True)
class Figure:
    """A figure as it is cited.

    says, caveat, n: what it says, what has to stand beside it, and of how many, by language.
    licence: by which it may be cited.
    sells: whether it is about what a fast answer brings.
    """

    says: dict[str, str]
    caveat: dict[str, str]
    source: str
    year: int
    n: dict[str, str]
    licence: str
    sells: bool


@cache
def figures() -> tuple[Figure, ...]:
    """All of them, in the order of the file."""
    table = TomlTable.parse(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Figure(
            entry.texts("says"),
            entry.texts("caveat"),
            entry.required_text("source"),
            int(entry.entries["year"]),
            entry.texts("n"),
            entry.required_text("licence"),
            entry.flag("sells"),
        )
        for entry in table.tables("figures")
    )
