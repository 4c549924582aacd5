"""Times of an answer in words, and how they are counted."""

import pandas as pd

from analytics.scope import Scope
from ui.language import labels, quantities
from ui.language.messages import _
from ui.page import markdown
from ui.page.provenance import Sentences


def length(scope: Scope, seconds: float | None) -> str:
    """A length of working time: minutes, hours, and from two on working days."""
    if seconds is None or pd.isna(seconds):
        return _("not yet")
    return quantities.duration(seconds, scope.generation.pipeline.calendar.day_seconds)


def counted(scope: Scope, promised: int | None) -> Sentences:
    """How the numbers of the page are counted."""
    pipeline = scope.generation.pipeline
    sentences = [
        (
            _("Answered:"),
            _(
                "by the first act of a person: a call or a mail to the lead, or a move that "
                "somebody made. What a machine does is none."
            ),
        ),
        (
            _("Waiting:"),
            _("leads that nobody has answered count with all the time they have waited so far."),
        ),
        (
            _("Working hours:"),
            _("{hours}. Nights and days off do not count.", hours=labels.clock_label(pipeline)),
        ),
        (
            _("Half, and shares:"),
            _("Kaplan–Meier; whoever still waits may yet be answered in time."),
        ),
    ]
    if promised is not None:
        text = _("within {time}, as the pipeline says.", time=length(scope, promised))
        sentences.append((_("Promised:"), text))
    return [(name, markdown.unbroken(text)) for name, text in sentences]
