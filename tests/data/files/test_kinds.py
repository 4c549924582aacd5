"""What a file is, by its content: tables in HTML, XML and JSON, packed ones, and no tables."""

import gzip
import io
import json
import pickle
import zipfile
from pathlib import Path

import duckdb
import pytest

from data.errors import FILES_REFUSED, FileRefused
from data.files.preview import preview
from data.files.table import TableFile, read_table

CSV = b"id,source\n007,Web\n8,Zalo\n"
ROWS = [("007", "Web"), ("8", "Zalo")]
HTML = """<html><head><title>x</title><style>td {color: red}</style></head><body>
<table><tr><td>Logo</td></tr></table>
<table border=1>
<tr><th colspan=2>DANH S&Aacute;CH</th></tr>
<tr><th>id</th><th>source</th></tr>
<tr><td>007</td><td> <b>Web</b> </td></tr><tr><td>8<td>Zalo</table></body></html>"""
XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>
<Row><Cell><Data ss:Type="String">id</Data></Cell><Cell><Data ss:Type="String">source</Data></Cell>
</Row><Row ss:Index="3"><Cell><Data ss:Type="String">007</Data></Cell>
<Cell><Data ss:Type="String">Web</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">8</Data></Cell><Cell ss:Index="2"><Data>Zalo</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
RECORDS = [{"id": "007", "source": "Web"}, {"id": 8, "source": "Zalo", "more": {"x": 1.5}}]


def packed(beside: str = "", **files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in files.items():
            parts.writestr(name.replace("__", "/").replace("_", "."), content)
        if beside:
            parts.writestr(beside, b"x")
    return out.getvalue()


def read(tmp_path: Path, content: bytes) -> tuple[TableFile, list[tuple[object, ...]]]:
    path = tmp_path / "leads.xls"
    path.write_bytes(content)
    with duckdb.connect() as con:
        found = read_table(con, path, tmp_path)
        rows = con.execute(f'select * exclude (line) from "{found.table}" order by line').fetchall()
    assert preview(path, tmp_path).headers == found.headers
    return found, rows


@pytest.mark.parametrize(
    "content",
    [
        HTML.encode(),
        b"\xef\xbb\xbf" + HTML.encode(),
        HTML.encode("utf-16"),
        XML.encode(),
        packed(leads_csv=CSV),
        packed("__MACOSX/._leads.csv", leads_csv=CSV),
        gzip.compress(packed(leads_csv=CSV)),
        packed(leads_csv=gzip.compress(CSV)),
    ],
    ids="html html-with-bom html-in-utf16 xml zip zip-of-a-mac gzip-of-zip zip-of-gzip".split(),
)
def test_tables_under_the_name_of_a_workbook(tmp_path: Path, content: bytes) -> None:
    found, rows = read(tmp_path, content)
    assert (found.headers, rows) == (("id", "source"), ROWS)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "\n".join(map(json.dumps, RECORDS)) + "\n",
        json.dumps({"total": 2, "results": RECORDS}),
        "\ufeff" + json.dumps(RECORDS),
    ],
    ids="array indented lines answer-of-an-interface with-bom".split(),
)
def test_json(tmp_path: Path, text: str) -> None:
    found, rows = read(tmp_path, text.encode())
    assert found.headers == ("id", "source", "more.x")
    assert rows == [("007", "Web", None), ("8", "Zalo", "1.5")]


def test_what_is_no_record_is_refused_and_counted(tmp_path: Path) -> None:
    found, rows = read(tmp_path, b'[{"id": 1}, 5, {"id": 2}]')
    assert (found.rows, rows) == (3, [("1",), ("2",)])


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture"),
        (b"%PDF-1.7\n...", "pdf"),
        (b"{\\rtf1 hello}", "document"),
        (packed(word__document_xml=b"<x/>"), "document"),
        (packed(ppt__presentation_xml=b"<x/>"), "document"),
        (packed(Index__Document_iwa=b"x"), "numbers"),
        (packed(a_csv=CSV, b_csv=CSV), "several_inside"),
        (packed(), "empty"),
        (b"7z\xbc\xaf\x27\x1c1234", "archive"),
        (b"Rar!\x1a\x07\x01", "archive"),
        (b"SQLite format 3\0...", "database"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "document"),
        (b"\xd0\xcf\x11\xe0" + b"\1" * 600, "damaged_workbook"),
        (b"<!DOCTYPE html><html><body>Please sign in</body></html>", "markup"),
        (b"<?xml version='1.0'?><note/>", "markup"),
        (b'{"doc_id": "1x", "email": "a@b.vn"}', "shortcut"),
        (b'[{"id": 1}, {"id": ', "damaged_json"),
        (b"\n \n", "empty"),
    ],
    ids=(
        "png jpeg pdf rtf docx pptx numbers zip-of-two empty-zip 7z rar sqlite password doc "
        "damaged-xls sign-in xml gsheet cut-json blank"
    ).split(),
)  # fmt: skip
def test_what_holds_no_table_is_refused_in_words(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    with duckdb.connect() as con:
        for reading in (lambda: read_table(con, path, tmp_path), lambda: preview(path, tmp_path)):
            with pytest.raises(FileRefused) as raised:
                reading()
            assert raised.value.key == key
            assert str(raised.value).startswith("leads.csv: ")
            assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_every_kind_says_what_to_do_or_what_it_is() -> None:
    assert all(
        text.startswith("{file}: ") and text.endswith(".") for text in FILES_REFUSED.values()
    )
