"""The pipeline: the ordered stages of a company, their groups, and the exits."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

GROUPS = ("lead", "prospect", "opportunity", "customer")

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_DEFAULT = Path(__file__).with_name("pipeline.toml")


class PipelineError(ValueError):
    """The text of a pipeline that cannot be used; the message says which entry and why."""


@dataclass(frozen=True)
class Stage:
    """One stage: its slug, its group, and its label by language."""

    slug: str
    group: str
    labels: tuple[tuple[str, str], ...] = ()

    def label(self, lang: str) -> str:
        """The stage's name in a language, else in English, else its slug."""
        return _label(self.slug, self.labels, lang)


@dataclass(frozen=True)
class Exit:
    """One way out of the pipeline, such as lost: a slug and its label by language."""

    slug: str
    labels: tuple[tuple[str, str], ...] = ()

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
        """The pipeline in a TOML text with `[[stages]]` and `[[exits]]`. Raises PipelineError."""
        try:
            return cls.from_table(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise PipelineError(f"The pipeline is not valid TOML: {error}") from error

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "Pipeline":
        """The pipeline in parsed TOML tables `stages` and `exits`. Raises PipelineError."""
        try:
            return cls(
                stages=tuple(
                    Stage(entry["slug"], entry["group"], _labels(entry))
                    for entry in table.get("stages", ())
                ),
                exits=tuple(
                    Exit(entry["slug"], _labels(entry)) for entry in table.get("exits", ())
                ),
            )
        except KeyError as missing:
            raise PipelineError(f"A stage or exit lacks the key {missing}.") from missing

    def to_toml(self) -> str:
        """The text that `parse` reads back to this pipeline."""
        blocks = [
            f'[[stages]]\nslug = "{stage.slug}"\ngroup = "{stage.group}"\n{_label_line(stage)}'
            for stage in self.stages
        ] + [
            f'[[exits]]\nslug = "{way_out.slug}"\n{_label_line(way_out)}' for way_out in self.exits
        ]
        return "\n".join(blocks)

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """The stages' slugs in order."""
        return tuple(stage.slug for stage in self.stages)

    @cached_property
    def exit_slugs(self) -> tuple[str, ...]:
        """The exits' slugs."""
        return tuple(way_out.slug for way_out in self.exits)

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


def _labels(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    label = entry.get("label", {})
    if isinstance(label, str):
        return (("en", label),)
    return tuple(sorted(label.items()))


def _label(slug: str, labels: tuple[tuple[str, str], ...], lang: str) -> str:
    names = dict(labels)
    return names.get(lang) or names.get("en") or slug


def _label_line(part: Stage | Exit) -> str:
    # A JSON string is a TOML basic string.
    pairs = ", ".join(
        f"{lang} = {json.dumps(text, ensure_ascii=False)}" for lang, text in part.labels
    )
    return f"label = {{ {pairs} }}\n" if pairs else ""
