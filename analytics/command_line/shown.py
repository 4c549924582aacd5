"""What is shown of an answer: all that it has beside its rows, or what a person reads of it."""

import pandas as pd

from analytics.asked import Answer
from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.reasons import Reasons
from analytics.command_line.combined import Board, Ledger, Worth
from analytics.criteria.criteria import Criteria
from analytics.scope import Scope
from analytics.signals.signals import Signals
from analytics.sources.costs import Costs


def parameters(scope: Scope, *, frozen: bool) -> pd.DataFrame:
    """What the view of a scope says, by parameter; `frozen` with its days and data written out."""
    view = scope.frozen_view() if frozen else scope.view
    return pd.DataFrame(view.to_query().items(), columns=["parameter", "value"])


def with_currency(found: Costs | Bottlenecks) -> pd.DataFrame:
    """The rows, with the currency of their amounts."""
    return found.rows.assign(currency=found.currency)


def costs_in_short(found: Costs) -> pd.DataFrame:
    """What a person reads of the costs: counts, and whole amounts."""
    rows = with_currency(found)
    amounts = ["cost", "cost_per_lead", "cost_per_usable", "cost_per_prospect"]
    amounts += ["cac", "cac_low", "cac_high", "cac_at_least"]
    rows[amounts] = rows[amounts].round()
    counts = ["segment", "leads", "usable", "prospects", "customers", "expected"]
    return rows[[*counts, *amounts, "roi", "currency"]]


def ranking(found: Bottlenecks) -> pd.DataFrame:
    """What a person reads of the bottlenecks: the ranking, and all leads at each transition."""
    rows = found.rows
    shown = rows[rows["ranked"] | rows["dimension"].isna()]
    named = ["transition", "dimension", "segment", "n", "rate", "benchmark", "wins_lost"]
    named += ["wins_lost_low", "wins_lost_high", "lasting", "q_value"]
    return shown[[*named, "ranked", "headline"]]


def board_in_short(board: Board) -> pd.DataFrame:
    """What a person reads of a scoreboard: the advice, counts, and whole amounts."""
    rows = board.rows.copy()
    amounts = ["cost", "cost_a_customer", "cost_low", "cost_high", "cost_before"]
    rows[amounts] = rows[amounts].round()
    counts = ["segment", "recommendation", "certainty", "leads", "customers", "expected"]
    return rows[[*counts, *amounts, "revenue_per_unit", "roi", "currency"]]


def to_call(found: Answer) -> pd.DataFrame:
    """What a person reads of the work list: whom to call, why, and what to ask."""
    shown = ["lead_id", "company", "name", "phone", "stage", "days", "limit_days", "value"]
    return found.rows[[*shown, "value_currency", "chance", "ask", "owner"]].round(
        {"days": 1, "limit_days": 1, "value": 0}
    )


def worth_in_short(worth: Worth) -> pd.DataFrame:
    """What a person reads of the quality: what is left, and what it costs."""
    shown = ["source", "leads", "duplicate", "invalid", "junk", "unreachable", "unscreened"]
    shown += ["usable", "usable_rate", "usable_rate_low", "usable_rate_high", "cost_per_usable"]
    return worth.rows[[*shown, "finding", "currency"]].round({"cost_per_usable": 0})


def signals_in_short(found: Signals) -> pd.DataFrame:
    """What a person reads of the signals: who is won, what was promised, and the lift."""
    shown = ["signal", "band", "score_from", "score_below", "n", "won", "rate", "low", "high"]
    return found.rows[[*shown, "promised", "lift", "lift_low", "lift_high", "certainty"]]


def criteria_in_short(found: Criteria) -> pd.DataFrame:
    """What a person reads of the criteria: who meets them, and who moved on."""
    shown = ["segment", "stage", "version", "state", "n", "met", "unmet", "unknown", "met_rate"]
    shown += ["met_rate_low", "met_rate_high", "met_moved_rate", "unmet_moved_rate", "difference"]
    return found.rows[[*shown, "difference_low", "difference_high", "certainty"]]


def handover_in_short(ledger: Ledger) -> pd.DataFrame:
    """What a person reads of the hand-over: the answers, and how long they took."""
    shown = ["segment", "handed_over", "accepted", "sent_back", "exited", "waiting"]
    shown += ["median_seconds", "p90_seconds", "accepted_low", "accepted_high", "certainty"]
    return ledger.rows[shown].round({"median_seconds": 0, "p90_seconds": 0})


def reasons_in_short(found: Reasons) -> pd.DataFrame:
    """What a person reads of the reasons: those that rise, and all of everybody by exit."""
    rows = found.rows
    shown = rows[rows["rises"] | (rows["dimension"].isna() & rows["stage"].isna())]
    named = ["stage", "exit", "reason", "dimension", "segment", "leads", "left", "share"]
    return shown[[*named, "share_low", "share_high", "share_before", "q_value", "rises"]]
