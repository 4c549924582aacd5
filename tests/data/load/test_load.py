"""Files become a generation: leads, their moves, touches and spend, however the files are cut."""

from datetime import datetime
from typing import Any

import duckdb
import pytest

from data.load.loader import load
from data.load.summary import NothingLoaded
from data.mapping.mapping import MappingError
from tests.support.desk import LEADS, MOVES, NOW, Desk


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
