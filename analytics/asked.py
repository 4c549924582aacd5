"""A question as it was asked, the answer that brings it, and what of a view decides the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import pandas as pd

from analytics.runnable import runnable
from analytics.scope import Scope
from analytics.view.attribution_rules import Credit
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.scenario import Scenario
from analytics.view.view import View

_VIEWS = 64
"""Of so many views a question remembers the part that decides: a page whose answers are all kept
would spend more time on finding it than on anything else."""

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Asked:
    """A question as it was asked: over which scope, by which SQL file, with which values bound.

    file: the SQL, named as in Scope.ask.
    of: which part of the scope it is of: `reaches`, those that are `timed` or `untimed`, `wins`,
        `stays`, `handovers` or `ends`.
    parameters: what is bound beside the scope's own values, by name.
    beside: selects by name that the SQL reads beside the scope.
    """

    scope: Scope
    file: str
    of: str = "reaches"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> pd.DataFrame:
        """The rows of the SQL."""
        found = self.scope.generation.query(self.text, self._bound)
        return self.scope.with_segments(found)

    def sql(self) -> str:
        """The same SQL to take away: its values written in, to run in a DuckDB shell."""
        return runnable(self.text, self._bound, self.scope.generation.number)

    @property
    def text(self) -> str:
        """The whole SQL, its values not in it."""
        return self.scope.text(self.file, of=self.of, beside=self.beside)

    @property
    def _bound(self) -> dict[str, Any]:
        return {**self.scope.parameters, **self.parameters}


@dataclass(frozen=True)
class Answer:
    """Rows, and the question as it was asked of the store."""

    rows: pd.DataFrame
    asked: Asked


class Question(Generic[P, R_co]):
    """A function that answers for a scope, and the part of a view that decides its answer.

    It is only ever given that part, so that scopes equal in it share one answer.
    """

    __name__: str

    def __init__(
        self, ask: Callable[Concatenate[Scope, P], R_co], part: Callable[[View], View], kept: int
    ) -> None:
        update_wrapper(self, ask)
        self._ask = ask
        self._narrowed = lru_cache(maxsize=_VIEWS)(partial(_decisive, part))
        if kept:
            self._ask = lru_cache(maxsize=kept)(ask)
            _KEPT.append(self._ask)

    def __call__(self, scope: Scope, /, *about: P.args, **more: P.kwargs) -> R_co:
        """The answer for a scope."""
        return self._ask(self.narrowed(scope), *about, **more)

    def narrowed(self, scope: Scope) -> Scope:
        """The scope of all views with this answer."""
        return scope.at(self._narrowed(scope.view))


def _decisive(part: Callable[[View], View], view: View) -> View:
    """The part of a view, without all that decides no answer."""
    return replace(
        part(view),
        tab=None,
        lead=None,
        place=None,
        list_page=1,
        coloured="first",
        lang="vi",
        data=None,
    )


def question(
    part: Callable[[View], View], *, kept: int = 0
) -> Callable[[Callable[Concatenate[Scope, P], R_co]], Question[P, R_co]]:
    """Makes a function of a scope a Question that `part` of the view decides.

    kept: how many of its answers are kept, those used last. For small answers that many other
        questions need and few views differ in; a generation never changes, and so they do not.
        Nobody writes into them.
    """

    def made(ask: Callable[Concatenate[Scope, P], R_co]) -> Question[P, R_co]:
        return Question(ask, part, kept)

    return made


def forget() -> None:
    """Drops all answers that questions have kept, and what else is kept for them."""
    for ask in _KEPT:
        ask.cache_clear()
    for drop in _DROPPED_TOO:
        drop()


def also_forget(drop: Callable[[], None]) -> None:
    """Has what is kept for questions be dropped with their answers."""
    _DROPPED_TOO.append(drop)


_KEPT: list[Any] = []
_DROPPED_TOO: list[Callable[[], None]] = []


# --- parts of a view --------------------------------------------------------------------------


def of_periods(view: View) -> View:
    """All of a view but the rules of attribution, the scenario, what a call costs and silence."""
    return replace(view, credit=Credit(), scenario=Scenario(), call_cost=None, taken_after=None)


def of_leads(view: View) -> View:
    """What decides answers about leads of one period, not compared with another."""
    return replace(of_periods(view), compare="none")


def of_cohorts(view: View) -> View:
    """What decides answers about leads that entered in the period, whatever the mode."""
    return replace(of_leads(view), mode="cohort")


def of_stays(view: View) -> View:
    """What decides answers about stays: neither the level nor how steps are reached."""
    return replace(of_leads(view), level="stage", skipped="passed", window=None, stage=None)


def of_visits(view: View) -> View:
    """What decides answers about visits: the days, the filters and the breakdown.

    Where the view names no days of its own they are the latest of all the data.
    """
    if view.period == DEFAULT_PERIOD:
        view = view.during("all")
    return replace(of_stays(view), mode="cohort", clock="calendar")
