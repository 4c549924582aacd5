"""Time: how long leads stay at each stage, which of them are late, and everything behind that."""

from dataclasses import replace

from ui import answers, session
from ui.language.messages import _, _p
from ui.page import deeper, header, headline, instead, layout, untimed
from ui.sources import mix, segments
from ui.time_in_stage import analysis, overdue, stages

scope = session.current(default="all")
header.top(scope, _p("title of a page", "Time"), compares=False)

whole = scope.at(replace(scope.view, by=None))
if untimed.is_all(whole):
    untimed.show()
    session.end()
if not answers.time_in_stage(whole).rows["stays"].any():
    instead.empty(scope)
    session.end()
if deeper.is_open(scope):
    analysis.analysis(scope)
    mix.arrival(segments.broken_down(scope))
    session.end()

if said := stages.headline(whole):
    text, certainty = said
    is_late = answers.overdue(whole).rows["overdue"].any()
    link = ("to_do", _("See the overdue leads →"), None) if is_late else None
    headline.show(text, certainty=certainty, link=link)
left, right = layout.split(1, 1)
with left:
    stages.stages(whole)
with right:
    overdue.overdue(scope)
untimed.note(whole)
deeper.bar(_("how fast leads move on, by team and person, the trend, the heat map, who waits"))
