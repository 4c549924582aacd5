"""What a file's headers say about it, when no mapping does: English, Vietnamese, the usual CRMs."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from data.mapping.fields import FIELDS
from data.mapping.mapping import FileMapping, StageColumn
from data.pipeline import Pipeline
from data.values.dates import is_date_text, without_zone
from data.values.text import heading, plain

_HEADINGS = Path(__file__).with_name("headings.toml")
_CURRENT_SINCE = ("deal - last stage change", "date entered current stage")
_QUOTED_STAGE = re.compile(r"""^date entered ["'](.+?)( \([^()]*\))?["']$""")
_BEFORE = frozenset(
    "date of entered became a an ngay time deal hs v2 lifecyclestage vao len".split()
)
_AFTER = frozenset("date at on time day ngay luc".split())

_ID = re.compile(r"(?i)(\b|_)(id|key|no|number|mã|code)\b|Id$|ID$")

ENOUGH_MOVES = 20
"""With fewer it is no wonder that each lead has one."""

Rows = Sequence[Sequence[str | None]]


def guess(
    headers: Sequence[str], sample_rows: Rows, pipeline: Pipeline, match: str = "*"
) -> FileMapping:
    """The likeliest mapping of a file with these headers, for a person to confirm or correct.

    `sample_rows` are some of its rows as text, in the order of `headers`: they show whether a lead
    has one row or several, and whether a column named like a stage holds dates. What is not
    recognised is left out, even a required column: `data.mapping.mapping.check` says what is
    missing.
    """
    known: dict[str, str] = {}
    for header in headers:
        known.setdefault(_key(header), header)
    samples = {
        header: [row[index] for row in sample_rows if index < len(row) and row[index]]
        for index, header in enumerate(headers)
    }
    return (
        _known_export(known, match)
        or _spend(known, match)
        or _rates(known, match)
        or _touches(known, samples, match)
        or _stage_columns(known, samples, pipeline, match)
        or _history(known, samples, match)
        or _unfinished(known, samples, match)
        or FileMapping("leads", match, _lead_columns(known))
    )


def may_be_ids_of_moves(entry: FileMapping, headers: Sequence[str]) -> bool:
    """Whether the lead id of a guessed history is under a header that any row may number itself by.

    And another column may hold the id of the lead: then a person has to say which it is.
    """
    used = entry.columns.get("lead_id", "")
    others = (header for header in headers if header not in entry.columns.values())
    return _is_generic(used) and any(_ID.search(header) for header in others)


def whose_id_is_unclear(entry: FileMapping, headers: Sequence[str], rows: Rows) -> bool:
    """Whether a person should be asked if a guessed history has the ids of its leads or its moves.

    `rows`: some of the file's, in the order of `headers`.
    """
    header = entry.columns.get("lead_id", "")
    if entry.table != "stage_history" or header not in headers:
        return False
    index = list(headers).index(header)
    ids = [row[index] for row in rows if row[index]]
    enough = 2 if may_be_ids_of_moves(entry, headers) else ENOUGH_MOVES
    return len(ids) >= enough and is_one_move_each(len(ids), len(set(ids)))


def is_one_move_each(moves: int, leads: int) -> bool:
    """Whether so few leads have several moves that their ids may be those of the moves."""
    return moves > 1 and leads > 0.95 * moves


@cache
def stage_names(pipeline: Pipeline) -> dict[str, str]:
    """Every name of a stage or exit, in the form that `plain` gives it, and its slug."""
    slugs = (*pipeline.slugs, *pipeline.exit_slugs)
    names = {
        plain(name): slug
        for slug, words in _table()["stages"].items()
        if slug in slugs
        for name in words
    }
    for slug, labels in [(part.slug, part.labels) for part in pipeline.stages] + [
        (part.slug, part.labels) for part in pipeline.exits
    ]:
        names |= {plain(label): slug for _, label in labels}
    return names | {plain(slug): slug for slug in slugs}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_HEADINGS.read_text(encoding="utf-8"))


