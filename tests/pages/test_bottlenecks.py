"""Bottlenecks: the page says what the answers say, each figure has its proof, all is linked."""

import json
import re
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.bottlenecks.step_rate import step_rate
from analytics.leads.to_do import to_do
from analytics.scope import Scope
from analytics.time_in_stage.waiting import waiting
from analytics.view.scenario import Scenario
from tests.support.screen import (
    LANGUAGES,
    boards,
    looked_at,
    moved,
    opened,
    said,
    settled,
    shown,
)
from ui import answers
from ui.answers import bottlenecks, change, queues, what_if
from ui.bottlenecks import calls, chosen, names, sentences, story
from ui.bottlenecks.change import waterfall_finding
from ui.language import formats
from ui.page import certainty
from ui.page.markdown import spoken

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Bottlenecks", "vi": "Điểm nghẽn"}
VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"by": "team", "benchmark": "best"},
    {"benchmark": "target", "targets": "90:sal,80:opportunity", "period": "last-365d"},
    {"channel": "event", "level": "stage", "compare": "last-year", "period": "last-quarter"},
    {"mode": "flow", "clock": "working", "as_of": "2026-06-30", "stage": "customer"},
)
TRIED = "rate:70:sal,days:3:sql,volume:2:seo"


def figures(screen: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in screen.get("plotly_chart")]


def texts(row: dict[str, Any]) -> list[str]:
    """What is read in a row of a board."""
    return [str(cell.get("value") or cell.get("word") or "") for cell in row["cells"]]


def table(screen: AppTest, column: str) -> Any:
    """The first table with a column."""
    return next(each.value for each in screen.dataframe if column in each.value)


# What it says first.


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), VIEWS, strict=False)))
def test_the_ranking_is_the_answer(lang: str, query: dict[str, str]) -> None:
    screen = looked_at("bottlenecks", lang=lang, **query)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    ranking = answers.ranking(shown(screen))
    assert sentences.headline(shown(screen), ranking) in said(screen)
    if not ranking.findings:
        assert boards(screen) == []
        return
    (board,) = boards(screen)
    assert [row["id"] for row in board["rows"]] == [each.loss.place for each in ranking.findings]
    for row, finding in zip(board["rows"], ranking.findings, strict=True):
        read = texts(row)
        assert read[0] == names.segment(finding.loss)
        assert f"−{sentences.customers(finding.customers)}" in read
        assert read[-1] == certainty.word(finding.certainty)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_it_says_first_has_words_and_no_statistics(lang: str) -> None:
    screen = looked_at("bottlenecks", lang=lang)
    text = said(screen)
    for word in ("q <", "n=", "n =", "Wilson", "Kaplan", "Markov", "Little", "95%", "lượt ở"):
        assert word not in text
    for title in screen.header:
        assert len(spoken(title.value)) <= 60
    assert len(spoken(sentences.headline(shown(screen), answers.ranking(shown(screen))))) <= 110


def test_the_one_that_is_open_is_in_the_link() -> None:
    screen = looked_at("bottlenecks", lang="en")
    ranking = answers.ranking(shown(screen))
    other = next(
        each for each in ranking.findings if ranking.first is None or each is not ranking.first
    )
    screen = opened("bottlenecks", lang="en", place=other.loss.place)
    chosen_rows = [row["id"] for row in boards(screen)[0]["rows"] if row["chosen"]]
    assert chosen_rows == [other.loss.place]
    assert names.segment(other.loss) in spoken(screen.header[-1].value)
    # A link of before names the stage.
    screen = opened("bottlenecks", lang="en", level="stage", stage=other.loss.stage)
    (row,) = (row["id"] for row in boards(screen)[0]["rows"] if row["chosen"])
    assert row.split(".")[0] == other.loss.stage
    assert opened("bottlenecks", lang="en", place="no.such.place").header


