"""Files as they come from the wild, made up by a seed: every format, whole, careless and broken."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq

HEADERS = ("lead id", "created at", "source", "amount", "note")
_ENCODINGS = (
    "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252",
    "cp1258", "latin-1", "shift_jis", "koi8-r",
)  # fmt: skip
_ODD = (
    "", " ", "\u00a0", "\t", "\r", "\n", "\r\n", "\x0b", "\x0c", "\x85", "\u2028",
    "\u200b", "\u200c", "\u200d", "\u202e", "\u2066", "\ufeff", "\ufffd", "\U0001fae8", "e\u0301",
    "ﷺ", "שלום", "مرحبا", "Hội chợ Vietbuild", "Nguyễn", "日本語", "'", '"', '""', '"""', ",", ";",
    "|", "\\", "\\n", '\\"', "=1+1", "+84", "-", "@x", "＝1", "#N/A", "#REF!", "NULL", "nan",
    "None", "1e999", "-0", "1.200.000,5 ₫", "(300)", "0x10",
    "9" * 400, "x" * 3_000, "<b>", "$1", "${x}",
    "[l](x)", "%s", "{}", "'; drop table leads; --",
)  # fmt: skip
_DATES = (
    "2024-01-05", "2024-01-05 10:00", "2024-01-05T10:00:00+07:00", "05/13/2024", "13/05/2024",
    "2024-02-30", "0000-00-00", "9999-12-31", "20240105", "45296", "1/2/24", "Jan 5, 2024", "now",
    "2024-01-05 25:61", "-4712-01-01", "292277026596-12-04", "45296.5", "1704423600",
    "1704423600000",
    "5 thg 1, 2024", "Thứ Sáu, 05/01/2024 2:05 CH", "09:30 13/1/2024", "9h30 13/01/2024", "N/A",
    "2024-01-05/10:00", "Mon Jan 05 2024 09:30:00 GMT+0700 (X)", "99:99 SA", "5 thg 99, 2024",
)  # fmt: skip
_ABOVE = ("Báo cáo lead", "Từ ngày,01/01/2024", "", '"sep=;"', 'Công ty "A', ",,", "Nhóm,,Ngày,")
_BELOW = (
    "Tổng cộng: 5",
    "Total,,,,9",
    "",
    "Copyright (c) 2024 x, y, z",
    "Người lập,,Giám đốc",
    "A",
)
_ENDS = ("\n", "\n", "\r\n", "\r", "\n\r", "\n\n")
_HIDDEN = ' state="hidden"'
_DELIMITERS = (",", ",", ";", "\t", "|", "~", "^")


@dataclass(frozen=True)
class Made:
    """A made-up file."""

    name: str
    content: bytes


def made(seed: int) -> Made:
    """The file of a seed; the same seed makes the same file."""
    luck = Random(seed)
    kinds: tuple[tuple[Callable[[Random], bytes], str, int], ...] = (
        (_csv, "csv", 56), (_packed, "csv.gz", 8), (_workbook, "xlsx", 12),
        (_parquet, "parquet", 9), (_html, "xls", 6), (_json, "json", 6), (_rubbish, "csv", 3),
    )  # fmt: skip
    kind, ending, _ = luck.choices(kinds, [weight for *_, weight in kinds])[0]
    content = kind(luck)
    if luck.random() < 0.1:
        content = _damaged(luck, content)
    return Made(f"f{seed}.{ending}", content)


def _cell(luck: Random, column: int) -> str:
    chance = luck.random()
    if column == 0 and chance < 0.8:
        return f"L{luck.randrange(8)}"
    if column == 1 and chance < 0.8:
        return luck.choice(_DATES if chance < 0.3 else _DATES[:3])
    if 0.002 < chance < 0.5:
        return luck.choice(_ODD)
    if 0.5 < chance < 0.6:
        return "".join(luck.choice(_ODD)[:40] for _ in range(luck.randrange(5)))
    if chance > 0.997:
        return luck.choice("xộ\U0001fae8") * luck.choice((65_536, 65_537, 70_000))
    rest = ("seo", "Facebook Ads", "12", "12,5", "yes", "không")
    return luck.choice(("\0", "\x1a", "\x07\x08") if chance < 0.002 else rest)


