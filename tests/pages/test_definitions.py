"""Definitions: the words in both languages, with the pipeline of the data that is shown."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from data.condition import Condition
from data.pipeline import Exit, Pipeline, Stage
from data.targets import Targets
from data.temperature import Temperature
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import LANGUAGES, opened, said, settled

TITLES = {"en": "Definitions", "vi": "Định nghĩa"}


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_what_the_words_mean(lang: str) -> None:
    screen = opened("definitions", lang=lang)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    for slug in Pipeline.default().slugs:
        assert f"`{slug}`" in said(screen)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sought", ["MQL", "cơ hội", "opportunity", "OPPORTUNITY", "khach hang"])
def test_a_word_is_found_in_either_language(lang: str, sought: str) -> None:
    screen = opened("definitions", lang=lang)
    everything = len(screen.header)
    screen = settled(screen.text_input[0].set_value(sought))
    assert 1 <= len(screen.header) <= everything
    screen = settled(screen.text_input[0].set_value("xyzzy"))
    assert not screen.header


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pipeline_is_the_datas_own(serve: Serve, tmp_path: Path, lang: str) -> None:
    own = Pipeline(
        stages=(Stage("enquiry", "lead"), Stage("visit", "prospect"), Stage("lease", "customer")),
        exits=(Exit("gone"),),
    )
    store_of(
        tmp_path,
        [{"lead_id": "a", "created_at": "2026-01-01"}],
        [("a", "visit", datetime(2026, 1, 2))],
        pipeline=own,
    )
    serve(tmp_path)
    screen = opened("definitions", lang=lang)
    for slug in ("enquiry", "visit", "lease", "gone"):
        assert f"`{slug}`" in said(screen)
    assert "`mql`" not in said(screen)


def test_targets_are_shown_or_how_to_set_them(serve: Serve, tmp_path: Path) -> None:
    leads = [{"lead_id": "1", "created_at": datetime(2026, 9, 1)}]
    serve(store_of(tmp_path / "none", leads).root)
    screen = opened("definitions", lang="en")
    assert not screen.code, "what colours code is a fifth of the program"
    assert any("<code>[targets]\n" in each.proto.body for each in screen.get("html"))
    told = replace(Pipeline.default(), targets=Targets(won=240, value=65e9))
    serve(store_of(tmp_path / "some", leads, pipeline=told).root)
    text = said(opened("definitions", lang="en"))
    assert "**Deals won** 240 · **Value won** ₫65B" in text
    assert "New leads" not in text


def test_rules_of_temperature_and_fit_are_shown_where_a_company_has_its_own(
    serve: Serve, tmp_path: Path
) -> None:
    leads = [{"lead_id": "1", "created_at": datetime(2026, 9, 1)}]
    serve(store_of(tmp_path / "usual", leads).root)
    headings = {"When we call a lead hot", "Whom we mean to sell to"}
    assert not headings & {each.value for each in opened("definitions", lang="en").subheader}
    own = replace(
        Pipeline.default(),
        temperature=Temperature(hot=Condition("score >= 80")),
        fit=Condition("score < 7"),
    )
    serve(store_of(tmp_path / "own", leads, pipeline=own).root)
    screen = opened("definitions", lang="en")
    assert headings <= {each.value for each in screen.subheader}
    for rule in ("score &gt;= 80", "score &lt; 7"):
        assert any(f"<code>{rule}</code>" in each.proto.body for each in screen.get("html"))
