"""What a file's headers say about it, when no mapping does: English, Vietnamese, the usual CRMs."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from data.mapping.fields import FIELDS, OUTCOME
from data.mapping.headings import Headings, Rows, key_of, names_of, table
from data.mapping.mapping import FileMapping, StageColumn
from data.mapping.products import Product, product_of
from data.mapping.stages import named_stage, stage_names, stage_of_heading
from data.mapping.statuses import ends_of, suggest_stage
from data.pipeline import Pipeline
from data.values.date_shapes import is_date_text
from data.values.numbers import NO, YES
from data.values.text import heading, plain

_ID = re.compile(r"(?i)(\b|_)(id|key|no|number|mã|code)\b|Id$|ID$")
_NUMBER = re.compile(r"[-+]?[0-9.,]+")
_SWITCH = frozenset((*YES, *NO, "active", "inactive", "enabled", "disabled", "hoạt động"))

ENOUGH_MOVES = 20
"""With fewer it is no wonder that each lead has one."""

NAMED = 0.6
"""From this share of its distinct values on a column of names of stages is the status."""


@dataclass(frozen=True)
class Reading:
    """What the headers of a file, and some of its values, say."""

    entry: FileMapping
    product: Product | None = None
    unknown_stages: tuple[str, ...] = ()
    """Headers of dates at which stages were entered that the pipeline does not have."""


def guess(
    headers: Sequence[str], sample_rows: Rows, pipeline: Pipeline, match: str = "*"
) -> FileMapping:
    """The likeliest mapping of a file with these headers, for a person to confirm or correct.

    `sample_rows` are some of its rows as text, in the order of `headers`: they show whether a lead
    has one row or several, and whether a column named like a stage holds dates. What is not
    recognised is left out, even a required column: `data.mapping.mapping.check` says what is
    missing.
    """
    return read(Headings(headers, sample_rows), pipeline, match).entry


def read(known: Headings, pipeline: Pipeline, match: str = "*") -> Reading:
    """As `guess`, with whose export it is and what could not be understood."""
    product = product_of(known)
    if product is not None and product.table in ("stage_history", "lookup"):
        return Reading(_exact(product, known, match), product)
    if product is not None:
        return _snapshot(known, pipeline, match, product)
    entry = (
        _spend(known, match)
        or _rates(known, match)
        or _touches(known, match)
        or _with_stages(known, pipeline, match)
        or _history(known, match)
        or _unfinished(known, match)
    )
    return Reading(entry) if entry else _snapshot(known, pipeline, match)


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


def _is_generic(header: str) -> bool:
    """Whether a header says that its column is an id, and not of what."""
    return key_of(header) in ("id", "ma")


def _columns(
    known: Headings, fields: Sequence[tuple[str, str]], taken: Collection[str] = ()
) -> dict[str, str]:
    """Field to header for (section, field) pairs; no header is taken twice."""
    found: dict[str, str] = {}
    for section, field in fields:
        if field in found:
            continue
        header = known.first(names_of(section, field), (*taken, *found.values()))
        if header is not None:
            found[field] = header
    return found


def _lead_columns(
    known: Headings, taken: Collection[str] = (), told: Collection[str] = ()
) -> dict[str, str]:
    """The fields of leads that the headers name, without those that are told already."""
    fields = [("leads", field) for field in table()["leads"] if field not in told]
    found = _columns(known, fields, taken)
    if "last_name" in found and "first_name" not in found and _is_given_name(found.get("name")):
        found["first_name"] = found.pop("name")
    if "created_at" not in found and "created_at" not in told:
        # A lone date of a list of leads is the day they came.
        date = known.first(names_of("moves", "at"), (*taken, *found.values()))
        if date is not None:
            found["created_at"] = date
    return found


def _is_given_name(header: str | None) -> bool:
    """Whether a column of names is that of given ones when another has those of families."""
    return header is not None and key_of(header) in ("ten", "name")


def _exact(product: Product, known: Headings, match: str) -> FileMapping:
    """The mapping of an export whose headers mean something else than they say."""
    return FileMapping(
        product.table,
        match,
        product.columns_in(known),
        only=product.only_in(known),
        join=product.join_in(known),
    )


def _snapshot(
    known: Headings, pipeline: Pipeline, match: str, product: Product | None = None
) -> Reading:
    """A list of leads: each with its present status, dates of that, or the dates of its stages."""
    columns = product.columns_in(known) if product else {}
    kept = product.kept_in(known) if product else ()
    barred = {name for name, names in product.columns.items() if not names} if product else set()
    told = {*columns, *barred}
    stages, unknown = _stage_columns(known, pipeline, product, (*kept, *columns.values()))
    dated = tuple(header for stage in stages for header in stage.columns)
    columns = {name: header for name, header in columns.items() if header not in dated}
    taken = (*kept, *dated, *unknown, *columns.values())
    status: dict[str, str] = {}
    ends: dict[str, str] = {}
    state = _outcome_header(known, pipeline, taken) if "stage" not in told else None
    if OUTCOME in columns:
        ends = ends_of((text for text, _ in known.counts(columns[OUTCOME])), pipeline)
        if not ends:
            del columns[OUTCOME]
    elif state is not None and (
        (stage := status_header(known, pipeline, (*taken, state))) and _is_of_stages(stage)
    ):
        ends = _ends(known, state, pipeline) or {}
        status |= {"stage": stage, OUTCOME: state}
    if "stage" not in (*told, *status) and (
        stage := status_header(known, pipeline, taken) or _named_by_values(known, pipeline, taken)
    ):
        status["stage"] = stage
    for section, field in _OF_STATUS:
        if field not in told and ("stage" in status or "stage" in columns):
            status |= _columns(known, [(section, field)], (*taken, *status.values()))
    columns |= _lead_columns(known, (*taken, *status.values()), told)
    if "stage" not in (status | columns):
        status = {}
    elif stages and "closed_at" in status:
        del status["closed_at"]  # what closed has a column of its own
    if product and product.open and stages and not unknown and "created_at" in columns:
        # A deal is one from its first day, whatever became of it.
        opened = suggest_stage(product.open, pipeline).slug
        if opened and opened not in [stage.stage for stage in stages]:
            stages = (StageColumn(opened, columns["created_at"]), *stages)
    fixed = dict(product.fixed) if product else {}
    values = dict(product.values) if product else {}
    entry = FileMapping(
        "stage_columns" if stages else "leads",
        match,
        columns | status,
        values={name: table for name, table in values.items() if name in columns}
        | ({OUTCOME: ends} if ends else {}),
        stages=stages,
        fixed=fixed,
        also=product.also_in(known) if product else (),
        prefixes=product.prefixes if product else (),
    )
    return Reading(entry, product, unknown)


_OF_STATUS = (("moves", "entered_at"), ("status", "changed_at"), ("status", "closed_at"))


def status_header(known: Headings, pipeline: Pipeline, taken: Collection[str] = ()) -> str | None:
    """The header of the present status: of those called so the one whose values are known best."""
    candidates: list[str] = []
    for name in names_of("moves", "stage"):
        header = known.first((name,), (*taken, *candidates))
        counts = known.counts(header) if header is not None else ()
        if header is not None and (not _is_switch(counts) or _are_codes(header, counts)):
            candidates.append(header)
    return max(candidates, key=lambda each: _share_named(known, each, pipeline), default=None)


def _outcome_header(known: Headings, pipeline: Pipeline, taken: Sequence[str]) -> str | None:
    """The header of a column that says only what is open, won and lost, beside that of stages."""
    header = known.first(names_of("status", OUTCOME), taken)
    return header if header is not None and _ends(known, header, pipeline) else None


def _is_of_stages(header: str) -> bool:
    """Whether a header speaks of stages, and not of what came of a call."""
    return any(word in plain(header) for word in ("stage", "giai doan", "buoc", "tien do"))


def _ends(known: Headings, header: str, pipeline: Pipeline) -> dict[str, str] | None:
    """What was won and lost by the values of such a column; None where it says something else."""
    still_open = {key_of(name) for name in table()["outcomes"]["open"]}
    texts = [text for text, _ in known.counts(header) if key_of(text) not in still_open]
    ends = ends_of(texts, pipeline)
    return ends if ends and len(ends) == len(texts) else None


def _named_by_values(known: Headings, pipeline: Pipeline, taken: Collection[str]) -> str | None:
    """The column most of whose distinct values are names of stages, whatever its header is."""
    shares = {
        header: _share_named(known, header, pipeline)
        for header in known.headers
        if header not in taken and 2 <= len(known.counts(header)) <= _MOST_STATUSES
    }
    best = max(shares, key=lambda header: shares[header], default=None)
    return best if best is not None and shares[best] >= NAMED else None


_MOST_STATUSES = 40


def _share_named(known: Headings, header: str, pipeline: Pipeline) -> float:
    """The share of a column's distinct values that are names of stages for certain."""
    texts = [text for text, _ in known.counts(header)]
    sure = sum(suggest_stage(text, pipeline).certainty == "certain" for text in texts)
    return sure / len(texts) if texts else 0.0


