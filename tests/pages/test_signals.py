"""Does it predict, and what nobody asked: the boards are the answers, in words."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.scope import Scope
from analytics.signals.signals import signals
from analytics.signals.unasked import QUESTIONS, unasked
from analytics.view.view import View, segment_value
from data.store import Generation
from tests.pages.conftest import Serve
from tests.support.screen import LANGUAGES, bare, boards, how_counted, opened, said, settled
from ui.language import formats, labels

YEAR = View.from_link("period=last-365d")[0]


@pytest.fixture
def whole(serve: Serve, whole_sample: Generation) -> Generation:
    """The pages read the sample with all of its leads."""
    serve(whole_sample.store.root)
    return whole_sample


def card(screen: AppTest, heading: str) -> dict[str, Any]:
    """The board whose first heading that is."""
    return next(each for each in boards(screen) if each["columns"][0]["label"] == heading)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_signal_has_its_bands_and_a_finding(whole: Generation, lang: str) -> None:
    found = signals(Scope(YEAR, whole))
    screen = bare("quality", lang=lang)
    hot = next(row for row in found.rows.itertuples() if row.band == "hot")
    headings = [each.value for each in screen.header]
    share = formats.percent(hot.rate, 0)
    (heading,) = (each for each in headings if share in each and ":" in each)
    assert formats.number(hot.lift, 1) in heading
    told = card(screen, {"en": "Temperature", "vi": "Độ nóng"}[lang])
    rows = found.rows[found.rows["signal"] == "temperature"]
    for drawn, row in zip(told["rows"], rows.itertuples(), strict=True):
        band, _bar, won, n, promised, _lift = drawn["cells"]
        if isinstance(row.band, str):
            assert band["word"] == labels.value_label("temperature", row.band).lower()
        assert won["value"] == formats.number(100 * row.rate, 1)
        assert n["value"] == formats.number(row.n)
        assert promised["value"] == formats.number(100 * row.promised, 1)
    assert {"en": "asked more", "vi": "hỏi nhiều"}[lang] in said(screen)


def test_another_signal_is_chosen_and_says_which_scores(whole: Generation) -> None:
    screen = bare("quality", lang="en")
    control = next(each for each in screen.segmented_control if "quality_signal" in str(each.key))
    screen = settled(control.set_value("score"))
    rows = signals(Scope(YEAR, whole)).of("score")
    told = card(screen, "Score")
    names = [row["cells"][0]["value"] for row in told["rows"]]
    first, last = rows["score_below"].iloc[0], rows["score_from"].iloc[-1]
    assert names[0] == f"score under {formats.number(first)}"
    assert names[len(rows) - 1] == f"score of {formats.number(last)} or more"
    text = how_counted(bare("quality", lang="en"), "quality_signals")
    assert "Newcombe" in text
    assert "as files give no day for them" in text


def test_who_fits_is_told_beside_who_does_not(whole: Generation) -> None:
    screen = bare("quality", lang="en")
    control = next(each for each in screen.segmented_control if "quality_signal" in str(each.key))
    screen = settled(control.set_value("fit"))
    rows = signals(Scope(YEAR, whole)).of("fit")
    told = [[cell["value"] for cell in row["cells"][2:4]] for row in card(screen, "Fit")["rows"]]
    assert told == [
        [formats.number(100 * row.rate, 1), formats.number(row.n)] for row in rows.itertuples()
    ]
    assert rows["band"].tolist() == ["no", "yes"]
    assert "asked more" not in said(screen)


def test_what_nobody_asked_opens_who_and_a_file(whole: Generation) -> None:
    screen = bare("quality", lang="en")
    found = unasked(Scope(YEAR, whole)).rows
    of_all = found[found["segment"].isna()]
    told = next(each for each in boards(screen) if each["columns"][1]["label"] == "Open leads")
    assert [row["id"] for row in told["rows"]] == of_all["stage"].tolist()
    for drawn, row in zip(told["rows"], of_all.itertuples(), strict=True):
        shares = [formats.number(100 * getattr(row, name) / row.leads) for name in QUESTIONS]
        assert [cell["value"] for cell in drawn["cells"][2:6]] == shares
    screen.session_state["unasked_opened"] = "sql"
    screen = settled(screen)
    everywhere = [json.loads(each.proto.json) for each in screen.get("bidi_component")]
    (parts,) = (each for each in everywhere if each.get("caption") == "By owner")
    owners = found.loc[(found["stage"] == "sql") & found["segment"].notna(), "segment"]
    assert [row["cells"][0]["value"] for row in parts["rows"]] == [
        labels.value_label("owner", segment_value(owner)) for owner in owners
    ]
    (link,) = (each for each in screen.get("link_button") if "with what is not" in each.proto.label)
    assert "export/unasked.xlsx?" in link.proto.url
    assert "list.stage=sql" in link.proto.url


def test_without_any_answer_there_is_neither(serve: Serve, whole_sample: Generation) -> None:
    serve(whole_sample.store.root)
    screen = opened("quality", lang="en", source="nowhere")
    assert "Nobody asked" not in said(screen)
