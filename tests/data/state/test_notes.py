"""Notes: what is written is read again, on SQLite and on PostgreSQL, by whoever reads it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from data.errors import StateRefused
from data.state import notes
from data.state.database import State
from data.state.note import MOST_NAME, MOST_TEXT, VERSION, Decision, Note, NoteError

DAY = date(2026, 4, 3)
OF_A_DAY = Note("Đội 2 đổi trưởng nhóm", "Lan", day=DAY)
OF_A_STEP = Note("Phải có ngân sách", "Khôi", stage="sql")
OF_NOBODYS = Note("Chưa chia đội", "Lan", segment=("team", None))
DECISION = Note(
    "Gọi lại trong 24 giờ",
    "Lan",
    segment=("team", "TP.HCM 2"),
    decision=Decision("Khôi", date(2026, 5, 1), "?v=2&scenario=rate:45:sal"),
)


def test_what_is_written_is_read_again(state: State) -> None:
    assert notes.read(state) == ()
    before = datetime.now(UTC)
    written = (OF_A_DAY, OF_A_STEP, OF_NOBODYS, DECISION)
    ids = [notes.keep(state, note) for note in written]
    found = notes.read(state)
    assert [note.id for note in found] == ids
    assert all(note.written_at and note.written_at >= before for note in found)
    assert tuple(replace(note, id=None, written_at=None) for note in found) == written


def test_a_note_is_changed_and_keeps_when_it_was_written(state: State) -> None:
    number = notes.keep(state, OF_A_DAY)
    (first,) = notes.read(state)
    later = replace(first, text="Đội 2 có trưởng nhóm mới", day=None, stage="mql")
    assert notes.keep(state, later) == number
    (found,) = notes.read(state)
    assert found.edited_at is not None
    assert replace(found, edited_at=None) == later


def test_a_note_that_is_removed_is_gone_and_cannot_be_changed(state: State) -> None:
    number, other = notes.keep(state, OF_A_DAY), notes.keep(state, OF_A_STEP)
    notes.remove(state, number)
    notes.remove(state, number)
    assert [note.id for note in notes.read(state)] == [other]
    with pytest.raises(StateRefused, match="no longer there"):
        notes.keep(state, replace(OF_A_DAY, id=number))


def test_every_change_and_nothing_else_raises_the_version(state: State) -> None:
    def version() -> int:
        return state.version(VERSION)

    number = notes.keep(state, OF_A_DAY)
    assert version() == 1
    notes.read(state)
    assert version() == 1
    notes.keep(state, replace(OF_A_DAY, id=number))
    notes.remove(state, number)
    assert version() == 3


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("text", {"text": " \n "}),
        ("text", {"text": "a" * (MOST_TEXT + 1)}),
        ("author", {"author": ""}),
        ("author", {"author": "a" * (MOST_NAME + 1)}),
        ("pin", {"day": None}),
    ],
)
def test_a_note_that_says_nothing_is_none(part: str, fields: dict[str, Any]) -> None:
    with pytest.raises(NoteError, match=part):
        replace(OF_A_DAY, **fields)
    with pytest.raises(NoteError, match="who"):
        Decision(" ", DAY)


def test_a_note_is_one_line() -> None:
    assert replace(OF_A_DAY, text=" a\n\n b\t c ").text == "a b c"
