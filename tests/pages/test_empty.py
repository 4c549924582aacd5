"""Nothing to show: the page says why, and each way out that it offers leads out."""

from functools import partial
from inspect import signature
from itertools import cycle

import pytest
from streamlit.testing.v1 import AppTest

from analytics.funnel.funnel import funnel
from data.sample import generate
from data.store import Store
from tests.support.screen import LANGUAGES, WITH_NUMBERS, board, opened, said, settled, shown

NOBODY = {"en": "No lead fits this view", "vi": "Không có lead nào khớp"}
# Buttons that are there on any page.
ASIDE = ("Reset", "Filters", "Take away", "Notes", "Share", "Present", "Save this view", "Guide")
EMPTY: tuple[dict[str, str], ...] = (
    {"from_": "2001-01-01", "to": "2001-01-31"},
    {"from_": "2001-01-01", "to": "2001-01-31", "source": "seo"},
    {"period": "last-7d", "province": "Hà Nội", "source": "tv", "owner": "~"},
    {"as_of": "1999-12-31"},
)


def ways_out(screen: AppTest) -> list[str]:
    """What the buttons of the page's body say; the first of all opens the period."""
    return [each.label for each in screen.button[1:] if each.label not in ASIDE]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("page", "query"), list(zip(cycle(WITH_NUMBERS), EMPTY, strict=False)))
def test_nobody_fits_and_every_button_helps(page: str, query: dict[str, str]) -> None:
    screen = opened(page, lang="en", **query)
    assert NOBODY["en"] in said(screen)
    ways = ways_out(screen)
    assert ways
    for way in ways:
        screen = opened(page, lang="en", **query)
        before = dict(screen.query_params)
        screen = settled(next(button for button in screen.button if button.label == way).click())
        assert dict(screen.query_params) != before, way
        scope = shown(screen)
        entered = int(funnel(scope).rows["reached"].iat[0])
        if "(" in way:  # it says how many leads there are then
            assert f"({entered:,} lead" in way
        if way.startswith("Drop all"):
            assert NOBODY["en"] not in said(screen)
            assert entered == 4_000


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_both_languages(lang: str) -> None:
    assert NOBODY[lang] in said(opened("funnel", lang=lang, **EMPTY[0]))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("query", [{"period": "last-7d"}, {"channel": "outdoor"}])
def test_a_step_that_nobody_reached_offers_only_what_helps(query: dict[str, str]) -> None:
    """Leads entered, yet none became a customer: the list is empty, the funnel is not."""
    query = {**query, "stage": "customer"}
    screen = opened("leads", lang="en", **query)
    scope = shown(screen)
    assert funnel(scope).rows["reached"].tolist()[-1] == 0
    for way in ways_out(screen):
        screen = opened("leads", lang="en", **query)
        before = dict(screen.query_params)
        screen = settled(next(button for button in screen.button if button.label == way).click())
        assert dict(screen.query_params) != before, way
        assert board(screen), way


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(("lang", "title", "why", "ways"), [
    ("en", "Data", "There is no data yet", ("Load my data", "Look at sample data")),
    ("vi", "Dữ liệu", "Chưa có dữ liệu", ("Nạp dữ liệu của tôi", "Xem dữ liệu mẫu")),
])  # fmt: skip
def test_without_a_store_there_is_the_way_to_fill_it(
    lang: str, title: str, why: str, ways: tuple[str, str]
) -> None:
    screen = opened("overview", lang=lang)  # the address `/`
    assert [found.value for found in screen.title] == [title]
    assert why in said(screen)
    load, look = screen.button  # before anything else
    assert (load.label, look.label) == ways
    assert not screen.file_uploader
    screen = settled(load.click())
    assert screen.file_uploader
    screen.switch_page("../../pages/definitions.py")
    assert not screen.run().exception
    for page in WITH_NUMBERS:
        with pytest.raises(ValueError, match="page"):
            screen.switch_page(f"../../pages/{page}.py")


def test_the_sample_is_one_press_away(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here it has fewer leads; how many it has otherwise is said where it is made."""
    assert signature(generate.write).parameters["leads"].default == generate.LEADS == 30_000
    monkeypatch.setattr(generate, "write", partial(generate.write, leads=1_000))
    screen = opened("overview", lang="en")
    made = next(button for button in screen.button if button.label == "Look at sample data")
    screen = settled(made.click())
    assert empty.current() == 1
    assert empty.generation().sample
    assert "1,000 leads" in said(screen)
