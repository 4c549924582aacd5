"""A report on paper: a PDF in our typeface, set by Typst from `paper.typ`."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from ui.language.messages import _
from ui.report.form import form_of, table_of
from ui.report.picture import NoBrowser, Paint
from ui.report.report import Card, Chart, Part, Report, Table, Tile
from ui.report.words import is_number, left_out
from ui.theme import FONTS, LIGHT

_TEMPLATE = Path(__file__).resolve().parent / "paper.typ"
_FIGURE = 760  # px: the width at which a figure's type is as large as the text beside it
_MOST_ROWS = 25


def write(reports: Sequence[Report], paint: Paint) -> bytes:
    """The reports one after the other, each from a new page on."""
    with TemporaryDirectory(prefix="pheu-") as name:
        folder = Path(name)
        told = {
            "lang": reports[0].lang,
            "words": {"how": _("How counted"), "open": _("Open in Pheu")},
            "colours": {
                name: getattr(LIGHT, name)
                for name in ("ink", "muted", "border", "secondary", "primary", "link")
            },
            "reports": [_report(report, folder, paint) for report in reports],
        }
        (folder / "report.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / "paper.typ").write_bytes(_TEMPLATE.read_bytes())
        made = typst.compile(
            folder / "paper.typ",
            root=folder,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
        )
    if not isinstance(made, bytes):
        raise TypeError("Typst made several files of one paper.")
    return made


def _report(report: Report, folder: Path, paint: Paint) -> dict[str, Any]:
    return {
        "title": report.title,
        "finding": report.finding,
        "tiles": [
            asdict(part) for card in report.tiles for part in card.parts if isinstance(part, Tile)
        ],
        "about": [list(each) for each in report.about],
        "link": report.link,
        "cards": [_card(card, folder, paint) for card in report.cards],
        "counted": _halves(_counted(report)),
    }


def _counted(report: Report) -> list[dict[str, Any]]:
    """How each card counts, once for all what every one of them says."""
    cards = [card for card in (*report.tiles, *report.cards) if card.definitions]
    often = Counter(each for card in cards for each in dict.fromkeys(card.definitions))
    shared = [each for each, times in often.items() if times == len(cards) > 1]
    told = [
        {
            "title": card.title or ", ".join(p.label for p in card.parts if isinstance(p, Tile)),
            "definitions": [list(each) for each in card.definitions if each not in shared],
        }
        for card in cards
    ]
    told = [card for card in told if card["definitions"]]
    if shared:
        told.append({"title": _("All numbers"), "definitions": [list(each) for each in shared]})
    return told


def _halves(told: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The same in two columns, about as long."""
    lengths = [sum(len(text) for each in card["definitions"] for text in each) for card in told]
    before = [abs(sum(lengths) - 2 * sum(lengths[:at])) for at in range(len(told) + 1)]
    middle = max(at for at, apart in enumerate(before) if apart == min(before))
    return [told[:middle], told[middle:]]


def _card(card: Card, folder: Path, paint: Paint) -> dict[str, Any]:
    return {
        "title": card.title,
        "subtitle": card.subtitle,
        "parts": [_part(part, folder, paint) for part in card.parts],
    }


def _part(part: Part, folder: Path, paint: Paint) -> dict[str, Any]:
    if isinstance(part, Chart):
        return _chart(part, folder, paint)
    if isinstance(part, Table):
        return _table(part, left_out(len(part.rows), _MOST_ROWS))
    if isinstance(part, Tile):
        return {"kind": "text", "text": f"{part.label}: {part.value}", "small": False}
    return {"kind": "text", "text": part.text, "small": part.small}


def _chart(part: Chart, folder: Path, paint: Paint) -> dict[str, Any]:
    """The picture of a figure; its numbers where there is nothing to draw it with."""
    try:
        picture = paint(part.figure, "png", _FIGURE)
    except NoBrowser as error:
        form = form_of(part.figure)
        if form is not None:
            return _table(table_of(form), str(error))
        return {"kind": "text", "text": str(error), "small": True}
    file = folder / f"{len(list(folder.iterdir()))}.png"
    file.write_bytes(picture)
    return {"kind": "chart", "file": file.name, "alt": part.alt}


def _table(part: Table, more: str) -> dict[str, Any]:
    right = [is_number(column) for column in zip(*part.rows, strict=True)]
    return {
        "kind": "table",
        "headings": list(part.headings),
        "right": right or [False] * len(part.headings),
        "rows": [[cell.text for cell in row] for row in part.rows[:_MOST_ROWS]],
        "more": more,
    }
