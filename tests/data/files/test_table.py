"""Any file a person has becomes a table of text, and what cannot be read is kept with its line."""

import gzip
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from data.errors import LoadError
from data.files.delimited import CELL_LIMIT
from data.files.header import distinct_headers
from data.files.preview import preview
from data.files.table import TableFile, read_table

Row = tuple[object, ...]


class Opened:
    def __init__(self, found: TableFile, con: duckdb.DuckDBPyConnection) -> None:
        self.file = found
        self.rows: list[Row] = con.execute(
            f'select * from "{found.table}" order by line'
        ).fetchall()
        self.unread: list[Row] = con.execute(
            f'select line, reason, raw from "{found.unread}" order by line'
        ).fetchall()


def opened(tmp_path: Path, content: bytes | str, name: str = "leads.csv") -> Opened:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with duckdb.connect() as con:
        return Opened(read_table(con, path, scratch), con)


@pytest.mark.parametrize(
    "delimiter",
    [",", ";", "\t", "|", "~", "^"],
    ids="comma semicolon tab bar tilde caret".split(),
)
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in ("abc", "123", "456")) + "\n"
    found = opened(tmp_path, text)
    assert found.file.delimiter == delimiter
    assert found.rows == [(2, "1", "2", "3"), (3, "4", "5", "6")]


