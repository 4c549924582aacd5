"""Hand-over: what sales answers for the leads of marketing, how soon, and what becomes of them."""

from dataclasses import replace

from analytics.handover.verdict import change
from ui import answers, session
from ui.handover import handed, ledger, people, sent_back, tiles, unset, verdict, words
from ui.language.messages import _
from ui.page import header, instead, layout, untimed

scope = session.current()
header.top(scope, _("Hand-over"))

if scope.generation.pipeline.handover is None:
    unset.show()
    session.end()
whole = scope.at(replace(scope.view, by=None))
if untimed.is_all(untimed.of_all(scope)):
    untimed.show()
    session.end()
if (listed := words.listed(scope)) is not None:
    handed.show(whole, listed)
    session.end()
found, earlier = ledger.answered(scope), whole.earlier()
if not found.total["handed_over"]:
    instead.empty(scope)
    session.end()

changed = change(found, None if earlier is None else answers.handover(earlier))
verdict.show(scope, found, changed)
tiles.show(scope, found, changed)
left, right = layout.split(3, 2)
with left:
    ledger.show(scope, found)
with right:
    sent_back.show(scope, found)
people.show(scope)
untimed.note(whole)
