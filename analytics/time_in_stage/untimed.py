"""Leads without times: those of which a stage is only known from a present status.

Such a status says where a lead stands, and not since when. Nothing is timed by it: its stays are in
no answer about time, and are said to be left out.

Source:
    docs/counting.md, Present status.
"""

from dataclasses import dataclass, replace

from analytics.asked import Asked, of_stays, question
from analytics.scope import Scope


@dataclass(frozen=True)
class Untimed:
    """How many leads of the scope have a stage that is only known from a present status."""

    leads: int
    asked: Asked


@question(lambda view: replace(of_stays(view), mode="cohort", by=None, clock="calendar"))
def untimed(scope: Scope) -> Untimed:
    """How many of the view's leads the answers about time leave out, or know in part only.

    Returns:
        The count; 0 without a look at the store where everything in it is known with its time.
    """
    asked = Asked(scope, "time_in_stage/untimed", of="untimed")
    found = int(asked.rows()["leads"].iat[0]) if scope.generation.untimed else 0
    return Untimed(found, asked)
