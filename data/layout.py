"""What all leads together decide about the derived tables: their dimensions and types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from data.connection import columns_of, row, value
from data.dimensions import DIMENSIONS
from data.people import is_of_step
from data.pipeline import Pipeline
from data.quoting import literal, quoted
from data.temperature import TEMPERATURES, Temperature
from data.terms import Writer

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

OUTCOMES = ("advanced", "lost", "open", "went_back")

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
    "attempted_at decided_at silent_for is_taken returned_at returned_reasons returned_visit "
    "first_lead first_visit entered_tick left_tick".split()
)
"""The columns of the derived tables themselves, and of what a question makes of them."""

SCREENED = "left join screening on screening.lead_id = leads.lead_id"


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


def lay_out(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> Layout:
    """What the input tables decide about the tables that are derived from them."""
    judged = _judged(con)
    counts = {name: n for name, n in _extra_values(con).items() if name not in judged}
    grouped = {name: count for name, count in counts.items() if count > EXTRA_DIMENSION_VALUES}
    largest = {name: _largest_values(con, name) for name in grouped}
    extras = [name for name in counts if largest.get(name, [name])]
    dimensions = (*DIMENSIONS, *judged, *extras)
    return Layout(dimensions, grouped, largest, _texts(con, pipeline, dimensions, largest))


def temperature(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> tuple[str, Writer]:
    """The SQL of how hot a row of `leads` is, and the writer that says what else it needs."""
    writer = Writer(columns_of(con, "leads"))
    return (pipeline.temperature or Temperature()).sql(writer), writer


def make_types(con: duckdb.DuckDBPyConnection, pipeline: Pipeline, layout: Layout) -> None:
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


def type_of(dimension: str) -> str:
    """The type of a dimension's values, where it has one of its own."""
    return f"values of {dimension}"


def make_type(con: duckdb.DuckDBPyConnection, name: str, texts: Iterable[str]) -> None:
    """Makes the type of a list of texts."""
    con.execute(f"create type {quoted(name)} as enum ({', '.join(map(literal, texts))})")


def _texts(
    con: duckdb.DuckDBPyConnection,
    pipeline: Pipeline,
    dimensions: tuple[str, ...],
    largest: Mapping[str, list[str]],
) -> dict[str, list[str]]:
    """The texts of the dimensions that are to have a type of their own, or no column at all."""
    listed: dict[str, list[str]] = {}
    for name in dimensions:
        texts: Iterable[str]
        if name == "temperature":
            texts = TEMPERATURES if _has_heat(con, pipeline) else ()
        elif name in largest:
            texts = (*largest[name], OTHER_VALUES)
        else:
            texts = _values(con, name)
            if len(texts) > MOST_LISTED:
                continue
        listed[name] = sorted({*texts})
    return listed


def _has_heat(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> bool:
    """Whether of any lead something is known that its temperature is made of."""
    heat, writer = temperature(con, pipeline)
    screened = SCREENED if writer.asks_screening else ""
    query = f"select count({heat}) from leads {screened}"
    return bool(value(con, query, writer.parameters))


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
