"""Lead quality: what is left of the leads of each source, why, and what each batch is worth."""

from dataclasses import replace

from ui import answers, session
from ui.language.messages import _
from ui.page import header, instead, layout
from ui.quality import (
    batches,
    by_source,
    calls,
    criteria,
    known,
    months,
    reasons,
    signals,
    unasked,
    unscreened,
    verdict,
)

entered = session.current(default="last-365d")
header.top(entered, _("Lead quality"), compares=False)

scope = entered.at(replace(entered.view, by=entered.view.by or "source"))
found = answers.quality(scope)
if found.rows.empty:
    instead.empty(entered)
    session.end()
if not found.is_screened:
    unscreened.show(found)
    criteria.show(scope)
    signals.show(scope)
    unasked.show(scope)
    session.end()

verdict.show(scope, found)
by_source.show(scope, found)
left, right = layout.split(1, 1)
with left:
    months.show(scope)
with right:
    reasons.show(scope, found)
criteria.show(scope)
signals.show(scope)
unasked.show(scope)
batches.show(scope)
calls.show(scope, found)
known.show(scope, found)
