"""The analysis of Sources says what the answers say, its sums hold, its rules are in the link."""

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.asked import Question
from analytics.scope import Scope
from analytics.sources.spend import dimension_of
from analytics.view.attribution_rules import POSITIONS, Credit
from analytics.view.view import View, segment_value
from tests.pages.conftest import ODD, Serve
from tests.support.screen import (
    boards,
    dialog,
    how_counted,
    in_turn,
    looked_at,
    moved,
    opened,
    said,
    settled,
    shown,
)
from ui import answers
from ui.answers import attribution, costs, path_assists
from ui.charts import canvas
from ui.language import formats, labels
from ui.theme import Look

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Sources", "vi": "Nguồn"}
VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"by": "channel", "mode": "flow", "period": "last-180d", "measure": "value"},
    {"level": "stage", "stage": "sql", "by": "campaign", "model": "markov", "order": "2"}
    | {"channel": "event,email"},  # Shapley tells each campaign from each other
    {"stage": "prospect", "source": "seo,google_ads", "model": "shapley_rate", "look_back": "20"},
)


def deep(chosen: Mapping[str, Any] | None = None, **query: str) -> AppTest:
    """The deeper part of the page by its link."""
    return opened("sources", None, chosen, tab="analysis", **query)


def deep_read(**query: str) -> AppTest:
    """The same for tests that only read it."""
    return looked_at("sources", tab="analysis", **query)


@cache
def tables(root: Path, lang: str, **query: str) -> list[pd.DataFrame]:
    """The tables of the page of a store where its numbers are shown, only to be read."""
    screen = deep({f"with_credit_table__{lang}": True}, lang=lang, **query)
    assert root == answers.store().root
    return [each.value for each in screen.dataframe]


def figures(screen: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in screen.get("plotly_chart")]


def bottom_line(screen: AppTest) -> str:
    told = how_counted(screen, "side_by_side")
    (line,) = (text for text in told.splitlines() if re.search(r"= \*\*.*\*\*\.", text))
    return line


def amounts(line: str, lang: str) -> list[Decimal]:
    """The numbers with decimals of a sentence: its amounts, unlike its counts."""
    point, thousands = (",", ".") if lang == "vi" else (".", ",")
    pattern = rf"−?\d[\d{re.escape(thousands)}]*{re.escape(point)}\d"
    return [
        Decimal(text.replace(thousands, "").replace(point, ".").replace("−", "-"))
        for text in re.findall(pattern, line)
    ]


@pytest.mark.parametrize(("lang", "query"), in_turn(VIEWS))
def test_the_credit_is_the_answers_and_adds_up(lang: str, query: dict[str, str]) -> None:
    screen = deep_read(lang=lang, **query)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    found = attribution(Scope(replace(view, by=dimension_of(view)), generation))
    by_value = view.credit.measure == "value"

    heat = figures(screen)[0]
    (cells,) = (trace for trace in heat["data"] if trace["type"] == "heatmap")
    first = found.rows[found.rows["model"] == "first"].set_index("source")
    column = "value" if by_value else "credit"
    sources = found.rows.loc[found.rows["source"].notna(), "source"].unique()[:8]
    assert len(cells["hovertext"]) == len(sources)
    for row, source in zip(cells["hovertext"], sources, strict=True):
        amount = first.loc[source, column]
        told = formats.money(amount, "VND") if by_value else formats.measure(amount)
        assert f": {told}<br>" in row[0]

    *parts, total = amounts(bottom_line(screen), lang)
    assert sum(parts) == total
    unit = Decimal(1)
    if by_value:
        unit = next(Decimal(10) ** power for power in (9, 6, 3) if found.value >= 10**power)
    asked = Decimal(str(found.value if by_value else found.conversions)) / unit
    assert abs(total - asked) <= Decimal("0.1")


def test_the_table_has_every_model_and_its_totals() -> None:
    scope = shown(deep_read(lang="en"))
    found = attribution(Scope(replace(scope.view, by="source"), scope.generation))
    table = next(each for each in tables(answers.store().root, "en") if "Range" in each)
    assert table.iloc[-1, 0] == "Total"
    for model in (
        "First touch",
        "Last touch",
        "Markov",
        "Shapley, sum",
        "Shapley, rate",
        "Full path",
    ):
        assert table[model].iloc[-1] == pytest.approx(found.conversions)
        assert table[model].iloc[:-1].sum() == pytest.approx(found.conversions)


