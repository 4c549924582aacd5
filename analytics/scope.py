"""The scope: a view bound to a generation, that is, which reaches count.

Every question starts from the CTE `scope` made here. Its values are bound parameters; its column
names come from the generation's own list of dimensions and from the two policies.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from analytics import working_time
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.periods import (
    DAY,
    named_period,
    previous_period,
    settled_quarter,
    whole_period,
    year_before,
)
from analytics.view.view import View, segment_text
from analytics.view.vocabulary import largest, last_entry, level_of
from data.derive import OTHER_VALUES
from data.pipeline import Step
from data.quoting import quoted
from data.store import Generation

# The texts of answers are Python's own: of the few rows that an answer has it takes longer to make
# Arrow's of them, and Python's of these again wherever one is read, than all that is asked of them.
pd.set_option("mode.string_storage", "python")

_HERE = Path(__file__).parent
# Earlier and later days are taken for these: instants cannot be computed much further out.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Marks:
    """The columns of `reaches` that say when a step was reached, under one policy and level."""

    reached_at: str
    entered_at: str
    seconds: str
    next_at: str


_MARKS = {
    ("passed", "stage"): Marks("reached_at", "created_at", "seconds_since_entry", "next_at"),
    ("passed", "group"): Marks("reached_at", "created_at", "seconds_since_entry", "group_next_at"),
    ("strict", "stage"): Marks(
        "strict_at", "strict_entered_at", "strict_seconds", "strict_next_at"
    ),
    ("strict", "group"): Marks(
        "strict_group_at", "strict_group_entered_at", "strict_group_seconds", "strict_group_next_at"
    ),
}


@dataclass(frozen=True)
class Scope:
    """A view on a generation: `view` must fit it (see `analytics.view.vocabulary`).

    Of a pipeline with one group it is always at the level of stages (see `level_of`).

    dimensions: asked about all at once, beside the view's breakdown. Unless they are None, the CTE
        has one more column, `parts`, the list of a row's values in their order, null for a missing
        one; a question takes it apart with `unnest(parts)` beside `unnest(range(len(parts)))`.

    Raises:
        KeyError: on asking, for a dimension that the generation does not have.
    """

    view: View
    generation: Generation
    dimensions: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        level = level_of(self.view, self.generation)
        if level != self.view.level:
            object.__setattr__(self, "view", replace(self.view, level=level))

    def at(self, view: View) -> "Scope":
        """Another view of the same generation."""
        return replace(self, view=view)

    def frozen_view(self) -> View:
        """The same view with days, as-of and generation written out: it never changes again."""
        first, last = self.days
        # An instant, not a day: the end of the data is rarely the end of a day.
        cut = self.as_of.replace(tzinfo=UTC)
        held = self.generation
        # A quarter that is still running keeps its name, by which it is compared with part of the
        # one before: with the as-of held, its days are.
        named = self.view.period is not None and self.is_running
        dated = self.view if named else self.view.during(first=first, last=last)
        return replace(dated, as_of=cut, data=held.number, data_id=held.id)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The funnel's steps at the view's level, in order."""
        return self.generation.pipeline.steps(self.view.level)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that decides what a day is."""
        return ZoneInfo(self.generation.time_zone)

    @cached_property
    def as_of(self) -> datetime:
        """The last known instant, naive UTC: never later than the data's last event."""
        cut = self.view.as_of
        last = self.generation.last_event
        if cut is None:
            return last
        if isinstance(cut, datetime):
            earliest = datetime.combine(_FIRST_DAY, time())
            return max(earliest, min(cut.replace(tzinfo=None), last))
        return min(self._starts(_bounded(cut) + DAY) - timedelta(microseconds=1), last)

    def day(self, instant: datetime) -> date:
        """The day of an instant in the store's calendar. One without a zone is UTC, as stored."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return aware.astimezone(self.zone).date()

    @cached_property
    def days(self) -> tuple[date, date]:
        """The first and last day of the period in the store's calendar, both included.

        Named periods count from the day of `as_of`; open ends are those of the data.
        """
        today = self.day(self.as_of)
        start = self.day(self.generation.first_event)
        view = self.view
        if self.is_whole:
            return min(start, today), today
        if view.period == DEFAULT_PERIOD:
            first, last = self._settled_quarter
        elif view.period is not None:
            first, last = named_period(view.period, today)
        else:
            first = view.first or min(start, view.last or start)
            last = view.last or max(today, view.first or today)
        return _bounded(first), _bounded(last)

    @cached_property
    def known_days(self) -> tuple[date, date]:
        """The days of the period that can have data; one day when there are none."""
        first, last = self.days
        first = max(first, min(self.day(self.generation.first_event), last))
        return first, max(first, min(last, self.day(self.as_of)))

    @cached_property
    def whole_days(self) -> tuple[date, date]:
        """The first and last day of the period as it will be once it is over.

        Of a week, month, quarter or year that still runs `days` end today; these do not.
        """
        first, last = self.days
        if self.view.period is not None and self.view.period.startswith("this-"):
            return whole_period(self.view.period, first)
        return first, last

    @cached_property
    def is_running(self) -> bool:
        """Whether the period has begun by `as_of`, and days of it are still to come."""
        first, last = self.whole_days
        return first <= self.day(self.as_of) < last

    @cached_property
    def is_whole(self) -> bool:
        """Whether the period leaves nothing out, so that there is no period before it."""
        period = self.view.period
        if period != DEFAULT_PERIOD:
            return period == "all"
        # Data that does not reach back to the start of that quarter is shown as a whole.
        first, _last = self._settled_quarter
        return first < self.day(self.generation.first_event)

    @cached_property
    def _settled_quarter(self) -> tuple[date, date]:
        """The last full quarter in which leads can have entered: histories go on after entries."""
        return settled_quarter(self.day(min(self.as_of, last_entry(self.generation))))

    @cached_property
    def whole_days_before(self) -> tuple[date, date] | None:
        """All days of the period that the view compares with; None where there is none.

        While the view's own period runs, `earlier` is a part of it.
        """
        if self.view.compare == "none" or self.is_whole:
            return None
        first, last = self.whole_days
        if self.view.compare == "last-year":
            return year_before(first), year_before(last)
        return previous_period(first, last)

    def earlier(self) -> "Scope | None":
        """The scope to compare with, at equal maturity: its `as_of` is as far back as its period.

        A period that is still running is compared with as many days of the one before, from its
        first day on. None when the view compares with nothing, or when its period is all of the
        data.
        """
        before = self.whole_days_before
        if before is None:
            return None
        first, last = self.whole_days
        if self.is_running:
            back = first - before[0]
            before = before[0], min(self.day(self.as_of) - back, before[1])
        else:
            back = last - before[1]
        cut = self.as_of - back
        view = replace(
            self.view.during(first=before[0], last=before[1]),
            as_of=cut.replace(tzinfo=UTC),
            compare="none",
        )
        return Scope(view, self.generation, self.dimensions)

    @property
    def day_seconds(self) -> int:
        """The seconds of `stays` that make a day: of the clock, or of work when that is counted."""
        working = self._working_clock
        return 86_400 if working is None else working.calendar.day_seconds

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """Everything the scope binds, by name."""
        first, last = self.days
        window = self.view.window
        bound: dict[str, Any] = {
            "period_start": self._starts(first),
            "period_end": self._starts(last + DAY),
            "as_of": self.as_of,
            "last_stage": self.generation.pipeline.slugs[-1],
            "window_seconds": None if window is None else window * 86_400,
            "due_before": None if window is None else self.as_of - timedelta(days=window),
            "time_zone": self.generation.time_zone,
        }
        if self._working_clock is not None:
            bound |= self._working_clock.parameters
        for dimension, values in self.view.filters:
            bound[f"in_{dimension}"] = [value for value in values if value is not None]
        for dimension, values in self.view.excluded:
            bound[f"not_{dimension}"] = [value for value in values if value is not None]
        asked_about = (*self.view.filters, *self.view.excluded)
        others = {name for name, values in asked_about if OTHER_VALUES in values}
        for name in {self.view.by, *(self.dimensions or ()), *others}:
            if name is not None and (named := self.named(name)) is not None:
                bound[f"named_{name}"] = list(named)
        return bound

    def named(self, dimension: str) -> tuple[str, ...] | None:
        """The values that a breakdown by a dimension names, where others go together; else None.

        They are the largest of all of the data, so that no filter and no period gives a value to
        others, and those that the view asks for by name.

        Source:
            docs/counting.md, "Dimensions with very many values".
        """
        if dimension not in self.generation.dimensions:
            return None
        known = largest(self.generation, dimension)
        asked = self.view.values(dimension)
        if known is None or OTHER_VALUES in asked:
            return known
        return tuple(dict.fromkeys([*known, *(value for value in asked if value is not None)]))

    @cached_property
    def wins(self) -> str:
        """The select behind the CTE `scope` when every win of a lead counts, not its first alone.

        Columns: those of `reaches`, with one more row for each further win.
        """
        every = "(select * from reaches union all select * from further_wins)"
        return self.reaches.replace("\nfrom reaches\n", f"\nfrom {every}\n")

    @cached_property
    def timed(self) -> str:
        """The select of `reaches` for questions about time: of leads known with all their times."""
        return self.reaches + ("\n    and is_timed" if self.generation.untimed else "")

    @cached_property
    def untimed(self) -> str:
        """The select of `reaches` for the other leads, of which a present status tells a stage."""
        return f"{self.reaches}\n    and not is_timed"

    @cached_property
    def reaches(self) -> str:
        """The select behind the CTE `scope` of questions about how far leads got.

        Columns: (one row per lead and step of the level that counts)
            lead_number: the lead.
            company_number: its company, null for the only lead of one and where it is not known.
            segment: the value to break down by, null for the missing one or without a breakdown.
            stage, stage_rank: the stage that opens the step, and its rank.
            imputed: whether the stage was skipped.
            entered_at, reached_at: naive UTC; seconds: from the one to the other.
            moved_on_at: when the lead moved on to the next step, null where not by `as_of`.
            out_at: since when it is out of the pipeline at `as_of`, null when it is in.
            is_over: whether it has left, or its window is over.
            outcome: 'advanced' to the next step; 'lost', when over before that; 'open'.
            waited: seconds from reaching the step to the outcome, for open leads to `as_of`.
        """
        marks = _MARKS[self.view.skipped, self.view.level]
        flow = self.view.mode == "flow"
        conditions = self._in_period(marks.reached_at if flow else marks.entered_at)
        in_time, overdue = f"{marks.next_at} is not null", "false"
        if not self._is_latest:
            conditions.append(f"{marks.reached_at} <= $as_of")
            in_time = f"{marks.next_at} <= $as_of"
        if self.view.level == "group":
            conditions.append("opens_group")
        waited = "date_diff('microsecond', {since}, coalesce(moved_on_at, out_at, $as_of)) / 1e6"
        waited = waited.format(since=marks.reached_at)
        if self.view.window is not None:
            conditions.append(f"{marks.seconds} <= $window_seconds")
            elapsed = f"date_diff('microsecond', {marks.entered_at}, {marks.next_at}) / 1e6"
            in_time += f" and {elapsed} <= $window_seconds"
            overdue = f"{marks.entered_at} <= $due_before"
            waited = f"least({waited}, $window_seconds - {marks.seconds})"
        conditions += self._filters
        where = "\n    and ".join(conditions)
        return f"""select
    lead_number,
    {self._company} as company_number,
    {self._segment} as segment,
    stage,
    stage_rank,
    imputed,
    {marks.entered_at} as entered_at,
    {marks.reached_at} as reached_at,
    {marks.seconds} as seconds,
    case when {in_time} then {marks.next_at} end as moved_on_at,
    {self._out_at} as out_at,
    out_at is not null or {overdue} as is_over,
    case
        when moved_on_at is not null then 'advanced'
        when is_over then 'lost'
        else 'open'
    end as outcome,
    {waited} as waited,{self._parts}
