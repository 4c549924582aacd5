"""The derived tables: what was reached and when, and the stays, row by row."""

import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given

from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads as leads_behind
from analytics.scope import Scope
from analytics.view.view import View
from data import layout
from data.condition import Condition
from data.dimensions import DIMENSIONS
from data.draft import writing
from data.layout import EXTRA_DIMENSION_VALUES, OTHER_VALUES
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.pipeline import Pipeline, Stage
from data.store import Generation, Store
from data.temperature import Temperature
from tests.support.histories import (
    GAPPED,
    SHORT,
    History,
    Touch,
    generation_of,
    histories,
    store_of,
    stores,
)
from tests.support.reference import Reference

CONTACTS = """(
    select
        lead_id,
        contacts.* exclude (touched_at, sources, channels, campaigns),
        unnest(range(1, len(touched_at) + 1)) as place,
        unnest(touched_at) as touched_at,
        unnest(sources) as touch_source,
        unnest(channels) as touch_channel,
        unnest(campaigns) as touch_campaign
    from contacts join leads using (lead_number)
)"""
"""One row per touch, in place of lists of them."""

LEAD = {"lead_id": "x", "created_at": "2024-01-01"}
DAY = 86_400.0


def day(number: int) -> datetime:
    return datetime(2024, 1, number)


def rows(generation: Generation, columns: str, table: str) -> list[tuple[Any, ...]]:
    found = generation.query(f"select {columns} from {table} order by all")
    plain = found.astype(object).where(found.notna(), None)
    return [tuple(row) for row in plain.itertuples(index=False)]


def of_leads(table: str) -> str:
    """The rows of a derived table with the ids of their leads, which it knows by number."""
    return f"(select lead_id, {table}.* from {table} join leads using (lead_number))"


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


OURS = (
    "stage stage_rank reached_at entered_at exited_at temperature imputed outcome "
    "segment visit_number seconds seconds_since_entry strict_at earlier_exits position touched_at "
    "is_own opportunity_at"
).split()


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


@pytest.mark.parametrize(
    ("need", "budget", "timing", "authority", "temperature"),
    [
        (True, True, True, None, "hot"),
        (True, True, None, None, "warm"),
        (True, False, True, True, "warm"),
        (False, True, True, True, "cold"),
        (None, None, None, False, "cold"),
        (None, True, True, None, "cold"),
        (None, None, None, None, None),
    ],
)
def test_temperature(
    tmp_path: Path,
    need: bool | None,
    budget: bool | None,
    timing: bool | None,
    authority: bool | None,
    temperature: str | None,
) -> None:
    lead = LEAD | {"need": need, "budget": budget, "timing": timing, "authority": authority}
    generation = store_of(tmp_path, [lead]).generation()
    assert rows(generation, "temperature", "reaches") == [(temperature,)]


@pytest.mark.parametrize(
    ("known", "temperature"),
    [
        ({"score": 80.0}, "hot"),
        ({"score": 60.0, "shoe": "41"}, "hot"),
        ({"score": 60.0, "shoe": "40"}, "warm"),
        ({"score": 60.0}, "warm"),
        ({"score": 59.0, "need": True}, "cold"),
        ({"budget": True}, "cold"),
        ({"shoe": "40"}, "cold"),
        ({"owner": "An"}, None),
    ],
)
def test_a_company_has_rules_of_its_own_for_how_hot_a_lead_is(
    tmp_path: Path, known: dict[str, Any], temperature: str | None
) -> None:
    rules = Temperature(
        Condition('score >= 80 or column["shoe"] == "41"'), Condition("score >= 60")
    )
    other = LEAD | {"lead_id": "other", "created_at": "2024-01-09", "shoe": "39"}
    pipeline = replace(SHORT, temperature=rules)
    generation = store_of(tmp_path, [LEAD | known, other], pipeline=pipeline).generation()
    assert {*rows(generation, "temperature", "reaches")} == {(temperature,), ("cold",)}
    assert generation.pipeline.temperature == rules


