"""The tables that screens scan, made from the tables that came in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.connection import value
from data.layout import (
    JUDGED,
    OTHER_VALUES,
    SCREENED,
    TOUCHED,
    Layout,
    lay_out,
    make_types,
    temperature,
    type_of,
)
from data.people import at, make_climbs, make_people, make_reached, make_stricts
from data.pipeline import Pipeline
from data.progress import Progress
from data.quoting import literal, quoted

OF_LEADS = (
    "reached", "wins", "further_wins", "given_reasons", "stayed", "exits", "contacts",
)  # fmt: skip
"""The derived tables whose rows are of one lead each."""

STORED_OF = {"stays": "stayed", "reaches": "reached"}
"""The views that questions read, and the table of each."""

_AT_ONCE = 122_880
"""Of so many leads at a time the touches are put together, as the engine holds all of these."""
_BY_PLACE = 22
"""Where the numbers of leads have no more bits, each stands for the place at which the touches of
one are gathered, which need not be looked for then: that takes a third less."""

_SQL = Path(__file__).with_name("sql")

COMPANY = "lower(trim(leads.company))"
"""The SQL of what tells companies apart: however one is written, it is one."""

COMPANIES = (
    f"select {COMPANY} as company_name, "
    f"cast(row_number() over (order by {COMPANY}) as integer) as company_number "
    f"from leads where {COMPANY} <> '' group by {COMPANY} having count(*) > 1"
)
"""The query for the numbers of companies; that of a single lead has none."""


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
    layout = lay_out(con, pipeline)
    derive_leads(con, pipeline, layout, progress)
    derive_costs(con, currency)
    return layout


def derive_leads(
    con: duckdb.DuckDBPyConnection, pipeline: Pipeline, layout: Layout, progress: Progress
) -> None:
    """Makes the tables that say something of each lead, which depends on nothing but the layout.

    Only their `lead_number` and `company_number` are counted over all leads that there are.
    """
    make_types(con, pipeline, layout)
    _make_stages(con, pipeline)
    number_leads(con)
    _drop(con, "numbers")
    _make_lead_dimensions(con, pipeline, layout)
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


def _make_lead_dimensions(
    con: duckdb.DuckDBPyConnection, pipeline: Pipeline, layout: Layout
) -> None:
    dimensions, largest = layout.held, layout.largest
    heat, writer = temperature(con, pipeline)
    named = {name: f"leads.{quoted(name)}" for name in dimensions} | {"temperature": heat}
    judged = [name for name in JUDGED if name in dimensions and name not in largest]
    named |= {name: f"cast(screening.{name} as varchar)" for name in judged}
    screened = SCREENED if judged or writer.asks_screening else ""
    bound = dict(writer.parameters) if "temperature" in dimensions else {}
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
