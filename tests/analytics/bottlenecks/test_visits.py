"""Visits are counted by their definitions, and the chain is theirs."""

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.bottlenecks import visits
from analytics.bottlenecks.visits import LEAST_HORIZON, QUARTER, YEAR, moving_on
from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import History, generation_of, histories, stores, views
from tests.support.reference import Reference, value_of

DAY = timedelta(days=1)

shares = st.floats(0, 1)


@dataclass(frozen=True)
class Visit:
    """A visit to a stage as known at as_of; `left` and `rank` of the next are None while open."""

    lead: dict[str, Any]
    number: int
    stage: str
    entered: datetime
    left: datetime | None
    moved_on: bool


def seen(reference: Reference) -> list[Visit]:
    """Every visit of every lead that the filters let through, to a stage before the last."""
    slugs = reference.history.pipeline.slugs
    found = []
    for lead in reference.history.leads:
        if not all(value_of(lead, name) in values for name, values in reference.view.filters):
            continue
        path = reference.visits(lead)
        before: list[str] = []
        for place, visit in enumerate(path):
            if visit.stage in slugs[:-1]:
                after = path[place + 1] if place + 1 < len(path) else None
                found.append(
                    Visit(
                        dict(lead),
                        before.count(visit.stage),
                        visit.stage,
                        visit.at,
                        after.at if after else None,
                        after is not None
                        and after.stage in slugs
                        and slugs.index(after.stage) > slugs.index(visit.stage),
                    )
                )
            before.append(visit.stage)
    return found


def horizon_of(found: list[Visit], stage: str) -> float:
    taken = [
        (visit.left - visit.entered) / timedelta(seconds=1)
        for visit in found
        if visit.stage == stage and visit.moved_on and visit.left
    ]
    return max(LEAST_HORIZON, float(np.quantile(taken, 0.9)) if taken else 0.0)


def in_segment(visit: Visit, dimension: object, segment: object) -> bool:
    if not isinstance(dimension, str):
        return True
    value = value_of(visit.lead, dimension)
    text = "~" if value is None else f"~{value}" if value.startswith("~") else value
    return text == segment


@stores(12)
@given(st.data())
def test_visits_are_counted_as_told(data: st.DataObject) -> None:
    history: History = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for _ in range(3):
            view = data.draw(views(history))
            reference = Reference(history, view)
            found = seen(reference)
            within = visits.windows(Scope(view, generation))
            for window in within:
                assert window.horizon == pytest.approx(horizon_of(found, window.stage))
                assert_window(view, generation, reference, window)
            dimensions = ("source", "region")
            rows = visits.counts(Scope(view, generation), dimensions, within).rows
            assert not rows.duplicated(["dimension", "segment", "stage"]).any()
            for row in rows.itertuples(index=False):
                window = next(window for window in within if window.stage == row.stage)
                mine = [v for v in found if in_segment(v, row.dimension, row.segment)]
                assert_cell(row, [v for v in mine if v.stage == row.stage], window, reference)
            whole = rows[rows["dimension"].isna()]
            for dimension in dimensions:
                parts = rows[rows["dimension"] == dimension].groupby("stage")
                for name in ("n", "advanced", "later", "entered", "before_n", "before_advanced"):
                    both = whole.set_index("stage")[name].to_dict()
                    assert parts[name].sum().to_dict() == both


def assert_window(
    view: View, generation: Generation, reference: Reference, window: visits.Window
) -> None:
    """Now ends with the last day that had the horizon whole, and is a quarter, or the period."""
    mature = reference.as_of - timedelta(seconds=window.horizon)
    assert reference.day(mature) > window.last_day
    if view.period == "all":
        assert window.days == QUARTER
        assert reference.day(mature - DAY) <= window.last_day + DAY
    assert window.before_first_day == window.first_day - YEAR * DAY
    assert window.before_last_day < window.first_day


