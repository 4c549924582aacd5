"""The notes of a state: read, kept, changed and removed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.errors import StateRefused
from data.state.database import State
from data.state.note import VERSION, Decision, Note
from data.state.tables import notes


def read(state: State) -> tuple[Note, ...]:
    """All notes, in the order they were written.

    Raises:
        StateRefused: the database cannot be read.
    """
    with state.reading() as connection:
        rows = connection.execute(select(notes).order_by(notes.c.written_at, notes.c.id)).all()
    return tuple(map(_note, rows))


def keep(state: State, note: Note) -> int:
    """Keeps a new note, or the changes of one that is there, and returns its id.

    Who wrote it first and when stays.

    Raises:
        StateRefused: the database cannot be written, or the note was removed meanwhile.
    """
    row = _row(note)
    with state.writing(VERSION) as connection:
        if note.id is None:
            added = connection.execute(insert(notes).values(**row, written_at=datetime.now(UTC)))
            key = added.inserted_primary_key
            return int(key[0]) if key else 0
        changed = connection.execute(
            update(notes).where(notes.c.id == note.id).values(**row, edited_at=datetime.now(UTC))
        )
        if not changed.rowcount:
            raise StateRefused("This note is no longer there.")
        return note.id


def remove(state: State, number: int) -> None:
    """Removes the note with that id; one that is gone already may be asked for.

    Raises:
        StateRefused: the database cannot be written.
    """
    with state.writing(VERSION) as connection:
        connection.execute(delete(notes).where(notes.c.id == number))


def _row(note: Note) -> dict[str, Any]:
    dimension, segment = note.segment or (None, None)
    decided = note.decision
    return {
        "text": note.text,
        "author": note.author,
        "day": note.day,
        "stage": note.stage,
        "dimension": dimension,
        "segment": segment,
        "decided": decided is not None,
        "who": decided and decided.who,
        "due": decided and decided.due,
        "expected": decided and decided.expected,
    }


def _note(row: Any) -> Note:
    return Note(
        text=row.text,
        author=row.author,
        day=row.day,
        stage=row.stage,
        segment=None if row.dimension is None else (row.dimension, row.segment),
        decision=Decision(row.who, row.due, row.expected or "") if row.decided else None,
        written_at=row.written_at,
        edited_at=row.edited_at,
        id=row.id,
    )
