"""The scope: a view bound to a generation, with its days, and the questions asked over it.

Every question starts from the CTE `scope`, one of the selects of `analytics.selects`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from textwrap import indent
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from analytics.selects import Selects
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.periods import (
    DAY,
    named_period,
    previous_period,
    settled_quarter,
    whole_period,
    year_before,
)
from analytics.view.view import View, segment_text
from analytics.view.vocabulary import last_entry, level_of
from analytics.worths import BESIDE
from data.pipeline import Step
from data.store import Generation

# The texts of answers are Python's own: of the few rows that an answer has it takes longer to make
# Arrow's of them, and Python's of these again wherever one is read, than all that is asked of them.
pd.set_option("mode.string_storage", "python")

_HERE = Path(__file__).parent
# Earlier and later days are taken for these: instants cannot be computed much further out.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Scope:
    """A view on a generation: `view` must fit it (see `analytics.view.vocabulary`).

    Of a pipeline with one group it is always at the level of stages (see `level_of`).

    dimensions: asked about all at once, beside the view's breakdown. Unless they are None, the CTE
        has one more column, `parts`, the list of a row's values in their order, null for a missing
        one, and each of them as a column too: `part_1` and so on, after `part_0`, which is null and
        stands for all rows. A question groups by `columns('^part_')`, as that costs a tenth of
        grouping by lists, and takes them apart with `unnest([*columns('^part_')])` after that.

    Raises:
        KeyError: on asking, for a dimension that the generation does not have.
    """

    view: View
    generation: Generation
    dimensions: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        level = level_of(self.view, self.generation)
        if level != self.view.level:
            object.__setattr__(self, "view", replace(self.view, level=level))

    def at(self, view: View) -> "Scope":
        """Another view of the same generation."""
        return replace(self, view=view)

    def frozen_view(self) -> View:
        """The same view with days, as-of and generation written out: it never changes again."""
        first, last = self.days
        # An instant, not a day: the end of the data is rarely the end of a day.
        cut = self.as_of.replace(tzinfo=UTC)
        held = self.generation
        # A quarter that is still running keeps its name, by which it is compared with part of the
        # one before: with the as-of held, its days are.
        named = self.view.period is not None and self.is_running
        dated = self.view if named else self.view.during(first=first, last=last)
        return replace(dated, as_of=cut, data=held.number, data_id=held.id)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The funnel's steps at the view's level, in order."""
        return self.generation.pipeline.steps(self.view.level)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that decides what a day is."""
        return ZoneInfo(self.generation.time_zone)

    @cached_property
    def as_of(self) -> datetime:
        """The last known instant, naive UTC: never later than the data's last event."""
        cut = self.view.as_of
        last = self.generation.last_event
        if cut is None:
            return last
        if isinstance(cut, datetime):
            earliest = datetime.combine(_FIRST_DAY, time())
            return max(earliest, min(cut.replace(tzinfo=None), last))
        return min(self._starts(_bounded(cut) + DAY) - timedelta(microseconds=1), last)

    def day(self, instant: datetime) -> date:
        """The day of an instant in the store's calendar. One without a zone is UTC, as stored."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return aware.astimezone(self.zone).date()

    @cached_property
    def days(self) -> tuple[date, date]:
        """The first and last day of the period in the store's calendar, both included.

        Named periods count from the day of `as_of`; open ends are those of the data.
        """
        today = self.day(self.as_of)
        start = self.day(self.generation.first_event)
        view = self.view
        if self.is_whole:
            return min(start, today), today
        if view.period == DEFAULT_PERIOD:
            first, last = self._settled_quarter
        elif view.period is not None:
            first, last = named_period(view.period, today)
        else:
            first = view.first or min(start, view.last or start)
            last = view.last or max(today, view.first or today)
        return _bounded(first), _bounded(last)

    @cached_property
    def known_days(self) -> tuple[date, date]:
        """The days of the period that can have data; one day when there are none."""
        first, last = self.days
        first = max(first, min(self.day(self.generation.first_event), last))
        return first, max(first, min(last, self.day(self.as_of)))

    @cached_property
    def whole_days(self) -> tuple[date, date]:
        """The first and last day of the period as it will be once it is over.

        Of a week, month, quarter or year that still runs `days` end today; these do not.
        """
        first, last = self.days
        if self.view.period is not None and self.view.period.startswith("this-"):
            return whole_period(self.view.period, first)
        return first, last

    @cached_property
    def is_running(self) -> bool:
        """Whether the period has begun by `as_of`, and days of it are still to come."""
        first, last = self.whole_days
        return first <= self.day(self.as_of) < last

    @cached_property
    def is_whole(self) -> bool:
        """Whether the period leaves nothing out, so that there is no period before it."""
        period = self.view.period
        if period != DEFAULT_PERIOD:
            return period == "all"
        # Data that does not reach back to the start of that quarter is shown as a whole.
        first, _last = self._settled_quarter
        return first < self.day(self.generation.first_event)

    @cached_property
    def _settled_quarter(self) -> tuple[date, date]:
        """The last full quarter in which leads can have entered: histories go on after entries."""
        return settled_quarter(self.day(min(self.as_of, last_entry(self.generation))))

    @cached_property
    def whole_days_before(self) -> tuple[date, date] | None:
        """All days of the period that the view compares with; None where there is none.

        While the view's own period runs, `earlier` is a part of it.
        """
        if self.view.compare == "none" or self.is_whole:
            return None
        first, last = self.whole_days
        if self.view.compare == "last-year":
            return year_before(first), year_before(last)
        return previous_period(first, last)

    def earlier(self) -> "Scope | None":
        """The scope to compare with, at equal maturity: its `as_of` is as far back as its period.

        A period that is still running is compared with as many days of the one before, from its
        first day on. None when the view compares with nothing, or when its period is all of the
        data.
        """
        before = self.whole_days_before
        if before is None:
            return None
        first, last = self.whole_days
        if self.is_running:
            back = first - before[0]
            before = before[0], min(self.day(self.as_of) - back, before[1])
        else:
            back = last - before[1]
        cut = self.as_of - back
        view = replace(
            self.view.during(first=before[0], last=before[1]),
            as_of=cut.replace(tzinfo=UTC),
            compare="none",
        )
        return Scope(view, self.generation, self.dimensions)

    @cached_property
    def selects(self) -> Selects:
        """What counts, as SQL."""
        return Selects(self.view, self.generation, self.as_of, self.dimensions)

    @property
    def day_seconds(self) -> int:
        """The seconds of `stays` that make a day: of the clock, or of work when that is counted."""
        clock = self.selects.clock
        return 86_400 if clock is None else clock.calendar.day_seconds

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """Everything the scope binds, by name."""
        first, last = self.days
        return {
            "period_start": self._starts(first),
            "period_end": self._starts(last + DAY),
            "time_zone": self.generation.time_zone,
            **self.selects.parameters,
        }

    def ask(self, question: str, *, of: str = "reaches", **parameters: Any) -> pd.DataFrame:
        """The rows of a question, `funnel/trend` being `analytics/funnel/sql/trend.sql`.

        It is asked over this scope `of` the reaches, the wins or the stays, with `parameters` bound
        beside the scope's own.
        """
        text = self.text(question, of=of)
        return self.with_segments(self.generation.query(text, self.parameters | parameters))

    def with_segments(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of a question's SQL, their segments as texts when there is a breakdown."""
        if self.view.by is not None and "segment" in rows:
            # On the few rows of an answer rather than on all that are scanned.
            rows["segment"] = [
                segment_text(value if isinstance(value, str) else None)
                for value in rows["segment"].astype(object)
            ]
        return rows

    def text(
        self, question: str, *, of: str = "reaches", beside: Mapping[str, str] | None = None
    ) -> str:
        """The whole SQL of a question: the scope, the selects beside it, then the file."""
        header, query = parts_of(question)
        worth = {
            name: select
            for name, select in BESIDE.items()
            if re.search(rf"\b(from|join) {name}\b", query)
        }
        selects = {"scope": str(getattr(self.selects, of)), **worth, **(beside or {})}
        ctes = "\n".join(
            f"{name} as (\n{indent(select, '    ')}\n)," for name, select in selects.items()
        )
        return f"{header}\nwith {ctes}\n{query}"

    def _starts(self, day: date) -> datetime:
        """The instant a day begins in the store's zone, naive UTC."""
        midnight = datetime.combine(day, time(), self.zone)
        return midnight.astimezone(UTC).replace(tzinfo=None)


def parts_of(question: str) -> tuple[str, str]:
    """The header of the SQL of a question, named as in `Scope.ask`, and what follows its `with`."""
    header, _, query = written(question).partition("\nwith ")
    return header, query


@cache
def written(question: str) -> str:
    """The text of a question's file, named as in `Scope.ask`."""
    noun, _, name = question.partition("/")
    return (_HERE / noun / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _bounded(day: date) -> date:
    return max(_FIRST_DAY, min(day, _LAST_DAY))
