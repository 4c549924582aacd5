"""Text becomes instants: every shape of date, both orders, zones and their changes of clock."""

import duckdb
import pytest

from data.values import dates
from data.values.dates import AmbiguousDates


def read(
    values: list[str],
    zone: str = "UTC",
    order: str | None = None,
    *,
    months: bool = False,
    this_year: int = 2026,
) -> list[str | None]:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute('create table dates as select unnest($values) as "#1"', {"values": values})
        seen = dates.look(con, "dates", "#1", months=months, this_year=this_year)
        found = dates.day_month_orders([seen], "leads.csv", {"#1": "Created"}, order)
        sql = f"select cast({dates.instant(seen, found['#1'])} as varchar) from dates"
        parameters = {"zone": zone} if "$zone" in sql else {}
        return [row[0] for row in con.execute(sql, parameters).fetchall()]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-03-01", "2024-03-01 00:00:00"),
        ("2024/3/1 9:05", "2024-03-01 09:05:00"),
        ("2024-03-01 09:30", "2024-03-01 09:30:00"),
        ("2024-03-01T09:30:15", "2024-03-01 09:30:15"),
        ("2024-03-01 09:30:15.123456", "2024-03-01 09:30:15.123456"),
        ("2024-03-01 09:30:15,5", "2024-03-01 09:30:15.5"),
        ("2024-03-01T09:30:15.1234567", "2024-03-01 09:30:15.123456"),
        ("2024-03-01T09:30:15Z", "2024-03-01 09:30:15"),
        ("2024-03-01T09:30:15.5+07:00", "2024-03-01 02:30:15.5"),
        ("2024-03-01 09:30:15 +0700", "2024-03-01 02:30:15"),
        ("2024-03-01 09:30-03", "2024-03-01 12:30:00"),
        ("2024-03-01 09:30:15 UTC", "2024-03-01 09:30:15"),
        ("2024-03-01 9:30 PM", "2024-03-01 21:30:00"),
        ("2024-03-01 12:30:00 am", "2024-03-01 00:30:00"),
        ("20240301", "2024-03-01 00:00:00"),
        ("2024-03", "2024-03-01 00:00:00"),
        ("31-12-2024", "2024-12-31 00:00:00"),
        ("31/12/2024 23:59", "2024-12-31 23:59:00"),
        ("31.12.2024 23:59:58", "2024-12-31 23:59:58"),
        ("12/31/2024, 11:59 PM", "2024-12-31 23:59:00"),
        ("12/31/2024 11:59:58PM", "2024-12-31 23:59:58"),
        ("31/12/2024 10:00 +07:00", "2024-12-31 03:00:00"),
        (" 2024-03-01 ", "2024-03-01 00:00:00"),
    ],
    ids=(
        "iso-day iso-slashes iso-minutes iso-t microseconds comma-fraction seven-digits z "
        "offset offset-without-colon hour-offset utc noon midnight compact month day-first "
        "day-first-minutes points month-first-noon noon-without-space day-first-offset "
        "spaces-around"
    ).split(),
)
def test_shapes(text: str, instant: str) -> None:
    assert read([text]) == [instant]


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "2024-13-01", "infinity", "epoch", "today", "yesterday", "453210",
     "0024-01-01", "2024-01-01 25:00", "2024-01-01 9:30 XM", "31/31/2024", "x2024-01-01"],
    ids=(
        "30-february month-13 infinity epoch today yesterday six-digits year-24 "
        "hour-25 xm day-31-of-31 letter-before"
    ).split(),
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert read([text]) == [None]


MONTHS = ["2024-03", "2024/3", "03/2024", "3-2024", "3.2024", "T3/2024", "t03-2024", "Th3/2024",
          "Tháng 3/2024", "THÁNG 03 năm 2024", "tháng 3 2024", "Mar 2024", "march, 2024",
          "MAR-2024"]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    MONTHS,
    ids=(
        "iso iso-slash slash dash point t t-dash th vietnamese vietnamese-year vietnamese-space "
        "english english-comma english-dash"
    ).split(),
)
def test_months(text: str) -> None:
    first = "2024-03-01 00:00:00"
    assert read([text, "2024-05-31"], months=True) == [first, "2024-05-31 00:00:00"]
    # Elsewhere a month is no date, but for the way that ISO writes it.
    assert read([text]) == [first if text[:4] == "2024" else None]
    with duckdb.connect() as con:
        asked = f'select {dates.is_month("#1")} from (select unnest($values) as "#1")'
        values = [text, "2024-03-01", "01/03/2024", "20240301", ""]
        answers = con.execute(asked, {"values": values}).fetchall()
    assert [answer for (answer,) in answers] == [True, False, False, False, False]


