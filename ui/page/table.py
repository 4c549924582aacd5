"""A table on a page: a list of columns, each a heading, its values, and how they are written.

Values stay what they are, so that the browser sorts numbers as numbers; only their look is words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import streamlit as st
from pandas.api.types import infer_dtype, is_extension_array_dtype, is_numeric_dtype

from ui.board import board
from ui.language import current, formats
from ui.language.messages import _
from ui.page import card
from ui.page.markdown import gray, spoken

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler  # with Jinja: only for tables that have a look

_MOST_READ = 200
_HALF = 440  # px: a table in half of a page is still one, unless it does not fit
_ROW, _MOST_ROWS = 35, 10  # px a row of the browser's table, and how many are shown


@dataclass(frozen=True)
class Column:
    """One column: `heading` in the reader's language, one of `values` a row.

    `write` makes a value's text in the reader's language, such as `formats.percent`; or it is the
    texts themselves, one a row, where a text says more than its value: "12% (10–14)" is then still
    sorted by the value. Without it the browser writes numbers and days, which is what a list of
    thousands of rows needs: a table with any `write` takes a second for 5,000 of them.

    `cells` are what a table that is read has in their place, one a row, such as badges.
    `width` is in pixels or a name; `pale` says which rows, or whether all of them, are in grey.
    `is_amount` is of values that are texts and read as numbers, such as amounts in several units.
    """

    heading: str
    values: Iterable[Any]
    write: Callable[[Any], str] | Sequence[str] | None = None
    width: int | Literal["small", "medium", "large"] | None = None
    pale: bool | Sequence[bool] = False
    is_amount: bool = False
    cells: Sequence[board.Cell] | None = None


def show(
    columns: Sequence[Column],
    *,
    missing: str = formats.NOTHING,
    alt: str | None = None,
    **options: Any,
) -> Any:
    """Draws the table; `missing` stands where a value is missing, whatever its text.

    `alt` is a finding, as a card's title is; the further options are those of `st.dataframe`, and
    so is what is returned. Of a `height` in px it takes as many whole rows as fit.
    """
    rows = frame(columns)
    if rows.empty:  # Streamlit would say so in its own words
        return st.markdown(gray(_("No rows.")))
    config = {
        heading: _config(column, rows[heading])
        for heading, column in zip(rows.columns, columns, strict=True)
    }
    height = options.get("height")
    most = height // _ROW - 1 if isinstance(height, int) else _MOST_ROWS
    options["height"] = _whole_rows(len(rows), most)
    return st.dataframe(
        styled(columns, missing) if any(_has_look(column) for column in columns) else rows,
        hide_index=True,
        column_config=config,
        placeholder=missing,
        alt=alt and spoken(alt),
        **options,
    )


def read(
    columns: Sequence[Column],
    *,
    caption: str,
    key: str,
    secondary: Sequence[str] = (),
    missing: str = formats.NOTHING,
) -> None:
    """Draws a table of few rows that is read, and cuts no column: narrow, it is a list of cards.

    The columns with a heading in `secondary` go first where there is no room for all; they are on
    the cards again. Rows that nobody reads one by one are the browser's table.
    """
    rows = frame(columns)
    if len(rows) > _MOST_READ:
        show(columns, missing=missing)
        return
    if rows.empty:
        st.markdown(gray(_("No rows.")))
        return
    headings = [
        board.Column(
            column.heading,
            right=column.is_amount or is_numeric_dtype(rows[heading].dtype),
            secondary=column.heading in secondary,
            on_cards=True,
        )
        for heading, column in zip(rows.columns, columns, strict=True)
    ]
    texts = [
        _texts(column, rows[heading], missing)
        for heading, column in zip(rows.columns, columns, strict=True)
    ]
    pale = [pd.Series(column.pale, index=rows.index, dtype=bool) for column in columns]
    board.show(
        headings,
        [
            board.Row(
                [
                    column.cells[place]
                    if column.cells is not None
                    else board.Text("", note=text[place])
                    if faint[place]
                    else board.Text(text[place], strong=at == 0)
                    for at, (column, text, faint) in enumerate(
                        zip(columns, texts, pale, strict=True)
                    )
                ]
            )
            for place in range(len(rows))
        ],
        caption=spoken(caption),
        key=key,
        cards_below=_HALF,
    )


def _texts(column: Column, values: "pd.Series[Any]", missing: str) -> list[str]:
    """The texts of a column, as they are read."""
    if column.write is not None and not callable(column.write):
        return list(column.write)
    write = column.write or str
    return [missing if pd.isna(value) else write(value) or missing for value in values]


def _whole_rows(rows: int, most: int) -> int:
    """The height, px, of a table that shows at most so many rows, and cuts none."""
    return _ROW * (min(max(rows, 1), most) + 1) + 2


def frame(columns: Sequence[Column]) -> pd.DataFrame:
    """The values by their headings; the second of two that are alike has a blank more."""
    rows: dict[str, pd.Series[Any]] = {}
    for column in columns:
        heading = column.heading
        while heading in rows:
            heading += " "
        rows[heading] = _values(column)
    return pd.DataFrame(rows)


def styled(columns: Sequence[Column], missing: str = formats.NOTHING) -> "Styler":
    """The values with their texts and colours."""
    rows = frame(columns)
    style = rows.style
    for heading, column in zip(rows.columns, columns, strict=True):
        if callable(column.write):
            style = style.format(column.write, subset=[heading], na_rep=missing)
        elif column.write is not None:
            style = style.format(_each(column.write, len(rows)), subset=[heading])
        if column.pale is not False:
            pale = pd.Series(column.pale, index=rows.index, dtype=bool)
            colour = f"color: {card.look().neutral}"
            style = style.map(lambda _value, colour=colour: colour, subset=(pale, [heading]))
    return style


def _has_look(column: Column) -> bool:
    return column.write is not None or column.pale is not False


def _values(column: Column) -> "pd.Series[Any]":
    """The values as the browser's table can take them, which knows no null of integers."""
    given = column.values
    values = pd.Series(given if isinstance(given, pd.Series) else list(given))
    values = values.reset_index(drop=True)
    if is_extension_array_dtype(values.dtype) and is_numeric_dtype(values.dtype):
        return values.astype(float)
    return values


def _each(texts: Sequence[str], rows: int) -> Callable[[Any], str]:
    """The texts in their order: a style asks for a column's cells row by row, each once."""
    if len(texts) != rows:
        raise ValueError(f"There are {len(texts)} texts for {rows} rows.")
    following = cycle(texts)  # from the first again when the style is rendered once more
    return lambda _value: next(following)


def _config(column: Column, values: "pd.Series[Any]") -> Any:
    """How the browser shows the column, and writes it where we do not."""
    if column.write is None and infer_dtype(values) == "date":
        day = "DD/MM/YYYY" if current.lang() == "vi" else "D MMM YYYY"
        return st.column_config.DateColumn(width=column.width, format=day)
    if column.write is None and is_numeric_dtype(values.dtype):
        return st.column_config.NumberColumn(width=column.width, format="localized")
    return st.column_config.Column(width=column.width)
