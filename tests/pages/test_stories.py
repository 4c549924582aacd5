"""Stories: made of the pages that are open, told on a wall, followed on phones, led elsewhere."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from analytics.view.view import View
from data import shares, stories
from data.errors import StateRefused
from data.shares import Share
from data.sight import Sight
from data.store import Store
from data.stories import Story
from tests.pages.test_presenting import BARE, on_a_wall, pressed, styled
from tests.support.patience import PATIENCE
from tests.support.screen import LANGUAGES, dialog, opened, said, settled
from tests.support.serving import Server
from ui.access import visitor as visitors
from ui.access.visitor import Visitor
from ui.page import story

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def told(own_sample: Store) -> Story:
    """A story of two pages, the second one frozen."""
    number = stories.make(own_sample, "Họp *quý* 3")
    generation = own_sample.generation()
    frozen = {"v": "1", "data": f"{generation.number}-{generation.id}", "source": "seo"}
    for page, title, link in (
        ("overview", "Quý 3 ngang quý 2", {"v": "1", "period": "all"}),
        ("funnel", "<b>Zalo</b> kém hơn", frozen),
    ):
        stories.add(own_sample, number, Share(page, link, title=title), f"nói về {page}")
    story.changed()
    return now(number)


def now(number: int) -> Story:
    return next(each for each in story.every() if each.id == number)


def labels(screen: AppTest) -> list[str]:
    return [each.label for each in screen.button]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_wall_tells_a_story_by_its_arrows(told: Story, lang: str) -> None:
    screen = opened("overview", lang=lang, story=f"{told.id}.wall")
    assert [title.value for title in screen.title] == ["Quý 3 ngang quý 2"]
    assert on_a_wall(screen)
    assert styled(screen, BARE)
    assert "1 / 2" in said(screen)
    assert r"Họp \*quý\* 3" in said(screen)
    onward = screen.button(f"story_next__{lang}")
    assert (onward.proto.shortcut, screen.button(f"story_back__{lang}").disabled) == ("right", True)
    screen = settled(onward.click())
    assert [title.value for title in screen.title] == [r"\<b\>Zalo\</b\> kém hơn"]
    assert screen.query_params["source"] == "seo"
    assert screen.query_params["story"] == f"{told.id}.wall"
    assert now(told.id).place == 1
    assert screen.button(f"story_next__{lang}").disabled
    screen = settled(screen.button(f"story_end__{lang}").click())
    assert "story" not in screen.query_params
    assert not styled(screen, BARE)


def test_a_phone_follows_the_wall_and_cannot_move_it(told: Story, own_sample: Store) -> None:
    screen = opened("overview", lang="en", story=str(told.id))
    assert [title.value for title in screen.title] == ["Quý 3 ngang quý 2"]
    assert not on_a_wall(screen), "as large as elsewhere"
    assert not {"Back", "Next", "End the presentation"} & set(labels(screen))
    assert "nói về" not in said(screen)
    stories.show(own_sample, told, 1)
    story.changed()
    screen = settled(screen)
    assert [title.value for title in screen.title] == [r"\<b\>Zalo\</b\> kém hơn"]


def test_whoever_leads_has_the_notes(told: Story) -> None:
    screen = opened("overview", lang="en", story=f"{told.id}.lead")
    assert "nói về overview" in said(screen)
    assert r"Next: \<b\>Zalo\</b\> kém hơn" in said(screen)
    screen = pressed(screen, "story_next")
    assert "nói về funnel" in said(screen)
    assert "This is the last slide." in said(screen)


def test_whoever_leads_changes_the_notes(told: Story) -> None:
    screen = dialog(opened("overview", lang="en", story=f"{told.id}.lead"), "story_notes_change")
    (slide, _other) = told.slides
    screen.text_area(f"story_notes_{slide.id}__en").set_value("nói ngắn thôi")
    screen = settled(screen.button("story_notes_keep__en").click())
    assert now(told.id).slides[0].notes == "nói ngắn thôi"
    assert now(told.id).slides[0].share == slide.share


@pytest.mark.parametrize("name", ["", "0", "99.wall", "x", "-1.lead", "9" * 5_000])
def test_a_story_that_is_not_there_is_a_page_as_ever(own_sample: Store, name: str) -> None:
    screen = opened("overview", lang="en", story=name)
    assert [title.value for title in screen.title] == ["Overview"]
    assert not screen.warning
    assert not styled(screen, BARE)


def test_the_figure_of_a_card_alone_has_all_of_the_wall(own_sample: Store) -> None:
    number = stories.make(own_sample, "Họp")
    for card in ("pair", None):
        share = Share("funnel", {"v": "1"}, title=str(card))
        stories.add(own_sample, number, share, card=card)
    story.changed()
    screen = opened("funnel", lang="en", story=f"{number}.wall")
    assert fills(screen)
    assert not fills(pressed(screen, "story_next"))
    assert not fills(opened("funnel", lang="en", story=str(number)))


def fills(screen: AppTest) -> bool:
    """Whether the figure of the pair is as high as its card lets it be."""
    return any(re.search(r"fill_\d+_chart_pair", id) for id in ids(screen.main))


def ids(within: Any) -> Iterator[str]:
    for each in within.children.values():
        if hasattr(each, "children"):
            if each._block_id:
                yield each._block_id
            yield from ids(each)


def test_a_slide_may_be_looked_into(told: Story) -> None:
    screen = opened("overview", lang="en", story=f"{told.id}.wall")
    screen.query_params["source"] = "email"
    screen = settled(screen)
    assert screen.query_params["source"] == "email", "the same slide may be looked into"
    assert screen.query_params["story"] == f"{told.id}.wall"


def test_who_has_the_address_of_a_story_sees_its_slides_and_nothing_else(
    told: Story, own_sample: Store
) -> None:
    token = stories.hand_on(own_sample, told)
    screen = opened("overview", lang="en", share=token)
    assert [title.value for title in screen.title] == ["Quý 3 ngang quý 2"]
    assert styled(screen, BARE)
    assert not {"Back", "Next", "End the presentation", "Share", "Notes"} & set(labels(screen))
    assert "nói về" not in said(screen)
    screen.query_params["source"] = "email"
    screen = settled(screen)
    assert "source" not in screen.query_params, "what the slide shows is fixed"
    stories.show(own_sample, told, 1)
    story.changed()
    screen = settled(screen)
    assert [title.value for title in screen.title] == [r"\<b\>Zalo\</b\> kém hơn"]
    assert dict(screen.query_params) == {"share": token, "lang": "en"}
    assert shown_view(screen).values("source") == ("seo",)
    assert shares.found(own_sample, token).opened == 1
    stories.remove(own_sample, told.id)
    assert [title.value for title in settled(screen).title] == ["Nothing is shared here any more"]


def shown_view(screen: AppTest) -> View:
    view: View = screen.session_state["view"]
    return view


def test_what_a_guest_moved_on_a_slide_is_not_moved_on_the_next(own_sample: Store) -> None:
    number = stories.make(own_sample, "Họp")
    for title in ("Một", "Hai"):
        share = Share("funnel", {"v": "1", "tab": "analysis"}, title=title, guest="all")
        stories.add(own_sample, number, share)
    token = stories.hand_on(own_sample, now_in(own_sample, number))
    screen = opened("funnel", lang="en", share=token, by="team", tab="none")
    assert (shown_view(screen).by, shown_view(screen).tab) == ("team", None)
    stories.show(own_sample, now_in(own_sample, number), 1)
    story.changed()
    screen = settled(screen)
    assert [title.value for title in screen.title] == ["Hai"]
    assert (shown_view(screen).by, shown_view(screen).tab) == (None, "analysis")
    assert "by" not in screen.query_params


def now_in(store: Store, number: int) -> Story:
    found = stories.found(store, number)
    assert found is not None
    return found


def test_the_wall_hands_on_an_address_that_is_the_same_as_long_as_it_is_open(
    told: Story, own_sample: Store
) -> None:
    screen = opened("overview", lang="en", story=f"{told.id}.wall")
    addresses = [[each.value for each in dialog(screen, "follow").code] for _turn in range(2)]
    assert addresses[0] == addresses[1]
    to_follow, to_lead = addresses[0]
    assert to_lead.endswith(f"story={told.id}.lead")
    (handed,) = [made for made in shares.listed(own_sample) if made.share.story == told.id]
    assert handed.share.expires_at is not None
    assert shares.found(own_sample, shares.token_in(to_follow) or "").id == handed.id
    shares.revoke(own_sample, handed.id)
    (other, _to_lead) = [each.value for each in dialog(screen, "follow").code]
    assert other != to_follow


def test_that_a_story_did_not_move_on_is_told(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = opened("overview", lang="en", story=f"{told.id}.wall")

    def refused(*_: object) -> None:
        raise StateRefused("not now")

    monkeypatch.setattr(stories, "show", refused)
    screen = pressed(screen, "story_next")
    assert [each.value for each in screen.toast] == ["That could not be saved. Try again later."]
    assert [title.value for title in screen.title] == ["Quý 3 ngang quý 2"]


# The dialog that makes them.


def added(screen: AppTest, turn: int, card: str | None, **said: Any) -> AppTest:
    """The open dialog after the page, or a card of it, was added as the slide of that turn."""
    screen.session_state["story_title__en"] = "Họp"
    screen.session_state[f"slide_card_{turn}__en"] = card
    for part, value in said.items():
        key = f"slide_{part}_{turn}__en"
        screen.session_state[f"{key}_{card}" if part == "title" else key] = value
    return clicked(dialog(screen, "stories"), "slide_add")


def clicked(screen: AppTest, name: str) -> AppTest:
    """The dialog after a press in it; a run of the whole page has closed it in between."""
    for each in screen.selectbox:
        if each.value is not None and each.value not in each.options:
            each.options.append(each.value)  # typed: AppTest knows those alone that are offered
    return dialog(settled(screen.button(f"{name}__en").click()), "stories")


def test_a_story_is_made_of_pages_changed_and_started(own_sample: Store) -> None:
    screen = pressed(opened("overview", lang="en", source="seo"), "project")
    screen = added(screen, 0, None, title=" ")
    assert [each.value for each in screen.error] == ["Write what the slide says."]
    screen = added(settled(screen), 0, None, title="Một", frozen=False, notes="nói Một")
    screen = added(settled(screen), 1, "funnel", title="Hai", frozen=True, notes="nói Hai")
    (made,) = story.every()
    one, two = made.slides
    assert (made.title, one.share.title, one.notes) == ("Họp", "Một", "nói Một")
    assert (one.card, two.card) == (None, "funnel")
    assert one.share.link["source"] == "seo"
    assert (one.share.generation, two.share.generation) == (None, own_sample.generation().number)
    screen = clicked(screen, f"slide_{two.id}_up")
    assert [slide.share.title for slide in now(made.id).slides] == ["Hai", "Một"]
    screen = clicked(screen, f"slide_{one.id}_out")
    assert [slide.share.title for slide in now(made.id).slides] == ["Hai"]
    assert {each.share.title for each in shares.listed(own_sample) if each.revoked_at} == {"Một"}


def in_the_dialog(screen: AppTest, name: str, **said: str) -> AppTest:
    """The dialog after a press in it, of which widgets said this before."""
    screen = settled(screen)
    for key, value in said.items():
        screen.session_state[f"{key}__en"] = value
    return clicked(dialog(screen, "stories"), name)


def test_a_story_is_renamed_and_its_slides_changed(told: Story, own_sample: Store) -> None:
    stories.make(own_sample, "Khác")
    story.changed()
    first = told.slides[0]
    screen = pressed(opened("overview", lang="en"), "project")
    screen.session_state["story_title__en"] = told.title
    screen = clicked(dialog(screen, "stories"), f"slide_{first.id}_change")
    form = {f"slide_{first.id}_title": "Mới", f"slide_{first.id}_notes": "nói lại"}
    screen = in_the_dialog(screen, f"slide_{first.id}_keep", **form)
    assert (now(told.id).slides[0].share.title, now(told.id).slides[0].notes) == ("Mới", "nói lại")
    screen = in_the_dialog(screen, "rename_change")
    screen = in_the_dialog(screen, "rename_keep", **{f"story_{told.id}_name": "Khác"})
    assert [each.value for each in screen.error] == ["Another story has this name."]
    screen = in_the_dialog(screen, "rename_keep", **{f"story_{told.id}_name": "Họp quý 4"})
    assert now(told.id).title == "Họp quý 4"


def test_a_story_is_removed_with_the_shares_of_its_slides(told: Story, own_sample: Store) -> None:
    screen = pressed(opened("overview", lang="en"), "project")
    screen = clicked(dialog(screen, "stories"), "remove_change")
    settled(screen.button("remove_keep__en").click())
    assert not story.every()
    assert all(made.revoked_at for made in shares.listed(own_sample))


def test_a_slide_has_the_rows_of_whoever_made_it(
    own_sample: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows is led to no other leads."""
    sight = Sight((("team", ("Hà Nội",)),))
    monkeypatch.setattr(visitors, "visitor", lambda _headers: Visitor("lan", "analyst", sight))
    screen = pressed(opened("overview", lang="en"), "project")
    added(screen, 0, None, title="Một", frozen=False, notes="")
    (made,) = story.every()
    assert made.slides[0].share.rows == {"team": ["Hà Nội"]}


