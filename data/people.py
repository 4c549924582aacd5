"""`people`, one row per lead with the instants of all its steps, and `reached`, made from it.

The rows of `people` are in the order of the leads' numbers, and those of `reached` are taken from
it a stage at a time: what is as wide as all dimensions of a lead need not be sorted. Only these are
stored.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import duckdb

from data.pipeline import Pipeline
from data.quoting import literal, quoted

_OF_STEP = re.compile(r"(reached|imputed|strict|strict_group)_[0-9]+")


def is_of_step(name: str) -> bool:
    """Whether a column has the name of one of those that `people` has for each step."""
    return _OF_STEP.fullmatch(name) is not None


def at(rank: int) -> str:
    """The column of the instant at which a stage was reached, or skipped."""
    return f"reached_{rank:d}"


def _is_imputed(rank: int) -> str:
    return f"imputed_{rank:d}"


def _strict(rank: int) -> str:
    """The column of the instant at which a stage was reached when none may be skipped."""
    return f"strict_{rank:d}"


def _strict_group(rank: int) -> str:
    return f"strict_group_{rank:d}"


def _climbed(rank: int) -> str:
    """The column of the instant of the visit to a stage, where that is later than all before."""
    return f"climbed_{rank:d}"


def make_climbs(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> None:
    """Makes `climbs`, in no order: when each lead reached a stage later than all before.

    has_detours: whether it entered any other stage as well. Reads visits.
    """
    climbed = ", ".join(
        f"min(case when is_climb and stage_rank = {rank:d} then entered_at end) as {_climbed(rank)}"
        for rank in range(len(pipeline.stages))
    )
    con.execute(
        f"create temp table climbs as select lead_number, {climbed}, "
        "bool_and(is_timed) as is_timed, "
        "bool_or(stage_rank is not null and not is_climb) as has_detours "
        "from visits group by lead_number"
    )


def make_stricts(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> None:
    """Makes `stricts`: the instants of the steps of leads with detours, none being skipped.

    Reads strict_reaches.
    """
    stricts = ", ".join(
        f"min(reached_at) filter (step = {step:d} and {which} by_group) as {name(step)}"
        for which, level, name in (("not", "stage", _strict), ("", "group", _strict_group))
        for step in range(len(pipeline.steps(level)))
    )
    con.execute(
        f"create temp table stricts as select lead_number, {stricts} from strict_reaches "
        "group by lead_number"
    )


def make_people(con: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> None:
    """Makes `people`: one row per lead, with its dimensions and the instants of its steps.

    lead_number, created_at, company_number, and the dimensions.
    reached_<rank>, imputed_<rank>: when a lead reached a stage, where entering one reaches all
        before it, and whether it was skipped, its time being that of the next one seen.
    strict_<rank>, strict_group_<rank>: when it reached a stage, or a group, where none may be
        skipped; null when it did not reach it that way.
    exited_at, earlier_exits: as in `exit_spells`.
    is_timed: whether all that is known of the lead is known with its time, and nothing from a
        present status only.

    Reads lead_dimensions, whose order the rows keep, climbs, stricts, exit_spells.
    """
    ranks = range(len(pipeline.stages))
    groups = [step.group for step in pipeline.steps("group")]
    # Who enters no stage twice and never goes back enters each group by its first stage there.
    entered = [
        _first(_climbed(rank) for rank in ranks if pipeline.stages[rank].group == group)
        for group in groups
    ]
    steps = ", ".join(
        (
            *_reached(len(ranks)),
            "climbs.is_timed",
            *_without_gaps([_climbed(rank) for rank in ranks], _strict),
            *_without_gaps(entered, _strict_group),
        )
    )
    con.execute(
        f"create temp table people as select lead_dimensions.*, {steps}, "
        "exit_spells.* exclude (lead_number) from lead_dimensions "
        "left join climbs on climbs.lead_number = lead_dimensions.lead_number "
        "left join stricts on stricts.lead_number = lead_dimensions.lead_number "
        "left join exit_spells on exit_spells.lead_number = lead_dimensions.lead_number"
    )


def _first(columns: Iterable[str]) -> str:
    """The first that is not null of the instants of stages in their order: the earliest."""
    return f"coalesce({', '.join(columns)}, null)"


def _reached(stages: int) -> Iterator[str]:
    """A stage is reached by the first visit to it or to one after it."""
    for rank in range(stages):
        reached = _first(map(_climbed, range(rank, stages)))
        yield f"{reached} as {at(rank)}"
        is_skipped = f"case when {reached} is not null then {_climbed(rank)} is null end"
        yield f"{is_skipped} as {_is_imputed(rank)}"


def _without_gaps(entered: Sequence[str], column: Callable[[int], str]) -> Iterator[str]:
    """The instants of steps up to the first that was not entered."""
    for step, instant in enumerate(entered):
        condition = " and ".join(f"{each} is not null" for each in entered[: step + 1])
        yield (
            f"case when climbs.has_detours then stricts.{column(step)} "
            f"when {condition} then {instant} end as {column(step)}"
        )


def make_reached(
    con: duckdb.DuckDBPyConnection, pipeline: Pipeline, dimensions: Sequence[str]
) -> None:
    """Makes `reached`, what screens scan to count: how far each lead came, and when.

    One row per lead and stage reached. The lead's number, company_number and dimensions are on the
    row. Sorted by stage, then by created_at: a funnel by groups skips whole the stages that open
    none, and a period is one range of each stage.

    reached_at, imputed: as in `people`.
    next_at: when the next stage was reached; group_next_at: when the stage that opens the next
        group was, on the row of a stage that opens one.
    strict_*: the same when no stage may be skipped, null when it was not reached that way; entered
        is the instant of the first stage. strict_group_*: by groups, on the row of the stage that
        opens the group.
    exited_at, earlier_exits, is_timed: as in `people`.
    """
    openers = [pipeline.slugs.index(step.opened_by) for step in pipeline.steps("group")]
    lead = ", ".join(["lead_number, created_at, company_number", *map(quoted, dimensions)])
    stages = [
        f"select {lead}, {', '.join(_marks(pipeline.slugs, openers, rank))}, exited_at, "
        f"earlier_exits, is_timed from people where {at(rank)} is not null"
        for rank in range(len(pipeline.stages))
    ]
    con.execute(f"create table reached as {' union all '.join(stages)}")


def _marks(slugs: Sequence[str], openers: Sequence[int], rank: int) -> Iterator[str]:
    """The columns of a stage's rows."""
    is_last = rank == len(slugs) - 1
    is_opener = rank in openers
    group = openers.index(rank) if is_opener else len(openers)
    is_last_group = group >= len(openers) - 1
    yield f"cast({literal(slugs[rank])} as stage_names) as stage"
    yield f"{rank:d} as stage_rank"
    yield f"{str(is_opener).lower()} as opens_group"
    yield f"{at(rank)} as reached_at"
    yield f"{_is_imputed(rank)} as imputed"
    yield f"{_NONE if is_last else at(rank + 1)} as next_at"
    yield f"{_NONE if is_last_group else at(openers[group + 1])} as group_next_at"
    yield from _strict_marks("strict", _strict, rank, is_last=is_last)
    if is_opener:
        yield from _strict_marks("strict_group", _strict_group, group, is_last=is_last_group)
    else:
        for name in ("at", "entered_at", "next_at"):
            yield f"{_NONE} as strict_group_{name}"


_NONE = "null::timestamp"


def _strict_marks(
    prefix: str, column: Callable[[int], str], step: int, *, is_last: bool
) -> Iterator[str]:
    yield f"{column(step)} as {prefix}_at"
    yield f"case when {column(step)} is not null then {column(0)} end as {prefix}_entered_at"
    yield f"{_NONE if is_last else column(step + 1)} as {prefix}_next_at"
