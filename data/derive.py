"""The tables that screens scan, made from the tables that came in."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.connection import row, value
from data.dimensions import DIMENSIONS
from data.people import (
    at,
    is_of_step,
    make_climbs,
    make_people,
    make_reached,
    make_stricts,
)
from data.pipeline import Pipeline
from data.progress import Progress
from data.quoting import literal, quoted

EXTRA_DIMENSION_VALUES = 200
"""Of a further column with more values than this those that most leads have are offered to group
by, and the others together; none where hardly two leads have the same value, as in notes.

Nor is one that is named like a column of the derived tables: it would be taken for it."""

OTHER_VALUES = "(other)"
"""The value of those that go together."""

MOST_LISTED = 30_000
"""A dimension with more values than this is kept as text."""
TOUCHED = ("source", "channel", "campaign")
"""The dimensions of leads that touches have as well."""
OF_LEADS = (
    "reached", "wins", "further_wins", "given_reasons", "stayed", "exits", "contacts",
)  # fmt: skip
"""The derived tables whose rows are of one lead each."""

STORED_OF = {"stays": "stayed", "reaches": "reached"}
"""The views that questions read, and the table of each."""

OUTCOMES = ("advanced", "lost", "open", "went_back")
TEMPERATURES = ("cold", "hot", "warm")

_AT_ONCE = 122_880
"""Of so many leads at a time the touches are put together, as the engine holds all of these."""
_BY_PLACE = 22
"""Where the numbers of leads have no more bits, each stands for the place at which the touches of
one are gathered, which need not be looked for then: that takes a third less."""

_LEAD_FIELDS = frozenset(
    "lead_id created_at source source_raw channel campaign owner team region industry company "
    "company_size name email phone amount currency need budget authority timing score "
    "came_with_move".split()
)
JUDGED = ("screening", "screening_reason", "batch", "consent", "call_outcome", "call_attempts")
"""The columns of `screening` that are dimensions of the leads, where any lead has a value there; a
further column of the same name gives way to it."""

TAKEN = frozenset(
    "lead_number temperature segment stage stage_rank opens_group reached_at seconds_since_entry "
    "seconds_since_previous imputed next_at group_next_at strict_at strict_entered_at "
    "strict_seconds strict_next_at strict_group_at strict_group_entered_at strict_group_seconds "
    "strict_group_next_at exited_at earlier_exits visit_number entered_at left_at next_stage "
    "outcome reasons seconds waited moved_on_at out_at is_over position touched_at is_own "
    "opportunity_at milestone_at company_number is_timed answered_at replied_at "
    "attempted_at".split()
)
"""The columns of the derived tables themselves, and of what a question makes of them."""
_SQL = Path(__file__).with_name("sql")

COMPANY = "lower(trim(leads.company))"
"""The SQL of what tells companies apart: however one is written, it is one."""

COMPANIES = (
    f"select {COMPANY} as company_name, "
    f"cast(row_number() over (order by {COMPANY}) as integer) as company_number "
    f"from leads where {COMPANY} <> '' group by {COMPANY} having count(*) > 1"
)
"""The query for the numbers of companies; that of a single lead has none."""

# Hot: an immediate need, a set budget and a set time. Warm: a need. Cold: answers, but no need.
_TEMPERATURE = """
case
    when need and budget and timing then 'hot'
    when need then 'warm'
    when coalesce(need, budget, authority, timing) is not null then 'cold'
