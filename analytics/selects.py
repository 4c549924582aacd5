"""The selects of a scope: the SQL of which reaches, and which stays, of a generation count.

Values are bound parameters; column names come from the generation's own list of dimensions and from
the two policies.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from analytics import working_time
from analytics.view.view import View
from analytics.view.vocabulary import named
from data.layout import OTHER_VALUES
from data.quoting import quoted
from data.store import Generation


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
class Selects:
    """What a view counts of a generation: each select is what stands behind the CTE `scope`.

    as_of: the last known instant, naive UTC.
    dimensions: asked about all at once, as in Scope.
    """

    view: View
    generation: Generation
    as_of: datetime
    dimensions: tuple[str, ...] | None

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the selects bind beside the period, by name."""
        window = self.view.window
        bound: dict[str, Any] = {
            "as_of": self.as_of,
            "currency": self.generation.currency,
            "last_stage": self.generation.pipeline.slugs[-1],
            "window_seconds": None if window is None else window * 86_400,
            "due_before": None if window is None else self.as_of - timedelta(days=window),
        }
        if self.clock is not None:
            bound |= self.clock.parameters
        between = self.generation.pipeline.handover
        slugs = self.generation.pipeline.slugs
        bound |= {
            "handing": between and between.handing.slug,
            "accepting": between and between.accepting.slug,
            "handing_rank": between and slugs.index(between.handing.slug),
            "taken_after_seconds": self.taken_after and self.taken_after * 3_600,
        }
        for dimension, values in self.view.filters:
            bound[f"in_{dimension}"] = [value for value in values if value is not None]
        for dimension, values in self.view.excluded:
            bound[f"not_{dimension}"] = [value for value in values if value is not None]
        asked_about = (*self.view.filters, *self.view.excluded)
        others = {name for name, values in asked_about if OTHER_VALUES in values}
        for name in {self.view.by, *(self.dimensions or ()), *others}:
            if name is not None and (known := self._named(name)) is not None:
                bound[f"named_{name}"] = list(known)
        return bound

    @property
    def clock(self) -> working_time.WorkingClock | None:
        """The clock that stays are measured by; None where that runs day and night."""
        return working_time.of(self.generation) if self.view.clock == "working" else None

    @property
    def taken_after(self) -> int | None:
        """The working hours after which a silent hand-over is accepted; None for never."""
        hours = self.view.taken_after
        handover = self.generation.pipeline.handover
        if hours is None and handover is not None:
            hours = handover.taken_after_hours
        return hours or None

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
        seconds, source = self._lengths("left_at")
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

    @cached_property
    def handovers(self) -> str:
        """The select behind the CTE `scope` of questions about the hand-over of leads to sales.

        A lead is handed over once: when it comes to the stage before that of the hand-over, not
        having been there or beyond. Of leads that skipped it, or of which it is not known since
        when they are there, nobody was asked anything. Of a pipeline without such a stage there are
        none.

        Columns: (one row per lead handed over in the period; as known at `as_of`)
            lead_number, company_number: the lead, its company as in `reaches`.
            segment: the value to break down by, null for the missing one or without a breakdown.
            handed_at: naive UTC.
            answer: 'accepted', when it went on; 'sent_back', when it went back, be it from the
                stage that it was taken to; 'exited'; 'waiting'.
            is_taken: whether it is accepted because nobody answered for `taken_after` hours.
            why: the kinds of reasons that were given for sending it back, or for its exit; null
                where none was.
            decided_at: when it left the stage; null while it is there.
            back_at: since when it is back, of those sent back.
            seconds: working time up to the answer, of those waiting to `as_of`.
        """
        assert self.clock is not None, "Answers are awaited in working hours."
        left_at = "least(coalesce(left_at, $as_of), $as_of)"
        conditions = [
            *self._in_period("entered_at"),
            "entered_at <= $as_of",
            *(["is_timed"] if self.generation.untimed else []),
            *self._filters,
        ]
        where = "\n    and ".join(conditions)
        return f"""select
    lead_number,
    {self._company} as company_number,
    {self._segment} as segment,
    entered_at as handed_at,
    case when left_at <= $as_of then left_at end as decided_at,
    {self.clock.seconds("entered_tick", "left_tick")} as silent_for,
    coalesce(silent_for >= $taken_after_seconds, false) and (
        decided_at is null or outcome <> 'went_back'
    ) and returned_at is null as is_taken,
    case
        when returned_at is not null then 'sent_back'
        when decided_at is not null and outcome = 'went_back' then 'sent_back'
        when is_taken or (decided_at is not null and outcome = 'advanced') then 'accepted'
        when decided_at is not null then 'exited'
        else 'waiting'
    end as answer,
    coalesce(returned_reasons, case when decided_at is not null then reasons end) as why,
    coalesce(returned_at, case when outcome = 'went_back' then decided_at end) as back_at,
    least(silent_for, coalesce($taken_after_seconds, silent_for)) as seconds,{self._parts}
from (
    select
        stays.*,
        returned.returned_at,
        returned.returned_reasons,
        {working_time.tick("entered_at")} as entered_tick,
        {working_time.tick(left_at)} as left_tick,
    from stays
    join (
        select
            lead_number as first_lead,
            min(visit_number) as first_visit,
        from stays
        where stage_rank >= $handing_rank
        group by lead_number
    ) as firsts on first_lead = stays.lead_number and first_visit = stays.visit_number
    left join (
        select
            lead_number,
            visit_number as returned_visit,
            left_at as returned_at,
            reasons as returned_reasons,
        from stays
        where stage = $accepting and outcome = 'went_back' and left_at <= $as_of
    ) as returned
        on returned.lead_number = stays.lead_number and returned_visit = stays.visit_number + 1
    where stays.stage = $handing
)
where {where}"""

    @cached_property
    def ends(self) -> str:
        """The select behind the CTE `scope` of questions about how stays ended other than well.

        Of all visits but those to the last stage that were lost or went back by `as_of`, whatever
        the period; those too of which only a present status tells, whose time is the best known.

        Columns: (one row per visit)
            lead_number, company_number, visit_number: the lead, its company, and which visit.
            stage, stage_rank, outcome, next_stage, gone_at: as in `stays`.
            reasons: the kinds of reasons that files name, null where they name none.
        """
        conditions = [
            "outcome <> 'advanced'",
            "left_at <= $as_of",
            "stage <> $last_stage",
            *self._filters,
        ]
        where = "\n    and ".join(conditions)
        return f"""select
    lead_number,
    {self._company} as company_number,
    visit_number,
    stage,
    stage_rank,
    outcome,
    next_stage,
    left_at as gone_at,
    cast(reasons as varchar[]) as reasons,{self._parts}
from stays
where {where}"""

    @cached_property
    def answers(self) -> str:
        """The select behind the CTE `scope` of questions about how soon leads were answered.

        Columns: (one row per lead that came to a stage, $asked_stage, or when that is null per lead
        that came; in flow mode those that came there in the period; as known at `as_of`)
            lead_number, company_number, segment: as in `stays`.
            created_at, entered_at: when the lead came, and when it came there.
            answered_at: when a person first acted for it after that, null while nobody has.
            seconds: until then, of others to `as_of`; by the view's clock, see `day_seconds`.
            replied_at, attempted_at: when the lead first answered, and when it had been tried until
                then, also after `as_of`; null for never.
        """
        flow = self.view.mode == "flow"
        conditions = [
            *self._in_period("entered_at" if flow else "created_at"),
            "entered_at <= $as_of",
            "stage <> $last_stage",
            "(stage = $asked_stage or $asked_stage is null and visit_number = 1)",
            *(["is_timed"] if self.generation.untimed else []),
            *self._filters,
        ]
        where = "\n    and ".join(conditions)
        seconds, source = self._lengths("answered_at")
        return f"""select
    lead_number,
    {self._company} as company_number,
    {self._segment} as segment,
    created_at,
    entered_at,
    case when answered_at <= $as_of then answered_at end as answered_at,
    replied_at,
    attempted_at,
    {seconds} as seconds,{self._parts}
from {source}
where {where}"""

    def _lengths(self, end: str) -> tuple[str, str]:
        """SQL: the seconds of `stays` from their entry to an instant, and where they come from."""
        until = f"least(coalesce({end}, $as_of), $as_of)"
        if self.clock is None:
            return f"date_diff('microsecond', entered_at, {until}) / 1e6", "stays"
        source = f"""(
    select
        *,
        {working_time.tick("entered_at")} as entered_tick,
        {working_time.tick(until)} as left_tick,
    from stays
)"""
        return self.clock.seconds("entered_tick", "left_tick"), source

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
        """The columns `parts`, `part_0` and so on, when dimensions are asked about."""
        if self.dimensions is None:
            return ""
        values = [self._value(name) for name in self.dimensions]
        columns = [
            f"cast([{', '.join(values)}] as varchar[]) as parts",
            "cast(null as varchar) as part_0",
            *(f"{value} as part_{number:d}" for number, value in enumerate(values, 1)),
        ]
        return "".join(f"\n    {column}," for column in columns)

    def _named(self, dimension: str) -> tuple[str, ...] | None:
        return named(self.view, self.generation, dimension)

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
        if OTHER_VALUES in self.view.values(dimension) and self._named(dimension) is not None:
            kept.append(f"{column} not in (select unnest($named_{dimension}))")
        if or_missing:
            kept.append(f"{column} is null")
        return kept[0] if len(kept) == 1 else f"({' or '.join(kept)})"

    def _value(self, dimension: str) -> str:
        """The value of a dimension that a breakdown names, or that of those that go together."""
        column = self._column(dimension)
        if self._named(dimension) is None:
            return column
        return f"""case
        when {column} in (select unnest($named_{dimension})) then cast({column} as varchar)
        when {column} is not null then '{OTHER_VALUES}'
    end"""

    def _exclusion(self, dimension: str, and_missing: bool) -> str:
        """What is true of just the leads for which the filter by the same values is not."""
        column = self._column(dimension)
        unlisted = f"not list_contains($not_{dimension}, {column})"
        if OTHER_VALUES in self.view.excluded_values(dimension) and self._named(dimension):
            unlisted += f" and {column} in (select unnest($named_{dimension}))"
        if and_missing:
            return f"({unlisted} and {column} is not null)"
        return f"({unlisted} or {column} is null)"

    def _column(self, dimension: str) -> str:
        if dimension not in self.generation.dimensions:
            raise KeyError(dimension)
        return quoted(dimension)
