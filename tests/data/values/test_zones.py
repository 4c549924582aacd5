"""Zones: which there are, what a header says of one, and moments without one."""

from datetime import datetime, timedelta, timezone

import duckdb
import pytest

from data.values import zones


def test_aware_moments_become_naive_utc() -> None:
    aware = datetime(2024, 3, 1, 7, tzinfo=timezone(timedelta(hours=7)))
    assert zones.utc(aware) == datetime(2024, 3, 1)
    assert zones.utc(datetime(2024, 3, 1)) == datetime(2024, 3, 1)


def test_zones() -> None:
    with duckdb.connect() as con:
        assert zones.zone_exists(con, "America/Sao_Paulo")
        assert not zones.zone_exists(con, "Mars/Olympus")


@pytest.mark.parametrize(
    ("header", "minutes"),
    [
        ("Created (UTC)", 0),
        ("created_at_utc", 0),
        ("Created (GMT+7)", 420),
        ("Time [UTC-03:30]", -210),
        ("Ngày (giờ Việt Nam)", 420),
        ("Created (GMT+7, Asia/Ho_Chi_Minh)", 420),
        ("Amount (VND)", None),
        ("Date", None),
    ],
    ids="utc suffix gmt minutes vietnam zone-too currency none".split(),
)
def test_a_header_may_give_the_zone(header: str, minutes: int | None) -> None:
    assert zones.offset_of_header(header) == minutes


NOW = datetime(2026, 6, 1)


@pytest.mark.parametrize(
    ("zone", "seconds", "since"),
    [
        ("UTC", 0, None),
        ("Asia/Ho_Chi_Minh", 7 * 3600, None),
        ("Asia/Kathmandu", 20_700, None),
        ("America/Sao_Paulo", -3 * 3600, datetime(2019, 2, 17)),
    ],
    ids="utc vietnam quarter-hour no-more-summer-time".split(),
)
def test_a_zone_of_one_offset_is_steady(zone: str, seconds: int, since: datetime | None) -> None:
    with duckdb.connect() as con:
        found = zones.steady(con, zone, NOW)
        assert found is not None
        assert (found.seconds, found.until) == (seconds, NOW)
        if since:
            assert since < found.since <= since + timedelta(days=3)
        # At every hour of sixty years the short way says what the engine's own one says.
        different = con.execute(
            f"select count(*) from (select {zones.in_utc('local', found)} as short, "
            f"{zones.in_utc('local')} as long from range(timestamp '1970-01-01', "
            "timestamp '2030-01-01', interval 1 hour) as hours(local)) where short <> long",
            {"zone": zone},
        ).fetchone()
        assert different == (0,)


def test_a_zone_with_summer_time_is_not() -> None:
    with duckdb.connect() as con:
        assert zones.steady(con, "Europe/Berlin", NOW) is None
