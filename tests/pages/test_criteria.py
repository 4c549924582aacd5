"""Criteria on the pages: shown as the company's own, written, held against the leads."""

import json
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.criteria.criteria import criteria
from analytics.scope import Scope
from analytics.view.view import View
from data import audit
from data.condition import Condition
from data.criteria import agree, criteria_in
from data.criterion import Criterion
from data.pipeline import Pipeline
from data.store import Generation, Store
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import LANGUAGES, bare, boards, how_counted, opened, said, settled
from ui.language import formats

YEAR = View.from_link("period=last-365d")[0]
EVIL = "<b>Có</b> [nhu cầu](https://x.example) $a$"


@pytest.fixture
def whole(serve: Serve, whole_sample: Generation) -> Generation:
    """The pages read the sample with all of its leads."""
    serve(whole_sample.store.root)
    return whole_sample


def html(screen: AppTest) -> str:
    return unescape("\n".join(each.proto.body for each in screen.main.get("html")))


# --- where they are shown -----------------------------------------------------------------------


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_definitions_show_those_that_hold_and_those_proposed(sample: Store, lang: str) -> None:
    written = html(opened("definitions", lang=lang))
    for stage in sample.generation().pipeline.stages:
        for each in stage.criteria:
            is_shown = each is stage.criterion or each.is_proposed
            assert (each.text(lang) in written) == is_shown
            if is_shown and each.test:
                assert f"<code>{each.test}</code>" in written
    assert "05/01/2026" in written or "5 Jan 2026" in written


def test_what_a_company_writes_is_its_text_and_nothing_else(serve: Serve, tmp_path: Path) -> None:
    stages = [*Pipeline.default().stages]
    evil = Criterion(1, (("vi", EVIL),), EVIL, date(2026, 1, 1), Condition('source == "<i>"'))
    stages[2] = replace(stages[2], criteria=(evil,))
    leads = [{"lead_id": "1", "created_at": datetime(2026, 1, 1)}]
    pipeline = replace(Pipeline.default(), stages=tuple(stages))
    serve(store_of(tmp_path, leads, pipeline=pipeline).root)
    screen = opened("definitions", lang="en")
    raw = "\n".join(each.proto.body for each in screen.main.get("html"))
    assert "<b>Có" not in raw
    assert "<i>" not in raw
    assert "&lt;b&gt;Có&lt;/b&gt; [nhu cầu]" in raw


def test_without_any_the_way_to_write_one_is_shown(serve: Serve, tmp_path: Path) -> None:
    serve(store_of(tmp_path, [{"lead_id": "1", "created_at": datetime(2026, 1, 1)}]).root)
    screen = opened("definitions", lang="en")
    assert "Nobody has written down yet what a lead has to be" in said(screen)
    assert any("data" in link.proto.page for link in screen.get("page_link"))
    assert not boards(bare("quality", lang="en"))


# --- held against the leads ---------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lead_quality_says_how_many_are_as_agreed(whole: Generation, lang: str) -> None:
    screen = bare("quality", lang=lang)
    found = criteria(Scope(replace(YEAR, by="source"), whole)).rows
    shown = found[found["segment"].isna() & (found["state"] == "in force")]
    (told,) = (each for each in boards(screen) if "MQL" in each["caption"])
    assert [row["id"] for row in told["rows"]] == shown["stage"].tolist() == ["mql", "sal", "sql"]
    for row, counted in zip(told["rows"], shown.itertuples(index=False), strict=True):
        texts = [cell.get("value") or cell.get("word") for cell in row["cells"]]
        assert texts[2] == formats.number(100 * counted.met_rate)
        assert texts[3:6] == [
            formats.number(n) for n in (counted.n, counted.unmet, counted.unknown)
        ]
        assert {"vi": "có, +", "en": "yes, +"}[lang] in texts[6]
    assert formats.percent(shown["met_rate"].iloc[0], 0) in told["caption"]


def test_a_stage_opens_its_versions_and_groups(whole: Generation) -> None:
    screen = bare("quality", lang="en")
    assert "Newcombe" in how_counted(screen, "quality_criteria")
    screen = bare("quality", lang="en")
    screen.session_state["criteria_opened"] = "mql"
    screen = settled(screen)
    found = criteria(Scope(replace(YEAR, by="source"), whole))
    everywhere = [json.loads(each.proto.json) for each in screen.get("bidi_component")]
    versions, parts = (
        next(each for each in everywhere if each.get("caption") == caption)
        for caption in ("What each version would have passed on", "By source")
    )
    for row, counted in zip(versions["rows"], found.of("mql").itertuples(), strict=True):
        texts = [cell["value"] for cell in row["cells"]]
        assert texts[0].startswith(f"{counted.version} · ")
        counts = counted.met, counted.met_moved, counted.unmet, counted.unmet_moved
        assert texts[1:5] == [formats.number(count) for count in counts]
    of_now = found.rows[(found.rows["stage"] == "mql") & (found.rows["version"] == 2)]
    assert len(parts["rows"]) == of_now["segment"].notna().sum()


