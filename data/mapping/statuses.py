"""What the values of columns mean: statuses to stages and exits, sources to channels."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from data.mapping.headings import key_of
from data.mapping.media import channel_with
from data.mapping.stages import stage_names
from data.pipeline import GROUPS, Pipeline
from data.values.channels import OTHER, channel_of, known_names
from data.values.text import plain

SIMILAR = 86
"""From this similarity of 100 on a status is likely the one that it resembles."""

_STATUSES = Path(__file__).with_name("statuses.toml")
_NUMBERED = re.compile(
    r"^((buoc|step|stage|giai doan|level|cap|b|s|gd) ?)?[0-9]{1,3}[a-z]? (?=[^0-9])"
    r"|(?<=[a-z]) [0-9]{1,3}$"
)
_PARTS = re.compile(r"[()\[\]{}/|,;:]|\s[-\u2013\u2014]+\s|\s[-\u2013\u2014]|[-\u2013\u2014]\s")
_NEGATIONS = frozenset("khong ko k chua not no non un never dung ngung het".split())
_SHORTEST_PHRASE = 5  # a shorter name inside a longer one says too little: `đạt` in `đạt 50%`


@dataclass(frozen=True)
class Suggestion:
    """What a value probably means, and how sure that is."""

    slug: str | None
    """Of a stage, an exit or a channel; None when nothing is near."""
    certainty: str
    """`certain` (a known name), `likely` (similar to one), or `unknown`."""


UNKNOWN = Suggestion(None, "unknown")


def suggest_stage(
    value: str,
    pipeline: Pipeline,
    own: Mapping[str, str] | None = None,
    at_least: str | None = None,
) -> Suggestion:
    """The stage or exit of the pipeline that a status stands for.

    own: what a product means by its statuses, in stages of the default pipeline; it goes before
    what the words mean elsewhere.
    at_least: a stage of the default pipeline that whatever has such a status has reached: a deal is
    an opportunity, whatever its stage is called.
    """
    found = _suggested(value, pipeline, own)
    if at_least is None or found.slug in pipeline.exit_slugs or _is_label(value, pipeline):
        return found
    least = _in(pipeline, at_least, "likely" if found.slug is None else found.certainty)
    if least.slug is None or (
        found.slug is not None
        and pipeline.slugs.index(found.slug) >= pipeline.slugs.index(least.slug)
    ):
        return found
    return least


def _is_label(value: str, pipeline: Pipeline) -> bool:
    """Whether the company itself calls a stage so."""
    labels = {label for stage in pipeline.stages for _, label in stage.labels}
    return plain(value) in {plain(name) for name in (*labels, *pipeline.slugs)}


def _suggested(value: str, pipeline: Pipeline, own: Mapping[str, str] | None) -> Suggestion:
    name = plain(value)
    bare = _NUMBERED.sub("", name).strip()
    for key in (key_of(name), key_of(bare)):
        for known in (_own(own), _company(pipeline), _statuses()):
            if key and key in known:
                return _in(pipeline, known[key], "certain")
    parts = [part for part in _PARTS.split(value) if key_of(_NUMBERED.sub("", plain(part)))]
    if len(parts) > 1 and any(character.isalpha() for character in plain(value)):
        return _of_parts([_suggested(part, pipeline, own) for part in parts], bare, pipeline)
    return _similar(bare, pipeline)


def _of_parts(parts: Sequence[Suggestion], name: str, pipeline: Pipeline) -> Suggestion:
    """What a status of several parts stands for: `New/Mới`, `Won (closed)`, `Lost - price`.

    It is certain where each part alone is, and all of them stand for one stage. Where only the
    first is known, the others may be a remark on it, or take it back.
    """
    slugs = {part.slug for part in parts}
    if len(slugs) == 1 and all(part.certainty == "certain" for part in parts):
        return parts[0]
    whole = _similar(name, pipeline)
    if whole.slug is None and parts[0].certainty == "certain" and slugs <= {parts[0].slug, None}:
        return Suggestion(parts[0].slug, "likely")
    return whole


def ends_of(values: Iterable[str], pipeline: Pipeline) -> dict[str, str]:
    """Those of some values that say for certain that it was won, or how it was lost."""
    found = {text: suggest_stage(text, pipeline) for text in values}
    ends = (pipeline.won, *pipeline.exit_slugs)
    return {
        text: each.slug
        for text, each in found.items()
        if each.certainty == "certain" and each.slug in ends
    }


def suggest_channel(value: str, medium: str | None = None) -> Suggestion:
    """The channel that a source belongs to, its medium deciding whether it was paid for."""
    channel = channel_with(channel_of(value), value, medium)
    if channel == OTHER and plain(value) not in known_names():
        return UNKNOWN
    sure = plain(value) in known_names() or bool(medium)
    return Suggestion(channel, "certain" if sure else "likely")


def is_last_name_first(headers: Iterable[str]) -> bool:
    """Whether headers of the parts of a name are of a language that begins with the family's."""
    return any(plain(header).split()[:1] in (["ho"], ["ten"]) for header in headers)


