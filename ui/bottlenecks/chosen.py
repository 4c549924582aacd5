"""The bottleneck that the page is about: the one chosen, else the first that is sure."""

from dataclasses import dataclass

from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.loss import Loss
from analytics.scope import Scope
from ui import answers, session

_MOST_LOSSES = 8  # in the picture; the table has all


@dataclass(frozen=True)
class Chosen:
    """The bottleneck that is looked at, and the answer that it is of."""

    found: Bottlenecks
    loss: Loss


def chosen(scope: Scope) -> Chosen | None:
    """The bottleneck that is looked at: the view's, else the first to speak of, else the largest.

    Of a view that names a stage only, as links of before do, it is the first there. None when there
    is nothing to look at.
    """
    ranking = answers.ranking(scope)
    found = ranking.found
    first = [ranking.first.loss] if ranking.first is not None else []
    places = [*first, *(each.loss for each in ranking.findings), *shown(found)]
    if scope.view.place is not None:
        places = [*(each for each in found.tested if each.place == scope.view.place), *places]
    elif scope.view.level == "stage" and scope.view.stage is not None:
        places.sort(key=lambda loss: loss.stage != scope.view.stage)
    return Chosen(found, places[0]) if places else None


def is_opened(scope: Scope, at: Chosen) -> bool:
    """Whether its details are shown: of a step that the reader chose, else only of a loss."""
    return at.loss.loses_customers or scope.view.place is not None


def choose(place: str) -> None:
    """Opens another bottleneck; for callbacks."""
    session.change(place=place)


def shown(found: Bottlenecks) -> tuple[Loss, ...]:
    """The losses of the picture, most lost first: the headlines, and the largest within noise."""
    others: dict[tuple[object, ...], Loss] = {}
    for loss in found.tested:
        if not loss.ranked and loss.loses_customers:
            # The same visits under another name, such as a channel of one source, stand once.
            visits = (loss.stage, loss.n, loss.advanced, loss.benchmark, loss.wins_lost)
            others.setdefault(visits, loss)
    losses = (*found.headlines, *others.values())
    if not losses:
        losses = tuple(
            loss for loss in found.tested if loss.is_of_all and loss.wins_lost is not None
        )
    drawn = losses[:_MOST_LOSSES]
    return tuple(sorted(drawn, key=lambda loss: -(loss.wins_lost or 0.0)))
