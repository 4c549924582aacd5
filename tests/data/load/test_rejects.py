"""What cannot be loaded is refused with its reason, and costs nothing but itself."""

import gzip
import textwrap

import pytest

from data.errors import LoadError
from data.load.loader import load
from data.load.summary import NothingLoaded
from data.mapping.mapping import MappingError
from tests.support.desk import LEADS, NOW, Desk


def test_bad_numbers_and_answers_are_blanked_and_listed(desk: Desk) -> None:
    summary = desk.load(
        leads="lead_id,created_at,amount,need\nL1,2024-01-01,1.200.000,có\nL2,2024-01-01,lots,maybe\n"
    )
    assert desk.rows("select amount, need, currency from leads order by lead_id") == [
        (1_200_000.0, True, "VND"),
        (None, None, None),
    ]
    assert desk.refused() == [
        (3, "amount", "lots", "unreadable_number"),
        (3, "need", "maybe", "unreadable_answer"),
    ]
    assert summary.files[0].blanked == {"unreadable_answer": 1, "unreadable_number": 1}
    assert summary.loaded == 2


def test_rows_of_leads_that_are_refused(desk: Desk) -> None:
    summary = desk.load(
        leads="lead_id,created_at\nL1,2024-01-01\n,2024-01-01\nL2,31/31/2024\nL3,2024-06-03\n"
        "L1,2024-01-09\nL4,\nL5,1,2,3\n"
    )
    assert desk.rows("select lead_id from leads") == [("L1",)]
    assert desk.refused() == [
        (3, "lead_id", None, "missing_lead_id"),
        (4, "created_at", "31/31/2024", "unreadable_date"),
        (5, "created_at", "2024-06-03", "future_date"),
        (6, "lead_id", "L1", "duplicate_lead_id"),
        (7, "created_at", None, "missing_date"),
        (8, None, None, "unreadable_row"),
    ]
    assert (summary.read, summary.loaded, summary.files[0].refused) == (7, 1, 6)
    assert desk.rows("select raw from rejected_rows where line = 6") == [("L1,2024-01-09",)]


def test_rows_of_moves_that_are_refused(desk: Desk) -> None:
    desk.load(
        leads=LEADS,
        moves="lead_id,stage,entered_at\nL1,mql,2024-01-05\nL9,mql,2024-01-05\nL1,sql,2023-01-01\n"
        "L1,,2024-01-05\nL1,sql,\nL1,sql,soon\nL1,won,2025-01-01\n,sql,2024-01-05\n",
    )
    assert desk.refused() == [
        (3, "lead_id", "L9", "unknown_lead"),
        (4, "entered_at", "2023-01-01", "before_lead"),
        (5, "stage", None, "missing_stage"),
        (6, "entered_at", None, "missing_date"),
        (7, "entered_at", "soon", "unreadable_date"),
        (8, "entered_at", "2025-01-01", "future_date"),
        (9, "lead_id", None, "missing_lead_id"),
    ]
    assert len(desk.history()) == 1


def test_stage_dates_that_are_refused_do_not_cost_their_lead(desk: Desk) -> None:
    summary = desk.load(
        leads="lead_id,created_at,mql date,sql date,won date\n"
        "L1,2024-01-02,2024-01-01,soon,2025-01-01\nL2,2024-01-02,2024-01-03,,\n"
    )
    assert summary.files[0].refused == 0
    # With a value that is no date, the column "sql date" is not recognised as one by itself.
    mapping = 'time_zone = "UTC"\n' + textwrap.dedent(
        """
        [[files]]
        table = "stage_columns"
        columns = { lead_id = "lead_id", created_at = "created_at" }
        stages = { mql = "mql date", sql = "sql date", won = "won date" }
        """
    )
    desk.load_as("replace", mapping, leads=(desk.folder / "leads.csv").read_text())
    assert [move[:2] for move in desk.history()] == [("L2", "mql")]
    assert desk.refused() == [
        (2, "mql date", "2024-01-01", "before_lead"),
        (2, "sql date", "soon", "unreadable_date"),
        (2, "won date", "2025-01-01", "future_date"),
    ]


def test_a_missing_column_is_named_with_what_to_write(desk: Desk) -> None:
    with pytest.raises(MappingError) as raised:
        desk.load(leads="customer,when\nL1,2024-01-01\n")
    for word in ("leads.csv", "lead_id", "customer, when", '= "the header"', "--mapping"):
        assert word in str(raised.value)
    mapping = '[[files]]\ntable = "leads"\ncolumns = { lead_id = "ID", created_at = "Created" }\n'
    with pytest.raises(MappingError) as raised:
        desk.load(mapping, leads="customer,when\nL1,2024-01-01\n")
    for word in ("leads.csv", "'ID'", "customer, when", "lead_id = "):
        assert word in str(raised.value)
    assert desk.store.current() is None


def test_an_unknown_zone_is_said(desk: Desk) -> None:
    with pytest.raises(MappingError, match="Mars/Olympus"):
        desk.load(
            'time_zone = "Mars/Olympus"\n[[files]]\ntable = "leads"\n'
            'columns = { lead_id = "lead_id", created_at = "created_at" }',
            leads=LEADS,
        )


def test_when_all_is_refused_nothing_changes_and_the_rows_are_written_down(desk: Desk) -> None:
    with pytest.raises(NothingLoaded, match="Not one of 2 rows") as raised:
        desk.load(leads="lead_id,created_at\n=cmd(),never\nL2,\n")
    assert raised.value.summary.reasons == {"missing_date": 1, "unreadable_date": 1}
    assert desk.store.current() is None
    listed = (desk.store.root / "refused.csv").read_text(encoding="utf-8-sig").splitlines()
    assert listed[0] == "file,line,column,value,reason,raw"
    assert listed[1] == 'leads.csv,2,created_at,never,unreadable_date,"\'=cmd(),never"'


@pytest.mark.parametrize(
    "content",
    [b"", b"lead_id,created_at\n", bytes(range(256)) * 20,
     gzip.compress(b"lead_id,created_at\n1,2024-01-01\n" * 99, mtime=0)[:-9]],
    ids=["empty", "header only", "binary", "cut off"],
)  # fmt: skip
def test_a_bad_file_among_good_ones_changes_nothing(desk: Desk, content: bytes) -> None:
    desk.load(leads=LEADS)
    bad = desk.folder / "bad.csv"
    bad.write_bytes(content)
    with pytest.raises(LoadError, match=r"bad\.csv"):
        load(desk.store, [desk.folder / "leads.csv", bad], now=NOW)
    assert desk.store.current() == 1
    assert list(desk.store.root.glob("unfinished-*")) == []


def test_a_huge_cell_costs_its_row_only(desk: Desk) -> None:
    summary = desk.load(leads=LEADS + "L3,2024-01-01," + "z" * 10_000_000 + "\n")
    assert (summary.leads, summary.reasons) == (2, {"cell_too_long": 1})
