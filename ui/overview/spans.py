"""What the periods of the overview are called within its sentences."""

from dataclasses import dataclass

from analytics.overview.events import Events
from ui.language import periods
from ui.language.messages import _


@dataclass(frozen=True)
class Spans:
    """The names of the two periods, and of what of the first is over.

    whole: `Q4`; passed: the same, or `the first 31 days of Q4` while it runs; before: what it is
    compared with.
    """

    whole: str
    passed: str
    before: str

    @property
    def is_named(self) -> bool:
        """Whether the period has a name of its own: a quarter, a month or a year."""
        return self.whole != _("the period")


def of(events: Events, compare: str) -> Spans:
    """The names of the periods that events happened in."""
    whole = periods.short(*events.whole)
    passed = whole
    if events.is_running:
        passed = periods.first_days(events.first, events.last, events.whole)
    return Spans(whole, passed, _before(events, compare, whole))


def _before(events: Events, compare: str, whole: str) -> str:
    if whole == _("the period"):
        return _("a year before") if compare == "last-year" else _("the period before")
    first, last = events.reference or events.whole
    if first.year != events.whole[0].year:
        return periods.compared(first, last)
    return periods.short(first, last)


def capitalised(sentence: str) -> str:
    """A sentence that begins with one of these names."""
    return sentence[:1].upper() + sentence[1:]
