"""Definitions are found by the words of either language, on the page as well."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.pipeline import Pipeline
from data.store import Store
from ui import answers
from ui.definitions import cards
from ui.language import current
from ui.language.glossary import field, glossary

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


@pytest.mark.parametrize("sought", ["wavers", "giao thang sql"])
def test_a_disagreement_is_found_by_any_reading(sought: str) -> None:
    (found,) = cards.found(sought, DEFAULT)
    assert found.anchor == "disagreements"
    assert len(found.disagreements) == 1


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
