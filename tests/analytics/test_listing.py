"""Long lists: whatever part is asked for, it is that part of the whole answer."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.asked import Answer
from analytics.funnel import leads
from analytics.leads import to_do
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.time_in_stage import time_in_stage, waiting
from analytics.view.view import View
from data.store import Generation, Store
from tests.support.histories import store_of
from tests.support.workload import workload

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
    "to do": (lambda scope: to_do.overdue(to_do.listing(scope)), to_do.to_do),
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


def test_a_page_looks_up_its_own_leads_alone(generation: Generation) -> None:
    plain = leads.listing(Scope(View(), generation))
    with workload() as asked:
        rows = plain.page(30, 7)
    assert asked.statements == 1
    assert rows["lead_id"].tolist() == plain.rows["lead_id"].tolist()[30:37]
    # Cut before the leads are joined to anything: the limit stands in the part that is counted.
    chosen = plain._cut.partition("chosen as (")[2].partition("staying as (")[0]
    assert "limit $most_rows" in chosen
    assert_same(rows, plain.where("true").page(30, 7))


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
    written = data.draw(st.sampled_from([str.upper, str.lower, str.title, bare]))
    sought = written(text[start : start + 5])
    found = leads.listing(scope).containing(sought, *columns)
    low = bare(sought.strip())
    has = [any(low in bare(str(text)) for text in row) for row in rows[columns].to_numpy()]
    assert found.rows["lead_id"].tolist() == rows.loc[has, "lead_id"].tolist()
    assert found.count() == sum(has)


def bare(text: str) -> str:
    """A text without case and accents, letter by letter."""
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).replace(
        "đ", "d"
    )


@pytest.mark.parametrize(
    "sought",
    ["0901234567", "090 123 4567", "+84 901 234 567", "84901234567", "(090) 123", "1234"],
)
def test_a_phone_number_is_found_in_any_writing(sought: str, tmp_path: Path) -> None:
    phones = {"a": "+84901234567", "b": "0901.234.567", "c": "0911 000 000", "d": None, "e": "12"}
    rows = [
        {"lead_id": lead, "created_at": "2026-01-01", "phone": phone}
        for lead, phone in phones.items()
    ]
    everybody = leads.listing(Scope(View(), store_of(tmp_path, rows).generation()))
    found = everybody.containing(sought, "company", phones=("phone",))
    assert found.rows["lead_id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("sought", ["0901234567", "+84901234567", "0084 901 234 567", "901234567"])
def test_a_number_that_lost_its_0_in_a_spreadsheet_is_found(sought: str, tmp_path: Path) -> None:
    rows = [
        {"lead_id": lead, "created_at": "2026-01-01", "phone": phone}
        for lead, phone in {"a": "901234567", "b": "+84 901234567", "c": "0911000000"}.items()
    ]
    everybody = leads.listing(Scope(View(), store_of(tmp_path, rows).generation()))
    found = everybody.containing(sought, "company", phones=("phone",))
    assert found.rows["lead_id"].tolist() == ["a", "b"]


def test_another_order_is_the_same_rows(generation: Generation) -> None:
    everybody = leads.listing(Scope(View(stage="customer"), generation))
    found = everybody.ordered("lead_id desc")
    assert found.key != everybody.key
    expected = sorted(everybody.rows["lead_id"], reverse=True)
    assert found.rows["lead_id"].tolist() == expected
    assert found.page(3, 4)["lead_id"].tolist() == expected[3:7]
    assert found.count() == everybody.count()


def test_a_search_is_text_and_no_pattern(generation: Generation) -> None:
    everybody = leads.listing(Scope(View(), generation))
    for text in ("%", "_", "'", "\\", "$sought", "nobody at all", "\u0301"):
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
