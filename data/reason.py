"""The kinds of reasons for which leads leave or go back, as a company tells them apart."""

from dataclasses import dataclass
from typing import Any

from data.label import Labels, in_language, labels_of
from data.toml import TomlTable

OTHER = "other"
"""The kind of what nothing else is known by."""
UNKNOWN = "unknown"
"""The kind of what says nothing, and of leads of which no reason is named."""


@dataclass(frozen=True)
class Reason:
    """One kind of reason: its slug, its label by language, and the words that mean it in files."""

    slug: str
    labels: Labels = ()
    words: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """The kind's name in a language, else in English, else its slug."""
        return in_language(self.slug, self.labels, lang)

    def to_table(self) -> dict[str, Any]:
        """The table that `reasons_of` reads back to this kind."""
        table: dict[str, Any] = {"slug": self.slug}
        if self.labels:
            table["label"] = dict(self.labels)
        if self.words:
            table["words"] = list(self.words)
        return table


def reasons_of(table: TomlTable) -> tuple[Reason, ...]:
    """The kinds of `[[reasons]]`, in their order. Raises TomlError."""
    return tuple(
        Reason(
            entry.required_text("slug"),
            labels_of(entry),
            entry.list_of_texts("words", '["too expensive", "giá cao"]'),
        )
        for entry in table.tables("reasons")
    )
