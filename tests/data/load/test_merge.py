"""A load adds to what there is, or takes its place; the same again changes nothing."""

from collections import Counter
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.calendar import Calendar
from data.draft import writing
from data.errors import LoadError
from tests.support.desk import LEADS, MOVES, Desk
from tests.support.histories import stores

STAGES = '[[stages]]\nslug = "new"\ngroup = "lead"\n[[stages]]\nslug = "paid"\ngroup = "customer"\n'
UTC = 'time_zone = "UTC"\n'


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
