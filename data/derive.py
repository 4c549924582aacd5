"""The tables that screens scan, made from the tables that came in."""

from pathlib import Path

import duckdb

from data.connection import row, value
from data.dimensions import DIMENSIONS
from data.pipeline import Pipeline
from data.progress import Progress
from data.quoting import quoted

EXTRA_DIMENSION_VALUES = 200
"""Of a further column with more values than this those that most leads have are offered to group
by, and the others together; none where hardly two leads have the same value, as in notes.

Nor is one that is named like a column of the derived tables: it would be taken for it."""

OTHER_VALUES = "(other)"
"""The value of those that go together."""

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
    "outcome seconds waited moved_on_at out_at is_over position touched_at is_own opportunity_at "
    "milestone_at company_number is_timed".split()
)
"""The columns of the derived tables themselves, and of what a question makes of them."""
_SQL = Path(__file__).with_name("sql")

# However a company is written, it is one; that of a single lead has no number.
_COMPANY = "lower(trim(leads.company))"

# Hot: an immediate need, a set budget and a set time. Warm: a need. Cold: answers, but no need.
_TEMPERATURE = """
case
    when need and budget and timing then 'hot'
    when need then 'warm'
    when coalesce(need, budget, authority, timing) is not null then 'cold'
end
"""


def derive(
    con: duckdb.DuckDBPyConnection,
    pipeline: Pipeline,
    currency: str,
    progress: Progress,
) -> tuple[tuple[str, ...], dict[str, int]]:
    """Makes the tables that screens scan from the input tables of a connection.

    They are `stages`, `reaches`, `wins`, `further_wins`, `stays`, `exits`, `contacts`, `exchange`
    and `costs`, the last one in the currency given.

    Returns:
        The names of the dimensions that `reaches` and `stays` carry; and how many values each
        further column has of which not all are offered.
    """
    judged = _judged(con)
    counts = {name: n for name, n in _extra_values(con).items() if name not in judged}
    grouped = {name: count for name, count in counts.items() if count > EXTRA_DIMENSION_VALUES}
    largest = {name: _largest_values(con, name) for name in grouped}
    extras = [name for name in counts if largest.get(name, [name])]
    dimensions = (*DIMENSIONS, *judged, *extras)
    _make_stages(con, pipeline)
    _make_lead_dimensions(con, dimensions, largest)
    progress("visits", 0.1)
    _run(con, "visits")
    _run(con, "exit_spells")
    progress("reaches", 0.35)
    _run(con, "strict_first")
    for level, steps in (("stage", pipeline.stages), ("group", pipeline.steps("group"))):
        for step in range(1, len(steps)):
            _run(con, "strict_step", level=level, step=step)
    _run(con, "reaches")
    _run(con, "wins", stage=pipeline.won)
    _run(con, "further_wins", stage=pipeline.won)
    progress("stays", 0.65)
    _run(con, "stays")
    _run(con, "exits")
    progress("contacts", 0.85)
    _run(con, "contacts")
    _run(con, "exchange", currency=currency)
    _run(con, "costs", currency=currency)
    con.execute("drop view temp.numbered_leads")
    for table in ("visits", "exit_spells", "strict_reaches", "lead_dimensions"):
        con.execute(f"drop table temp.{table}")
    return dimensions, grouped


def _run(con: duckdb.DuckDBPyConnection, name: str, **parameters: str | int) -> None:
    con.execute((_SQL / f"{name}.sql").read_text(encoding="utf-8"), parameters or None)


def _make_stages(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> None:
    """Makes `stages`, one row per stage and exit: rank (null for exits), group and its rank."""
    groups = [step.slug for step in pipeline.steps("group")]
    openers = {step.opened_by for step in pipeline.steps("group")}
    con.execute(
        "create table stages (stage varchar, stage_rank integer, stage_group varchar, "
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
    extras = [name for (name,) in described if name.lower() not in _LEAD_FIELDS | TAKEN]
    # One after the other: counted at once, the engine's time grows with the square of the columns.
    counts = [value(con, f"select count(distinct {quoted(name)}) from leads") for name in extras]
    return {name: values for name, values in zip(extras, counts, strict=True) if values}


def _largest_values(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The values of a column that most leads have, and several have; of equals by the alphabet."""
    column = quoted(name)
    rows = con.execute(
        f"select {column} from leads where {column} is not null group by {column} "
        f"having count(*) > 1 order by count(*) desc, {column} limit {EXTRA_DIMENSION_VALUES:d}"
    ).fetchall()
    return [value for (value,) in rows]


def _make_lead_dimensions(
    con: duckdb.DuckDBPyConnection, dimensions: tuple[str, ...], largest: dict[str, list[str]]
) -> None:
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
    columns = ", ".join(f"{named[name]} as {quoted(name)}" for name in dimensions)
    # Numbers in order of creation: joins and the final sort then work on integers.
    con.execute(
        "create temp table lead_dimensions as "
        "with companies as ("
        f"select {_COMPANY} as company_name, "
        f"cast(row_number() over (order by {_COMPANY}) as integer) as company_number "
        f"from leads where {_COMPANY} <> '' group by {_COMPANY} having count(*) > 1) "
        "select cast(row_number() over (order by created_at, leads.lead_id) as integer) "
        "as lead_number, "
        f"leads.lead_id, created_at, company_number, {columns} from leads "
        f"left join companies on companies.company_name = {_COMPANY} {screened}",
        bound or None,
    )
    con.execute(
        "create temp view numbered_leads as select lead_number, lead_id, created_at "
        "from lead_dimensions"
    )
