"""The sample's world: its calendar, sources and rates, read from `world.toml`.

Times inside the sample are seconds since local midnight of the first day; `World.utc` turns them
into what a store holds. No clock is read anywhere.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]
Instants = npt.NDArray[np.datetime64]

DAY = 86_400
OFFICE_HOURS = (8 * 3600, 17 * 3600 + 1800)
WAKING_HOURS = (7 * 3600, 23 * 3600)
BURST = (0.42, 0.31, 0.19, 0.08)
"""How an event's leads fall on its first day and the days after it."""

_WORLD = Path(__file__).with_name("world.toml")
_SLACK_DAYS = 4000  # working days are known this far beyond the last day, for moves to be cut off


@dataclass(frozen=True)
class Campaign:
    """A campaign and the days (numbers since the first day) on which leads may come of it."""

    name: str
    weight: float
    first: int
    last: int


@dataclass(frozen=True)
class Source:
    """Where leads come from. `slug` None is the missing source; `cost` None is unknown.

    `reach`: the parts of its leads that finally become prospect, opportunity, customer. `consent`:
    the parts that agreed to be contacted, and that did not.
    """

    slug: str | None
    channel: str | None
    share: float
    reach: tuple[float, float, float]
    pace: float
    cost: float | None
    kind: str
    pattern: str
    office: bool
    junk: float
    duplicate: float
    invalid: float
    silent: float
    consent: tuple[float, float]
    spellings: tuple[str, ...]
    campaigns: tuple[Campaign, ...]
    surge: dict[str, Any] | None
    straight: dict[str, Any] | None


@dataclass(frozen=True)
class World:
    """All facts of `world.toml`; `facts` holds the tables that are used as they are."""

    facts: dict[str, Any]
    first_day: date
    last_day: date
    sources: tuple[Source, ...]

    @classmethod
    def read(cls, path: Path = _WORLD) -> "World":
        """The world a file describes."""
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        first_day, last_day = facts["first_day"], facts["last_day"]
        days = (last_day - first_day).days + 1
        sources = tuple(
            _source(facts["source_defaults"] | table, first_day, days) for table in facts["sources"]
        )
        return cls(facts, first_day, last_day, sources)

    @property
    def days(self) -> int:
        """How many days the history spans."""
        return (self.last_day - self.first_day).days + 1

    @property
    def end(self) -> int:
        """The last second that anything may happen in."""
        return self.days * DAY - 1

    def day(self, when: date) -> int:
        """The number of a day, the first being 0."""
        return (when - self.first_day).days

    def utc(self, seconds: Floats) -> Instants:
        """Local seconds as naive UTC instants, whole seconds, in the unit DuckDB keeps."""
        midnight = np.datetime64(self.first_day.isoformat(), "s")
        offset = int(self.facts["utc_offset_hours"]) * 3600
        whole = np.floor(seconds).astype(np.int64) - offset
        return (midnight + whole.astype("timedelta64[s]")).astype("datetime64[us]")

    def source_index(self, slug: str) -> int:
        """The position of a source in `sources`."""
        return [source.slug for source in self.sources].index(slug)

    @cached_property
    def season(self) -> Floats:
        """How busy each day is: growth, month, weekday, Tết."""
        calendar = self.facts["calendar"]
        dates = self._dates(self.days)
        number = np.arange(self.days, dtype=np.float64)
        busy = calendar["yearly_growth"] ** (number / 365)
        busy *= np.asarray(calendar["weekday"])[_weekday(dates)]
        busy *= np.asarray(calendar["month"])[dates.astype("datetime64[M]").astype(int) % 12]
        for first, last in calendar["tet"]:
            start, stop = self.day(first), self.day(last) + 1
            busy[start:stop] *= calendar["tet_volume"]
            busy[start - calendar["rush_days"] : start] *= calendar["rush_volume"]
            busy[stop : stop + calendar["calm_days"]] *= calendar["calm_volume"]
        return np.asarray(busy, dtype=np.float64)

    @cached_property
    def month_start(self) -> Ints:
        """For each day, the number of the first day of its month."""
        dates = self._dates(self.days)
        in_month = dates - dates.astype("datetime64[M]").astype("datetime64[D]")
        return np.asarray(np.arange(self.days) - in_month.astype(np.int64), dtype=np.int64)

    @cached_property
    def _next_working_day(self) -> Ints:
        """For each day, itself or the first working day after it."""
        calendar = self.facts["calendar"]
        dates = self._dates(self.days + _SLACK_DAYS)
        working = _weekday(dates) < 5
        for holiday in calendar["holidays"]:
            working[self.day(holiday)] = False
        for first, last in calendar["tet"]:
            working[self.day(first) : self.day(last) + 1] = False
        number = np.where(working, np.arange(len(dates)), len(dates))
        return np.asarray(np.minimum.accumulate(number[::-1])[::-1], dtype=np.int64)

    def to_office(self, seconds: Floats, rng: np.random.Generator) -> Floats:
        """Instants moved on, never back, into working hours of a working day."""
        opens, closes = OFFICE_HOURS
        day, of_day = np.divmod(np.minimum(seconds, (self.days + _SLACK_DAYS - 40) * DAY), DAY)
        index = (day + (of_day >= closes)).astype(np.int64)
        working = self._next_working_day[index]
        moved = (working != day) | (of_day < opens)
        fresh = rng.uniform(opens, closes - 60, len(seconds))
        return np.asarray(working * DAY + np.where(moved, fresh, of_day), dtype=np.float64)

    def to_waking(self, seconds: Floats, rng: np.random.Generator) -> Floats:
        """Instants at night moved on to the next morning."""
        opens, closes = WAKING_HOURS
        day, of_day = np.divmod(seconds, DAY)
        night = (of_day < opens) | (of_day >= closes)
        morning = rng.uniform(opens, opens + 3 * 3600, len(seconds))
        day = day + (of_day >= closes)
        return np.asarray(day * DAY + np.where(night, morning, of_day), dtype=np.float64)

    def _dates(self, days: int) -> Instants:
        return np.datetime64(self.first_day.isoformat(), "D") + np.arange(days)


