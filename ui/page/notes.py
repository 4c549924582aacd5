"""Notes: which of them belong to a chart, and how they are read below it.

They are everybody's, on live and frozen views alike, guests' too.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go
import streamlit as st

from analytics.funnel.trend import days_of
from analytics.scope import Scope
from analytics.view.view import segment_text
from data.state.note import VERSION, Note
from data.store import Store
from ui import answers, charts, session
from ui.charts import Mark
from ui.language import formats
from ui.language.messages import _, _n
from ui.page.fresh import Fresh
from ui.page.markdown import gray, plain
from ui.theme import Look

STAR = "★"
"""What stands before a decision."""

_MOST_TOLD = 3  # below a chart


@dataclass(frozen=True)
class Axis:
    """What a chart's axis holds: where on it a note belongs, None where it does not.

    That is the place of a bucket, from 0, along the axis of that name; or a row's customdata.
    """

    place: Callable[[Note], int | str | None]
    along: str = "x"


def of_days(buckets: Sequence[date], unit: str, *, along: str = "x") -> Axis:
    """An axis of buckets of a `unit` of time, in their order, each by its first day."""

    def place(note: Note) -> int | None:
        if note.day is None:
            return None
        found = bisect_right(buckets, note.day) - 1
        return found if found >= 0 and note.day <= days_of(buckets[found], unit)[1] else None

    return Axis(place, along)


def of_steps(scope: Scope, slugs: Collection[str], key: Callable[[str], str] = str) -> Axis:
    """Rows of steps, stages or groups of them, whose customdata is the `key` of the slug."""
    groups = {stage.slug: stage.group for stage in scope.generation.pipeline.stages}

    def place(note: Note) -> str | None:
        stage = note.stage
        if stage is None:
            return None
        return next(
            (key(slug) for slug in (stage, groups.get(stage, stage)) if slug in slugs), None
        )

    return Axis(place)


def of_segments(dimension: str, segments: Collection[str | None]) -> Axis:
    """Rows of segments of a dimension, as answers write them."""

    def place(note: Note) -> str | None:
        if note.segment is None or note.segment[0] != dimension:
            return None
        text = segment_text(note.segment[1])
        return text if text in segments else None

    return Axis(place)


def of_rows(dimension: str, segments: Sequence[str | None]) -> Axis:
    """The same of a map, whose rows are known by their places alone."""
    by_name = of_segments(dimension, segments)

    def place(note: Note) -> int | None:
        text = by_name.place(note)
        return None if text is None else list(segments).index(str(text))

    return Axis(place, along="y")


def on(axis: Axis) -> list[tuple[int | str, list[Note]]]:
    """The notes that belong to an axis by their places, in the order of the days and of writing."""
    found: dict[int | str, list[Note]] = defaultdict(list)
    for note in sorted(every(), key=lambda note: (note.day or date.min, note.id or 0)):
        place = axis.place(note)
        if place is not None:
            found[place].append(note)
    return list(found.items())


def written_on(
    figure: go.Figure, axis: Axis, found: Sequence[tuple[int | str, list[Note]]], look: Look
) -> go.Figure:
    """The figure with a mark where notes belong, numbered as `told` tells them."""
    marks, number = [], 0
    for place, notes in found:
        numbers = []
        for note in notes:
            number += 1
            numbers.append(f"{STAR}{number}" if note.decision else f"{number}")
        marks.append(Mark(place, " ".join(numbers), tuple(map(in_words, notes)), axis.along))
    return charts.noted(figure, marks, look)


def below(axis: Axis) -> None:
    """The notes that belong to an axis, where a table stands in place of its chart."""
    told(on(axis))


def told(found: Sequence[tuple[int | str, list[Note]]]) -> None:
    """The notes below their chart: those that a finger cannot rest on, and no eye sees."""
    notes = [note for _place, each in found for note in each]
    lines = [
        f"**{STAR if note.decision else ''}{number}** {plain(in_words(note))}"
        for number, note in enumerate(notes[:_MOST_TOLD], 1)
    ]
    if len(notes) > _MOST_TOLD:
        lines.append(_n("{n} more note", "{n} more notes", len(notes) - _MOST_TOLD))
    if lines:
        with st.container(gap=None):
            for line in lines:
                st.markdown(gray(line))


def in_words(note: Note) -> str:
    """The note in one line: its day, its text, and who is in charge of it."""
    said = note.text if note.day is None else f"{formats.day(note.day)}: {note.text}"
    return f"{said} – {in_charge(note)}"


def in_charge(note: Note) -> str:
    """Who wrote the note; of a decision who does it, and by when."""
    if note.decision is None:
        return note.author
    return _("{who}, by {day}", who=note.decision.who, day=formats.day(note.decision.due))


# --- reading and writing ----------------------------------------------------------------------


def _read(store: Store) -> tuple[Note, ...]:
    from data.state import notes
    from data.state.database import State

    return notes.read(State.of(store.root))


_notes: Fresh[tuple[Note, ...]] = Fresh((VERSION,), _read, ())


def every() -> tuple[Note, ...]:
    """All notes, as they were a moment ago; none where they cannot be read.

    But those about a group of leads of which the reader sees none.
    """
    found, seen = _notes.now(), dict(session.visitor().sight.rows)
    if not seen:
        return found

    def is_seen(note: Note) -> bool:
        dimension, value = note.segment or (None, None)
        return dimension not in seen or value in seen[dimension]

    return tuple(filter(is_seen, found))


def keep(note: Note) -> None:
    """Keeps a note, and has every page of this process show it from now on. Raises StateRefused."""
    from data.state import notes
    from data.state.database import State

    notes.keep(State.of(answers.store().root), note)
    _notes.changed()


def remove(number: int) -> None:
    """Removes a note likewise. Raises StateRefused."""
    from data.state import notes
    from data.state.database import State

    notes.remove(State.of(answers.store().root), number)
    _notes.changed()
