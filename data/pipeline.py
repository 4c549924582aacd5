"""The pipeline: a company's ordered stages and exits, the reasons for these, hours and targets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import tomli_w

from data.calendar import Calendar
from data.condition import Condition
from data.criterion import Criterion, criteria_of, in_force
from data.fit import fit_of, fit_table
from data.label import Labels, in_language, labels_of
from data.reason import OTHER, UNKNOWN, Reason, reasons_of
from data.response import Response, promise, promised
from data.targets import Targets
from data.temperature import Temperature
from data.toml import TomlError, TomlTable, place_of

GROUPS = ("lead", "prospect", "opportunity", "customer")

LONGEST_LIMIT = 36_500
"""The most days that a stage may set as its limit."""

LONGEST_SILENCE = 9_999
"""The most working hours after which a silent hand-over may be taken as accepted."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_DEFAULT = Path(__file__).with_name("pipeline.toml")


class PipelineError(ValueError):
    """The text of a pipeline that cannot be used; the message says which entry and why."""


@dataclass(frozen=True)
class Stage:
    """One stage: its slug, its group, its label by language, and how long a lead should be in it.

    `limit_days` is what the company promises (its service level); None where it does not. They
    are days of the clock that counts: of 24 hours, or working days (see `analytics.working_time`).
    `handover` marks the stage into which marketing hands leads over to sales; one that nobody
    answers for `taken_after_hours` working hours is then taken as accepted, None being never.
    `criteria` are the versions of what the company means by it, in their order. `answer_within`:
    the working seconds within which a person is to have answered a lead that came to it.
    """

    slug: str
    group: str
    labels: Labels = ()
    limit_days: float | None = None
    handover: bool = False
    taken_after_hours: int | None = None
    criteria: tuple[Criterion, ...] = ()
    answer_within: int | None = None

    @property
    def criterion(self) -> Criterion | None:
        """The version of its criterion that holds; None where the company has not agreed on any."""
        return in_force(self.criteria)

    def label(self, lang: str) -> str:
        """The stage's name in a language, else in English, else its slug."""
        return in_language(self.slug, self.labels, lang)


@dataclass(frozen=True)
class Exit:
    """One way out of the pipeline, such as lost: a slug and its label by language.

    unusable: such a lead was of no use to sales, for instance a false address.
    """

    slug: str
    labels: Labels = ()
    unusable: bool = False

    def label(self, lang: str) -> str:
        """The exit's name in a language, else in English, else its slug."""
        return in_language(self.slug, self.labels, lang)


@dataclass(frozen=True)
class Step:
    """One bar of a funnel: a group or a stage, with the rank of the first stage it stands for."""

    slug: str
    group: str
    opened_by: str


