"""What a file is of: the period, the filters, how many leads, as of when, of which data."""

from dataclasses import replace

from analytics.scope import Scope
from ui import answers
from ui.language import formats, labels, periods
from ui.language.messages import _, _n

Lines = list[tuple[str, str]]
"""Texts with a lead-in each."""


def lines(scope: Scope, *, with_filters: bool) -> Lines:
    """That of all that a scope counts; the filters are left out where they are not told."""
    entered = int(
        answers.funnel(scope.at(replace(scope.view, by=None, mode="cohort"))).rows["reached"].iat[0]
    )
    filters = labels.filters(scope.view) or _("no filters")
    return [
        (_("Period:"), periods.label(*scope.days)),
        *([(_("Filters:"), filters)] * with_filters),
        (
            _("Leads:"),
            _n(
                "{n} lead, as of {instant}",
                "{n} leads, as of {instant}",
                entered,
                instant=formats.instant(scope.as_of, scope.zone.key),
            ),
        ),
        (_("Data:"), _("data version {number}", number=scope.generation.number)),
    ]
