"""What a store does not know is taken out of the view and named; nothing else changes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.view import vocabulary
from analytics.view.view import Dropped, View
from data.errors import StoreEmpty
from data.store import Generation, Store
from tests.support.histories import SHORT, store_of

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
        (
            ALL_KNOWN.where("source", ["seo", None, "SEO", "tv"]),
            ALL_KNOWN,
            [Dropped("source", "SEO"), Dropped("source", "tv")],
        ),
        (
            ALL_KNOWN.where("region", ["north"]),
            ALL_KNOWN,
            [Dropped("region", "north")],
        ),
        (
            ALL_KNOWN.where("region", [None]),
            ALL_KNOWN.where("region", [None]),
            [],
        ),
    ],
)
def test_what_is_not_known_is_named(
    generation: Generation, asked: View, fitting: View, dropped: list[Dropped]
) -> None:
    assert vocabulary.fitted(asked, generation) == (fitting, tuple(dropped))


def test_a_generation_that_is_gone_is_the_current_one(store: Store) -> None:
    generation, view, dropped = vocabulary.opened(replace(ALL_KNOWN, data=1), store)
    assert (generation.number, view.data, dropped) == (1, 1, ())
    generation, view, dropped = vocabulary.opened(replace(ALL_KNOWN, data=7, by="hat"), store)
    assert generation == store.generation()
    assert view == replace(ALL_KNOWN, by=None)
    assert dropped == (Dropped("data", "7"), Dropped("by", "hat"))


def test_a_frozen_link_keeps_its_generation(store: Store) -> None:
    store_of(store.root, LEADS[:1])
    frozen, _, _ = vocabulary.opened(View(data=1), store)
    current, _, _ = vocabulary.opened(View(), store)
    assert (frozen.number, current.number) == (1, 2)
    assert vocabulary.values(frozen, "source") != vocabulary.values(current, "source")


@pytest.mark.parametrize("view", [View(), View(data=3)])
def test_an_empty_store_has_nothing_to_open(tmp_path: Path, view: View) -> None:
    with pytest.raises(StoreEmpty, match="no data"):
        vocabulary.opened(view, Store(tmp_path / "none"))
