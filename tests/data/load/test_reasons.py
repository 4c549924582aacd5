"""Reasons in files: each is kept as it is written, and hangs on the stay that ended for it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data.load.loader import load
from data.load.summary import Summary
from data.mapping.mapping import Mapping
from data.store import Store

NOW = datetime(2024, 6, 1)
MAPPING = """
store_time_zone = "UTC"

[[files]]
match = "moves*.csv"
table = "stage_history"
columns = { lead_id = "id", stage = "stage", entered_at = "at", reason = "why" }

[[files]]
match = "wide*.csv"
table = "stage_columns"
columns = { lead_id = "id", created_at = "created", reason = "why" }
stages = { sql = "became sql", lost = "lost on", disqualified = "refused on" }

[[files]]
match = "deals*.csv"
table = "leads"
[files.columns]
lead_id = "id"
created_at = "created"
stage = "status"
changed_at = "changed"
reason = "why"

[[files]]
match = "plain*.csv"
table = "leads"
columns = { lead_id = "id", created_at = "created", reason = "why" }

[[files]]
table = "leads"
columns = { lead_id = "id", created_at = "created" }
"""
LEADS = "id,created\nA,2024-01-01\nB,2024-01-01\n"
MOVES = "id,stage,at,why\n"
DEALS = "id,created,status,changed,why\n"


class Desk:
    """A folder of exports, and the store that they are loaded into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")

    def load(self, more: str = "", /, **files: str) -> Summary:
        paths = [self.folder / f"{name}.csv" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text)
        return load(self.store, paths, mapping=Mapping.parse(more + MAPPING), now=NOW)

    def stays(self, lead_id: str) -> list[tuple[str, str | None, list[str] | None]]:
        """The stays of a lead: the stage, where it went, and why."""
        return self._rows(
            "select stage, next_stage, reasons from stays join leads using (lead_number) "
            "where lead_id = $lead order by visit_number",
            lead_id,
        )

    def told(self, lead_id: str) -> list[tuple[Any, ...]]:
        """The reasons that the store keeps of a lead: the stage, the day, what was written."""
        return self._rows(
            "select stage, strftime(said_at, '%m-%d'), reason from reasons "
            "where lead_id = $lead order by all",
            lead_id,
        )

    def _rows(self, query: str, lead_id: str) -> list[Any]:
        with self.store.cursor(self.store.generation()) as cursor:
            return cursor.execute(query, {"lead": lead_id}).fetchall()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_move_says_why(desk: Desk) -> None:
    desk.load(
        leads=LEADS,
        moves=MOVES
        + "A,sql,2024-01-02,Khách giới thiệu\n"  # why it went on is kept, and no reason of an end
        + "A,mql,2024-01-05,Hẹn lại\n"
        + "A,lost,2024-01-09,Giá cao; chọn bên khác ;\n"
        + "B,lost,2024-01-03,\n",
    )
    assert desk.stays("A") == [
        ("lead", "sql", None),
        ("sql", "mql", ["timing"]),
        ("mql", "lost", ["competitor", "price"]),
    ]
    assert desk.stays("B") == [("lead", "lost", None)]
    assert desk.told("A") == [
        ("lost", "01-09", "Giá cao"),
        ("lost", "01-09", "chọn bên khác"),
        ("mql", "01-05", "Hẹn lại"),
        ("sql", "01-02", "Khách giới thiệu"),
    ]


def test_of_an_entry_that_is_told_twice_the_stay_before_it_is_meant(desk: Desk) -> None:
    desk.load(leads=LEADS, moves=MOVES + "A,lost,2024-01-03,Giá cao\nA,lost,2024-01-05,Không rõ\n")
    # What is said last counts, and it says that nobody knows.
    assert desk.stays("A") == [("lead", "lost", None)]


def test_a_present_status_says_why(desk: Desk) -> None:
    desk.load(deals=DEALS + "A,2024-01-02,lost,2024-03-01,Price\nB,2024-01-02,sql,2024-03-02,\n")
    assert desk.stays("A") == [("lead", "lost", ["price"])]
    # A later export corrects it; one after that, in which nothing has changed, changes nothing.
    desk.load(deals_2=DEALS + "A,2024-01-02,lost,2024-04-01,Không liên lạc được\n")
    assert desk.stays("A") == [("lead", "lost", ["unreachable"])]
    desk.load(deals_3=DEALS + "A,2024-01-02,lost,2024-05-01,Không liên lạc được\n")
    desk.load(deals_4=DEALS + "A,2024-01-02,lost,2024-05-02,Không liên lạc được\n")
    assert desk.told("A") == [
        ("lost", "03-02", "Price"),
        ("lost", "04-01", "Không liên lạc được"),
        ("lost", "05-02", "Không liên lạc được"),
    ]


def test_the_last_exit_that_a_row_dates_is_meant(desk: Desk) -> None:
    desk.load(
        wide="id,created,became sql,lost on,refused on,why\n"
        "A,2024-01-01,2024-01-05,2024-01-09,,Giá cao\n"
        "B,2024-01-01,2024-01-05,2024-01-09,2024-01-07,Giá cao\n"
    )
    assert desk.stays("A")[-1] == ("sql", "lost", ["price"])
    # (to come from one exit to the other is the end of no stay)
    assert desk.stays("B")[-1] == ("sql", "disqualified", None)


def test_a_list_of_leads_says_why_the_last_exit_was(desk: Desk) -> None:
    desk.load(
        plain="id,created,why\nA,2024-01-01,Giá cao\nB,2024-01-01,Giá cao\n",
        moves=MOVES
        + "A,sql,2024-01-03,\nA,lost,2024-01-04,\nA,sql,2024-01-05,\nA,lost,2024-01-06,\n"
        + "B,lost,2024-01-06,Hết ngân sách\n",
    )
    assert [why for *_, why in desk.stays("A")] == [None, None, ["price"]]
    # What is said of the move itself goes before what is said of the lead.
    assert desk.stays("B") == [("lead", "lost", ["no_budget"])]


def test_a_merge_adds_each_reason_once(desk: Desk) -> None:
    lost = MOVES + "A,lost,2024-01-03,Giá cao\n"
    desk.load(leads=LEADS, moves=lost)
    assert desk.load(moves=lost).unchanged
    desk.load(moves=MOVES + "A,lost,2024-01-03,Chọn bên khác\n")
    assert desk.stays("A") == [("lead", "lost", ["competitor", "price"])]


def test_other_kinds_are_asked_of_what_is_there_too(desk: Desk) -> None:
    desk.load(leads=LEADS, moves=MOVES + "A,lost,2024-01-03,Hết hàng\nB,lost,2024-01-04,Giá\n")
    assert desk.stays("A") == [("lead", "lost", ["other"])]
    kinds = '[[reasons]]\nslug = "no_stock"\nwords = ["hết hàng"]\n' + "".join(
        f'[[reasons]]\nslug = "{slug}"\n' for slug in ("price", "other", "unknown")
    )
    desk.load(kinds, moves_2=MOVES + "B,sql,2024-01-02,\n")
    assert desk.stays("A") == [("lead", "lost", ["no_stock"])]
    assert desk.stays("B")[-1] == ("sql", "lost", ["other"])  # no kind has `Giá` any more
