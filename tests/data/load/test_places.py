"""Leads stand in the order in which files name them: that decides who of two was first."""

from typing import Any

import pytest

from tests.support.desk import Desk

HEADER = "lead_id,created_at\n"
ROW_GROUP = 122_880  # rows that the engine writes, and a thread reads, together


def leads(*ids: str) -> str:
    return HEADER + "".join(f"{lead_id},2024-01-01\n" for lead_id in ids)


def moves(*ids: str) -> str:
    return "lead_id,stage,entered_at\n" + "".join(f"{each},mql,2024-01-02\n" for each in ids)


def placed(desk: Desk) -> list[str]:
    return [lead_id for (lead_id,) in desk.rows("select lead_id from leads order by rowid")]


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        ([{"one": leads("d", "b")}, {"two": leads("f", "b", "a", "c", "e")}], "dbface"),
        ([{"one": leads("d", "b"), "two": leads("f", "b", "a", "c", "e")}], "dbface"),
        ([{"moves": moves("b", "d"), "leads": leads("a", "d", "c", "b")}], "bdac"),
        ([{"leads": leads("a", "d", "c", "b"), "moves": moves("b", "d")}], "adcb"),
        ([{"one": moves("d", "b")}, {"two": moves("f", "b", "a", "c", "e")}], "dbface"),
    ],
    ids=["one after the other", "two lists", "moves before", "moves after", "moves alone"],
)
def test_leads_stand_as_they_are_first_named(
    desk: Desk, loads: list[dict[str, Any]], expected: str
) -> None:
    for files in loads:
        desk.load(**files)
    assert "".join(placed(desk)) == expected


def test_so_they_do_where_several_threads_write_them_and_where_a_merge_goes_through_few(
    desk: Desk,
) -> None:
    named = [f"L{number}" for number in range(ROW_GROUP + 1, 0, -1)]
    desk.load(leads=leads(*named))
    assert placed(desk) == named
    more = ["Z", *named[:3], "Y", *named[-3:], "A", "M"]
    desk.load(more=leads(*more))
    assert desk.store.generation().appended
    assert placed(desk) == [*named, "Z", "Y", "A", "M"]


def test_of_two_that_came_at_once_the_first_named_is_the_one_that_is_repeated(desk: Desk) -> None:
    contacts = "lead_id,created_at,email\n"
    desk.load(leads=leads("d", "b"))
    desk.load(more=leads("f", "b", "a", "c", "e"))
    desk.load(contacts=contacts + "".join(f"{each},2024-01-01,an@acme.vn\n" for each in "bdacf"))
    repeats = desk.rows("select lead_id, duplicate_of from screening where duplicate_of <> ''")
    assert sorted(repeats) == [(each, "d") for each in "abcf"]
