"""The questions of the command line: what answers each, and how its answer is shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

import pandas as pd

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.change import change
from analytics.bottlenecks.queues import queues
from analytics.bottlenecks.reasons import reasons
from analytics.bottlenecks.velocity import velocity
from analytics.bottlenecks.what_if import what_if
from analytics.command_line import notes, options, shown
from analytics.command_line.combined import board, ledger, worth
from analytics.criteria.criteria import criteria
from analytics.funnel.cohorts import cohorts
from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.funnel.trend import conversions
from analytics.leads.story import story
from analytics.leads.to_do import to_do
from analytics.overview.overview import overview
from analytics.response.response import response
from analytics.signals.signals import signals
from analytics.signals.unasked import unasked
from analytics.sources.attribution import attribution
from analytics.sources.costs import costs
from analytics.sources.paths import paths
from analytics.time_in_stage.time_in_stage import time_in_stage
from analytics.time_in_stage.waiting import waiting


@dataclass(frozen=True)
class Command:
    """A question on the command line.

    ask: Answers it for a scope, and for its `options` by name.
    help: What it answers, for `--help`.
    options: Its own, beside those of all questions. `part` names the rows of the answer to write,
        `paths` a file to ask instead of the store.
    shown: What is written of the answer, where it is not a part of it as it stands.
    in_short: The same for `--format table`, where that is less.
    notes: What is printed about the answer on stderr.
    """

    ask: Callable[..., Any]
    help: str
    options: tuple[Parameter, ...] = ()
    shown: Callable[[Any], pd.DataFrame] | None = None
    in_short: Callable[[Any], pd.DataFrame] | None = None
    notes: Callable[[Any], Iterable[str]] = lambda _found: ()


COMMANDS = {
    "view": Command(
        shown.parameters,
        "What a link means on this data: every parameter, written out.",
        (options.FROZEN,),
        shown=lambda rows: rows,
    ),
    "overview": Command(
        overview,
        "What happened in the period, against the one before and the targets: new leads, new "
        "opportunities, deals won and their value.",
        (options.PART_OF_OVERVIEW,),
        notes=notes.of_overview,
    ),
    "funnel": Command(
        funnel, "How many leads reached each step, at what rates, and how many are still open."
    ),
    "leads": Command(leads, "The leads behind a number: those that reached the view's stage."),
    "time-in-stage": Command(
        time_in_stage,
        "How long leads stay at each stage: the median of all stays, the mean of completed ones.",
        notes=notes.untimed,
    ),
    "waiting": Command(
        waiting,
        "The open leads, longest waiting first, and how long is usual at their stage.",
        notes=notes.untimed,
    ),
    "to-do": Command(
        to_do,
        "The leads to call: open, overdue and not yet to be let go, the best first.\n\n"
        "The link's period is ignored. The table says whom to call and why; the other formats have "
        "everything.",
        in_short=shown.to_call,
        notes=notes.untimed,
    ),
    "lead": Command(
        lambda scope: story(scope, scope.view.lead),
        "What happened to the lead that the link names (lead=ID): its moves and its touches.",
        shown=lambda rows: rows,
    ),
    "trend": Command(
        conversions,
        "The conversion rate from one step to another, by week, month or quarter of entry.",
        (options.UNIT, options.SINCE, options.TO),
    ),
    "cohorts": Command(
        cohorts,
        "What share of each month's leads had reached a step by each age; age 0 is 30 days.",
        (options.SINCE, options.TO),
    ),
    "costs": Command(
        costs,
        "What the leads, prospects and customers of each source, channel or campaign cost.\n\n"
        "The table has the columns that fit; the other formats have all.",
        shown=shown.with_currency,
        in_short=shown.costs_in_short,
        notes=notes.of_costs,
    ),
    "scoreboard": Command(
        board,
        "Which sources, channels or campaigns deserve more money, which less, and how sure that "
        "is.\n\nThe table has the columns that fit; the other formats have all.",
        (options.PART_OF_SCOREBOARD,),
        in_short=shown.board_in_short,
        notes=notes.of_board,
    ),
    "quality": Command(
        worth,
        "What is left of the leads of each source after screening, and what a usable one costs; "
        "by=batch for the batches of purchased lists.\n\n"
        "The table has the columns that fit; the other formats have all.",
        (options.PART_OF_QUALITY, options.PROMISED),
        in_short=shown.worth_in_short,
        notes=notes.of_worth,
    ),
    "criteria": Command(
        criteria,
        "How many leads at each stage meet its agreed criterion, whether those that do go further, "
        "and what earlier and proposed versions would have passed on.\n\n"
        "The table has the columns that fit; the other formats have all.",
        (options.TRIED_STAGE, options.TRIED_TEST),
        in_short=shown.criteria_in_short,
        notes=notes.of_criteria,
    ),
    "handover": Command(
        ledger,
        "What sales answered for the leads handed over in the period: accepted, sent back, out, or "
        "nothing yet; and after how many working seconds.\n\n"
        "The table has the columns that fit; the other formats have all.",
        (options.PART_OF_HANDOVER,),
        in_short=shown.handover_in_short,
        notes=notes.of_handover,
    ),
    "response": Command(
        response,
        "How soon a person answered the leads, in hours of work, and how many nobody has answered "
        "yet.",
        (options.ASKED_STAGE,),
        notes=notes.of_response,
    ),
    "signals": Command(
        signals,
        "How often leads are won by temperature, by how many of need, budget, authority and timing "
        "are there, by score, and by whether they fit the company's rule; against what earlier "
        "leads promised, and against all leads.\n\n"
        "The table has the columns that fit; the other formats have all.",
        in_short=shown.signals_in_short,
        notes=notes.of_signals,
    ),
    "unasked": Command(
        unasked,
        "Of how many open leads it is not known whether they can buy, by stage and owner; by=team "
        "for teams.",
    ),
    "attribution": Command(
        attribution,
        "Which sources get the credit for the leads that reached the view's stage, by each model.",
        (options.PATHS,),
        notes=notes.of_attribution,
    ),
    "bottlenecks": Command(
        bottlenecks,
        "Which transitions of which segments lose customers per quarter, against a benchmark.\n\n"
        "The link names the benchmark: past, best or target. The table has the ranking, and all "
        "leads at each transition; the other formats have everything that was tested.",
        shown=shown.with_currency,
        in_short=shown.ranking,
        notes=notes.of_bottlenecks,
    ),
    "queues": Command(
        queues,
        "How many leads wait at each stage, whether the queue grows, and what slowness costs in "
        "days.",
        notes=notes.untimed,
    ),
    "reasons": Command(
        reasons,
        "Why leads left the pipeline or went back: how many name which kind of reason, and which "
        "are named more often than in the period before.\n\n"
        "A lead counts under each of its reasons, and without any under `unknown`; `~back` are "
        "those that went back. The table has what rises, and all leads by exit; the other formats "
        "have everything.",
        in_short=shown.reasons_in_short,
        notes=notes.of_reasons,
    ),
    "change": Command(
        change,
        "Why the rate differs from that of the period before: the segments' rates, or their mix.",
        (options.PART_OF_CHANGE,),
        notes=notes.of_change,
    ),
    "velocity": Command(
        velocity,
        "What the pipeline brings a day, now and in the period before, lever by lever.",
        notes=notes.of_velocity,
    ),
    "what-if": Command(
        what_if,
        "What the link's scenario does to the number of customers per quarter.",
        (options.PART_OF_SCENARIO,),
        notes=notes.of_scenario,
    ),
    "paths": Command(
        paths,
        "The most common paths of sources by which leads reach the view's stage.",
        (options.MOST,),
    ),
}
