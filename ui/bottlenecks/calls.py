"""Whom to call about a bottleneck: how many wait there, the way to their list, and a message."""

from dataclasses import dataclass, replace

from analytics.bottlenecks import visits
from analytics.bottlenecks.loss import Loss
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.view.view import View
from ui import answers
from ui.language.messages import _
from ui.leads import parts, work_list
from ui.page import clipboard
from ui.page.headline import Link

_PAGE = "to_do"


@dataclass(frozen=True)
class Waits:
    """How many open leads wait at a bottleneck, and how many of them are overdue and not lost."""

    all: int
    overdue: int


def waits(scope: Scope, loss: Loss) -> Waits:
    """Who waits at a bottleneck now, whenever they came."""
    own = scope.at(view(scope.view, loss))
    here = answers.to_do(own).where("stage = $waiting_stage", waiting_stage=loss.stage)
    return Waits(answers.count(here), answers.count(_to_call(own, loss)))


def link(scope: Scope, loss: Loss) -> Link:
    """The link to the list of whom to call."""
    return _PAGE, _("Open the call list →"), view(scope.view, loss)


def view(view: View, loss: Loss) -> View:
    """The view of whom to call about a bottleneck."""
    own = visits.of_segment(view, loss.dimension, loss.segment)
    return replace(own, tab=parts.at_stage(loss.stage), place=None)


def message_button(scope: Scope, loss: Loss) -> None:
    """The button that copies a message for the team, where single leads may be seen."""
    if not scope.generation.sight.leads:
        return
    clipboard.button(_("Copy a message"), message(scope, loss), "bottleneck_message")


@answers.for_all
def message(scope: Scope, loss: Loss) -> str:
    """What to send to the team: the first of those to call, in order; no rates."""
    own = scope.at(view(scope.view, loss))
    return work_list.message(own, answers.page(_to_call(own, loss), 0, work_list.ROWS))


def _to_call(own: Scope, loss: Loss) -> Listing:
    return parts.of(answers.to_do(own), parts.at_stage(loss.stage))
