"""Frozen links: they keep their word, or say that they cannot; they never show other data."""

import shutil
from pathlib import Path

import duckdb
import pytest

from data.store import Store
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.importing import loaded as loaded_by_hand
from tests.support.screen import dialog, moved, opened, said, says, settled, to_copy

KEPT = 2
"""How many generations a store keeps here, where fewer do as well."""

LEAD = {"lead_id": "x", "created_at": "2024-01-01"}
GONE = {"en": "This version of the data is gone", "vi": "Bản dữ liệu này không còn nữa"}
OUTDATED = {"en": "The data has to be loaded again", "vi": "Cần nạp lại dữ liệu"}
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
    assert to_copy(screen) == [each.value for each in screen.code]
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


def made_by_another(store: Store, number: int) -> None:
    """A version of the data as another version of Pheu would have left it."""
    with duckdb.connect(str(store.path(number))) as con:
        con.execute("update about set value = '0' where fact = 'format'")


@pytest.mark.parametrize("lang", OUTDATED)
def test_data_of_another_version_leads_to_loading_it_again(two_leads: Store, lang: str) -> None:
    made_by_another(two_leads, 1)
    screen = opened("funnel", lang=lang)
    assert [title.value for title in screen.title] == [OUTDATED[lang]]
    assert not screen.error
    screen = moved(screen, "data")
    assert OUTDATED[lang] in said(screen)
    # Real data that cannot be read now is not exchanged for a sample.
    (load,) = (each for each in screen.main.button)
    screen = settled(load.click())
    screen = loaded_by_hand(
        screen, "crm.csv", b"lead id,created at,SQL date\na,2024-01-01,2024-01-05\n"
    )
    assert two_leads.current() == 2
    assert len(screen.success) == 1


def test_a_frozen_link_to_data_of_another_version_offers_the_current(two_leads: Store) -> None:
    loaded(two_leads.root, 1)
    made_by_another(two_leads, 1)
    screen = opened("overview", lang="en", data="1")
    assert [title.value for title in screen.title] == ["This version of the data cannot be read"]
    (way,) = (each for each in screen.main.button)
    assert settled(way.click()).metric[0].value == "1"
