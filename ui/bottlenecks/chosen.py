"""The bottleneck that the page is about: the one chosen, else the largest."""

from dataclasses import dataclass

import streamlit as st

from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.loss import Loss
from analytics.scope import Scope
from ui import answers
from ui.charts import mark

_CHOSEN = "loss_chosen"
_MOST_LOSSES = 8  # in the picture; the table has all


@dataclass(frozen=True)
class Chosen:
    """The bottleneck that is looked at, and the answer that it is of."""

    found: Bottlenecks
    loss: Loss


def chosen(scope: Scope) -> Chosen | None:
    """The bottleneck that is looked at: the one clicked, else the view's stage's, else the first.

    None when there is nothing to look at.
    """
    found = answers.bottlenecks(scope)
    losses = shown(found)
    clicked = st.session_state.get(_CHOSEN)
    at_stage = scope.view.stage if scope.view.level == "stage" else None
    first = min(
        losses,
        key=lambda loss: (mark_of(loss) != clicked, loss.stage != at_stage),
        default=None,
    )
    return None if first is None else Chosen(found, first)


def choose(clicked: str) -> None:
    """Looks at the bottleneck that a mark stands for; for callbacks."""
    st.session_state[_CHOSEN] = clicked


def mark_of(loss: Loss) -> str:
    """The mark that stands for a step × segment, in a click on its bar and in the session."""
    return mark.write(loss.transition, loss.dimension, loss.segment)


def shown(found: Bottlenecks) -> tuple[Loss, ...]:
    """The losses of the picture: the headlines, then the largest of those within noise."""
    others: dict[tuple[object, ...], Loss] = {}
    for loss in found.tested:
        if not loss.ranked and loss.wins_lost is not None and loss.wins_lost > 0:
            # The same visits under another name, such as a channel of one source, stand once.
            visits = (loss.stage, loss.n, loss.advanced, loss.benchmark, loss.wins_lost)
            others.setdefault(visits, loss)
    losses = (*found.headlines, *others.values())
    if not losses:
        losses = tuple(
            loss for loss in found.tested if loss.is_of_all and loss.wins_lost is not None
        )
    return losses[:_MOST_LOSSES]