def test_all_rates_of_one_bottleneck_are_one() -> None:
    screen = looked_at("bottlenecks", lang="en")
    found = bottlenecks(shown(screen))
    at = chosen.chosen(shown(screen))
    assert at is not None
    rate = step_rate(found, at.loss.stage, at.loss.dimension, at.loss.segment)
    assert rate is not None
    assert rate.before is not None
    (figure,) = figures(screen)
    levels = [
        shape["y0"]
        for shape in figure["layout"]["shapes"]
        if shape["y0"] == shape["y1"] and shape.get("yref") != "paper"
    ]
    assert levels[:2] == pytest.approx([rate.before, rate.now])
    written = " ".join(each["text"] for each in figure["layout"]["annotations"])
    assert formats.percent(rate.now, 0) in written
    assert formats.percent(rate.before, 0) in written


@pytest.mark.parametrize("tab", ["", "queues", "reasons", "change", "what-if", "flow"])
def test_only_the_part_that_is_open_is_asked_for(tab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    answered = answers._answered

    def watched(generation: Any, name: str, *more: Any) -> Any:
        asked.add(name.rpartition(".")[2])
        return answered(generation, name, *more)

    monkeypatch.setattr(answers, "_answered", watched)
    opened("bottlenecks", lang="en", **({"tab": tab} if tab else {}))
    own = {"": "rate_or_mix", "queues": "queues", "change": "change", "what-if": "baseline"}
    of_parts = {*own.values(), "velocity"}
    assert asked & of_parts == ({own[tab]} if tab in own else set())


def test_the_days_that_count_are_said_once() -> None:
    screen = looked_at("bottlenecks", lang="en")
    assert [each.label for each in screen.button].count(names.latest_days()) == 1
    assert "Compare with" not in [each.label for each in screen.selectbox]
    own = opened("bottlenecks", lang="en", period="last-365d")
    assert names.latest_days() not in [each.label for each in own.button]
    assert "Compare with" in [each.label for each in own.selectbox]


def test_a_tab_is_in_the_link() -> None:
    screen = opened("bottlenecks", lang="en", tab="queues")
    rows = queues(shown(screen)).rows
    (board,) = boards(screen)
    assert [texts(row)[1] for row in board["rows"]] == [formats.number(n) for n in rows["open"]]
    assert shown(moved(screen, "bottlenecks")).view.tab in ("queues", None)


# What to do.


def test_the_message_for_the_team_names_leads_and_no_rates() -> None:
    scope = shown(looked_at("bottlenecks", lang="en"))
    at = chosen.chosen(scope)
    assert at is not None
    text = calls.message(scope, at.loss)
    waits = calls.waits(scope, at.loss)
    assert 0 < waits.overdue <= waits.all
    assert "%" not in text
    assert len(text.splitlines()) == 1 + min(waits.overdue, 10)


def test_the_list_to_call_is_as_long_as_it_says() -> None:
    screen = looked_at("bottlenecks", lang="en")
    at = chosen.chosen(shown(screen))
    assert at is not None
    overdue = calls.waits(shown(screen), at.loss).overdue
    assert f"{formats.number(overdue)} overdue" in said(screen)
    listed = to_do(shown(screen).at(calls.view(shown(screen).view, at.loss))).rows
    assert int((listed["stage"] == at.loss.stage).sum()) == overdue


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_target_it_asks_for_one_first(lang: str) -> None:
    screen = opened("bottlenecks", lang=lang, benchmark="target")
    assert boards(screen) == []
    assert figures(screen) == []
    steps = len(shown(screen).generation.pipeline.slugs) - 1
    assert len(screen.number_input) == steps
    sal = next(each for each in screen.number_input if each.label.startswith("SAL → SQL"))
    screen = settled(sal.set_value(75.0))
    assert shown(screen).view.scenario == Scenario(benchmark="target", targets=(("sal", 75.0),))
    (board,) = boards(screen)
    assert {row["id"].split(".")[0] for row in board["rows"]} == {"sal"}
    edit = next(each for each in screen.button if (each.key or "").startswith("targets"))
    screen = settled(edit.click())
    sql = next(each for each in screen.number_input if each.label.startswith("SQL →"))
    screen = settled(sql.set_value(80.0))
    assert dict(shown(screen).view.scenario.targets) == {"sal": 75.0, "sql": 80.0}


def test_a_benchmark_and_a_dimension_are_chosen() -> None:
    screen = opened("bottlenecks", lang="en")
    held = next(each for each in screen.selectbox if each.label == "Held against")
    screen = settled(held.set_value("best"))
    assert shown(screen).view.scenario == Scenario(benchmark="best")
    by = next(each for each in screen.selectbox if each.label == "By")
    screen = settled(by.set_value("team"))
    assert shown(screen).view.by == "team"
    assert {row["id"].split(".")[1] for row in boards(screen)[0]["rows"]} == {"team"}


# The deeper part.


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), VIEWS, strict=False)))
def test_the_losses_are_the_answers(lang: str, query: dict[str, str]) -> None:
    screen = looked_at("bottlenecks", lang=lang, tab="analysis", **query)
    scope = shown(screen)
    found = bottlenecks(scope)
    losses = chosen.shown(found)
    if not any((loss.wins_lost or 0) > 0 for loss in losses):
        assert "Không bước nào thấp hơn" in said(screen)
        return
    drawn = next(
        trace
        for trace in figures(screen)[0]["data"]
        if trace["type"] == "bar" and trace["hoverinfo"] == "text"
    )
    assert drawn["x"] == pytest.approx([loss.wins_lost for loss in losses])
    assert set(found.headlines[: len(losses)]) <= set(losses)
    for loss, text in zip(losses, drawn["hovertext"], strict=True):
        assert f"n={formats.number(loss.n)}" in text
        assert loss.wins_lost is not None
        assert formats.number(abs(loss.wins_lost), formats.decimals_of(loss.wins_lost)) in text
    folds = [
        each.label
        for each in screen.expander
        if formats.number(found.rows["too_few"].sum()) in each.label
    ]
    assert folds or not found.rows["too_few"].any()


