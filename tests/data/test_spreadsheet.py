"""What is written down for a spreadsheet runs nothing there."""

from pathlib import Path

import pytest

from data.spreadsheet import harmless, write_csv


@pytest.mark.parametrize(
    "start",
    ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"],
    ids="equals plus minus at tab return line wide-equals wide-plus wide-minus wide-at".split(),
)
def test_formulas_are_texts(start: str) -> None:
    assert harmless(f"{start}cmd()") == f"'{start}cmd()"


def test_other_cells_stay_as_they_are() -> None:
    assert [harmless(cell) for cell in ("a=b", "", None, 7)] == ["a=b", "", "", "7"]


def test_the_file_opens_in_excel(tmp_path: Path) -> None:
    path = tmp_path / "new" / "refused.csv"
    write_csv(path, ("value", "reason"), [("Hội chợ", "x"), ("=1+1", None)])
    assert path.read_bytes().decode("utf-8-sig") == "value,reason\r\nHội chợ,x\r\n'=1+1,\r\n"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
