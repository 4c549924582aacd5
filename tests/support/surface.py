"""The surface of a page: what is to be read on it before anything is opened, piece by piece."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.support.screen import BOARD, boards, read

_HEADINGS = {"title": "h1", "header": "h2", "subheader": "h3"}
_TEXTS = ("markdown", "caption", "warning", "info", "success", "error")
_LABELLED = ("button", "page_link", "link_button", "download_button", "checkbox", "toggle")
_CHOICES = ("selectbox", "multiselect", "radio", "button_group", "pills", "segmented_control")
_MARKS = re.compile(r":material/\w+:|:\w+(?:-\w+)?\[|\*\*|\\(?=[!-/:-@\[-`{-~])|\]\(\S*?\)")


@dataclass(frozen=True)
class Piece:
    """A text of a page, and what it stands in: `h1` to `h3`, or the kind of its element."""

    kind: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A number with its name beside it; `of` is the row that it is in, in a board."""

    name: str
    of: str
    value: str


def pieces(screen: AppTest) -> list[Piece]:
    """All that is read of a page without opening anything, from its top to its end."""
    return [Piece(kind, text) for kind, text in _pieces(screen.main) if text.strip()]


def figures(screen: AppTest) -> list[Figure]:
    """The numbers of the page's tiles and boards, by the names that stand at them."""
    found = [Figure(plain(each.proto.label), "", each.proto.body) for each in screen.get("metric")]
    for board in boards(screen):
        _first, *others = board["columns"]
        for row in board["rows"]:
            head, *cells = row["cells"]
            found += [
                Figure(column["label"], head.get("value", ""), cell["value"])
                for column, cell in zip(others, cells, strict=True)
                if cell["kind"] == "text"
            ]
    return found


def plain(text: str) -> str:
    """A text as it is read: without what Markdown makes of it."""
    bare = _MARKS.sub("", re.sub(r":(?:small|gray)\[", "", text))
    return " ".join(bare.replace("]", "").split())


def _pieces(block: Any) -> Iterator[tuple[str, str]]:
    for child in block.children.values():
        if hasattr(child, "children"):
            label = getattr(child, "label", "")
            if child.type in ("expander", "expandable", "tab") and label:
                yield child.type, plain(label)
            if not (child.type in ("expander", "expandable") and not child.proto.expanded):
                yield from _pieces(child)
        else:
            yield from _of(child)


def _of(child: Any) -> Iterator[tuple[str, str]]:
    proto = child.proto
    if child.type in _HEADINGS:
        yield _HEADINGS[child.type], plain(child.value)
    elif child.type in _TEXTS:
        yield child.type, plain(child.value)
    elif child.type == "metric":
        yield from (("metric", plain(text)) for text in (proto.label, proto.body, proto.delta))
        yield "metric", plain(proto.delta_description)
    elif child.type in _LABELLED:
        yield child.type, plain(proto.label)
    elif child.type in _CHOICES:
        yield child.type, plain(proto.label)
        for option in proto.options:
            yield child.type, plain(option if isinstance(option, str) else option.content)
    elif child.type == "plotly_chart":
        yield from (("chart", text) for text in _drawn(json.loads(proto.spec)))
    elif child.type == "bidi_component" and proto.component_name == BOARD:
        yield from (("board", text) for text in _told(json.loads(proto.json)))
    elif child.type in ("arrow_data_frame", "dataframe"):
        rows = read(child)
        yield from (("table", str(heading)) for heading in rows.columns)
        yield from (("table", str(cell)) for cell in rows.to_numpy().ravel())
    elif child.type == "html":
        yield from _written(proto.body)


def _drawn(spec: Any) -> Iterator[str]:
    """The texts of a figure that are there before anybody points at a mark."""
    layout = spec["layout"]
    for note in layout.get("annotations", []):
        yield _bare(note.get("text", ""))
    for name, axis in layout.items():
        if re.fullmatch(r"[xy]axis\d*", name) and axis.get("visible") is not False:
            yield _bare(str((axis.get("title") or {}).get("text", "")))
            yield from (_bare(str(each)) for each in axis.get("ticktext", ()))
    for trace in spec["data"]:
        if "text" in trace.get("mode", "") or trace.get("type") in ("bar", "heatmap"):
            said = trace.get("text", ())
            yield from (_bare(str(each)) for each in ([said] if isinstance(said, str) else said))
        if trace.get("showlegend", True) and layout.get("showlegend"):
            yield _bare(trace.get("name", ""))


def _told(board: dict[str, Any]) -> Iterator[str]:
    yield board["caption"]
    yield from (column["label"] for column in board["columns"])
    for row in board["rows"]:
        for cell in row["cells"]:
            yield from (str(cell[part]) for part in ("value", "word", "note") if cell.get(part))


def _written(html: str) -> Iterator[tuple[str, str]]:
    """What is read of the page's own HTML; what is folded in is not."""
    html = re.sub(
        r"<details(?![^>]* open)[^>]*>(<summary>.*?</summary>).*?</details>",
        r"\1",
        html,
        flags=re.S,
    )
    for heading, text in re.findall(r"<(h[1-3])\b[^>]*>(.*?)</\1>", html, flags=re.S):
        yield heading, _bare(text)
    rest = re.sub(r"<(h[1-3]|style)\b[^>]*>.*?</\1>", "", html, flags=re.S)
    yield from (("html", _bare(text)) for text in re.split(r"</(?:td|th|p|summary)>", rest))


def _bare(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