def test_what_screening_knows_may_decide_how_hot_a_lead_is(tmp_path: Path) -> None:
    files = tmp_path / "leads.csv"
    files.write_text("lead_id,created_at,email\nA,2026-01-01,an@example.com\nB,2026-01-02,\n")
    # (alone in a mapping, the rules change just that)
    rules = '[temperature]\nhot = "has_email"\n[[files]]\nmatch = "leads.csv"\ntable = "leads"\n'
    rules += "[files.columns]\n" + "".join(
        f'{name} = "{name}"\n' for name in ("lead_id", "created_at", "email")
    )
    store = Store(tmp_path / "store")
    load(store, [files], mapping=Mapping.parse(rules))
    assert rows(store.generation(), "temperature", "reaches") == [("cold",), ("hot",)]


def test_orphans_and_unknown_stages_are_kept_and_counted_nowhere(tmp_path: Path) -> None:
    moves = [("x", "mystery", day(2)), ("nobody", "c", day(3))]
    generation = store_of(tmp_path, [LEAD], moves, pipeline=SHORT).generation()
    assert len(generation.query("select * from stage_history")) == 2
    assert rows(generation, "stage", "reaches") == [("a",)]
    assert generation.last_event == pd.Timestamp(day(3))


def test_contacts_are_the_touches_of_a_lead_and_its_own_source(tmp_path: Path) -> None:
    leads = [
        {**LEAD, "source": "seo", "channel": "seo", "campaign": "c"},
        {**LEAD, "lead_id": "y", "created_at": "2024-01-02"},
    ]
    moves = [("x", "c", day(5)), ("x", "a", day(6)), ("x", "b", day(7))]
    touches: list[Touch] = [
        ("x", day(9), "event", None),
        ("x", day(3), "email", "late"),
        ("x", day(3), None, "late"),
        ("x", day(3), "email", None),
        ("x", day(3), "email", "early"),
        ("x", "2023-12-01", "event", None),
        ("nobody", day(3), "email", None),
    ]
    generation = store_of(tmp_path, leads, moves, touches=touches, pipeline=SHORT).generation()
    columns = "lead_id, place, touched_at, touch_source, touch_channel, touch_campaign, is_own"
    assert rows(generation, columns, CONTACTS) == [
        ("x", 1, datetime(2023, 12, 1), "event", "event", None, False),
        ("x", 2, day(3), "email", "email", "early", False),
        ("x", 3, day(3), "email", "email", "late", False),
        ("x", 4, day(3), "email", "email", None, False),
        ("x", 5, day(3), None, None, "late", False),
        ("x", 6, day(9), "event", "event", None, False),
        ("y", 1, day(2), None, None, None, True),
    ]
    columns = "lead_id, source, channel, campaign, opportunity_at, by_creation, by_opportunity"
    assert rows(generation, columns, of_leads("contacts")) == [
        ("x", "seo", "seo", "c", day(5), 1, 5),
        ("y", None, None, None, None, 1, 0),
    ]
    assert generation.last_event == day(9)
    numbers = rows(generation, "distinct lead_number, created_at", "reaches")
    assert numbers == rows(generation, "lead_number, created_at", "contacts")
    assert numbers == rows(generation, "lead_number, created_at", "leads")


def test_nobody_has_an_opportunity_where_the_pipeline_has_none(tmp_path: Path) -> None:
    stages = (Stage("a", "lead"), Stage("b", "customer"))
    generation = store_of(tmp_path, [LEAD], [("x", "b", day(2))], pipeline=Pipeline(stages, ()))
    found = rows(generation.generation(), "opportunity_at, by_opportunity", "contacts")
    assert found == [(None, 0)]


