"""Slides for PowerPoint: one finding each, drawn so that it can be edited, its definitions below.

A figure is a chart of the program's own where it has such a form (`ui.report.form`), else a
picture. Letters are those of the theme: pasted into a company's own slides they take its typeface.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import zip_longest
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from data.spreadsheet import harmless
from ui.language.messages import _
from ui.report.form import Form, Series, form_of, is_whole
from ui.report.picture import NoBrowser, Paint
from ui.report.report import Card, Chart, Part, Report, Table, Text, Tile
from ui.report.words import is_number, left_out
from ui.theme import LIGHT, text_on

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_LEFT, _TITLE_TOP, _BODY, _FOOT = Inches(0.6), Inches(0.4), Inches(1.7), Inches(6.95)
_ROOM = _WIDTH - 2 * _LEFT
_TITLE_ONLY = 5  # of the layouts that every presentation begins with
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_ROWS, _ROW = 13, Inches(0.34)
_LONGEST = 48  # characters of a cell
_NARROW = 0.05  # of the widest bar
_ONE_LINE = 60  # characters of a title
_FEW_CARDS = 9  # whose titles fit a slide as sentences
_SIGNED = re.compile(r"[+-]\d[\w\s.,%]*")  # "+1.2 points" does nothing, "-2+3" would
_KINDS = {
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "columns": XL_CHART_TYPE.COLUMN_STACKED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "waterfall": XL_CHART_TYPE.BAR_STACKED,
}
_TILES_IN_A_ROW, _GAP = 5, Inches(0.2)
_WIDE = 8  # characters of a number that needs smaller type
_FIGURE = 1000  # px: the width of a picture before it is made to fit


def write(reports: Sequence[Report], paint: Paint) -> bytes:
    """The reports one after the other: for each what it says first, then a slide a finding.

    `paint` makes a picture of a figure that has no other form.
    """
    book = Presentation()
    book.slide_width, book.slide_height = _WIDTH, _HEIGHT
    book.core_properties.title = reports[0].title
    book.core_properties.author = "Pheu"
    _widen(book.slide_layouts[_TITLE_ONLY])
    for report in reports:
        _first(book, report)
        for card in report.cards:
            for part, texts in _pages(card):
                _slide(book, report, card, part, texts, paint)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _widen(layout: Any) -> None:
    """The title of a layout over the whole width of these slides, at its left and top."""
    for place in list(layout.placeholders):
        if place.placeholder_format.type is not None and place.placeholder_format.idx != 0:
            place._element.getparent().remove(place._element)
            continue
        place.left, place.top, place.width, place.height = _LEFT, _TITLE_TOP, _ROOM, Inches(0.8)


def _pages(card: Card) -> Iterator[tuple[Part | None, Sequence[str]]]:
    """What is on each slide of a card: a figure or a table, and the sentences about it."""
    texts = [part.text for part in card.parts if isinstance(part, Text)]
    tiles = [f"{part.label}: {part.value}" for part in card.parts if isinstance(part, Tile)]
    shown = [part for part in card.parts if isinstance(part, Chart | Table)]
    for number, part in enumerate(shown or [None]):
        yield part, [*tiles, *texts] if number == 0 else []


# --- a slide ----------------------------------------------------------------------------------


def _begun(book: Any, report: Report, title: str) -> Any:
    """A slide with its title, and what all of it is of at its foot."""
    slide = book.slides.add_slide(book.slide_layouts[_TITLE_ONLY])
    slide.shapes.title.text = title
    frame = slide.shapes.title.text_frame
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.MIDDLE, True
    frame.margin_left = 0
    _style(frame.paragraphs[0], 28 if len(title) <= _ONE_LINE else 22, LIGHT.ink, bold=True)
    foot = _write(slide, _FOOT, [" · ".join(text for _lead_in, text in report.about)], 10)
    foot.paragraphs[0].add_run().text = " · "
    run = foot.paragraphs[0].add_run()
    run.text = _("Open in Pheu")
    run.hyperlink.address = report.link
    return slide


def _first(book: Any, report: Report) -> None:
    """What the page says first, and its tiles."""
    slide = _begun(book, report, report.finding or report.title)
    if report.finding:
        _write(slide, Inches(1.2), [report.title], 16)
    tiles = [part for card in report.tiles for part in card.parts if isinstance(part, Tile)]
    for number, tile in enumerate(tiles[: 2 * _TILES_IN_A_ROW]):
        row, column = divmod(number, _TILES_IN_A_ROW)
        step = (_ROOM + _GAP) // min(len(tiles), _TILES_IN_A_ROW)
        left, top = _LEFT + column * step, Inches(2.3) + row * Inches(2.2)
        _tile(slide.shapes.add_textbox(left, top, step - _GAP, Inches(2)), tile)
    if not tiles:  # what the slides that follow say
        size = 20 if len(report.cards) <= _FEW_CARDS else 14
        _write(slide, Inches(2), [card.title for card in report.cards], size)
    _note(slide, report, [each for card in report.tiles for each in card.definitions])


def _tile(box: Any, tile: Tile) -> None:
    box.line.color.rgb = _rgb(LIGHT.border)
    frame = box.text_frame
    frame.word_wrap = True
    _style(_said(frame, tile.label, first=True), 14, LIGHT.muted)
    size = 32 if len(tile.value) < _WIDE else 24
    _style(_said(frame, tile.value), size, LIGHT.ink, bold=True)
    for text in (tile.change, *tile.notes):
        if text:
            _style(_said(frame, text), 12, LIGHT.muted)


def _slide(
    book: Any, report: Report, card: Card, part: Part | None, texts: Sequence[str], paint: Paint
) -> None:
    slide = _begun(book, report, card.title)
    if card.subtitle:
        _write(slide, Inches(1.2), [card.subtitle], 14)
    said = list(texts)
    bottom = _FOOT - Inches(0.1)
    if isinstance(part, Table):
        most = min(_ROWS, (bottom - _lines(said) - _BODY) // _ROW - 2)
        if more := left_out(len(part.rows), most):
            said.append(more)
        bottom -= _lines(said)
        _table(slide, part, most)
    elif isinstance(part, Chart):
        bottom -= _lines(said)
        said += _figure(slide, part, bottom - _BODY, paint)
    else:
        bottom = _BODY
    if said:
        _write(slide, bottom, said, 12 if part is not None else 18)
    _note(slide, report, card.definitions)


def _lines(texts: Sequence[str]) -> int:
    """The room that sentences take, about."""
    lines = [line for text in texts for line in text.split("\n")]
    return int(Inches(0.24)) * sum(1 + len(line) // 150 for line in lines)


def _figure(slide: Any, part: Chart, height: int, paint: Paint) -> list[str]:
    """The figure as a chart or a picture; a sentence in its place where neither can be made."""
    form = form_of(part.figure)
    if form is not None and form.categories:
        _chart(slide, form, part, height)
        return []
    try:
        picture = paint(part.figure, "png", _FIGURE)
    except NoBrowser as error:
        return [str(error)]
    shape = slide.shapes.add_picture(BytesIO(picture), _LEFT, _BODY)
    scale = min(_ROOM / shape.width, height / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left = _LEFT
    shape.name = part.name
    shape._element._nvXxPr.cNvPr.set("descr", part.alt)
    return []


# --- a chart ----------------------------------------------------------------------------------


def _chart(slide: Any, form: Form, part: Chart, height: int) -> None:
    pattern = _pattern(form)
    told = CategoryChartData(number_format=pattern)
    told.categories = [harmless(name) for name in form.categories]
    for series in form.series:
        told.add_series(harmless(series.name), series.values)
    shape = slide.shapes.add_chart(_KINDS[form.kind], _LEFT, _BODY, _ROOM, height, told)
    shape.name = part.name
    shape._element._nvXxPr.cNvPr.set("descr", part.alt)
    chart = shape.chart
    chart.font.size = Pt(12)
    chart.font.color.rgb = _rgb(LIGHT.ink)
    chart.has_title = False
    chart.has_legend = len([each for each in form.series if each.name]) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    _axes(chart, form, pattern)
    for drawn, series in zip_longest(chart.plots[0].series, form.series):
        _paint_series(drawn, series, form)
    if form.kind in ("stacked", "waterfall"):
        chart.plots[0].gap_width, chart.plots[0].overlap = 45, 100
    elif form.kind == "columns":
        chart.plots[0].gap_width, chart.plots[0].overlap = 25, 100


def _pattern(form: Form) -> str:
    """How the numbers are written, in the words of Excel."""
    if form.is_share:
        return "0.0%"
    return "#,##0" if is_whole(form) else "#,##0.0"


def _axes(chart: Any, form: Form, pattern: str) -> None:
    names, values = chart.category_axis, chart.value_axis
    names.format.line.color.rgb = _rgb(LIGHT.axis)
    names.has_major_gridlines = False
    names.tick_labels.font.size = Pt(12)
    values.format.line.fill.background()
    if form.kind in ("stacked", "waterfall"):
        names.reverse_order = True  # the first at the top, as it is read
        values.visible = False
        values.has_major_gridlines = False
        values.minimum_scale = 0
        return
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = _rgb(LIGHT.grid)
    values.tick_labels.number_format = "0%" if form.is_share else pattern
    values.tick_labels.number_format_is_linked = False
    values.minimum_scale = 0
    if form.kind == "columns" and form.is_share:
        values.maximum_scale = 1


def _paint_series(drawn: Any, series: Series, form: Form) -> None:
    colours = [each for each in series.colours if each.startswith("#")]
    if form.kind == "line":
        line = drawn.format.line
        line.width = Pt(2.5)
        if colours:
            line.color.rgb = _rgb(colours[0])
            drawn.marker.format.fill.solid()
            drawn.marker.format.fill.fore_color.rgb = _rgb(colours[0])
            drawn.marker.format.line.color.rgb = _rgb(colours[0])
        drawn.smooth = False
        drawn.marker.size = 6
        return
    if not colours:
        drawn.format.fill.background()
        return
    drawn.format.fill.solid()
    drawn.format.fill.fore_color.rgb = _rgb(colours[0])
    if len(set(colours)) > 1:
        for point, colour in enumerate(series.colours):
            if colour.startswith("#"):
                fill = drawn.points[point].format.fill
                fill.solid()
                fill.fore_color.rgb = _rgb(colour)
    if form.kind == "columns":
        return
    _label(drawn, series, form)


def _label(drawn: Any, series: Series, form: Form) -> None:
    """Numbers in the bars, each in a colour that is read there; beside one that is too narrow.

    A narrow one that another follows has no room for its own: the sheet behind the chart has it.
    """
    widest = max(
        sum(each.values[at] or 0 for each in form.series) for at in range(len(form.categories))
    )
    for point, value in enumerate(series.values):
        is_narrow = (value or 0) < _NARROW * widest
        follow = form.series[form.series.index(series) + 1 :]
        if not value or (is_narrow and any(each.values[point] for each in follow)):
            continue
        label = drawn.points[point].data_label
        if series.labels:
            label.text_frame.text = series.labels[point]
            font = label.text_frame.paragraphs[0].font
        else:  # the number itself, also after somebody has changed it
            font = label.font
        label.position = XL_LABEL_POSITION.INSIDE_BASE if is_narrow else XL_LABEL_POSITION.CENTER
        colour = series.colours[point % len(series.colours)]
        ink = LIGHT.ink if is_narrow or not colour.startswith("#") else text_on(colour)
        font.size, font.color.rgb = Pt(12), _rgb(ink)


# --- a table ----------------------------------------------------------------------------------


def _table(slide: Any, part: Table, most: int) -> None:
    """The first rows of a table, each column as wide as its texts are long."""
    rows = [[cell.text for cell in row] for row in part.rows[:most]]
    shape = slide.shapes.add_table(
        len(rows) + 1, len(part.headings), _LEFT, _BODY, _ROOM, _ROW * (len(rows) + 1)
    )
    table = shape.table
    table._tbl.tblPr[0].text = _NO_STYLE
    lengths = [
        min(max(6, *(len(text) for text in column)) + 3, _LONGEST)
        for column in zip(part.headings, *rows, strict=True)
    ]
    for column, length in zip(table.columns, lengths, strict=True):
        column.width = int(_ROOM * length / sum(lengths))
    size = 12 if sum(lengths) < 140 else 10
    right = [is_number(column) for column in zip(*part.rows, strict=True)] or [False] * len(lengths)
    for at, row in enumerate([list(part.headings), *rows]):
        table.rows[at].height = _ROW
        for cell, text, is_right in zip(table.rows[at].cells, row, right, strict=True):
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.margin_left = cell.margin_right = Inches(0.08)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            if at == 0:
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(LIGHT.secondary)
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.text = _harmless(text[: 2 * _LONGEST])
            paragraph.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
            _style(paragraph, size, LIGHT.muted if at == 0 else LIGHT.ink, bold=at == 0)


def _harmless(text: str) -> str:
    """The text of a cell, which somebody may copy into a spreadsheet; a signed number stays."""
    return text if _SIGNED.fullmatch(text) else harmless(text)


# --- words ------------------------------------------------------------------------------------


def _write(slide: Any, top: int, texts: Sequence[str], size: int) -> Any:
    frame = slide.shapes.add_textbox(_LEFT, top, _ROOM, Inches(0.35)).text_frame
    frame.word_wrap = True
    frame.margin_left = 0
    for number, text in enumerate(texts):
        paragraph = _said(frame, text, first=number == 0)
        paragraph.space_after = Pt(size / 3)
        _style(paragraph, size, LIGHT.muted)
    return frame


def _said(frame: Any, text: str, *, first: bool = False) -> Any:
    paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
    paragraph.text = text
    return paragraph


def _style(paragraph: Any, size: int, colour: str, *, bold: bool = False) -> None:
    paragraph.font.size, paragraph.font.bold = Pt(size), bold
    paragraph.font.color.rgb = _rgb(colour)
    if paragraph.alignment is None:
        paragraph.alignment = PP_ALIGN.LEFT


def _note(slide: Any, report: Report, definitions: Sequence[tuple[str, str]]) -> None:
    """The presenter's notes: how it is counted, and what all of it is of."""
    told = dict.fromkeys((*definitions, *report.about))  # what several say once
    lines = [f"{lead_in} {text}" for lead_in, text in told]
    slide.notes_slide.notes_text_frame.text = "\n".join([*lines, report.link])


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#"))
