"""Frozen links: they keep their word, or say that they cannot; they never show other data."""

import shutil
from pathlib import Path

import pytest

from data.store import Store
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import dialog, opened, said, says, settled

KEPT = 2
"""How many generations a store keeps here, where fewer do as well."""

LEAD = {"lead_id": "x", "created_at": "2024-01-01"}
GONE = {"en": "This version of the data is gone", "vi": "Bản dữ liệu này không còn nữa"}
CURRENT = {
    "en": "Show the same view of the current data",
    "vi": "Xem màn hình này với dữ liệu hiện tại",
}


@pytest.fixture(autouse=True)
def _few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.store.KEPT_GENERATIONS", KEPT)


def loaded(root: Path, times: int) -> Store:
    """The store after so many more loads, each of which puts one lead in place of everything."""
    for _ in range(times):
        store = store_of(root, [LEAD])
    return store


@pytest.fixture
def two_leads(serve: Serve, tmp_path: Path) -> Store:
    """The pages read a store with two leads."""
    store_of(tmp_path / "store", [{**LEAD, "lead_id": name} for name in ("a", "b")])
    return serve(tmp_path / "store")


def test_the_data_of_a_frozen_link_stays(two_leads: Store) -> None:
    screen = dialog(opened("overview", lang="en"), "share")
    assert two_leads.pinned() == set()
    make = next(each for each in screen.button if each.label == "Make a frozen link")
    screen = dialog(settled(make.click()), "share")
    frozen = screen.code[1].value
    assert f"data=1-{two_leads.generation().id}" in frozen
    assert two_leads.pinned() == {1}
    loaded(two_leads.root, KEPT + 1)
    query = dict(part.split("=") for part in frozen.partition("?")[2].split("&"))
    query = {name: value.replace("%3A", ":").replace("%2C", ",") for name, value in query.items()}
    assert opened("overview", **{**query, "lang": "en"}).metric[0].value == "2"
    assert opened("overview", lang="en").metric[0].value == "1"


def test_an_opened_link_that_names_its_data_keeps_it_too(two_leads: Store) -> None:
    assert opened("overview", lang="en", data="1").metric[0].value == "2"
    assert two_leads.pinned() == {1}


@pytest.mark.parametrize("lang", GONE)
def test_a_frozen_link_whose_data_is_gone_says_so_and_stays_as_it_is(
    two_leads: Store, lang: str
) -> None:
    loaded(two_leads.root, KEPT)
    query = {"lang": lang, "data": "1", "by": "source"}
    screen = opened("funnel", **query)
    assert [title.value for title in screen.title] == [GONE[lang]]
    assert not screen.metric
    assert not screen.get("plotly_chart")
    assert dict(screen.query_params) == query
    screen = settled(screen.segmented_control(key=f"lang__{lang}").set_value("vi"))
    assert [title.value for title in screen.title] == [GONE["vi"]]
    screen = settled(next(each for each in screen.button if each.label == CURRENT["vi"]).click())
    assert GONE["vi"] not in said(screen)
    assert (says(screen, "data"), says(screen, "by")) == ("current", "source")


def test_a_store_made_anew_shows_its_new_data_and_no_frozen_link_of_the_old(
    two_leads: Store,
) -> None:
    old = two_leads.generation()
    assert opened("overview", lang="en").metric[0].value == "2"
    shutil.rmtree(two_leads.root)
    loaded(two_leads.root, 1)
    assert opened("overview", lang="en").metric[0].value == "1"
    screen = opened("overview", lang="en", data=f"1-{old.id}")
    assert [title.value for title in screen.title] == [GONE["en"]]
