"""The present statuses of a load: where leads stand, by files that tell no date of coming there.

Such a file is an export of one day, which is taken to be the latest date in it. A lead has reached
the stage of its status at the best date that the file has: when it was closed, or its record was
changed, else when it was created. Where another export shows another status, it moved between them.

Works on the connection of a draft, when the moves that files tell of are in its history.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import duckdb

from data.connection import row, value
from data.files.table import TableFile
from data.load.intake import Intake
from data.load.notices import Notice
from data.load.staging import SAID, SHOWN, sql, stage_at
from data.mapping.mapping import FileMapping, Mapping, MappingError
from data.mapping.stages import stage_names
from data.mapping.statuses import suggest_stage
from data.pipeline import Pipeline
from data.values.text import heading, plain, tidy

_AFTER = 1_000_000_000_000_000_000  # beyond the position of any move that a file tells of


def add_statuses(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    pipeline: Pipeline,
    now: datetime,
    *,
    merge: bool,
) -> list[Notice]:
    """Adds `statuses` and the moves that are known from them; returns what must be said.

    now: the day of an export that differs from another one of the same latest date.
    """
    told = [intake for intake in intakes if intake.has_statuses]
    has_before = merge and value(con, "select count(*) from previous.statuses") > 0
    if not told and not has_before:
        return []
    _make_said(con, told, pipeline)
    con.execute(
        f"create or replace temp table {SHOWN} (lead_id varchar, stage varchar, "
        "seen_at timestamp, dated_at timestamp, position bigint)"
    )
    if has_before:
        con.execute(
            f"insert into {SHOWN} select had.* from previous.statuses as had "
            "semi join leads using (lead_id)"
        )
    notices: list[Notice] = []
    for intake in told:
        notices += _add_export(con, intake, now, has_before=has_before)
    con.execute(f"insert into statuses by name {sql('status_runs')}")
    con.execute(
        f"insert into stage_history by name {sql('status_moves')}",
        {"first_stage": pipeline.slugs[0], "after": _AFTER},
    )
    return [*notices, *_about_statuses(con, told), *_about_moves(con, has_before=has_before)]


class UnknownStatuses(MappingError):
    """Statuses that no stage of the pipeline is known by: a person has to say what they mean."""

    key = "unknown_statuses"

    def __init__(
        self, file: str, header: str, statuses: Sequence[tuple[str, int, str | None]], mapping: str
    ) -> None:
        listed = "\n".join(
            f"  {status!r} {count:,}" + (f", probably {slug}" if slug else "")
            for status, count, slug in statuses
        )
        super().__init__(
            f"{file}: which stage is each status of column {header!r}? No date says when it was "
            f"entered, and the pipeline does not know these {len(statuses):,}, here with how many "
            f'rows have each:\n{listed}\nSay it in a mapping, "" where it means none, and load '
            f"with --mapping:\n\n{mapping}"
        )
        self.file, self.header, self.statuses, self.mapping = file, header, statuses, mapping
        """`statuses`: each with how many rows have it, and the slug that it probably means."""
        self.values = {"file": file, "column": header, "statuses": listed, "mapping": mapping}

    def __reduce__(self) -> tuple[type["UnknownStatuses"], tuple[Any, ...]]:
        return UnknownStatuses, (self.file, self.header, self.statuses, self.mapping)


def ask_what_they_mean(
    con: duckdb.DuckDBPyConnection,
    file: TableFile,
    entry: FileMapping,
    pipeline: Pipeline,
    *,
    is_guessed: bool,
) -> None:
    """Raises UnknownStatuses when a file has statuses and no stage is known by any of them.

    Of a mapping that was guessed all of them must be known, and not just be similar to a name. One
    that a person has begun may leave some out, or say that they mean none, but not all.
    """
    header = entry.columns.get("stage", "")
    if (
        entry.table not in ("leads", "stage_columns")
        or "entered_at" in entry.columns
        or heading(header) not in map(heading, file.headers)
    ):
        return
    cell = file.cells[[heading(each) for each in file.headers].index(heading(header))]
    file.show(con, [cell])
    found = con.execute(
        f'select trim("{cell}") as status, count(*) from "{file.table}" '
        f"where trim(\"{cell}\") <> '' group by status order by 2 desc, 1"
    ).fetchall()
    said = {tidy(status): slug for status, slug in entry.values.get("stage", {}).items()}
    unknown = [
        (status, count, suggestion.slug)
        for status, count in found
        if (suggestion := suggest_stage(said.get(tidy(status)) or status, pipeline)).certainty
        != "certain"
    ]
    if is_guessed:
        unknown = [each for each in unknown if said.get(tidy(each[0])) != ""]
    if unknown and (is_guessed or len(unknown) == len(found)):
        meant = {status: slug or "" for status, _count, slug in unknown}
        values = {**entry.values, "stage": {**entry.values.get("stage", {}), **meant}}
        asked = Mapping(files=(replace(entry, values=values),))
        raise UnknownStatuses(file.name, header, tuple(unknown), asked.to_toml())


def _make_said(con: duckdb.DuckDBPyConnection, told: Sequence[Intake], pipeline: Pipeline) -> None:
    """Makes `said_statuses`: what each row of the files says, its stage by the slug."""
    queries = [_NOTHING_SAID, *(_said(intake) for intake in told)]
    text = " union all ".join(queries)
    names = [
        name
        for (name,) in con.execute(
            f"select distinct stage from ({text}) where stage is not null"
        ).fetchall()
    ]
    slugs = stage_names(pipeline)
    won = pipeline.slugs.index(pipeline.won)
    con.execute(
        f"create or replace temp table {SAID} as with names as (select "
        "unnest($names::varchar[]) as name, unnest($slugs::varchar[]) as slug), "
        f"said as ({text}), "
        "meant as (select said.* exclude (stage), names.slug as stage, "
        "coalesce(list_contains($closing, names.slug), false) as is_closed "
        "from said left join names on names.name = said.stage "
        "semi join leads on leads.lead_id = said.lead_id) "
        "select slot, line, lead_id, stage, latest_at, is_wide, is_closed, "
        "case when is_closed then coalesce(closed_at, changed_at) else changed_at end as dated_at, "
        "case when is_closed then closed_at end as closed_at, null::timestamp as seen_at "
        "from meant",
        {
            "names": names,
            "slugs": [slugs.get(plain(name), name) for name in names],
            "closing": [*pipeline.slugs[won:], *pipeline.exit_slugs],
        },
    )
    # A stage that the row itself dates is no news.
    con.execute(
        f"delete from {SAID} as said where is_wide and exists (select 1 from stage_history "
        "where stage_history.lead_id = said.lead_id and stage_history.stage = said.stage)"
    )


_NOTHING_SAID = (
    "select 0 as slot, 0::bigint as line, '' as lead_id, '' as stage, "
    "null::timestamp as closed_at, null::timestamp as changed_at, null::timestamp as latest_at, "
    "false as is_wide where false"
)


def _said(intake: Intake) -> str:
    """The query for the statuses of a file's good rows."""
    columns = intake.entry.columns
    dates = {
        name: name if name in columns else "null::timestamp"
        for name in ("created_at", "entered_at", "closed_at", "changed_at")
    }
    latest = [dates[name] for name in ("created_at", "entered_at", "changed_at")]
    latest += [f'"{stage_at(number)}"' for number in range(len(intake.entry.stages))]
    # Where a column dates the status, or others date stages, a row without one says nothing.
    may_be_blank = "entered_at" not in columns and not intake.entry.stages
    condition = "true" if may_be_blank else "stage is not null"
    if "entered_at" in columns:
        condition += " and entered_at is null"
    is_wide = "true" if intake.entry.stages else "false"
    return (
        f"select {intake.slot:d}, line, lead_id, stage, {dates['closed_at']}, "
        f"{dates['changed_at']}, greatest({', '.join(latest)}, null), {is_wide} "
        f'from "{intake.table}" where refusal is null and {condition}'
    )


