"""Links: what one says is honoured, what it says in vain is named, and nothing in it breaks a page.

For every page; what a single page does with a view is with the tests of that page.
"""

import pytest

from tests.support.screen import LANGUAGES, PAGES, moved, notice, opened, shown

pytestmark = pytest.mark.usefixtures("sample")

VAIN: tuple[dict[str, str], ...] = (
    {"colour": "red"},
    {"source": "nosuch"},
    {"as_of": "yesterday"},
    {"level": "galaxy", "stage": "mql"},
    {"window": "0", "by": "lead_id"},
    {"from_": "2026-02-30"},
    {"data": "77"},
    {"v": "2"},
    {"stage": "won"},
    {"source": "seo,nosuch"},
    {"period": "last-90d", "from_": "2026-01-01"},
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


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_what_the_link_says_in_vain_is_named(page: str, lang: str) -> None:
    screen = opened(page, lang=lang, colour="red", source="nosuch", as_of="yesterday")
    told = notice(screen)
    for part in ("`colour=red`", "`source=nosuch`", "`as_of=yesterday`"):
        assert part in told
    shown(screen)


@pytest.mark.parametrize("query", VAIN)
def test_each_kind_of_it_is_named(query: dict[str, str]) -> None:
    told = notice(opened("overview", lang="en", **query))
    name, value = next(iter(query.items()))
    assert f"`{name.rstrip('_')}={value.removeprefix('seo,')}`" in told


def test_the_notice_stays_until_the_view_changes() -> None:
    screen = opened("funnel", lang="en", colour="red")
    assert "`colour=red`" in notice(screen)
    screen = moved(screen, "leads")
    assert "`colour=red`" in notice(screen)
    screen.segmented_control(key="level__en").set_value("stage").run()
    assert not notice(screen)


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
    assert str(screen.date_input(key="as_of__en").value) == "2026-03-02"
