"""A report: what a page shows, as one value that every file is written from.

It knows neither a screen nor a kind of file. Each page of a story of several is a report.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pandas as pd

_BARE = re.compile(r"<[^>]+>")

Pieces = Callable[[], Iterator[pd.DataFrame]]


def bare(text: str) -> str:
    """A text of a figure without its tags."""
    return unescape(_BARE.sub("", text)).strip()


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text in the reader's language, and its value where it has one.

    A number whose text has a percent sign is a fraction.
    """

    text: str
    value: Any = None


@dataclass(frozen=True)
class Table:
    """The rows of a table below their headings."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Chart:
    """A figure as Plotly's JSON has it, and the finding that it shows."""

    name: str
    figure: Mapping[str, Any]
    alt: str

    def notes(self) -> list[tuple[str, str]]:
        """What is noted on it: the text of each mark, and what is read on hovering."""
        marks = self.figure["layout"].get("annotations", ())
        return [
            (bare(mark["text"]), bare(mark["hovertext"].replace("<br>", " ")))
            for mark in marks
            if "hovertext" in mark
        ]


@dataclass(frozen=True)
class Tile:
    """A number that stands by itself: what it is of, how it changed, what is beside it."""

    label: str
    value: str
    change: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Text:
    """A sentence. One that is `small` explains what is above it."""

    text: str
    small: bool = False


Part = Table | Chart | Tile | Text


@dataclass(frozen=True)
class Card:
    """A finding with its measure, what shows it, and how its numbers are counted.

    definitions: sentences with a lead-in each
    numbers: the rows behind the card, as the answer has them
    """

    name: str
    title: str
    subtitle: str = ""
    parts: Sequence[Part] = ()
    definitions: Sequence[tuple[str, str]] = ()
    numbers: pd.DataFrame | None = field(default=None, compare=False)

    def tables(self) -> list[Table]:
        """The tables of the card."""
        return [part for part in self.parts if isinstance(part, Table)]

    def charts(self) -> list[Chart]:
        """The figures of the card."""
        return [part for part in self.parts if isinstance(part, Chart)]


@dataclass(frozen=True)
class Report:
    """A page: what it is called, what it says first, the cards, and what all of it is of.

    about: lead-in and text: the period, the filters, how many leads, as of when, of which data
    link: the address of the very same view
    lists: the rows in pieces of each list of which the page shows a part, by what it is called
    """

    lang: str
    title: str
    finding: str
    tiles: Sequence[Card]
    cards: Sequence[Card]
    about: Sequence[tuple[str, str]]
    link: str
    lists: Mapping[str, Pieces] = field(default_factory=dict, compare=False)
