"""The rules of screening: which of them are on, what each decides, and the words they look for.

Ours stand in `data/screening.toml`; a company changes some of them in its mapping, and every
generation keeps the whole that it was screened by. `Rules.parse(rules.to_toml()) == rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w

from data.toml import TomlError, TomlTable
from data.values.text import plain

VERDICTS = ("ok", "duplicate", "invalid", "junk", "unreachable")
MERGES = ("none", "history")
CREDITS = ("first", "last")
COUNTS = ("any", "alone")
OUTCOMES = ("reached", "not_interested", "no_answer", "dead_number", "impostor")
COLUMNS = ("batch", "consent", "call_outcome", "call_attempts")
"""What screening reads beside the contacts, where a file has a column for it."""

_OURS = Path(__file__).parents[1] / "screening.toml"
_SCALE = 100


@dataclass(frozen=True)
class Rule:
    """A reason for a verdict that is not `ok`.

    counts: `any` decides whatever else is known of the lead; `alone` only where the lead has no
        other contact that is good.
    """

    verdict: str
    counts: str = "any"
    on: bool = True


@dataclass(frozen=True)
class Rules:
    """How leads are screened; see the comments of `data/screening.toml`.

    rules: by the reason that each gives; of several that hold the first one decides.
    lists: names and domains that rules look for, as `data.values.text.plain` writes names.
    columns: by one of COLUMNS, the headings that a file may have for it.
    consent, call_outcome: by what they mean, the values of a file.
    """

    rules: Mapping[str, Rule]
    lists: Mapping[str, frozenset[str]]
    columns: Mapping[str, frozenset[str]]
    consent: Mapping[str, frozenset[str]]
    call_outcome: Mapping[str, frozenset[str]]
    merge: str = "none"
    credit: str = "first"
    region: str = "VN"
    phones: str = "valid"
    name: float = 96
    company: float = 92
    plus_tags: bool = True
    gmail_dots: bool = True

    @classmethod
    def default(cls) -> "Rules":
        """The rules of `data/screening.toml`."""
        return _ours()

    @classmethod
    def parse(cls, text: str) -> "Rules":
        """The rules in a whole text, such as `to_toml` writes. Raises TomlError."""
        table = TomlTable.parse(text)
        empty = cls(rules={}, lists={}, columns={}, consent={}, call_outcome={})
        return empty._changed(table, is_whole=True)

    def changed(self, table: TomlTable) -> "Rules":
        """These rules with what a company's table [screening] says otherwise. Raises TomlError."""
        return self._changed(table, is_whole=False)

    def is_on(self, reason: str) -> bool:
        """Whether a rule is there and switched on."""
        return reason in self.rules and self.rules[reason].on

    def to_toml(self) -> str:
        """The text that `parse` reads back to these rules."""
        table: dict[str, Any] = {key: getattr(self, key) for key in _CHOICES}
        table["region"] = self.region
        table["rules"] = {
            reason: {"verdict": rule.verdict, "counts": rule.counts, "on": rule.on}
            for reason, rule in self.rules.items()
        }
        table["duplicates"] = {key: getattr(self, key) for key in (*_LIKENESS, *_FLAGS)}
        for key in _WORDS:
            table[key] = {name: sorted(words) for name, words in getattr(self, key).items()}
        return tomli_w.dumps(table)

    def _changed(self, table: TomlTable, *, is_whole: bool) -> "Rules":
        table.has_only(*_CHOICES, "region", "rules", "duplicates", *_WORDS)
        found: dict[str, Any] = {
            key: chosen
            for key, allowed in _CHOICES.items()
            if (chosen := table.choice(key, allowed)) is not None
        }
        if "region" in table:
            found["region"] = _region(table)
        found["rules"] = _rules(table.table("rules"), {} if is_whole else self.rules)
        found |= _likeness(table.table("duplicates"))
        for key in _WORDS:
            found[key] = _words(table.table(key), getattr(self, key), key, is_whole)
        return replace(self, **found)


_CHOICES = {"merge": MERGES, "credit": CREDITS, "phones": ("valid", "possible")}
_LIKENESS = ("name", "company")
_FLAGS = ("plus_tags", "gmail_dots")
_WORDS = ("lists", "columns", "consent", "call_outcome")
_LITERAL = ("disposable_domains", "test_domains", "role_accounts", "test_names")
"""Parts of addresses: their marks distinguish them."""


@cache
def _ours() -> Rules:
    return Rules.parse(_OURS.read_text(encoding="utf-8"))


def _region(table: TomlTable) -> str:
    region = table.required_text("region").upper()
    if len(region) != 2 or not region.isalpha():
        raise TomlError(
            f"{table.path('region')}: {region!r} is not the two letters of a country, as VN"
        )
    return region


def _rules(table: TomlTable, known: Mapping[str, Rule]) -> dict[str, Rule]:
    """The rules of a table [rules], in the order of those that are known."""
    if known:
        table.has_only(*known)
    found = dict(known)
    for reason in table:
        entry = table.table(reason)
        entry.has_only("verdict", "counts", "on")
        rule = found.get(reason)
        if rule is None:
            entry.needs("verdict")
            rule = Rule(entry.required_text("verdict"))
        found[reason] = Rule(
            verdict=entry.choice("verdict", VERDICTS[1:]) or rule.verdict,
            counts=entry.choice("counts", COUNTS) or rule.counts,
            on=entry.flag("on") if "on" in entry else rule.on,
        )
    return found


def _likeness(table: TomlTable) -> dict[str, Any]:
    table.has_only(*_LIKENESS, *_FLAGS)
    found: dict[str, Any] = {}
    for key in _LIKENESS:
        if key in table:
            share = table.entries[key]
            is_number = isinstance(share, int | float) and not isinstance(share, bool)
            if not (is_number and 0 < share <= _SCALE):
                raise TomlError(f"{table.path(key)}: {share!r} is not a number from 1 to {_SCALE}")
            found[key] = float(share)
    return found | {key: table.flag(key) for key in _FLAGS if key in table}


def _words(
    table: TomlTable, known: Mapping[str, frozenset[str]], kind: str, is_whole: bool
) -> dict[str, frozenset[str]]:
    if not is_whole:
        table.has_only(*known)
    found = dict(known)
    for key in table:
        words = table.list_of_texts(key, '["test", "xxx"]')
        is_literal = kind == "lists" and key in _LITERAL
        compared = {word.strip().casefold() if is_literal else plain(word) for word in words}
        found[key] = found.get(key, frozenset()) | (compared - {""})
    return found