def _is_switch(counts: Sequence[tuple[str, int]]) -> bool:
    """Whether a column only says yes and no, active and not, or counts something."""
    texts = [text.casefold() for text, _ in counts]
    return bool(texts) and all(text in _SWITCH or _NUMBER.fullmatch(text) for text in texts)


def _are_codes(header: str, counts: Sequence[tuple[str, int]]) -> bool:
    """Whether a column that is called a status or a stage numbers these: a person knows which."""
    is_called_so = _is_of_stages(header) or any(
        word in plain(header) for word in ("status", "trang thai", "tinh trang")
    )
    few = _FEWEST_CODES <= len(counts) <= _MOST_CODES
    return is_called_so and few and all(re.fullmatch("[0-9]{1,2}", text) for text, _ in counts)


_FEWEST_CODES, _MOST_CODES = 3, 20  # two are a switch


def _with_stages(known: Headings, pipeline: Pipeline, match: str) -> FileMapping | None:
    """A plain list of leads with the dates of stages; None where it has none."""
    found = _snapshot(known, pipeline, match)
    return found.entry if found.entry.stages else None


def _stage_columns(
    known: Headings, pipeline: Pipeline, product: Product | None, named: Collection[str]
) -> tuple[tuple[StageColumn, ...], tuple[str, ...]]:
    """The columns that date stages, and those of stages that the pipeline does not have."""
    created = product.columns_in(known).get("created_at") if product else None
    created = created or _lead_columns(known).get("created_at")
    stages: dict[str, list[str]] = {}
    empty: dict[str, list[str]] = {}
    unknown = []
    for header in known.headers:
        values = known.sample(header)
        if header == created or (header in named and not named_stage(header)):
            continue
        slug = _stage_of(header, pipeline, product, known)
        is_dated = all(is_date_text(value) for value in values)
        if slug is None:
            if named_stage(header) and is_dated:
                unknown.append(header)
        elif not values and plain(header) in stage_names(pipeline):
            empty.setdefault(slug, []).append(header)
        elif is_dated:
            stages.setdefault(slug, []).append(header)
    if not stages:
        return (), tuple(unknown)
    # A column that is named as a stage and has no values yet is one if it is in such company.
    both = {**empty, **stages}
    return tuple(_stage_column(slug, headers) for slug, headers in both.items()), tuple(unknown)


