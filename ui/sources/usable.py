"""What the leads that a cost is counted over are called: usable, or not disqualified.

Where leads were screened the screening says which are usable, as on the page of quality. Elsewhere
all that is known is who was put into an exit, and that has a name of its own.
"""

from analytics.names import NOT_DISQUALIFIED, USABLE_LEADS
from analytics.sources.costs import Costs
from ui.language import current
from ui.language.messages import _


def name(found: Costs) -> str:
    """The heading of their number."""
    return (USABLE_LEADS if found.is_screened else NOT_DISQUALIFIED).label(current.lang())


def share(found: Costs) -> str:
    """The heading of their share."""
    return _("% usable") if found.is_screened else _("% not disqualified")


def of_one(found: Costs) -> str:
    """The heading of what one of them costs, beside the other costs."""
    return _("/ usable") if found.is_screened else _("/ not disqualified")


def cost(found: Costs) -> str:
    """What one of them costs, within a sentence."""
    if found.is_screened:
        return _("cost of a usable lead")
    return _("cost of a lead that is not disqualified")


def unknown(found: Costs) -> str:
    """The finding where that cost is not known."""
    if found.is_screened:
        return _("What a usable lead costs is unknown")
    return _("What a lead that is not disqualified costs is unknown")


def meaning(found: Costs) -> str:
    """Which leads they are."""
    if found.is_screened:
        return _("the records that screening finds nothing against, as on the page of quality.")
    return _("all records but those in an exit of unusable leads; no lead was screened.")
