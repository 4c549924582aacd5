"""What is printed about an answer on stderr, a line each: what the rows alone do not show."""

from collections.abc import Iterator

from analytics.asked import Answer
from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.change import Change
from analytics.bottlenecks.queues import Queues
from analytics.bottlenecks.reasons import Reasons
from analytics.bottlenecks.velocity import Velocity
from analytics.bottlenecks.what_if import WhatIf
from analytics.command_line.combined import Board, Ledger, Worth
from analytics.criteria.criteria import Criteria
from analytics.handover.handover import Handover
from analytics.overview.overview import Overview
from analytics.response.response import Response
from analytics.signals.signals import Signals
from analytics.sources.attribution import Attribution
from analytics.sources.costs import Costs
from analytics.time_in_stage.untimed import untimed as _untimed


def of_board(board: Board) -> Iterator[str]:
    """What a customer costs over all, and what to expect of the move that is tried."""
    found = board.found
    if found.unsplit:
        yield f"Spend cannot be split by {', '.join(found.unsplit)}: no cost is known."
    if found.price is not None:
        yield (
            f"A customer costs {found.price:.0f} {found.currency} over all sources of known cost; "
            f"credit: {found.credited}."
        )
    if not found.says_margin:
        yield "No margin is given (margin=60): revenue per unit spent is no return."
    if not board.move.empty:
        row = board.move.iloc[0]
        yield (
            f"{row['amount']:.0f} {found.currency} from {row['origin']} to {row['target']}: "
            f"{row['difference']:+.1f} customers ({row['difference_low']:+.1f} to "
            f"{row['difference_high']:+.1f})."
        )
        if row["limit"] is not None:
            yield f"No more than that was spent on {row[row['limit']]}: beyond it nobody knows."


def of_criteria(found: Criteria) -> Iterator[str]:
    """What the tests are that were judged, and of which days."""
    if not found.judgements:
        yield "No stage has a criterion with a test: see [[stages.criteria]] in docs/loading.md."
    for each in found.judgements:
        window = next(window for window in found.windows if window.stage == each.stage)
        version = each.state if each.version is None else f"version {each.version}, {each.state}"
        yield (
            f"{each.stage} ({version}), {window.first_day} to {window.last_day}: {each.condition}"
        )


def of_handover(ledger: Ledger) -> Iterator[str]:
    """Between which stages, when silence is taken as yes, and what is left out."""
    found = ledger.found
    between = found.between
    if between is None:
        yield (
            "No stage of the pipeline is a hand-over: say handover = true of the one into which "
            "leads are handed."
        )
        return
    yield f"From {between.handing.slug} to {between.accepting.slug}."
    if found.taken_after is not None:
        yield (
            f"Taken as accepted after {found.taken_after} working hours without an answer: "
            f"{found.total['taken']} leads."
        )
    yield from untimed(found)


def of_response(found: Response) -> Iterator[str]:
    """What is promised, and who is waited for."""
    answering = found.asked.scope.generation.pipeline.response
    yield f"Answers are touches of the kinds {', '.join(answering.human)}, and moves by a person."
    if found.promised is None:
        yield "No answer is promised there: write answer_within at the stage in the pipeline."
    else:
        yield f"Promised: within {found.promised / 3600:g} hours of work."


def of_signals(found: Signals) -> Iterator[str]:
    """Of which days the leads are, how long they were followed, and what the answers are."""
    window = found.window
    yield (
        f"Leads that entered {window.first_day} to {window.last_day}, against those from "
        f"{window.earlier_first_day} on; won within {window.horizon / 86_400:.0f} days."
    )
    yield "Answers and score are those of today: who goes further is asked more."


def of_costs(found: Costs) -> Iterator[str]:
    """What the costs could not be split by, and whether leads were screened."""
    if not found.is_screened:
        yield "No lead was screened, as no file has contacts: usable are those not disqualified."
    if found.unsplit:
        yield f"Spend cannot be split by {', '.join(found.unsplit)}: no cost is known."


