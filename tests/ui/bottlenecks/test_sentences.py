"""What is said of a bottleneck: short, whole numbers, and against what."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.loss import Loss
from analytics.bottlenecks.ranking import ranked
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.view.scenario import Scenario
from analytics.view.view import View
from data.store import Generation, Store
from tests.ui.bottlenecks.test_chosen import OF_ALL
from ui.bottlenecks import losses, opened, queues, sentences
from ui.language import current


@pytest.fixture(scope="module")
def scope(sample_store: Path) -> Scope:
    return Scope(View(), Store(sample_store).generation())


def loss(**known: object) -> Loss:
    about = {"stage": "sal", "next_stage": "sql", "dimension": "team", "segment": "Hanoi"}
    worth = {"wins_lost": 8.9, "value_lost": 1.73e9}
    return replace(OF_ALL, **(about | worth | known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            {},
            "Hanoi moves only 40% of SAL on to SQL, down from 50%: "
            "about 9 customers lost a quarter, ₫1.7B.",
        ),
        (
            {"dimension": None, "segment": None, "value_lost": None},
            "Only 40% of SAL reach SQL, down from 50%: about 9 customers lost a quarter.",
        ),
        (
            {"dimension": "source", "segment": "seo", "held_against": "best", "wins_lost": 1.2},
            "SEO: only 40% of SAL reach SQL, 50% in the best groups: "
            "about 1 customer lost a quarter, ₫1.7B.",
        ),
        (
            {"held_against": "target", "wins_lost": 0.42},
            "Hanoi moves only 40% of SAL on to SQL, the target is 50%: "
            "about 0.4 customers lost a quarter, ₫1.7B.",
        ),
    ],
    ids=["a team", "all leads", "a source", "a target"],
)
def test_a_bottleneck_in_one_sentence(scope: Scope, known: dict[str, object], said: str) -> None:
    current.use("en")
    assert sentences.of_loss(scope, loss(**known), "VND") == said


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_headline_is_short(whole_sample: Generation, lang: str) -> None:
    current.use(lang)
    scope = Scope(View(), whole_sample)
    said = sentences.headline(scope, ranked(bottlenecks(scope)))
    assert len(said) <= 110
    assert "23%" in said
    assert "40%" in said


def test_the_ranking_and_its_analysis_count_the_same_bottlenecks(whole_sample: Generation) -> None:
    current.use("en")
    scope = Scope(View(), whole_sample)
    found = bottlenecks(scope)
    ranking = ranked(found)
    certain = sum(each.certainty is Certainty.CERTAIN for each in ranking.findings)
    likely = sum(each.certainty is Certainty.LIKELY for each in ranking.findings)
    assert sentences.how_many(ranking) == f"{certain} certain bottleneck, {likely} likely"
    assert losses.losses_finding(scope, found).startswith("One certain bottleneck: ")
    none = replace(ranking, findings=())
    assert sentences.how_many(none) == "No bottleneck clearly loses customers"


@pytest.mark.parametrize(
    ("against", "asked"),
    [("past", "as before"), ("best", "as good as the best"), ("target", "at its target")],
)
def test_what_is_tried_out_is_what_it_is_held_against(against: str, asked: str) -> None:
    current.use("en")
    assert opened.what_if_of(loss(held_against=against)) == f"What if it were {asked}?"


def test_a_queue_grows_by_what_its_numbers_differ_by() -> None:
    row = SimpleNamespace(growth=13.4, arrivals=285.6, exits=272.2)
    assert queues.grown(row) == 286 - 272
    assert queues.grown(SimpleNamespace(growth=None, arrivals=1.0, exits=2.0)) is None


def test_a_stage_that_nobody_passes_has_no_queue() -> None:
    rows = pd.DataFrame({"stage": ["a", "b"], "open": [0, 9], "arrivals": [0, None], "exits": 0.0})
    assert queues.used(rows)["stage"].tolist() == ["b"]
    assert queues.used(rows.iloc[:1])["stage"].tolist() == ["a"]


def test_without_a_bottleneck_it_says_whether_enough_is_known(scope: Scope) -> None:
    current.use("en")
    stages = scope.generation.pipeline.slugs[:-1]
    nothing = Scenario(benchmark="target", targets=tuple((slug, 0.0) for slug in stages))
    reached = ranked(bottlenecks(scope.at(View(scenario=nothing))))
    assert sentences.headline(scope, reached) == "No bottleneck clearly loses customers"
    nobody = ranked(bottlenecks(scope.at(View(period="last-1d"))))
    assert sentences.headline(scope, nobody) == "Too little data yet to name a bottleneck"
    assert sentences.how_many(nobody) == sentences.headline(scope, nobody)


@pytest.mark.parametrize(
    ("count", "said"), [(8.9, "9"), (1.2, "1"), (0.42, "0.4"), (0.96, "1"), (12.5, "12")]
)
def test_customers_are_whole_from_one_on(count: float, said: str) -> None:
    current.use("en")
    assert sentences.customers(count) == said


def test_more_and_fewer_with_and_without_money() -> None:
    current.use("en")
    assert sentences.more("9", "₫1.7B") == "About 9 more customers and ₫1.7B a quarter"
    assert sentences.more("1", None) == "About 1 more customer a quarter"
    assert sentences.fewer("9", "₫1.7B") == "About 9 customers and ₫1.7B fewer a quarter"
    assert sentences.fewer("1", None) == "About 1 customer fewer a quarter"
