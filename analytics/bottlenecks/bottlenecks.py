"""Bottlenecks: where customers are lost against a benchmark, how many, and how sure that is.

The largest drop is always at the top of the funnel and says nothing. A step of a segment is held
against what it was or could be, and the difference is expressed in customers a quarter, carried
through the absorbing chain of all moves (docs/counting.md, Bottlenecks). Only what is significant
is ranked: see `bottlenecks`.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial

import pandas as pd

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks import loss, visits
from analytics.bottlenecks.amounts import mean_amounts
from analytics.bottlenecks.loss import Loss
from analytics.bottlenecks.visits import Nesting, Outcomes, Window
from analytics.meanwhile import meanwhile
from analytics.scope import Scope
from analytics.view.scenario import Scenario
from analytics.view.view import View
from analytics.view.vocabulary import values

DIMENSIONS = ("team", "channel", "region", "source", "owner")
"""Where losses are looked for unless the view breaks down by something."""

MOST_SEGMENTS = 60
"""A dimension with more values is left out unless it is asked for."""


@dataclass(frozen=True)
class Bottlenecks:
    """What is lost where, in customers a quarter.

    losses    one per step × segment: the headlines first, at most one a transition, then what
              else is ranked, which overlaps with them; each by the lower limit of the loss
    windows   by stage, when the visits of now and before began
    outcomes  where all visits lead: the chain that losses are carried through
    currency  that of value_lost
    asked     the question behind the rates: visits that moved on in time
    nesting   which segments lie within others at a stage, by their visits of now
    """

    losses: tuple[Loss, ...]
    windows: tuple[Window, ...]
    outcomes: Outcomes
    currency: str
    asked: Asked
    nesting: Nesting = frozenset()

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The losses as a table, one row each; columns as in Loss.

        What of those that are headlines is lasting is asked here: nothing else is said of it.
        """
        return loss.rows([self._with_lasting(each) for each in self.losses])

    @property
    def first_day(self) -> date:
        """The first day of now, of whichever stage."""
        return min(window.first_day for window in self.windows)

    @property
    def last_day(self) -> date:
        """The last day of now, of whichever stage."""
        return max(window.last_day for window in self.windows)

    @property
    def before_first_day(self) -> date:
        """The first day of before, of whichever stage."""
        return min(window.before_first_day for window in self.windows)

    @property
    def held_against(self) -> str:
        """What losses are held against: what the view asks for, where there is any of it."""
        held = {loss.held_against for loss in self.losses}
        return next((each for each in ("target", "best") if each in held), "past")

    @property
    def headlines(self) -> tuple[Loss, ...]:
        """The ranking: one loss per transition, the surest large one first; may be empty."""
        return tuple(each for each in self.losses if each.headline)

    @property
    def tested(self) -> tuple[Loss, ...]:
        """The losses with enough visits to be tested."""
        return tuple(each for each in self.losses if not each.too_few)

    def window(self, stage: str) -> Window:
        """When the visits to a stage began that its losses count."""
        return next(window for window in self.windows if window.stage == stage)

    def is_within(self, loss: Loss, other: Loss) -> bool:
        """Whether nearly all visits of a loss are those of another one at the same stage."""
        if loss.stage != other.stage or (other.is_of_all and loss.is_of_all):
            return False
        own, around = (loss.dimension, loss.segment), (other.dimension, other.segment)
        return other.is_of_all or (loss.stage, own, around) in self.nesting

    def view_of(self, view: View, loss: Loss) -> View:
        """The view whose stays at the stage are the n visits of a loss."""
        return visits.view_of(view, self.window(loss.stage), loss.dimension, loss.segment)

    def _with_lasting(self, found: Loss) -> Loss:
        if not found.headline or found.held_against != "past":
            return found
        scope = self.asked.scope
        own = scope.at(visits.of_segment(scope.view, found.dimension, found.segment))
        before, now = visits.curves(own, self.window(found.stage))
        return replace(found, lasting=loss.lasting(found, self.outcomes, before, now))


def _decisive(view: View) -> View:
    """Of a scenario, losses only depend on what they are held against."""
    held = Scenario(benchmark=view.scenario.benchmark)
    if held.benchmark == "target":
        held = replace(held, targets=view.scenario.targets)
    return replace(of_visits(view), scenario=held)


@question(_decisive)
def bottlenecks(scope: Scope) -> Bottlenecks:
    """Which steps of which segments lose customers against the view's benchmark.

    By stages, whatever the view's level; by visits to a stage (see `visits`), within the view's
    filters and up to its `as_of`. Tried are all leads and each segment of the view's breakdown, or
    of all of DIMENSIONS. The benchmark is that of the view's scenario: the `past`, a segment's
    rate of the year before; the `best` quartile of the segments of the dimension now, after
    shrinkage, where there are three; a `target` by stage. Where there is none it is the past.

    Ranked is what has LEAST_VISITS (in its past as well), a q value below MOST_Q over all that were
    tested, and a loss whose lower limit is above zero.
    """
    windows = visits.windows(scope)
    dimensions = _dimensions(scope)
    led = meanwhile(partial(visits.outcomes, scope, windows))
    counts = visits.counts(scope, dimensions, windows)
    outcomes = led()
    within = meanwhile(partial(visits.nesting, scope, dimensions, windows))
    found = list(loss.compared(counts.rows, scope.view.scenario, outcomes, windows))
    found = loss.tested(loss.valued(found, outcomes))
    found = loss.headlined(loss.priced(found, mean_amounts(scope, dimensions) if found else {}))
    losses = loss.in_order(found, scope.generation.pipeline.slugs)
    currency = scope.generation.currency
    return Bottlenecks(losses, windows, outcomes, currency, counts.asked, within())


def _dimensions(scope: Scope) -> tuple[str, ...]:
    view, generation = scope.view, scope.generation
    if view.by is not None:
        return (view.by,)
    return tuple(
        name
        for name in DIMENSIONS
        if name in generation.dimensions
        and 2 <= len(values(generation, name)) <= MOST_SEGMENTS
        and len(view.values(name)) != 1  # one value is all leads once more
    )
