"""What columns hold by their values, where their headers do not say it: e-mails, phones, dates."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from data.mapping.headings import Headings
from data.mapping.mapping import FileMapping
from data.values.channels import known_names
from data.values.date_shapes import is_date_text
from data.values.numbers import NO, YES
from data.values.text import plain

MOST = 0.8
"""From this share of a column's values on it is what they are."""

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
_MOBILE = re.compile(r"(p:)?(\+84|0084|84|0)[ .-]?[35789](\d[ .-]?){8}")
_MONEY = re.compile(
    r"(?i)[₫$€£]?\s*\d[\d., ]*\s*(đ|₫|vnđ|vnd|usd|eur|tỷ|tỉ|tr|triệu|ngàn|nghìn|k)\.?"
    r"|[₫$€£]\s*\d[\d.,]*"
)
_FEWEST = 2  # one value alone says nothing


def fill_in(entry: FileMapping, known: Headings) -> FileMapping:
    """The mapping of a file of leads with what the values of its other columns say.

    Where no column holds ids, what a lead can be reached by tells leads apart; where none says when
    they came, the first date of a row does.
    """
    if entry.table not in ("leads", "stage_columns"):
        return entry
    columns = dict(entry.columns)
    used = set(entry.headers_used())
    for field, fits in _KINDS.items():
        if field not in columns and (header := _first(known, used, fits)):
            columns[field] = header
            used.add(header)
    if "created_at" not in columns and (header := _creation(entry, known, used)):
        columns["created_at"] = header
    identity = () if "lead_id" in columns else _identity(columns, known)
    return replace(entry, columns=columns, identity=identity)


def holds(texts: Collection[str], fits: Callable[[str], bool], most: float = MOST) -> bool:
    """Whether most of some values are of a kind."""
    return len(texts) >= _FEWEST and sum(fits(text.strip()) for text in texts) >= most * len(texts)


def is_ticked(texts: Collection[str]) -> bool:
    """Whether a column only says yes and no, as ticks and crosses do."""
    return bool(texts) and all(text.strip().casefold() in (*YES, *NO, "☑", "☒") for text in texts)


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _is_phone(text: str) -> bool:
    return _MOBILE.fullmatch(text) is not None


def _is_money(text: str) -> bool:
    return _MONEY.fullmatch(text) is not None


def _is_source(text: str) -> bool:
    # (X is one; but a column of x is one of marks)
    return plain(text) in known_names() and text.casefold() not in (*YES, *NO)


_KINDS: dict[str, Callable[[str], bool]] = {
    "email": _is_email,
    "phone": _is_phone,
    "amount": _is_money,
    "source": _is_source,
}


def _first(known: Headings, used: Collection[str], fits: Callable[[str], bool]) -> str | None:
    """The first free column whose values are of a kind."""
    return next(
        (
            header
            for header in known.headers
            if header not in used and holds(known.sample(header), fits)
        ),
        None,
    )


def _creation(entry: FileMapping, known: Headings, used: Collection[str]) -> str | None:
    """The column of the day on which leads came, where no header says so: the first of dates."""
    first = next((stage for stage in entry.stages if stage.stage == "lead"), None)
    if first is not None:
        return first.column
    blank = {field: entry.columns.get(field) for field in ("closed_at", "changed_at")}
    dated = [
        header
        for header in known.headers
        if header not in used
        and header not in blank.values()
        and known.sample(header)
        and all(is_date_text(text) for text in known.sample(header))
    ]
    return dated[0] if dated else None


def _identity(columns: dict[str, str], known: Headings) -> tuple[tuple[str, ...], ...]:
    """What tells leads apart without an id: the phone, else the e-mail, else name and company."""
    reached: list[tuple[str, ...]] = [
        (columns[field],) for field in ("phone", "email") if field in columns
    ]
    names = [columns[field] for field in ("name", "last_name", "first_name") if field in columns]
    if names and "company" in columns:
        reached.append((*names, columns["company"]))
    return tuple(reached)


_NUMBERS = re.compile(
    r"(?:\d{1,2}:\d{2}(?::\d{2})?,? )?(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})\b"
)


def is_order_shown(texts: Collection[str]) -> bool:
    """Whether one of some dates can only be read with the day first, or with the month first."""
    return any(max(parts) > _MONTHS for parts in _parts(texts))


def either_day(texts: Collection[str]) -> str | None:
    """A date that could be two days, of those that are written so."""
    return next(
        (
            text
            for text in texts
            for day, month in _parts([text])
            if day != month and max(day, month) <= _MONTHS
        ),
        None,
    )


_MONTHS = 12


def _parts(texts: Collection[str]) -> list[tuple[int, int]]:
    found = [_NUMBERS.match(text.strip()) for text in texts]
    return [(int(each[1]), int(each[2])) for each in found if each]