@pytest.mark.parametrize(("lang", "query"), in_turn(VIEWS))
def test_the_money_is_the_answers(lang: str, query: dict[str, str]) -> None:
    screen = deep_read(lang=lang, **query)
    found = costs(shown(screen))
    own = found.rows[found.rows["segment"].notna()]
    (money,) = (each for each in boards(screen) if "CAC" in headings(each))
    assert [row["id"] for row in money["rows"]] == [None, *own["segment"]]
    name = labels.dimension_label(found.by)
    shown_as_table = tables(answers.store().root, lang, **query)
    table = next(each for each in shown_as_table if "CAC" in each and name in each)
    assert table[name].tolist()[1:] == [
        labels.value_label(found.by, segment_value(segment)) for segment in own["segment"]
    ]
    rows = pd.concat([found.rows.tail(1), own])
    assert table.iloc[:, 1].tolist() == rows["leads"].astype(float).tolist()
    is_unknown = rows["cac"].isna() & rows["cac_at_least"].isna()
    assert table["CAC"].isna().tolist() == is_unknown.tolist()


def test_unknown_costs_are_said_and_never_nothing() -> None:
    screen = deep_read(lang="en")
    found = costs(shown(screen))
    unknown = found.rows[found.rows["cost"].isna()]
    assert len(unknown)
    largest = labels.value_label("source", unknown["segment"].iat[0])
    assert f"Cost unknown: {largest}" in said(screen)

    screen = deep(lang="en", owner=first_owner(screen))
    assert "Spend is not known by owner" in said(screen)
    assert "What customers cost is unknown" in said(screen)


def headings(board: dict[str, Any]) -> list[str]:
    return [column["label"] for column in board["columns"]]


def first_owner(screen: AppTest) -> str:
    generation = shown(screen).generation
    rows = generation.query(
        "select owner from leads where owner is not null order by owner limit 1"
    )
    return str(rows["owner"].iat[0])


def test_a_source_leads_to_its_campaigns_and_these_to_their_leads() -> None:
    screen = deep(lang="en")
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    screen = settled(screen.selectbox(key="money_source_source__en").set_value("google_ads"))
    campaigns = costs(
        Scope(replace(view.where("source", ["google_ads"]), by="campaign"), generation)
    )
    names = campaigns.rows["segment"].dropna().tolist()
    table = next(each for each in boards(screen) if headings(each)[0] == "Campaign")
    assert [row["id"] for row in table["rows"]] == [None, *names]
    way = link_of(screen)
    assert way.values("source") == ("google_ads",)

    screen = settled(screen.selectbox(key="money_campaign_campaign__en").set_value(names[0]))
    way = link_of(screen)
    assert way.values("campaign") == (segment_value(names[0]),)
    count = int(campaigns.rows["leads"].iat[0])
    assert answers.count(answers.leads(scope.at(way))) == count
    assert f"See the {formats.number(count)} leads of" in said(screen)
    # Another source has other campaigns.
    screen = settled(screen.selectbox(key="money_source_source__en").set_value("trade_fair"))
    assert link_of(screen).values("campaign") == ()


def link_of(screen: AppTest) -> View:
    """The view that the way to the leads has."""
    (link,) = (each for each in screen.get("page_link") if "See the" in each.proto.label)
    query = parse_qs(link.proto.query_string, keep_blank_values=True)
    return View.from_query({name: values[0] for name, values in query.items()})


def ruled(screen: AppTest) -> AppTest:
    """The page with its rules of credit open, which a run of the page closes again."""
    return dialog(screen, "credit_rules")


def test_the_rules_are_the_links_and_change_it(serve: Serve, odd: dict[str, Path]) -> None:
    serve(odd["no customers in the pipeline"])
    screen = ruled(deep(lang="en", weights="u:50-50-0-0-0", half_life="7", model="u"))
    table = next(each.value for each in screen.dataframe if "opportunity" in each.value)
    assert table.iloc[:, 1:].astype(float).to_numpy().tolist() == [
        [50, 50, 0, 0, 0] if model == "u" else list(usual) for model, usual in POSITIONS.items()
    ]
    credit = shown(screen).view.credit
    assert credit.weights_of("u") == (50, 50, 0, 0, 0)
    assert credit.half_life == 7
    assert screen.number_input(key="credit_half_life__en").value == 7
    assert screen.number_input(key="credit_look_back__en").value is None

    screen = ruled(settled(screen.number_input(key="credit_look_back__en").set_value(30)))
    assert shown(screen).view.credit.look_back == 30
    screen = ruled(settled(screen.selectbox(key="credit_preset__en").set_value("marketo_w")))
    credit = shown(screen).view.credit
    assert (credit.model, credit.weights_of("w")) == ("w", (30, 30, 30, 0, 10))
    assert credit.weights_of("u") == (50, 50, 0, 0, 0)
    screen = ruled(settled(screen.segmented_control(key="credit_order__en").set_value(2)))
    assert shown(screen).view.credit.order == 2
    usual = next(button for button in screen.button if button.label == "Back to defaults")
    screen = settled(usual.click())
    assert shown(screen).view.credit == Credit(model="w")


