"""Files become a generation, or nothing changes; every row refused is kept with its reason."""

import gzip
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.calendar import Calendar
from data.draft import writing
from data.errors import LoadError, StoreBusy
from data.load.loader import load
from data.load.summary import NothingLoaded, Summary
from data.mapping.mapping import Mapping, MappingError
from data.store import Store
from tests.support.histories import stores

NOW = datetime(2024, 6, 1)
LEADS = "lead_id,created_at,source\nL1,2024-01-01,Facebook\nL2,2024-01-02 10:00,Hội chợ\n"
MOVES = "lead_id,stage,entered_at\nL1,mql,2024-01-05\nL1,won,2024-02-01\nL2,MQL,2024-01-03\n"
STAGES = '[[stages]]\nslug = "new"\ngroup = "lead"\n[[stages]]\nslug = "paid"\ngroup = "customer"\n'
UTC = 'time_zone = "UTC"\n'


class Desk:
    """A folder of files, and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")

    def load(self, mapping: str | None = None, /, *, now: datetime = NOW, **files: str) -> Summary:
        return self.load_as(None, mapping, now=now, **files)

    def load_as(
        self, mode: str | None, mapping: str | None = None, *, now: datetime = NOW, **files: str
    ) -> Summary:
        paths = [self.folder / f"{name}.csv" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text)
        said = Mapping.parse(mapping) if mapping else None
        return load(self.store, paths, mapping=said, mode=mode, now=now)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.cursor(self.store.generation()) as cursor:
            return cursor.execute(sql).fetchall()

    def refused(self) -> list[tuple[Any, ...]]:
        return self.rows('select line, "column", value, reason from rejected_rows order by all')

    def history(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "select lead_id, stage, cast(entered_at as varchar) from stage_history "
            "order by position"
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_leads_and_moves_in_two_files(desk: Desk) -> None:
    summary = desk.load(leads=LEADS, moves=MOVES)
    assert (summary.generation, summary.leads, summary.moves) == (1, 2, 3)
    assert (summary.read, summary.loaded, summary.reasons) == (5, 5, {})
    # Times without an offset are in the store's zone.
    assert desk.rows("select lead_id, cast(created_at as varchar), source, channel from leads") == [
        ("L1", "2023-12-31 17:00:00", "Facebook", "social"),
        ("L2", "2024-01-02 03:00:00", "Hội chợ", "event"),
    ]
    assert [move[:2] for move in desk.history()] == [("L1", "mql"), ("L1", "won"), ("L2", "mql")]
    assert summary.first_event == datetime(2023, 12, 31, 17)


def test_the_order_of_files_does_not_matter(desk: Desk) -> None:
    assert desk.load(moves=MOVES, leads=LEADS).loaded == 5


def test_one_file_with_stage_columns(desk: Desk) -> None:
    summary = desk.load(
        leads="Lead ID,Create Date,Became a Lead Date,MQL,Won date,Owner\n"
        "L1,2024-01-01,2024-01-01,2024-01-02,2024-01-02,Lan\nL2,2024-01-01,,,,Minh\n"
    )
    assert summary.leads == 2
    # At equal times the stages come in the order of the pipeline.
    assert [move[:2] for move in desk.history()] == [("L1", "lead"), ("L1", "mql"), ("L1", "won")]
    assert desk.rows("select owner from leads order by lead_id") == [("Lan",), ("Minh",)]


def test_one_file_with_moves_that_repeat_their_lead(desk: Desk) -> None:
    desk.load(
        moves="lead_id,created_at,source,stage,entered_at\n"
        "L1,2024-01-01,,mql,2024-01-05\nL1,2024-01-01,Email,sql,2024-01-06\n"
    )
    assert desk.rows("select lead_id, source from leads") == [("L1", "Email")]
    assert len(desk.history()) == 2


def test_moves_alone_make_their_leads_and_it_is_said(desk: Desk) -> None:
    summary = desk.load(moves=MOVES)
    assert summary.leads == 2
    assert any("No file says when leads came" in notice for notice in summary.notices)
    assert desk.rows("select cast(created_at as varchar) from leads where lead_id = 'L1'") == [
        ("2024-01-04 17:00:00",)
    ]


@pytest.mark.parametrize("word", ["NA", "null", "NULL", "None", "nan"])
def test_a_lead_id_may_be_any_word(desk: Desk, word: str) -> None:
    desk.load(leads=f"lead_id,created_at\n{word},2024-01-01\n")
    assert desk.rows("select lead_id from leads") == [(word,)]


def test_a_missing_source_is_not_the_word_unknown(desk: Desk) -> None:
    desk.load(
        leads="lead_id,created_at,source\n1,2024-01-01,unknown\n2,2024-01-01,\n3,2024-01-01, \n"
    )
    assert desk.rows("select source, channel from leads order by lead_id") == [
        ("unknown", "unknown"),
        (None, None),
        (None, None),
    ]


def test_texts_are_tidied_and_the_source_kept_as_given(desk: Desk) -> None:
    desk.load(leads='lead_id,created_at,source\n1,2024-01-01,"  Ho\u0323^i  chợ "\n')
    assert desk.rows("select source, source_raw from leads") == [("Họ^i chợ", "  Ho\u0323^i  chợ ")]


def test_equal_times_keep_file_order(desk: Desk) -> None:
    desk.load(moves="lead_id,stage,entered_at\n" + "".join(f"L1,{s},2024-01-05\n" for s in "zyxab"))
    assert [move[1] for move in desk.history()] == list("zyxab")


def test_further_columns_become_dimensions(desk: Desk) -> None:
    desk.load(
        leads='lead_id,created_at,"drop table leads;--",Position,v,Loại hình,c1\n'
        "L1,2024-01-01,a,b,c,d,e\n"
    )
    assert desk.rows("select drop_table_leads, position_, v_, loai_hinh, c1 from leads") == [
        ("a", "b", "c", "d", "e")
    ]


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
    mapping = UTC + textwrap.dedent(
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


def test_a_lead_without_a_creation_date_came_with_its_first_move(desk: Desk) -> None:
    desk.load(leads="lead_id,created_at,MQL\nL1,,2024-01-05 00:00Z\nL2,2024-01-01 00:00Z,\n")
    assert desk.rows("select cast(created_at as varchar) from leads where lead_id = 'L1'") == [
        ("2024-01-05 00:00:00",)
    ]


def test_a_day_is_not_early_on_the_day_its_lead_came(desk: Desk) -> None:
    desk.load(
        leads="lead_id,created_at\nL2,2024-01-02 10:00\n",
        moves="lead_id,stage,entered_at\nL2,mql,2024-01-02\n",
    )
    assert desk.history() == [("L2", "mql", "2024-01-02 03:00:00")]


def test_a_midnight_is_a_day_in_a_column_of_midnights(desk: Desk) -> None:
    summary = desk.load(
        leads="lead_id,created_at,mql,won\nL1,2024-01-02 10:00,2024-01-02T00:00:00Z,\n"
        "L2,2024-01-02 10:00,,2024-01-02 00:00:00\nL3,2024-01-02 10:00,,2024-01-01 00:00\n",
        moves="lead_id,stage,entered_at\nL1,sql,2024-01-02 00:00:00\n",
    )
    assert {move[:2] for move in desk.history()} == {("L1", "mql"), ("L1", "sql"), ("L2", "won")}
    # A cell that was refused in a row that was kept is in the totals, beside the rows.
    assert (summary.files[0].refused, summary.cells, summary.refused) == (0, 1, 0)
    assert desk.refused() == [(4, "won", "2024-01-01 00:00", "before_lead")]
    desk.load_as(
        "replace",
        leads="lead_id,created_at,won\nL1,2024-01-02 10:00,2024-01-02 00:00\n"
        "L2,2024-01-02 10:00,2024-01-03 09:30\n",
    )
    # With another time of day beside it, it is that time.
    assert [move[:2] for move in desk.history()] == [("L2", "won")]


def test_a_midnight_of_parquet_is_a_day(desk: Desk) -> None:
    path = desk.folder / "leads.parquet"
    with duckdb.connect() as con:
        con.execute(
            "copy (select 'L1' as lead_id, timestamp '2024-01-02 10:00' as created_at, "
            f"timestamp '2024-01-02' as won) to '{path}'"
        )
    load(desk.store, [path], now=NOW)
    assert [move[:2] for move in desk.history()] == [("L1", "won")]


def test_early_moves_may_count_at_the_creation(desk: Desk) -> None:
    mapping = """
        [[files]]
        match = "leads*"
        table = "leads"
        columns = { lead_id = "lead_id", created_at = "created_at" }
        [[files]]
        match = "moves*"
        table = "stage_history"
        early_moves = "at_creation"
        columns = { lead_id = "lead_id", stage = "stage", entered_at = "entered_at" }
    """
    desk.load(mapping, leads=LEADS, moves="lead_id,stage,entered_at\nL1,mql,2020-01-01\n")
    assert desk.history() == [("L1", "mql", "2023-12-31 17:00:00")]


def test_unknown_stages_are_kept_and_reported(desk: Desk) -> None:
    moves = "lead_id,stage,entered_at\nL1,Demo booked,2024-01-05\nL1,Đã rớt,2024-01-06\n"
    summary = desk.load(leads=LEADS, moves=moves)
    assert summary.unknown_stages == {"Demo booked": 1}
    assert [move[1] for move in desk.history()] == ["Demo booked", "lost"]


def test_stage_names_are_mapped(desk: Desk) -> None:
    mapping = """
        [[files]]
        table = "stage_history"
        columns = { lead_id = "lead_id", stage = "stage", entered_at = "entered_at" }
        [files.values.stage]
        "Demo  Booked" = "sal"
    """
    desk.load(mapping, moves="lead_id,stage,entered_at\nL1,demo booked,2024-01-05\n")
    assert desk.history()[0][1] == "sal"


def test_rows_can_be_left_out(desk: Desk) -> None:
    summary = desk.load(
        moves="LeadId,Field,OldValue,NewValue,CreatedDate\n"
        "L1,Status,New,MQL,2024-01-05T00:00:00Z\nL1,Owner,a,b,2024-01-06T00:00:00Z\n"
    )
    assert (summary.files[0].skipped, summary.loaded) == (1, 1)


def test_the_rule_that_left_all_rows_out_is_said(desk: Desk) -> None:
    with pytest.raises(NothingLoaded, match="only Field = Status counts: 1") as raised:
        desk.load(
            moves="LeadId,Field,OldValue,NewValue,CreatedDate\nL1,Owner,a,b,2024-01-06T00:00:00Z\n"
        )
    assert raised.value.summary.left_out == {"Field = Status": 1}
    assert "()" not in str(raised.value)


def test_it_is_asked_whose_id_a_lone_id_is(desk: Desk) -> None:
    log = "id,ticket_id,stage,changed_at\n1,T1,mql,2024-01-01\n2,T1,sql,2024-01-02\n"
    with pytest.raises(MappingError) as raised:
        desk.load(moves=log)
    said = str(raised.value)
    for word in ("moves.csv", "'id'", "ticket_id", "--mapping", 'lead_id = "id"'):
        assert word in said
    # What it proposes is a mapping, with which the same file loads.
    proposed = said[said.index("[[files]]") :].replace('"id"', '"ticket_id"')
    assert desk.load(proposed, moves=log).leads == 1


def test_a_history_of_one_move_each_is_asked_about(desk: Desk) -> None:
    rows = "".join(f"L{n},mql,2024-01-02\n" for n in range(20))
    summary = desk.load(moves="lead_id,stage,entered_at\n" + rows)
    assert any("nearly every lead has one move" in notice for notice in summary.notices)
    rows = "".join(f"L{n % 10},mql,2024-01-{n + 2:02d}\n" for n in range(20))
    summary = desk.load_as("replace", moves="lead_id,stage,entered_at\n" + rows)
    assert not any("nearly every lead" in notice for notice in summary.notices)


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


def test_loading_the_same_twice_changes_nothing(desk: Desk) -> None:
    bad = "L9,mql,2024-01-05\n"
    desk.load(leads=LEADS, moves=MOVES + bad)
    again = desk.load(leads=LEADS, moves=MOVES + bad)
    assert (again.generation, again.unchanged) == (None, True)
    assert desk.store.current() == 1
    assert len(list(desk.store.root.glob("*.duckdb*"))) == 1
    only_moves = desk.load(moves=MOVES)
    assert only_moves.unchanged


def test_a_merge_adds_and_overrides(desk: Desk) -> None:
    desk.load(leads=LEADS, moves=MOVES)
    summary = desk.load(
        leads="lead_id,created_at,source,owner\nL2,2024-01-02 10:00,,Lan\nL3,2024-03-01,Email,\n",
        moves=MOVES + "L3,mql,2024-03-02\nL1,mql,2024-01-05\nL9,mql,2024-03-02\n",
    )
    assert (summary.generation, summary.leads, summary.moves) == (2, 3, 5)
    assert desk.rows("select lead_id, source, channel, owner from leads order by all") == [
        ("L1", "Facebook", "social", None),
        ("L2", "Hội chợ", "event", "Lan"),
        ("L3", "Email", "email", None),
    ]
    assert Counter(desk.history())[("L1", "mql", "2024-01-04 17:00:00")] == 2
    assert [row[3] for row in desk.refused()] == ["unknown_lead"]


def test_overlapping_files_of_one_load_do_not_double(desk: Desk) -> None:
    desk.load(leads=LEADS, moves=MOVES, more=MOVES + "L2,sql,2024-01-09\n")
    assert len(desk.history()) == 4


def test_a_later_creation_refuses_what_the_store_had_before_it(desk: Desk) -> None:
    desk.load(leads=LEADS, moves=MOVES)
    fixed = "lead_id,created_at\nL1,2024-01-10\n"
    summary = desk.load(leads=fixed)
    assert [move[:2] for move in desk.history()] == [("L1", "won"), ("L2", "mql")]
    assert [row[3] for row in desk.refused()] == ["before_lead"]
    assert summary.moves == 2
    assert desk.load(leads=fixed).unchanged


def test_a_calendar_alone_leaves_the_stages_as_they_were(desk: Desk) -> None:
    file = (
        '[[files]]\ntable = "leads"\ncolumns = { lead_id = "lead_id", created_at = "created_at" }\n'
    )
    desk.load(UTC + file + STAGES, leads=LEADS)
    desk.load(UTC + file + '[calendar]\ncountry = "NL"\nopens = "09:00"\n', leads=LEADS)
    pipeline = desk.store.generation().pipeline
    assert pipeline.slugs == ("new", "paid")
    assert pipeline.calendar == Calendar("NL", opens=540)
    assert desk.load(UTC + file, leads=LEADS).unchanged


def test_a_replace_forgets(desk: Desk) -> None:
    desk.load(leads=LEADS, moves=MOVES)
    assert desk.load_as("replace", leads=LEADS.replace("L2", "L7")).moves == 0
    assert desk.rows("select lead_id from leads order by 1") == [("L1",), ("L7",)]


def test_the_sample_and_real_leads_are_never_mixed(desk: Desk) -> None:
    with writing(desk.store) as draft:
        draft.sample = True
        draft.time_zone = "Europe/Paris"
        draft.con.execute("insert into leads (lead_id, created_at) values ('S', '2024-01-01')")
        draft.publish()
    with pytest.raises(LoadError, match="sample"):
        desk.load_as("merge", leads=LEADS)
    desk.load(leads=LEADS)
    assert desk.rows("select lead_id from leads order by 1") == [("L1",), ("L2",)]
    assert not desk.store.generation().sample
    assert desk.store.generation().time_zone == "Asia/Ho_Chi_Minh"


def test_touches_and_spend(desk: Desk) -> None:
    files: dict[str, Any] = {
        "leads": LEADS,
        "touches": "lead_id,touched_at,source,kind\nL1,2024-01-01,Email,open\n"
        "L9,2024-01-01,Email,x\n",
        "spend": "day,source,cost\n2024-01-01,Facebook,1.500.000\n2024-02,Email,lots\n"
        "2024-02,Email,7\n",
    }
    desk.load(**files)
    assert desk.rows("select lead_id, kind from touches") == [("L1", "open")]
    assert desk.rows(
        "select cast(day as varchar), source, amount, currency from spend order by 1"
    ) == [
        ("2024-01-01", "Facebook", 1_500_000.0, "VND"),
        ("2024-02-01", "Email", 7.0, "VND"),
    ]
    assert sorted(row[3] for row in desk.refused()) == ["unknown_lead", "unreadable_number"]
    assert desk.load(**files).unchanged


def test_what_was_loaded_is_written_down(desk: Desk) -> None:
    desk.load(leads=LEADS.replace(",", ";"), moves=MOVES)
    assert desk.rows(
        'select file, "table", rows_read, rows_loaded, rows_rejected, encoding, delimiter '
        "from loaded_files order by 1"
    ) == [
        ("leads.csv", "leads", 2, 2, 0, "utf-8", ";"),
        ("moves.csv", "stage_history", 3, 3, 0, "utf-8", ","),
    ]


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


KILLED = """
import os, signal, sys
from pathlib import Path
from data.load.loader import load
from data.store import Store
from tests.support.histories import stores

