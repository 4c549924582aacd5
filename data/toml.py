"""A text in TOML, read with checks: whatever cannot be used is named by its key."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*([\w-]+|\"[^\"]*\")\s*=")
_WHERE = re.compile(r"([\w-]+(?:\[\d+\])?(?:\.[\w-]+(?:\[\d+\])?)*): ")


class TomlError(ValueError):
    """A text in TOML that cannot be used; the message names the key and says what to write."""


@dataclass(frozen=True)
class TomlTable:
    """A table of such a text, and where it stands in it; '' is the text as a whole.

    Each method raises TomlError when what it is asked for is something else in the text.
    """

    entries: Mapping[str, Any]
    where: str = ""

    @classmethod
    def parse(cls, text: str) -> "TomlTable":
        """The table that a text is as a whole."""
        try:
            return cls(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise TomlError(f"not valid TOML: {error}") from error

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def path(self, key: str) -> str:
        """Where a key of this table stands in the text, for a message."""
        return f"{self.where}.{key}" if self.where else key

    def has_only(self, *keys: str) -> None:
        """Makes sure that there is no other key, such as one that is misspelt."""
        for key in sorted(set(self.entries) - set(keys)):
            raise TomlError(f"{self.path(key)}: no such key; there are {', '.join(keys)}")

    def needs(self, key: str, hint: str = "") -> None:
        """Makes sure that a key is there; `hint` says what it is good for."""
        if key not in self.entries:
            raise TomlError(f"{self.where or 'the text'}: lacks the key {key!r}{hint}")

    def text(self, key: str) -> str | None:
        """A text; None when the key is not there."""
        value = self.entries.get(key)
        if value is not None and not isinstance(value, str):
            raise TomlError(f"{self.path(key)}: must be a text in quotes, not {value!r}")
        return value

    def required_text(self, key: str) -> str:
        """A text that must be there."""
        self.needs(key)
        return self.text(key) or ""

    def choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        """One of some texts; None when the key is not there."""
        value = self.text(key)
        if value is not None and value not in allowed:
            raise TomlError(f"{self.path(key)}: {value!r} is not one of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        """A yes or no; no when the key is not there."""
        value = self.entries.get(key, False)
        if not isinstance(value, bool):
            raise TomlError(f"{self.path(key)}: {value!r} is not true or false")
        return value

    def line(self, key: str) -> int | None:
        """The number of a line, from 1; None when the key is not there."""
        value = self.entries.get(key)
        if value is None or (type(value) is int and value > 0):
            return value
        raise TomlError(f"{self.path(key)}: write the number of a line, such as 4, not {value!r}")

    def list_of(self, key: str, example: str) -> tuple[Any, ...]:
        """A list of anything; empty when the key is not there. `example` is for the message."""
        value = self.entries.get(key, [])
        if not isinstance(value, list):
            raise TomlError(f"{self.path(key)}: write a list, such as {example}")
        return tuple(value)

    def list_of_texts(self, key: str, example: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is not there. `example` is for the message."""
        values = self.list_of(key, example)
        if not all(isinstance(value, str) for value in values):
            raise TomlError(f"{self.path(key)}: write a list of texts, such as {example}")
        return values

    def table(self, key: str) -> "TomlTable":
        """A table of key = value; an empty one when the key is not there."""
        value = self.entries.get(key, {})
        if not isinstance(value, dict):
            raise TomlError(f"{self.path(key)}: must be a table of key = value")
        return TomlTable(value, self.path(key))

    def texts(self, key: str) -> dict[str, str]:
        """A table whose values are texts; an empty one when the key is not there."""
        table = self.table(key)
        return {name: table.required_text(name) for name in table}

    def tables(self, key: str) -> tuple["TomlTable", ...]:
        """The tables written as [[key]], one for each; none when the key is not there."""
        values = self.entries.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise TomlError(
                f"{self.path(key)}: write [[{key}]], with two brackets, for each of them"
            )
        return tuple(
            TomlTable(value, self.path(f"{key}[{number}]")) for number, value in enumerate(values)
        )


def place_of(message: str, text: str) -> str:
    """Where in a text the key stands that a message begins with: `, line 12`; '' if unknown."""
    found = _WHERE.match(message)
    if found is None:
        return ""
    lines = _lines(text)
    where = found[1]
    while where:
        if where in lines:
            return f", line {lines[where]}"
        where = where.rpartition(".")[0]
    return ""


def _lines(text: str) -> dict[str, int]:
    """The line of each key that stands at the beginning of one, and of each header of a table."""
    found: dict[str, int] = {}
    seen: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[2]
            if "." in table and (first := table.partition("."))[0] in seen:
                table = f"{first[0]}[{seen[first[0]]}].{first[2]}"  # [files.columns]: of the last
            if header[1] == "[[":
                seen[table] = seen.get(table, -1) + 1
                table = f"{table}[{seen[table]}]"
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = key[1].strip('"')
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found