def test_what_gets_credit_and_for_what_is_chosen_here() -> None:
    screen = deep(lang="en")
    screen.selectbox(key="credit_by__en").set_value("channel")
    screen = settled(screen.selectbox(key="milestone_group__en").set_value("opportunity"))
    screen.segmented_control(key="credit_measure__en").set_value("value")
    screen = settled(screen.selectbox(key="credit_versus_slope__en").set_value("first"))
    scope = shown(screen)
    view = scope.view
    assert (view.by, view.stage) == ("channel", "opportunity")
    assert (view.credit.measure, view.credit.versus) == ("value", "first")
    assert answers.count(answers.leads(scope)) == attribution(scope).conversions
    # Another page's breakdown is not this one's to credit, nor to lose.
    screen = deep(lang="en", by="team")
    assert screen.selectbox(key="credit_by__en").value == "source"
    assert shown(screen).view.by == "team"


def test_the_models_shown_are_chosen_by_hand(serve: Serve, odd: dict[str, Path]) -> None:
    serve(odd["no customers in the pipeline"])
    screen = deep(lang="en")
    pills = screen.get("button_group")
    assert pills
    key = "credit_models__en"
    chosen = ["first", "j", "shapley"]
    screen.session_state[key] = chosen
    screen = settled(screen)
    heat = figures(screen)[0]
    assert heat["layout"]["xaxis"]["ticktext"] == ["First", "J", "Shapley"]
    screen = moved(moved(screen, "funnel"), "sources")
    assert len(figures(screen)[0]["layout"]["xaxis"]["ticktext"]) > 3


def test_the_assists_are_the_answers() -> None:
    screen = deep_read(lang="en", **VIEWS[2])
    rows = path_assists(shown(screen)).rows
    table = next(each for each in boards(screen) if "Assisted" in headings(each))
    for heading, column in (("Assisted", "assisted"), ("On the path", "on_path")):
        at = headings(table).index(heading)
        told = [row["cells"][at]["value"] for row in table["rows"]]
        assert told == [formats.number(each) for each in rows[column]]


def test_few_conversions_are_warned_about() -> None:
    screen = deep(lang="en", period="last-90d")
    assert any("the models say little" in told.value for told in screen.info)
    assert "Too few conversions to say who deserves the credit" in said(screen)


def test_nobody_has_come_so_far() -> None:
    screen = deep(lang="en", from_="2026-10-30")
    assert "Nobody came to customer in this view" in said(screen)


@pytest.mark.parametrize("query", [{}, {"mode": "flow", "by": "campaign", "measure": "value"}])
@pytest.mark.parametrize("name", ODD)
def test_odd_stores_can_be_looked_at(
    name: str, query: dict[str, str], serve: Serve, odd: dict[str, Path]
) -> None:
    serve(odd[name])
    screen = deep({"with_credit_table__en": True}, lang="en", **query)
    assert screen.dataframe


def test_without_any_source_no_source_gets_credit(serve: Serve, odd: dict[str, Path]) -> None:
    serve(odd["no source named"])
    screen = deep(lang="en")
    assert amounts(bottom_line(screen), "en") == [Decimal(0), Decimal(250), Decimal(250)]


@pytest.mark.usefixtures("unanswered")
def test_other_rules_of_credit_make_only_the_credit_anew(
    serve: Serve, odd: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(odd["no customers in the pipeline"])
    asked: Counter[str] = Counter()

    def counting(question: Question[..., Any], *arguments: Any, **more: Any) -> Any:
        asked[question.__name__] += 1
        return answered(question, *arguments, **more)

    answered = Question.__call__
    monkeypatch.setattr(Question, "__call__", counting)
    screen = deep(lang="en")
    once = Counter(asked)
    assert once["attribution"] == once["costs"] == once["travels"] == 1
    settled(ruled(screen).number_input(key="credit_half_life__en").set_value(7))
    assert asked - once == Counter(attribution=1)
    settled(screen.selectbox(key="credit_versus_slope__en").set_value("markov"))
    assert asked - once == Counter(attribution=1)
    settled(ruled(screen).number_input(key="credit_margin__en").set_value(50))
    assert asked - once == Counter(attribution=2, costs=1)
    settled(ruled(screen).number_input(key="credit_look_back__en").set_value(50))
    assert asked - once == Counter(attribution=3, costs=1, travels=1)


def test_what_is_drawn_again_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only how far the models differ is drawn anew, which takes a picture to stand beside."""
    deep_read(lang="en")
    drawn: list[str] = []
    begun = canvas.base

    def counting(look: Look, height: float) -> Any:
        drawn.append(sys._getframe(1).f_code.co_name)
        return begun(look, height)

    for module in [each for name, each in sys.modules.items() if name.startswith("ui.charts.")]:
        if hasattr(module, "base"):
            monkeypatch.setattr(module, "base", counting)
    deep(lang="en")
    assert drawn == ["spread"]
