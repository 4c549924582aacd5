"""Sights: what a generation's tables are for who sees some of its leads, or no contacts."""

from pathlib import Path
from typing import Any

import pytest

from data.draft import writing
from data.sight import WHOLE, Sight
from data.store import Generation, Store
from tests.support.histories import fill

LEADS = [
    {"lead_id": "L1", "region": "north", "team": "a", "company": "X", "email": "one@example.com"},
    {"lead_id": "L2", "region": "north", "team": "b", "company": "X", "phone": "0901"},
    {"lead_id": "L3", "region": "south", "team": "a", "company": "X", "name": "Lan"},
    {"lead_id": "L4", "team": "a", "company": "Y"},
]
NORTH = Sight((("region", ("north",)),))
# One row for each table of what was loaded: so none is empty by itself.
ROWS = {
    "further_cells": "('{lead}', 'note', 'Lan''s')",
    "statuses": "('{lead}', 'mql', '2024-01-05', null, 1)",
    "reasons": "('{lead}', 'lost', '2024-03-01', 'moved', 'too dear, says Lan', 'price')",
    "sales": "('{lead}', '2024-02-01', 10, 'VND', true, true)",
    "screening": "('{lead}', 1, 'bad', 'duplicate', 'L2', null, null, null, null, true, true)",
}
OF_ALL = {
    "spend": "('2024-01-01', null, 'seo', null, null, 100, 'VND')",
    "rejected_rows": "('leads.csv', 9, null, null, 'no_id', 'Lan,0901')",
    "loaded_files": "('leads.csv', 'leads', 'rows', 5, 4, 1, '2024-01-01', null, null)",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    store = Store(tmp_path_factory.mktemp("store"))
    with writing(store) as draft:
        fill(
            draft,
            [{"created_at": "2024-01-01T09:00", **lead} for lead in LEADS],
            [(str(lead["lead_id"]), "won", "2024-01-09T09:00") for lead in LEADS],
            [(str(lead["lead_id"]), "2024-01-02T09:00", "seo", None) for lead in LEADS],
        )
        for table, row in ROWS.items():
            for lead in LEADS:
                draft.con.execute(f"insert into {table} values {row.format(lead=lead['lead_id'])}")
        for table, row in OF_ALL.items():
            draft.con.execute(f"insert into {table} values {row}")
        return draft.publish()


def column(generation: Generation, query: str) -> list[Any]:
    return list(generation.query(query).iloc[:, 0])


def tables(generation: Generation) -> dict[str, list[str]]:
    found = generation.query(
        "select table_name, list(column_name) as columns from duckdb_columns() "
        "where database_name like 'g%' and schema_name = 'main' group by all"
    )
    return {table: [*columns] for table, columns in found.itertuples(index=False)}


def test_of_every_table_there_are_the_rows_of_the_leads_that_are_seen(
    generation: Generation,
) -> None:
    for table, columns in tables(generation).items():
        seen = generation.seen(NORTH)
        if key := next((key for key in ("lead_id", "lead_number") if key in columns), None):
            everybody = column(generation, f"select distinct {key} from {table} order by 1")
            mine = [lead for lead in everybody if lead in ("L1", "L2", 1, 2)]
            assert column(seen, f"select distinct {key} from {table} order by 1") == mine
            assert everybody or table in ("exits", "further_wins", "given_reasons"), table
        elif table in ("about", "stages", "rates", "exchange", "screening_rules"):
            assert len(seen.query(f"from {table}")) == len(generation.query(f"from {table}"))
        else:
            assert seen.query(f"from {table}").empty, table


@pytest.mark.parametrize(
    ("rows", "leads"),
    [
        ((), ["L1", "L2", "L3", "L4"]),
        ((("region", ("north", "south")),), ["L1", "L2", "L3"]),
        ((("region", ("north",)), ("team", ("b",))), ["L2"]),
        ((("region", (None,)),), ["L4"]),
        ((("region", ("south", None)),), ["L3", "L4"]),
        ((("region", ("west", "it's")),), []),  # no lead has it: it is in no list of values
        ((("region", ()),), []),
        ((("shoe_size", ("44",)),), []),
        ((("lead_id", ("L1' or true or '",)),), []),
    ],
)
def test_a_lead_is_seen_that_fulfils_all(
    rows: Any, leads: list[str], generation: Generation
) -> None:
    seen = generation.seen(Sight(rows))
    assert column(seen, "select lead_id from leads order by 1") == leads
    numbers = [int(lead.removeprefix("L")) for lead in leads]
    entered = "select lead_number from reaches where stage_rank = 0 order by 1"
    assert column(seen, entered) == numbers


def test_a_company_is_of_several_leads_only_where_several_are_seen(generation: Generation) -> None:
    companies = "select company_number from reaches where stage_rank = 0 order by lead_number"
    number = column(generation, companies)[0]
    assert column(generation.seen(NORTH), companies) == [number, number]
    both = generation.seen(Sight((("team", ("a",)), ("region", ("north", None)))))
    assert column(both, "select count(company_number) from reaches") == [0]


def test_which_lead_is_repeated_is_told_to_who_sees_that_one(generation: Generation) -> None:
    repeated = "select duplicate_of from screening where screening_reason = 'duplicate'"
    assert column(generation, repeated) == ["L2"] * 4
    assert column(generation.seen(NORTH), repeated) == ["L2"] * 2
    assert column(generation.seen(Sight((("region", ("south",)),))), repeated) == [None]
    assert column(generation.seen(Sight(repeats=False)), repeated) == [None] * 4


def test_without_contacts_a_lead_is_nameless_in_all_that_is_asked(generation: Generation) -> None:
    seen = generation.seen(Sight(contacts=False))
    assert column(seen, "select lead_id from leads order by 1") == ["L1", "L2", "L3", "L4"]
    for name in ("name", "email", "phone"):
        assert column(generation, f"select count({name}) from leads") == [1]
        assert column(seen, f"select count({name}) from leads") == [0]
        assert column(seen, f"select count(*) from leads where {name} like '%'") == [0]
    assert column(seen, "select company from leads order by lead_id")[0] == "X"
    for as_it_came in ("rejected_rows", "further_cells", "reasons"):
        assert seen.query(f"from {as_it_came}").empty
    assert len(seen.query("from spend")) == 1


def test_who_sees_less_is_never_given_the_answer_of_who_sees_more(generation: Generation) -> None:
    versions = [generation.seen(sight) for sight in (WHOLE, NORTH, Sight(contacts=False))]
    assert len({*versions}) == len({version.sight.id for version in versions}) == 3
    assert generation == generation.seen(WHOLE)


def test_it_holds_after_others_were_read_and_the_store_was_opened_anew(
    generation: Generation, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    for number in range(1, 6):
        with writing(store) as draft:
            fill(draft, [{"created_at": "2024-01-01T09:00", **lead} for lead in LEADS[:number]])
            draft.publish()
    counts = "select count(*) from leads"
    for _again in range(2):
        seen = [store.generation(number).seen(NORTH) for number in store.generations()]
        assert [column(each, counts)[0] for each in seen] == [1, 2, 2, 2, 2]
        store = Store(tmp_path)
