"""The header of a table: where it is, what stands above it, and what its columns are called."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from statistics import median

from data.errors import LoadError
from data.files import limits
from data.files.delimited import Record
from data.files.packing import SAVE_AS

_LOOKED_AT = 60  # records at the top among which the header is
_ABOVE = 30  # so many may stand above it
_DEEPEST = 1_000  # the last line that may be said to be the header
_BELOW = 30  # records under a candidate that are held against it
_LONGEST = 300  # a header has no more characters
_SHOWN = 100
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_VALUE = re.compile(r"[\W\d_]*\d[\W\d_]*|.*@.*|\d{4}-\d\d-\d\d[T ].*", re.DOTALL)
"""Numbers, dates, telephone numbers and e-mail addresses: what rows hold and headers do not."""


@dataclass(frozen=True)
class Aside:
    """A line of a file that is no row of its table, and the beginning of what it says."""

    line: int
    text: str
    sheet: str = ""
    """The sheet whose line it is, where that does not count on from the sheets before it."""


@dataclass(frozen=True)
class Headed:
    """A table's header, what stands above it, and the records below it."""

    headers: list[str]
    line: int
    """The line on which the header ends."""
    above: tuple[Aside, ...]
    below: Iterator[Record]
    """Those that hold anything."""


def headed(
    found: Iterable[Record], name: str, delimiter: str | None, line: int | None = None
) -> Headed:
    """The header of records, and the records below it, those left out that are empty.

    It is the first line, unless that is narrower than the table: then a title, notes and the
    line `sep=;` stand above it. A line of names of groups above it, or of names below merged cells,
    is part of it.

    line: the line that it is on, where somebody has said it; then nothing else is.

    Raises:
        LoadError: there is none, or nothing on that line.
    """
    filled = (record for record in found if record.raw is not None or any(record.cells))
    if line is not None:
        return _on_line(filled, name, line)
    top = list(islice(filled, _LOOKED_AT))
    lines = [_bare(record) for record in top]
    at = _place(lines, delimiter)
    if at is None:
        raise LoadError(f"{name}: the first line is not a header. {SAVE_AS}")
    first, last = _span(lines, top, at)
    cells = list(top[at].cells)
    if first < at:
        cells = _joined(top[first].cells, cells)
    elif last > at:
        cells = _joined(cells, top[last].cells)
    while cells and not cells[-1]:
        cells.pop()
    limits.check_columns(name, len(cells))
    above = tuple(Aside(record.line, _text(record)) for record in top[:first])
    return Headed(cells, top[last].line, above, chain(top[last + 1 :], filled))


def _on_line(filled: Iterator[Record], name: str, line: int) -> Headed:
    """The same where the header is on a line that was said."""
    above: list[Aside] = []
    for record in filled:
        if record.line > min(line, _DEEPEST):
            break
        cells = [*record.cells]
        if record.line == line and record.raw is None:
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                limits.check_columns(name, len(cells))
                return Headed(cells, line, tuple(above), filled)
        above.append(Aside(record.line, _text(record)))
    raise LoadError(f"{name}: line {line:,} holds no headers. Say which line does.")


def _bare(record: Record) -> list[str]:
    """The cells of a record without spaces around them, those left out that are empty at its end.

    A record that cannot be read has none.
    """
    cells = [cell.strip() for cell in record.cells] if record.raw is None else []
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(record: Record) -> str:
    text = record.raw or " ".join(cell for cell in record.cells if cell)
    return " ".join(text.split())[:_SHOWN]


def _count(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell)


def _is_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell))


def _place(lines: Sequence[list[str]], delimiter: str | None) -> int | None:
    """Which of the lines is the header."""
    first = next((at for at, cells in enumerate(lines) if not _is_mark(cells, delimiter)), None)
    if first is None:
        return None
    found, filled = first, _count(lines[first])
    usual = _usual_width(lines, first)
    is_wide = filled >= max(2, usual / 2) or (filled == 1 and usual <= 1)
    for at in range(first + 1, min(len(lines) - 1, _ABOVE)):
        under, count = _usual_width(lines, at), _count(lines[at])
        if count < 2 or count < under / 2 or not _is_of_names(lines[at]):
            continue
        is_wider = count > filled and under > filled and count >= 0.8 * under
        if not is_wide or (is_wider and _stands_out(lines, at)):
            found, filled, is_wide = at, count, True
    return found if lines[found] else None


