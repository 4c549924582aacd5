"""What a file is, how sure that is, the mapping proposed for it, and what only a person can say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.files.preview import Preview
from data.mapping.contents import either_day, fill_in, is_order_shown, is_ticked
from data.mapping.fields import OF_LEADS, OUTCOME, REQUIRED
from data.mapping.guess import Reading, is_of_any_change, read, whose_id_is_unclear
from data.mapping.headings import Headings
from data.mapping.mapping import FileMapping, StageColumn
from data.mapping.products import product_of
from data.mapping.stages import named_stage
from data.mapping.statuses import suggest_stage
from data.pipeline import GROUPS, Pipeline, Stage
from data.values.date_shapes import is_date_text
from data.values.text import heading, plain

Values = Mapping[str, Sequence[tuple[str, int]]]
"""Header to its values with how often each is there, most frequent first."""


@dataclass(frozen=True)
class Question:
    """What a person must say before a file can be understood, or should know was assumed."""

    code: str
    """Its words are those of the screen or the command line.

    Asked: `which_id` (of the lead or of the move), `no_identity` (nothing tells leads apart),
    `created_at`, `stage_of_status`, `which_sheet`, `day_month_order`, `unknown_stage_columns`.
    Told: `told_apart_by`, `created_from`, `last_stage_only`, `modified_taken`, `one_stage`,
    `ends_told`, `marked_stages`, `no_source`, `no_stage`, `joined_by`, `not_joined`.
    """
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
    """The pipeline of the file itself, where it dates stages that the company's does not have."""
    remarks: tuple[Question, ...] = ()
    """What was taken without asking, and must be said."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The headers whose values decide: of the status, and of the source with its medium."""
        names = ("stage", OUTCOME, "source", "medium")
        return tuple(self.entry.columns[name] for name in names if name in self.entry.columns)

    def with_unknown_statuses(self) -> FileMapping:
        """The mapping with the statuses that are asked about, to fill in; '' where none is near."""
        asked = [each for each in self.questions if each.code == "stage_of_status"]
        if not asked:
            return self.entry
        meant = dict.fromkeys(asked[0].values, "") | dict(self.entry.values.get("stage", {}))
        return replace(self.entry, values={**self.entry.values, "stage": meant})


def propose(top: Preview, pipeline: Pipeline, *, values: Values | None = None) -> Proposal:
    """What a file with this top is, and the mapping proposed for it.

    values: what stands in its columns, all rows read; without it the preview's rows tell.
    """
    return _proposal(top, pipeline, Headings(top.headers, top.rows, values))


def propose_all(
    tops: Sequence[Preview], pipeline: Pipeline, *, values: Sequence[Values | None] | None = None
) -> tuple[Proposal, ...]:
    """What several files are together: each as `propose` says, joined by their keys.

    What one file says of the ids of another is heard: the names of stages, whose a deal is.
    """
    labels = _labels(tops)
    known = [
        Headings(top.headers, top.rows, each, labels)
        for top, each in zip(tops, values or [None] * len(tops), strict=True)
    ]
    found = [_proposal(top, pipeline, each) for top, each in zip(tops, known, strict=True)]
    if any(_has_moves(each.entry) for each in found):
        found = [_without(each, "no_stage") for each in found]
    return tuple(
        joined(each, headings, pipeline, [other for other in found if other is not each])
        for each, headings in zip(found, known, strict=True)
    )


def _has_moves(entry: FileMapping) -> bool:
    """Whether a file says in which stages leads were, or are."""
    return entry.table == "stage_history" or bool(entry.stages) or "stage" in entry.columns


def _without(proposal: Proposal, *codes: str) -> Proposal:
    remarks = tuple(remark for remark in proposal.remarks if remark.code not in codes)
    return replace(proposal, remarks=remarks)


def _labels(tops: Sequence[Preview]) -> dict[str, str]:
    """The names of stages by their ids, of the files that tell nothing else."""
    found: dict[str, str] = {}
    for top in tops:
        known = Headings(top.headers, top.rows)
        product = product_of(known)
        if product is None or product.kind != "stages":
            continue
        (_field, key), *_ = product.join_in(known)
        (label,) = product.columns_in(known).values()
        places = top.headers.index(key), top.headers.index(label)
        found |= {row[places[0]] or "": row[places[1]] or "" for row in top.rows}
    return found


