"""Links: what one says is honoured, what it says in vain is named, and nothing in it breaks a page.

For every page; what a single page does with a view is with the tests of that page.
"""

from itertools import cycle

import pytest
from streamlit.testing.v1 import AppTest

from analytics.funnel.funnel import funnel
from analytics.view.view import View
from tests.support.screen import (
    LANGUAGES,
    PAGES,
    WITH_NUMBERS,
    dialog,
    moved,
    notice,
    opened,
    reached,
    said,
    settled,
    shown,
)
from ui.page.markdown import plain

pytestmark = pytest.mark.usefixtures("sample")

NOTHING_COUNTED = {"en": "Nothing is counted", "vi": "Chưa tính gì cả"}
NOT_UNDERSTOOD: tuple[dict[str, str], ...] = (
    {"colour": "red"},
    {"sourse": "seo"},
    {"source": ""},
    {"as_of": "yesterday"},
    {"level": "galaxy", "stage": "mql"},
    {"window": "0", "by": "lead_id"},
    {"by": "planet"},
    {"from_": "2026-02-30"},
    {"from_": "2026-02-01", "to": "2026-01-01"},
    {"v": "3"},
    {"stage": "won"},
    {"scenario": "rate:60:planet"},
)
HARMLESS: tuple[dict[str, str], ...] = (
    {"period": "last-90d", "from_": "2026-01-01"},
    {"lang": "fr"},
    {"fbclid": "IwAR0"},
)
# Far days, long windows: each is either honoured or named, never a failure.
EXTREME: tuple[dict[str, str], ...] = (
    {"from_": "0001-01-01", "to": "9999-12-31"},
    {"from_": "9999-12-31"},
    {"to": "0001-01-01"},
    {"as_of": "9999-12-31"},
    {"as_of": "0001-01-01"},
    {"as_of": "2026-03-01T23:30:00Z"},
    {"period": "last-9999d", "compare": "previous", "window": "36500"},
    {"period": "last-365d", "compare": "last-year"},
    {"from_": "2012-02-29", "to": "2012-02-29", "compare": "last-year"},
    {"by": "campaign", "level": "stage", "mode": "flow", "skipped": "strict"},
)


@pytest.mark.parametrize(("page", "lang"), list(zip(PAGES, cycle(LANGUAGES), strict=False)))
def test_every_page_names_what_is_not_understood(page: str, lang: str) -> None:
    link = {"colour": "red", "as_of": "yesterday", "window": "0", "source": "seo"}
    screen = opened(page, lang=lang, **link)
    for part in ("colour=red", "as_of=yesterday", "window=0"):
        assert f"**{plain(part)}**" in notice(screen)
    assert "source" not in notice(screen)
    if page in WITH_NUMBERS:
        assert_nothing_counted(screen, lang)
    # The address still says it: whoever opens it again is told again.
    assert dict(screen.query_params) == {**link, "lang": lang}


@pytest.mark.parametrize(
    ("page", "query"), list(zip(cycle(WITH_NUMBERS), NOT_UNDERSTOOD, strict=False))
)
def test_each_kind_of_it_is_named_and_counts_nobody(page: str, query: dict[str, str]) -> None:
    screen = opened(page, lang="en", **query)
    name, value = next(iter(query.items()))
    assert plain(f"{name.rstrip('_')}={value.removeprefix('rate:60:')}") in notice(screen)
    assert_nothing_counted(screen, "en")


@pytest.mark.parametrize("query", HARMLESS)
def test_what_changes_nothing_is_named_and_left_out(query: dict[str, str]) -> None:
    screen = opened("funnel", **{"lang": "en", **query})
    name, value = next(iter(query.items()))
    assert plain(f"{name}={value}") in notice(screen)
    assert reached(screen)["lead"] == funnel(shown(screen)).rows["reached"].iat[0] > 0


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "No lead has **Source: TikTok**"),
        ("vi", "Không có lead nào có **Nguồn: TikTok**"),
    ],
)
def test_a_value_that_no_lead_has_is_zero(lang: str, told: str) -> None:
    screen = opened("leads", lang=lang, source="TikTok")
    assert told in notice(screen)
    assert screen.query_params["source"] == "TikTok"
    assert not screen.dataframe
    screen = opened("funnel", lang=lang, source="TikTok,seo")
    assert told in notice(screen)
    entered = reached(screen)["lead"]
    assert entered == reached(opened("funnel", lang=lang, source="seo"))["lead"]
    assert shown(screen).view.values("source") == ("TikTok", "seo")


def test_the_notice_stays_until_the_view_changes() -> None:
    screen = opened("funnel", lang="en", colour="red")
    for page in ("leads", "funnel"):
        assert "colour=red" in notice(screen)
        assert_nothing_counted(screen, "en")
        screen = moved(screen, page)
    screen = settled(screen.segmented_control(key="lang__en").set_value("vi"))
    assert_nothing_counted(screen, "vi")
    assert dict(screen.query_params) == {"colour": "red", "lang": "vi"}
    screen = settled(
        next(each for each in screen.button if each.label.startswith("Bỏ phần đó")).click()
    )
    assert not notice(screen)
    assert shown(screen).view.lang == "vi"
    assert reached(screen)["lead"] == 4_000


def test_a_view_that_new_data_does_not_know_is_not_widened() -> None:
    screen = opened("funnel", lang="en")
    screen.session_state["view"] = View(by="product_of_old", lang="en")  # before the load
    for _again in range(2):
        screen = settled(screen)
        assert plain("by=product_of_old") in notice(screen)
        assert_nothing_counted(screen, "en")
        assert screen.query_params["by"] == "product_of_old"


def test_all_data_is_one_press_away() -> None:
    screen = opened("funnel", lang="en", window="0", source="seo")
    screen = settled(next(each for each in screen.button if each.label == "Show all data").click())
    assert not notice(screen)
    assert reached(screen)["lead"] == 4_000


def assert_nothing_counted(screen: AppTest, lang: str) -> None:
    """Whether a page has no number to be mistaken for an answer."""
    assert NOTHING_COUNTED[lang] in said(screen)
    assert not screen.get("plotly_chart")
    assert not screen.dataframe
    assert not screen.metric


def test_a_good_link_needs_no_notice() -> None:
    assert not notice(opened("funnel", lang="en", source="seo,trade_fair", by="team", data="1"))


@pytest.mark.parametrize("query", EXTREME)
@pytest.mark.parametrize("page", ["overview", "leads"])
def test_no_link_breaks_a_page(page: str, query: dict[str, str]) -> None:
    shown(opened(page, lang="en", **query))


def test_a_chip_says_the_day_in_the_stores_zone() -> None:
    """23:30 in London is the next day in Hanoi, in the chip and in the calendar alike."""
    screen = opened("funnel", lang="en", as_of="2026-03-01T23:30:00Z")
    (chips,) = (each for each in screen.pills if each.label == "Active filters")
    assert chips.options == ["As of 2 Mar 2026, 06:30 ✕"]
    calendar = dialog(screen, "open_filters").date_input(key="as_of__en")
    assert str(calendar.value) == "2026-03-02"