from reaches
where {where}"""

    @cached_property
    def stays(self) -> str:
        """The select behind the CTE `scope` of questions about how long leads stayed.

        The last stage leads nowhere and is left out, and so are visits of which it is only known
        from a present status that they began or ended: they have no length.

        Columns: (one row per visit to a stage, of the leads that entered in the period; in flow
        mode the visits that began in it; as known at `as_of`)
            lead_number, company_number, created_at: the lead, its company as in `reaches`.
            segment: the value to break down by, null for the missing one or without a breakdown.
            stage, stage_rank, entered_at: the visit.
            outcome: 'advanced', 'lost', 'went_back' or 'open'.
            next_stage, gone_at: null while it is open.
            seconds: its length, of open ones to `as_of`; by the view's clock, see `day_seconds`.
        """
        flow = self.view.mode == "flow"
        conditions = [
            *self._in_period("entered_at" if flow else "created_at"),
            "entered_at <= $as_of",
            "stage <> $last_stage",
            # Asked for only where any is not, as it is of most stores.
            *(["is_timed"] if self.generation.untimed else []),
            *self._filters,
        ]
        where = "\n    and ".join(conditions)
        left_at = "least(coalesce(left_at, $as_of), $as_of)"
        seconds, source = f"date_diff('microsecond', entered_at, {left_at}) / 1e6", "stays"
        if self._working_clock is not None:
            seconds = self._working_clock.seconds("entered_tick", "left_tick")
            source = f"""(
    select
        *,
        {working_time.tick("entered_at")} as entered_tick,
        {working_time.tick(left_at)} as left_tick,
    from stays
)"""
        return f"""select
    lead_number,
    {self._company} as company_number,
    {self._segment} as segment,
    stage,
    stage_rank,
    created_at,
    entered_at,
    case when left_at <= $as_of then outcome else 'open' end as outcome,
    case when left_at <= $as_of then next_stage end as next_stage,
    case when left_at <= $as_of then left_at end as gone_at,
    {seconds} as seconds,{self._parts}
