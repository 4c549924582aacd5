"""The derived tables: what was reached and when, and the stays, row by row."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import given

from analytics.view.view import View
from data.draft import writing
from data.store import Generation, Store
from tests.support.generations import LEAD, day, of_leads, rows
from tests.support.histories import GAPPED, SHORT, generation_of, histories, store_of, stores
from tests.support.reference import Reference

DAY = 86_400.0


def one_lead(root: Path, *moves: tuple[str, int]) -> Generation:
    """A store whose only lead, made on day 1 of SHORT's a → b → c, moves on these days."""
    at = [("x", stage, day(number)) for stage, number in moves]
    return store_of(root, [LEAD], at, pipeline=SHORT).generation()


def test_a_lead_without_moves_is_at_the_first_stage(tmp_path: Path) -> None:
    generation = one_lead(tmp_path)
    assert rows(
        generation, "stage, stage_rank, reached_at, seconds_since_entry, imputed", "reaches"
    ) == [("a", 0, day(1), 0.0, False)]
    assert rows(
        generation, "stage, entered_at, left_at, next_stage, outcome, seconds", "stays"
    ) == [("a", day(1), None, None, "open", None)]


def test_a_skipped_stage_is_reached_with_the_next_one(tmp_path: Path) -> None:
    generation = one_lead(tmp_path, ("c", 5))
    columns = "stage_rank, stage, reached_at, seconds_since_entry, imputed, strict_at"
    assert rows(generation, columns, "reaches") == [
        (0, "a", day(1), 0.0, False, day(1)),
        (1, "b", day(5), 4 * DAY, True, None),
        (2, "c", day(5), 4 * DAY, False, None),
    ]


def test_a_lead_that_starts_further_up_has_passed_the_start(tmp_path: Path) -> None:
    generation = one_lead(tmp_path, ("b", 1))
    assert rows(generation, "stage, imputed, strict_at", "reaches") == [
        ("a", True, None),
        ("b", False, None),
    ]
    assert rows(generation, "stage, entered_at", "stays") == [("b", day(1))]


def test_the_stays_of_a_lead_that_goes_round(tmp_path: Path) -> None:
    generation = one_lead(
        tmp_path, ("b", 2), ("b", 3), ("a", 4), ("gone", 5), ("mystery", 6), ("c", 7)
    )
    columns = "visit_number, stage, entered_at, left_at, next_stage, outcome, seconds"
    assert rows(generation, columns, "stays") == [
        (1, "a", day(1), day(2), "b", "advanced", DAY),
        (2, "b", day(2), day(4), "a", "went_back", 2 * DAY),
        (3, "a", day(4), day(5), "gone", "lost", DAY),
        (5, "c", day(7), None, None, "open", None),
    ]
    assert rows(
        generation, "distinct exited_at, earlier_exits[1], earlier_exits[2]", "reaches"
    ) == [(None, day(5), day(7))]


def test_file_order_decides_ties(tmp_path: Path) -> None:
    generation = one_lead(tmp_path, ("c", 2), ("b", 2), ("gone", 2))
    assert rows(generation, "visit_number, stage, outcome, seconds", "stays") == [
        (1, "a", "advanced", DAY),
        (2, "c", "went_back", 0.0),
        (3, "b", "lost", 0.0),
    ]


def test_a_move_at_creation_is_the_entry(tmp_path: Path) -> None:
    generation = one_lead(tmp_path, ("gone", 1), ("a", 1))
    assert rows(generation, "stage, entered_at", "stays") == [("a", day(1))]
    assert rows(generation, "exited_at, earlier_exits[1]", "reaches") == [(None, day(1))]
    out_at_once = one_lead(tmp_path / "out", ("gone", 1))
    assert rows(out_at_once, "stage, outcome, seconds", "stays") == [("a", "lost", 0.0)]


def test_strict_goes_step_by_step_and_starts_at_the_first_entry(tmp_path: Path) -> None:
    generation = one_lead(tmp_path, ("c", 2), ("b", 3), ("a", 4), ("b", 6), ("c", 9))
    columns = "stage, reached_at, strict_at, strict_entered_at, strict_seconds"
    assert rows(generation, columns, "reaches") == [
        ("a", day(1), day(1), day(1), 0.0),
        ("b", day(2), day(3), day(1), 2 * DAY),
        ("c", day(2), day(9), day(1), 8 * DAY),
    ]


def test_strict_by_groups_is_on_the_row_that_opens_the_group(tmp_path: Path) -> None:
    moves = [("x", "agreed", day(2)), ("x", "paid_again", day(3))]
    generation = store_of(tmp_path, [LEAD], moves, pipeline=GAPPED).generation()
    assert rows(generation, "stage_rank, stage, strict_at, strict_group_at", "reaches") == [
        (0, "new", day(1), day(1)),
        (1, "quoted", None, day(2)),
        (2, "agreed", None, None),
        (3, "paid", None, day(3)),
        (4, "paid_again", None, None),
    ]


