"""The scenario: it survives its link, refuses what means nothing, and fits the store."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.view.reading import Dropped
from analytics.view.scenario import BENCHMARKS, KINDS, Scenario, ScenarioError
from analytics.view.view import View
from analytics.view.vocabulary import fitted
from tests.support.histories import START, store_of

stages = st.sampled_from(["lead", "sal", "A_SUBMITTED", "new-2", "a.b"])
sources = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


def numbers(
    names: st.SearchStrategy[str], most: int
) -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    """Any numbers by name."""
    amounts = st.integers(0, most * 100).map(lambda hundredths: hundredths / 100)
    return st.dictionaries(names, amounts, max_size=4).map(lambda found: tuple(found.items()))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any valid scenario."""
    return Scenario(
        benchmark=draw(st.sampled_from(BENCHMARKS)),
        targets=draw(numbers(stages, 100)),
        rates=draw(numbers(stages, 100)),
        cuts=draw(numbers(stages, 365)),
        volumes=draw(numbers(sources | st.sampled_from(["~", ",", "a:b", "all"]), 10)),
    )


@given(scenarios())
def test_a_scenario_survives_its_link(scenario: Scenario) -> None:
    view = View(scenario=scenario)
    assert View.from_link(view.to_link()) == (view, ())


@pytest.mark.parametrize(
    "query",
    [
        {"benchmark": "mean"},
        {"targets": "60"},
        {"targets": "101:sal"},
        {"targets": "60:sal,70:sal"},
        {"scenario": "rate:-1:sal"},
        {"scenario": "rate:1e2:sal"},
        {"scenario": "days:400:sal"},
        {"scenario": "volume:11:seo"},
        {"scenario": "~"},
        {"scenario": "wish:2:sal"},
        {"scenario": "volume:2:"},
    ],
)
def test_what_means_nothing_is_dropped_and_named(query: dict[str, str]) -> None:
    view, dropped = View.parse(query)
    assert view == View()
    assert dropped == tuple(Dropped(name, text) for name, text in query.items())


def test_a_scenario_outside_the_grammar_cannot_be_made() -> None:
    with pytest.raises(ScenarioError):
        Scenario(rates=(("sal", 100.5),))


def test_one_thing_is_tried_at_a_time() -> None:
    tried = Scenario().trying("rate", "sal", 55.004).trying("volume", "seo", 2)
    assert tried == Scenario(rates=(("sal", 55.0),), volumes=(("seo", 2.0),))
    assert tried.trying("rate", "sal", 60).rates == (("sal", 60.0),)
    nothing = tried
    for kind, slug in zip(KINDS, ("sal", "sal", "seo"), strict=True):
        nothing = nothing.trying(kind, slug, None)
    assert nothing.is_empty
    assert not tried.is_empty
    assert Scenario().aiming("sal", 60).aiming("sal", None) == Scenario()


def test_stages_and_sources_that_the_store_does_not_have_are_dropped(tmp_path: Path) -> None:
    lead = {"lead_id": "L1", "created_at": START, "source": "seo"}
    generation = store_of(tmp_path, [lead]).generation()
    asked = Scenario(
        targets=(("gone", 10.0), ("sal", 50.0)),
        rates=(("won", 10.0),),
        cuts=(("sal", 2.0),),
        volumes=(("seo", 2.0), ("tv", 3.0)),
    )
    view, dropped = fitted(View(scenario=asked), generation)
    assert view.scenario == Scenario(
        targets=(("sal", 50.0),), cuts=(("sal", 2.0),), volumes=(("seo", 2.0),)
    )
    assert dropped == (
        Dropped("targets", "gone"),
        Dropped("scenario", "won"),
        Dropped("scenario", "tv", is_harmless=True),  # three times nothing
    )
