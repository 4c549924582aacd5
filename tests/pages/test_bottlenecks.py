"""Bottlenecks: the page says what the answers say, each figure has its proof, all is linked."""

import json
import re
from dataclasses import replace
from itertools import cycle
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.change import change
from analytics.bottlenecks.queues import queues
from analytics.bottlenecks.what_if import what_if
from analytics.scope import Scope
from analytics.time_in_stage.waiting import waiting
from analytics.view.scenario import Scenario
from analytics.view.view import View
from tests.support.screen import LANGUAGES, looked_at, moved, opened, said, settled, shown
from ui.bottlenecks import chosen, names, story
from ui.language import current, formats

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


def headline(screen: AppTest) -> str:
    return str(screen.header[0].value)


def links(text: str) -> dict[str, str]:
    """The links of a text in Markdown: where to, by what is said."""
    return dict(re.findall(r"\[([^\]]+)\]\(([^)]+)\)", text))


def followed(link: str) -> AppTest:
    """What a reader sees who follows a link of a sentence."""
    parts = urlsplit(link)
    query = dict(parse_qsl(parts.query))
    query = {"from_" if name == "from" else name: value for name, value in query.items()}
    return looked_at(parts.path.strip("/") or "overview", **query)


def table(screen: AppTest, column: str) -> Any:
    """The first table with a column."""
    return next(each.value for each in screen.dataframe if column in each.value)


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), VIEWS, strict=False)))
def test_the_losses_are_the_answers(lang: str, query: dict[str, str]) -> None:
    screen = looked_at("bottlenecks", lang=lang, **query)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    found = bottlenecks(scope)
    losses = chosen.shown(found)
    drawn = next(
        trace
        for trace in figures(screen)[0]["data"]
        if trace["type"] == "bar" and trace["hoverinfo"] == "text"
    )
    assert drawn["x"] == pytest.approx([loss.wins_lost for loss in losses])
    rows = found.rows
    headlines = rows.loc[rows["headline"], "wins_lost"].tolist()[: len(losses)]
    assert drawn["x"][: len(headlines)] == pytest.approx(headlines)
    for loss, text in zip(losses, drawn["hovertext"], strict=True):
        assert f"n={formats.number(loss.n)}" in text
        assert loss.wins_lost is not None
        assert formats.number(abs(loss.wins_lost), names.digits(loss.wins_lost)) in text
    folds = [
        each.label
        for each in screen.expander
        if formats.number(found.rows["too_few"].sum()) in each.label
    ]
    assert folds or not found.rows["too_few"].any()


def without_links(text: str) -> str:
    return re.sub(r"\]\([^)]+\)", "]", text)


def test_the_headline_names_the_first_and_every_figure_has_its_proof() -> None:
    # Looking at another one, so that the links are whole addresses.
    screen = opened("bottlenecks", lang="en", benchmark="best", level="stage", stage="lead")
    scope = shown(screen)
    found = bottlenecks(scope)
    loss = found.headlines[0]
    assert loss.stage != "lead"
    assert loss.wins_lost is not None
    text = headline(screen)
    amount = formats.number(loss.wins_lost, names.digits(loss.wins_lost))
    assert f"[{amount} customers a quarter](" in text
    proofs(text, loss.n, text)


def proofs(text: str, n: int, first: str) -> None:
    """Follows the links of a sentence about a bottleneck, and finds what it says."""
    where = links(text)
    assert len(where) >= 3
    for told, to in where.items():
        page = followed(to)
        if "visits" in told:
            assert told == f"{formats.number(n)} visits"
            assert f"List the {formats.number(n)} stays" in [each.label for each in page.toggle]
        else:
            assert page.title[0].value == TITLES["en"]
            assert re.sub(r"\]\([^)]+\)", "]", headline(page)) == without_links(first).replace(
                "**", ""
            )
            assert f"List the {formats.number(n)} stays" in [each.label for each in page.toggle]
        if "lead" in told:
            assert f"**{told} waiting" in said(page)