def test_costs_are_spread_over_their_days_at_the_rate_of_each(tmp_path: Path) -> None:
    first, last = date(2024, 1, 30), date(2024, 2, 2)
    spend: list[dict[str, Any]] = [
        {"day": first, "until": last, "source": "seo", "amount": 40.0, "currency": "USD"},
        {"day": last, "source": "seo", "amount": 7.0, "currency": "VND"},
        {"day": last, "source": "seo", "campaign": "c", "amount": 7.0},
        {"day": last, "source": "event", "amount": 7.0, "currency": "EUR"},
        {"day": first, "source": "event", "amount": 0.0, "currency": "VND"},
        {"day": last, "amount": None, "currency": "VND"},
        {"day": last, "amount": 5.0, "currency": "VND"},
    ]
    rates = [(date(2024, 1, 31), "USD", 2.0), (last, "USD", 3.0), (last, "GBP", 9.0)]
    generation = store_of(tmp_path, [LEAD], spend=spend, rates=rates).generation()
    found = rows(generation, "day::varchar, source, channel, campaign, amount", "costs")
    assert found == [
        ("2024-01-30", "event", "event", None, 0.0),
        ("2024-01-30", "seo", "seo", None, 20.0),  # before the first rate: the first one after
        ("2024-01-31", "seo", "seo", None, 20.0),
        ("2024-02-01", "seo", "seo", None, 20.0),
        ("2024-02-02", "event", "event", None, None),  # no rate: unknown, and not zero
        ("2024-02-02", "seo", "seo", "c", 7.0),
        ("2024-02-02", "seo", "seo", None, 37.0),
        ("2024-02-02", None, None, None, None),  # a part of it is unknown
    ]


def _contacts(history: History) -> list[tuple[Any, ...]]:
    """The contacts, lead by lead, as the words say it."""
    known = Reference(history, View(level="stage"))
    stages = history.pipeline.stages
    opener = next((n for n, stage in enumerate(stages) if stage.group == "opportunity"), None)
    found = []
    for lead in history.leads:
        at = None if opener is None else dict(enumerate(known.reaches(lead))).get(opener)
        own = (lead["created_at"], lead["source"], lead["campaign"])
        mine = sorted(
            (touch[1:] for touch in history.touches if touch[0] == lead["lead_id"]),
            key=lambda touch: [(part is None, part) for part in touch],
        )
        touches = mine or [own]
        until = [sum(touch[0] <= end for touch in touches) if end else 0 for end in (own[0], at)]
        found += [
            (lead["lead_id"], place, *touch, not mine, *own, at, *until)
            for place, touch in enumerate(touches, 1)
        ]
    return sorted(found, key=lambda row: row[:2])


def _costs(history: History) -> dict[tuple[Any, ...], float | None]:
    """The amount of each day, source and campaign, as the words say it."""
    found: dict[tuple[Any, ...], float | None] = {}
    for row in history.spend:
        until = row["until"] or row["day"]
        days = [row["day"] + timedelta(n) for n in range((until - row["day"]).days + 1)]
        for day_ in days:
            rates = sorted(
                (at, rate) for at, name, rate in history.rates if name == row["currency"]
            )
            before = [rate for at, rate in rates if at <= day_]
            after = [rate for at, rate in rates if at > day_]
            rate = 1.0 if row["currency"] == "VND" else [None, *after[:1], *before[-1:]][-1]
            key = (day_, row["source"], row["campaign"])
            had = found.get(key, 0.0)
            part = None if rate is None else row["amount"] / len(days) * rate
            found[key] = None if had is None or part is None else had + part
    return found


@stores(20)
@given(histories())
def test_contacts_and_costs_are_the_reference(history: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        columns = (
            "lead_id, place, touched_at, touch_source, touch_campaign, is_own, created_at, source, "
            "campaign, opportunity_at, by_creation, by_opportunity"
        )
        assert rows(generation, columns, CONTACTS) == _contacts(history)
        costs = {
            (at.date(), source, campaign): amount
            for at, source, campaign, amount in rows(
                generation, "day, source, campaign, amount", "costs"
            )
        }
        assert costs == {key: pytest.approx(amount) for key, amount in _costs(history).items()}


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