def of_attribution(found: Attribution) -> Iterator[str]:
    """What has no touch, no source or no amount, and what was grouped."""
    if found.chance:
        yield f"{found.chance:.6f} of the journeys with a touch converted."
    if found.own:
        yield f"{found.own:g} conversions have no touch and are credited to the lead's own source."
    if found.unattributed:
        yield f"{found.unattributed:g} conversions have no source to credit."
    if found.without_amount:
        yield f"{found.without_amount:g} conversions are of unknown value."
    if found.grouped:
        yield f"{found.grouped} sources with few touches are grouped as ~other."
    if found.few:
        yield f"Only {found.conversions:g} conversions: read with caution."
    if found.left_out:
        yield f"Left out: {', '.join(found.left_out)}, as a file of paths has no times."


def of_worth(worth: Worth) -> Iterator[str]:
    """How many leads were not screened, and what spend cannot be split by."""
    found = worth.found
    unscreened = int(found.total["unscreened"]) if len(found.rows) else 0
    if unscreened:
        yield (
            f"{unscreened} leads were not screened, as their file has no contacts: they count "
            "neither as usable nor as bad."
        )
    if found.unsplit:
        yield f"Spend cannot be split by {', '.join(found.unsplit)}: no cost is known."


def of_bottlenecks(found: Bottlenecks) -> Iterator[str]:
    """The days that each transition is counted over."""
    for window in found.windows:
        yield (
            f"{window.stage}: {window.first_day} to {window.last_day}, within "
            f"{window.horizon / 86_400:.1f} days; before: {window.before_first_day} to "
            f"{window.before_last_day}."
        )
    if not found.rows["ranked"].any():
        yield "Nothing is ranked: no loss is statistically significant."


def of_reasons(found: Reasons) -> Iterator[str]:
    """Both periods, and whether there are reasons at all."""
    yield f"{found.first} to {found.last}; before: {found.first_before} to {found.last_before}."
    if not found.is_told:
        yield "No file names a reason: export the column, such as `Closed Lost Reason`, with it."


def of_change(found: Change) -> Iterator[str]:
    """Both periods, and how much of the change each effect makes."""
    yield (
        f"{found.first_before} to {found.last_before}: {found.won_before} of {found.leads_before} "
        f"reached {found.milestone}; "
        f"{found.first} to {found.last}: {found.won_after} of {found.leads_after}."
    )
    if found.rate is not None and found.mix is not None:
        yield (
            f"By {found.dimension or 'nothing'}: rate effect {found.rate * 100:+.2f} points, "
            f"mix effect {found.mix * 100:+.2f}."
        )


def of_velocity(found: Velocity) -> Iterator[str]:
    """What the pipeline brings a day, in this period and in the one before."""
    before, after = (
        "unknown" if each is None else f"{each:.0f} {found.currency}"
        for each in (found.before.per_day, found.after.per_day)
    )
    yield f"{after} a day; {before} in the period before."
    yield from untimed(found)


def untimed(found: Answer | Handover | Queues | Velocity) -> Iterator[str]:
    """Says how many leads an answer about time leaves out."""
    leads = _untimed(found.asked.scope).leads
    if leads:
        yield (f"{leads:,} leads are left out: only their present status is known, not since when.")


def of_overview(found: Overview) -> Iterator[str]:
    """The days that are counted, and those before."""
    told = found.events
    days = f"{told.first} to {told.last}"
    if told.is_running:
        days += f", of a period that runs to {told.whole[1]}"
    if told.before is not None:
        days += f"; before: {told.before[0]} to {told.before[1]}"
    yield f"{days}."
    if told.without_amount:
        yield f"{told.without_amount} deals won are of unknown amount."


def of_scenario(found: WhatIf) -> Iterator[str]:
    """The customers per quarter as it is and as it is tried, with their ranges."""
    yield (
        f"Customers per quarter: {found.base:.1f} ({found.base_low:.1f} to {found.base_high:.1f}); "
        f"tried: {found.customers:.1f} ({found.low:.1f} to {found.high:.1f}), "
        f"plus a one-off {found.one_off:.1f} that come sooner."
    )