# --- the editor ---------------------------------------------------------------------------------


def written(screen: AppTest, stage: str, **said: Any) -> AppTest:
    """The page after a criterion was written into the form of a stage and kept."""
    lang = screen.query_params["lang"]
    screen = settled(screen.selectbox(f"criteria_stage__{lang}").set_value(stage))
    turn = max(
        int(key.split("_")[2]) for key in _keys(screen) if key.startswith(f"criterion_{stage}_")
    )
    for name, value in said.items():
        screen.session_state[f"criterion_{stage}_{turn}_{name}__{lang}"] = value
    screen = settled(screen)
    return settled(screen.button(f"criterion_{stage}_{turn}_keep__{lang}").click())


def _keys(screen: AppTest) -> list[str]:
    return [str(each.key) for each in (*screen.text_area, *screen.text_input)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_criterion_is_written_and_holds_on_every_page(own_sample: Store, lang: str) -> None:
    before = own_sample.generation()
    about: dict[str, Any] = {
        "text_vi": EVIL,
        "text_en": "A need.",
        "agreed_by": "Board",
        "test": "need",
    }
    about |= {"agreed_on": date(2026, 10, 1)}
    screen = written(opened("data", lang=lang), "iql", **about)
    assert len(screen.success) == 1
    made = own_sample.generation()
    assert (made.number, made.sample) == (before.number + 1, True)
    (kept,) = criteria_in(made.pipeline, "iql")
    assert kept == Criterion(
        1, (("en", "A need."), ("vi", EVIL)), "Board", date(2026, 10, 1), Condition("need")
    )
    (entry,) = (each for each in audit.read(own_sample) if each.what == "agreed")
    assert (entry.about["stage"], entry.about["version"]) == ("iql", 1)
    assert {"en": "A need.", "vi": EVIL}[lang] in html(opened("definitions", lang=lang))
    # The next one is only proposed, and stays so when it is corrected, until it is agreed on.
    screen = written(screen, "iql", kind="proposed", test="need and budget")
    screen = written(screen, "iql", kind="same", test="need and timing")
    first, second = criteria_in(own_sample.generation().pipeline, "iql")
    assert first == kept
    assert (second.version, second.test) == (2, Condition("need and timing"))
    assert second.is_proposed
    screen = written(screen, "iql", kind="new", agreed_on=date(2026, 10, 2))
    screen = written(screen, "iql", kind="same", test="timing", agreed_on=date(2026, 10, 3))
    first, second = criteria_in(own_sample.generation().pipeline, "iql")
    assert first == kept
    assert (second.version, second.test) == (2, Condition("timing"))
    assert second.agreed_on == date(2026, 10, 3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_test_would_pass_on_is_said_before_it_is_kept(own_sample: Store, lang: str) -> None:
    screen = opened("data", lang=lang)
    screen = settled(screen.selectbox(f"criteria_stage__{lang}").set_value("sal"))
    screen.session_state[f"criterion_sal_0_test__{lang}"] = "need and budget"
    screen = settled(screen)
    row = criteria(Scope(View(), own_sample.generation()), "sal", "need and budget").rows.iloc[-1]
    for name in ("n", "met", "unmet", "unknown"):
        assert formats.number(row[name]) in said(screen)
    screen.session_state[f"criterion_sal_0_test__{lang}"] = "need and bugdet"
    screen = settled(screen)
    (told,) = (each.value for each in screen.error)
    assert {"en": "bugdet is not known", "vi": "Không có bugdet"}[lang] in told
    assert "10" in told


def test_what_cannot_be_kept_is_said_and_changes_nothing(own_sample: Store) -> None:
    for about, word in (
        ({"text_en": "", "text_vi": " "}, "Write what the stage means"),
        ({"test": "xyzzy"}, "xyzzy is not known"),
        ({"agreed_on": date(2025, 1, 1)}, "a day not before"),
    ):
        screen = written(opened("data", lang="en"), "mql", **about)
        assert word in screen.error[-1].value
    assert own_sample.generations() == [1]


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(own_sample: Store) -> None:
    screen = opened("data", lang="en")
    screen = settled(screen.selectbox("criteria_stage__en").set_value("mql"))
    seen = own_sample.generation().pipeline
    theirs = criteria_in(seen, "mql")[:1]
    agree(own_sample, "mql", theirs, seen=seen)
    screen = settled(screen.button("criterion_mql_0_keep__en").click())
    assert "Somebody else has changed it meanwhile" in screen.error[-1].value
    assert criteria_in(own_sample.generation().pipeline, "mql") == theirs


def test_who_may_not_load_may_not_write(own_sample: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHEU_READ_ONLY", "1")
    screen = opened("data", lang="en")
    assert not screen.text_area
    assert not any(
        "Write it down" in link.proto.label
        for link in opened("definitions", lang="en").get("page_link")
    )
    assert own_sample.generations() == [1]
