"""The calendar: when a company works, by day of the week, hour, and its country's holidays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_COUNTRY = "VN"

_HOUR = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_KEYS = ("country", "working_days", "opens", "closes")
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
    def from_table(cls, table: Any) -> "Calendar":
        """The calendar of a parsed TOML table `calendar`; what it lacks is the default."""
        if not isinstance(table, dict):
            raise CalendarError("write it as a table: [calendar].")
        unknown = sorted(set(table) - set(_KEYS))
        if unknown:
            raise CalendarError(f"{unknown[0]!r} is not one of {', '.join(_KEYS)}.")
        fields: dict[str, Any] = {}
        if "country" in table:
            fields["country"] = _text(table, "country")
        if "working_days" in table:
            days = table["working_days"]
            if not isinstance(days, list) or not all(isinstance(day, str) for day in days):
                raise CalendarError(f"working_days: write a list, of {', '.join(WEEKDAYS)}.")
            fields["working_days"] = tuple(days)
        for key in ("opens", "closes"):
            if key in table:
                fields[key] = _minutes(key, _text(table, key))
        return cls(**fields)

    def to_toml(self) -> str:
        """The text of the table `[calendar]` that is read back to this calendar."""
        days = ", ".join(f'"{day}"' for day in self.working_days)
        return (
            f'[calendar]\ncountry = "{self.country}"\nworking_days = [{days}]\n'
            f'opens = "{hour(self.opens)}"\ncloses = "{hour(self.closes)}"\n'
        )

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


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise CalendarError(f"{key} = {value!r} must be a text in quotation marks.")
    return value


def _minutes(key: str, text: str) -> int:
    found = _HOUR.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else _MIDNIGHT + 1
    if minutes > _MIDNIGHT:
        raise CalendarError(f"{key} = {text!r} is not an hour such as '08:00' or '17:30'.")
    return minutes
