"""Bottlenecks: where the funnel loses most, why, and what fixing it would bring."""

from ui import answers, session
from ui.bottlenecks import (
    analysis,
    change,
    chosen,
    controls,
    flow,
    opened,
    queues,
    ranking,
    reasons,
    tabs,
    what_if,
)
from ui.language.messages import _
from ui.page import deeper, header, instead, layout, untimed

scope = session.current(default="all")
header.top(scope, _("Bottlenecks"), whole=tabs.latest_days(scope.view))
if answers.is_empty(scope):
    instead.empty(scope)
    session.end()

is_untimed = untimed.is_all(untimed.of_all(scope))
at = None if is_untimed else chosen.chosen(scope)
if deeper.is_open(scope) and not is_untimed:
    deeper.back()
    analysis.show(scope, at)
    session.end()

match scope.view.tab, is_untimed:  # two parts have days of their own, and findings of them
    case tabs.CHANGE, _:
        change.show_headline(scope)
    case tabs.REASONS, _:
        reasons.show_headline(scope)
    case tabs.FLOW, False:
        flow.show_headline(scope)
    case _, False:
        ranking.show_headline(scope)
tab, container = tabs.opened(scope)
with container:
    match tab:
        case tabs.CHANGE:
            change.waterfall(scope)
        case tabs.REASONS:
            reasons.card_of_all(scope)
        case _ if is_untimed:
            untimed.show()
        case tabs.QUEUES:
            queues.board_of_all(scope)
            queues.calls_first(scope, at)
        case tabs.WHAT_IF:
            if at is not None:
                opened.as_before(scope, at)
            what_if.simulator()
        case tabs.FLOW:
            flow.part(scope)
        case _ if controls.wants_targets(scope):
            controls.first_targets(scope)
        case _ if at is None or not chosen.is_opened(scope, at):
            ranking.show(scope, at)
        case _:
            opened.ahead(scope, at)
            left, right = layout.split(1, 1)
            with left:
                ranking.show(scope, at)
            with right:
                opened.show(scope, at)
if is_untimed:
    session.end()
untimed.note(untimed.of_all(scope))
deeper.bar(_("every bottleneck with its numbers, trend and peers, reasons, velocity, rate and mix"))
