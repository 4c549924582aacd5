"""The leads behind a number, and the story of one lead."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from analytics.asked import Answer, Asked, of_leads, question
from analytics.listing import Listing
from analytics.scope import Scope
from data.store import Generation

_HISTORY = Path(__file__).with_name("sql") / "history.sql"


@question(lambda view: replace(of_leads(view), by=None))
def leads(scope: Scope) -> Answer:
    """The leads behind the view's selected step, or behind the whole funnel when none is.

    Columns: (one row per lead, as many as `funnel` counts at that step; latest created first)
        lead_id, created_at: the latter naive UTC.
        stage, stage_entered_at, days_in_stage: where the lead stood at `as_of`, a stage or an exit.
        reached_at: when it reached the selected step.
        source, channel, campaign, owner, team, region, industry, temperature: its dimensions.
        company, name, amount, currency: whom and how much it is about.
    """
    found = listing(scope)
    return Answer(found.rows, found.asked)


@question(lambda view: replace(of_leads(view), by=None))
def listing(scope: Scope) -> Listing:
    """The rows of `leads`, not asked for yet."""
    view, generation = scope.view, scope.generation
    openers = {step.slug: step.opened_by for step in scope.steps}
    stage = openers[view.stage] if view.stage else scope.steps[0].opened_by
    bound = {"stage": stage, "currency": generation.currency}
    return Listing(Asked(scope, "funnel/leads", parameters=bound))


def contact(generation: Generation, lead_id: str) -> pd.DataFrame:
    """Everything the store holds of one lead: its row of `leads`, no row when it is unknown."""
    return generation.query("select * from leads where lead_id = $lead_id", {"lead_id": lead_id})


def history(generation: Generation, lead_id: str) -> pd.DataFrame:
    """What happened to one lead, in order.

    Columns: (one row per event)
        happened_at: naive UTC.
        kind: 'created', 'stage' or 'touch'.
        what: the stage's slug, or the touch's kind.
        detail: who moved it, or the touch's source.
    """
    return generation.query(_HISTORY.read_text(encoding="utf-8"), {"lead_id": lead_id})
