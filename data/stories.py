"""Stories: shares that a meeting looks at one after the other, each with notes for who presents it.

Which slide is on the wall is kept with the story, so that phones follow and a second screen leads.
A slide whose share has ended is no longer there. A share of the story itself has an address that
opens whichever slide is on the wall, and no more than that one's own share does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data import shares
from data.errors import StateRefused
from data.shares import Share
from data.store import Store

if TYPE_CHECKING:  # what is heavy comes with the database, where it is asked
    from sqlalchemy import Connection

VERSION = "stories"
"""The name by which the state tells that a story was changed, or has moved on."""


@dataclass(frozen=True)
class Slide:
    """A share in a story: its title is what the slide says.

    share_id: the number of the share.
    notes: for whoever presents it.
    card: the one of the page that is shown alone, by its name; None for all of the page.
    """

    id: int
    share_id: int
    share: Share
    notes: str
    card: str | None = None


@dataclass(frozen=True)
class Story:
    """Slides in their order, and the place of the one that is on the wall, from 0."""

    id: int
    title: str
    slides: tuple[Slide, ...] = ()
    place: int = 0

    @property
    def slide(self) -> Slide | None:
        """The slide on the wall; None in a story without any."""
        return self.slides[self.place] if self.slides else None

    @property
    def following(self) -> Slide | None:
        """The slide after it; None after the last."""
        return self.slides[self.place + 1] if self.place + 1 < len(self.slides) else None


def listed(store: Store) -> list[Story]:
    """All stories, the latest first. Raises StateRefused."""
    return _read(store)


def holding(store: Store) -> dict[int, Story]:
    """The stories by the numbers of the shares that are their slides. Raises StateRefused."""
    return {slide.share_id: story for story in listed(store) for slide in story.slides}


def found(store: Store, story: int) -> Story | None:
    """The story of an id; None where there is none, or not any more. Raises StateRefused."""
    return next(iter(_read(store, story)), None)


def make(store: Store, title: str, owner: str = "") -> int:
    """Begins a story, and returns its id. Raises StateRefused."""
    from sqlalchemy import insert

    from data.state.tables import stories

    made = {"title": title, "owner": owner, "created_at": datetime.now(UTC)}
    with _changing(store) as state:
        key = state.execute(insert(stories).values(**made)).inserted_primary_key
    return int(key[0]) if key else 0


def add(store: Store, story: int, share: Share, notes: str = "", card: str | None = None) -> None:
    """Shares a view as the last slide of a story.

    Raises:
        StoreGone: the generation that it holds is no longer there.
        StoreRefused, StateRefused: it could not be kept.
    """
    from sqlalchemy import func, insert, select

    from data.state.tables import slides

    made = shares.found(store, shares.make(store, share))
    last = select(func.coalesce(func.max(slides.c.place), 0)).where(slides.c.story_id == story)
    with _changing(store) as state:
        place = int(state.scalar(last) or 0) + 1
        told = {"story_id": story, "share_id": made.id, "place": place}
        state.execute(insert(slides).values(**told, notes=notes, card=card))


def rename(store: Store, story: int, title: str) -> None:
    """Gives a story another title. Raises StateRefused."""
    from sqlalchemy import update

    from data.state.tables import stories

    with _changing(store) as state:
        state.execute(update(stories).where(stories.c.id == story).values(title=title))


def change(store: Store, slide: int, title: str, notes: str) -> None:
    """Has a slide say something else, and whoever presents it. Raises StateRefused."""
    from sqlalchemy import select, update

    from data.state.tables import shares, slides

    with _changing(store) as state:
        share = state.scalar(select(slides.c.share_id).where(slides.c.id == slide))
        if share is None:
            raise StateRefused("This slide is no longer there.")
        state.execute(update(slides).where(slides.c.id == slide).values(notes=notes))
        state.execute(update(shares).where(shares.c.id == share).values(title=title))


def hand_on(store: Store, story: Story, **terms: Any) -> str:
    """Shares a story for those who follow it; gives the token, this once.

    terms: fields of the share, such as its owner, its end, and the rows that they are confined to.

    Raises:
        StoreRefused, StateRefused: it could not be kept.
    """
    link = {"v": "1", "story": str(story.id)}
    return shares.make(store, Share(shares.PAGES[0], link, title=story.title, **terms))


def take_out(store: Store, slide: int) -> None:
    """Takes a slide out of its story, and ends its share. Raises StateRefused."""
    from sqlalchemy import delete, select

    from data.state.tables import slides

    with _changing(store) as state:
        share = state.scalar(select(slides.c.share_id).where(slides.c.id == slide))
        state.execute(delete(slides).where(slides.c.id == slide))
    if share is not None:
        shares.revoke(store, int(share))


def bring_forward(store: Store, slide: int) -> None:
    """Has a slide and the one before it change places. Raises StateRefused."""
    from sqlalchemy import select, update

    from data.state.tables import slides

    with _changing(store) as state:
        own = state.execute(select(slides).where(slides.c.id == slide)).one_or_none()
        if own is None:
            raise StateRefused("This slide is no longer there.")
        earlier = slides.c.story_id == own.story_id, slides.c.place < own.place
        before = state.execute(
            select(slides).where(*earlier).order_by(slides.c.place.desc()).limit(1)
        ).one_or_none()
        if before is not None:
            for row, place in ((own, before.place), (before, own.place)):
                state.execute(update(slides).where(slides.c.id == row.id).values(place=place))


def show(store: Store, story: Story, place: int) -> None:
    """Puts another slide of a story on the wall, the first or the last beyond its ends.

    Raises StateRefused.
    """
    from sqlalchemy import update

    from data.state.tables import stories

    if story.slides:
        slide = story.slides[min(max(place, 0), len(story.slides) - 1)]
        with _changing(store) as state:
            state.execute(update(stories).where(stories.c.id == story.id).values(slide_id=slide.id))


def remove(store: Store, story: int) -> None:
    """Removes a story with its slides, and ends its shares and theirs. Raises StateRefused."""
    from sqlalchemy import delete

    from data.state.tables import slides, stories

    told = found(store, story)
    for slide in told.slides if told else ():
        take_out(store, slide.id)
    for made in shares.listed(store):
        if made.share.story == story and made.revoked_at is None:
            shares.revoke(store, made.id)
    with _changing(store) as state:
        state.execute(delete(slides).where(slides.c.story_id == story))  # whose shares have ended
        state.execute(delete(stories).where(stories.c.id == story))


@contextmanager
def _changing(store: Store) -> "Iterator[Connection]":
    from data.state.database import State

    with State.of(store.root).writing(VERSION) as state:
        yield state


def _read(store: Store, story: int | None = None) -> list[Story]:
    """All stories, or that of an id, the latest first."""
    from sqlalchemy import select

    from data.state.database import State
    from data.state.tables import slides, stories

    of_stories = select(stories).order_by(stories.c.id.desc())
    of_slides = select(slides).order_by(slides.c.place, slides.c.id)
    if story is not None:
        of_stories = of_stories.where(stories.c.id == story)
        of_slides = of_slides.where(slides.c.story_id == story)
    with State.of(store.root).reading() as state:
        told, parts = state.execute(of_stories).all(), state.execute(of_slides).all()
    now = datetime.now(UTC)
    kept = shares.numbered(store, [each.share_id for each in parts])
    shown = {made.id: made.share for made in kept if made.is_open(now)}
    return [_story(row, [each for each in parts if each.story_id == row.id], shown) for row in told]


def _story(row: Any, parts: list[Any], shown: dict[int, Share]) -> Story:
    found = tuple(
        Slide(each.id, each.share_id, shown[each.share_id], each.notes, each.card)
        for each in parts
        if each.share_id in shown
    )
    ids = [slide.id for slide in found]
    return Story(row.id, row.title, found, ids.index(row.slide_id) if row.slide_id in ids else 0)
