"""Numbers in either style, decided by the whole column, and words for yes and no."""

import duckdb
import pytest

from data.values import currencies, numbers


def read(values: list[str]) -> list[float | None]:
    with duckdb.connect() as con:
        con.execute('create table cells as select unnest($values) as "#1"', {"values": values})
        mark = numbers.decimal_mark(con, "cells", "#1")
        found = con.execute(f"select {numbers.number('#1', mark)} from cells").fetchall()
        return [row[0] for row in found]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1.200.000", "1.200"], [1_200_000, 1_200]),
        (["1,200,000.50", "1,200"], [1_200_000.5, 1_200]),
        (["1.200,5", "1.200"], [1_200.5, 1_200]),
        (["12.5", "1.200"], [12.5, 1.2]),
        (["0.125"], [0.125]),
        (["1.200"], [1_200]),
        (["1,200"], [1_200]),
        (["₫ 5.000.000", "5.000.000 VNĐ", "5.000.000đ"], [5_000_000] * 3),
        (["$1,234.50", "(12.00)", "-3"], [1_234.5, -12, -3]),
        (["1 200 000", "1\u00a0200"], [1_200_000, 1_200]),
        (["abc", "12abc", "", "1-2", "nan", "inf", "--5"], [None] * 7),
        (["9000"], [9_000]),
    ],
    ids=(
        "points commas comma-fraction point-fraction below-one point-thousands comma-thousands "
        "dong dollar spaces words plain"
    ).split(),
)
def test_numbers(values: list[str], expected: list[float | None]) -> None:
    assert read(values) == expected


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["1.085", "1.090"], "."),
        (["1,085"], ","),
        (["25.400", "25.400,5"], ","),
        (["25,400", "25,400.5"], "."),
    ],
    ids="point comma thousands-with-comma thousands-with-point".split(),
)
def test_a_rate_may_have_thousandths(values: list[str], mark: str) -> None:
    with duckdb.connect() as con:
        con.execute('create table cells as select unnest($values) as "#1"', {"values": values})
        assert numbers.decimal_mark(con, "cells", "#1", has_thousandths=True) == mark


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Có", True), ("yes", True), ("X", True), ("1", True), ("không", False), ("No", False),
     ("FALSE", False), ("chưa", False), ("maybe", None), (" có ", True)],
    ids="vietnamese-yes yes x one vietnamese-no no false not-yet maybe spaces-around".split(),
)  # fmt: skip
def test_answers(word: str, meaning: bool | None) -> None:
    with duckdb.connect() as con:
        con.execute('create table cells as select $word as "#1"', {"word": word})
        assert con.execute(f"select {numbers.answer('#1')} from cells").fetchall() == [(meaning,)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1,5 tỷ", "250tr", "250 triệu", "3 tỷ đồng"], [1.5e9, 250e6, 250e6, 3e9]),
        (["2 tỷ 5", "1tr5", "2 tỷ 500 triệu", "1tr250"], [2.5e9, 1.5e6, 2.5e9, 1.25e6]),
        (["1.2k", "500K", "1.5M", "2bn"], [1_200, 500_000, 1.5e6, 2e9]),
        (["300.000đ", "₫1,200,000", "1.500 VND"], [300_000, 1_200_000, 1_500]),
        (["1 200,50 €", "3,00 EUR"], [1_200.5, 3]),
        (["(1.200)", "1.200-", "-1.200"], [-1_200] * 3),
        (["1.23E+06"], [1_230_000]),
        (["10-20 triệu", "5 tr/tháng", "12%", "2tr5tỷ", "khoảng 5tr"], [None] * 5),
    ],
    ids="units halves english-units dong euro below-zero power no-numbers".split(),
)
def test_amounts_as_people_write_them(values: list[str], expected: list[float | None]) -> None:
    assert read(values) == expected


@pytest.mark.parametrize(
    ("text", "own", "code"),
    [
        ("300.000đ", "USD", "VND"),
        ("12 đồng", "USD", "VND"),
        ("$1,200.50", "VND", "USD"),
        ("$5", "SGD", "SGD"),
        ("1 200,50 €", "VND", "EUR"),
        ("sgd 9", "VND", "SGD"),
        ("1000", "VND", None),
        ("250tr", "VND", None),
    ],
    ids="dong dong-in-words dollar own-dollar euro code none unit".split(),
)
def test_an_amount_may_name_its_currency(text: str, own: str, code: str | None) -> None:
    with duckdb.connect() as con:
        con.execute('create table cells as select $text as "#1"', {"text": text})
        found = con.execute(f"select {currencies.of_amount('#1', own)} from cells").fetchall()
        assert found == [(code,)]


@pytest.mark.parametrize(
    ("header", "unit", "code"),
    [
        ("Giá trị (triệu)", 1e6, None),
        ("Doanh thu (tr.đ)", 1e6, None),
        ("Doanh thu ĐVT: triệu đồng", 1e6, None),
        ("Doanh số, tỷ đồng", 1e9, None),
        ("Số tiền (1.000đ)", 1e3, None),
        ("Revenue (USD millions)", 1e6, "USD"),
        ("Amount (USD)", 1, "USD"),
        ("Giá trị HĐ (VNĐ)", 1, "VND"),
        ("Amount (Stage History)", 1, None),
        ("Amount in company currency", 1, None),
    ],
    ids=[
        "millions", "short", "after-its-sign", "after-a-comma", "digits", "both", "currency",
        "dong", "remark", "plain",
    ],
)  # fmt: skip
def test_a_header_may_name_what_amounts_count(header: str, unit: float, code: str | None) -> None:
    assert numbers.unit_of_header(header) == unit
    assert currencies.of_header(header) == code