def _key(header: str) -> str:
    """A header as it is looked up: its letters and digits, without case and accents."""
    return plain(without_zone(header)).replace(" ", "") or heading(header)


def _is_generic(header: str) -> bool:
    """Whether a header says that its column is an id, and not of what."""
    return _key(header) in ("id", "ma")


def _find(known: dict[str, str], section: str, field: str) -> str | None:
    """The header of a field: of those that the table lists, the first that is there."""
    for name in _table()[section].get(field, ()):
        if _key(name) in known:
            return known[_key(name)]
    return None


def _columns(known: dict[str, str], fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Field to header for (section, field) pairs; no header is taken twice."""
    found: dict[str, str] = {}
    for section, field in fields:
        free = {name: header for name, header in known.items() if header not in found.values()}
        header = _find(free, section, field)
        if header is not None and field not in found:
            found[field] = header
    return found


def _lead_columns(known: dict[str, str]) -> dict[str, str]:
    fields = [("leads", field) for field in _table()["leads"]]
    found = _columns(known, fields)
    if "created_at" not in found:
        # A lone date of a list of leads is the day they came.
        free = {name: header for name, header in known.items() if header not in found.values()}
        date = _find(free, "moves", "entered_at")
        if date is not None:
            found["created_at"] = date
    return found


def _known_export(known: dict[str, str], match: str) -> FileMapping | None:
    for export in _table()["exports"]:
        if all(_key(name) in known for name in export["headers"]):
            return FileMapping(
                export["table"],
                match,
                {
                    field: known[_key(name)]
                    for field, name in export["columns"].items()
                    if _key(name) in known
                },
                only=tuple(
                    (known[_key(name)], tuple(values))
                    for name, values in export.get("only", {}).items()
                ),
            )
    return None


def _spend(known: dict[str, str], match: str) -> FileMapping | None:
    found = _columns(
        known,
        [("spend", "amount"), ("spend", "day"), ("spend", "month"), ("spend", "until"),
         ("leads", "source"), ("leads", "campaign"), ("leads", "currency")],
    )  # fmt: skip
    if "day" in found:
        found.pop("month", None)
    is_dated = "day" in found or "month" in found
    if "amount" in found and is_dated and _find(known, "leads", "lead_id") is None:
        return FileMapping("spend", match, found)
    return None


def _rates(known: dict[str, str], match: str) -> FileMapping | None:
    found = _columns(known, [("rates", "rate"), ("rates", "day"), ("leads", "currency")])
    if set(found) == {"rate", "day", "currency"} and _find(known, "leads", "lead_id") is None:
        return FileMapping("rates", match, found)
    return None


def _touches(
    known: dict[str, str], samples: dict[str, list[str | None]], match: str
) -> FileMapping | None:
    lead_id = _holder(known, samples)
    found = _columns(
        {key: header for key, header in known.items() if header != lead_id},
        [("touches", "touched_at"), ("leads", "source"), ("leads", "campaign"),
         ("touches", "kind")],
    )  # fmt: skip
    if lead_id is not None and "touched_at" in found:
        return FileMapping("touches", match, {"lead_id": lead_id, **found})
    return None


def _stage_columns(
    known: dict[str, str], samples: dict[str, list[str | None]], pipeline: Pipeline, match: str
) -> FileMapping | None:
    columns = _lead_columns(known)
    created = columns.get("created_at")
    stages: dict[str, str] = {}
    empty: dict[str, str] = {}
    for header in known.values():
        slug = stage_of_heading(header, pipeline)
        values = samples.get(header, [])
        if not slug or header == created:
            continue
        if not values and plain(header) in stage_names(pipeline):
            empty[slug] = header
        elif all(value and is_date_text(value) for value in values):
            # "Date entered" is history; "Became a … Date" is cleared when a contact is moved back.
            is_better = heading(header).startswith(("date entered", "hs_v2_date_entered"))
            if slug not in stages or is_better:
                stages[slug] = header
    if not stages:
        return None
    # A column that is named as a stage and has no values yet is one if it is in such company.
    stages = empty | stages
    kept = {field: header for field, header in columns.items() if header not in stages.values()}
    current = _columns(known, [("moves", "stage")])
    entered = next(
        (known[key] for name in _CURRENT_SINCE if (key := _key(name)) in known),
        None,
    )
    if current and entered:
        kept |= current | {"entered_at": entered}
    return FileMapping(
        "stage_columns",
        match,
        kept,
        stages=tuple(StageColumn(slug, header) for slug, header in stages.items()),
    )


def stage_of_heading(header: str, pipeline: Pipeline) -> str | None:
    """The stage whose dates a column holds, by its header: `Became a Customer Date`, `MQL date`."""
    names = stage_names(pipeline)
    quoted = _QUOTED_STAGE.match(heading(header))
    words = plain(quoted[1] if quoted else header).split()
    while words and " ".join(words) not in names:
        if words[-1] in _AFTER:
            words = words[:-1]
        elif words[0] in _BEFORE:
            words = words[1:]
        else:
            return None
    return names.get(" ".join(words))


def _history(
    known: dict[str, str], samples: dict[str, list[str | None]], match: str
) -> FileMapping | None:
    moves = _columns(known, [("moves", "stage"), ("moves", "entered_at")])
    lead_id = _holder(known, samples)
    if lead_id is None or "stage" not in moves:
        return None
    repeats = _repeats(samples.get(lead_id, []))
    if "entered_at" not in moves and repeats:
        # The lead has several rows: the day that each was made is the day of a move.
        moves |= {"entered_at": made} if (made := _find(known, "leads", "created_at")) else {}
    if "entered_at" not in moves:
        return None
    moves = {"lead_id": lead_id, **moves}
    free = {key: header for key, header in known.items() if header not in moves.values()}
    rest = _columns(
        free,
        [("moves", "changed_by")]
        + [("leads", field) for field in _table()["leads"] if field != "lead_id"],
    )
    if "created_at" in rest and not repeats:
        # One row a lead, with its present stage and the day it came there.
        return FileMapping("leads", match, {**rest, **moves})
    fields = FIELDS["stage_history"]
    return FileMapping(
        "stage_history", match, {f: h for f, h in (moves | rest).items() if f in fields}
    )


def _holder(known: dict[str, str], samples: dict[str, list[str | None]]) -> str | None:
    """The header of the lead whose moves a history holds, where its rows may have an id as well."""
    found = _find(known, "leads", "lead_id")
    if found is not None and not _is_generic(found):
        return found
    holder = _find(known, "holders", "lead_id")
    if holder is None:
        return found
    if found is None:
        return holder
    is_of_rows = _repeats(samples.get(holder, [])) and not _repeats(samples.get(found, []))
    return holder if is_of_rows else found


def _repeats(values: Sequence[str | None]) -> bool:
    return len(set(values)) < len(values)


def _unfinished(
    known: dict[str, str], samples: dict[str, list[str | None]], match: str
) -> FileMapping | None:
    """A file of costs, or a log, of which a column is missing: it is asked for as one of such."""
    if _find(known, "leads", "lead_id") is None:
        costs = _columns(
            known,
            [("spend", "amount"), ("spend", "day"), ("spend", "month"), ("spend", "until"),
             ("leads", "source"), ("leads", "campaign"), ("leads", "currency")],
        )  # fmt: skip
        if "amount" in costs or _find(known, "reports", "column"):
            return FileMapping("spend", match, costs)
    lead_id = _holder(known, samples)
    log = {"lead_id": lead_id} if lead_id else {}
    log |= _columns(known, [("moves", "stage"), ("moves", "entered_at")])
    ids = samples.get(lead_id or next(iter(samples), ""), [])
    is_log = _repeats(ids) or (lead_id is None and "entered_at" in log)
    if is_log and ("stage" in log or _find(known, "events", "stage")):
        return FileMapping("stage_history", match, log)
    return None
