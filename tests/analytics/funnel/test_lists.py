"""The list behind a number has exactly that many rows: every answer, many histories and views."""

import tempfile
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.queues import queues
from analytics.bottlenecks.visits import view_of
from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.funnel.transition import transition
from analytics.funnel.trend import conversions, days_of
from analytics.scope import Scope
from analytics.sources import paths as path_answers
from analytics.sources.attribution import attribution
from analytics.sources.costs import costs, usable
from analytics.time_in_stage.time_in_stage import stays, time_in_stage
from analytics.time_in_stage.waiting import bands, waiting
from analytics.view.view import View, segment_value
from data.store import Generation
from tests.support.histories import generation_of, histories, stores, views


def one_segment(view: View, segment: object) -> View:
    """The view of a segment alone: what a click on it shows."""
    if view.by is None or not isinstance(segment, str):
        return view
    value = segment_value(segment)
    return replace(view.where(view.by, [value]), by=None)


def behind(view: View, generation: Generation) -> tuple[str, ...]:
    """The leads behind the number of a view."""
    return _listed(leads.narrowed(Scope(view, generation)))


@lru_cache(maxsize=1_000)
def _listed(scope: Scope) -> tuple[str, ...]:
    """Asked for once, however many numbers are theirs: that of a week is, at each of its steps."""
    found = tuple(leads(scope).rows["lead_id"])
    assert len(set(found)) == len(found)
    return found


def assert_funnel(view: View, generation: Generation) -> None:
    for row in funnel(Scope(view, generation)).rows.itertuples(index=False):
        own = replace(one_segment(view, row.segment), stage=row.stage)
        assert len(behind(own, generation)) == row.reached


def assert_stays(view: View, generation: Generation) -> None:
    for row in time_in_stage(Scope(view, generation)).rows.itertuples(index=False):
        listed = stays(Scope(one_segment(view, row.segment), generation), row.stage).rows
        ends = Counter(listed["outcome"])
        assert len(listed) == row.stays
        assert ends["open"] == row.open
        assert len(listed) - ends["open"] == row.completed
        assert (ends["lost"], ends["went_back"]) == (row.lost, row.went_back)


def assert_trend(view: View, generation: Generation) -> None:
    scope = Scope(view, generation)
    start, end = scope.days
    steps = [step.slug for step in scope.steps]
    for row in conversions(Scope(view, generation), unit="week").rows.itertuples(index=False):
        first, last = days_of(row.bucket, "week")
        part = one_segment(view, row.segment).during(first=max(first, start), last=min(last, end))
        entered = behind(replace(part, stage=steps[0]), generation)
        reached = behind(replace(part, stage=row.stage), generation)
        assert (len(entered), len(reached)) == (row.entered, row.reached)


def assert_waiting(view: View, generation: Generation) -> None:
    listed = waiting(Scope(replace(view, by=None), generation)).rows
    counted = bands(Scope(replace(view, by=None), generation)).rows
    assert counted["open"].sum() == len(listed)
    everyone = replace(view.during("all"), mode="cohort")
    assert queues(Scope(view, generation)).rows["open"].sum() == len(
        waiting(Scope(everyone, generation)).rows
    )
    assert counted["breached"].sum() == listed["breached"].sum()
    assert listed["lead_id"].is_unique


def assert_costs(view: View, generation: Generation) -> None:
    asked = replace(view, by="source", mode="cohort", level="group", stage=None)
    groups = {"prospects": "prospect", "opportunities": "opportunity", "customers": "customer"}
    for row in costs(Scope(asked, generation)).rows.to_dict("records"):
        part = one_segment(asked, row["segment"])
        assert len(behind(part, generation)) == row["leads"]
        assert len(usable(Scope(part, generation))) == row["usable"]
        for name, group in groups.items():
            if not pd.isna(row[name]):
                assert len(behind(replace(part, stage=group), generation)) == row[name]


def assert_credit(view: View, generation: Generation) -> None:
    """As many conversions as the milestone has leads; every model shares out all of them."""
    scope = Scope(view, generation)
    found = attribution(Scope(view, generation))
    listed = behind(replace(view, stage=transition(scope).end.slug), generation)
    assert len(listed) == found.conversions
    for credit in found.rows.groupby("model")["credit"].sum():
        assert abs(credit - len(listed)) <= 1e-9 * max(1, len(listed))


def assert_paths(view: View, generation: Generation) -> None:
    rows = path_answers.paths(Scope(view, generation), most=1_000).rows
    end = transition(Scope(view, generation)).end.slug
    came = behind(replace(view, stage=end), generation)
    assert rows["conversions"].sum() == len(came)
    # Both lists of the first path, and one of each of the next two, which are made alike.
    for place, row in enumerate(rows.head(3).itertuples(index=False)):
        if place in (0, 1):
            listed = path_answers.leads(Scope(view, generation), row.path)
            assert len(listed) == row.leads
            assert listed["lead_id"].is_unique
        if place in (0, 2):
            converted = path_answers.leads(Scope(view, generation), row.path, converted=True)
            assert len(converted) == row.conversions
            assert set(converted["lead_id"]) <= set(came)


def assert_losses(view: View, generation: Generation) -> None:
    found = bottlenecks(Scope(view, generation))
    for row in found.rows.iloc[::7].itertuples(index=False):  # there are many, all counted alike
        window = found.window(row.stage)
        if not window.days:
            assert row.n == 0
            continue
        own = view_of(view, window, row.dimension, row.segment)
        listed = stays(Scope(own, generation), window.stage).rows
        assert len(listed) == row.n
        on = listed["outcome"] == "advanced"
        assert (on & (listed["seconds"] <= window.horizon)).sum() == row.advanced


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
            assert_losses(view, generation)
            if not view.values("source"):
                assert_costs(view, generation)
            assert_paths(view, generation)
            assert_credit(view, generation)
