"""What a store does not know is taken out of the view and named; nothing else changes."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.reading import Dropped
from analytics.view.view import View, segment_value
from data.errors import StoreEmpty, StoreGone
from data.store import Generation, Store
from tests.support.histories import SHORT, START, store_of, stores

LEADS: list[dict[str, Any]] = [
    {"lead_id": "1", "created_at": "2024-01-01", "source": "seo", "shoe": "40"},
    {"lead_id": "2", "created_at": "2024-01-02", "source": "seo"},
    {"lead_id": "3", "created_at": "2024-01-03", "source": None},
    {"lead_id": "4", "created_at": "2024-01-03", "source": "event"},
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Four leads; an extra dimension `shoe`."""
    return store_of(tmp_path, LEADS, pipeline=SHORT)


@pytest.fixture
def generation(store: Store) -> Generation:
    """The only generation of the store."""
    return store.generation()


def test_values_come_with_their_leads_most_first_missing_among_them(generation: Generation) -> None:
    assert vocabulary.values(generation, "source") == (("seo", 2), ("event", 1), (None, 1))
    assert vocabulary.values(generation, "shoe") == ((None, 3), ("40", 1))
    assert vocabulary.values(generation, "temperature") == ((None, 4),)
    with pytest.raises(KeyError):
        vocabulary.values(generation, "name")


def test_a_dimension_with_a_quote_in_its_name_has_values_too(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [{**LEADS[0], 'sh"oe': "40"}]).generation()
    assert [
        vocabulary.values(generation, dimension)[0][1] for dimension in generation.dimensions
    ] == [1] * len(generation.dimensions)


ALL_KNOWN = View(
    window=3, by="shoe", stage="prospect", compare="previous", mode="flow", lang="en"
).where("source", ["seo", None])


def test_what_is_known_stays(generation: Generation) -> None:
    assert vocabulary.fitted(ALL_KNOWN, generation) == (ALL_KNOWN, ())


@pytest.mark.parametrize(
    ("asked", "fitting", "dropped"),
    [
        (replace(ALL_KNOWN, by="hat"), replace(ALL_KNOWN, by=None), [Dropped("by", "hat")]),
        (replace(ALL_KNOWN, by="email"), replace(ALL_KNOWN, by=None), [Dropped("by", "email")]),
        (
            replace(ALL_KNOWN, stage="planet"),
            replace(ALL_KNOWN, stage=None),
            [Dropped("stage", "planet")],
        ),
        # A stage is not a step of the funnel by groups.
        (replace(ALL_KNOWN, stage="b"), replace(ALL_KNOWN, stage=None), [Dropped("stage", "b")]),
        (
            ALL_KNOWN.where("hat", ["bowler", None]),
            ALL_KNOWN,
            [Dropped("hat", "~, bowler")],
        ),
        # What leaves nothing out would count more than was asked for.
        (
            ALL_KNOWN.excluding("source", ["SEO", "event", None]).excluding("shoe", ["41"]),
            ALL_KNOWN.excluding("source", ["event", None]),
            [Dropped("shoe-not", "41"), Dropped("source-not", "SEO")],
        ),
        (
            ALL_KNOWN.excluding("hat", ["bowler", None]),
            ALL_KNOWN,
            [Dropped("hat-not", "~, bowler")],
        ),
        # A number that a click left in the link says nothing of the leads.
        (
            ALL_KNOWN.where("fbclid", ["IwAR0"]),
            ALL_KNOWN,
            [Dropped("fbclid", "IwAR0", is_harmless=True)],
        ),
    ],
)
def test_what_is_not_known_is_named(
    generation: Generation, asked: View, fitting: View, dropped: list[Dropped]
) -> None:
    assert vocabulary.fitted(asked, generation) == (fitting, tuple(dropped))


def test_what_is_known_is_named_beside_it(generation: Generation) -> None:
    asked = replace(ALL_KNOWN, by="hat", stage="planet").where("sourse", ["seo"])
    allowed = {each.parameter: each.allowed for each in vocabulary.fitted(asked, generation)[1]}
    assert allowed["by"] == (*generation.dimensions, "none")
    assert allowed["stage"] == ("lead", "prospect", "opportunity", "none")
    assert {"source", "shoe", "window"} <= set(allowed["sourse"])
    (misspelt,) = vocabulary.fitted(View().excluding("source", ["SEO"]), generation)[1]
    assert misspelt.allowed == ("event", "seo")
    assert not misspelt.is_harmless