def assert_cell(row: Any, mine: list[Visit], window: visits.Window, reference: Reference) -> None:
    horizon = timedelta(seconds=window.horizon)
    for prefix, first, last in (
        ("", window.first_day, window.last_day),
        ("before_", window.before_first_day, window.before_last_day),
    ):
        here = [v for v in mine if first <= reference.day(v.entered) <= last]
        assert getattr(row, f"{prefix}n") == len(here)
        on = [v.left - v.entered for v in here if v.moved_on and v.left]
        assert getattr(row, f"{prefix}advanced") == sum(taken <= horizon for taken in on)
        assert getattr(row, f"{prefix}later") == sum(taken > horizon for taken in on)
        # All of them had the horizon.
        assert all(v.entered + horizon <= reference.as_of for v in here)
        if not prefix:
            assert row.entered == sum(v.number == 0 for v in here)


@stores(6)
@given(st.data())
def test_the_chain_is_that_of_the_visits(data: st.DataObject) -> None:
    """Of the visits that ended before the last was lost from sight, the shares are plain counts."""
    history: History = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        view = View()
        found = seen(Reference(history, view))
        within = visits.windows(Scope(view, generation))
        outcomes = visits.outcomes(Scope(view, generation), within)
        for place, window in enumerate(within):
            here = [
                v
                for v in found
                if v.stage == window.stage
                and window.before_first_day <= v.entered.date() <= window.last_day
            ]
            if history.time_zone != "UTC" or any(v.left is None for v in here):
                continue
            if not here:
                assert np.isnan(outcomes.chain.wins[place])
                continue
            on = sum(v.moved_on for v in here) / len(here)
            advancing = outcomes.chain.moves[place, place + 1 :].sum() + outcomes.chain.wins[place]
            assert advancing == pytest.approx(on)
            assert outcomes.ends[place].sum() == len(here)


# The chain when a rate is another.


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    stages = draw(st.integers(2, 5))
    whole = np.zeros((stages, stages + 1))
    for row in range(stages):
        drawn = np.array(draw(st.lists(st.integers(0, 9), min_size=stages + 2, max_size=None)))
        drawn = drawn[: stages + 2].astype(float)
        drawn[row] = 0
        drawn[-1] += 1  # somebody is always lost
        whole[row] = (drawn / drawn.sum())[:-1]
    return Chain(whole[:, :-1], whole[:, -1])


@given(chains(), st.data(), st.lists(shares, min_size=1, max_size=4))
def test_a_rate_replaces_its_row_alone(
    chain: Chain, data: st.DataObject, rates: list[float]
) -> None:
    stages = chain.wins.shape[0]
    stage = data.draw(st.integers(0, stages - 1))
    tried = moving_on(chain, stage, np.array(rates))
    assert tried.moves.shape == (len(rates), stages, stages)
    for scenario, rate in enumerate(rates):
        row = np.append(tried.moves[scenario, stage], tried.wins[scenario, stage])
        before = np.append(chain.moves[stage], chain.wins[stage])
        on, on_before = row[stage + 1 :], before[stage + 1 :]
        assert on.sum() == pytest.approx(rate)
        if on_before.sum() > 0:
            assert on * on_before.sum() == pytest.approx(on_before * rate)
        else:
            assert on[0] == pytest.approx(rate)
        back, back_before = row[:stage].sum(), before[:stage].sum()
        assert back == pytest.approx(min(back_before, 1 - rate))
        others = np.delete(np.arange(stages), stage)
        assert (tried.moves[scenario, others] == chain.moves[others]).all()
    # A better rate never wins fewer, as long as it takes from the lost alone: who goes back may
    # have better chances than who goes on into a dead end.
    spare = 1 - chain.moves[stage, :stage].sum()
    order = [place for place in np.argsort(rates) if rates[place] <= spare]
    assert (np.diff(tried.win[order, stage]) >= -1e-12).all()


def test_resamples_keep_their_axis() -> None:
    """One rate for many chains, and a rate for each, both by the last two axes alone."""
    one = Chain(np.array([[0.0, 0.5], [0.1, 0.0]]), np.array([0.0, 0.4]))
    many = Chain(np.stack([one.moves] * 3), np.stack([one.wins] * 3))
    assert moving_on(many, 1, np.array(0.6)).win.shape == (3, 2)
    each = moving_on(many, 1, np.array([0.2, 0.4, 0.6]))
    assert each.wins[:, 1].tolist() == pytest.approx([0.2, 0.4, 0.6])