end
"""


@dataclass(frozen=True)
class Layout:
    """What all leads together decide about the derived tables."""

    dimensions: tuple[str, ...]
    """The dimensions that `reaches` and `stays` carry."""
    grouped: Mapping[str, int]
    """How many values each further column has of which not all are offered."""
    largest: Mapping[str, list[str]]
    """Of those columns the values that are offered."""
    texts: Mapping[str, list[str]]
    """The texts of each dimension that has a type of its own, in order of the alphabet."""

    @property
    def held(self) -> tuple[str, ...]:
        """The dimensions that any lead or touch has a value of: the others have no column."""
        return tuple(name for name in self.dimensions if self.texts.get(name) != [])


def derive(
    con: duckdb.DuckDBPyConnection,
    pipeline: Pipeline,
    currency: str,
    progress: Progress,
) -> Layout:
    """Makes the tables that screens scan from the input tables of a connection.

    They are `stages`, `reached` and its view `reaches`, `wins`, `further_wins`, `given_reasons`,
    `stayed` and its view `stays`, `exits`, `contacts`, `exchange` and `costs`, the last one in the
    currency given. Leads are known in them by their numbers.
    """
    layout = lay_out(con)
    derive_leads(con, pipeline, layout, progress)
    derive_costs(con, currency)
    return layout


def lay_out(con: duckdb.DuckDBPyConnection) -> Layout:
    """What the input tables decide about the tables that are derived from them."""
    judged = _judged(con)
    counts = {name: n for name, n in _extra_values(con).items() if name not in judged}
    grouped = {name: count for name, count in counts.items() if count > EXTRA_DIMENSION_VALUES}
    largest = {name: _largest_values(con, name) for name in grouped}
    extras = [name for name in counts if largest.get(name, [name])]
    dimensions = (*DIMENSIONS, *judged, *extras)
    return Layout(dimensions, grouped, largest, _texts(con, dimensions, largest))


def derive_leads(
    con: duckdb.DuckDBPyConnection, pipeline: Pipeline, layout: Layout, progress: Progress
) -> None:
    """Makes the tables that say something of each lead, which depends on nothing but the layout.

    Only their `lead_number` and `company_number` are counted over all leads that there are.
    """
    _make_types(con, pipeline, layout)
    _make_stages(con, pipeline)
    number_leads(con)
    _drop(con, "numbers")
    _make_lead_dimensions(con, layout)
    progress("visits", 0.1)
    answering = pipeline.response
    _run(con, "entries", automatic=answering.automatic)
    _run(con, "visits")
    _drop(con, "entries")
    _run(con, "exit_spells")
    _run(con, "given_reasons")
    _run(con, "named_reasons")
    progress("steps", 0.35)
    make_climbs(con, pipeline)
    _run(con, "detours")
    _run(con, "strict_first")
    for by_group, steps in ((False, pipeline.stages), (True, pipeline.steps("group"))):
        for step in range(1, len(steps)):
            found = _run(con, "strict_step", by_group=by_group, step=step).fetchone()
            if found == (0,):  # so nobody reaches a later one
                break
    make_stricts(con, pipeline)
    _drop(con, "strict_reaches", "detours")
    _run(
        con,
        "answered",
        human=answering.human,
        replies=answering.answered,
        stages=pipeline.asked_stages,
    )
    with _in_order(con):
        make_people(con, pipeline)
        _drop(con, "climbs", "stricts", "exit_spells")
        progress("stays", 0.5)
        _run(con, "stayed")
        _run(con, "exits")
    # (gone as soon as nobody reads them any more: they take memory)
    _drop(con, "visits", "named_reasons", "answered", "lead_dimensions")
    progress("reaches", 0.65)
    make_reached(con, pipeline, layout.held)
    show(con, layout)
    _run(con, "wins", stage=pipeline.won)
    _run(con, "further_wins", stage=pipeline.won)
    progress("contacts", 0.85)
    _show_touches(con, pipeline, layout)
    _show_arrivals(con, pipeline, layout)
    _run(con, "touches_in_order")
    with _in_order(con):
        _make_contacts(con)
    _drop(con, "touches_in_order")
    for view in ("typed_touches", "arrivals"):
        con.execute(f"drop view temp.{view}")
    _drop(con, "people")


def derive_costs(con: duckdb.DuckDBPyConnection, currency: str) -> None:
    """Makes `exchange` and `costs`, in the currency given."""
    _run(con, "exchange", currency=currency)
    _run(con, "costs", currency=currency)


def number_leads(con: duckdb.DuckDBPyConnection) -> None:
    """Numbers the leads in order of creation, and makes `numbers`: what each had, and has now.

    Joins then work on integers, and what keeps to the order of the leads is sorted by time.
    """
    con.execute(
        "create temp table numbers as select rowid as place, lead_number as had, "
        "cast(row_number() over (order by created_at, lead_id) as integer) as number from leads"
    )
    con.execute(
        "update leads set lead_number = number from numbers "
        "where leads.rowid = place and number is distinct from had"
    )


def show(con: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Makes the views `reaches` and `stays`: what is stored, and what is worked out from it.

    In seconds: how long a stay was, and how long after its entry a lead reached a stage. To work
    that out costs less than to read it.
    """
    empty = [
        f"cast(null as varchar) as {quoted(n)}" for n in layout.dimensions if n not in layout.held
    ]
    spans = {
        "stays": {"seconds": ("entered_at", "left_at")},
        "reaches": {
            "seconds_since_entry": ("created_at", "reached_at"),
            "strict_seconds": ("strict_entered_at", "strict_at"),
            "strict_group_seconds": ("strict_group_entered_at", "strict_group_at"),
        },
    }
    for view, table in STORED_OF.items():
        seconds = [
            f"date_diff('microsecond', {since}, {until}) / 1e6 as {name}"
            for name, (since, until) in spans[view].items()
        ]
        con.execute(f"create view {view} as select *, {', '.join((*empty, *seconds))} from {table}")


def hide(con: duckdb.DuckDBPyConnection) -> None:
    """Drops those views."""
    for view in STORED_OF:
        con.execute(f"drop view {view}")


