"""The fields of each kind of file, and the names of the dimensions that other columns become."""

import re
from collections.abc import Collection

from data.dimensions import LINK_PARAMETERS
from data.layout import TAKEN
from data.values.text import plain

TEXT_FIELDS = (
    "source", "campaign", "owner", "team", "region", "industry", "company", "company_size",
    "name", "email", "phone", "currency",
)  # fmt: skip
NUMBER_FIELDS = ("amount", "score")
ANSWER_FIELDS = ("need", "budget", "authority", "timing")
LEAD_FIELDS = ("lead_id", "created_at", *TEXT_FIELDS, *NUMBER_FIELDS, *ANSWER_FIELDS)
MOVE_FIELDS = ("stage", "entered_at", "changed_by", "reason")
STATUS_FIELDS = ("changed_at", "closed_at")
"""Dates of a present status: when the record was last changed, and when it was closed."""
OUTCOME = "won_or_lost"
"""Whether it was won or lost, which goes before the stage where a column of its own says it."""
NAME_PARTS = ("first_name", "last_name")
"""Together they are the `name`; written in the order that the headers' language has."""

REQUIRED = {
    "leads": ("lead_id", "created_at"),
    "stage_history": ("lead_id", "stage", "entered_at"),
    "stage_columns": ("lead_id",),
    "touches": ("lead_id", "touched_at"),
    "spend": ("day", "amount"),  # or month instead of day
    "rates": ("day", "currency", "rate"),
    "lookup": (),
}
"""The kinds of files, and the fields that each must have."""

OF_LEADS = ("leads", "stage_history", "stage_columns")
"""The kinds of files that say something about leads themselves."""

FIELDS = {
    "leads": (*LEAD_FIELDS, *MOVE_FIELDS, *STATUS_FIELDS, OUTCOME, *NAME_PARTS, "medium"),
    "stage_history": (*LEAD_FIELDS, *MOVE_FIELDS, *NAME_PARTS, "medium"),
    "stage_columns": (*LEAD_FIELDS, *MOVE_FIELDS, *STATUS_FIELDS, OUTCOME, *NAME_PARTS, "medium"),
    "touches": ("lead_id", "touched_at", "source", "campaign", "kind"),
    "spend": ("day", "month", "until", "source", "campaign", "amount", "currency"),
    "rates": ("day", "currency", "rate"),
    "lookup": TEXT_FIELDS + NUMBER_FIELDS + ANSWER_FIELDS,
}
"""The fields we know, by kind of file; leads may have any others besides."""

# The link's parameters, and the names that a load itself gives to columns.
_RESERVED = (
    TAKEN
    | LINK_PARAMETERS
    | frozenset(
        "reason screening screening_reason channel source_raw stage_group position changed_by line "
        "days_in_stage stage_entered_at refusal refused_cell soft came_with_move is_known known "
        "between_from changed_at closed_at seen_at dated_at".split()
    )
)


def dimension_slug(header: str, taken: Collection[str] = ()) -> str:
    """The identifier under which a column of a file becomes a dimension: `Lead Type` → `lead_type`.

    Names that mean something else already get a `_` at the end, `taken` ones a number.
    """
    slug = re.sub(r"[^a-z0-9]+", "_", plain(header)).strip("_")[:60].rstrip("_")
    if not slug or not slug[0].isalpha():
        slug = f"column_{slug}".rstrip("_")
    if slug in _RESERVED or slug in LEAD_FIELDS:
        slug += "_"
    unique, number = slug, 2
    while unique in taken:
        unique, number = f"{slug}_{number}", number + 1
    return unique
