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
