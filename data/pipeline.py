"""The pipeline: the ordered stages of a company, their groups, the exits, and when it works."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from data.calendar import Calendar, CalendarError

GROUPS = ("lead", "prospect", "opportunity", "customer")

LONGEST_LIMIT = 36_500
"""The most days that a stage may set as its limit."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_DEFAULT = Path(__file__).with_name("pipeline.toml")


class PipelineError(ValueError):
    """The text of a pipeline that cannot be used; the message says which entry and why."""


@dataclass(frozen=True)
class Stage:
    """One stage: its slug, its group, its label by language, and how long a lead should be in it.

    `limit_days` is the company's own promise (its service level); None where there is none. They
    are days of the clock that counts: of 24 hours, or working days (see `analytics.clock`).
    """

    slug: str
    group: str
    labels: tuple[tuple[str, str], ...] = ()
    limit_days: float | None = None

    def label(self, lang: str) -> str:
        """The stage's name in a language, else in English, else its slug."""
        return _label(self.slug, self.labels, lang)


@dataclass(frozen=True)
class Exit:
    """One way out of the pipeline, such as lost: a slug and its label by language.

    unusable: who stands here was no lead that anybody could use, such as a false address.
    """

    slug: str
    labels: tuple[tuple[str, str], ...] = ()
    unusable: bool = False

    def label(self, lang: str) -> str:
        """The exit's name in a language, else in English, else its slug."""
        return _label(self.slug, self.labels, lang)


@dataclass(frozen=True)
class Step:
    """One bar of a funnel: a group or a stage, with the rank of the first stage it stands for."""

    slug: str
    group: str
    opened_by: str


@dataclass(frozen=True)
class Pipeline:
    """Stages in order, then exits. Slugs are unique over both; groups never go backwards."""

    stages: tuple[Stage, ...]
    exits: tuple[Exit, ...]
    calendar: Calendar = field(default_factory=Calendar)

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
        ranks = [GROUPS.index(stage.group) for stage in self.stages]
        if ranks != sorted(ranks):
            raise PipelineError(f"The stages' groups must come in the order {', '.join(GROUPS)}.")

    @classmethod
    def default(cls) -> "Pipeline":
        """The pipeline of `pipeline.toml`, which a new store starts with."""
        return cls.read(_DEFAULT)

    @classmethod
    def read(cls, path: Path) -> "Pipeline":
        """The pipeline in a TOML file. Raises PipelineError, or OSError when it cannot be read."""
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> "Pipeline":
        """The pipeline in a TOML text: `[[stages]]`, `[[exits]]`, `[calendar]`.

        Raises PipelineError.
        """
        try:
            return cls.from_table(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise PipelineError(f"The pipeline is not valid TOML: {error}") from error

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "Pipeline":
        """The pipeline in the parsed tables `stages`, `exits`, `calendar`. Raises PipelineError."""
        try:
            return cls(
                stages=tuple(_stage(entry) for entry in _entries(table, "stages")),
                exits=tuple(_exit(entry) for entry in _entries(table, "exits")),
                calendar=calendar_of(table),
            )
        except KeyError as missing:
            raise PipelineError(f"A stage or exit lacks the key {missing}.") from missing
        except (TypeError, AttributeError) as error:
            raise PipelineError(
                "The pipeline is made of [[stages]] and [[exits]], whose slug, group and labels "
                "are texts."
            ) from error

    def to_toml(self) -> str:
        """The text that `parse` reads back to this pipeline."""
        blocks = [
            f'[[stages]]\nslug = "{stage.slug}"\ngroup = "{stage.group}"\n'
            f"{_label_line(stage)}{_limit_line(stage)}"
            for stage in self.stages
        ] + [
            f'[[exits]]\nslug = "{way_out.slug}"\n{_label_line(way_out)}'
            + ("unusable = true\n" if way_out.unusable else "")
            for way_out in self.exits
        ]
        return "\n".join([*blocks, self.calendar.to_toml()])

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """The stages' slugs in order."""
        return tuple(stage.slug for stage in self.stages)

    @cached_property
    def exit_slugs(self) -> tuple[str, ...]:
        """The exits' slugs."""
        return tuple(way_out.slug for way_out in self.exits)

    @cached_property
    def unusable_slugs(self) -> tuple[str, ...]:
        """The exits whose leads were no usable ones."""
        return tuple(way_out.slug for way_out in self.exits if way_out.unusable)

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
        """The label of a stage or an exit; a slug the pipeline does not know is its own label."""
        parts: tuple[Stage | Exit, ...] = (*self.stages, *self.exits)
        return next((part.label(lang) for part in parts if part.slug == slug), slug)


def calendar_of(table: Mapping[str, Any]) -> Calendar:
    """The calendar in parsed TOML tables, the default where there is none. Raises PipelineError."""
    try:
        return Calendar.from_table(table.get("calendar", {}))
    except CalendarError as error:
        raise PipelineError(f"[calendar]: {error}") from error


def _entries(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = table.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise PipelineError(f"{name!r} must be written as [[{name}]], one for each.")
    return entries


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str):
        raise PipelineError(f"{key} = {value!r} must be a text in quotation marks.")
    return value


def _stage(entry: Mapping[str, Any]) -> Stage:
    slug = _text(entry, "slug")
    limit = entry.get("limit_days")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
        raise PipelineError(
            f"Stage {slug!r}: limit_days {limit!r} is not a number of days above 0."
        )
    return Stage(slug, _text(entry, "group"), _labels(entry), limit)


def _exit(entry: Mapping[str, Any]) -> Exit:
    slug, unusable = _text(entry, "slug"), entry.get("unusable", False)
    if not isinstance(unusable, bool):
        raise PipelineError(f"Exit {slug!r}: unusable {unusable!r} is not true or false.")
    return Exit(slug, _labels(entry), unusable)


def _labels(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    label = entry.get("label", {})
    if isinstance(label, str):
        return (("en", label),)
    if not isinstance(label, dict) or not all(isinstance(name, str) for name in label.values()):
        raise PipelineError(f"label = {label!r} must be a text, or a text for each language.")
    return tuple(sorted(label.items()))


def _label(slug: str, labels: tuple[tuple[str, str], ...], lang: str) -> str:
    names = dict(labels)
    return names.get(lang) or names.get("en") or slug


def _label_line(part: Stage | Exit) -> str:
    pairs = ", ".join(f"{lang} = {_quoted(text)}" for lang, text in part.labels)
    return f"label = {{ {pairs} }}\n" if pairs else ""


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string, but for the one character that TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _limit_line(stage: Stage) -> str:
    if stage.limit_days is None:
        return ""
    return f"limit_days = {stage.limit_days!r}\n".replace(".0\n", "\n")