def _stage_of(
    header: str, pipeline: Pipeline, product: Product | None, known: Headings
) -> str | None:
    name = named_stage(header)
    if name is None:
        return stage_of_heading(header, pipeline)
    own, least = (product.statuses, product.open) if product else (None, None)
    found = suggest_stage(known.label(name), pipeline, own, least)
    return found.slug if found.certainty == "certain" else None


def _stage_column(slug: str, headers: Sequence[str]) -> StageColumn:
    """The columns that date one stage: the earliest date of all counts.

    `Date entered` is history; `Became a … Date` is cleared when a contact is moved back, so that it
    counts only where the other is not there.
    """
    told = [each for each in headers if heading(each).startswith(("date entered", "hs_"))]
    first, *others = told or headers
    return StageColumn(slug, first, others=tuple(others))


def _spend(known: Headings, match: str) -> FileMapping | None:
    found = _costs(known)
    is_dated = "day" in found or "month" in found
    if "amount" in found and is_dated and not _tells_leads(known):
        return FileMapping("spend", match, found)
    return None


def _costs(known: Headings) -> dict[str, str]:
    found = _columns(
        known,
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
    found = _columns(known, [("rates", "rate"), ("rates", "day"), ("leads", "currency")])
    if set(found) == {"rate", "day", "currency"} and not _tells_leads(known):
        return FileMapping("rates", match, found)
    return None


def _touches(known: Headings, match: str) -> FileMapping | None:
    lead_id = _holder(known)
    if lead_id is None:
        return None
    found = _columns(
        known,
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
    rest = _columns(
        known,
        [("moves", "changed_by")]
        + [("leads", field) for field in table()["leads"] if field != "lead_id"],
        tuple(moves.values()),
    )
    fields = FIELDS["stage_history"]
    return FileMapping(
        "stage_history", match, {f: h for f, h in (moves | rest).items() if f in fields}
    )


def is_of_any_change(header: str) -> bool:
    """Whether a date is of the last change of a record, whatever was changed."""
    names = (*names_of("moves", "modified_at"), *names_of("status", "changed_at"))
    return key_of(header) in {key_of(name) for name in names}


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
    log |= _columns(known, [("moves", "stage"), ("moves", "entered_at")], tuple(log.values()))
    if "entered_at" not in log and (
        at := known.first(names_of("moves", "at"), tuple(log.values()))
    ):
        log["entered_at"] = at
    repeats = known.repeats(lead_id or next(iter(known.headers), ""))
    is_log = repeats or (lead_id is None and "entered_at" in log)
    if is_log and ("stage" in log or known.first(names_of("events", "stage"))):
        return FileMapping("stage_history", match, log)
    return None
