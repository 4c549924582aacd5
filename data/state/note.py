"""A note: what somebody wrote about a day, a step or a segment, or what was decided."""

from dataclasses import dataclass
from datetime import date, datetime

VERSION = "notes"
"""The name by which the state tells that a note was written, changed or removed."""

MOST_TEXT = 500
"""Characters of a note."""

MOST_NAME = 80
"""Characters of the name of whoever wrote it, or is to do it."""


class NoteError(ValueError):
    """A note that says nothing or too much, or is pinned to nothing; the message names the part."""


@dataclass(frozen=True)
class Decision:
    """What was decided: who does it, from when on it is to hold, and what it is to bring.

    expected: a view as the parameters of a link, with what is expected as its scenario; '' where
        nothing was tried out.

    Raises:
        NoteError: for a part outside of what it can be.
    """

    who: str
    due: date
    expected: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "who", _text("who", self.who, MOST_NAME))


@dataclass(frozen=True)
class Note:
    """What was written, by whom and when, and what it is pinned to.

    day: of the store's calendar.
    stage: a stage's slug.
    segment: a dimension and one of its values; None is the missing one.
    written_at, edited_at, id: None until it is kept, or edited.

    Raises:
        NoteError: for a part outside of what it can be.
    """

    text: str
    author: str
    day: date | None = None
    stage: str | None = None
    segment: tuple[str, str | None] | None = None
    decision: Decision | None = None
    written_at: datetime | None = None
    edited_at: datetime | None = None
    id: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _text("text", self.text, MOST_TEXT))
        object.__setattr__(self, "author", _text("author", self.author, MOST_NAME))
        if self.day is None and self.stage is None and self.segment is None:
            raise NoteError("pin")


def _text(part: str, text: str, most: int) -> str:
    """The text in one line."""
    line = " ".join(text.split())
    if not line or len(line) > most:
        raise NoteError(part)
    return line
