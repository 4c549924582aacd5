"""What helps a reader along: the guide, the page's language, terms that explain themselves."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.names import NEW_LEADS
from tests.support.browsing import opened as browsed
from tests.support.browsing import settled as drawn
from tests.support.browsing import speak
from tests.support.screen import LANGUAGES, bare, moved, settled
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def told(screen: AppTest, component: str) -> dict[str, Any]:
    """What the browser is told for a component of ours."""
    (found,) = (
        each.proto
        for each in screen.main.get("bidi_component")
        if each.proto.component_name == f"pheu.{component}"
    )
    data: dict[str, Any] = json.loads(found.json)
    return data


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_visit_is_offered_the_guide(lang: str) -> None:
    screen = bare("overview", lang=lang)
    guide = told(screen, "guide")
    assert (guide["first"], guide["asked"], len(guide["steps"])) == (True, 0, 4)
    assert told(screen, "document")["lang"] == lang
    screen = moved(screen, "definitions")  # the same visit
    assert told(screen, "guide")["first"]
    screen = settled(screen.sidebar.button(f"guide_again__{lang}").click())
    assert told(screen, "guide")["asked"] == 1


@pytest.mark.usefixtures("sample")
def test_it_does_not_lie_over_the_buttons_of_loading() -> None:
    assert not told(bare("data", lang="vi"), "guide")["first"]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("query", [{"source": "seo"}, {"period": "last-90d"}, {"v": "2"}])
def test_a_link_that_says_what_to_show_is_shown_without_it(query: dict[str, str]) -> None:
    assert not told(bare("overview", lang="vi", **query), "guide")["first"]


@pytest.mark.usefixtures("empty")
def test_without_data_there_is_nothing_to_guide_through() -> None:
    screen = bare("overview", lang="vi")
    assert told(screen, "document")["lang"] == "vi"
    assert len(screen.main.get("bidi_component")) == 1


@pytest.mark.usefixtures("sample")
def test_a_term_says_what_it_means_and_where_more_is_said() -> None:
    def page() -> None:
        import streamlit as st

        from analytics.certainty import Certainty
        from analytics.names import NEW_LEADS
        from ui import session
        from ui.language.glossary import glossary
        from ui.page import terms

        session.enter()
        st.metric("x", 1, help=terms.help(NEW_LEADS))
        st.markdown(terms.help(Certainty.LIKELY, glossary.term("cohort")))

    screen = settled(AppTest.from_function(page))
    (of_number,) = (each.proto.help for each in screen.metric)
    assert of_number.startswith(f"**{NEW_LEADS.vi}**: {NEW_LEADS.counts_vi} [")
    assert "/definitions?v=2&lang=vi#new-leads)" in of_number
    certainty, cohort = screen.markdown[0].value.split("\n\n")
    assert "#certainty)" in certainty
    assert certainty.startswith("**có khả năng**")
    assert "#cohort)" in cohort


def test_a_first_visit_in_a_browser(server: Server, browser: "Browser") -> None:
    """The guide is read, closed and asked for again; all of the page is in its language."""
    from playwright.sync_api import expect

    context = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
    page = browsed(context.new_page(), server, "/", first_visit=True)
    guide = page.get_by_role("dialog")
    guide.get_by_role("heading", name="Câu trả lời nằm ngay đầu trang").wait_for()
    assert page.evaluate("document.documentElement.lang") == "vi"
    for _step in range(3):
        guide.get_by_role("button", name="Tiếp").click()
    guide.get_by_role("button", name="Đã hiểu").click()
    guide.wait_for(state="detached")

    browsed(page, server, "/data?lang=vi", first_visit=True)
    upload = page.get_by_test_id("stFileUploaderDropzone")
    said = upload.get_by_role("button").locator("p")
    assert "Chọn file" in said.evaluate("each => getComputedStyle(each, '::after').content")
    assert said.evaluate("each => getComputedStyle(each).fontSize") == "0px"
    assert page.get_by_test_id("stFileUploaderDropzoneInstructions").is_hidden()
    assert "mỗi file tối đa 500 MB" in page.get_by_test_id("stFileUploader").inner_text()
    assert guide.count() == 0
    page.get_by_role("button", name="Hướng dẫn").click()
    guide.get_by_role("heading").wait_for()
    page.keyboard.press("Escape")
    guide.wait_for(state="detached")
    expect(page.get_by_role("button", name="Hướng dẫn")).to_be_focused()
    speak(page, "EN")
    page.wait_for_function("() => document.documentElement.lang == 'en'")
    # What calendars name their months by; this reader's browser knows no English.
    assert page.evaluate("navigator.language") == "en-GB"

    browsed(page, server, "/definitions?v=2&lang=en#cohort")
    page.wait_for_function("() => document.activeElement.id == 'cohort'")
    assert page.locator("#counting").get_attribute("open") is not None
    drawn(page)
    context.close()