@cache
def _default_reasons() -> tuple[Reason, ...]:
    return reasons_of(TomlTable.parse(_DEFAULT.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Handover:
    """Where marketing hands leads over to sales.

    handing: the stage at which a lead waits for an answer. accepting: the one after it, which is
    the answer yes. taken_after_hours: as of its stage.
    """

    handing: Stage
    accepting: Stage

    @property
    def taken_after_hours(self) -> int | None:
        """After how many working hours silence is taken as yes; None for never."""
        return self.accepting.taken_after_hours


@dataclass(frozen=True)
class Pipeline:
    """Stages in order, then exits. Slugs are unique over both; groups never go backwards.

    `temperature` are the company's own rules; None where it has those of everybody. `fit` is the
    rule of whom it means to sell to; None where it has not written one.
    """

    stages: tuple[Stage, ...]
    exits: tuple[Exit, ...]
    calendar: Calendar = field(default_factory=Calendar)
    targets: Targets = field(default_factory=Targets)
    reasons: tuple[Reason, ...] = field(default_factory=_default_reasons)
    response: Response = field(default_factory=Response)
    temperature: Temperature | None = None
    fit: Condition | None = None

    def __post_init__(self) -> None:
        slugs = [*(stage.slug for stage in self.stages), *(way.slug for way in self.exits)]
        if len(self.stages) < 2:
            raise PipelineError("A pipeline needs at least two [[stages]].")
        for slug in slugs:
            if not _SLUG.fullmatch(slug):
                raise PipelineError(
                    f"Stage {slug!r}: a slug is letters, digits, '_', '.' or '-', and no spaces."
                )
        doubled = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if doubled:
            raise PipelineError(f"Stage {doubled[0]!r} is there twice.")
        unknown = [stage for stage in self.stages if stage.group not in GROUPS]
        if unknown:
            raise PipelineError(
                f"Stage {unknown[0].slug!r}: group {unknown[0].group!r} is not one of "
                f"{', '.join(GROUPS)}."
            )
        for stage in self.stages:
            limit = stage.limit_days
            if limit is not None and not 0 < limit <= LONGEST_LIMIT:
                raise PipelineError(
                    f"Stage {stage.slug!r}: limit_days {limit!r} is not a number of days above 0."
                )
            hours = stage.taken_after_hours
            if hours is not None and not 1 <= hours <= LONGEST_SILENCE:
                raise PipelineError(
                    f"Stage {stage.slug!r}: taken_after_hours {hours!r} is not a whole number of "
                    "hours above 0."
                )
        marked = [stage.slug for stage in self.stages if stage.handover]
        if len(marked) > 1:
            raise PipelineError(
                f"Stage {marked[1]!r}: handover is said of {marked[0]!r} already; leads are handed "
                "over once."
            )
        if marked == [self.stages[0].slug]:
            raise PipelineError(
                f"Stage {marked[0]!r}: handover is of a later stage, as leads come from one before."
            )
        self._check_reasons()
        ranks = [GROUPS.index(stage.group) for stage in self.stages]
        if ranks != sorted(ranks):
            raise PipelineError(f"The stages' groups must come in the order {', '.join(GROUPS)}.")

    def _check_reasons(self) -> None:
        slugs = [reason.slug for reason in self.reasons]
        for slug in slugs:
            if not _SLUG.fullmatch(slug):
                raise PipelineError(
                    f"Reason {slug!r}: a slug is letters, digits, '_', '.' or '-', and no spaces."
                )
            if slugs.count(slug) > 1:
                raise PipelineError(f"Reason {slug!r} is there twice.")
        for slug in (OTHER, UNKNOWN):
            if slug not in slugs:
                raise PipelineError(f"The [[reasons]] need one of the slug {slug!r}.")

    @classmethod
    def default(cls) -> "Pipeline":
        """The pipeline of `pipeline.toml`, which a new store starts with."""
        return cls.read(_DEFAULT)

    @classmethod
    def read(cls, path: Path) -> "Pipeline":
        """The pipeline in a TOML file. Raises PipelineError, or OSError when it cannot be read."""
        text = path.read_text(encoding="utf-8")
        try:
            return cls.parse(text)
        except PipelineError as error:
            raise PipelineError(f"{path.name}{place_of(str(error), text)}: {error}") from error

    @classmethod
    def parse(cls, text: str) -> "Pipeline":
        """The pipeline in a TOML text: `[[stages]]`, `[[exits]]`, `[[reasons]]` and more.

        Raises PipelineError.
        """
        try:
            table = TomlTable.parse(text)
        except TomlError as error:
            raise PipelineError(f"The pipeline is {error}") from error
        return cls.from_table(table.entries)

    @classmethod
    def from_table(cls, entries: Mapping[str, Any]) -> "Pipeline":
        """The pipeline in the parsed tables of those names. Raises PipelineError."""
        table = TomlTable(entries)
        try:
            return cls(
                stages=tuple(_stage(entry) for entry in table.tables("stages")),
                exits=tuple(_exit(entry) for entry in table.tables("exits")),
                calendar=Calendar.from_table(table.table("calendar")),
                targets=Targets.from_table(table.table("targets")),
                reasons=reasons_of(table) or _default_reasons(),
                response=Response.from_table(table.table("response")),
                temperature=Temperature.from_table(table.table("temperature"))
                if "temperature" in table
                else None,
                fit=fit_of(table),
            )
        except TomlError as error:
            raise PipelineError(str(error)) from error

    def keeping_criteria(self, before: "Pipeline") -> "Pipeline":
        """The same pipeline with the criteria of the one before, where a stage comes without.

        And with its rules of temperature and of fit, where it comes without.
        """
        kept = {stage.slug: stage.criteria for stage in before.stages}
        return replace(
            self,
            temperature=self.temperature or before.temperature,
            fit=self.fit or before.fit,
            stages=tuple(
                stage if stage.criteria else replace(stage, criteria=kept.get(stage.slug, ()))
                for stage in self.stages
            ),
        )

    def to_table(self) -> dict[str, Any]:
        """The tables that `from_table` reads back to this pipeline."""
        tables = {
            "stages": [_stage_table(stage) for stage in self.stages],
            "exits": [_exit_table(way_out) for way_out in self.exits],
            "reasons": [reason.to_table() for reason in self.reasons],
            "calendar": self.calendar.to_table(),
            "response": self.response.to_table(),
        }
        if self.temperature is not None:
            tables["temperature"] = self.temperature.to_table()
        if self.fit is not None:
            tables["fit"] = fit_table(self.fit)
        return tables | ({"targets": self.targets.to_table()} if self.targets else {})

    def to_toml(self) -> str:
        """The text that `parse` reads back to this pipeline."""
        return tomli_w.dumps(self.to_table())

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """The stages' slugs in order."""
        return tuple(stage.slug for stage in self.stages)

    @cached_property
    def won(self) -> str:
        """The stage that is a win: the one that opens the last group, of one group its last one."""
        steps = self.steps("group")
        return steps[-1].opened_by if len(steps) > 1 else self.slugs[-1]

    @cached_property
    def handover(self) -> Handover | None:
        """Where leads are handed over: into the stage that is marked, else the first of prospects.

        None where there is no such stage, or none before it.
        """
        marked = [stage.handover for stage in self.stages]
        groups = [stage.group == "prospect" for stage in self.stages]
        place = next((found.index(True) for found in (marked, groups) if True in found), 0)
        return Handover(self.stages[place - 1], self.stages[place]) if place else None

    @cached_property
    def exit_slugs(self) -> tuple[str, ...]:
        """The exits' slugs."""
        return tuple(way_out.slug for way_out in self.exits)

    @cached_property
    def asked_stages(self) -> tuple[str, ...]:
        """The stages that promise an answer, and the first one, at which leads wait for any."""
        promising = (stage.slug for stage in self.stages if stage.answer_within is not None)
        return tuple(dict.fromkeys((self.slugs[0], *promising)))

    @cached_property
    def unusable_slugs(self) -> tuple[str, ...]:
        """The exits whose leads were no usable ones."""
        return tuple(way_out.slug for way_out in self.exits if way_out.unusable)

    @cached_property
    def reason_slugs(self) -> tuple[str, ...]:
        """The slugs of the kinds of reasons, in their order."""
        return tuple(reason.slug for reason in self.reasons)

    def steps(self, level: str) -> tuple[Step, ...]:
        """The bars of the funnel at a level, in order: one a stage, or one a group that has stages.

        `opened_by` is the stage whose reaching means that the step is reached.
        """
        if level == "stage":
            return tuple(Step(stage.slug, stage.group, stage.slug) for stage in self.stages)
        openers: dict[str, str] = {}
        for stage in self.stages:
            openers.setdefault(stage.group, stage.slug)
        return tuple(Step(group, group, opener) for group, opener in openers.items())

    def label(self, slug: str, lang: str) -> str:
        """The label of a stage or an exit; an unknown slug stands for itself."""
        parts: tuple[Stage | Exit, ...] = (*self.stages, *self.exits)
        return next((part.label(lang) for part in parts if part.slug == slug), slug)


def _stage(entry: TomlTable) -> Stage:
    slug = entry.required_text("slug")
    limit = entry.entries.get("limit_days")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
        raise PipelineError(
            f"Stage {slug!r}: limit_days {limit!r} is not a number of days above 0."
        )
    hours = entry.entries.get("taken_after_hours")
    if hours is not None and (isinstance(hours, bool) or not isinstance(hours, int)):
        raise PipelineError(
            f"Stage {slug!r}: taken_after_hours {hours!r} is not a whole number of hours above 0."
        )
    return Stage(
        slug,
        entry.required_text("group"),
        labels_of(entry),
        limit_days=limit,
        handover=entry.flag("handover"),
        taken_after_hours=hours,
        criteria=criteria_of(entry),
        answer_within=promise(entry),
    )


def _exit(entry: TomlTable) -> Exit:
    return Exit(entry.required_text("slug"), labels_of(entry), entry.flag("unusable"))


def _stage_table(stage: Stage) -> dict[str, Any]:
    table: dict[str, Any] = {"slug": stage.slug, "group": stage.group}
    if stage.labels:
        table["label"] = dict(stage.labels)
    if stage.limit_days is not None:
        table["limit_days"] = stage.limit_days
    if stage.answer_within is not None:
        table["answer_within"] = promised(stage.answer_within)
    if stage.handover:
        table["handover"] = True
    if stage.taken_after_hours is not None:
        table["taken_after_hours"] = stage.taken_after_hours
    if stage.criteria:
        table["criteria"] = [criterion.to_table() for criterion in stage.criteria]
    return table


def _exit_table(way_out: Exit) -> dict[str, Any]:
    table: dict[str, Any] = {"slug": way_out.slug}
    if way_out.labels:
        table["label"] = dict(way_out.labels)
    if way_out.unusable:
        table["unusable"] = True
    return table