@pytest.mark.parametrize(
    "text",
    ["13/2024", "0/2024", "T13/2024", "Mai 2024", "3/24", "Mar 24", "Jan 0000"],
    ids="month-13 month-0 vietnamese-13 german short-year english-short-year year-0".split(),
)
def test_what_is_no_month(text: str) -> None:
    assert read([text], months=True) == [None]


MONTHS_BY_NAME = {
    "Mar 5, 2024": "2024-03-05 00:00:00",
    "5 March 2024 9:05": "2024-03-05 09:05:00",
    "05-Mar-2024": "2024-03-05 00:00:00",
    "05-MAR-24": "2024-03-05 00:00:00",
    "March 5th, 2024 10:00 PM": "2024-03-05 22:00:00",
    "Tue, 05 Mar 2024 10:00:00 +0700": "2024-03-05 03:00:00",
    "Sept. 5 2024": "2024-09-05 00:00:00",
    "2024-Mar-05": "2024-03-05 00:00:00",
    "5 tháng 3 năm 2024": "2024-03-05 00:00:00",
    "Ngày 5 tháng 3, 2024 10:30": "2024-03-05 10:30:00",
    "5 thg 3, 2024": "2024-03-05 00:00:00",
    "Feb 30, 2024": None,
    "5 Janvier 2024": None,
}


def test_a_month_may_have_its_name() -> None:
    assert read([*MONTHS_BY_NAME]) == [*MONTHS_BY_NAME.values()]


def test_a_year_may_have_two_digits() -> None:
    texts = {
        "31.12.24 23:59": "2024-12-31 23:59:00",
        "31-12-24 9:30 PM": "2024-12-31 21:30:00",
        "31/12/68": "2068-12-31 00:00:00",
        "31/12/69": "1969-12-31 00:00:00",
        "31/31/24": None,
    }
    assert read([*texts]) == [*texts.values()]
    assert read(["02/23/26", "2/1/26"]) == ["2026-02-23 00:00:00", "2026-02-01 00:00:00"]


def test_one_column_may_have_many_shapes() -> None:
    assert read(["2024-03-01", "2024-03-01T10:00Z", "13/03/2024 1:00 PM", "20240301"]) == [
        "2024-03-01 00:00:00",
        "2024-03-01 10:00:00",
        "2024-03-13 13:00:00",
        "2024-03-01 00:00:00",
    ]


def test_the_whole_column_tells_the_order() -> None:
    assert read(["1/2/2024", "13/2/2024"])[0] == "2024-02-01 00:00:00"
    assert read(["1/2/2024", "2/13/2024"])[0] == "2024-01-02 00:00:00"


def test_in_a_mixed_column_those_that_do_not_fit_are_not_dates() -> None:
    assert read(["13/2/2024", "14/2/2024", "2/15/2024"]) == [
        "2024-02-13 00:00:00",
        "2024-02-14 00:00:00",
        None,
    ]


def test_ambiguous_dates_are_asked_for() -> None:
    with pytest.raises(AmbiguousDates) as raised:
        read(["1/2/2024", "3/4/2024"])
    for word in ("leads.csv", "'Created'", "1/2/2024", "--day-month-order", "day_month_order"):
        assert word in str(raised.value)
    assert read(["1/2/2024"], order="dmy") == ["2024-02-01 00:00:00"]
    assert read(["1/2/2024"], order="mdy") == ["2024-01-02 00:00:00"]


def test_a_year_that_may_come_first_is_asked_for() -> None:
    with pytest.raises(AmbiguousDates, match="its first or its last number"):
        read(["24-01-05", "25-03-06"])
    assert read(["24-01-05"], order="dmy") == ["2005-01-24 00:00:00"]
    # No date is of a year to come, so that here the first number is a day.
    assert read(["24-01-25", "31-01-25"])[0] == "2025-01-24 00:00:00"


