"""Definitions: every word in both languages, found in either, and saying what is true."""

import re
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.names import NAMES
from data.pipeline import GROUPS, Pipeline
from data.store import Store
from data.values.channels import channel_slugs
from ui import answers
from ui.charts import FEW
from ui.definitions import cards, rows
from ui.language import current, labels, messages
from ui.language.bilingual import both, has
from ui.language.glossary import field, glossary, numbers
from ui.page import terms

ROOT = Path(__file__).resolve().parents[3]
DEFAULT = Pipeline.default()
LOANS = Pipeline.from_table(
    {
        "stages": [
            {"slug": "A_SUBMITTED", "group": "lead", "label": {"en": "Filed", "vi": "Đã nộp"}},
            {"slug": "A_ACTIVATED", "group": "customer"},
        ],
        "exits": [{"slug": "A_DECLINED", "label": {"en": "Declined", "vi": "Từ chối"}}],
    }
)


def test_a_name_is_said_in_both_languages() -> None:
    name = partial(labels.group_label, "opportunity")
    assert both(name) == ("Cơ hội", "Opportunities")
    current.use("en")
    assert both(name) == ("Opportunities", "Cơ hội")
    assert both(lambda: "BANT") == ("BANT", "")
    assert current.lang() == "en"


def test_the_language_comes_back_when_a_name_cannot_be_said() -> None:
    with pytest.raises(ZeroDivisionError):
        both(lambda: "" if current.lang() == "vi" else str(1 // 0))
    assert current.lang() == "vi"


@pytest.mark.parametrize("sought", ["đã rớt", "da rot", "DA ROT", "  rớt đã ", "lost"])
def test_a_word_is_found_in_either_language_with_or_without_accents(sought: str) -> None:
    assert has(sought, partial(messages._, "lost"))


def test_a_word_is_found_by_how_it_begins() -> None:
    assert has("los", lambda: "is it lost?")
    assert not has("ost", lambda: "is it lost?")


def test_words_of_two_languages_do_not_make_a_find() -> None:
    assert not has("lost rớt", partial(messages._, "lost"))


def test_nothing_sought_is_everything() -> None:
    assert cards.found("", DEFAULT) == cards.found("  ", DEFAULT) == glossary.CHAPTERS
    assert cards.found("xyzzy", DEFAULT) == ()


@pytest.mark.parametrize("lang", current.LANGUAGES)
@pytest.mark.parametrize(
    ("sought", "meant"),
    [
        ("Đang mở", "Still open"),
        ("cua so", "Conversion window"),
        ("cohort", "Cohort"),
        ("khách hàng triển vọng", "Prospect"),
        ("Sales tự tìm", "Outbound sales"),
    ],
)
def test_a_colleague_finds_the_word_of_the_other(lang: str, sought: str, meant: str) -> None:
    current.use(lang)
    found = [term.name for chapter in cards.found(sought, DEFAULT) for term in chapter.terms]
    current.use("en")
    assert meant in [name() for name in found]


def test_a_stage_of_the_own_pipeline_is_found() -> None:
    assert cards.found("da nop", LOANS) == (field.OWN,)
    assert field.OWN in cards.found("declined", LOANS)
    assert cards.found("da nop", DEFAULT) == ()


def test_every_channel_is_explained() -> None:
    shown = [term.name() for term in field.CHANNELS.terms]
    known = [labels.value_label("channel", slug) for slug in channel_slugs()]
    assert shown == [*known, labels.value_label("channel", None)]


def test_the_groups_that_are_contrasted_come_first() -> None:
    assert GROUPS[:3] == ("lead", "prospect", "opportunity")


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_all_seven_disagreements_stand_with_each_reading(lang: str) -> None:
    current.use(lang)
    written = rows.chapter(field.DISAGREEMENTS, unfolded=True)
    found = field.DISAGREEMENTS.disagreements
    assert len(found) == 7
    assert written.count("<tr><th scope='row'>") == 7
    for each in found:
        assert len(each.readings) >= 2
        for text in (each.matter, *each.readings, each.taken, each.otherwise):
            assert rows.inline(messages._(text)) in written


@pytest.mark.parametrize("sought", ["wavers", "giao thang sql"])
def test_a_disagreement_is_found_by_any_reading(sought: str) -> None:
    (found,) = cards.found(sought, DEFAULT)
    assert found.anchor == "disagreements"
    assert len(found.disagreements) == 1


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_few_leads_are_as_many_as_the_charts_say(lang: str) -> None:
    current.use(lang)
    few = next(term for term in numbers.COUNTING.terms if term.name() == "n")
    assert f" {FEW} " in messages._(few.meaning)


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_places_are_each_there_once_and_the_same_in_every_language(lang: str) -> None:
    current.use(lang)
    places = [terms.CERTAINTY, *(name.anchor for name in NAMES)]
    places += [chapter.anchor for chapter in glossary.CHAPTERS]
    places += [term.anchor for chapter in glossary.CHAPTERS for term in chapter.terms]
    assert len(set(places)) == len(places)
    assert all(re.fullmatch(r"[a-z0-9-]+", place) for place in places)
    assert glossary.term("skipped-stage") in numbers.COUNTING.terms
    with pytest.raises(KeyError):
        glossary.term("no-such-word")


def test_a_word_of_ours_is_written_with_its_marks_and_nothing_else() -> None:
    assert rows.inline("**B**udget, *flow* & `a<b`") == (
        "<strong>B</strong>udget, <em>flow</em> &amp; <code>a&lt;b</code>"
    )


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_every_number_has_a_row_with_all_that_is_known_of_it(lang: str) -> None:
    current.use(lang)
    table = rows.numbers(NAMES)
    for name in NAMES:
        row = re.search(rf"<tr id='{name.anchor}'>.*?</tr>", table)
        assert row, name.slug
        said = unescape(row[0])
        assert name.en in said
        assert name.vi in said
        assert name.counts(lang) in said
        assert all(called in said for called in name.never(lang))
    assert cards.found_numbers("hop dong chot") == cards.found_numbers("deals won")


@pytest.fixture
def nothing_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "store")
    monkeypatch.setattr(answers, "store", lambda: store)


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize(
    ("lang", "title", "stage"), [("vi", "Định nghĩa", "Chốt đơn"), ("en", "Definitions", "Won")]
)
def test_the_page_needs_no_data(lang: str, title: str, stage: str) -> None:
    page = AppTest.from_file(str(ROOT / "ui" / "shell" / "shell.py"))
    page.query_params["lang"] = lang
    page.run().switch_page(str(ROOT / "pages" / "definitions.py")).run()
    assert not page.exception
    assert [entry.value for entry in page.title] == [title]
    assert any(f"- {stage} " in text.value for text in page.markdown)


@pytest.mark.usefixtures("nothing_loaded")
def test_searching_on_the_page() -> None:
    page = AppTest.from_file(str(ROOT / "ui" / "shell" / "shell.py"))
    page.run().switch_page(str(ROOT / "pages" / "definitions.py")).run()
    assert chapters(page) == [chapter.anchor for chapter in glossary.CHAPTERS[1:]]
    assert "<details class='chapter' id='counting'>" in html(page)
    page.text_input[0].input("lua cohort").run()
    assert chapters(page) == ["counting"]
    assert "<details class='chapter' id='counting' open>" in html(page)
    assert "<tr id='cohort'>" in html(page)
    page.text_input[0].input("xyzzy").run()
    assert not page.header
    assert not html(page)
    assert not page.exception


def html(page: AppTest) -> str:
    """What the page writes itself: the tables of words."""
    return "\n".join(each.proto.body for each in page.main.get("html"))


def chapters(page: AppTest) -> list[str]:
    return re.findall(r"<details class='chapter' id='([\w-]+)'", html(page))