def _add_export(
    con: duckdb.DuckDBPyConnection, intake: Intake, now: datetime, *, has_before: bool
) -> list[Notice]:
    """Adds the statuses of one file to `shown`, as of the day of the export."""
    of_file = {"slot": intake.slot}
    (seen_at,) = row(
        con,
        f"select max(greatest(latest_at, closed_at)) from {SAID} where slot = $slot",
        of_file,
    )
    seen_at = min(seen_at, now) if seen_at else now
    known = "true"
    notices = []
    if has_before:
        compared = of_file | {"seen_at": seen_at}
        is_that_day, met, otherwise, otherwise_now, missing = row(con, _COMPARED, compared)
        if is_that_day and not (otherwise and otherwise_now):
            # The same export again: only leads that are new in it say something.
            known = "lead_id not in (select lead_id from previous.statuses)"
        elif is_that_day:
            seen_at = max(now, seen_at + timedelta(seconds=1))
        if met and missing:
            notices.append(
                Notice.of("missing_in_export", file=intake.file.name, leads=int(missing))
            )
    con.execute(
        f"update {SAID} set seen_at = $seen_at where slot = $slot", of_file | {"seen_at": seen_at}
    )
    con.execute(
        f"insert into {SHOWN} select lead_id, stage, $seen_at, dated_at, line from {SAID} "
        f"where slot = $slot and {known}",
        of_file | {"seen_at": seen_at},
    )
    return notices


