"""The calendar: when a company works, by day of the week, hour, and its country's holidays."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from data.toml import TomlError, TomlTable

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_COUNTRY = "VN"

_HOUR = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_MIDNIGHT = 24 * 60


class CalendarError(ValueError):
    """A calendar that cannot be used; the message says which key and why."""


@dataclass(frozen=True)
class Calendar:
    """The days and hours that count as working time, by the wall clock of the store's time zone.

    country: two letters of ISO 3166, whose public holidays are days off; '' for none.
    working_days: of WEEKDAYS, in their order. opens, closes: minutes after midnight, the same on
    every working day; 24 * 60 is the midnight at its end. Raises CalendarError.
    """

    country: str = DEFAULT_COUNTRY
    working_days: tuple[str, ...] = WEEKDAYS[:5]
    opens: int = 8 * 60
    closes: int = 17 * 60 + 30

    def __post_init__(self) -> None:
        if not self.working_days or not set(self.working_days) <= set(WEEKDAYS):
            raise CalendarError(f"working_days: write some of {', '.join(WEEKDAYS)}.")
        in_order = tuple(day for day in WEEKDAYS if day in self.working_days)
        object.__setattr__(self, "working_days", in_order)
        if not 0 <= self.opens < self.closes <= _MIDNIGHT:
            raise CalendarError("opens must be before closes, and both within one day.")
        # The default is known to be there: asking costs a slow import.
        if self.country not in ("", DEFAULT_COUNTRY) and not _has_holidays(self.country):
            raise CalendarError(
                f"country: no holidays are known for {self.country!r}; write its two capital "
                f'letters, such as "{DEFAULT_COUNTRY}", or "" for no holidays.'
            )

    @classmethod
    def from_table(cls, table: TomlTable) -> "Calendar":
        """The calendar of the table [calendar]; what it lacks is the default. Raises TomlError."""
        table.has_only("country", "working_days", "opens", "closes")
        given: dict[str, Any] = {}
        if "country" in table:
            given["country"] = table.text("country")
        if "working_days" in table:
            given["working_days"] = table.list_of_texts("working_days", '["mon", "tue"]')
        for key in ("opens", "closes"):
            if key in table:
                given[key] = _minutes(table, key)
        try:
            return cls(**given)
        except CalendarError as error:
            raise TomlError(f"[{table.where}]: {error}") from error

    def to_table(self) -> dict[str, Any]:
        """The table [calendar] that `from_table` reads back to this calendar."""
        return {
            "country": self.country,
            "working_days": list(self.working_days),
            "opens": hour(self.opens),
            "closes": hour(self.closes),
        }

    @property
    def day_seconds(self) -> int:
        """How long a working day is."""
        return (self.closes - self.opens) * 60

    def days(self, first: date, last: date) -> list[date]:
        """The working days from first to last, both included."""
        off = holidays(self.country, first.year, last.year)
        weekdays = {WEEKDAYS.index(day) for day in self.working_days}
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in every if day.weekday() in weekdays and day not in off]


@lru_cache(maxsize=64)
def holidays(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """The public holidays of a country in some years; none of the country ''."""
    if not country:
        return frozenset()
    # Here, because it is slow to import and most stores are never asked for working time.
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=range(first_year, last_year + 1)))


def hour(minutes: int) -> str:
    """Minutes after midnight as the hour on a clock: '17:30'."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@lru_cache(maxsize=64)
def _has_holidays(country: str) -> bool:
    if not _COUNTRY.fullmatch(country):
        return False
    from holidays import list_supported_countries

    return country in list_supported_countries(include_aliases=False)


def _minutes(table: TomlTable, key: str) -> int:
    text = table.required_text(key)
    found = _HOUR.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else _MIDNIGHT + 1
    if minutes > _MIDNIGHT:
        raise TomlError(f"{table.path(key)}: {text!r} is not an hour such as '08:00' or '17:30'")
    return minutes
