"""Overview: are we healthy, this period against the one before, and what to do."""

from dataclasses import replace

from analytics.overview import verdict as verdicts
from ui import answers, session
from ui.language.messages import _
from ui.overview import decisions, findings, funnel, spans, tiles, verdict
from ui.page import header, instead, layout

scope = session.current()
header.top(scope, _("Overview"))

# Groups, whatever the level; a stage chosen at the other one has no bar here.
stage = scope.view.stage if scope.view.level == "group" else None
whole = scope.at(replace(scope.view, level="group", by=None, stage=stage))
findings.ahead(whole)
events, leads = answers.events(whole), answers.cohort(whole)
if not events.happened and not leads.now.leads:
    instead.empty(scope)
    session.end()

names = spans.of(events, scope.view.compare)


def say() -> None:
    """The verdict, which needs a look at every step."""
    verdict.show(whole, verdicts.verdict(events, findings.leak(whole)), events, leads, names)


# Where somebody has asked for it before, it is there first; else it comes to its place.
held = None
if findings.is_known(whole):
    say()
else:
    held = layout.place("verdict")
tiles.show(whole, events, leads, names)
left, right = layout.split(3, 2)
with left:
    funnel.show(whole, leads, names)
if held is not None:
    with held.container():
        say()
with right:
    findings.show(whole)
decisions.show(whole)