def test_on_the_overview_the_proof_of_each_of_the_first_three_is_its_own() -> None:
    screen = looked_at("overview", lang="en", benchmark="best")
    found = bottlenecks(shown(screen)).headlines[:3]
    assert len(found) > 1
    told = [text.value for text in screen.markdown if text.value.startswith(":red[")]
    for loss, text in zip(found, told, strict=False):
        proofs(text, loss.n, headline(looked_at("bottlenecks", lang="en", benchmark="best")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_bottleneck_it_says_so_with_the_n(lang: str) -> None:
    screen = opened(
        "bottlenecks",
        lang=lang,
        benchmark="target",
        targets=",".join(
            f"0:{slug}" for slug in ("lead", "iql", "mql", "sal", "sql", "opportunity")
        ),
    )
    scope = shown(screen)
    found = bottlenecks(scope)
    assert not found.headlines
    tried = found.rows[~found.rows["too_few"]]
    assert formats.number(len(tried)) in headline(screen)
    assert formats.number(tried.loc[tried["dimension"].isna(), "n"].sum()) in headline(screen)


def test_what_is_looked_at_is_chosen_by_keyboard() -> None:
    screen = opened("bottlenecks", lang="en")
    found = bottlenecks(shown(screen))
    losses = chosen.shown(found)
    picker = next(each for each in screen.selectbox if each.label == "Look at")
    assert len(picker.options) == len(losses)
    second = losses[1]
    screen = settled(picker.select_index(1))
    (stays,) = (each.label for each in screen.toggle if "List the" in each.label)
    assert stays == f"List the {formats.number(second.n)} stays"
    assert current.lang() == "en"
    listed = settled(next(each for each in screen.toggle if each.label == stays).set_value(True))
    assert len(table(listed, "How it ended")) == min(second.n, 1000)


def test_the_benchmark_and_the_targets_are_in_the_link() -> None:
    screen = opened("bottlenecks", lang="en")
    control = next(each for each in screen.segmented_control if each.label == "Held against")
    screen = settled(control.set_value("target"))
    assert shown(screen).view.scenario == Scenario(benchmark="target")
    number = next(each for each in screen.number_input if each.label.startswith("SAL → SQL"))
    screen = settled(number.set_value(75.0))
    scope = shown(screen)
    view = scope.view
    assert view.scenario == Scenario(benchmark="target", targets=(("sal", 75.0),))
    rows = bottlenecks(scope).rows
    assert rows.loc[rows["stage"] == "sal", "benchmark"].unique().tolist() == [0.75]
    by = next(each for each in screen.selectbox if each.label == "Look for losses by")
    screen = settled(by.set_value("team"))
    assert shown(screen).view.by == "team"


@pytest.mark.parametrize("query", VIEWS)
def test_the_queues_are_the_answers_and_their_leads_are_listed(query: dict[str, str]) -> None:
    screen = opened("bottlenecks", lang="en", **query)
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
    own = table(screen, "Backlog, weeks")
    assert own["Waiting"].tolist() == rows["open"].tolist()
    stage = next(each for each in screen.segmented_control if each.label == "Stage").value
    everybody = waiting(Scope(story.queue_view(view, None), generation)).rows
    n = int((everybody["stage"] == stage).sum())
    assert n == int(rows.loc[rows["stage"] == stage, "open"].iat[0])
    assert re.search(rf"\*\*{formats.number(n)} leads? waiting", said(screen))


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), VIEWS, strict=False)))
def test_the_waterfall_is_the_answers_and_adds_up(lang: str, query: dict[str, str]) -> None:
    screen = looked_at("bottlenecks", lang=lang, **query)
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    found = change(Scope(replace(view, stage=None), generation))
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
    screen = opened("bottlenecks", lang=lang, scenario=TRIED)
    scope = shown(screen)
    found = what_if(scope)
    (metric,) = screen.metric
    assert metric.value == formats.number(found.customers)
    assert metric.delta.replace("-", "−") == formats.signed(found.gain, names.digits(found.gain))
    assert formats.span(found.low, found.high) in said(screen)
    back = next(each for each in screen.button if (each.key or "").startswith("what_if_reset"))
    screen = settled(back.click())
    assert shown(screen).view.scenario == Scenario()
    assert screen.metric[0].value == formats.number(found.base)
    assert screen.metric[0].delta == ""


def test_a_slider_tries_a_rate_and_lets_go_of_it() -> None:
    screen = opened("bottlenecks", lang="en")
    slider = next(each for each in screen.slider if each.label.startswith("SAL → SQL"))
    before = float(str(slider.value))
    screen = settled(slider.set_value(round(before + 5, 1)))
    assert dict(shown(screen).view.scenario.rates) == {"sal": pytest.approx(before + 5)}
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


def test_the_flow_is_of_all_moves() -> None:
    screen = settled(
        next(
            each
            for each in opened("bottlenecks", lang="en").toggle
            if each.label == "Show the numbers"
        ).set_value(True)
    )
    ends = bottlenecks(shown(screen)).outcomes.ends
    assert table(screen, "From")["Visits"].sum() == ends.sum()


def test_a_view_of_its_own_is_linked_whole() -> None:
    """A sentence's link holds all of the view, so that a colleague sees the same."""
    screen = opened("overview", lang="en", channel="event", benchmark="best")
    view = shown(screen).view
    told = [to for text in screen.markdown for to in links(text.value).values()]
    own = [View.parse(dict(parse_qsl(urlsplit(to).query)))[0] for to in told if "#" in to]
    assert own
    assert {replace(each, level=view.level, stage=view.stage) for each in own} == {view}
