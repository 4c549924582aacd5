"""What a file is, how sure that is, the mapping proposed for it, and what only a person can say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.files.preview import Preview
from data.mapping.fields import REQUIRED
from data.mapping.guess import guess, whose_id_is_unclear
from data.mapping.mapping import FileMapping
from data.pipeline import Pipeline

Values = Mapping[str, Sequence[tuple[str, int]]]
"""Header to its values with how often each is there, most frequent first."""


@dataclass(frozen=True)
class Question:
    """What a person must say before a file can be understood."""

    code: str
    """`which_id`, `which_sheet`, `day_month_order`, `stage_of_status`, `created_at`,
    `unknown_stage_columns`, …: its words are those of the screen or the command line."""
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What a file is taken for, for a person to confirm or correct."""

    product: str | None
    """Whose export it is, as its maker writes the name; None for a plain table."""
    kind: str
    """What its rows are: contacts, deals, leads, moves, touches, spend, rates, form, …"""
    certainty: str
    """`certain`, `likely` or `unsure`."""
    entry: FileMapping
    """The mapping; what its statuses mean is in `values["stage"]`."""
    missing: tuple[str, ...] = ()
    """The fields without which it cannot be loaded."""
    questions: tuple[Question, ...] = ()
    unused: tuple[str, ...] = ()
    """The headers that are kept as dimensions only."""
    pipeline: Pipeline | None = None
    """The pipeline of the file itself, where it has stages that the company's lacks."""


def propose(top: Preview, pipeline: Pipeline, *, values: Values | None = None) -> Proposal:
    """What a file with this top is, and the mapping proposed for it.

    values: what stands in its columns, all rows read; without it the preview's rows tell.
    """
    entry = guess(top.headers, top.rows, pipeline, top.name)
    missing = tuple(name for name in REQUIRED[entry.table] if name not in entry.columns)
    asked = whose_id_is_unclear(entry, top.headers, top.rows)
    used = set(entry.headers_used())
    return Proposal(
        product=None,
        kind=entry.table,
        certainty="likely",
        entry=entry,
        missing=missing,
        questions=(Question("which_id", (entry.columns["lead_id"],)),) if asked else (),
        unused=tuple(header for header in top.headers if header not in used),
    )


def propose_all(
    tops: Sequence[Preview], pipeline: Pipeline, *, values: Sequence[Values | None] | None = None
) -> tuple[Proposal, ...]:
    """What several files are together: each as `propose` says, joined by their keys."""
    known = values or [None] * len(tops)
    return tuple(propose(top, pipeline, values=each) for top, each in zip(tops, known, strict=True))