def progress(what, share):
    if what == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

load(Store(Path(sys.argv[1])), [Path(sys.argv[2])], progress=progress)
"""


@pytest.mark.parametrize("moment", ["reading leads.csv", "putting together", "reaches", "writing"])
def test_a_load_that_is_killed_was_never_there(desk: Desk, moment: str) -> None:
    desk.load(leads=LEADS)
    (desk.folder / "leads.csv").write_text(LEADS + "L3,2024-01-03,Email\n")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, desk.store.root, desk.folder / "leads.csv", moment],
        cwd=Path(__file__).parents[3],
        env=os.environ,
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    assert list(desk.store.root.glob("unfinished-*"))
    assert Store(desk.store.root).current() == 1
    assert desk.rows("select count(*) from leads") == [(2,)]
    assert load(desk.store, [desk.folder / "leads.csv"], now=NOW).leads == 3
    assert list(desk.store.root.glob("unfinished-*")) == []


def test_the_second_of_two_loads_waits(desk: Desk) -> None:
    desk.load(leads=LEADS)
    (desk.folder / "leads.csv").write_text(LEADS + "L3,2024-01-03,Email\n")
    (desk.folder / "more.csv").write_text(LEADS + "L4,2024-01-03,Email\n")
    waiting, holders, second = threading.Event(), [], []

    def on_wait(holder: str) -> None:
        holders.append(holder)
        waiting.set()

    def other() -> None:
        store = Store(desk.store.root)
        second.append(load(store, [desk.folder / "more.csv"], now=NOW, on_wait=on_wait))

    thread = threading.Thread(target=other)

    def progress(what: str, _share: float) -> None:
        if what == "putting together":
            thread.start()
            assert waiting.wait(20)

    load(desk.store, [desk.folder / "leads.csv"], now=NOW, progress=progress)
    thread.join(20)
    assert str(os.getpid()) in holders[0]
    assert second[0].generation == 3
    assert desk.rows("select count(*) from leads") == [(4,)]


@pytest.mark.parametrize("mode", [None, "merge"])
def test_nothing_is_added_to_data_of_another_version(desk: Desk, mode: str | None) -> None:
    """It cannot be read, so what is added would stand alone, as if there had been nothing."""
    desk.load(leads=LEADS)
    with duckdb.connect(str(desk.store.path(1))) as con:
        con.execute("update about set value = '0' where fact = 'format'")
    more = LEADS + "L3,2024-01-03,Email\n"
    with pytest.raises(LoadError, match=r"another version of Pheu.*--replace"):
        desk.load_as(mode, leads=more)
    assert desk.store.current() == 1
    assert desk.load_as("replace", leads=more).leads == 3
    assert desk.store.generations() == [1, 2]


def test_a_load_can_refuse_to_wait(desk: Desk) -> None:
    desk.load(leads=LEADS)
    with writing(desk.store), pytest.raises(StoreBusy):
        load(Store(desk.store.root), [desk.folder / "leads.csv"], now=NOW, wait=0)


moves = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["mql", "sql"]), st.integers(1, 3)),
    max_size=6,
)


@stores(12)
@given(first=moves, second=moves)
def test_a_merge_is_the_larger_count_of_each_move(
    tmp_path_factory: pytest.TempPathFactory, first: list[Any], second: list[Any]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    leads = "lead_id,created_at\na,2024-01-01T00:00Z\nb,2024-01-01T00:00Z\n"

    def text(found: list[Any]) -> str:
        rows = [f"{lead},{stage},2024-01-0{day}T00:00Z\n" for lead, stage, day in found]
        return "lead_id,stage,entered_at\n" + "".join(rows)

    for found in (first, second, first):
        moved: dict[str, Any] = {"moves": text(found)} if found else {}
        desk.load(leads=leads, **moved)
    expected = Counter(first) | Counter(second)
    got = Counter((lead, stage, int(at[9])) for lead, stage, at in desk.history())
    assert got == expected
    # Every move once in the order of its file when only one file came.
    if not second:
        assert [(lead, stage, int(at[9])) for lead, stage, at in desk.history()] == first
