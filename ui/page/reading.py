"""A report read off a page that was drawn: its first sentence, its tiles, its cards."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

from ui.language import current
from ui.page.markdown import spoken
from ui.page.offscreen import Counted, Drawn, Place
from ui.report.report import Card, Cell, Chart, Part, Table, Text, Tile

_KEY = re.compile(r"-(?P<kind>headline|card|tile|tinted|chart)_(?P<name>.*?)(?:__(?:vi|en))?$")
_STYLED = re.compile(r":(?:small|[a-z]+)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
_BADGE = re.compile(r":[a-z]+-badge\[(?::material/\w+: )?([^\[\]]*)\]")
_BADGES = re.compile(r"(\([^()]+\)\s*)+")
_SHORT = 30  # characters of lines that go into one
_ICON = re.compile(r":material/\w+: ?")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_NUMBER = {
    "en": re.compile(r"[+−-]?(?:0|[1-9]\d{0,2}(?:,\d{3})*|[1-9]\d*)(?:\.\d+)?%?"),
    "vi": re.compile(r"[+−-]?(?:0|[1-9]\d{0,2}(?:\.\d{3})*|[1-9]\d*)(?:,\d+)?%?"),
}


def finding(drawn: Drawn) -> str:
    """What the page says first; nothing where it has no such sentence."""
    for place in _walked(drawn.root):
        if _kind(place) == "headline":
            texts = [_plain(each.said.body) for each in _walked(place) if each.kind == "markdown"]
            return texts[-1] if texts else ""
    return ""


def tiles(drawn: Drawn) -> list[Card]:
    """The tiles of the page, each with how it is counted."""
    return [
        _card(place, drawn.counted)
        for place in _walked(drawn.root)
        if _kind(place) in ("tile", "tinted")
    ]


def cards(drawn: Drawn) -> list[Card]:
    """The cards of the page, in its order."""
    return [_card(place, drawn.counted) for place in _walked(drawn.root) if _kind(place) == "card"]


def _walked(place: Place) -> Iterator[Place]:
    """A place and all that is in it, from the top."""
    yield place
    for each in place:
        yield from _walked(each)


def _kind(place: Place) -> str:
    found = _KEY.search(place.key)
    return found["kind"] if found else ""


def _card(place: Place, counted: Mapping[str, Counted]) -> Card:
    found = _KEY.search(place.key)
    name = found["name"] if found else ""
    how = counted.get(name)
    elements = [each for each in _walked(place) if each.kind != "container"]
    titles = [each for each in elements if each.kind == "heading"]
    parts: list[Part] = []
    for each in elements:
        if each is not (titles[0] if titles else None) and (part := _part(each)) is not None:
            parts.append(part)
    subtitle = ""
    if titles and parts and isinstance(first := parts[0], Text) and first.small:
        subtitle = first.text
        del parts[0]
    return Card(
        name=name,
        title=_plain(titles[0].said.body) if titles else "",
        subtitle=subtitle,
        parts=_joined(parts),
        definitions=[(lead_in, _plain(text)) for lead_in, text in how.said] if how else (),
        numbers=how.rows if how else None,
    )


def _joined(parts: Sequence[Part]) -> list[Part]:
    """The parts, with what is written below a tile as notes of it."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and joined and isinstance(joined[-1], Tile):
            tile = joined[-1]
            joined[-1] = Tile(tile.label, tile.value, tile.change, (*tile.notes, part.text))
        else:
            joined.append(part)
    return joined


def _part(place: Place) -> Part | None:
    """What is taken away of an element; nothing of what only a screen can have."""
    said = place.said
    match place.kind:
        case "markdown" | "heading" | "alert":
            text = _in_few_lines(_plain(said.body))
            is_a_key = _BADGES.fullmatch(text)  # to colours, which have their own in a file
            small = said.body.startswith(":small[")
            part: Part | None = None if is_a_key or not text else Text(text, small)
        case "metric":
            notes = [_plain(said.delta_description)] if said.delta_description else []
            part = Tile(_plain(said.label), said.body, said.delta.replace("-", "−"), notes)
        case "plotly_chart":
            found = _KEY.search(said.id)
            part = Chart(found["name"] if found else said.id, json.loads(said.spec), said.alt)
        case "dataframe":
            part = _frame(said.arrow_data)
        case "bidi_component" if said.component_name == "pheu.board":
            part = _board(json.loads(said.json))
        case _:
            part = None
    return part


def _plain(markdown: str) -> str:
    """The text that is read where a page has Markdown."""
    text = _BADGE.sub(r"(\1)", markdown)
    while (shorter := _STYLED.sub(r"\1", text)) != text:
        text = shorter
    text = _LINK.sub(r"\1", _ICON.sub("", text))
    text = re.sub(r"^- ", "• ", text, flags=re.MULTILINE)
    return spoken(re.sub(r"\s*\n\s*", "\n", text)).strip()


def _in_few_lines(text: str) -> str:
    """Several short lines in one: on the page they were below each other in a narrow column."""
    lines = text.split("\n")
    return text if any(len(line) > _SHORT for line in lines) else " · ".join(lines)


# --- tables -----------------------------------------------------------------------------------


def _frame(said: Any) -> Table:
    """A table of the browser's: its values, and their texts where it has some."""
    values = convert_arrow_bytes_to_pandas_df(said.data)
    texts = convert_arrow_bytes_to_pandas_df(said.styler.display_values or said.data)
    return Table(
        [str(name).strip() for name in values.columns],
        [
            [
                Cell(_written(text), None if pd.isna(value) or isinstance(value, str) else value)
                for value, text in zip(row, shown, strict=True)
            ]
            for row, shown in zip(
                values.itertuples(index=False, name=None),
                texts.itertuples(index=False, name=None),
                strict=True,
            )
        ],
    )


def _written(value: Any) -> str:
    return "" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value)


def _board(said: Mapping[str, Any]) -> Table:
    """A board, without its columns of bars: another cell of the row says what they show."""
    columns = said["columns"]
    rows = [
        [
            _cell(cell, is_number=column["right"])
            for cell, column in zip(row["cells"], columns, strict=True)
        ]
        for row in said["rows"]
    ]
    kept = [
        at
        for at, column in enumerate(columns)
        if not column["unseen"] or any(row[at].text for row in rows)
    ]
    return Table([columns[at]["label"] for at in kept], [[row[at] for at in kept] for row in rows])


def _cell(cell: Mapping[str, Any], *, is_number: bool) -> Cell:
    match cell["kind"]:
        case "text":
            text = " · ".join(part for part in (cell["value"], cell["note"]) if part)
            return Cell(text, value_of(text) if is_number else None)
        case "badge":
            return Cell(cell["word"])
        case "phone":
            return Cell(cell["value"])
        case "ticks":
            return Cell(", ".join(tick["alt"] or tick["word"] for tick in cell["all"]))
        case _:
            return Cell(cell["alt"])


def value_of(text: str) -> float | int | None:
    """The number that a text is, as the reader's language writes it; a percentage as a fraction."""
    if not _NUMBER[current.lang()].fullmatch(text):
        return None
    digits = text.rstrip("%").replace("−", "-").replace("+", "")
    group, point = (".", ",") if current.lang() == "vi" else (",", ".")
    digits = digits.replace(group, "").replace(point, ".")
    if text.endswith("%"):
        return float(digits) / 100
    return float(digits) if "." in digits else int(digits)
