"""Reasons on the pages: the card of the bottlenecks, its lists, and why a lead has gone."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.bottlenecks import reasons as answer
from analytics.scope import Scope
from analytics.view.view import View
from data.load.loader import load
from data.store import Generation, Store
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import (
    LANGUAGES,
    board,
    how_counted,
    looked_at,
    opened,
    said,
    settled,
)
from ui.bottlenecks import reasons
from ui.language import formats


@pytest.fixture
def generation(sample: Store) -> Generation:
    return sample.generation()


def everywhere(screen: AppTest) -> list[dict[str, Any]]:
    """The boards of the page and of what is open on it."""
    return [json.loads(each.proto.json) for each in screen.get("bidi_component")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_bar_for_each_reason(generation: Generation, lang: str) -> None:
    screen = looked_at("bottlenecks", lang=lang, tab="reasons")
    found = answer.reasons(Scope(View(), generation))
    counted = found.of()
    shown = board(screen)
    assert list(shown) == counted["reason"].tolist()
    for row in counted.itertuples(index=False):
        assert shown[row.reason][2] == formats.number(row.leads)
        assert shown[row.reason][3] == formats.percent(row.share, 0)
    title = reasons.finding(Scope(View(lang=lang), generation), found)
    assert title in said(screen)
    assert {"vi": "Chọn bên khác tăng", "en": "Competitor rises"}[lang] in title
    assert "Hà Nội" in title
    assert len(title) <= 110
    assert "Newcombe" in how_counted(opened("bottlenecks", lang=lang, tab="reasons"), "reasons")


def test_a_bar_opens_as_many_leads_as_it_says(generation: Generation) -> None:
    screen = opened("bottlenecks", lang="en", tab="reasons")
    screen.session_state["reason_opened"] = "competitor"
    screen = settled(screen)
    found = answer.reasons(Scope(View(), generation)).of().set_index("reason")
    count = int(found.loc["competitor", "leads"])
    listed = next(each for each in everywhere(screen) if "latest first" in each.get("caption", ""))
    assert listed["caption"] == f"{formats.number(count)} leads, the latest first"
    assert all("Competitor" in row["cells"][2]["value"] for row in listed["rows"])
    # The file has all of them, each with what was written.
    pieces = list(reasons.file(Scope(View(lang="en"), generation), {"reason": "competitor"}))
    assert sum(len(piece) for piece in pieces) == count
    assert set(pieces[0]["Reason"].str.contains("Competitor")) == {True}
    assert "Đã ký với đối thủ" in " ".join(pieces[0]["As written"])
    with pytest.raises(KeyError):
        next(reasons.file(Scope(View(lang="en"), generation), {"reason": "nonsense"}))


def test_in_full_there_are_segments_with_their_intervals(generation: Generation) -> None:
    screen = looked_at("bottlenecks", lang="en", tab="analysis")
    (shown,) = (each.value for each in screen.dataframe if "How they left" in each.value)
    assert shown["Reason"].iloc[0] == "Competitor"
    assert "Team: Hà Nội" in set(shown["Segment"])
    assert {"Every exit", "Lost", "Disqualified", "went back"} == set(shown["How they left"])
    assert len(shown) == (answer.reasons(Scope(View(), generation)).rows["leads"] > 0).sum()


def test_without_reasons_it_says_what_to_export(serve: Serve, tmp_path: Path) -> None:
    leads = [{"lead_id": f"{n}", "created_at": datetime(2026, 1, 1)} for n in range(3)]
    serve(store_of(tmp_path, leads, [("1", "lost", datetime(2026, 1, 2))]).root)
    screen = opened("bottlenecks", lang="vi", tab="reasons")
    assert "Closed Lost Reason" in said(screen)
    assert "Chọn bên khác" in said(screen)
    assert not board_ids(screen)


def board_ids(screen: AppTest) -> list[str]:
    return [row["id"] for each in everywhere(screen) for row in each.get("rows", [])]


def test_what_was_written_is_its_text_and_nothing_else(serve: Serve, tmp_path: Path) -> None:
    written = "<b>Giá</b> [quá cao](https://x.example) $a$"
    files = {
        "leads.csv": "lead_id,created_at\n1,2026-01-01\n",
        "moves.csv": f"lead_id,stage,entered_at,lost reason\n1,lost,2026-01-02,{written}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    load(Store(tmp_path / "store"), [tmp_path / name for name in files])
    serve(tmp_path / "store")
    screen = opened("leads", lang="vi", lead="1", tab="all")
    (story,) = (each.value for each in screen.markdown if "lý do" in each.value)
    assert "; lý do: **Lý do khác**" in story
    assert "<b>" not in story
    assert "](https" not in story


def test_the_list_of_leads_says_why_each_was_lost(generation: Generation) -> None:
    screen = looked_at("leads", lang="en", tab="lost", period="last-90d")
    standing = [cells for row in board(screen).values() for cells in row]
    assert any(cell.startswith(("Lost ", "Disqualified ")) for cell in standing)
    kinds = {each.label("en") for each in generation.pipeline.reasons}
    assert any(cell.removeprefix("Lost ") in kinds for cell in standing)
