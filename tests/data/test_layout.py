"""The layout: which columns are dimensions, and which texts are numbers in a list of them."""

from pathlib import Path

import pytest

from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads as leads_behind
from analytics.scope import Scope
from analytics.view.view import View
from data import layout
from data.dimensions import DIMENSIONS
from data.layout import EXTRA_DIMENSION_VALUES, OTHER_VALUES
from data.store import Generation
from tests.support.generations import LEAD, day, rows
from tests.support.histories import SHORT, store_of

OURS = (
    "stage stage_rank reached_at entered_at exited_at temperature imputed outcome "
    "segment visit_number seconds seconds_since_entry strict_at earlier_exits position touched_at "
    "is_own opportunity_at"
).split()


def test_more_columns_are_dimensions_unless_they_have_too_many_values(tmp_path: Path) -> None:
    leads = [
        {
            **LEAD,
            "lead_id": f"{n}",
            "few": str(n % EXTRA_DIMENSION_VALUES),
            "many": str(n),
            "nobody": None,
            'sh"oe; drop table leads': "40",
        }
        for n in range(EXTRA_DIMENSION_VALUES + 1)
    ]
    generation = store_of(tmp_path, leads).generation()
    assert generation.dimensions == (*DIMENSIONS, "few", 'sh"oe; drop table leads')
    for table in ("reaches", "stays"):
        columns = list(generation.query(f"select * from {table} limit 0").columns)
        assert set(generation.dimensions) < set(columns)
        assert "many" not in columns
    assert generation.query("select many from leads")["many"].nunique() == 201


def test_of_many_values_the_largest_are_offered_and_the_others_go_together(tmp_path: Path) -> None:
    most = EXTRA_DIMENSION_VALUES
    # One lead of p0, two of each of the others; p0 is neither the first nor the last of the texts.
    products = ["p0", *(f"p{n}" for n in range(1, most + 2) for _ in "ab"), None]
    leads = [{**LEAD, "lead_id": f"{n}", "product": name} for n, name in enumerate(products)]
    generation = store_of(tmp_path, leads).generation()
    assert generation.grouped == {"product": most + 2}
    counts = dict(rows(generation, "product, count(*)", "reaches where stage_rank = 0 group by 1"))
    last = max(f"p{n}" for n in range(1, most + 2))
    assert len(counts) == most + 2
    assert (counts["p1"], counts[OTHER_VALUES], counts[None]) == (2, 3, 1)
    assert last not in counts
    assert "p0" not in counts
    view = View(by="product", filters=(("product", ("p1", OTHER_VALUES)),))
    assert funnel(Scope(view, generation)).rows["reached"].max() == 3


@pytest.fixture(scope="module")
def named_like_ours(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Two leads with a further column for each name that the derived tables have themselves."""
    leads = [
        {**LEAD, "lead_id": lead, "need": True, **dict.fromkeys(OURS, "mine")} for lead in "xy"
    ]
    moves = [("x", "b", day(3))]
    root = tmp_path_factory.mktemp("ours")
    return store_of(root, leads, moves, pipeline=SHORT).generation()


def test_a_column_named_like_one_of_ours_changes_no_table(named_like_ours: Generation) -> None:
    generation = named_like_ours
    reached = [("a", day(1)), ("a", day(1)), ("b", day(3))]
    assert rows(generation, "stage, reached_at", "reaches") == reached
    assert rows(generation, "stage, entered_at", "stays") == reached
    assert rows(generation, "distinct temperature", "reaches") == [("warm",)]
    kept = ", ".join(f'"{column}"' for column in OURS)
    assert rows(generation, kept, "leads") == [("mine",) * len(OURS)] * 2
    assert not set(generation.dimensions) & {*OURS} - {"temperature"}


@pytest.mark.parametrize("policy", ["passed", "strict"])
def test_a_column_named_like_one_of_ours_changes_no_answer(
    named_like_ours: Generation, policy: str
) -> None:
    for dimension in named_like_ours.dimensions:
        scope = Scope(View(by=dimension, skipped=policy, window=9), named_like_ours)
        assert funnel(scope).rows["reached"].tolist() == [2, 1, 0]
        assert len(leads_behind(scope).rows) == 2


def test_texts_are_numbers_in_a_list_of_them_unless_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "MOST_LISTED", 2)
    leads = [
        {"lead_id": text, "created_at": "2024-01-01", "source": source, "owner": text}
        for text, source in (("x", "b"), ("y", "a"), ("z", None))
    ]
    generation = store_of(tmp_path, leads, [], pipeline=SHORT).generation()
    kinds = generation.query(
        "select column_name, column_type from (describe reaches) "
        "where column_name in ('stage', 'source', 'owner', 'campaign') order by 1"
    )
    assert dict(kinds.itertuples(index=False)) == {
        "campaign": "VARCHAR",
        "owner": "VARCHAR",
        "source": "ENUM('a', 'b')",
        "stage": f"ENUM({', '.join(map(repr, sorted([*SHORT.slugs, *SHORT.exit_slugs])))})",
    }
    assert rows(generation, "source, stage", "reaches") == [("a", "a"), ("b", "a"), (None, "a")]
    found = generation.query("select source from reaches order by source desc nulls last")
    assert found["source"].dtype == generation.query("select lead_id from leads")["lead_id"].dtype
