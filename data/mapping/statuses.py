"""What the values of columns mean: statuses to stages and exits, sources to channels."""

from dataclasses import dataclass

from data.mapping.guess import stage_names
from data.pipeline import Pipeline
from data.values.channels import OTHER, channel_of
from data.values.text import plain

CERTAINTIES = ("certain", "likely", "unknown")


@dataclass(frozen=True)
class Suggestion:
    """What a value probably means, and how sure that is."""

    slug: str | None
    """Of a stage, an exit or a channel; None when nothing is near."""
    certainty: str
    """`certain` (a known name), `likely` (similar to one), or `unknown`."""


UNKNOWN = Suggestion(None, "unknown")


def suggest_stage(value: str, pipeline: Pipeline) -> Suggestion:
    """The stage or exit of the pipeline that a status stands for."""
    slug = stage_names(pipeline).get(plain(value))
    return Suggestion(slug, "certain") if slug else UNKNOWN


def suggest_channel(value: str, medium: str | None = None) -> Suggestion:
    """The channel that a source belongs to, its medium deciding whether it was paid for."""
    channel = channel_of(value)
    return UNKNOWN if channel == OTHER else Suggestion(channel, "certain")
