"""Zones of time: what a header or a mapping says of them, and days and moments in one."""

import re
from datetime import datetime

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
