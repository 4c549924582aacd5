"""The leads behind a number."""

from dataclasses import replace

from analytics.asked import Answer, Asked, of_leads, question
from analytics.listing import Listing
from analytics.scope import Scope


@question(lambda view: replace(of_leads(view), by=None))
def leads(scope: Scope) -> Answer:
    """The leads behind the view's selected step, or behind the whole funnel when none is.

    Columns: (one row per lead, as many as `funnel` counts at that step; latest created first)
        lead_id, created_at: the latter naive UTC.
        stage, stage_entered_at, days_in_stage: where the lead stood at `as_of`, a stage or an exit;
            since when is null where only a present status tells it.
        reached_at: when it reached the selected step.
        source, channel, campaign, owner, team, region, industry, temperature: its dimensions.
        company, name, amount, currency: whom and how much it is about.
        state: 'open', 'won' or 'lost', by where it stood; reasons: the kinds of those for which it
            was lost, parted by `;`, null where none is known.
        phone, email: as they were loaded.
        need, budget, authority, timing: whether it has them; null where that is not known.
        value: the amount in the currency of the store; null without one, or without its rate.
        screening, screening_reason, duplicate_of: what screening found, why, and the lead that it
            repeats; null of leads that were not screened.
    """
    found = listing(scope)
    return Answer(found.rows, found.asked)


@question(lambda view: replace(of_leads(view), by=None))
def listing(scope: Scope) -> Listing:
    """The rows of `leads`, not asked for yet."""
    view = scope.view
    openers = {step.slug: step.opened_by for step in scope.steps}
    stage = openers[view.stage] if view.stage else scope.steps[0].opened_by
    asked = replace(scope, dimensions=("temperature",))
    return Listing(Asked(asked, "funnel/leads", parameters={"stage": stage}), counted="chosen")


def has(scope: Scope, lead_id: str) -> bool:
    """Whether a lead is among those behind the funnel, at whichever step."""
    entered = listing(scope.at(replace(scope.view, stage=None)))
    return bool(entered.where("lead_id = $lead_id", lead_id=lead_id).count())