def test_what_is_looked_at_is_chosen_by_keyboard() -> None:
    screen = opened("bottlenecks", lang="en", tab="analysis")
    found = bottlenecks(shown(screen))
    losses = chosen.shown(found)
    picker = next(each for each in screen.selectbox if each.label == "Look at")
    assert len(picker.options) == len(losses)
    second = losses[1]
    screen = settled(picker.select_index(1))
    assert shown(screen).view.place == second.place
    (stays,) = (each.label for each in screen.toggle if "List the" in each.label)
    assert stays == f"List the {formats.number(second.n)} stays"
    listed = settled(next(each for each in screen.toggle if each.label == stays).set_value(True))
    assert len(table(listed, "How it ended")) == min(second.n, 1000)


@pytest.mark.parametrize("query", VIEWS)
def test_the_queues_are_the_answers_and_their_leads_are_listed(query: dict[str, str]) -> None:
    screen = opened("bottlenecks", lang="en", tab="analysis", **query)
    screen = settled(
        next(each for each in screen.toggle if each.label == "Only longer than usual").set_value(
            False
        )
    )
    whose = [each for each in screen.segmented_control if each.label == "Whose queues"]
    if whose:
        screen = settled(whose[0].set_value("everybody"))
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    rows = queues(Scope(replace(view, by=None), generation)).rows
    (own,) = (
        each
        for each in boards(screen)
        if "Work for, weeks" in [column["label"] for column in each["columns"]]
    )
    waiting_now = [row["cells"][1]["value"] for row in own["rows"]]
    assert waiting_now == [formats.number(count) for count in rows["open"]]
    stage = next(each for each in screen.pills if each.label == "Stage").value
    everybody = waiting(Scope(story.queue_view(view, None), generation)).rows
    n = int((everybody["stage"] == stage).sum())
    assert n == int(rows.loc[rows["stage"] == stage, "open"].iat[0])
    assert re.search(rf"\*\*{formats.number(n)} leads? waiting", said(screen))


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), VIEWS, strict=False)))
def test_the_waterfall_is_the_answers_and_adds_up(lang: str, query: dict[str, str]) -> None:
    screen = looked_at("bottlenecks", lang=lang, tab="change", **query)
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    found = change(Scope(replace(view, stage=None), generation))
    assert waterfall_finding(found) in said(screen)
    if found.waterfall.empty:
        return
    drawn = next(
        trace
        for figure in figures(screen)
        for trace in figure["data"]
        if trace["type"] == "bar" and "leads" in (trace.get("customdata") or ())
    )
    steps = found.waterfall.iloc[1:-1]
    assert drawn["customdata"] == steps["key"].tolist()
    assert drawn["x"] == pytest.approx(steps["value"].tolist())
    assert found.won_before + sum(drawn["x"]) == pytest.approx(found.won_after)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_tried_is_in_the_link_and_answered(lang: str) -> None:
    screen = opened("bottlenecks", lang=lang, tab="what-if", scenario=TRIED)
    found = what_if(shown(screen))
    (metric,) = screen.metric
    base, customers = round(found.base), round(found.customers)
    assert metric.value == f"{formats.number(base)} → {formats.number(customers)}"
    assert metric.delta.replace("-", "−") == formats.signed(customers - base)
    assert found.gain_value is not None
    title = spoken(" ".join(each.value for each in screen.header))
    assert formats.number(customers - base) in title
    assert formats.money(found.gain_value, found.currency) in title
    # One range only, and it is of the number beside it.
    assert formats.signed(found.gain_low) in said(screen)
    assert formats.span(found.low, found.high) not in said(screen)
    last = texts(boards(screen)[-1]["rows"][-1])
    assert last[1:] == [
        formats.number(base),
        formats.number(customers),
        formats.signed(customers - base),
    ]
    back = next(each for each in screen.button if (each.key or "").startswith("what_if_reset"))
    screen = settled(back.click())
    assert shown(screen).view.scenario == Scenario()
    assert screen.metric[0].value == formats.number(found.base)
    assert screen.metric[0].delta == ""