def test_a_column_of_midnights_holds_days() -> None:
    columns = {
        ("2024-01-15 00:00:00", "2024-01-15"): [True, True],
        ("2024-01-15T00:00:00.000Z", "15/01/2024 0:00"): [True, True],
        ("Jan 15, 2024 12:00 AM", "2024-01-15 00:00 +07:00"): [True, True],
        ("2024-01-15 00:00:00", "2024-01-16 00:00:01", "2024-01-17"): [False, False, True],
        ("2024-01-15 12:00", "2024-01-16 10:00:00"): [False, False],
    }
    with duckdb.connect() as con:
        for texts, days in columns.items():
            con.execute(
                'create or replace table dates as select unnest($texts) as "#1"',
                {"texts": list(texts)},
            )
            seen = dates.look(con, "dates", "#1")
            found = con.execute(f"select {dates.is_day_only(seen)} from dates").fetchall()
            assert [is_day for (is_day,) in found] == days, texts


def test_dates_that_are_the_same_both_ways_need_no_order() -> None:
    assert read(["5/5/2024"]) == ["2024-05-05 00:00:00"]


def test_another_column_of_the_file_tells() -> None:
    silent = dates.DateColumn("a", ("parts",), either=3, example="1/2/2024")
    speaking = dates.DateColumn("b", ("parts",), month_first=1)
    orders = dates.day_month_orders([silent, speaking], "f", {"a": "A", "b": "B"})
    assert orders == {"a": "mdy", "b": "mdy"}


def test_times_without_an_offset_are_in_the_zone() -> None:
    assert read(["2024-03-01"], "Asia/Ho_Chi_Minh") == ["2024-02-29 17:00:00"]
    # An offset of its own goes before the zone.
    assert read(["2024-03-01T00:00Z"], "Asia/Ho_Chi_Minh") == ["2024-03-01 00:00:00"]


def test_changes_of_the_clock() -> None:
    berlin = read(
        ["2024-03-31 01:30", "2024-03-31 03:30", "2024-10-27 01:30", "2024-10-27 03:30"],
        "Europe/Berlin",
    )
    assert berlin == [
        "2024-03-31 00:30:00",
        "2024-03-31 01:30:00",
        "2024-10-26 23:30:00",
        "2024-10-27 02:30:00",
    ]
    # The hour that does not exist, and the one that is there twice, are some instant near by.
    gap, fold = read(["2024-03-31 02:30", "2024-10-27 02:30"], "Europe/Berlin")
    assert gap == "2024-03-31 01:30:00"
    assert fold in ("2024-10-27 00:30:00", "2024-10-27 01:30:00")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("5 thg 1, 2026", "2026-01-05 00:00:00"),
        ("05 Tháng Một 2026", "2026-01-05 00:00:00"),
        ("5 Tháng Mười Hai, 2026 lúc 09:30", "2026-12-05 09:30:00"),
        ("Thg 1 5, 2026", "2026-01-05 00:00:00"),
        ("Thứ Hai, 05/01/2026 09:30", "2026-01-05 09:30:00"),
        ("Chủ Nhật, 04 Tháng Giêng 2026 08:00", "2026-01-04 08:00:00"),
        ("2:05 chiều 5/1/2026", "2026-01-05 14:05:00"),
        ("05/01/2026 2:05 CH", "2026-01-05 14:05:00"),
        ("05/01/2026 14:05 CH", "2026-01-05 14:05:00"),
        ("00:30 SA 13/01/2026", "2026-01-13 00:30:00"),
        ("13/01/2026 9h30", "2026-01-13 09:30:00"),
        ("09:30:00 13/1/2026", "2026-01-13 09:30:00"),
        ("13/01/2026 - 09:30", "2026-01-13 09:30:00"),
        ("13 / 01 / 2026", "2026-01-13 00:00:00"),
        ("2026-01-13/09:00:00", "2026-01-13 09:00:00"),
        ("2026:01:05 09:30:00", "2026-01-05 09:30:00"),
        ("05/Jan/2026:09:30:00 +0700", "2026-01-05 02:30:00"),
        ("Mon Jan 05 2026 09:30:00 GMT+0700 (Indochina Time)", "2026-01-05 02:30:00"),
        ("Jan 5, 2026 at 2:05:01 PM", "2026-01-05 14:05:01"),
        ("2026-01-05 09:30:00 UTC+7", "2026-01-05 02:30:00"),
        ("\u200e13/01/2026", "2026-01-13 00:00:00"),
        ("46027", "2026-01-05 00:00:00"),
        ("46035.395833", "2026-01-13 09:30:00"),
        ("1767580200", "2026-01-05 02:30:00"),
        ("1767580200000", "2026-01-05 02:30:00"),
        ("1767580200000000", "2026-01-05 02:30:00"),
        ("20260105093000", "2026-01-05 09:30:00"),
    ],
    ids=(
        "short-month month-in-words december-in-words month-first weekday sunday afternoon ch "
        "ch-of-24-hours midnight-sa hours-with-h time-first dash-before-time spaces slash-before-"
        "time colons apache javascript at zone-name hidden-mark serial serial-with-time seconds "
        "milliseconds microseconds compact-with-time"
    ).split(),
)
def test_dates_as_people_and_tools_write_them(text: str, instant: str) -> None:
    assert read([text]) == [instant]


