"""Notes on the pages: written in a dialog, shown where they belong, and never anybody's markup."""

import io
import json
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from data import shares
from data.shares import Share
from data.state.note import Decision, Note
from data.store import Store
from tests.support.runtimes import runtime
from tests.support.screen import (
    LANGUAGES,
    bare,
    boards,
    dialog,
    moved,
    opened,
    said,
    settled,
    shown,
)
from ui import session
from ui.page import effects, notes, offscreen, take_away
from ui.report import paper, sheets, slides
from ui.report.picture import NoBrowser
from ui.report.report import Text

EVIL = "<b>đổi</b> [giá](https://x.example) $a$ :smile:"
SHOWN = r"\<b\>đổi\</b\> \[giá\]"
A_MONTH = date(2026, 4, 3)


@pytest.fixture
def written(own_sample: Store) -> Store:
    """The pages read a sample of their own that has notes."""
    notes.keep(Note(EVIL, "Lan", day=A_MONTH))
    notes.keep(Note("Phải có ngân sách", "Khôi", stage="sql"))
    notes.keep(Note("Thêm hai người", "Khôi", segment=("team", "TP.HCM 2")))
    return own_sample


def chips(screen: AppTest, name: str) -> list[str]:
    """What the marks of a chart say on hovering."""
    drawn = [each.proto for each in screen.get("plotly_chart")]
    (spec,) = [json.loads(each.spec) for each in drawn if f"chart_{name}__" in each.id]
    return [
        text["hovertext"] for text in spec["layout"].get("annotations", ()) if "hovertext" in text
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notes_are_on_every_chart_whose_axis_holds_them(written: Store, lang: str) -> None:
    screen = opened("funnel", lang=lang, tab="analysis", by="team")
    (of_step,) = chips(screen, "funnel")
    assert of_step == "Phải có ngân sách – Khôi"
    for chart in ("trend", "cohorts"):
        of_change, of_day = chips(screen, chart)
        assert {"en": "version 2", "vi": "bản 2"}[lang] in of_change, "what MQL means was changed"
        assert "&lt;b&gt;đổi" in of_day
    assert chips(screen, "rates_previous") == ["Thêm hai người – Khôi"]
    assert said(screen).count(SHOWN) == 2, "below each chart, as it was written"


CREDITED = ("credit", "credit_spread", "credit_slope", "quality", "flow")
OF_STEP, OF_TEAM, OF_SOURCE = "Phải có ngân sách – Khôi", "Thêm hai người – Khôi", "Tăng giá – Lan"


@pytest.mark.parametrize(
    ("page", "query", "expected"),
    [
        ("bottlenecks", {"tab": "analysis"}, {"losses": OF_TEAM, "stage_flow": OF_STEP}),
        ("bottlenecks", {"tab": "change"}, {"waterfall": OF_STEP}),
        ("time_in_stage", {"tab": "analysis", "by": "team"}, {"slow_spots": OF_STEP}),
        ("sources", {}, {"quality": OF_SOURCE}),
        (
            "sources",
            {"tab": "analysis"},
            dict.fromkeys(CREDITED, OF_SOURCE),
        ),
    ],
)
def test_notes_are_on_lines_points_and_places_too(
    written: Store, page: str, query: dict[str, str], expected: dict[str, str]
) -> None:
    for source in ("seo", "facebook_ads"):
        notes.keep(Note("Tăng giá", "Lan", segment=("source", source)))
    screen = opened(page, lang="en", **query)
    for name, told in expected.items():
        assert told in chips(screen, name), name
    for told in {*expected.values()}:
        assert told in said(screen)


def test_notes_are_below_the_table_in_place_of_a_chart(written: Store) -> None:
    screen = opened("time_in_stage", lang="en")
    told = "Phải có ngân sách – Khôi"
    assert chips(screen, "overdue") == [told]
    screen = settled(screen.toggle("overdue_as_table__en").set_value(True))
    assert not [each for each in screen.get("plotly_chart") if "chart_overdue" in each.proto.id]
    assert told in said(screen)


def test_notes_are_on_frozen_views_too(written: Store) -> None:
    generation = written.generation()
    frozen = f"{generation.number}-{generation.id}"
    screen = opened("overview", lang="en", data=frozen, as_of="2026-06-30")
    assert chips(screen, "funnel") == ["Phải có ngân sách – Khôi"]


def test_without_notes_a_figure_is_as_it_was(own_sample: Store) -> None:
    assert chips(opened("overview", lang="en"), "funnel") == []


def kept(screen: AppTest, form: str, **said: Any) -> AppTest:
    """The open dialog after a note was written in it and kept; `form` is which one, `new_0`."""
    lang = screen.query_params["lang"]
    for part, value in said.items():
        screen.session_state[f"note_{form}_{part}__{lang}"] = value
    return pressed(dialog(screen, "notes"), f"note_{form}_keep")


def pressed(screen: AppTest, name: str) -> AppTest:
    """The dialog after a press in it; a run of the whole page has closed it in between."""
    lang = screen.query_params["lang"]
    return dialog(settled(screen.button(f"{name}__{lang}").click()), "notes")


def test_a_note_is_written_changed_and_removed(own_sample: Store) -> None:
    screen = dialog(opened("overview", lang="en"), "notes")
    assert "No notes yet." in [each.value[13:-2] for each in screen.markdown]
    screen = kept(settled(screen), "new_0")
    assert [each.value for each in screen.error] == ["Write what happened."]
    screen = kept(settled(screen), "new_0", text=EVIL)
    assert [each.value for each in screen.error] == ["Write your name, so that others can ask."]
    about = {"author": "Lan", "pin": "stage", "stage": "opportunity"}
    screen = settled(kept(settled(screen), "new_0", text=EVIL, **about))
    (note,) = notes.every()
    assert (note.text, note.author, note.stage, note.day) == (EVIL, "Lan", "opportunity", None)
    assert chips(screen, "funnel") == [
        "&lt;b&gt;đổi&lt;/b&gt; [giá](https://x.example) $a$ :smile:<br>– Lan"
    ]
    screen = settled(pressed(dialog(screen, "notes"), f"change_{note.id}"))
    screen = kept(screen, f"{note.id}", text="Giá mới")
    (changed,) = notes.every()
    assert (changed.text, changed.id, changed.stage) == ("Giá mới", note.id, "opportunity")
    pressed(screen, f"remove_{note.id}")
    assert notes.every() == ()


def test_a_note_of_a_segment_is_changed_where_it_is_pinned(written: Store) -> None:
    note = notes.every()[-1]
    screen = dialog(opened("overview", lang="vi"), "notes")
    screen = pressed(screen, f"change_{note.id}")
    pressed(screen, f"note_{note.id}_keep")
    assert notes.every()[-1].segment == note.segment


def test_a_decision_takes_what_is_tried_out_along_and_is_held_against_it(
    own_sample: Store,
) -> None:
    tried = {"scenario": "rate:60:sal,volume:2:Zalo OA", "team": "TP.HCM 2"}
    screen = opened("overview", lang="en", **tried)
    what = {"text": "Gọi lại trong 24 giờ", "author": "Lan", "day": date(2026, 5, 1)}
    kept(screen, "new_0", **what, decided=True, who="Khôi", due=date(2026, 5, 10))
    (note,) = notes.every()
    assert note.decision is not None
    assert (note.decision.who, note.decision.due) == ("Khôi", date(2026, 5, 10))
    screen = opened("overview", lang="en")
    (board,) = [each for each in boards(screen) if "Decision" in each["columns"][0]["label"]]
    first, *_others = board["rows"]
    decision, expected, _observed, verdict = first["cells"]
    assert decision["value"] == "★ Gọi lại trong 24 giờ"
    assert expected["value"].endswith("→ 60%")
    rate, *_volumes = effects.of(shown(screen), note)
    assert (rate.kind, rate.slug) == ("rate", "sal")
    assert verdict["word"] == effects.verdict(rate)


def test_a_guest_is_told_of_no_effect_among_leads_that_are_not_shared(own_sample: Store) -> None:
    others = "?v=2&team=TP.HCM 2&scenario=rate:60:sal"
    decision = Decision("Khôi", A_MONTH, others)
    notes.keep(Note("Gọi lại trong 24 giờ", "Lan", day=A_MONTH, decision=decision))
    link = {"v": "1", "team": "Hà Nội", "lang": "en"}
    token = shares.make(own_sample, Share("overview", link, guest="all"))
    screen = opened("overview", lang="en", share=token)
    assert not screen.exception
    assert not [each for each in boards(screen) if "Decision" in each["columns"][0]["label"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_money_that_was_moved_it_is_told_that_nothing_is_observed(
    own_sample: Store, lang: str
) -> None:
    tried = {"scenario": "move:100000000:facebook_ads:seo"}
    what = {"text": "Dồn tiền", "author": "Lan", "who": "Khôi", "due": A_MONTH}
    kept(opened("overview", lang=lang, **tried), "new_0", **what, decided=True)
    (board,) = [each for each in boards(opened("overview", lang=lang)) if len(each["columns"]) == 4]
    (row,) = board["rows"]
    _decision, money, observed, verdict = row["cells"]
    assert {"en": "₫100M from Facebook Ads to SEO", "vi": "100 triệu ₫ từ Facebook Ads sang SEO"}[
        lang
    ] == money["value"].replace("\xa0", " ")
    assert observed["value"] == "–"
    assert verdict["value"].startswith({"en": "not observed", "vi": "không theo dõi"}[lang])


def test_a_decision_without_an_effect_is_told(own_sample: Store) -> None:
    notes.keep(Note("Họp lại", "Lan", day=A_MONTH, decision=Decision("Khôi", A_MONTH)))
    (board,) = [each for each in boards(opened("overview", lang="en")) if len(each["columns"]) == 4]
    (row,) = board["rows"]
    assert row["cells"][3]["value"] == "no expected effect was given"
    screen = moved(opened("overview", lang="vi"), "funnel")
    assert not screen.exception


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_guest_is_told_what_was_noted_and_not_by_whom(written: Store, lang: str) -> None:
    decision = Decision("Khôi", date(2026, 5, 1))
    notes.keep(Note("Gọi lại", "Lan", stage="opportunity", decision=decision))
    token = shares.make(written, Share("overview", {"v": "1"}))
    screen = opened("overview", lang=lang, share=token)
    by = {"en": "by 1 May 2026", "vi": "hạn 01/05/2026"}[lang]
    assert chips(screen, "funnel") == ["Phải có ngân sách", f"Gọi lại – {by}"]
    assert not {"Khôi", "Lan"} & set(re.findall(r"\w+", said(screen)))


def test_notes_go_along_into_every_file(written: Store) -> None:
    """All of them, with nobody's hand over a mark; in a picture they stand at its foot."""
    for number in range(4):
        notes.keep(Note(f"Việc {number}", "Lan", stage="opportunity"))
    screen = opened("overview", lang="en")
    about = offscreen.Reader(
        "overview", "http://pheu.test/", session.showing(shown(screen)), {}, session.visitor()
    )
    with runtime():
        report = take_away.report(about)
    noted = [f"{number}" for number in range(1, 6)]
    texts = ["Phải có ngân sách – Khôi", *(f"Việc {number} – Lan" for number in range(4))]
    lines = [f"{number} {text}" for number, text in zip(noted, texts, strict=True)]
    card = next(card for card in report.cards if card.charts())
    assert [part.text for part in card.parts if isinstance(part, Text)][-5:] == lines
    (chart,) = card.charts()
    assert [text for _number, text in chart.notes()] == [texts[0], " ".join(texts[1:])]
    slides_of_it = Presentation(io.BytesIO(slides.write([report], no_picture))).slides
    on_slides = "\n".join(
        shape.text_frame.text
        for slide in slides_of_it
        for shape in slide.shapes
        if shape.has_text_frame
    )
    pages = PdfReader(io.BytesIO(paper.write([report], no_picture))).pages
    on_paper = " ".join(" ".join(page.extract_text() for page in pages).split())
    sheet = openpyxl.load_workbook(io.BytesIO(sheets.write([report]))).worksheets[0]
    in_cells = [cell.value for row in sheet.iter_rows() for cell in row]
    for line in lines:
        assert line in on_slides
        assert line in on_paper
        assert line in in_cells


def no_picture(*_figure: Any) -> bytes:
    raise NoBrowser("no browser here")


def test_a_guest_is_told_of_no_decision(own_sample: Store) -> None:
    """What came of it is counted among other leads, and in another time, than those shared."""
    notes.keep(Note("Họp lại", "Lan", day=A_MONTH, decision=Decision("Khôi", A_MONTH)))
    token = shares.make(own_sample, Share("overview", {"v": "1"}))
    screen = bare("overview", share=token, lang="en")
    assert screen.get("plotly_chart")
    assert "Decision" not in {
        column["label"] for board in boards(screen) for column in board["columns"]
    }