def drop_all(con: duckdb.DuckDBPyConnection) -> None:
    """Drops the derived tables of a connection, so that they can be made anew."""
    hide(con)
    for table in ("stages", *OF_LEADS, "exchange", "costs"):
        con.execute(f"drop table {table}")
    types = con.execute(
        "select type_name from duckdb_types() where database_name = current_database() "
        "and logical_type = 'ENUM' and not internal"
    ).fetchall()
    for (name,) in types:
        con.execute(f"drop type {quoted(name)}")


@contextmanager
def _in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Has the engine take what a statement joins row by row in the order of its left side.

    So nothing that is as wide as all dimensions need be sorted. Left to itself the engine may begin
    with the side that has fewer rows, and several threads write down joined rows as they come.
    """
    threads = value(con, "select current_setting('threads')")
    con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    con.execute("set threads = 1")
    try:
        yield
    finally:
        con.execute(f"set threads = {threads:d}")
        con.execute("reset disabled_optimizers")


def _drop(con: duckdb.DuckDBPyConnection, *tables: str) -> None:
    for table in tables:
        con.execute(f"drop table temp.{table}")


def _run(
    con: duckdb.DuckDBPyConnection, name: str, **parameters: str | int | bool | tuple[str, ...]
) -> duckdb.DuckDBPyConnection:
    return con.execute((_SQL / f"{name}.sql").read_text(encoding="utf-8"), parameters or None)


def _make_types(con: duckdb.DuckDBPyConnection, pipeline: Pipeline, layout: Layout) -> None:
    """Makes the types of stages, outcomes, reasons and dimensions: each is a list of its texts.

    A row of a derived table then holds the number of a text in place of it. They are listed in
    order of the alphabet, so that to sort by the number is to sort by the text. Those of the
    dimensions are named as `type_of` says.
    """
    make_type(con, "stage_names", sorted({*pipeline.slugs, *pipeline.exit_slugs}))
    make_type(con, "outcomes", sorted(OUTCOMES))
    make_type(con, "reason_kinds", sorted(pipeline.reason_slugs))
    for name, texts in layout.texts.items():
        if texts:
            make_type(con, type_of(name), texts)


def _texts(
    con: duckdb.DuckDBPyConnection,
    dimensions: tuple[str, ...],
    largest: Mapping[str, list[str]],
) -> dict[str, list[str]]:
    """The texts of the dimensions that are to have a type of their own, or no column at all."""
    listed: dict[str, list[str]] = {}
    for name in dimensions:
        texts: Iterable[str]
        if name == "temperature":
            texts = TEMPERATURES if _has_answers(con) else ()
        elif name in largest:
            texts = (*largest[name], OTHER_VALUES)
        else:
            texts = _values(con, name)
            if len(texts) > MOST_LISTED:
                continue
        listed[name] = sorted({*texts})
    return listed


def type_of(dimension: str) -> str:
    """The type of a dimension's values, where it has one of its own."""
    return f"values of {dimension}"


def make_type(con: duckdb.DuckDBPyConnection, name: str, texts: Iterable[str]) -> None:
    """Makes the type of a list of texts."""
    con.execute(f"create type {quoted(name)} as enum ({', '.join(map(literal, texts))})")


