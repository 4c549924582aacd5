"""Response: the sentence and the bars are the answer, and its list has just so many leads."""

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.response.response import acts, response, waiting
from analytics.scope import Scope
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.view import View
from data.store import Generation
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import LANGUAGES, bare, boards, how_counted, opened, said, settled, shown
from ui.language import formats

SHOWN = View(period=DEFAULT_PERIOD)
"""What the page shows to whoever comes with nothing."""
WORDS = ("q <", "n=", "Wilson", "Kaplan", "95%")


@pytest.fixture
def whole(serve: Serve, whole_sample: Generation) -> Generation:
    """The pages read the sample with all of its leads."""
    serve(whole_sample.store.root)
    return whole_sample


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_the_answer_and_says_nothing_of_what_speed_sells(
    whole: Generation, lang: str
) -> None:
    found = response(Scope(SHOWN, whole))
    screen = bare("response", lang=lang)
    assert not screen.exception
    headings = [heading.value for heading in screen.header]
    assert len(headings) == 2
    assert all(len(heading) <= 60 for heading in headings)
    assert formats.percent(found.rows["within_1d"].iat[0], 0) in headings[0]
    spans, arrivals = boards(screen)
    assert [row["cells"][2]["value"] for row in spans["rows"]] == [
        formats.number(leads) for leads in found.spans["leads"]
    ]
    assert [row["id"] for row in spans["rows"]] == [None] * 6 + ["untouched"]
    assert len(arrivals["rows"]) == 3
    text = said(screen)
    assert {"en": "Our own leads do not show it", "vi": "số liệu của công ty chưa cho thấy"}[
        lang
    ] in text
    assert not any(word in text for word in (*WORDS, "HBR", "Harvard", "InsideSales"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_has_as_many_leads_as_nobody_has_answered(whole: Generation, lang: str) -> None:
    scope = Scope(SHOWN, whole)
    rows = waiting(scope).rows
    screen = bare("response", lang=lang, tab="untouched")
    assert formats.number(len(rows)) in screen.header[0].value
    (told,) = boards(screen)
    assert [row["id"] for row in told["rows"]] == rows["lead_id"].head(20).tolist()
    links = [each.proto.url for each in screen.get("link_button")]
    assert any("export/untouched.csv" in link for link in links)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_deeper_part_has_all_that_was_measured(whole: Generation, lang: str) -> None:
    screen = bare("response", lang=lang, tab="analysis", by="owner")
    assert not screen.exception
    headings = [heading.value for heading in screen.header]
    assert len(headings) == 6
    assert all(len(heading) <= 60 for heading in headings)
    found = response(Scope(View(by="owner"), whole))
    owners = boards(screen)[0]["rows"]
    assert len(owners) == len(found.rows)
    assert sum(int(row["cells"][5]["value"]) for row in owners) == found.untouched
    text = said(screen)
    assert "Harvard Business Review" in text
    assert "InsideSales" not in text  # it is about what speed sells
    assert formats.number(acts(whole).moved) in text
    assert not any(word in text for word in WORDS)


def test_from_a_stage_that_promises_an_answer(whole: Generation) -> None:
    screen = settled(
        bare("response", lang="en", tab="analysis")
        .segmented_control[0]
        .set_value("analysis-at-sql")
    )
    assert not screen.exception
    assert shown(screen).view.tab == "analysis-at-sql"
    found = response(Scope(replace(SHOWN, by="team"), whole), "sql")
    told = boards(screen)[0]["rows"]
    assert [row["cells"][4]["value"] for row in told] == [
        formats.number(leads) for leads in found.rows["leads"]
    ]


def test_how_it_is_counted_says_what_an_answer_is(whole: Generation) -> None:
    screen = bare("response", lang="en")
    told = how_counted(screen, "response_spans")
    assert "by the first act of a person" in told
    assert "08:00–17:30" in told


def test_files_without_persons_say_what_to_export(serve: Serve, tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": "2026-01-01"}]
    moves = [("x", "sal", "2026-01-02")]
    touches = [("x", "2026-01-01", "seo", None, "visit")]
    serve(store_of(tmp_path, leads, moves, touches=touches).root)
    for lang in LANGUAGES:
        screen = opened("response", lang=lang)
        assert not screen.exception
        assert len(screen.header) == 1
        text = said(screen)
        assert "visit" in text
        assert "[response]" in text


def test_calls_alone_and_no_lead_in_the_view(serve: Serve, tmp_path: Path) -> None:
    leads = [{"lead_id": name, "created_at": "2026-01-05 03:00"} for name in "xy"]
    touches = [("x", "2026-01-05 04:00", None, None, "sales_call")]
    serve(store_of(tmp_path, leads, touches=touches).root)
    assert "Fewer than half" not in said(opened("response", lang="en"))
    for tab in ("none", "analysis", "untouched"):
        assert not opened("response", lang="en", tab=tab).exception
        assert not opened("response", lang="vi", tab=tab, source="nobody").exception