def _is_mark(cells: Sequence[str], delimiter: str | None) -> bool:
    """Whether a line is `sep=;`, which tells Excel the delimiter."""
    said = (delimiter or "").join(cells).casefold() if len(cells) <= 2 else ""
    return said.startswith("sep=") and len(said) <= 5


def _usual_width(lines: Sequence[list[str]], at: int) -> float:
    """How many cells the records below a line mostly fill."""
    counts = [_count(cells) for cells in lines[at + 1 : at + 1 + _BELOW] if cells]
    return median(counts) if counts else 0


def _is_of_names(cells: Sequence[str]) -> bool:
    """Whether a line holds words only, short ones that mostly differ."""
    names = [cell.casefold() for cell in cells if cell]
    return (
        len({*names}) > len(names) / 2
        and max(map(len, names)) <= _LONGEST
        and not any(_is_value(name) for name in names)
    )


def _stands_out(lines: Sequence[list[str]], at: int) -> bool:
    """Whether a line of words has a column of values below it."""
    below = lines[at + 1 : at + 1 + _BELOW]
    for column, name in enumerate(lines[at]):
        cells = [cells[column] for cells in below if column < len(cells) and cells[column]]
        if name and cells and sum(map(_is_value, cells)) > len(cells) / 2:
            return True
    return False


def _span(lines: Sequence[list[str]], top: Sequence[Record], at: int) -> tuple[int, int]:
    """The first and the last line of a header of which one line is known."""
    if at and top[at - 1].line == top[at].line - 1:
        above = lines[at - 1]
        is_group = 1 < _count(above) < _count(lines[at]) and len(above) <= len(lines[at])
        if is_group and _is_of_names(above):
            return at - 1, at
    if at + 2 < len(lines) and top[at + 1].line == top[at].line + 1:
        names, under = lines[at], lines[at + 1]
        width = max(len(names), len(under))
        upper, lower = _padded(names, width), _padded(under, width)
        is_parted = any(below and not above for above, below in zip(upper, lower, strict=True))
        is_merged = any(above and not below for above, below in zip(upper, lower, strict=True))
        below = [cells for cells in lines[at + 2 : at + 2 + _BELOW] if cells]
        often = [
            sum(1 for cells in below if column < len(cells) and cells[column]) > len(below) / 2
            for column in range(width)
        ]
        is_odd = any(fills and not cell for fills, cell in zip(often, lower, strict=True))
        if (
            is_parted
            and is_merged
            and is_odd
            and _is_of_names(under)
            and 2 * sum(fills for fills, cell in zip(often, lower, strict=True) if cell)
            >= _count(lower)
        ):
            return at, at + 1
    return at, at


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of a header of two lines: the lower ones, with their group where two are alike."""
    width = max(len(upper), len(lower))
    groups, names = _padded(upper, width), _padded(lower, width)
    often = Counter(name.casefold() for name in names if name)
    joined, group = [], ""
    for above, name in zip(groups, names, strict=True):
        group = above or group
        if name and often[name.casefold()] > 1 and group:
            joined.append(f"{group} {name}")
        else:
            joined.append(name or above)
    return joined


def distinct_headers(headers: Iterable[str]) -> Iterator[str]:
    """The headers as a mapping names them: none blank, and each another one.

    The second `Date` is `Date (2)`, and `date` below `Date` is as well: names are compared without
    case. Characters that cannot be seen are left out.
    """
    shown = [
        " ".join(_HIDDEN.sub("", header).split()) or f"Column {number}"
        for number, header in enumerate(headers, 1)
    ]
    taken = {header.casefold() for header in shown}
    seen: Counter[str] = Counter()
    for header in shown:
        key = header.casefold()
        seen[key] += 1
        if seen[key] == 1:
            yield header
            continue
        number = seen[key]
        while f"{key} ({number})" in taken:
            number += 1
        taken.add(f"{key} ({number})")
        yield f"{header} ({number})"


_NUMBERED = re.compile(r"(.+) \((\d+)\)")


def twins(headers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The further columns of a name, by the header of the first: `Date (2)` of `Date`."""
    first = {header.casefold(): header for header in headers}
    found: dict[str, list[str]] = {}
    for header in headers:
        numbered = _NUMBERED.fullmatch(header)
        if numbered and numbered[1].casefold() in first:
            found.setdefault(first[numbered[1].casefold()], []).append(header)
    return {header: tuple(others) for header, others in found.items()}