# In a browser.


@pytest.fixture
def shared(server: Server) -> Iterator[tuple[Story, str]]:
    """A story on the server that is everybody's, and the token of those who follow it."""
    store = Store(server.log_file.parent / "store")
    number = stories.make(store, "Họp")
    for page, title in (("overview", "Một"), ("funnel", "Hai")):
        stories.add(store, number, Share(page, {"v": "1"}, title=title))
    yield now_in(store, number), stories.hand_on(store, now_in(store, number))
    stories.remove(store, number)


@pytest.mark.browser
def test_a_phone_follows_a_wall_that_is_dark(
    browser: "Browser", server: Server, shared: tuple[Story, str]
) -> None:
    from playwright.sync_api import expect

    told, token = shared
    with (
        browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}) as phone,
        browser.new_context(locale="en-GB", color_scheme="light") as desk,
    ):
        follower, wall = phone.new_page(), desk.new_page()
        follower.goto(f"{server.url}/s/{token}")
        follower.get_by_role("heading", level=1, name="Một").wait_for()
        wall.goto(f"{server.url}/?story={told.id}.wall")
        wall.get_by_role("heading", level=1, name="Một").wait_for()
        ground = wall.locator(".stApp")
        expect(ground).to_have_css(*LIGHT, timeout=1000 * PATIENCE)
        wall.get_by_role("button", name="Dark").click()
        expect(ground).to_have_css(*DARK, timeout=1000 * PATIENCE)
        wall.get_by_role("button", name="Light").wait_for()  # the server has drawn it anew
        wall.keyboard.press("ArrowRight")
        wall.get_by_role("heading", level=1, name="Hai").wait_for()
        follower.get_by_role("heading", level=1, name="Hai").wait_for()
        assert urlsplit(follower.url).path == "/funnel"
        assert follower.evaluate("document.documentElement.scrollWidth") == 390
        assert not follower.get_by_role("button", name="Next").count()
        wall.keyboard.press("Escape")
        expect(ground).to_have_css(*LIGHT, timeout=1000 * PATIENCE)


LIGHT, DARK = (("background-color", f"rgb({each})") for each in ("255, 255, 255", "18, 22, 29"))