@pytest.mark.parametrize(
    "text",
    ["9999-12-31", "31/12/9999", "0000-00-00", "1900-01-01", "N/A", "null", "-"],
    ids="open-end open-end-day-first zero excel-zero not-available null dash".split(),
)
def test_what_stands_for_no_date(text: str) -> None:
    assert read([text, "2026-01-05"])[0] is None
    with duckdb.connect() as con:
        con.execute('create table cells as select $text as "#1"', {"text": text})
        assert con.execute(f"select {dates.is_nothing('#1')} from cells").fetchall() == [(True,)]


@pytest.mark.parametrize("text", ["0912345678", "2026-W05", "26/01", "12,5", "2026"])
def test_what_may_be_something_else_is_no_date(text: str) -> None:
    assert read([text]) == [None]


def test_a_mixed_column_keeps_one_order() -> None:
    found = read(["46027", "05/01/2026", "9:30 SA 06/01/2026", "5 thg 1, 2026", "abc"])
    assert found == [
        "2026-01-05 00:00:00",
        "2026-01-05 00:00:00",
        "2026-01-06 09:30:00",
        "2026-01-05 00:00:00",
        None,
    ]


PLAIN = ["2024-03-31 02:30:00", "2024-03-31", None, "2024-10-27 02:30:00", "2024-13-01 00:00:00"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "Europe/Berlin"])
def test_dates_as_systems_write_them_are_read_like_all_others(zone: str) -> None:
    other = "2024-03-01T09:30"  # beside it none is read as it stands
    found = read(PLAIN, zone)  # type: ignore[arg-type]
    assert [*found, read([other], zone)[0]] == read([*PLAIN, other], zone)  # type: ignore[list-item]
    assert found[-1] is found[2] is None


@pytest.mark.parametrize(
    ("texts", "is_plain"),
    [
        (["2024-03-01 09:30:00", "2024-03-01", None], True),
        (["2024-03-01 09:30:00", " 2024-03-01"], False),
        (["2024-03-01 9:30:00"], False),
        (["2024-03-01 09:30: 0"], False),
        ([None], False),
    ],
    ids="plain spaces short space-within empty".split(),
)
def test_which_columns_are_read_as_they_stand(texts: list[str], is_plain: bool) -> None:
    with duckdb.connect() as con:
        con.execute(
            'create table dates as select unnest($texts::varchar[]) as "#1"', {"texts": texts}
        )
        assert dates.look(con, "dates", "#1").is_plain == is_plain


def test_midnights_alone_are_days() -> None:
    with duckdb.connect() as con:
        con.execute("create table dates as select '2024-03-01 00:00:00' as \"#1\"")
        assert dates.look(con, "dates", "#1").holds_days
        con.execute("insert into dates values ('2024-03-01 00:00:01')")
        assert not dates.look(con, "dates", "#1").holds_days
