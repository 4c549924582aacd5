"""Response: how soon a person answers a lead, who still waits, and whether it matters."""

from dataclasses import replace

from analytics.view.parameters import ANALYSIS
from ui import answers, session
from ui.language.messages import _
from ui.leads import one_lead
from ui.page import deeper, header, instead, layout, untimed
from ui.response import analysis, arrival, parts, persons, spans, untouched, verdict

scope = session.current()
header.top(scope, _("Response"), compares=False)

whole = scope.at(replace(scope.view, by=None))
if not answers.response_acts(scope.generation).is_known:
    persons.missing(scope)
    session.end()
if untimed.is_all(whole):
    untimed.show()
    session.end()
part = parts.part(whole)
found = answers.response(whole, part.stage)
if not found.leads and part.stage is None:
    instead.empty(scope)
    session.end()
if part.name == ANALYSIS:
    analysis.analysis(scope, found, part)
    session.end()
if part.name == parts.UNTOUCHED and scope.generation.sight.leads:
    one_lead.show(scope)
    untouched.show(whole, found.promised, part)
    session.end()

verdict.show(whole, found)
left, right = layout.split(3, 2)
with left:
    spans.show(whole, found)
with right:
    arrival.show(whole, found.promised)
untimed.note(whole)
deeper.bar(_("by team, person and hour of arrival, the attempts, whether speed matters here"))
