"""The names of a test's parameters: readable words, the same on every machine and at every run."""

import functools
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

LONGEST = 40
"""Characters of one parameter's name."""

_ROOT = PurePath(__file__).parents[2]
_NO_WORD = re.compile(r"[^A-Za-z0-9_.]+")


@functools.singledispatch
def name_of(_value: Any) -> str | None:
    """The name of a value; '' when it has no word to show, None when pytest names it well."""
    return None


@name_of.register
def _(value: str) -> str:
    # NFKD parts a letter from its marks, which are dropped; đ is a letter of its own.
    plain = unicodedata.normalize("NFKD", value.replace("đ", "d").replace("Đ", "D"))
    without_marks = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return _NO_WORD.sub("-", without_marks)[:LONGEST].strip("-.")


@name_of.register
def _(_value: bytes) -> str:
    return ""


@name_of.register
def _(value: date) -> str | None:
    return name_of(value.isoformat())


@name_of.register
def _(value: PurePath) -> str:
    inside = value.relative_to(_ROOT) if value.is_relative_to(_ROOT) else PurePath(value.name)
    return ".".join(part for part in inside.parts if part)[-LONGEST:].strip("-.")


@name_of.register(re.Pattern)
def _(value: re.Pattern[Any]) -> str | None:
    return name_of(value.pattern)


@name_of.register(Mapping)
def _(value: Mapping[Any, Any]) -> str:
    return _joined([word for pair in value.items() for word in pair])


@name_of.register(tuple)
@name_of.register(list)
def _(value: Any) -> str:
    return _joined(value)


@name_of.register(set)
@name_of.register(frozenset)
def _(value: Any) -> str:
    return _joined(sorted(value, key=str))


def _joined(values: Any) -> str:
    """The words of several values; those that are neither texts nor numbers have none."""
    words = (
        name_of(value)
        if isinstance(value, str | date | list | tuple | Mapping)
        else str(value)
        if isinstance(value, int | float)
        else ""
        for value in values
    )
    return "-".join(word for word in words if word)[:LONGEST].strip("-.")