def test_a_slider_tries_a_rate_and_lets_go_of_it() -> None:
    screen = opened("bottlenecks", lang="en", tab="what-if")
    slider = next(each for each in screen.slider if each.label.startswith("SAL → SQL"))
    before = int(str(slider.value))
    screen = settled(slider.set_value(before + 5))
    assert dict(shown(screen).view.scenario.rates) == {"sal": before + 5}
    slider = next(each for each in screen.slider if each.label.startswith("SAL → SQL"))
    screen = settled(slider.set_value(before))
    assert shown(screen).view.scenario.is_empty
    rows = what_if(shown(screen)).rows.set_index("stage")
    stage = (rows["benchmark"] - rows["rate_now"]).abs().idxmax()
    to = next(each for each in screen.button if (each.key or "").startswith(f"rate_at_{stage}"))
    screen = settled(to.click())
    row = what_if(shown(screen)).rows.set_index("stage").loc[stage]
    assert row["rate_tried"] == pytest.approx(row["benchmark"], abs=1e-4)


def test_the_scenario_goes_along_to_other_pages_and_back() -> None:
    screen = opened("bottlenecks", lang="en", scenario=TRIED)
    view = shown(screen).view
    screen = moved(moved(screen, "funnel"), "bottlenecks")
    assert shown(screen).view == view


def test_the_flow_begins_with_who_goes_back_and_leads_to_who_is_there() -> None:
    screen = opened("bottlenecks", lang="en", tab="flow")
    assert re.search(r"Of 100 leads that leave (\w+), \d+ go back to \w+", said(screen))
    assert any(each.proto.label.startswith("Call those at") for each in screen.get("page_link"))


def test_the_flow_is_of_all_moves() -> None:
    screen = settled(
        next(
            each
            for each in opened("bottlenecks", lang="en", tab="analysis").toggle
            if each.label == "Show the numbers"
        ).set_value(True)
    )
    ends = bottlenecks(shown(screen)).outcomes.ends
    assert table(screen, "From")["Visits"].sum() == ends.sum()