def _has_answers(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether of any lead something is known that its temperature is made of."""
    return bool(value(con, f"select count(*) from leads where {_TEMPERATURE} is not null"))


def _values(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The values of a dimension, more than are listed only as one more than those."""
    column = quoted(name)
    queries = [f"select distinct {column} as text from leads"]
    if name in JUDGED:
        queries = [f"select distinct cast({column} as varchar) as text from screening"]
    if name in TOUCHED:
        queries.append(f"select distinct {column} as text from touches")
    found = con.execute(
        f"select distinct text from ({' union all '.join(queries)}) where text is not null "
        f"limit {MOST_LISTED + 1:d}"
    ).fetchall()
    return [text for (text,) in found]


def _make_stages(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> None:
    """Makes `stages`, one row per stage and exit: rank (null for exits), group and its rank."""
    groups = [step.slug for step in pipeline.steps("group")]
    openers = {step.opened_by for step in pipeline.steps("group")}
    con.execute(
        "create table stages (stage stage_names, stage_rank integer, stage_group varchar, "
        "group_rank integer, opens_group boolean)"
    )
    rows: list[tuple[str, int | None, str | None, int | None, bool]] = [
        (stage.slug, rank, stage.group, groups.index(stage.group), stage.slug in openers)
        for rank, stage in enumerate(pipeline.stages)
    ]
    rows += [(way_out.slug, None, None, None, False) for way_out in pipeline.exits]
    # In one statement: the engine plans one for each row otherwise.
    con.execute(
        f"insert into stages select {', '.join(['unnest(?)'] * 5)}",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _judged(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Those of JUDGED that any lead has a value of; a batch only if there are not too many."""
    described = ", ".join(f"count(distinct {name})" for name in JUDGED)
    counts = dict(zip(JUDGED, row(con, f"select {described} from screening"), strict=True))
    if counts["batch"] > EXTRA_DIMENSION_VALUES:
        del counts["batch"]
    return tuple(name for name, values in counts.items() if values)


def _extra_values(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many values each further column of the leads has that has any."""
    described = con.execute("select column_name from (describe leads)").fetchall()
    extras = [name for (name,) in described if not _is_taken(name.lower())]
    # One after the other: counted at once, the engine's time grows with the square of the columns.
    counts = [value(con, f"select count(distinct {quoted(name)}) from leads") for name in extras]
    return {name: values for name, values in zip(extras, counts, strict=True) if values}


def _is_taken(name: str) -> bool:
    return name in _LEAD_FIELDS | TAKEN or is_of_step(name)


def _largest_values(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The values of a column that most leads have, and several have; of equals by the alphabet."""
    column = quoted(name)
    rows = con.execute(
        f"select {column} from leads where {column} is not null group by {column} "
        f"having count(*) > 1 order by count(*) desc, {column} limit {EXTRA_DIMENSION_VALUES:d}"
    ).fetchall()
    return [value for (value,) in rows]


def _make_lead_dimensions(con: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    dimensions, largest = layout.held, layout.largest
    named = {name: f"leads.{quoted(name)}" for name in dimensions} | {"temperature": _TEMPERATURE}
    judged = [name for name in JUDGED if name in dimensions and name not in largest]
    named |= {name: f"cast(screening.{name} as varchar)" for name in judged}
    screened = "left join screening on screening.lead_id = leads.lead_id" if judged else ""
    bound: dict[str, list[str]] = {}
    for number, (name, values) in enumerate(largest.items()):
        if values:
            bound[f"largest_{number:d}"] = values
            named[name] = (
                f"case when {named[name]} is null or list_contains($largest_{number:d}, "
                f"{named[name]}) then {named[name]} else '{OTHER_VALUES}' end"
            )
    for name in dimensions:
        if name in layout.texts:
            named[name] = f"cast({named[name]} as {quoted(type_of(name))})"
    columns = ", ".join(f"{named[name]} as {quoted(name)}" for name in dimensions)
    con.execute(
        "create temp table lead_dimensions as "
        f"with companies as ({COMPANIES}) "
        f"select lead_number, created_at, company_number, {columns} from leads "
        f"left join companies on companies.company_name = {COMPANY} {screened} "
        "order by lead_number",
        bound or None,
    )


def _make_contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `contacts`. Reads touches_in_order, arrivals."""
    query = (_SQL / "contacts.sql").read_text(encoding="utf-8")
    leads = value(con, "select count(*) from arrivals")
    con.execute(f"set perfect_ht_threshold = {_BY_PLACE:d}")
    for first in range(1, max(leads, 1) + 1, _AT_ONCE):
        begun = "create table contacts as" if first == 1 else "insert into contacts"
        con.execute(f"{begun}\n{query}", {"first": first, "last": first + _AT_ONCE - 1})
    con.execute("reset perfect_ht_threshold")


def _show_touches(con: duckdb.DuckDBPyConnection, pipeline: Pipeline, layout: Layout) -> None:
    """Shows `typed_touches`: contacts with marketing, with the types of the leads' dimensions.

    What passed between persons is none.
    """
    typed = ", ".join(
        f"cast({name} as {quoted(type_of(name))}) as {name}"
        for name in TOUCHED
        if layout.texts.get(name)
    )
    replaced = f" replace ({typed})" if typed else ""
    personal = ", ".join(map(literal, pipeline.response.personal))
    con.execute(
        f"create temp view typed_touches as select *{replaced} from touches "
        f"where not coalesce(list_contains([{personal}]::varchar[], lower(trim(kind))), false)"
    )


def _show_arrivals(con: duckdb.DuckDBPyConnection, pipeline: Pipeline, layout: Layout) -> None:
    """Shows `arrivals`: when each lead came and from where, and when it became an opportunity.

    That is when it reached the stage that opens the group of that name.
    """
    openers = {step.slug: step.opened_by for step in pipeline.steps("group")}
    opener = openers.get("opportunity")
    instant = "null::timestamp" if opener is None else at(pipeline.slugs.index(opener))
    came_from = ", ".join(
        name if name in layout.held else f"cast(null as varchar) as {name}" for name in TOUCHED
    )
    con.execute(
        f"create temp view arrivals as select lead_number, created_at, {came_from}, "
        f"{instant} as opportunity_at from people"
    )