def _own(own: Mapping[str, str] | None) -> dict[str, str]:
    return {key_of(name): slug for name, slug in (own or {}).items()}


@cache
def _company(pipeline: Pipeline) -> dict[str, str]:
    return {name.replace(" ", ""): slug for name, slug in stage_names(pipeline).items()}


@cache
def _statuses() -> dict[str, str]:
    return {key_of(name): slug for name, slug in _spelled().items()}


@cache
def _spelled() -> dict[str, str]:
    """Every known status as `plain` has it, and its stage of the default pipeline."""
    table = tomllib.loads(_STATUSES.read_text(encoding="utf-8"))
    return {plain(name): slug for slug, names in table.items() for name in names}


def _in(pipeline: Pipeline, slug: str, certainty: str) -> Suggestion:
    """A stage of the default pipeline in a company's own: the same, else what is like it there."""
    if slug in (*pipeline.slugs, *pipeline.exit_slugs):
        return Suggestion(slug, certainty)
    usable = [each for each in pipeline.exit_slugs if each not in pipeline.unusable_slugs]
    match slug:
        case "lead":
            return Suggestion(pipeline.slugs[0], certainty)
        case "won":
            return Suggestion(pipeline.won, certainty)
        case "lost" if usable or pipeline.exit_slugs:
            return Suggestion((usable or list(pipeline.exit_slugs))[0], certainty)
        case "disqualified" if pipeline.exit_slugs:
            return Suggestion((*pipeline.unusable_slugs, *pipeline.exit_slugs)[0], certainty)
    group = _GROUP_OF.get(slug)
    opener = next((each.slug for each in pipeline.stages if each.group == group), None)
    return Suggestion(opener, "likely") if opener else UNKNOWN


_GROUP_OF = {
    "iql": GROUPS[0], "mql": GROUPS[0], "sal": GROUPS[1], "sql": GROUPS[1],
    "opportunity": GROUPS[2],
}  # fmt: skip


@lru_cache(maxsize=4_096)
def _similar(name: str, pipeline: Pipeline) -> Suggestion:
    """The stage of the known status that a name contains or resembles; negations must agree."""
    if not name:
        return UNKNOWN
    known = _spelled() | stage_names(pipeline)
    agreeing = {
        each: slug for each, slug in known.items() if _is_negated(each) == _is_negated(name)
    }
    inside = f" {name} "
    phrases = [each for each in agreeing if len(each) >= _SHORTEST_PHRASE and f" {each} " in inside]
    if phrases:
        return _in(pipeline, agreeing[max(phrases, key=len)], "likely")
    found = process.extractOne(
        name, agreeing.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=SIMILAR
    )
    return _in(pipeline, agreeing[found[0]], "likely") if found else UNKNOWN


def _is_negated(name: str) -> bool:
    return not _NEGATIONS.isdisjoint(name.split())
