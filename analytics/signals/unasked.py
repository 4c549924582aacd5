"""Unasked: of how many open leads nobody knows whether they can buy, at each stage and by whom."""

from dataclasses import replace

import pandas as pd

from analytics.asked import Answer, Asked, of_stays, question
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.view.view import View

QUESTIONS = ("need", "budget", "authority", "timing")

_COUNTS = ("leads", *QUESTIONS, "nothing")
COLUMNS = ["segment", "stage", *_COUNTS]


def _by_owner(view: View) -> View:
    by = view.by if view.by in ("owner", "team") else "owner"
    return replace(of_stays(view), mode="cohort", clock="calendar", by=by)


@question(_by_owner)
def unasked(scope: Scope) -> Answer:
    """Of how many of the open leads it is not known whether they can buy.

    Grain: one row per stage but the last in which a lead is open, all leads together; then one per
    owner, or per team where the view is by team, the most leads first.

    Columns: (COLUMNS)
        segment: null for all leads of the stage; the owner or the team as in other answers
        stage: slug
        leads: open at `as_of`, of the view's period and filters
        need, budget, authority, timing: those of them of which that is not known
        nothing: those of which none of the four is
    """
    asked = Asked(scope, "signals/unasked", of="stays")
    rows = asked.rows()
    rows["segment"] = rows["segment"].astype(object)
    whole = rows.groupby("stage", observed=True, as_index=False)[[*_COUNTS]].sum()
    both = pd.concat([whole.assign(segment=None), rows], ignore_index=True)
    places = {slug: place for place, slug in enumerate(scope.generation.pipeline.slugs)}
    both["place"] = both["stage"].map(places)
    both["is_part"] = both["segment"].notna()
    order = ["place", "is_part", "leads", "segment"]
    both = both.sort_values(order, ascending=[True, True, False, True], ignore_index=True)
    return Answer(both[COLUMNS].astype(dict.fromkeys(_COUNTS, "int64")), asked)


@question(_by_owner)
def listing(scope: Scope, stage: str) -> Listing:
    """The open leads of a stage of which one of the four is not known, the least known first.

    Columns:
        lead_id, company, name, phone, email, owner, team, need, budget, authority, timing
        segment, stage, stage_entered_at, seconds: as in `time_in_stage.waiting`
        unknown: how many of the four are not known

    Raises:
        KeyError: there is no such stage with a next one.
    """
    if stage not in scope.generation.pipeline.slugs[:-1]:
        raise KeyError(stage)
    return Listing(Asked(scope, "signals/unasked_leads", "stays", {"chosen_stage": stage}))
