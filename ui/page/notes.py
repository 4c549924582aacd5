"""Notes: which of them belong to a chart, and how they are read below it.

All readers see them, on live and frozen views; guests do not see who wrote them.
A chart whose axis is of days since something, of how often or of what made a difference holds no
day, no step and no group of leads: it has none.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

import plotly.graph_objects as go
import streamlit as st

from analytics.funnel.trend import days_of
from analytics.scope import Scope
from analytics.view.view import segment_text
from data.state.note import MOST_NAME, MOST_TEXT, VERSION, Note
from data.store import Store
from ui import answers, charts, guest, session
from ui.charts import Mark
from ui.language import criteria, formats, labels
from ui.language.messages import _, _n
from ui.page import offscreen
from ui.page.fresh import Fresh
from ui.page.markdown import gray, plain
from ui.theme import Look

STAR = "★"
"""What stands before a decision."""

_MOST_TOLD = 3  # below a chart


@dataclass(frozen=True)
class Axis:
    """What a chart's axis holds: where on it a note belongs, None where it does not.

    That is the place of a bucket, from 0, along the axis of that name; or the customdata of a row,
    or of `points`. See `charts.Mark`. `also` is what else the figure holds: its other axis.
    """

    place: Callable[[Note], int | str | None]
    along: str = "x"
    also: "Axis | None" = None

    def spot(self, note: Note) -> "Spot | None":
        """Where on the figure a note belongs."""
        place = self.place(note)
        if place is not None:
            return place, self.along
        return self.also.spot(note) if self.also else None


Spot = tuple[int | str, str]
"""A place, and along which axis it is."""

Noted = Sequence[tuple[Spot, list[Note]]]
"""The notes at each place of a figure."""


def of_days(buckets: Sequence[date], unit: str, *, along: str = "x") -> Axis:
    """An axis of buckets of a `unit` of time, in their order, each by its first day."""

    def place(note: Note) -> int | None:
        if note.day is None:
            return None
        found = bisect_right(buckets, note.day) - 1
        return found if found >= 0 and note.day <= days_of(buckets[found], unit)[1] else None

    return Axis(place, along)


def of_steps(
    scope: Scope, slugs: Collection[str], key: Callable[[str], str] = str, along: str = "x"
) -> Axis:
    """Rows or points of steps, stages or groups of them, whose customdata is the slug's `key`."""
    groups = {stage.slug: stage.group for stage in scope.generation.pipeline.stages}

    def place(note: Note) -> str | None:
        stage = note.stage
        if stage is None:
            return None
        return next(
            (key(slug) for slug in (stage, groups.get(stage, stage)) if slug in slugs), None
        )

    return Axis(place, along)


def of_segments(dimension: str, segments: Collection[str | None], along: str = "x") -> Axis:
    """Rows or points of segments of a dimension, as answers write them."""

    def place(note: Note) -> str | None:
        if note.segment is None or note.segment[0] != dimension:
            return None
        text = segment_text(note.segment[1])
        return text if text in segments else None

    return Axis(place, along)


def of_rows(dimension: str, segments: Sequence[str | None]) -> Axis:
    """The same of a map, whose rows are known by their places alone."""
    by_name = of_segments(dimension, segments)

    def place(note: Note) -> int | None:
        text = by_name.place(note)
        return None if text is None else list(segments).index(str(text))

    return Axis(place, along="y")


def of_columns(scope: Scope, slugs: Sequence[str]) -> Axis:
    """The columns of a map, which are stages."""
    by_name = of_steps(scope, slugs)

    def place(note: Note) -> int | None:
        slug = by_name.place(note)
        return None if slug is None else slugs.index(str(slug))

    return Axis(place, along="columns")


def on(axis: Axis) -> Noted:
    """The notes that belong to an axis by their places, in the order of the days and of writing.

    So does each change of what a stage means, on its day.
    """
    found: dict[Spot, list[Note]] = defaultdict(list)
    for note in sorted(
        [*every(), *agreed()], key=lambda note: (note.day or date.min, note.id or 0)
    ):
        spot = axis.spot(note)
        if spot is not None:
            found[spot].append(note)
    return list(found.items())


def written_on(figure: go.Figure, found: Noted, look: Look) -> go.Figure:
    """The figure with a mark where notes belong, numbered as `told` tells them."""
    marks, number = [], 0
    for (place, along), notes in found:
        numbers = []
        for note in notes:
            number += 1
            numbers.append(f"{STAR}{number}" if note.decision else f"{number}")
        marks.append(Mark(place, " ".join(numbers), tuple(map(in_words, notes)), along))
    return charts.noted(figure, marks, look)


def below(axis: Axis) -> None:
    """The notes that belong to an axis, where a table stands in place of its chart."""
    told(on(axis))


def told(found: Noted) -> None:
    """The notes below their chart: those that a finger cannot rest on, and no eye sees.

    What is taken away has all of them: there is nothing to rest on.
    """
    notes = [note for _spot, each in found for note in each]
    most = _MOST_TOLD if offscreen.told.get() is None else len(notes)
    lines = [
        f"**{STAR if note.decision else ''}{number}** {plain(in_words(note))}"
        for number, note in enumerate(notes[:most], 1)
    ]
    if len(notes) > most:
        lines.append(_n("{n} more note", "{n} more notes", len(notes) - most))
    if lines:
        with st.container(gap=None):
            for line in lines:
                st.markdown(gray(line))


def in_words(note: Note) -> str:
    """The note in one line: its day, its text, and who is in charge of it."""
    said = note.text if note.day is None else f"{formats.day(note.day)}: {note.text}"
    return " – ".join(filter(None, (said, in_charge(note))))


def in_charge(note: Note) -> str:
    """Who wrote the note; of a decision who does it, and by when. Guests see no names."""
    decided = note.decision
    if guest.is_guest():
        return "" if decided is None else _("by {day}", day=formats.day(decided.due))
    if decided is None:
        return note.author
    return _("{who}, by {day}", who=decided.who, day=formats.day(decided.due))


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


def agreed() -> list[Note]:
    """The days on which the company agreed anew what a stage means, each as a note of that day."""
    pipeline = session.current().generation.pipeline
    return [
        Note(
            shorten(
                _(
                    "{stage}, {version}: {text}",
                    stage=labels.stage_label(pipeline, stage.slug),
                    version=_("version {version}", version=each.version),
                    text=criteria.said(each),
                ),
                MOST_TEXT,
                placeholder="…",
            ),
            shorten(each.agreed_by or _("criterion"), MOST_NAME, placeholder="…"),
            day=each.agreed_on,
        )
        for stage in pipeline.stages
        for each in stage.criteria[1:]  # the first one follows none
        if not each.is_proposed
    ]


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
