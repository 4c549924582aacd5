"""The headers of a file as they are looked up: in every spelling, each with what it holds."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from data.values.text import heading, plain
from data.values.zones import without_zone

_HEADINGS = Path(__file__).with_name("headings.toml")

Rows = Sequence[Sequence[str | None]]

# Products write whose a column is before or after its name: `Deal - Owner`, `Email (Contact)`.
_OWNER = re.compile(
    r"(?i)^(lead|deal|contact|opportunity|person|customer|khách hàng|tiềm năng|cơ hội|liên hệ)"
    r"\s*[-:.>]\s*(?=\S)"
)
_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_SHEET_SIGN = re.compile(r"[\s*:?#.]+$")


@cache
def table() -> dict[str, Any]:
    """What `headings.toml` says: by section, what each field may be called."""
    return tomllib.loads(_HEADINGS.read_text(encoding="utf-8"))


def names_of(section: str, field: str) -> tuple[str, ...]:
    """What a field of a section may be called, the likeliest first."""
    return tuple(table()[section].get(field, ()))


@cache
def key_of(header: str) -> str:
    """A header as it is compared: its letters and digits, without case, accents and marks."""
    return plain(header).replace(" ", "") or heading(header)


@cache
def _spellings(header: str) -> tuple[str, ...]:
    """The keys under which a header may be found, the whole of it first."""
    found = [key_of(header)]
    for text in (
        without_zone(header),
        _SHEET_SIGN.sub("", header),
        _REMARK.sub("", header),
        _OWNER.sub("", header),
        _REMARK.sub("", _OWNER.sub("", header)),
        *header.split("|"),
    ):
        if (key := key_of(text)) and key not in found:
            found.append(key)
    return tuple(found)


class Headings:
    """The headers of a file with some of the values under each."""

    def __init__(
        self,
        headers: Sequence[str],
        rows: Rows = (),
        values: Mapping[str, Sequence[tuple[str, int]]] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self.headers = tuple(headers)
        self._labels = {key_of(name): label for name, label in (labels or {}).items()}
        known = values or {}
        self._samples = {
            header: [row[index] or "" for row in rows if index < len(row) and row[index]]
            for index, header in enumerate(headers)
        }
        self._counts = {header: tuple(counts) for header, counts in known.items()}
        self._keys: dict[str, list[str]] = {}
        # Of columns that are called alike, one that is filled goes before one that is empty.
        filled = sorted(headers, key=lambda header: not (self.sample(header) or not rows))
        for place in range(max((len(_spellings(header)) for header in headers), default=0)):
            for header in filled:
                if place < len(_spellings(header)):
                    self._keys.setdefault(_spellings(header)[place], []).append(header)

    def label(self, name: str) -> str:
        """What a stage is called that this file knows by an id, as another file tells."""
        return self._labels.get(key_of(name), name)

    def sample(self, header: str) -> list[str]:
        """Some values of a column, in the order of the rows, without empty ones."""
        return self._samples.get(header) or [text for text, _ in self._counts.get(header, ())]

    def counts(self, header: str) -> tuple[tuple[str, int], ...]:
        """The values of a column with how often each is there, most frequent first."""
        if header in self._counts:
            return self._counts[header]
        tally: dict[str, int] = {}
        for text in self._samples.get(header, ()):
            tally[text.strip()] = tally.get(text.strip(), 0) + 1
        return tuple(sorted(tally.items(), key=lambda item: (-item[1], item[0])))

    def repeats(self, header: str) -> bool:
        """Whether a value is there twice."""
        sample = self.sample(header)
        return len(set(sample)) < len(sample)

    def under(self, name: str, taken: Sequence[str] = ()) -> str | None:
        """The header that is called so, in whatever spelling, and is not taken yet."""
        for each in self._keys.get(key_of(name), ()):  # (asked for thousands of names a file)
            if each not in taken:
                return each
        return None

    def columns(
        self, fields: Sequence[tuple[str, str]], taken: Collection[str] = ()
    ) -> dict[str, str]:
        """Field to header for (section, field) pairs; no header is taken twice."""
        found: dict[str, str] = {}
        for section, field in fields:
            if field in found:
                continue
            header = self.first(names_of(section, field), (*taken, *found.values()))
            if header is not None:
                found[field] = header
        return found

    def first(self, names: Sequence[str], taken: Sequence[str] = ()) -> str | None:
        """The header of the first of these names that is there, whole names going first."""
        for name in names:
            found = self.under(name, taken)
            if found is not None and key_of(found) == key_of(name):
                return found
        return next((found for name in names if (found := self.under(name, taken))), None)