def _proposal(top: Preview, pipeline: Pipeline, known: Headings) -> Proposal:
    found = read(known, pipeline, top.name)
    entry = fill_in(found.entry, known)
    entry, statuses = _with_statuses(entry, known, pipeline, found)
    unread = tuple(sheet for sheet in top.sheets if sheet not in (*top.together, top.sheet))
    if unread and len(top.together) < 2:
        entry = replace(entry, sheet=entry.sheet or top.sheet)
    missing = _missing(entry)
    used = {heading(header) for header in entry.headers_used()}
    questions = (
        *_about_ids(entry, top),
        *((Question("created_at", _dates(known)),) if "created_at" in missing else ()),
        *statuses,
        *((Question("which_sheet", values=top.sheets),) if unread else ()),
        *_about_order(entry, known),
        *(
            (Question("unknown_stage_columns", found.unknown_stages, _named(found)),)
            if found.unknown_stages
            else ()
        ),
    )
    return Proposal(
        product=found.product.product if found.product else None,
        kind=found.product.kind if found.product else _KINDS.get(entry.table, entry.table),
        certainty=_certainty(found, missing, questions),
        entry=entry,
        missing=missing,
        questions=questions,
        unused=tuple(header for header in top.headers if heading(header) not in used),
        pipeline=_own_pipeline(known, pipeline, _is_of_deals(found))
        if _lacks_stages(entry, found)
        else None,
        remarks=(
            *_about_moves(entry),
            *_about_leads(entry, found),
            *_about_marks(entry, known, pipeline),
        ),
    )


_KINDS = {"stage_history": "moves", "stage_columns": "leads", "lookup": "lookup"}


def _missing(entry: FileMapping) -> tuple[str, ...]:
    said = set(entry.columns) | ({"lead_id"} if entry.identity else set())
    if "month" in said:
        said.add("day")
    return tuple(name for name in REQUIRED[entry.table] if name not in said)


def _certainty(found: Reading, missing: Sequence[str], questions: Sequence[Question]) -> str:
    if missing or any(question.code != "which_sheet" for question in questions):
        return "unsure"
    return "certain" if found.product else "likely"


def _about_ids(entry: FileMapping, top: Preview) -> tuple[Question, ...]:
    if whose_id_is_unclear(entry, top.headers, top.rows):
        return (Question("which_id", (entry.columns["lead_id"],)),)
    if "lead_id" in _missing(entry):
        return (Question("no_identity", tuple(top.headers)),)
    return ()


def _about_order(entry: FileMapping, known: Headings) -> tuple[Question, ...]:
    """Whether a date could be two days, and none of the file shows which it is."""
    if entry.day_month_order:
        return ()
    dated = [entry.columns[field] for field in _DATED if field in entry.columns]
    dated += [header for stage in entry.stages for header in stage.columns]
    either = {header: each for header in dated if (each := either_day(known.sample(header)))}
    texts = [text for header in dated for text in known.sample(header)]
    if not either or is_order_shown(texts):
        return ()
    return (Question("day_month_order", tuple(either), tuple(dict.fromkeys(either.values()))[:1]),)


_DATED = ("created_at", "entered_at", "changed_at", "closed_at", "touched_at", "day", "until")


def _dates(known: Headings) -> tuple[str, ...]:
    """The headers of columns that hold dates."""
    return tuple(
        header
        for header in known.headers
        if (sample := known.sample(header)) and all(is_date_text(text) for text in sample)
    )


def _with_statuses(
    entry: FileMapping, known: Headings, pipeline: Pipeline, found: Reading
) -> tuple[FileMapping, tuple[Question, ...]]:
    """The mapping with what each status means, and the question about those that are not known."""
    header = entry.columns.get("stage")
    if header is None or entry.table not in OF_LEADS:
        return entry, ()
    product = found.product
    own, least = (product.statuses, product.open) if product else (None, None)
    meant, unsure = {}, []
    for status, _count in known.counts(header):
        suggestion = suggest_stage(known.label(status), pipeline, own, least)
        if suggestion.certainty != "certain":
            unsure.append(status)
        if suggestion.slug is not None:
            meant[status] = suggestion.slug
    is_dated = entry.table == "stage_history" or "entered_at" in entry.columns
    if is_dated:
        # Where each move has its day a stage that is not known costs that move alone, and is said.
        meant = {status: slug for status, slug in meant.items() if status not in unsure}
    asked = bool(unsure) and not is_dated
    values = {**entry.values, "stage": meant} if meant else entry.values
    question = Question("stage_of_status", (header,), tuple(unsure))
    return replace(entry, values=values), ((question,) if asked else ())


def _named(found: Reading) -> tuple[str, ...]:
    return tuple(named_stage(header) or header for header in found.unknown_stages)


def _lacks_stages(entry: FileMapping, found: Reading) -> bool:
    """Whether the file dates stages that the company's pipeline does not have one by one."""
    merged = any(stage.others and named_stage(stage.column) for stage in entry.stages)
    return bool(found.unknown_stages) or merged


def _is_of_deals(found: Reading) -> bool:
    return found.product is not None and found.product.open is not None


