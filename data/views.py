"""Saved views: what somebody comes back to under a name, by themselves or with the team.

A view is kept as its link says it, so that a period which moves has moved when it is opened again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.errors import NotShown, StateRefused
from data.shares import PAGES
from data.store import Store

if TYPE_CHECKING:  # what is heavy comes with the database, where it is asked
    from sqlalchemy import Connection

VERSION = "views"
"""The name by which the state tells that a view was saved, renamed or removed."""

MOST_NAME = 60
"""Characters of a name."""


class Unnamed(ValueError):
    """A view without a name, or with one that is too long."""


class NameTaken(ValueError):
    """A name that another view of the same person, or another of theirs for the team, has."""


@dataclass(frozen=True)
class SavedView:
    """A page and what it shows, under a name.

    page: the name of the page. link: the parameters of its address.
    person: who saved it; '' where nobody signs in.
    is_of_team: whether others see it, too.
    is_start: whether it is what a bare address opens for the person.
    id: None until it is kept.

    Raises:
        Unnamed: for the name.
        NotShown: the page is not one that has a view.
    """

    name: str
    page: str
    link: Mapping[str, str]
    person: str = ""
    is_of_team: bool = False
    is_start: bool = False
    id: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _named(self.name))
        if self.page not in PAGES:
            raise NotShown("This page has no view to save.")


def listed(store: Store) -> tuple[SavedView, ...]:
    """Everybody's saved views, in the order they were saved. Raises StateRefused."""
    from sqlalchemy import select

    from data.state.database import State
    from data.state.tables import saved_views

    known = select(saved_views).where(saved_views.c.page.in_(PAGES))
    with State.of(store.root).reading() as state:
        return tuple(map(_view, state.execute(known.order_by(saved_views.c.id))))


def save(store: Store, view: SavedView) -> None:
    """Saves a view, in place of the one that the person has saved under its name before.

    Raises StateRefused.
    """
    with _changing(store) as state:
        _keep(state, view)


def rename(store: Store, number: int, name: str) -> None:
    """Gives a saved view another name.

    Raises:
        Unnamed: the name is none.
        NameTaken: another one has it, which would be saved over by either.
        StateRefused: it could not be kept, or the view was removed meanwhile.
    """
    from sqlalchemy import select, update

    from data.state.tables import saved_views as kept

    name = _named(name)
    with _changing(store) as state:
        row = state.execute(select(kept).where(kept.c.id == number)).one_or_none()
        if row is None:
            raise StateRefused(_GONE)
        if _named_so(state, replace(_view(row), name=name)) not in (None, number):
            raise NameTaken
        state.execute(update(kept).where(kept.c.id == number).values(name=name))


def remove(store: Store, number: int) -> None:
    """Removes a saved view; one that is gone already may be asked for. Raises StateRefused."""
    from sqlalchemy import delete

    from data.state.tables import saved_views

    with _changing(store) as state:
        state.execute(delete(saved_views).where(saved_views.c.id == number))


def begin_with(store: Store, person: str, number: int | None) -> None:
    """Has a bare address open a saved view for somebody, or with None what it opens for all.

    Of a team's view that somebody else saved they get one of their own, which stays whatever
    becomes of that.

    Raises:
        StateRefused: it could not be kept, or the view was removed meanwhile.
    """
    from sqlalchemy import select, update

    from data.state.tables import saved_views

    theirs = update(saved_views).where(saved_views.c.person == person)
    with _changing(store) as state:
        state.execute(theirs.values(is_start=False))
        if number is None:
            return
        is_theirs_to_open = (saved_views.c.person == person) | saved_views.c.is_of_team
        wanted = select(saved_views).where(saved_views.c.id == number, is_theirs_to_open)
        row = state.execute(wanted).one_or_none()
        if row is None:
            raise StateRefused(_GONE)
        found = _view(row)
        if found.person != person:
            number = _keep(state, _as_own(state, found, person))
        state.execute(theirs.where(saved_views.c.id == number).values(is_start=True))


_GONE = "This view is no longer there."


def _named(text: str) -> str:
    """A name in one line. Raises Unnamed."""
    name = " ".join(text.split())
    is_seen = any(letter.isprintable() for letter in name)  # it is the text of a link
    if not is_seen or len(name) > MOST_NAME:
        raise Unnamed
    return name


def _keep(state: "Connection", view: SavedView) -> int:
    """Keeps a view, and returns its id: that of the one whose place it takes, if there is one."""
    from sqlalchemy import insert, update

    from data.state.tables import saved_views as kept

    before = _named_so(state, view)
    said = {"page": view.page, "link": dict(view.link), "saved_at": datetime.now(UTC)}
    if before is not None:
        state.execute(update(kept).where(kept.c.id == before).values(**said))
        return before
    whose = {"person": view.person, "name": view.name, "is_of_team": view.is_of_team}
    made = state.execute(insert(kept).values(**said, **whose, is_start=False))
    key = made.inserted_primary_key
    return int(key[0]) if key else 0


def _named_so(state: "Connection", view: SavedView) -> int | None:
    """The id of the person's view that has the name of another one, be it theirs or the team's."""
    from sqlalchemy import select

    from data.state.tables import saved_views as kept

    is_it = kept.c.person == view.person, kept.c.is_of_team == view.is_of_team
    found: int | None = state.scalar(select(kept.c.id).where(*is_it, kept.c.name == view.name))
    return found


def _as_own(state: "Connection", view: SavedView, person: str) -> SavedView:
    """A team's view as one of somebody's own, under a name that none but the same one has."""
    from sqlalchemy import select

    from data.state.tables import saved_views as kept

    theirs = select(kept).where(kept.c.person == person, ~kept.c.is_of_team)
    said = {own.name: (own.page, own.link) for own in map(_view, state.execute(theirs))}
    ends = ("", *(f" ({number})" for number in range(2, len(said) + 2)))
    names = (view.name[: MOST_NAME - len(end)].rstrip() + end for end in ends)
    same = view.page, view.link
    name = next(each for each in names if said.get(each, same) == same)
    return replace(view, name=name, person=person, is_of_team=False)


def _view(row: Any) -> SavedView:
    return SavedView(row.name, row.page, row.link, row.person, row.is_of_team, row.is_start, row.id)


@contextmanager
def _changing(store: Store) -> "Iterator[Connection]":
    from data.state.database import State

    with State.of(store.root).writing(VERSION) as state:
        yield state
