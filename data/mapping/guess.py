"""What a file's headers say about it, when no mapping does: English, Vietnamese, the usual CRMs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.mapping.fields import FIELDS
from data.mapping.headings import Headings, Rows, key_of, names_of, table
from data.mapping.mapping import FileMapping
from data.mapping.products import Product, product_of
from data.mapping.snapshot import snapshot
from data.pipeline import Pipeline

_ID = re.compile(r"(?i)(\b|_)(id|key|no|number|mã|code)\b|Id$|ID$")

ENOUGH_MOVES = 20
"""With fewer it is no wonder that each lead has one."""


@dataclass(frozen=True)
class Reading:
    """What the headers of a file, and some of its values, say."""

    entry: FileMapping
    product: Product | None = None
    unknown_stages: tuple[str, ...] = ()
    """Headers of dates at which stages were entered that the pipeline does not have."""


def read(known: Headings, pipeline: Pipeline, match: str = "*") -> Reading:
    """The likeliest mapping of a file with these headers, for a person to confirm or correct.

    What is not recognised is left out, even a required column: `data.mapping.mapping.check` says
    what is missing.
    """
    product = product_of(known)
    if product is not None and product.table in ("stage_history", "lookup"):
        return Reading(_exact(product, known, match), product)
    if product is not None:
        return _of_leads(known, pipeline, match, product)
    entry = (
        _spend(known, match)
        or _rates(known, match)
        or _touches(known, match)
        or _with_stages(known, pipeline, match)
        or _history(known, match)
        or _unfinished(known, match)
    )
    return Reading(entry) if entry else _of_leads(known, pipeline, match)


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


def is_of_any_change(header: str) -> bool:
    """Whether a date is of the last change of a record, whatever was changed."""
    names = (*names_of("moves", "modified_at"), *names_of("status", "changed_at"))
    return key_of(header) in {key_of(name) for name in names}


def _is_generic(header: str) -> bool:
    """Whether a header says that its column is an id, and not of what."""
    return key_of(header) in ("id", "ma")


def _exact(product: Product, known: Headings, match: str) -> FileMapping:
    """The mapping of an export whose headers mean something else than they say."""
    return FileMapping(
        product.table,
        match,
        product.columns_in(known),
        only=product.only_in(known),
        join=product.join_in(known),
    )


def _of_leads(
    known: Headings, pipeline: Pipeline, match: str, product: Product | None = None
) -> Reading:
    entry, unknown = snapshot(known, pipeline, match, product)
    return Reading(entry, product, unknown)


def _with_stages(known: Headings, pipeline: Pipeline, match: str) -> FileMapping | None:
    """A plain list of leads with the dates of stages; None where it has none."""
    entry, _ = snapshot(known, pipeline, match)
    return entry if entry.stages else None


def _spend(known: Headings, match: str) -> FileMapping | None:
    found = _costs(known)
    is_dated = "day" in found or "month" in found
    if "amount" in found and is_dated and not _tells_leads(known):
        return FileMapping("spend", match, found)
    return None


def _costs(known: Headings) -> dict[str, str]:
    found = known.columns(
        [("spend", "amount"), ("spend", "day"), ("spend", "month"), ("spend", "until"),
         ("leads", "source"), ("leads", "campaign"), ("leads", "currency")],
    )  # fmt: skip
    if "day" in found:
        found.pop("month", None)
    return found


def _tells_leads(known: Headings) -> bool:
    """Whether a column holds ids of leads, or what a lead can be reached by."""
    return any(known.first(names_of("leads", field)) for field in ("lead_id", "phone", "email"))


def _rates(known: Headings, match: str) -> FileMapping | None:
    found = known.columns([("rates", "rate"), ("rates", "day"), ("leads", "currency")])
    if set(found) == {"rate", "day", "currency"} and not _tells_leads(known):
        return FileMapping("rates", match, found)
    return None


def _touches(known: Headings, match: str) -> FileMapping | None:
    lead_id = _holder(known)
    if lead_id is None:
        return None
    found = known.columns(
        [("touches", "touched_at"), ("leads", "source"), ("leads", "campaign"),
         ("touches", "kind")],
        (lead_id,),
    )  # fmt: skip
    if "touched_at" in found:
        return FileMapping("touches", match, {"lead_id": lead_id, **found})
    return None


def _history(known: Headings, match: str) -> FileMapping | None:
    lead_id = _holder(known)
    stage = known.first(names_of("moves", "stage"))
    if lead_id is None or stage is None:
        return None
    repeats = known.repeats(lead_id)
    moves = {"lead_id": lead_id, "stage": stage}
    made = known.first(names_of("leads", "created_at"), tuple(moves.values()))
    if made is not None and not repeats:
        return None
    for field in ("entered_at", "at", "modified_at"):
        at = known.first(names_of("moves", field), tuple(moves.values()))
        if at is not None:
            moves["entered_at"] = at
            break
    if "entered_at" not in moves and made is not None:
        # The lead has several rows: the day that each was made is the day of a move.
        moves["entered_at"] = made
    if "entered_at" not in moves:
        return None
    rest = known.columns(
        [("moves", "changed_by"), ("moves", "reason")]
        + [("leads", field) for field in table()["leads"] if field != "lead_id"],
        tuple(moves.values()),
    )
    fields = FIELDS["stage_history"]
    return FileMapping(
        "stage_history", match, {f: h for f, h in (moves | rest).items() if f in fields}
    )


def _holder(known: Headings) -> str | None:
    """The header of the lead whose moves a history holds, where its rows may have an id as well."""
    found = known.first(names_of("leads", "lead_id"))
    if found is not None and not _is_generic(found):
        return found
    holder = known.first(names_of("holders", "lead_id"))
    if holder is None:
        return found
    if found is None:
        return holder
    return holder if known.repeats(holder) and not known.repeats(found) else found


def _unfinished(known: Headings, match: str) -> FileMapping | None:
    """A file of costs, or a log, of which a column is missing: it is asked for as one of such."""
    if not _tells_leads(known):
        costs = _costs(known)
        if "amount" in costs or known.first(names_of("reports", "column")):
            return FileMapping("spend", match, costs)
    lead_id = _holder(known)
    if lead_id is None and _tells_leads(known):
        return None
    log = {"lead_id": lead_id} if lead_id else {}
    log |= known.columns([("moves", "stage"), ("moves", "entered_at")], tuple(log.values()))
    if "entered_at" not in log and (
        at := known.first(names_of("moves", "at"), tuple(log.values()))
    ):
        log["entered_at"] = at
    repeats = known.repeats(lead_id or next(iter(known.headers), ""))
    is_log = repeats or (lead_id is None and "entered_at" in log)
    if is_log and ("stage" in log or known.first(names_of("events", "stage"))):
        return FileMapping("stage_history", match, log)
    return None
