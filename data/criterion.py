"""A criterion: what a company means by a stage, who agreed on it and when, and how to test it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from data.condition import Condition, ConditionError
from data.toml import TomlError, TomlTable

MOST_TEXT = 1_000
"""Characters of a criterion in one language."""

KEYS = ("version", "text", "agreed_by", "agreed_on", "test")


@dataclass(frozen=True)
class Criterion:
    """One version of what a stage means.

    texts: by language. agreed_on: since when it holds; None while it is only proposed.
    """

    version: int
    texts: tuple[tuple[str, str], ...]
    agreed_by: str = ""
    agreed_on: date | None = None
    test: Condition | None = None

    @property
    def is_proposed(self) -> bool:
        """Whether nobody has agreed on it yet."""
        return self.agreed_on is None

    def text(self, lang: str) -> str:
        """What it says in a language, else in another one that it is written in."""
        said = dict(self.texts)
        return said.get(lang) or said.get("en") or next(iter(said.values()), "")

    @classmethod
    def from_table(cls, table: TomlTable) -> "Criterion":
        """The criterion of a table [[stages.criteria]]. Raises TomlError."""
        table.has_only(*KEYS)
        version = table.entries.get("version")
        if type(version) is not int or version < 1:
            raise TomlError(f"{table.path('version')}: say which one it is, such as version = 1")
        agreed_on = table.entries.get("agreed_on")
        if agreed_on is not None and (
            not isinstance(agreed_on, date) or isinstance(agreed_on, datetime)
        ):
            raise TomlError(
                f"{table.path('agreed_on')}: write the day without quotes, such as 2026-01-05, or "
                "leave the line out while it is only proposed"
            )
        return cls(
            version=version,
            texts=_texts(table),
            agreed_by=" ".join((table.text("agreed_by") or "").split()),
            agreed_on=agreed_on,
            test=_test(table),
        )

    def to_table(self) -> dict[str, Any]:
        """The table that `from_table` reads back to this one."""
        table: dict[str, Any] = {"version": self.version, "text": dict(self.texts)}
        if self.agreed_by:
            table["agreed_by"] = self.agreed_by
        if self.agreed_on is not None:
            table["agreed_on"] = self.agreed_on
        if self.test is not None:
            table["test"] = self.test.text
        return table


def criteria_of(table: TomlTable) -> tuple[Criterion, ...]:
    """The versions of a stage's criterion, in their order. Raises TomlError."""
    tables = table.tables("criteria")
    found = tuple(Criterion.from_table(entry) for entry in tables)
    for before, each, entry in zip(found, found[1:], tables[1:], strict=False):
        if each.version <= before.version:
            raise TomlError(
                f"{entry.path('version')}: {each.version} comes after {before.version}; versions "
                "are numbered in the order in which they follow each other"
            )
        if before.agreed_on is None and each.agreed_on is not None:
            raise TomlError(
                f"{entry.path('agreed_on')}: version {before.version} before it has no day; one "
                "that is only proposed comes after those that were agreed on"
            )
        if before.agreed_on and each.agreed_on and each.agreed_on < before.agreed_on:
            raise TomlError(
                f"{entry.path('agreed_on')}: {each.agreed_on} is before version "
                f"{before.version}, of {before.agreed_on}"
            )
    return found


def in_force(criteria: Sequence[Criterion]) -> Criterion | None:
    """The version that holds: the last one that was agreed on."""
    return next((each for each in reversed(criteria) if not each.is_proposed), None)


def _texts(table: TomlTable) -> tuple[tuple[str, str], ...]:
    table.needs("text", ', such as text = { en = "…", vi = "…" }')
    written = table.entries["text"]
    texts = {"en": written} if isinstance(written, str) else table.texts("text")
    told = {lang: text.strip() for lang, text in texts.items() if text.strip()}
    if not told:
        raise TomlError(f"{table.path('text')}: say what the stage means")
    long = next((text for text in told.values() if len(text) > MOST_TEXT), None)
    if long is not None:
        raise TomlError(f"{table.path('text')}: {len(long)} characters are more than {MOST_TEXT}")
    return tuple(sorted(told.items()))


def _test(table: TomlTable) -> Condition | None:
    text = table.text("test")
    if text is None:
        return None
    try:
        return Condition(text)
    except ConditionError as error:
        raise TomlError(f"{table.path('test')}: {error}") from error