def _own_pipeline(known: Headings, pipeline: Pipeline, is_of_deals: bool) -> Pipeline | None:
    """The pipeline of the stages that the file dates, in its own order, with the company's ends.

    Where they are stages of deals all of them are opportunities; else those that the company has
    are its own, and one between them is of the group before it.
    """
    ends = (pipeline.won, *pipeline.exit_slugs)
    stages = [] if is_of_deals else [pipeline.stages[0]]
    for header in known.headers:
        name = named_stage(header)
        if name is None:
            continue
        meant = suggest_stage(known.label(name), pipeline)
        if meant.certainty == "certain" and meant.slug in ends:
            continue
        stage = next((each for each in pipeline.stages if each.slug == meant.slug), None)
        if is_of_deals or stage is None or meant.certainty != "certain":
            group = GROUPS[2] if is_of_deals else stages[-1].group
            label = known.label(name)
            stage = Stage(_slug(label) or f"stage_{len(stages)}", group, (("en", label),))
        behind = [GROUPS.index(each.group) for each in stages]
        taken = (*ends, *(each.slug for each in stages))
        if stage.slug not in taken and GROUPS.index(stage.group) >= max(behind, default=0):
            stages.append(stage)
    if len(stages) < 1 + (not is_of_deals):
        return None
    first = pipeline.stages[:1] if stages[0].slug != pipeline.slugs[0] else ()
    won = next(stage for stage in pipeline.stages if stage.slug == pipeline.won)
    return Pipeline(
        (*first, *stages, replace(won, group=GROUPS[3])),
        pipeline.exits,
        pipeline.calendar,
        pipeline.targets,
        pipeline.reasons,
        pipeline.response,
    )


def _slug(name: str) -> str:
    """A name as a slug, '' where it has no letter or digit that a slug may have."""
    return re.sub(r"[^a-z0-9]+", "_", plain(name)).strip("_")


def _about_moves(entry: FileMapping) -> tuple[Question, ...]:
    """That the day of a move may be that of any other change of the record."""
    header = entry.columns.get("entered_at")
    if header is None or not is_of_any_change(header):
        return ()
    return (Question("modified_taken", (header,)),)


def _about_leads(entry: FileMapping, found: Reading) -> tuple[Question, ...]:
    """What was taken of a list of leads without asking."""
    told = []
    if entry.table not in ("leads", "stage_columns"):
        return ()
    if "created_at" in entry.columns and "created_at" not in found.entry.columns:
        told.append(Question("created_from", (entry.columns["created_at"],)))
    if entry.table == "leads" and {"stage", "entered_at"} <= {*entry.columns}:
        told.append(
            Question("last_stage_only", (entry.columns["stage"], entry.columns["entered_at"]))
        )
    if entry.identity:
        told.append(
            Question("told_apart_by", tuple(header for group in entry.identity for header in group))
        )
    told += [
        Question("one_stage", stage.columns, (stage.stage,))
        for stage in entry.stages
        if stage.others
    ]
    if OUTCOME in entry.columns:
        told.append(Question("ends_told", (entry.columns[OUTCOME],)))
    lacks_stage = "stage" not in entry.columns and not entry.stages
    if "source" not in (*entry.columns, *entry.fixed):
        told.append(Question("no_source"))
    if lacks_stage:
        told.append(Question("no_stage"))
    return tuple(told)


def _about_marks(entry: FileMapping, known: Headings, pipeline: Pipeline) -> tuple[Question, ...]:
    """That columns of steps are only ticked: nothing says when, and nobody is there by them."""
    if entry.table != "leads" or "stage" in entry.columns:
        return ()
    marked = tuple(
        header
        for header in known.headers
        if header not in entry.headers_used()
        and suggest_stage(header, pipeline).certainty == "certain"
        and is_ticked(known.sample(header))
    )
    return (Question("marked_stages", marked),) if marked else ()


_OF_THE_DEAL = ("created_at", "name", "first_name", "last_name", "source", "medium", "campaign")
"""What a deal says of itself, and not of the lead that it came of."""


def joined(
    deals: Proposal, known: Headings, pipeline: Pipeline, others: Sequence[Proposal]
) -> Proposal:
    """The proposal for a file of deals beside one of the contacts or leads that they are of.

    A deal is then no lead of its own: it says when its lead became an opportunity, and what became
    of that.
    """
    people = next(
        (
            each
            for each in others
            if each.product == deals.product and each.kind in ("contacts", "leads")
        ),
        None,
    )
    product = product_of(known)
    if product is None or people is None or deals.kind != "deals" or not product.keys:
        return deals
    key = product.key_in(known, people.kind)
    of_people = Question("not_joined", values=(people.entry.match,))
    is_told_by_leads = product.product == "Salesforce"
    if key is None or (is_told_by_leads and not people.entry.also):
        return replace(deals, remarks=(*deals.remarks, of_people))
    entry = deals.entry
    columns = {name: each for name, each in entry.columns.items() if name not in _OF_THE_DEAL}
    own = columns.get("lead_id")
    stages = entry.stages
    made = entry.columns.get("created_at")
    opened = suggest_stage("opportunity", pipeline).slug
    if made and opened and opened not in [stage.stage for stage in stages]:
        stages = (StageColumn(opened, made), *stages)
    fresh = replace(
        entry,
        table="stage_columns",
        columns={**columns, "lead_id": key},
        stages=stages,
        also=(own,) if own is not None and own != key else (),
        identity=(),
        wins="each",
    )
    deals = _without(deals, "no_source", "told_apart_by")
    remark = Question("joined_by", (key,), (people.entry.match,))
    return replace(deals, entry=fresh, remarks=(*deals.remarks, remark), missing=())
