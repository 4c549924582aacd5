"""Who follows a story sees the slide that is shown, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from data import stories
from data.shares import Share
from data.sight import Sight
from data.store import Store
from data.stories import Story
from tests.pages.guests.test_ways_round import WAYS
from tests.support.guests import SHARED, answered, opened, told
from tests.support.patience import PATIENCE


@pytest.fixture
def followed(store: Store) -> Iterator[tuple[Story, str]]:
    """A story of one slide of team A's leads, and the token of those who follow it."""
    number = stories.make(store, "Họp")
    stories.add(store, number, Share("funnel", SHARED.to_query(), title="Một"), "nói riêng")
    story = stories.found(store, number)
    assert story is not None
    yield story, stories.hand_on(store, story)
    stories.remove(store, number)


@pytest.mark.parametrize("way", [way for way, (terms, _query) in WAYS.items() if not terms])
def test_who_follows_a_story_counts_the_leads_of_its_slide(
    followed: tuple[Story, str], way: str
) -> None:
    scope, may_open, _understood = told(opened(followed[1], **WAYS[way][1]))
    assert may_open
    assert replace(scope.view, lang="vi") == SHARED
    assert scope.generation.sight == Sight(contacts=False, leads=False, repeats=False)


@pytest.mark.parametrize("page", ["overview", "sources", "leads", "to_do", "data"])
def test_who_follows_a_story_opens_no_other_page(followed: tuple[Story, str], page: str) -> None:
    _scope, may_open, _understood = told(opened(followed[1], page))
    assert not may_open


def test_who_follows_a_story_neither_leads_it_nor_reads_what_is_said(
    followed: tuple[Story, str], store: Store
) -> None:
    story, token = followed
    for role in ("wall", "lead"):
        screen = AppTest.from_function(shown_story, default_timeout=PATIENCE)
        screen.query_params.update({"share": token, "story": f"{story.id}.{role}"})
        screen.context["url"] = "http://localhost:8501/funnel"
        assert screen.run().session_state["screen"] == "follow"
    assert answered("leads.csv", {"share": token}).status_code == 403


def shown_story() -> None:
    """What the shell knows of the story that this session follows."""
    import streamlit as st

    from ui import session
    from ui.page import story

    session.enter()
    told = story.now()
    st.session_state["screen"] = told and told.screen


def test_a_story_whose_slides_have_ended_shows_nothing(
    followed: tuple[Story, str], store: Store
) -> None:
    screen = opened(followed[1])
    told(screen)
    stories.take_out(store, followed[0].slides[0].id)
    assert screen.run().session_state["told"] is None
    assert "view" not in screen.session_state
