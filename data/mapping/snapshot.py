"""A list of leads: the column of their present status, and those of the dates of their stages."""

import re
from collections.abc import Collection, Sequence

from data.mapping.fields import OUTCOME
from data.mapping.headings import Headings, key_of, names_of, table
from data.mapping.mapping import FileMapping, StageColumn
from data.mapping.products import Product
from data.mapping.stages import named_stage, stage_names, stage_of_heading
from data.mapping.statuses import ends_of, suggest_stage
from data.pipeline import Pipeline
from data.values.date_shapes import is_date_text
from data.values.numbers import NO, YES
from data.values.text import heading, plain

_NUMBER = re.compile(r"[-+]?[0-9.,]+")
_SWITCH = frozenset((*YES, *NO, "active", "inactive", "enabled", "disabled", "hoạt động"))

_SHARE_NAMED = 0.6
"""From this share of its distinct values on a column of names of stages is the status."""

_OF_STATUS = (("moves", "entered_at"), ("status", "changed_at"), ("status", "closed_at"))
_MOST_STATUSES = 40
_FEWEST_CODES, _MOST_CODES = 3, 20  # two are a switch


def snapshot(
    known: Headings, pipeline: Pipeline, match: str, product: Product | None = None
) -> tuple[FileMapping, tuple[str, ...]]:
    """A list of leads: each with its present status, dates of that, or the dates of its stages.

    The headers beside it date stages that the pipeline does not have.
    """
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
        (stage := _status_header(known, pipeline, (*taken, state))) and _is_of_stages(stage)
    ):
        ends = _ends(known, state, pipeline) or {}
        status |= {"stage": stage, OUTCOME: state}
    if "stage" not in (*told, *status) and (
        stage := _status_header(known, pipeline, taken) or _named_by_values(known, pipeline, taken)
    ):
        status["stage"] = stage
    for section, field in _OF_STATUS:
        if field not in told and ("stage" in status or "stage" in columns):
            status |= known.columns([(section, field)], (*taken, *status.values()))
    columns |= _lead_columns(known, (*taken, *status.values()), told)
    columns |= known.columns([("moves", "reason")], (*taken, *columns.values()))
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
    return entry, unknown


def _lead_columns(
    known: Headings, taken: Collection[str] = (), told: Collection[str] = ()
) -> dict[str, str]:
    """The fields of leads that the headers name, without those that are told already."""
    fields = [("leads", field) for field in table()["leads"] if field not in told]
    found = known.columns(fields, taken)
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


def _status_header(known: Headings, pipeline: Pipeline, taken: Collection[str] = ()) -> str | None:
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
    return best if best is not None and shares[best] >= _SHARE_NAMED else None


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
