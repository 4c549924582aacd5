"""Stories: slides in their order, one of them on the wall, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import shares, stories
from data.errors import ShareEnded, StateRefused, StoreGone
from data.shares import Share
from data.state.database import State
from data.store import Store
from data.stories import Slide, Story


def share(title: str, **link: str) -> Share:
    return Share("funnel", {"v": "1", **link}, title=title)


def told(store: Store, *titles: str) -> Story:
    """A story with slides of these titles."""
    number = stories.make(store, "Họp quý 3")
    for title in titles:
        stories.add(store, number, share(title), f"nói về {title}", f"card_of_{title}")
    return found(store, number)


def found(store: Store, number: int) -> Story:
    story = stories.found(store, number)
    assert story is not None
    return story


def titles(story: Story) -> str:
    return "".join(slide.share.title for slide in story.slides)


def test_a_story_has_its_slides_in_order_and_shows_the_first(store: Store) -> None:
    story, other = told(store, "a", "b", "c"), told(store)
    assert (story.title, titles(story)) == ("Họp quý 3", "abc")
    assert [slide.notes for slide in story.slides] == ["nói về a", "nói về b", "nói về c"]
    assert [slide.card for slide in story.slides] == ["card_of_a", "card_of_b", "card_of_c"]
    assert (story.slide, story.following) == story.slides[:2]
    assert (other.slides, other.slide, other.following) == ((), None, None)
    assert [each.id for each in stories.listed(store)] == [other.id, story.id]


def test_slides_change_places(store: Store) -> None:
    story, _other = told(store, "a", "b", "c"), told(store, "x", "y")
    a, _b, c = story.slides
    stories.bring_forward(store, c.id)
    stories.bring_forward(store, a.id)
    assert titles(found(store, story.id)) == "acb"
    stories.bring_forward(store, a.id)
    assert titles(found(store, story.id)) == "acb", "nothing is before the first"
    stories.take_out(store, a.id)
    stories.add(store, story.id, share("d"))
    assert titles(found(store, story.id)) == "cbd"
    with pytest.raises(StateRefused):
        stories.bring_forward(store, a.id)


def test_the_wall_moves_on_and_stays_within_the_story(store: Store) -> None:
    story = told(store, "a", "b", "c")
    version = State.of(store.root).version(stories.VERSION)
    for place, shown in ((1, "b"), (9, "c"), (-4, "a")):
        stories.show(store, found(store, story.id), place)
        now = found(store, story.id).slide
        assert now is not None
        assert now.share.title == shown
    assert State.of(store.root).version(stories.VERSION) == version + 3
    stories.show(store, story, 1)
    stories.bring_forward(store, story.slides[1].id)
    moved = found(store, story.id)
    assert (titles(moved), moved.place) == ("bac", 0), "the same slide stays on the wall"
    stories.take_out(store, story.slides[1].id)
    assert found(store, story.id).place == 0


def test_a_slide_is_a_share_that_ends_with_it_and_it_with_the_share(store: Store) -> None:
    story = told(store, "a", "b")
    stories.take_out(store, story.slides[0].id)
    ended = {made.share.title: made.revoked_at is not None for made in shares.listed(store)}
    assert ended == {"a": True, "b": False}
    (made,) = [each for each in shares.listed(store) if each.share.title == "b"]
    shares.revoke(store, made.id)
    assert found(store, story.id).slides == ()
    late = datetime.now(UTC) - timedelta(seconds=1)
    with pytest.raises(ShareEnded):
        stories.add(store, story.id, replace(share("c"), expires_at=late))


def test_a_frozen_slide_keeps_its_data_until_the_story_is_removed(store: Store) -> None:
    story = told(store)
    stories.add(store, story.id, share("a", data="1-0a1b2c3d"))
    assert store.pinned() == {1}
    stories.remove(store, story.id)
    assert stories.listed(store) == []
    assert store.pinned() == set()
    with pytest.raises(StoreGone):
        stories.add(store, story.id, share("a", data="9-0a1b2c3d"))


def test_a_story_is_removed_with_slides_whose_shares_have_ended(store: Store) -> None:
    story = told(store, "a", "b")
    for made in shares.listed(store):
        shares.revoke(store, made.id)
    stories.remove(store, story.id)
    assert stories.listed(store) == []


def test_a_story_and_its_slides_say_something_else(store: Store) -> None:
    story, other = told(store, "a", "b"), told(store, "a")
    version = State.of(store.root).version(stories.VERSION)
    stories.rename(store, story.id, "Họp quý 4")
    stories.change(store, story.slides[0].id, "c", "nói khác")
    assert State.of(store.root).version(stories.VERSION) == version + 2
    now = found(store, story.id)
    assert (now.title, titles(now)) == ("Họp quý 4", "cb")
    assert [slide.notes for slide in now.slides] == ["nói khác", "nói về b"]
    assert found(store, other.id) == other
    stories.take_out(store, story.slides[0].id)
    with pytest.raises(StateRefused):
        stories.change(store, story.slides[0].id, "d", "")


def test_a_share_of_a_story_ends_with_it(store: Store) -> None:
    story, other = told(store, "a"), told(store, "b")
    token = stories.hand_on(store, story, owner="Lan")
    kept = stories.hand_on(store, other)
    share = shares.found(store, token).share
    assert (share.story, share.title, share.owner) == (story.id, "Họp quý 3", "Lan")
    assert found(store, story.id).slides[0].share.story is None
    stories.remove(store, story.id)
    with pytest.raises(ShareEnded):
        shares.found(store, token)
    assert shares.found(store, kept).share.story == other.id
    assert stories.found(store, story.id) is None


@given(st.integers(1, 6), st.data())
def test_what_follows_is_the_next_in_the_order(count: int, data: st.DataObject) -> None:
    slides = tuple(Slide(number, number, share(str(number)), "") for number in range(count))
    place = data.draw(st.integers(0, count - 1))
    story = Story(1, "a", slides, place)
    rest = [slide for slide in slides if slide.id > slides[place].id]
    assert story.following == (rest[0] if rest else None)
