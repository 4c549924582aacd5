"""The trend is the funnel, bucket by bucket."""

import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel import funnel
from analytics.scope import Scope
from analytics.trend import trend, unit_for
from analytics.view import View
from tests.histories import SHORT, generation_of, histories, store_of, stores, views


@stores(12)
@given(st.data())
def test_every_bucket_is_the_funnel_of_its_days(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=2, max_size=2)):
            view = replace(drawn, by=None)
            rows = trend(view, generation)
            scope = Scope(view, generation)
            whole = funnel(view, generation)
            summed = rows.groupby("stage", sort=False)["reached"].sum()
            assert summed.tolist() == whole["reached"].tolist()
            starts = list(dict.fromkeys(rows["bucket"]))
            ends = [*starts[1:], pd.Timestamp(scope.days[1]) + timedelta(days=1)]
            assert starts[0].date() <= scope.known_days[0] < ends[0].date()
            for start, end in zip(starts, ends, strict=True):
                bucket = rows[rows["bucket"] == start]
                if not bucket["reached"].any() and start.day % 5:
                    continue  # Empty ones are asked now and then.
                days = view.during(
                    first=max(start.date(), scope.days[0]), last=end.date() - timedelta(days=1)
                )
                # Named periods and the end of the data hang on as_of, which stays.
                alone = funnel(days, generation)
                assert bucket["stage"].tolist() == alone["stage"].tolist()
                assert bucket["reached"].tolist() == alone["reached"].tolist()
                for name in ("of_first", "median_seconds"):
                    assert bucket[name].tolist() == pytest.approx(
                        alone[name].astype(float).tolist(), nan_ok=True
                    )


@pytest.mark.parametrize(
    ("days", "unit"), [(1, "day"), (31, "day"), (32, "week"), (190, "week"), (191, "month")]
)
def test_the_unit_follows_the_length(days: int, unit: str) -> None:
    first = date(2024, 1, 1)
    assert unit_for(first, first + timedelta(days=days - 1)) == unit


def test_buckets_are_days_weeks_and_months_of_the_store(tmp_path: Path) -> None:
    # 31 January, 18:00 UTC is 1 February there.
    rows = [{"lead_id": "x", "created_at": datetime(2024, 1, 31, 18)}]
    generation = store_of(tmp_path, rows, pipeline=SHORT, time_zone="Asia/Ho_Chi_Minh").generation()

    def first_bucket(first: date, last: date) -> str:
        rows = trend(View(period=None, first=first, last=last), generation)
        return str(rows.loc[rows["reached"] > 0, "bucket"].iat[0].date())

    assert first_bucket(date(2024, 1, 20), date(2024, 2, 10)) == "2024-02-01"
    assert first_bucket(date(2024, 1, 1), date(2024, 3, 30)) == "2024-01-29"
    assert first_bucket(date(2023, 1, 5), date(2024, 3, 30)) == "2024-02-01"


def test_an_endless_period_is_no_endless_chart(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}]).generation()
    rows = trend(View(period=None, last=date(2150, 12, 1)), generation)
    # Nothing is known of the time after as_of, not even that nobody came.
    assert rows["bucket"].max() <= pd.Timestamp("2024-01-01")
