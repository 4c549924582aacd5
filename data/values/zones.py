"""Zones of time: what a header or a mapping says of them, and days and moments in one."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from data.connection import row

_ZONE_OF_HEADER = re.compile(
    r"(?i)(?:[(\[]\s*(?P<in>utc|gmt|z|ict|giờ việt nam)?\s*(?P<off>[+-]\d{1,2}(?::?\d{2})?)?"
    r"(?:\s*[,/-]?\s*[a-z_/ ]+)?\s*[)\]]|[\s_-](?P<last>utc|gmt))\s*$"
)


def offset_of_header(header: str) -> int | None:
    """The offset from Greenwich, in minutes, that a header gives for its times: `Created (GMT+7)`.

    None when it gives none.
    """
    found = _ZONE_OF_HEADER.search(header)
    if found is None or not (found["in"] or found["off"] or found["last"]):
        return None
    if found["off"]:
        sign = -1 if found["off"].startswith("-") else 1
        digits = found["off"][1:].replace(":", "")
        hours, minutes = (
            (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        )
        return sign * (60 * hours + minutes) if hours <= 14 and minutes < 60 else None
    return 420 if (found["in"] or "").casefold() in ("ict", "giờ việt nam") else 0


def without_zone(header: str) -> str:
    """A header without the zone that it gives for its times: `Created` of `Created (UTC)`."""
    found = _ZONE_OF_HEADER.search(header)
    if found is None or not (found["in"] or found["off"] or found["last"]):
        return header
    return header[: found.start()] or header


def local_day(instant_column: str) -> str:
    """The SQL expression of the day that an instant falls on in the zone `$zone`."""
    return f"cast(timezone($zone, timezone('UTC', {instant_column})) as date)"


@dataclass(frozen=True)
class Steady:
    """A span of local times in which a zone has one offset from Greenwich: no summer time."""

    since: datetime
    until: datetime
    seconds: int
    """East of Greenwich."""


def steady(con: duckdb.DuckDBPyConnection, zone: str, now: datetime) -> Steady | None:
    """The span up to now in which a zone has had one offset, if it is longer than a year.

    In it an instant is found by a sum. The engine's own way, which knows all zones at all times,
    takes ten times as long.
    """
    first, until = now - timedelta(days=_LOOKED_BACK), now + timedelta(days=2)
    # No zone has ever gone forward and back within a week.
    since, seconds = row(
        con,
        "with sampled as ("
        "select moment, epoch(timezone($zone, timezone('UTC', moment)) - moment) as seconds "
        "from range($first::timestamp, $until::timestamp, interval 1 day) as sampled(moment)) "
        "select coalesce(max(moment) filter (seconds <> last), $first::timestamp), any_value(last) "
        "from sampled cross join (select arg_max(seconds, moment) as last from sampled)",
        {"zone": zone, "first": first, "until": until},
    )
    since += timedelta(days=2)
    if now - since < timedelta(days=366):
        return None
    return Steady(since, now, int(seconds))


_LOOKED_BACK = 40 * 366


def in_utc(local: str, steady: Steady | None = None) -> str:
    """The SQL of the instant of a local time, given as SQL, in the zone `$zone`."""
    anywhere = f"timezone('UTC', timezone($zone, {local}))"
    if steady is None:
        return anywhere
    sum_ = f"{local} - interval '{steady.seconds:d} seconds'" if steady.seconds else local
    return (
        f"case when {local} between timestamp '{steady.since}' and timestamp '{steady.until}' "
        f"then {sum_} else {anywhere} end"
    )


def zone_exists(con: duckdb.DuckDBPyConnection, zone: str) -> bool:
    """Whether an IANA time zone of this name is known."""
    try:
        row(con, "select timezone($zone, timestamp '2024-01-01')::varchar", {"zone": zone})
    except duckdb.Error:
        return False
    return True


def utc(moment: datetime) -> datetime:
    """An aware moment as the naive UTC that the store keeps; a naive one is UTC already."""
    offset = moment.utcoffset()
    return moment if offset is None else (moment - offset).replace(tzinfo=None)