def pick(rng: np.random.Generator, weights: Any, size: int) -> Ints:
    """Positions drawn with the given weights, which need not add up to one."""
    share = np.asarray(weights, dtype=np.float64)
    return rng.choice(len(share), size=size, p=share / share.sum()).astype(np.int64)


def words(values: Any) -> Words:
    """A list of texts (or None) as an array that can be indexed by an array."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


def blanked(values: Words | Flags, missing: Flags) -> Words:
    """The values, with None where they are missing."""
    kept = np.array(values, dtype=object)
    kept[missing] = None
    return kept


def _weekday(dates: Instants) -> Ints:
    """Monday 0 to Sunday 6; the epoch was a Thursday."""
    return np.asarray((dates.astype("datetime64[D]").astype(np.int64) + 3) % 7, dtype=np.int64)


def _source(table: dict[str, Any], first_day: date, days: int) -> Source:
    return Source(
        slug=table["slug"] or None,
        channel=table["channel"] or None,
        share=table["share"],
        reach=tuple(table["reach"]),
        pace=table["pace"],
        cost=table.get("cost"),
        kind=table["kind"],
        pattern=table["pattern"],
        office=table.get("office", False),
        junk=table["junk"],
        duplicate=table["duplicate"],
        invalid=table["invalid"],
        silent=table["silent"],
        consent=(table["consent"][0], table["consent"][1]),
        spellings=tuple(table["spellings"]),
        campaigns=tuple(
            _campaign(campaign, table["pattern"], first_day, days)
            for campaign in table.get("campaigns", ())
        ),
        surge=table.get("surge"),
        straight=table.get("straight"),
    )


def _campaign(table: dict[str, Any], pattern: str, first_day: date, days: int) -> Campaign:
    if "on" in table:
        first = (table["on"] - first_day).days
        last = first + (len(BURST) - 1 if pattern == "burst" else 0)
    else:
        first = (table["from"] - first_day).days if "from" in table else 0
        last = (table["to"] - first_day).days if "to" in table else days
    return Campaign(table["name"], table["weight"], first, last)