def _rows(luck: Random) -> list[list[str]]:
    width = luck.choice((2, 3, 5, 5, 5, 5, 5, 5, 8, 30))
    if luck.random() < 0.01:
        width = luck.choice((199, 200, 201, 260, 600))
    headers = [*HEADERS, *(f"Field {number}" for number in range(max(width - 5, 0)))][:width]
    if luck.random() < 0.05:
        headers[luck.randrange(width)] = luck.choice(_ODD)[:50]
    count = luck.choice((1, 2, 5, 12)) if luck.random() < 0.97 else 0
    return [headers, *([_cell(luck, column) for column in range(width)] for _ in range(count))]


def _csv(luck: Random) -> bytes:
    delimiter, end = luck.choice(_DELIMITERS), luck.choice(_ENDS)
    lines = []
    for number, row in enumerate(_rows(luck)):
        cells = row
        careful = number == 0 and luck.random() < 0.9
        if luck.random() < 0.05:
            cells = row[: luck.randrange(len(row) + 1)]
        elif luck.random() < 0.05:
            cells = [*row, *[luck.choice(("", "x"))] * luck.randrange(1, 4)]
        lines.append(delimiter.join(_quoted(luck, cell, delimiter, careful) for cell in cells))
        if luck.random() < 0.03:
            lines.append(luck.choice(("", " ", delimiter * 3, '"', "# note")))
    if luck.random() < 0.15:
        lines = [luck.choice(_ABOVE) for _ in range(luck.randrange(1, 4))] + lines
    if luck.random() < 0.15:
        lines += [luck.choice((*_BELOW, lines[0])) for _ in range(luck.randrange(1, 4))]
    text = end.join(lines) + (end if luck.random() < 0.8 else "")
    if luck.random() < 0.02:
        text = f"sep={delimiter}{end}{text}"
    encoding = luck.choice(_ENCODINGS)
    return text.encode(encoding, "replace")


def _quoted(luck: Random, cell: str, delimiter: str, careful: bool) -> str:
    chance = 1.0 if careful else luck.random()
    if chance < 0.04:
        return cell  # as it is, whatever is in it
    if chance < 0.06:
        return '"' + cell  # never closed
    needs = any(mark in cell for mark in (delimiter, '"', "\n", "\r"))
    if needs or chance < 0.3:
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'
    return cell


def _html(luck: Random) -> bytes:
    def cell(text: str) -> str:
        span = luck.choice(
            ("", "", "", " colspan=2", " rowspan=3", " colspan=x", " rowspan=999999")
        )
        marked = text if luck.random() < 0.05 else escape(text)
        return f"<td{span if luck.random() < 0.1 else ''}>{marked}</td>"

    rows = ["".join(map(cell, row)) for row in _rows(luck)]
    if luck.random() < 0.2:
        rows.insert(0, "<td colspan=3>Title</td>")
    table = "".join(f"<tr>{row}" + luck.choice(("</tr>", "\n")) for row in rows)
    inside = luck.choice(("<table>{}</table>", "<table><tr><td><table>{}</table>", "<table>{}"))
    return ("<html>" + inside.format(table)).encode(luck.choice(("utf-8", "utf-16")), "replace")


def _json(luck: Random) -> bytes:
    headers, *rows = _rows(luck)
    records: list[object] = [dict(zip(headers, row, strict=True)) for row in rows]
    if luck.random() < 0.2:
        records.append(luck.choice((None, 5, [1], {}, {"lead id": {"a": 1}}, {"x/y~": "z"})))
    if luck.random() < 0.5:
        return "\n".join(map(json.dumps, records)).encode()
    return json.dumps(luck.choice((records, {"data": records}))).encode()