def test_stages_are_listed_with_their_ranks(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [LEAD], pipeline=GAPPED).generation()
    columns = "stage_rank, stage, stage_group, group_rank, opens_group"
    assert rows(generation, columns, "stages") == [
        (0, "new", "lead", 0, True),
        (1, "quoted", "opportunity", 1, True),
        (2, "agreed", "opportunity", 1, False),
        (3, "paid", "customer", 2, True),
        (4, "paid_again", "customer", 2, False),
        (None, "junk", None, None, False),
        (None, "lost", None, None, False),
    ]


@stores(15)
@given(histories())
def test_the_tables_are_the_reference(history: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        reference = Reference(history, View(level="stage"))
        slugs = history.pipeline.slugs
        expected = [
            (lead["lead_id"], slugs[rank], at)
            for lead in history.leads
            for rank, at in enumerate(reference.reaches(lead))
        ]
        assert rows(generation, "lead_id, stage, reached_at", of_leads("reaches")) == sorted(
            expected, key=lambda row: (row[0].encode(), row[1], row[2])
        )
        visits = {lead["lead_id"]: reference.visits(lead) for lead in history.leads}
        stays = rows(
            generation,
            "lead_id, visit_number, stage, entered_at, left_at, outcome",
            of_leads("stays"),
        )
        assert [(stay[0], stay[2]) for stay in stays] == [
            (lead, visit.stage)
            for lead in sorted(visits)
            for visit in visits[lead]
            if visit.stage in slugs
        ]
        for lead, number, stage, entered_at, left_at, outcome in stays:
            visit, *following = visits[lead][number - 1 :]
            assert (stage, entered_at) == (visit.stage, visit.at)
            assert left_at == (following[0].at if following else None)
            assert outcome == _outcome(stage, following[0].stage if following else None, slugs)
        order = generation.query("select stage_rank, created_at from reaches")
        pairs = list(order.itertuples(index=False, name=None))
        assert pairs == sorted(pairs), "a period is one range of each stage"


def _outcome(stage: str, following: str | None, slugs: tuple[str, ...]) -> str:
    if following is None:
        return "open"
    if following not in slugs:
        return "lost"
    return "advanced" if slugs.index(following) > slugs.index(stage) else "went_back"


def test_orphans_and_unknown_stages_are_kept_and_counted_nowhere(tmp_path: Path) -> None:
    moves = [("x", "mystery", day(2)), ("nobody", "c", day(3))]
    generation = store_of(tmp_path, [LEAD], moves, pipeline=SHORT).generation()
    assert len(generation.query("select * from stage_history")) == 2
    assert rows(generation, "stage", "reaches") == [("a",)]
    assert generation.last_event == pd.Timestamp(day(3))


def test_nothing_temporary_is_left_in_the_file(tmp_path: Path) -> None:
    tables = one_lead(tmp_path).query(
        "select table_name from information_schema.tables where table_catalog = current_database() "
        "order by all"
    )
    assert tables["table_name"].tolist() == sorted(
        "about contacts costs exchange exits further_cells further_wins given_reasons leads "
        "loaded_files rates reached reaches reasons rejected_rows sales screening screening_rules "
        "spend stage_history stages statuses stayed stays touches wins".split()
    )


def test_rows_are_in_the_order_of_the_leads_however_many_there_are(tmp_path: Path) -> None:
    # So many that the engine works on several pieces of each table at once.
    with writing(Store(tmp_path)) as draft:
        draft.con.execute(
            "insert into leads by name select 'L' || hash(n) as lead_id, "
            "timestamp '2024-01-01' + to_seconds(n) as created_at from range(250_000) as r(n)"
        )
        draft.con.execute(
            "insert into touches by name select 'L' || hash(n % 250_000) as lead_id, "
            "timestamp '2024-01-01' + to_seconds(cast(hash(-n) % 1_000_000 as bigint)) "
            "as touched_at from range(500_000) as r(n)"
        )
        generation = draft.publish()
    for table, key in (
        ("reached", "stage_rank, lead_number"),
        ("stayed", "lead_number, visit_number"),
        ("contacts", "lead_number"),
    ):
        late = generation.query(
            "select count(*) as late from (select rowid as place, "
            f"row_number() over (order by {key}) - 1 as number from {table}) where place <> number"
        )
        assert late["late"].tolist() == [0], table
    lists = generation.query(
        "select sum(len(touched_at)) as touches, "
        "count(*) filter (where touched_at <> list_sort(touched_at)) as late from contacts"
    )
    assert lists.values.tolist() == [[500_000, 0]]
