"""What a director sees first: the answer above the fold, on a desk and a phone, and one way on."""

from typing import TYPE_CHECKING, Any

from tests.support.browsing import opened, settled
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def box(page: "Page", key: str) -> dict[str, float]:
    """Where the container of a key stands."""
    found: Any = page.locator(f"[class*=st-key-{key}]").first.bounding_box()
    assert found is not None, key
    return dict(found) | {"bottom": found["y"] + found["height"]}


def test_the_answer_is_on_the_first_screen_and_leads_on_in_the_same_tab(
    browser: "Browser", server: Server
) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = opened(context.new_page(), server, "/")
        said = page.locator("[class*=st-key-headline_]").inner_text()
        assert "deal" in said
        for part in ("headline_", "tile_won", "tinted_cohort", "card_funnel", "card_findings"):
            assert box(page, part)["bottom"] <= 900, part
        tops = {round(box(page, f"tile_{each}")["y"]) for each in ("leads", "won", "value")}
        assert len(tops) == 1
        page.locator("[class*=st-key-card_findings] a").first.click()
        page.wait_for_url(lambda url: url.split("?")[0] != f"{server.url}/")
        settled(page)
        assert len(context.pages) == 1
        page.go_back()
        page.get_by_role("heading", name="Overview", level=1).wait_for()


def test_on_a_phone_the_first_figure_is_on_the_first_screen(
    browser: "Browser", server: Server
) -> None:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", is_mobile=True, has_touch=True
    ) as context:
        page = opened(context.new_page(), server, "/")
        first, second = (box(page, f"tile_{each}") for each in ("leads", "opportunities"))
        figure = page.get_by_test_id("stMetricValue").first.bounding_box()
        assert figure is not None
        assert figure["y"] + figure["height"] <= 844
        assert first["y"] == second["y"], "two tiles in a row"
        assert first["x"] + first["width"] <= second["x"]
        share, period = box(page, "share__"), box(page, "open_period")
        assert share["bottom"] <= period["y"], "no control lies on another"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, "nothing to scroll to at the side"
