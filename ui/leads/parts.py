"""The parts of the work list, each a tab of its page and so of its link."""

import re

from analytics.leads import to_do
from analytics.listing import Listing

LET_GO = "let-go"
"""The leads that are set apart. Without a tab the list is of all that are to be called."""

_AT = "at-"
_STAGE = re.compile(rf"{_AT}([a-z-]{{1,29}})")


def at_stage(slug: str) -> str | None:
    """The tab of the leads to call at one stage; None for a stage that no link can name."""
    tab = f"{_AT}{slug}"
    return tab if _STAGE.fullmatch(tab) else None


def stage_of(tab: str | None) -> str | None:
    """The stage that a tab is of; None where it is of all of them."""
    found = _STAGE.fullmatch(tab or "")
    return found[1] if found else None


def of(found: Listing, tab: str | None) -> Listing:
    """The open leads that a tab lists: those to let go, those to call, or these at one stage."""
    if tab == LET_GO:
        return to_do.let_go(found)
    stage = stage_of(tab)
    found = to_do.overdue(found)
    return found if stage is None else found.where("stage = $listed_stage", listed_stage=stage)