from {source}
where {where}"""

    def ask(self, question: str, *, of: str = "reaches", **parameters: Any) -> pd.DataFrame:
        """The rows of a question, `funnel/trend` being `analytics/funnel/sql/trend.sql`.

        It is asked over this scope `of` the reaches, the wins or the stays, with `parameters` bound
        beside the scope's own.
        """
        text = self.text(question, of=of)
        return self.with_segments(self.generation.query(text, self.parameters | parameters))

    def with_segments(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of a question's SQL, their segments as texts when there is a breakdown."""
        if self.view.by is not None and "segment" in rows:
            # On the few rows of an answer rather than on all that are scanned.
            rows["segment"] = [
                segment_text(value if isinstance(value, str) else None)
                for value in rows["segment"].astype(object)
            ]
        return rows

    def text(self, question: str, *, of: str = "reaches") -> str:
        """The whole SQL of a question: the scope, then the file."""
        noun, _, name = question.partition("/")
        body = (_HERE / noun / "sql" / f"{name}.sql").read_text(encoding="utf-8")
        header, _, query = body.partition("\nwith ")
        indented = str(getattr(self, of)).replace("\n", "\n    ")
        return f"{header}\nwith scope as (\n    {indented}\n),\n{query}"

    @property
    def _working_clock(self) -> working_time.WorkingClock | None:
        return working_time.of(self.generation) if self.view.clock == "working" else None

    @property
    def _is_latest(self) -> bool:
        """Whether all of the data is known, so that nothing in it can be later than `as_of`."""
        return self.as_of == self.generation.last_event

    @property
    def _out_at(self) -> str:
        """Since when a lead is out of the pipeline at `as_of`; null when it is in."""
        if self._is_latest:
            return "exited_at"
        # Spells that ended by the end of the data; their instants alternate: out, back, out, back.
        turns = "list_filter(earlier_exits, lambda turn: turn <= $as_of)"
        return f"""case
        when exited_at <= $as_of then exited_at
        when len({turns}) % 2 = 1 then {turns}[-1]
    end"""

    @property
    def _company(self) -> str:
        # A constant where no two leads are of one company: to ask for them then costs nothing.
        return "company_number" if self.generation.companies else "cast(null as integer)"

    @property
    def _segment(self) -> str:
        if self.view.by is None:
            return "cast(null as varchar)"
        return self._value(self.view.by)

    @property
    def _parts(self) -> str:
        """The column `parts`, when dimensions are asked about."""
        if self.dimensions is None:
            return ""
        columns = ", ".join(self._value(name) for name in self.dimensions)
        return f"\n    cast([{columns}] as varchar[]) as parts,"

    @property
    def _filters(self) -> list[str]:
        view = self.view
        return [
            *(self._filter(name, None in values) for name, values in view.filters),
            *(self._exclusion(name, None in values) for name, values in view.excluded),
        ]

    def _in_period(self, column: str) -> list[str]:
        return [f"{column} >= $period_start", f"{column} < $period_end"]

    def _filter(self, dimension: str, or_missing: bool) -> str:
        column = self._column(dimension)
        kept = [f"list_contains($in_{dimension}, {column})"]
        if OTHER_VALUES in self.view.values(dimension) and self.named(dimension) is not None:
            kept.append(f"{column} not in (select unnest($named_{dimension}))")
        if or_missing:
            kept.append(f"{column} is null")
        return kept[0] if len(kept) == 1 else f"({' or '.join(kept)})"

    def _value(self, dimension: str) -> str:
        """The value of a dimension that a breakdown names, or that of those that go together."""
        column = self._column(dimension)
        if self.named(dimension) is None:
            return column
        return f"""case
        when {column} in (select unnest($named_{dimension})) then cast({column} as varchar)
        when {column} is not null then '{OTHER_VALUES}'
    end"""

    def _exclusion(self, dimension: str, and_missing: bool) -> str:
        """What is true of just the leads for which the filter by the same values is not."""
        column = self._column(dimension)
        unlisted = f"not list_contains($not_{dimension}, {column})"
        if OTHER_VALUES in self.view.excluded_values(dimension) and self.named(dimension):
            unlisted += f" and {column} in (select unnest($named_{dimension}))"
        if and_missing:
            return f"({unlisted} and {column} is not null)"
        return f"({unlisted} or {column} is null)"

    def _column(self, dimension: str) -> str:
        if dimension not in self.generation.dimensions:
            raise KeyError(dimension)
        return quoted(dimension)

    def _starts(self, day: date) -> datetime:
        """The instant a day begins in the store's zone, naive UTC."""
        midnight = datetime.combine(day, time(), self.zone)
        return midnight.astimezone(UTC).replace(tzinfo=None)


def _bounded(day: date) -> date:
    return max(_FIRST_DAY, min(day, _LAST_DAY))