# Whether the store has an export of that day, and how many leads of the file it knows; of how many
# the status was another one by that day, and is another one by now; how many were there by that day
# and are not in the file.
_COMPARED = f"""
    with fresh as (
        select lead_id, arg_max(stage, (coalesce(dated_at, latest_at), line)) as stage
        from {SAID} where slot = $slot group by lead_id
    ),
    had as (
        select
            lead_id,
            arg_max(stage, (seen_at, position)) as last_stage,
            arg_max(stage, (seen_at, position)) filter (seen_at <= $seen_at) as stage_then,
            bool_or(seen_at = $seen_at) as is_of_that_day,
            min(seen_at) as first_seen_at,
        from previous.statuses group by lead_id
    )
    select
        coalesce(bool_or(is_of_that_day and fresh.lead_id is not null), false),
        count(*) filter (had.lead_id is not null and fresh.lead_id is not null),
        count(*) filter (
            fresh.lead_id is not null and had.lead_id is not null
            and fresh.stage is distinct from stage_then
        ),
        count(*) filter (
            fresh.lead_id is not null and had.lead_id is not null
            and fresh.stage is distinct from last_stage
        ),
        count(*) filter (fresh.lead_id is null and first_seen_at <= $seen_at)
    from fresh full join had on had.lead_id = fresh.lead_id
"""


def _about_statuses(con: duckdb.DuckDBPyConnection, told: Sequence[Intake]) -> list[Notice]:
    """Says of each file what is known from a status only, and which date was taken for it."""
    notices = []
    for intake in told:
        leads, changed = row(
            con,
            "select count(distinct lead_id), count(distinct lead_id) "
            "filter (dated_at is not null and closed_at is null) "
            f"from {SAID} where slot = $slot and stage is not null",
            {"slot": intake.slot},
        )
        columns = intake.entry.columns
        if leads:
            notices.append(
                Notice.of(
                    "known_from_status",
                    file=intake.file.name,
                    leads=leads,
                    header=columns["stage"],
                )
            )
        if changed and "changed_at" in columns:
            notices.append(
                Notice.of(
                    "changed_at_taken",
                    file=intake.file.name,
                    leads=changed,
                    header=columns["changed_at"],
                )
            )
    return notices


def _about_moves(con: duckdb.DuckDBPyConnection, *, has_before: bool) -> list[Notice]:
    """Says how many leads moved between two exports, as was not known before."""
    if not has_before:
        return []
    moved = value(
        con,
        "select count(distinct lead_id) from (select lead_id, stage, entered_at from stage_history "
        "where between_from is not null except select lead_id, stage, entered_at "
        "from previous.stage_history where between_from is not null)",
    )
    return [Notice.of("moved_between_exports", leads=moved)] if moved else []