def _packed(luck: Random) -> bytes:
    content = _csv(luck)
    if luck.random() < 0.3:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
            for number in range(luck.choice((1, 1, 1, 2, 0))):
                parts.writestr(f"{number}.csv", content)
        return out.getvalue()
    if luck.random() < 0.03:
        content = bytes(120 << 20)
    return gzip.compress(content, 1, mtime=0)


def _workbook(luck: Random) -> bytes:
    sheets = [_sheet(luck) for _ in range(luck.choice((1, 1, 2, 3)))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = "http://schemas.openxmlformats.org/package/2006"
        numbers = range(1, len(sheets) + 1)
        parts.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
        )
        parts.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            + "".join(
                f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"{luck.choice(("", "", _HIDDEN))}/>'
                for n in numbers
            )
            + "</sheets></workbook>",
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            + "".join(
                f'<Relationship Id="rId{n}" Type="{office}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            )
            + "</Relationships>",
        )
        for n, rows in zip(numbers, sheets, strict=True):
            parts.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
            )
    return out.getvalue()


def _sheet(luck: Random) -> str:
    if luck.random() < 0.1:
        return ""
    rows = []
    for number, cells in enumerate(_rows(luck), 1):
        marked = "".join(
            _marked(luck, cell, f"{_letters(column)}{number}") for column, cell in enumerate(cells)
        )
        rows.append(f'<row r="{number}">{marked}</row>')
    if luck.random() < 0.08:
        inside = luck.choice(('<c r="XFD1048576" s="1"/>', '<c r="XFD1048576"><v>1</v></c>'))
        rows.append(f'<row r="1048576">{inside}</row>')
    return "".join(rows)


def _marked(luck: Random, cell: str, at: str) -> str:
    chance = luck.random()
    if chance < 0.03:
        return f'<c r="{at}" t="e"><f>1/0</f><v>{luck.choice(("#N/A", "#DIV/0!"))}</v></c>'
    if chance < 0.06:
        return f'<c r="{at}"><f>1+1</f><v>{luck.choice(("", "2", "1e400", "x"))}</v></c>'
    if chance < 0.09:
        return f'<c r="{at}" s="3"/>'
    if chance < 0.15:
        return f'<c r="{at}"><v>{luck.choice(("45296", "0.5", "-1", "1e308"))}</v></c>'
    text = escape("".join(each for each in cell if each.isprintable() or each in "\t\n"))
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _parquet(luck: Random) -> bytes:
    headers, *rows = _rows(luck)
    named = {header or f"c{number}": number for number, header in enumerate(headers)}
    columns = [[row[number] for row in rows] for number in named.values()]
    arrays = [pa.array(column, pa.string()) for column in columns]
    if luck.random() < 0.3:
        arrays[-1] = luck.choice(
            (
                pa.array([b"\xff\xfe\x00"] * len(rows), pa.binary()),
                pa.array([[1, None]] * len(rows), pa.list_(pa.int8())),
                pa.array([{"a": 1.5}] * len(rows)),
                pa.array([None] * len(rows), pa.null()),
                pa.array([2**62] * len(rows), pa.timestamp("us")),
                pa.array([float("nan")] * len(rows)),
            )
        )
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, list(named)), out)
    return out.getvalue()


def _rubbish(luck: Random) -> bytes:
    starts = (b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf")
    return luck.choice(starts) + luck.randbytes(luck.choice((0, 3, 50, 5_000)))


def _damaged(luck: Random, content: bytes) -> bytes:
    if not content:
        return content
    at = luck.randrange(len(content))
    match luck.randrange(4):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + luck.randbytes(luck.randrange(1, 4)) + content[at + 1 :]
        case 2:
            return content[:at] + b"\0" * luck.randrange(1, 300) + content[at:]
        case _:
            return content[:at] + content
