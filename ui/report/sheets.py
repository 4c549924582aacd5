"""A report as a workbook: what it is about, then a sheet for each table and for what is drawn."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from analytics.workbook import Share, to_workbook
from ui.language import formats
from ui.language.messages import _
from ui.report.report import Card, Cell, Report, Table, Text, Tile

MOST_LISTED = 10_000
"""How many rows of a list such a file has."""

_LONGEST = 31  # letters of a sheet's name


def write(reports: Sequence[Report]) -> bytes:
    """The reports one after the other, each with a sheet that says what it is and how it counts."""
    sheets: dict[str, pd.DataFrame] = {}
    for report in reports:
        lists = {title: _listed(pieces()) for title, pieces in report.lists.items()}
        sheets[_free(_("About"), sheets)] = _about(report, lists)
        for number, card in enumerate(report.cards, 1):
            for rows in _tables(card):
                sheets[_free(f"{number} {card.title}", sheets)] = rows
        for title, rows in lists.items():
            sheets[_free(title, sheets)] = rows.head(MOST_LISTED)
    return to_workbook(list(sheets.items()), reports[0].lang)


def _free(title: str, taken: Collection[str]) -> str:
    """A name for a sheet that no other has: Excel sees no difference of large and small letters."""
    kept = {name.casefold() for name in taken}
    usual = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)
    name, number = usual[:_LONGEST].strip(), 2
    while name.casefold() in kept:
        end = f" ({number})"
        name, number = usual[: _LONGEST - len(end)].strip() + end, number + 1
    return name


def _about(report: Report, lists: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What the file is of, what the page says first, and how each finding is counted."""
    part = _("the first {n} rows; the list's own file has all", n=formats.number(MOST_LISTED))
    lines = [
        (_("Page"), report.title),
        *([(_("Finding"), report.finding)] if report.finding else []),
        *report.about,
        (_("Link"), report.link),
        *((title, part) for title, rows in lists.items() if len(rows) > MOST_LISTED),
    ]
    for card in report.tiles:
        lines += [("", ""), *_of(card)]
    for number, card in enumerate(report.cards, 1):
        lines += [("", ""), (str(number), card.title), ("", card.subtitle), *_of(card)]
    return pd.DataFrame(lines, columns=["Pheu", _("About this file")])


def _of(card: Card) -> Iterator[tuple[str, str]]:
    """What a card says beside its tables and figures."""
    for part in card.parts:
        if isinstance(part, Tile):
            told = (part.value, part.change, *part.notes)
            yield part.label, ", ".join(text for text in told if text)
        elif isinstance(part, Text):
            yield "", part.text
    yield from card.definitions


def _tables(card: Card) -> Iterator[pd.DataFrame]:
    """The tables of a card as they are read, and the numbers of what is drawn."""
    for table in card.tables():
        yield _frame(table)
    if card.charts() and card.numbers is not None:
        yield card.numbers


def _listed(pieces: Iterator[pd.DataFrame]) -> pd.DataFrame:
    """A list as far as such a file has it, and a little more where there is more."""
    taken: list[pd.DataFrame] = []
    for piece in pieces:
        taken.append(piece)
        if sum(map(len, taken)) > MOST_LISTED:
            break
    return pd.concat(taken, ignore_index=True)


def _frame(table: Table) -> pd.DataFrame:
    """The values of a table by its headings; the second of two that are alike has a blank more."""
    columns: dict[str, list[Any]] = {}
    for place, heading in enumerate(table.headings):
        name = heading
        while name in columns:
            name += " "
        columns[name] = [_value(row[place]) for row in table.rows]
    return pd.DataFrame(columns, dtype=object)


def _value(cell: Cell) -> Any:
    if cell.value is None:
        return cell.text or None
    if isinstance(cell.value, float) and cell.text.endswith("%"):
        return Share(cell.value)
    return cell.value
