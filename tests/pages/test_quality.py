"""Lead quality: the board is the answer, each number opens its leads, and a batch has a receipt."""

import re

import pytest

from analytics.quality.quality import Quality, quality
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation, Store
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import LANGUAGES, bare, boards, how_counted, opened, said
from ui.language import formats, labels
from ui.quality import by_source

YEAR = View.from_link("period=last-365d")[0]


@pytest.fixture
def whole(serve: Serve, whole_sample: Generation) -> Generation:
    """The pages read the sample with all of its leads."""
    serve(whole_sample.store.root)
    return whole_sample


@pytest.fixture(scope="module")
def found(whole_sample: Generation) -> Quality:
    return quality(Scope(YEAR, whole_sample))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_which_source_is_least_clean_and_its_board_is_the_answer(
    whole: Generation, found: Quality, lang: str
) -> None:
    screen = bare("quality", lang=lang)
    assert not screen.exception
    text = said(screen)
    lists = labels.value_label("source", "purchased_list")
    assert f"{lists}:" in text
    headings = [heading.value for heading in screen.header]
    assert headings[0] == by_source.finding(found)
    assert len(headings) == 9
    assert not [each for each in screen.selectbox if str(each.key).startswith("compare")]
    # The axis of the months does not begin at zero, which is said; their title is a round number.
    assert re.search({"en": r"axis begins at \d0%", "vi": r"trục bắt đầu từ \d0%"}[lang], text)
    assert any(re.search(r"(?<![.,])\b\d\d%", heading) for heading in headings)
    assert all(len(heading) <= 60 for heading in headings)
    for word in ("q <", "n=", "Wilson", "Beta", "95%"):
        assert word not in text
    told = next(each for each in boards(screen) if len(each["columns"]) == 11)
    rows = by_source.ordered(found)
    assert [row["id"] for row in told["rows"]] == rows["source"].tolist()
    first = told["rows"][0]
    assert first["id"] == "purchased_list"
    assert first["cells"][1]["value"] == formats.number(rows["leads"].iloc[0])
    assert first["cells"][5]["value"] == formats.number(rows["usable"].iloc[0])
    # Of the sample only purchased lists were called.
    talked = rows["reached"].iloc[0] + rows["not_interested"].iloc[0]
    reached = first["cells"][4]["value"]
    assert formats.number(talked) in reached
    assert formats.number(rows["called"].iloc[0]) in reached
    assert told["rows"][1]["cells"][4]["value"] == formats.NOTHING
    cells = [cell for board in boards(screen) for row in board["rows"] for cell in row["cells"]]
    assert not any(cell.get("word") == "?" for cell in cells)
    assert "Wilson" in how_counted(screen, "quality_by_source")


@pytest.mark.parametrize(
    ("card", "word"),
    [
        ("quality_months", "Wilson"),
        ("quality_reasons", "screening.toml"),
        ("quality_known", "Consent"),
        ("quality_calls", "attempts"),
    ],
    ids=["trend", "reasons", "contacts", "calls"],
)
def test_every_card_says_how_it_is_counted(whole: Generation, card: str, word: str) -> None:
    assert word in how_counted(bare("quality", lang="en"), card)


def test_the_calls_of_each_batch_add_up_to_those_that_were_called(whole: Generation) -> None:
    (told,) = (
        each
        for each in boards(bare("quality", lang="en"))
        if each["columns"][-1]["label"] == "Calls per lead"
    )
    for row in told["rows"]:
        called, *outcomes, attempts = (cell["value"] for cell in row["cells"][1:])
        assert int(called) == sum(map(int, outcomes))
        assert 1 <= float(attempts) < 4


def test_without_contacts_the_page_says_so(
    serve: Serve, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store: Store = store_of(
        tmp_path_factory.mktemp("bare"), [{"lead_id": "L1", "created_at": "2026-01-01"}]
    )
    serve(store.root)
    screen = opened("quality", lang="en")
    assert "no contact is known" in said(screen)
    assert not boards(screen)