def test_what_is_left_out_leaves_all_else_the_unknown_as_well(generation: Generation) -> None:
    assert entered(View().excluding("source", [None]), generation) == 3
    assert entered(View().excluding("source", ["seo"]), generation) == 2
    assert entered(View().excluding("source", ["seo", None]), generation) == 1
    assert entered(View().where("source", ["seo"]).excluding("source", ["seo"]), generation) == 0


def test_a_value_that_no_lead_has_counts_as_zero(generation: Generation) -> None:
    asked = View().where("source", ["seo", "SEO", "tv"]).where("region", ["north", None])
    assert vocabulary.fitted(asked, generation) == (asked, ())
    assert vocabulary.absent(asked, generation) == (
        ("region", "north"),
        ("source", "SEO"),
        ("source", "tv"),
    )
    assert entered(asked, generation) == entered(View().where("source", ["seo"]), generation) == 2
    assert entered(View().where("source", ["TikTok"]), generation) == 0


def entered(view: View, generation: Generation) -> int:
    """How many leads a view counts."""
    return int(funnel(Scope(view, generation)).rows["reached"].iat[0])


ODD = (
    *(
        "a",
        "a\u200b",
        "\u200b",
        "a\u200c",
        "a\u200d",
        "\u202ea",
        "👩\u200d🚀",
        "\U0001fae9",
        "\x00",
        "\n",
    ),
    *(
        "all",
        "none",
        "~",
        "~~",
        "~.",
        "~:all",
        "~other",
        ",",
        " ",
        " a",
        "a ",
        "\u00a0",
        "é",
        "e\u0301",
    ),
    *("x" * 1_001, "ễ" * 3_000, "a&b=c", "#1", "%41", "+", "?", "../x", "'", '"', "$as_of", "-- x"),
)


@stores(10)
@example(list(ODD))
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), max_size=8))
def test_every_bar_has_a_link_to_its_leads(drawn: list[str]) -> None:
    """For any text that a source can be called: the bar's count is the length of its list."""
    sources = (*drawn, None)
    rows = [
        {"lead_id": f"{number}-{again}", "created_at": START, "source": source}
        for number, source in enumerate(sources)
        for again in range(1 + number % 3)
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder), rows, pipeline=SHORT)
        bars = funnel(Scope(View(by="source"), store.generation())).rows
        bars = bars[bars["stage"] == "lead"]
        assert bars["reached"].sum() == len(rows)
        assert len(bars) == len(set(sources))
        for bar in bars.itertuples(index=False):
            link = (
                View(stage="lead").where("source", [segment_value(bar.segment)]).to_link("/leads")
            )
            view, dropped = View.from_link(link)
            generation, fitting, unknown = vocabulary.opened(view, store)
            assert (dropped, unknown, fitting) == ((), (), view)
            assert vocabulary.absent(view, generation) == ()
            found = leads(Scope(view, generation)).rows
            assert len(found) == bar.reached
            assert set(found["source"].fillna("~~~")) == {segment_value(bar.segment) or "~~~"}


def test_a_generation_that_is_gone_is_the_current_one(store: Store) -> None:
    generation, view, dropped = vocabulary.opened(replace(ALL_KNOWN, data=1), store)
    assert (generation.number, view.data, dropped) == (1, 1, ())
    with pytest.raises(StoreGone, match=r"Generation 7 .* frozen.*data=current"):
        vocabulary.opened(replace(ALL_KNOWN, data=7, by="hat"), store)


def test_a_frozen_link_keeps_its_generation(store: Store) -> None:
    store_of(store.root, LEADS[:1])
    frozen, _, _ = vocabulary.opened(View(data=1), store)
    current, _, _ = vocabulary.opened(View(), store)
    assert (frozen.number, current.number) == (1, 2)
    assert vocabulary.values(frozen, "source") != vocabulary.values(current, "source")


def test_a_frozen_link_is_of_its_generation_and_of_no_other_with_its_number(store: Store) -> None:
    frozen = Scope(View(), store.generation()).frozen_view()
    assert vocabulary.opened(frozen, store)[0] == store.generation(1)
    shutil.rmtree(store.root)
    store_of(store.root, LEADS[:1])
    assert vocabulary.opened(View(data=1), store)[0] == store.generation(1)
    with pytest.raises(StoreGone, match="Generation 1 is no longer kept"):
        vocabulary.opened(frozen, store)


@pytest.mark.parametrize("view", [View(), View(data=3)])
def test_an_empty_store_has_nothing_to_open(tmp_path: Path, view: View) -> None:
    with pytest.raises(StoreEmpty, match="no data"):
        vocabulary.opened(view, Store(tmp_path / "none"))
