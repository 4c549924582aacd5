"""A board: a table of few rows that is read, and picked from; narrow, it is a list of cards.

The browser draws it (`browser/board.js`), from texts only: names come from strangers.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from ui.component import component
from ui.language import formats
from ui.language.messages import _

Tone = Literal["green", "red", "orange", "gray", "blue", "outlined", "dashed"]

ROWS = 10
"""How many rows are shown before somebody asks for all of them."""

CARDS = 5
"""How many cards are."""

_PHONE = 340  # px that a board has there
_BROWSER = Path(__file__).resolve().parent / "browser"
_STYLE = (_BROWSER / "board.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Column:
    """A heading; numbers are on the `right`, and `secondary` columns go first when it is narrow.

    Where the rows are cards, those that are `on_cards` come back: there is room below one another.
    An `unseen` heading is only read aloud, above bars that need no words.
    """

    label: str
    right: bool = False
    secondary: bool = False
    on_cards: bool = False
    unseen: bool = False


@dataclass(frozen=True)
class Text:
    """A text with a smaller `note` below it; a `strong` one is bold, a `whole` one never broken."""

    value: str
    note: str = ""
    strong: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Badge:
    """A word in a coloured box, with one of the Material icons by name, such as `trending_up`."""

    word: str
    tone: Tone = "gray"
    icon: str = ""


@dataclass(frozen=True)
class Bar:
    """A bar of `value` where `most` is the whole width, with a range where one is given.

    `alt` says it in words, for those who do not see it; without, another cell of the row says it.
    A `faint` bar is half as strong: the value is likely, and not certain.
    """

    value: float
    most: float
    low: float | None = None
    high: float | None = None
    tone: Tone = "blue"
    alt: str = ""
    faint: bool = False


@dataclass(frozen=True)
class Phone:
    """A phone number as it is read; a click calls `dial`, digits with nothing but a plus before."""

    value: str
    dial: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\+?[0-9]+", self.dial):
            raise ValueError(f"{self.dial!r} cannot be dialled.")


@dataclass(frozen=True)
class Tick:
    """What is so (True), is not (False), or is not known (None): a sign and a `word`.

    `alt` says the same in full: it is read aloud, and shown on hover.
    """

    word: str
    so: bool | None
    alt: str


@dataclass(frozen=True)
class Ticks:
    """A few of them, two beside each other."""

    all: Sequence[Tick]


Cell = Text | Badge | Bar | Phone | Ticks


@dataclass(frozen=True)
class Row:
    """A cell for each column. A row with an `id` can be picked; the `chosen` one stands out."""

    cells: Sequence[Cell]
    id: str | None = None
    chosen: bool = False


def show(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    caption: str,
    key: str,
    on_pick: Callable[[str], None] | None = None,
    cards_below: int = 640,
    most: int = ROWS,
) -> None:
    """Draws a board; the `caption` is its name to those who do not see it.

    With `on_pick` the first cell of a row that has an id is a button, which calls it with the id
    before the page runs again. Below `cards_below` pixels the rows are cards. What is beyond `most`
    rows, or five cards, is behind a button.

    Raises:
        ValueError: a row has more or fewer cells than there are columns, or two rows have one id.
    """
    name = f"board_{key}".replace("__", "_")  # Streamlit parts its own names by two of them

    def picked() -> None:
        row = st.session_state[name].get("picked")
        if on_pick is not None and row in {each.id for each in rows}:
            on_pick(row)

    # The room that it will take is kept free, so that nothing below it moves when it is drawn.
    kind = "rows" if cards_below > _PHONE else "table_rows"
    with st.container(key=f"{kind}_{min(len(rows), most, ROWS)}_{name}", gap=None):
        component("board", _BROWSER, html="<div class='board'></div>", css=_STYLE)(
            key=name,
            data=said(
                columns,
                rows,
                caption=caption,
                picks=on_pick is not None,
                below=cards_below,
                most=most,
            ),
            on_picked_change=picked,
        )


def said(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    caption: str,
    picks: bool,
    below: int,
    most: int = ROWS,
) -> dict[str, Any]:
    """What the browser is sent: the board in plain values."""
    ids = [row.id for row in rows if row.id is not None]
    if len(ids) != len(set(ids)):
        raise ValueError(f"Two rows of the board {caption!r} have one id.")
    for row in rows:
        if len(row.cells) != len(columns):
            raise ValueError(
                f"A row of the board {caption!r} has {len(row.cells)} cells for "
                f"{len(columns)} columns."
            )
    return {
        "caption": caption,
        "columns": [vars(column) for column in columns],
        "rows": [
            {
                "id": row.id if picks else None,
                "chosen": row.chosen,
                "cells": [_cell(cell) for cell in row.cells],
            }
            for row in rows
        ],
        "cardsBelow": below,
        "folded": {"rows": _fold(len(rows), most), "cards": _fold(len(rows), min(most, CARDS))},
        "all": _("See all {n}", n=formats.number(len(rows))),
    }


def _fold(rows: int, most: int) -> int:
    """How many rows are shown at first: one alone is not worth a button."""
    return rows if rows == most + 1 else most


def _cell(cell: Cell) -> dict[str, Any]:
    if isinstance(cell, Ticks):
        return {"kind": "ticks", "all": [vars(tick) for tick in cell.all]}
    if not isinstance(cell, Bar):
        return {"kind": type(cell).__name__.lower(), **vars(cell)}
    bounds = (cell.low, cell.high)
    spread = [_share(bound, cell.most) for bound in bounds if bound is not None]
    return {
        "kind": "bar",
        "tone": cell.tone,
        "alt": cell.alt,
        "faint": cell.faint,
        "length": _share(cell.value, cell.most),
        "range": spread if len(spread) == len(bounds) else None,
    }


def _share(value: float, most: float) -> float:
    """How much of the width it is, in percent: a bar never leaves its cell."""
    return round(100 * min(max(value / most, 0.0), 1.0), 2) if most > 0 else 0.0
