"""Presenting the page that is open: without the menu, with a code for phones, until Escape."""

import json
import re
from base64 import b64decode

import pytest
import segno
from streamlit.testing.v1 import AppTest

from tests.support.screen import LANGUAGES, dialog, opened, settled

pytestmark = pytest.mark.usefixtures("sample")

PATH = re.compile(r' d="([^"]+)"')
LARGE, BARE = "For a wall", "A page alone"


def styled(screen: AppTest, style: str) -> bool:
    return any(style in each.proto.body for each in screen.get("html"))


def on_a_wall(screen: AppTest) -> bool:
    """Whether it is drawn large and without the menu; never one of the two alone."""
    assert not styled(screen, LARGE) or styled(screen, BARE)
    return styled(screen, LARGE)


def pressed(screen: AppTest, key: str) -> AppTest:
    return settled(screen.button(f"{key}__{screen.query_params['lang']}").click())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_presented_until_it_is_ended(lang: str) -> None:
    screen = opened("overview", lang=lang)
    assert not on_a_wall(screen)
    assert not [each for each in screen.button if str(each.key).startswith("follow")]
    screen = pressed(screen, "project")
    assert on_a_wall(screen)
    end = screen.button(f"project_off__{lang}")
    assert end.proto.shortcut == "escape"
    assert not on_a_wall(settled(end.click()))


def test_a_wall_is_dark_or_light_whatever_the_browser_asks_for() -> None:
    screen = opened("overview", lang="en")
    assert themed(screen) is None
    screen = pressed(screen, "project")
    assert themed(screen) is None
    assert themed(pressed(screen, "projector_theme")) == "dark"
    assert themed(pressed(screen, "project_off")) is None, "elsewhere it is the reader's own"


def themed(screen: AppTest) -> str | None:
    """The theme that the browser is told to have."""
    drawn = [each.proto for each in screen.get("bidi_component")]
    (told,) = [json.loads(each.json) for each in drawn if each.component_name == "pheu.document"]
    theme: str | None = told["theme"]
    return theme


def test_a_phone_gets_the_link_that_is_on_the_wall() -> None:
    screen = pressed(opened("funnel", lang="en", source="seo"), "project")
    screen = dialog(screen, "follow")
    (address,) = [each.value for each in screen.code]
    assert "source=seo" in address
    (image,) = screen.get("image")
    svg = b64decode(image.proto.imgs[0].url.partition("base64,")[2]).decode()
    drawn = segno.make(address, micro=False)
    assert f'viewBox="0 0 {drawn.symbol_size(border=4)[0]} ' in svg
    assert PATH.findall(svg)[-1] == PATH.findall(drawn.svg_inline(border=4))[-1]
