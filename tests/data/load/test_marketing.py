"""Touches, spend and rates come in from files; what cannot be used is refused with its reason."""

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.load.loader import load
from data.load.summary import Summary
from data.mapping.mapping import Mapping, MappingError
from data.store import Store
from tests.support.effort import effort

NOW = datetime(2024, 6, 1)
CONTACTS = "(select unnest(sources) as source, unnest(channels) as channel from contacts)"
LEADS = "lead_id,created_at,source\nL1,2024-01-01,Facebook\nL2,2024-01-02,Email\n"


class Desk:
    """A folder of files, and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")

    def load(
        self, mapping: str | None = None, /, *, mode: str | None = None, **files: str
    ) -> Summary:
        paths = [self.folder / f"{name}.csv" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text)
        said = Mapping.parse(mapping) if mapping else None
        return load(self.store, paths, mapping=said, mode=mode, now=NOW)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.cursor(self.store.generation()) as cursor:
            return cursor.execute(sql).fetchall()

    def spend(self) -> list[tuple[Any, ...]]:
        found = self.rows("select day, until, source, amount from spend order by all")
        return [(f"{day:%m-%d}", until and f"{until:%m-%d}", *rest) for day, until, *rest in found]

    def refused(self) -> list[tuple[Any, ...]]:
        return self.rows('select line, "column", value, reason from rejected_rows order by all')


@pytest.fixture(scope="module")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    Desk(folder).load(leads=LEADS)
    return folder


@pytest.fixture
def desk(tmp_path: Path, _begun: Path) -> Desk:
    """One with LEADS loaded."""
    shutil.copytree(_begun, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)


@pytest.mark.parametrize(
    "cell",
    ["2024-02", "02/2024", "T2/2024", "Tháng 2 năm 2024", "Feb 2024", "2.2024"],
    ids="iso slash t-slash vietnamese english point".split(),
)
def test_a_cell_that_is_a_month_covers_it_whole(desk: Desk, cell: str) -> None:
    summary = desk.load(spend=f"day,source,cost\n{cell},Email,29000\n2024-03-01,Email,7\n")
    assert (summary.loaded, summary.reasons) == (2, {})
    assert desk.spend() == [("02-01", "02-29", "Email", 29000.0), ("03-01", None, "Email", 7.0)]
    assert desk.rows("select count(*), sum(amount), max(amount) from costs") == [(30, 29007, 1000)]


@pytest.mark.parametrize(
    "cell",
    ["2024-02-01", "2024-02-17", "01/02/2024", "02/2024"],
    ids="first-day middle-day day-first month-itself".split(),
)
def test_in_a_column_of_months_a_day_stands_for_its_month(desk: Desk, cell: str) -> None:
    desk.load(spend=f"Tháng,Nguồn,Chi phí\n{cell},Email,29000\n13/02/2024,Email,1\n")
    assert [row[:2] for row in desk.spend()] == [("02-01", "02-29")] * 2


def test_spend_from_one_day_until_another(desk: Desk) -> None:
    summary = desk.load(
        spend="from,until,source,cost\n2024-02-01,2024-02-10,Email,100\n2024-02-03,2024-02-03,a,1\n"
        "2024-02-03,,b,1\n2024-02,,c,1\n2024-02,2024-03,d,1\n2024-02-01,2024-01-31,e,1\n"
        "2024-02-01,soon,f,1\n2024-02-01,2034-05-01,g,1\n2024-05-01,2024-12-31,h,1\n"
    )
    assert desk.spend() == [
        ("02-01", "02-10", "Email", 100.0),
        ("02-01", "02-29", "c", 1.0),
        ("02-01", "03-31", "d", 1.0),
        ("02-03", None, "a", 1.0),
        ("02-03", None, "b", 1.0),
        ("05-01", "12-31", "h", 1.0),  # paid in advance
    ]
    assert desk.refused() == [
        (7, "until", "2024-01-31", "bad_span"),
        (8, "until", "soon", "unreadable_date"),
        (9, "until", "2034-05-01", "bad_span"),
    ]
    assert (summary.read, summary.loaded) == (9, 6)


def test_rows_of_spend_that_are_refused(desk: Desk) -> None:
    summary = desk.load(
        spend="day,source,cost,currency\n2024-01-01,Email,5,VND\n2024-01-01,Email,-5,VND\n"
        "2024-01-01,Email,(5),VND\n2024-01-01,Email,lots,VND\n2024-01-01,Email,,VND\n"
        "2024-01-01,Email,5,XYZ\n2024-01-01,Email,5,bitcoin\n2024-07,Email,5,VND\n,Email,5,VND\n"
        "32/2024,Email,5,VND\n2024-01-02,,0,đ\n2024-01-03,Email,5,usd\n2024-01-04,Email,5,\n"
    )
    assert desk.rows("select source, amount, currency from spend order by day") == [
        ("Email", 5.0, "VND"),
        (None, 0.0, "VND"),
        ("Email", 5.0, "USD"),
        ("Email", 5.0, "VND"),
    ]
    assert desk.refused() == [
        (3, "cost", "-5", "negative_amount"),
        (4, "cost", "(5)", "negative_amount"),
        (5, "cost", "lots", "unreadable_number"),
        (6, "cost", None, "missing_amount"),
        (7, "currency", "XYZ", "unknown_currency"),
        (8, "currency", "bitcoin", "unknown_currency"),
        (9, "day", "2024-07", "future_date"),
        (10, "day", None, "missing_date"),
        (11, "day", "32/2024", "unreadable_date"),
    ]
    assert (summary.read, summary.loaded) == (13, 4)
    assert desk.rows("select raw from rejected_rows where line = 3") == [
        ("2024-01-01,Email,-5,VND",)
    ]


def test_rows_of_touches_that_are_refused(desk: Desk) -> None:
    summary = desk.load(
        touches="lead_id,touched_at,source\nL1,2023-12-01,Email\nL9,2024-01-01,Email\n"
        "L1,2025-01-01,Email\nL1,never,Email\nL1,,Email\n,2024-01-01,Email\nL2,2024-05-01,\n"
    )
    assert desk.rows("select lead_id, source from touches order by 1") == [
        ("L1", "Email"),
        ("L2", None),
    ]
    assert desk.refused() == [
        (3, "lead_id", "L9", "unknown_lead"),
        (4, "touched_at", "2025-01-01", "future_date"),
        (5, "touched_at", "never", "unreadable_date"),
        (6, "touched_at", None, "missing_date"),
        (7, "lead_id", None, "missing_lead_id"),
    ]
    assert (summary.read, summary.loaded) == (7, 2)


def test_rows_of_rates_that_are_refused(desk: Desk) -> None:
    desk.load(
        rates="day,currency,rate\n2024-01-01,USD,24.500\n2024-01-01,usd,25.000\n2024-02,US$,25.100\n"
        "2024-01-01,EUR,0\n2024-01-01,EUR,-1\n2024-01-01,EUR,many\n2024-01-01,EUR,\n"
        "2024-01-01,XYZ,1\n2024-01-01,,1\n2025-01-01,EUR,1\nsoon,EUR,1\n2024-01-01,VND,1\n"
        "2024-01-02,VND,2\n"
    )
    assert desk.rows("select day, currency, rate from rates order by all") == [
        (date(2024, 1, 1), "USD", 24_500.0),
        (date(2024, 1, 1), "VND", 1.0),
        (date(2024, 2, 1), "USD", 25_100.0),
    ]
    assert [(line, reason) for line, _, _, reason in desk.refused()] == [
        (3, "duplicate_rate"),
        (5, "bad_rate"),
        (6, "bad_rate"),
        (7, "unreadable_number"),
        (8, "bad_rate"),
        (9, "unknown_currency"),
        (10, "unknown_currency"),
        (11, "future_date"),
        (12, "unreadable_date"),
        (14, "bad_rate"),
    ]


@pytest.mark.parametrize(
    ("currency", "rate"),
    [("VND", 1085.0), ("USD", 1.085)],
    ids="dong dollar".split(),
)
def test_a_rate_may_have_thousandths_where_coins_are_small(
    tmp_path: Path, currency: str, rate: float
) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "leads.csv").write_text(LEADS)
    mapping = f"""
        currency = "{currency}"
        [[files]]
        match = "leads*"
        table = "leads"
        columns = {{ lead_id = "lead_id", created_at = "created_at" }}
        [[files]]
        table = "rates"
        columns = {{ day = "d", currency = "c", rate = "r" }}
    """
    desk.load(mapping, leads=LEADS, rates="d,c,r\n2024-01-01,EUR,1.085\n")
    assert desk.rows("select rate from rates") == [(rate,)]


def test_days_that_look_like_months_are_asked_about(desk: Desk) -> None:
    firsts = "day,source,cost\n2024-02-01,Email,1\n2024-03-01,Email,2\n"
    (notice,) = desk.load(spend=firsts).notices
    assert "spend.csv: every day of column 'day' is the first of its month" in notice
    assert desk.load(spend=firsts + "2024-03-02,Email,2\n").notices == ()
    summary = desk.load(mode="replace", leads=LEADS, spend=firsts.replace("-01", ""))
    assert not [notice for notice in summary.notices if "first of its month" in notice]
    assert desk.load(spend=firsts.replace("day", "month")).notices == ()


def test_a_file_replaces_the_spend_whose_days_it_covers(desk: Desk) -> None:
    days = "day,source,cost\n2024-02-01,Email,1\n2024-02-29,Email,2\n2024-03-01,Email,3\n"
    desk.load(spend=days + "2024-02-05,a,9\n2024-02-05,,8\n")
    desk.load(spend="day,source,cost\n2024-02,Email,29\n2024-02,,7\n")
    after = [
        ("02-01", "02-29", "Email", 29.0),
        ("02-01", "02-29", None, 7.0),
        ("02-05", None, "a", 9.0),
        ("03-01", None, "Email", 3.0),
    ]
    assert desk.spend() == after
    assert desk.load(spend="day,source,cost\n2024-02,Email,29\n").unchanged
    # Every day of the month, each on its own, is the month too.
    daily = "".join(f"2024-02-{day:02d},Email,2\n" for day in range(1, 30))
    summary = desk.load(spend="day,source,cost\n" + daily)
    assert summary.notices == ()
    assert desk.rows("select count(*), sum(amount) from spend where source = 'Email'") == [(30, 61)]


def test_spend_that_is_there_for_more_days_stays_and_it_is_said(desk: Desk) -> None:
    desk.load(spend="day,source,cost\n2024-02,Email,29\n")
    summary = desk.load(spend="day,source,cost\n2024-02-01,Email,5\n")
    assert len(desk.spend()) == 2
    assert any("1 rows of spend" in notice and "both count" in notice for notice in summary.notices)


def test_rates_are_replaced_by_day_and_currency(desk: Desk) -> None:
    desk.load(rates="day,currency,rate\n2024-01-01,USD,24000\n2024-02-01,USD,25000\n")
    desk.load(rates="day,currency,rate\n2024-01-01,USD,24500\n2024-01-01,EUR,26000\n")
    known = [
        (date(2024, 1, 1), "EUR", 26_000.0),
        (date(2024, 1, 1), "USD", 24_500.0),
        (date(2024, 2, 1), "USD", 25_000.0),
    ]
    assert desk.rows("from rates order by all") != []
    assert desk.rows("select day, currency, rate from rates order by 2, 1") == known
    assert desk.load(rates="day,currency,rate\n2024-01-01,USD,24500\n").unchanged
    desk.load(leads=LEADS + "L3,2024-02-01,Email\n")
    assert desk.rows("select day, currency, rate from rates order by 2, 1") == known


def test_spend_without_a_rate_is_unknown_and_it_is_said(desk: Desk) -> None:
    spend = "day,source,cost,currency\n2024-02-01,Email,10,USD\n2024-02-01,a,5,VND\n"
    summary = desk.load(spend=spend)
    assert any("no rate for USD" in notice for notice in summary.notices)
    costs = "select source, amount from costs order by all"
    assert desk.rows(costs) == [("Email", None), ("a", 5.0)]
    assert desk.load(rates="day,currency,rate\n2024-03-01,USD,25000\n").notices == ()
    assert desk.rows(costs) == [("Email", 250_000.0), ("a", 5.0)]


def test_rates_into_another_currency_are_left_out_and_it_is_said(desk: Desk) -> None:
    desk.load(rates="day,currency,rate\n2024-01-01,USD,24000\n")
    mapping = (
        'currency = "eur"\n[[files]]\ntable = "leads"\n'
        'columns = { lead_id = "lead_id", created_at = "created_at" }'
    )
    summary = desk.load(mapping, leads=LEADS)
    assert any("The currency is EUR now" in notice for notice in summary.notices)
    assert desk.rows("select count(*) from rates") == [(0,)]


def test_a_store_has_a_currency_that_exists(desk: Desk) -> None:
    mapping = (
        'currency = "dong"\n[[files]]\ntable = "leads"\n'
        'columns = { lead_id = "lead_id", created_at = "created_at" }'
    )
    with pytest.raises(MappingError, match="'dong' is not a code of ISO 4217"):
        desk.load(mapping, leads=LEADS)


def test_channels_are_found_as_those_of_leads(desk: Desk) -> None:
    touches = (
        "lead_id,touched_at,source\nL1,2024-01-01,Hội chợ\nL1,2024-01-02,Our club\nL1,2024-01-03,\n"
    )
    spend = "day,source,cost\n2024-01-01,Google Ads,5\n2024-01-01,Our club,6\n"
    desk.load(touches=touches, spend=spend)
    channels = "select source, channel from {} order by 1"
    assert desk.rows(channels.format("touches")) == [
        ("Hội chợ", "event"),
        ("Our club", "other"),
        (None, None),
    ]
    own = """
        [[files]]
        table = "touches"
        columns = { lead_id = "lead_id", touched_at = "touched_at", source = "source" }
        [channels]
        "our CLUB" = "partner"
    """
    desk.load(own, touches=touches)  # no touch is new, but what a name means is
    assert desk.rows(channels.format("touches"))[1] == ("Our club", "partner")
    assert desk.rows(channels.format("spend")) == [
        ("Google Ads", "paid_search"),
        ("Our club", "partner"),
    ]
    found = f"select distinct channel from {CONTACTS} where source = 'Our club'"
    assert desk.rows(found) == [("partner",)]
    # The company's word stays when a later load does not repeat it.
    desk.load(touches=touches + "L2,2024-01-05,Our club\n")
    assert desk.rows(channels.format("touches"))[1:3] == [("Our club", "partner")] * 2


def test_ten_thousand_sources_load_fast_and_nothing_is_lost(desk: Desk) -> None:
    lines = [f"L{1 + i % 2},2024-02-01 10:00,Facebook Ads shop {i}" for i in range(10_000)]
    text = "\n".join(["lead_id,touched_at,source", *lines]) + "\n"
    spent, summary = effort(lambda: desk.load(touches=text))
    assert spent < 1_000
    assert summary.loaded == 10_000
    found = f"select count(distinct source), count(distinct channel) from {CONTACTS}"
    assert desk.rows(found) == [(10_000, 1)]


def test_touches_come_once_however_often_they_are_loaded(desk: Desk) -> None:
    twice = "lead_id,touched_at,source\nL1,2024-01-05,Email\nL1,2024-01-05,Email\n"
    desk.load(touches=twice)
    assert desk.rows("select count(*) from touches") == [(2,)]
    assert desk.load(touches=twice).unchanged
    desk.load(touches=twice + "L1,2024-01-05,Email\n")
    assert desk.rows("select count(*) from touches") == [(3,)]


def test_spend_and_rates_of_excel_and_parquet(desk: Desk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Tháng", "Nguồn", "Chi phí", "Loại tiền"],
        [datetime(2024, 2, 1), "Email", 29, "USD"],
        ["03/2024", "Email", "lots", "USD"],
    ):
        sheet.append(row)
    book.save(desk.folder / "spend.xlsx")
    rates = desk.folder / "rates.parquet"
    with desk.store.cursor(desk.store.generation(1)) as cursor:
        cursor.execute(
            "copy (select date '2024-01-01' as day, 'USD' as currency, 2.5 as rate) "
            f"to '{rates}' (format parquet)"
        )
    summary = load(desk.store, [desk.folder / "spend.xlsx", rates], now=NOW)
    assert summary.reasons == {"unreadable_number": 1}
    assert desk.spend() == [("02-01", "02-29", "Email", 29.0)]
    assert desk.rows("select sum(amount), count(*) from costs") == [(72.5, 29)]


def test_sources_that_differ_only_by_case_are_one(desk: Desk) -> None:
    summary = desk.load(
        leads="lead_id,created_at,source,campaign\n1,2024-01-01,avito,Tet\n2,2024-01-01,AVITO,tet\n"
        "3,2024-01-01,AVITO,Tet\n4,2024-01-01,Hội Chợ,\n5,2024-01-01,HỘI CHỢ,\n",
        spend="day,source,campaign,cost\n2024-01-01,Avito,TET,5\n",
        touches="lead_id,touched_at,source\n1,2024-01-01,hội chợ\n",
    )
    texts = [str(notice) for notice in summary.notices]
    assert any("AVITO (also written Avito, avito)" in text for text in texts)
    assert any("Tet (also written TET, tet)" in text for text in texts)
    assert desk.rows(
        "select source, campaign, source_raw from leads where lead_id < 'L' order by lead_id"
    ) == [
        ("AVITO", "Tet", "avito"),
        ("AVITO", "Tet", "AVITO"),
        ("AVITO", "Tet", "AVITO"),
        ("HỘI CHỢ", None, "Hội Chợ"),
        ("HỘI CHỢ", None, "HỘI CHỢ"),
    ]
    assert desk.rows("select source, campaign from spend") == [("AVITO", "Tet")]
    assert desk.rows("select source from touches") == [("HỘI CHỢ",)]
    # The same again is nothing new, and what comes next follows.
    assert desk.load(touches="lead_id,touched_at,source\n1,2024-01-01,Hội chợ\n").unchanged
    desk.load(
        leads="lead_id,created_at,source\n"
        + "".join(f"{n},2024-01-01,Avito\n" for n in range(10, 14)),
        spend="day,source,campaign,cost\n2024-01-01,avito,tet,7\n",
    )
    assert desk.rows("select source, count(*) from leads where channel = 'other' group by 1") == [
        ("Avito", 7)
    ]
    assert desk.rows("select source, campaign, amount from spend") == [("Avito", "Tet", 7.0)]
