"""What the wizard calls things: files, columns and rows, and what it has to ask or to report."""

from collections.abc import Mapping
from types import MappingProxyType

from analytics.certainty import Certainty
from data.load.notices import Notice
from data.mapping.proposal import Question
from data.pipeline import Pipeline
from ui.data.kinds import OF_FILES
from ui.data.wizard.plan import AS_PROPOSED, IGNORE, KEEP, STAGE, PlannedFile
from ui.language import labels, loading
from ui.language.messages import N_, _, _n
from ui.page.markdown import plain

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "leads": N_("Leads, one row each"),
        "stage_history": N_("Moves, one row each"),
        "touches": N_("Contacts with marketing"),
        "spend": N_("Spend"),
        "rates": N_("Exchange rates"),
        "lookup": N_("Details that leads refer to"),
    }
)
"""What the rows of a file can be."""

_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "lead_id": N_("Lead id"),
        "created_at": N_("Created at"),
        "stage": N_("Stage"),
        "entered_at": N_("Entered at"),
        "changed_at": N_("Last changed at"),
        "closed_at": N_("Closed at, won or lost"),
        "won_or_lost": N_("Won, lost or open"),
        "changed_by": N_("Changed by"),
        "reason": N_("Reason lost or sent back"),
        "company": N_("Company"),
        "name": N_("Name"),
        "first_name": N_("First name"),
        "last_name": N_("Last name"),
        "email": N_("Email"),
        "phone": N_("Phone"),
        "currency": N_("Currency"),
        "amount": N_("Amount"),
        "score": N_("Score"),
        "need": N_("Need"),
        "budget": N_("Budget"),
        "authority": N_("Authority"),
        "timing": N_("Timing"),
        "medium": N_("Medium (paid or not)"),
        "touched_at": N_("Touched at"),
        "kind": N_("Kind"),
        "day": N_("Day"),
        "month": N_("Month"),
        "until": N_("Last day it covers"),
        "rate": N_("Exchange rate"),
    }
)
_QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "which_id": N_(
            "Nearly every row has a “{columns}” of its own. Is it the id of the lead, or of the "
            "move? Choose below which column is the lead's."
        ),
        "which_sheet": N_("The workbook has several sheets: choose the one to load."),
        "day_month_order": N_(
            "Nothing in “{columns}” tells whether the day or the month comes first: choose below."
        ),
        "stage_of_status": N_("The next step asks which stage each status is: {values}."),
        "no_identity": N_("Nothing tells the leads apart: choose a column of ids, or the phone."),
        "created_at": N_("No column says when the leads came: choose one, if there is any."),
        "unknown_stage_columns": N_(
            "These columns have dates of stages that are not known: {columns}. Choose below which "
            "stage each one is."
        ),
    }
)
_FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "duplicates": N_("leads that an earlier row has already"),
        "future_dates": N_("dates in the future"),
        "exit_before_entry": N_("moves or closings earlier than their lead"),
        "ambiguous_dates": N_(
            "dates that could be read in two ways; all of a column are read in the same one"
        ),
        "no_history": N_("leads of which nothing says where they are"),
        "orphan_history": N_("moves or contacts of leads that no file has"),
        "bulk_edits": N_("moves made at once, as by a mass update"),
        "mixed_currencies": N_("amounts in another currency than that of the data"),
        "time_zone": N_("times without a time zone"),
        "unmapped_status": N_("statuses that are no stage"),
        "known_from_status": N_("leads known from a present status, without its time"),
        "missing_values": N_("leads without a source"),
    }
)
SUGGESTED: Mapping[str, Certainty] = MappingProxyType(
    {
        "certain": Certainty.CERTAIN,
        "likely": Certainty.LIKELY,
        "unsure": Certainty.UNCLEAR,
        "unknown": Certainty.UNCLEAR,
    }
)
"""How sure a proposal is, in the words that findings have."""

_MOST_NAMED = 6


def product(file: PlannedFile) -> str:
    """What a file is taken for: `HubSpot: contacts`, `a table of leads`."""
    assert file.proposal is not None
    kind = file.proposal.kind
    what = _(OF_FILES[kind]) if kind in OF_FILES else kind.replace("_", " ")
    if file.proposal.product is None:
        return _("A table of {what}", what=what)
    return f"{plain(file.proposal.product)}: {what}"


def why_so_sure(file: PlannedFile) -> str:
    """Why a file is taken for what it is, or what is still to be said of it."""
    assert file.proposal is not None
    missing = [field(name) for name in file.proposal.missing]
    if missing:
        return _("No column says yet: {fields}.", fields=", ".join(missing))
    if file.proposal.certainty in ("unsure", "unknown"):
        return _n(
            "{n} question is asked in the next steps.",
            "{n} questions are asked in the next steps.",
            len(file.proposal.questions),
        )
    if file.proposal.product is None:
        return _("Recognised by the names of its columns.")
    return _("Its columns are those of this export.")


def field(name: str) -> str:
    """A field of ours, or a dimension that came with a file."""
    return _(_FIELDS[name]) if name in _FIELDS else labels.dimension_label(name)


def meaning(word: str, pipeline: Pipeline) -> str:
    """What a column means."""
    match word:
        case _ if word == KEEP:
            return _("Keep, to filter by")
        case _ if word == IGNORE:
            return _("Leave out")
        case _ if word == AS_PROPOSED:
            return _("Date of several stages, by another column")
        case _ if word.startswith(STAGE):
            slug = word.removeprefix(STAGE)
            return _("Date of {stage}", stage=labels.stage_label(pipeline, slug))
    return field(word)


def question(asked: Question) -> str:
    """What a person must say of a file; a question without words of its own names its columns."""
    columns, values = _listed(asked.columns), _listed(asked.values)
    if asked.code in _QUESTIONS:
        return _(_QUESTIONS[asked.code], columns=columns, values=values)
    return _("Please check: {what}.", what=columns or values or asked.code.replace("_", " "))


def remark(told: Question, file: PlannedFile) -> str:
    """What was taken of a file without asking."""
    notice = Notice.of(
        told.code,
        file=file.name,
        columns=", ".join(told.columns),
        values=", ".join(told.values),
    )
    return plain(loading.notice(notice))


def finding(code: str) -> str:
    """What the quality report found, after its number."""
    return _(_FINDINGS[code]) if code in _FINDINGS else code.replace("_", " ")


def rows(count: int) -> str:
    """A number of rows."""
    return _n("{n} row", "{n} rows", count)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(plain(name) for name in names[:_MOST_NAMED])
    return shown + (" …" if len(names) > _MOST_NAMED else "")