def test_a_semicolon_file_may_have_decimal_commas(tmp_path: Path) -> None:
    found = opened(tmp_path, "id;value\n1;2,5\n2;3,5\n")
    assert found.rows == [(2, "1", "2,5"), (3, "2", "3,5")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_encodings(tmp_path: Path, encoding: str) -> None:
    found = opened(tmp_path, "mã,nguồn\n1,Hội chợ Vietbuild\n2,Giới thiệu\n".encode(encoding))
    assert found.file.headers == ("mã", "nguồn")
    assert found.rows == [(2, "1", "Hội chợ Vietbuild"), (3, "2", "Giới thiệu")]


def test_windows_1258_is_vietnamese_and_composed(tmp_path: Path) -> None:
    # Windows-1258 writes the tone as a letter of its own.
    tones = {"ộ": "ô\u0323", "ợ": "ơ\u0323", "ớ": "ơ\u0301", "ệ": "ê\u0323", "ả": "a\u0309"}
    text = "id,source\n1,Hội chợ Vietbuild\n2,Giới thiệu\n3,Quảng cáo\n"
    for letter, apart in tones.items():
        text = text.replace(letter, apart)
    found = opened(tmp_path, text.encode("cp1258"))
    assert found.file.encoding == "cp1258"
    assert [row[2] for row in found.rows] == ["Hội chợ Vietbuild", "Giới thiệu", "Quảng cáo"]


def test_windows_1252(tmp_path: Path) -> None:
    text = "id,company\n1,Müller & Söhne\n2,Société Générale – Paris\n"
    found = opened(tmp_path, text.encode("cp1252"))
    assert [row[2] for row in found.rows] == ["Müller & Söhne", "Société Générale – Paris"]


def test_words_for_nothing_are_words(tmp_path: Path) -> None:
    found = opened(tmp_path, 'id,x\nNA,null\nNULL,None\nnan,\n"",""\n9,""\n')
    assert [row[1:] for row in found.rows] == [
        ("NA", "null"),
        ("NULL", "None"),
        ("nan", None),
        ("9", None),
    ]


def test_lines_are_those_of_the_file_when_cells_have_newlines(tmp_path: Path) -> None:
    found = opened(tmp_path, 'id,note\r\n1,"a\r\nb\r\nc"\r\n2,x\r\n3,"y\r\nz"\r\n4,\r\n')
    assert [row[:2] for row in found.rows] == [(2, "1"), (5, "2"), (6, "3"), (8, "4")]


def test_blank_lines_are_counted_but_are_no_rows(tmp_path: Path) -> None:
    found = opened(tmp_path, "id,x\n\n1,a\n\n\n2,b\n,\n")
    assert [row[:2] for row in found.rows] == [(3, "1"), (6, "2")]


def test_short_rows_are_filled_and_trailing_delimiters_ignored(tmp_path: Path) -> None:
    found = opened(tmp_path, "id,x,y\n1\n2,b,c,,\n")
    assert found.rows == [(2, "1", None, None), (3, "2", "b", "c")]
    assert found.unread == []


def test_rows_that_cannot_be_read_cost_only_themselves(tmp_path: Path) -> None:
    found = opened(tmp_path, 'id,x\n1,a\n2,"b"c\n3,c,d,e\n4,"open\n5,e\n')
    assert [row[1] for row in found.rows] == ["1", "5"]
    assert found.unread == [
        (3, "unreadable_row", '2,"b"c'),
        (4, "unreadable_row", "3,c,d,e"),
        (5, "unreadable_row", '4,"open'),
    ]
    assert found.file.rows == 5


def test_a_huge_cell_costs_its_row(tmp_path: Path) -> None:
    found = opened(tmp_path, "id,x\n1,a\n2," + "z" * 10_000_000 + "\n3,c\n")
    assert [row[:2] for row in found.rows] == [(2, "1"), (4, "3")]
    (line, reason, raw), *others = found.unread
    assert (line, reason, others) == (3, "cell_too_long", [])
    assert len(str(raw)) <= 1_000


def test_a_cell_at_the_limit_is_fine(tmp_path: Path) -> None:
    found = opened(tmp_path, "id,x\n1," + "z" * CELL_LIMIT + "\n2," + "z" * (CELL_LIMIT + 1) + "\n")
    assert [row[1] for row in found.rows] == ["1"]
    assert [row[:2] for row in found.unread] == [(3, "cell_too_long")]


def test_excel_says_its_delimiter_in_the_first_line(tmp_path: Path) -> None:
    found = opened(tmp_path, "sep=;\nid;x\n1;a\n")
    assert found.file.headers == ("id", "x")
    assert found.rows == [(3, "1", "a")]


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    found = opened(tmp_path, gzip.compress(b"id,x\n1,a\n", mtime=0), "leads.csv")
    assert found.rows == [(2, "1", "a")]


def test_parquet_is_known_by_its_content(tmp_path: Path) -> None:
    made = tmp_path / "made.parquet"
    row = duckdb.sql(
        "select 'NA' as id, 1.5 as amount, timestamp '2024-01-02 03:04:05' as \"Created at\", "
        "null::varchar as x"
    )
    assert row is not None
    row.write_parquet(str(made))
    found = opened(tmp_path, made.read_bytes(), "leads.txt")
    assert found.file.headers == ("id", "amount", "Created at", "x")
    assert found.rows == [(2, "NA", "1.5", "2024-01-02 03:04:05", None)]


def workbook(tmp_path: Path) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("Leads")
    sheet.append(["Mã lead", "Ngày tạo", None, "Giá trị"])
    sheet.append(["L1", datetime(2024, 1, 2, 3, 4, 5), None, 12.0])
    sheet.append([7, date(2024, 1, 2), "x", 12.5])
    path = tmp_path / "made.xlsx"
    book.save(path)
    book.close()
    return path.read_bytes()


def test_a_workbooks_dates_and_numbers(tmp_path: Path) -> None:
    found = opened(tmp_path, workbook(tmp_path), "leads.csv")
    assert found.file.headers == ("Mã lead", "Ngày tạo", "Column 3", "Giá trị")
    assert found.rows == [
        (2, "L1", "2024-01-02 03:04:05", None, "12"),
        (3, "7", "2024-01-02", "x", "12.5"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"id,x\n", "no rows below"),
        (b"id,x", "no rows below"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x7fELF" + b"\0\1\2\3" * 900, "binary"),
        (gzip.compress(b"id,x\n1,2\n" * 9_000, mtime=0)[:-20], "cut off"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"PAR1nothing", "cut off"),
        (b"PK\x03\x04nothing", "cannot be read"),
    ],
    ids=(
        "empty blank-lines header-only header-without-newline every-byte program cut-gzip "
        "empty-gzip cut-parquet cut-zip"
    ).split(),
)
def test_what_is_no_table_is_said_clearly(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(LoadError, match=message) as raised:
        opened(tmp_path, content)
    assert str(raised.value).startswith("leads.csv: ")


def test_a_missing_file_is_said_clearly(tmp_path: Path) -> None:
    with duckdb.connect() as con, pytest.raises(LoadError, match=r"nope\.csv: cannot be read"):
        read_table(con, tmp_path / "nope.csv", tmp_path)


def test_headers_are_told_apart() -> None:
    headers = ["\ufeffid", " Create  Date", "", "Create Date", ""]
    assert list(distinct_headers(headers)) == [
        "id",
        "Create Date",
        "Column 3",
        "Create Date (2)",
        "Column 5",
    ]


def test_a_preview_is_the_top_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("id;x\n" + "".join(f"{number};a\n" for number in range(50)))
    top = preview(path, tmp_path, rows=2)
    assert (top.headers, top.rows, top.row_count) == (("id", "x"), (("0", "a"), ("1", "a")), 50)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_a_carriage_return_in_a_quoted_cell_stays_in_it(tmp_path: Path, end: str) -> None:
    found = opened(tmp_path, f'id,x{end}1,"a\rb"{end}2,c{end}')
    assert [row[1:] for row in found.rows] == [("1", "a\rb"), ("2", "c")]
    assert found.unread == []


def test_a_wrong_byte_after_a_mark_of_utf_8_costs_its_character_only(tmp_path: Path) -> None:
    found = opened(tmp_path, b"\xef\xbb\xbfid,x\n1,H\xe1\xbb\x99i\n2,a\xffb\n")
    assert [row[1:] for row in found.rows] == [("1", "Hội"), ("2", "a\ufffdb")]
    assert found.file.encoding == "utf-8-sig"
    (notice,) = found.file.notices
    assert "line 3" in notice


def test_text_that_was_cut_within_a_letter_is_still_utf_8(tmp_path: Path) -> None:
    rows = "".join(f"{number},Hội chợ Vietbuild\n" for number in range(20))
    found = opened(tmp_path, f"id,x\n{rows}".encode() + b"20,Gi\xe1\xbb\n")
    assert found.rows[0][2] == "Hội chợ Vietbuild"
    assert found.rows[-1][2] == "Gi\ufffd"


def test_a_row_may_be_longer_than_the_engine_reads_at_once(tmp_path: Path) -> None:
    letters = ",".join(["ộ" * 60_000] * 15)
    header = ",".join(f"h{number}" for number in range(15))
    found = opened(tmp_path, f"{header}\n{letters}\n\n{','.join('x' * 15)}\n")
    assert [row[0] for row in found.rows] == [2, 4]
    assert found.rows[0][1:] == ("ộ" * 60_000,) * 15


def test_a_packed_file_may_not_unpack_to_what_no_export_does(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="unpacks to more than 100 times its size"):
        opened(tmp_path, gzip.compress(b"id,x\n" + bytes(101 << 20), 1, mtime=0))


def test_a_parquet_file_may_not_repeat_one_value_without_end(tmp_path: Path) -> None:
    made = tmp_path / "made.parquet"
    row = duckdb.sql("select 'x' as a, repeat('y', 5000) as b from range(30_000)")
    assert row is not None
    row.write_parquet(str(made))
    with pytest.raises(LoadError, match="unpacks to more than 100 times its size"):
        opened(tmp_path, made.read_bytes())


def test_a_long_value_in_parquet_costs_its_row(tmp_path: Path) -> None:
    made = tmp_path / "made.parquet"
    row = duckdb.sql(
        f"select * from (values ('1', 'a'), ('2', repeat('z', {CELL_LIMIT + 1})), ('3', null)) "
        "as rows(id, x)"
    )
    assert row is not None
    row.write_parquet(str(made))
    found = opened(tmp_path, made.read_bytes())
    assert found.rows == [(2, "1", "a"), (4, "3", None)]
    assert [row[:2] for row in found.unread] == [(3, "cell_too_long")]
    assert found.file.rows == 3


@pytest.mark.parametrize("width", [3, 250], ids=["narrow", "wide"])
def test_errors_of_a_spreadsheet_are_taken_out_and_listed(tmp_path: Path, width: int) -> None:
    header = ",".join(f"h{number}" for number in range(width))
    cells = ",".join(["1", "#N/A", *["x"] * (width - 2)])
    good = ",".join(["2", *["#N/B"] * (width - 1)])
    found = opened(tmp_path, f"{header}\n{cells}\n{good}\n")
    assert [row[1] if width == 3 else row[1][0] for row in found.rows] == ["1", "2"]  # type: ignore[index]
    assert found.rows[0][2] is None if width == 3 else found.rows[0][1][1] is None  # type: ignore[index]
    assert [row[:2] for row in found.unread] == [(2, "error_cell")]
    assert found.file.rows == 2


def test_a_preview_reads_no_more_than_the_top(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv.gz"
    rows = "".join(f"{number},Hội chợ\n" for number in range(200_000))
    path.write_bytes(gzip.compress(f"id,x\n{rows}".encode(), 1, mtime=0)[:-100])  # its end is lost
    top = preview(path, tmp_path, rows=2)
    assert (top.rows, top.row_count) == ((("0", "Hội chợ"), ("1", "Hội chợ")), None)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_long_cell_further_down_does_not_hide_the_encoding(tmp_path: Path, encoding: str) -> None:
    rows = "".join(f"L{number},2024-01-01,Zalo\n" for number in range(5_000))
    text = f"lead id,created at,source\n{rows}L0,2024-01-01,{'ế' * 900_000}\n"
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode(encoding))
    top = preview(path, tmp_path, rows=2)
    assert (top.encoding, top.headers) == (encoding, ("lead id", "created at", "source"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32", "cp1252"])
def test_a_top_is_cut_between_lines(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(("id,x\n" + "1,é à la carte\n" * 100_000).encode(encoding))
    top = preview(path, tmp_path, rows=10**6)
    assert set(top.rows) == {("1", "é à la carte")}


def test_a_table_may_not_have_more_columns_than_a_worksheet(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="20,000 columns"):
        opened(tmp_path, ",".join("x" * 20_000) + "\n1\n")
