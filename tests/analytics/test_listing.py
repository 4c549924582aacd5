"""Long lists: whatever part is asked for, it is that part of the whole answer."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.asked import Answer
from analytics.funnel import leads
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.time_in_stage import time_in_stage, waiting
from analytics.view.view import View
from data.store import Generation, Store

VIEWS = {
    "all leads": View(),
    "of a step, by a dimension": View(stage="opportunity", by="team", level="stage"),
    "nobody": View(filters=(("source", ("nobody",)),)),
}
LISTS: dict[str, tuple[Callable[[Scope], Listing], Callable[[Scope], Answer]]] = {
    "leads": (leads.listing, leads.leads),
    "waiting": (waiting.listing, waiting.waiting),
    "stays": (
        lambda scope: time_in_stage.listing(scope, "sql"),
        lambda scope: time_in_stage.stays(scope, "sql"),
    ),
}


@pytest.fixture(scope="module")
def generation(sample_store: Path) -> Generation:
    return Store(sample_store).generation()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", LISTS)
def test_pages_and_pieces_are_the_answer(name: str, view: str, generation: Generation) -> None:
    listing, whole = LISTS[name]
    scope = Scope(VIEWS[view], generation)
    found, rows = listing(scope), whole(scope).rows
    assert found.count() == len(rows)
    middle = len(rows) // 2
    pages = [found.page(0, middle), found.page(middle, len(rows) + 1)]
    assert_same(pd.concat([page for page in pages if len(page)] or pages[:1]), rows)
    pieces = list(found.pieces())
    assert pieces
    assert all(list(piece.columns) == list(rows.columns) for piece in pieces)
    assert_same(pd.concat(pieces), rows)


def assert_same(found: pd.DataFrame, rows: pd.DataFrame) -> None:
    assert found.astype(object).fillna("–").to_numpy().tolist() == (
        rows.astype(object).fillna("–").to_numpy().tolist()
    )


@given(data=st.data())
def test_a_search_finds_what_has_the_text(data: st.DataObject, generation: Generation) -> None:
    scope = Scope(View(stage="customer"), generation)
    rows = leads.leads(scope).rows
    columns = ["lead_id", "name", "company", "owner"]
    known = sorted({str(text) for name in columns for text in rows[name].dropna()})
    text = data.draw(st.sampled_from(known))
    start = data.draw(st.integers(0, len(text) - 1))
    sought = data.draw(st.sampled_from([str.upper, str.lower, str.title]))(text[start : start + 5])
    found = leads.listing(scope).containing(sought, *columns)
    low = sought.strip().lower()
    has = [any(low in str(text).lower() for text in row) for row in rows[columns].to_numpy()]
    assert found.rows["lead_id"].tolist() == rows.loc[has, "lead_id"].tolist()
    assert found.count() == sum(has)


def test_a_search_is_text_and_no_pattern(generation: Generation) -> None:
    everybody = leads.listing(Scope(View(), generation))
    for text in ("%", "_", "'", "\\", "$sought", "nobody at all"):
        assert everybody.containing(text, "lead_id", "owner").count() == 0
    assert everybody.containing("  ", "lead_id") is everybody


@pytest.mark.parametrize("dimension", ["owner", "team"])
def test_groups_are_the_rows_counted(dimension: str, generation: Generation) -> None:
    found = waiting.listing(Scope(View(), generation)).where("stage <> 'lead'")
    groups = waiting.groups(found, dimension)
    rows = found.rows.assign(name=lambda rows: rows[dimension].fillna("–"))
    assert groups["waiting"].sum() == len(rows)
    assert groups["waiting"].is_monotonic_decreasing
    for group in groups.fillna("–").itertuples():
        own = rows[rows["name"] == group.name]
        assert group.waiting == len(own)
        assert [getattr(group, band) for band in waiting.BANDS] == [
            (own["band"] == band).sum() for band in waiting.BANDS
        ]
        assert group.longest_days == pytest.approx(own["days"].max())
