"""The list behind a number has exactly that many rows: every answer, many histories and views."""

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel import funnel
from analytics.leads import leads
from analytics.scope import Scope
from analytics.stays import stays
from analytics.time_in_stage import time_in_stage
from analytics.trend import conversions, days_of
from analytics.view import View, segment_value
from analytics.waiting import bands, waiting
from data.store import Generation
from tests.histories import generation_of, histories, stores, views


def one_segment(view: View, segment: object) -> View:
    """The view of a segment alone: what a click on it shows."""
    if view.by is None or not isinstance(segment, str):
        return view
    value = segment_value(segment)
    return replace(view.where(view.by, [value]), by=None)


def assert_funnel(view: View, generation: Generation) -> None:
    for row in funnel(view, generation).itertuples(index=False):
        listed = leads(replace(one_segment(view, row.segment), stage=row.stage), generation)
        assert len(listed) == row.reached
        assert listed["lead_id"].is_unique


def assert_stays(view: View, generation: Generation) -> None:
    for row in time_in_stage(view, generation).itertuples(index=False):
        listed = stays(one_segment(view, row.segment), generation, row.stage)
        ends = Counter(listed["outcome"])
        assert len(listed) == row.stays
        assert ends["open"] == row.open
        assert len(listed) - ends["open"] == row.completed
        assert (ends["lost"], ends["went_back"]) == (row.lost, row.went_back)


def assert_trend(view: View, generation: Generation) -> None:
    scope = Scope(view, generation)
    start, end = scope.days
    steps = [step.slug for step in scope.steps]
    for row in conversions(view, generation, unit="week").itertuples(index=False):
        first, last = days_of(row.bucket, "week")
        part = one_segment(view, row.segment).during(first=max(first, start), last=min(last, end))
        entered = leads(replace(part, stage=steps[0]), generation)
        reached = leads(replace(part, stage=row.stage), generation)
        assert (len(entered), len(reached)) == (row.entered, row.reached)


def assert_waiting(view: View, generation: Generation) -> None:
    listed = waiting(replace(view, by=None), generation)
    counted = bands(replace(view, by=None), generation)
    assert counted["open"].sum() == len(listed)
    assert counted["breached"].sum() == listed["breached"].sum()
    assert listed["lead_id"].is_unique


@stores(12)
@given(st.data())
def test_every_count_has_its_list(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=3, max_size=3)):
            # A filter to the very dimension of the breakdown would be widened by a segment's own.
            both = drawn.by is not None and drawn.values(drawn.by)
            view = replace(drawn, by=None) if both else drawn
            assert_funnel(view, generation)
            assert_stays(view, generation)
            assert_trend(replace(view, stage=None), generation)
            assert_waiting(view, generation)
