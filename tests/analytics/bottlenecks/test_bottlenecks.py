"""Losses are counted as told, held against what is asked for, and only what is sure is ranked."""

import json
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.bottlenecks import visits as bottlenecks_visits
from analytics.bottlenecks.bottlenecks import (
    COLUMNS,
    COURSE_COLUMNS,
    Bottlenecks,
    bottlenecks,
    course,
    visits,
)
from analytics.bottlenecks.visits import LEAST_HORIZON, QUARTER, YEAR, moving_on
from analytics.export import to_records
from analytics.scope import Scope
from analytics.stats import shrinkage
from analytics.stats.absorbing_chain import Chain
from analytics.stats.intervals import newcombe, wilson
from analytics.stats.significance import LARGE, benjamini_hochberg, lower, lower_than
from analytics.view.scenario import Scenario
from analytics.view.view import View
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.store import Generation, Store
from tests import planted
from tests.support.histories import (
    SHORT,
    History,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference, value_of

MAPPINGS = Path(__file__).parents[2] / "mappings"
START = datetime(2024, 1, 1)
DAY = timedelta(days=1)

shares = st.floats(0, 1)
counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# Counting, against the definitions.


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
            within = bottlenecks_visits.windows(Scope(view, generation))
            for window in within:
                assert window.horizon == pytest.approx(horizon_of(found, window.stage))
                assert_window(view, generation, reference, window)
            dimensions = ("source", "region")
            rows = bottlenecks_visits.cells(Scope(view, generation), dimensions, within)
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
    view: View, generation: Generation, reference: Reference, window: bottlenecks_visits.Window
) -> None:
    """Now ends with the last day that had the horizon whole, and is a quarter, or the period."""
    ripe = reference.as_of - timedelta(seconds=window.horizon)
    assert reference.day(ripe) > window.last_day
    if view.period == "all":
        assert window.days == QUARTER
        assert reference.day(ripe - DAY) <= window.last_day + DAY
    assert window.before_first_day == window.first_day - YEAR * DAY
    assert window.before_last_day < window.first_day


def assert_cell(
    row: Any, mine: list[Visit], window: bottlenecks_visits.Window, reference: Reference
) -> None:
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
        within = bottlenecks_visits.windows(Scope(view, generation))
        chain = bottlenecks_visits.chain_of(Scope(view, generation), within)
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
                assert np.isnan(chain.advancing[place])
                continue
            on = sum(v.moved_on for v in here) / len(here)
            assert chain.advancing[place] == pytest.approx(on)
            assert chain.ends[place].sum() == len(here)


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


# The tests behind the gate.


@given(counts, counts)
def test_lower_is_one_sided(one: tuple[int, int], other: tuple[int, int]) -> None:
    (x, n), (y, m) = one, other
    found = lower(x, n, y, m)
    total, everyone = x + y, n + m
    if min(n, m) * min(total, everyone - total) < 5 * everyone:
        _, expected = stats.fisher_exact([[x, n - x], [y, m - y]], alternative="less")
    else:
        pooled = total / everyone
        error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        expected = stats.norm.cdf((x / n - y / m) / error)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(counts, st.floats(0.01, 0.99))
def test_lower_than_is_binomial(count: tuple[int, int], rate: float) -> None:
    successes, n = count
    expected = stats.binom.cdf(successes, n, rate)
    assert lower_than(successes, n, rate) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_lower_than_at_the_edges() -> None:
    assert lower_than(0, 10, 0.0) == 1
    assert lower_than(9, 10, 1.0) == 0
    assert lower_than(10, 10, 1.0) == 1
    many = LARGE + 1
    assert lower_than(many // 2 - 100, many, 0.5) == pytest.approx(
        stats.binom.cdf(many // 2 - 100, many, 0.5), rel=0.05
    )


def test_shrinkage_finds_the_spread() -> None:
    random = np.random.default_rng(1)
    n = random.integers(20, 400, 400)
    x = random.binomial(n, random.beta(8, 12, 400))
    a, b = shrinkage.fit(x.tolist(), n.tolist())
    assert a / (a + b) == pytest.approx(0.4, abs=0.02)
    assert a + b == pytest.approx(20, rel=0.25)
    rates = shrinkage.shrunk(x.tolist(), n.tolist())
    # Nearer to the common rate than the raw ones, the more the fewer leads there are.
    assert (np.abs(rates - a / (a + b)) <= np.abs(x / n - a / (a + b)) + 1e-12).all()


@given(st.lists(counts, min_size=1, max_size=12))
def test_shrinkage_stays_between(drawn: list[tuple[int, int]]) -> None:
    x, n = [list(part) for part in zip(*drawn, strict=True)]
    raw, common = np.array(x) / np.array(n), sum(x) / sum(n)
    rates = shrinkage.shrunk(x, n)
    assert (rates >= np.minimum(raw, common) - 0.51).all()
    assert ((rates >= 0) & (rates <= 1)).all()


def test_equal_segments_are_one() -> None:
    assert shrinkage.shrunk([5, 50, 1], [10, 100, 2]).tolist() == [0.5] * 3
    assert shrinkage.shrunk([0, 0], [10, 3]).tolist() == [0, 0]


# What is lost, on histories made by hand.


def made(
    root: Path,
    groups: dict[str, list[tuple[date, int, int]]],
    *,
    won_of_b: float = 0.5,
    amounts: dict[str, float] | None = None,
    currency: str = "VND",
    rates: Iterator[Any] | tuple[Any, ...] = (),
) -> Generation:
    """Leads by team: (the day they came, how many, how many went to b two days later).

    Of those at b, a share went to c after a day; the rest is lost at once.
    """
    leads: list[dict[str, Any]] = []
    rows: list[tuple[str, str, datetime]] = []
    for team, came in groups.items():
        for day, n, on in came:
            at = datetime.combine(day, datetime.min.time())
            for number in range(n):
                name = f"{team}{day}{number}"
                lead = {"lead_id": name, "created_at": at, "team": team}
                if number < on:
                    rows.append((name, "b", at + 2 * DAY))
                    if number < on * won_of_b:
                        rows.append((name, "c", at + 3 * DAY))
                        if amounts and team in amounts:
                            lead |= {"amount": amounts[team], "currency": currency}
                    else:
                        rows.append((name, "gone", at + 3 * DAY))
                else:
                    rows.append((name, "gone", at + DAY))
                leads.append(lead)
    last = max(day for came in groups.values() for day, _, _ in came)
    end = datetime.combine(last, datetime.min.time()) + 30 * DAY
    touches = [(leads[0]["lead_id"], end)]
    return store_of(root, leads, rows, touches=touches, pipeline=SHORT, rates=rates).generation()


BEFORE, NOW = date(2024, 3, 1), date(2024, 11, 1)


def of(found: Bottlenecks, transition: str, segment: str | None = None) -> pd.Series:
    rows = found.rows[found.rows["transition"] == transition]
    here = rows["segment"].isna() if segment is None else rows["segment"] == segment
    assert here.sum() == 1
    return rows[here].iloc[0]


@pytest.fixture
def fell(tmp_path: Path) -> Generation:
    """Team x went from 60 to 30 of 100, y stayed; half of those at b are won."""
    return made(
        tmp_path,
        {"x": [(BEFORE, 200, 120), (NOW, 100, 30)], "y": [(BEFORE, 200, 120), (NOW, 100, 60)]},
    )


def test_a_loss_is_told_in_customers(fell: Generation) -> None:
    found = bottlenecks(Scope(View(by="team"), fell))
    assert list(found.rows.columns) == COLUMNS
    row = of(found, "a>b", "x")
    assert (row["n"], row["advanced"], row["benchmark_n"], row["entered"]) == (100, 30, 200, 100)
    assert (row["rate"], row["benchmark"]) == (0.3, 0.6)
    # Nobody skips b, and half of those there are won, so W(r) = r / 2.
    assert row["wins_lost"] == pytest.approx(100 * 0.3 * 0.5)
    low, high = newcombe(30, 100, 120, 200)
    assert row["wins_lost_low"] == pytest.approx(-100 * high * 0.5)
    assert row["wins_lost_high"] == pytest.approx(-100 * low * 0.5)
    assert (row["low"], row["high"]) == pytest.approx(wilson(30, 100))
    assert row["p_value"] == pytest.approx(lower(30, 100, 120, 200))
    tried = found.rows[found.rows["p_value"].notna()]
    assert tried["q_value"].tolist() == benjamini_hochberg(tried["p_value"].tolist())
    assert row["ranked"]
    assert row["held_against"] == "past"
    assert row["lasting"] == pytest.approx(row["wins_lost"])
    assert math.isnan(row["value_lost"])


def test_the_whole_gives_way_to_who_carries_it(fell: Generation) -> None:
    found = bottlenecks(Scope(View(by="team"), fell))
    top = found.rows.iloc[0]
    assert (top["transition"], top["dimension"], top["segment"]) == ("a>b", "team", "x")
    assert top["headline"]
    whole = of(found, "a>b")
    assert whole["ranked"]
    assert not whole["headline"]
    assert top["share"] == pytest.approx(1)
    assert len(found.ranked) == 1
    assert not of(found, "a>b", "y")["ranked"]


def test_everybody_is_the_headline_when_nobody_carries_it(tmp_path: Path) -> None:
    teams = {team: [(BEFORE, 100, 60), (NOW, 60, 24)] for team in "uvwxyz"}
    found = bottlenecks(Scope(View(by="team"), made(tmp_path, teams)))
    assert found.rows["headline"].tolist().count(True) == 1
    assert found.rows.iloc[0]["dimension"] is None
    assert found.rows.iloc[0]["share"] == 1


def test_what_is_there_without_being_asked(fell: Generation) -> None:
    """Without a breakdown every dimension of a few values is tried; a source that is one is not."""
    assert set(bottlenecks(Scope(View(), fell)).rows["dimension"].dropna()) == {"team"}
    filtered = View().where("team", ["x"])
    assert bottlenecks(Scope(filtered, fell)).rows["dimension"].isna().all()


def test_a_target(fell: Generation) -> None:
    scenario = Scenario(benchmark="target", targets=(("a", 50.0),))
    found = bottlenecks(Scope(View(by="team", scenario=scenario), fell))
    row = of(found, "a>b", "x")
    assert (row["held_against"], row["benchmark"], row["benchmark_n"]) == ("target", 0.5, 0)
    assert row["wins_lost"] == pytest.approx(100 * 0.2 * 0.5)
    assert row["wins_lost_low"] == pytest.approx(100 * (0.5 - wilson(30, 100)[1]) * 0.5)
    assert row["p_value"] == pytest.approx(lower_than(30, 100, 0.5))
    # Better than the target is no loss.
    assert of(found, "a>b", "y")["wins_lost"] < 0
    # A stage without a target is held against its past.
    assert of(found, "b>c", "y")["held_against"] == "past"


def test_the_best_quartile(tmp_path: Path) -> None:
    now = {"u": 20, "v": 50, "w": 52, "x": 54, "y": 56}
    groups = {team: [(BEFORE, 100, 50), (NOW, 100, on)] for team, on in now.items()}
    generation = made(tmp_path, groups)
    found = bottlenecks(Scope(View(by="team", scenario=Scenario(benchmark="best")), generation))
    best = float(np.quantile(shrinkage.shrunk(list(now.values()), [100] * 5), 0.75))
    for team in now:
        row = of(found, "a>b", team)
        assert (row["held_against"], row["benchmark"]) == ("best", pytest.approx(best))
    assert of(found, "a>b", "u")["ranked"]
    assert of(found, "a>b")["held_against"] == "past"


def test_too_few_are_not_ranked(tmp_path: Path) -> None:
    groups = {
        "few": [(BEFORE, 200, 190), (NOW, 29, 0)],
        "new": [(BEFORE, 29, 29), (NOW, 200, 10)],
        "y": [(BEFORE, 200, 120), (NOW, 200, 120)],
    }
    generation = made(tmp_path, groups)
    found = bottlenecks(Scope(View(by="team"), generation))
    for team in ("few", "new"):
        row = of(found, "a>b", team)
        assert row["too_few"]
        assert not row["ranked"]
        assert math.isnan(row["q_value"])
        assert row["wins_lost"] > 0
    # Against a target one's own past does not matter.
    aimed = Scenario(benchmark="target", targets=(("a", 50.0),))
    found = bottlenecks(Scope(View(by="team", scenario=aimed), generation))
    assert of(found, "a>b", "new")["ranked"]
    assert of(found, "a>b", "few")["too_few"]


def test_losses_in_money(tmp_path: Path) -> None:
    groups = {
        "x": [(BEFORE, 200, 120), (NOW, 100, 30)],
        "y": [(BEFORE, 200, 120), (NOW, 100, 60)],
    }
    dollars = made(
        tmp_path / "known",
        groups,
        amounts={"x": 2.0, "y": 5.0},
        currency="USD",
        rates=((date(2024, 1, 1), "USD", 10.0),),
    )
    found = bottlenecks(Scope(View(by="team"), dollars))
    row = of(found, "a>b", "x")
    assert row["value_lost"] == pytest.approx(row["wins_lost"] * 20)
    whole = of(found, "a>b")
    mean = (75 * 20 + 90 * 50) / 165
    assert whole["value_lost"] == pytest.approx(whole["wins_lost"] * mean)
    # Who has no amounts is priced by everybody's; without a rate nothing is known.
    some = made(tmp_path / "some", groups, amounts={"y": 5.0})
    row = of(bottlenecks(Scope(View(by="team"), some)), "a>b", "x")
    assert row["value_lost"] == pytest.approx(row["wins_lost"] * 5)
    unknown = made(tmp_path / "unknown", groups, amounts={"x": 2.0}, currency="USD")
    assert bottlenecks(Scope(View(by="team"), unknown)).rows["value_lost"].isna().all()


def test_a_period_is_now(fell: Generation) -> None:
    view = View(period=None, first=date(2024, 10, 20), last=date(2024, 11, 18), by="team")
    found = bottlenecks(Scope(view, fell))
    window = found.window("a")
    assert (window.first_day, window.last_day) == (date(2024, 10, 20), date(2024, 11, 18))
    assert (window.before_first_day, window.before_last_day) == (
        date(2023, 10, 21),
        date(2024, 10, 19),
    )
    row = of(found, "a>b", "x")
    assert row["n"] == 100
    assert row["entered"] == pytest.approx(100 * QUARTER / 30)
    # The young ones are left out, not counted as lost.
    late = replace(view, as_of=date(2024, 11, 5))
    assert bottlenecks(Scope(late, fell)).rows["n"].sum() == 0


def test_who_came_late_is_counted_apart(tmp_path: Path) -> None:
    leads = [{"lead_id": f"{n}", "created_at": START} for n in range(100)]
    moved = [(f"{n}", "b", START + DAY * (1 if n < 95 else 20)) for n in range(98)]
    ends = [("99", "gone", START + 60 * DAY)]
    generation = store_of(tmp_path, leads, moved + ends, pipeline=SHORT).generation()
    row = of(bottlenecks(Scope(View(), generation)), "a>b")
    assert (row["n"], row["advanced"], row["later"]) == (100, 95, 3)


def test_what_is_late_is_not_what_is_lost(tmp_path: Path) -> None:
    """Twelve of sixty moved on in time, as many as ever in the end: nothing lasting is lost."""
    leads, moved = [], []
    for at, n, soon, late in ((START, 400, 240, 0), (START + 240 * DAY, 60, 12, 24)):
        for number in range(n):
            name = f"{at:%j}-{number}"
            leads.append({"lead_id": name, "created_at": at})
            if number < soon + late:
                moved.append((name, "b", at + (2 if number < soon else 20) * DAY))
                moved.append((name, "c", at + 21 * DAY))
            else:
                moved.append((name, "gone", at + 21 * DAY))
    end = [(leads[0]["lead_id"], START + 290 * DAY)]
    generation = store_of(tmp_path, leads, moved, touches=end, pipeline=SHORT).generation()
    row = of(bottlenecks(Scope(View(), generation)), "a>b")
    assert (row["rate"], row["benchmark"], row["later"]) == (0.2, 0.6, 24)
    assert row["ranked"]
    assert row["wins_lost"] == pytest.approx(60 * 0.4)
    assert row["lasting"] == pytest.approx(0, abs=1e-9)


def test_nothing_to_ask(tmp_path: Path) -> None:
    leads = [{"lead_id": "1", "created_at": START}]
    found = bottlenecks(Scope(View(), store_of(tmp_path, leads, pipeline=SHORT).generation()))
    assert not found.rows["ranked"].any()
    assert found.ranked.empty
    turned = course(Scope(View(), store_of(tmp_path, leads, pipeline=SHORT).generation()), "a")
    assert turned.turned is None


# The course of one rate.


def test_the_course(tmp_path: Path) -> None:
    months = [date(2024, month, 10) for month in range(1, 13)]
    groups = {"x": [(day, 100, 60 if day.month < 6 else 30) for day in months], "y": []}
    generation = made(tmp_path, {"x": groups["x"], "y": [(months[0], 10, 0)]})
    found = course(Scope(View(), generation), "a", "team", "x")
    assert list(found.rows.columns) == COURSE_COLUMNS
    assert found.unit == "month"
    rows = found.rows.set_index("bucket")
    assert rows["n"].tolist() == [100] * 12 + [0]
    assert rows["rate"].tolist()[:12] == [0.6] * 5 + [0.3] * 7
    assert rows.loc[date(2024, 2, 1), ["low", "high"]].tolist() == pytest.approx(wilson(60, 100))
    # The data ends on 9 January; the horizon is a week.
    assert rows["mature"].tolist() == [True] * 12 + [False]
    assert found.turned == date(2024, 6, 1)
    assert found.turn is not None
    assert (found.turn.before, found.turn.after) == (0.6, 0.3)
    with pytest.raises(ValueError, match="nobody moves on"):
        course(Scope(View(), generation), "c")


def test_a_short_course_is_by_weeks(tmp_path: Path) -> None:
    days = [date(2024, 1, 1) + 7 * DAY * week for week in range(8)]
    found = course(Scope(View(), made(tmp_path, {"x": [(day, 40, 20) for day in days]})), "a")
    assert found.unit == "week"
    assert found.rows["bucket"].iat[1] == date(2024, 1, 8)
    assert found.rows["n"].tolist()[:8] == [40] * 8
    assert found.turned is None


# The stories.


def test_the_story_of_the_sample(whole_sample: Generation) -> None:
    """One team's SAL queue leaks since April 2026; its owners leak with it, nobody else does."""
    view = View()
    found = bottlenecks(Scope(view, whole_sample))
    top = found.rows.iloc[0]
    assert (top["transition"], top["dimension"], top["segment"]) == ("sal>sql", "team", "TP.HCM 2")
    assert found.ranked["transition"].tolist() == ["sal>sql"]
    assert (top["n"], top["advanced"]) == (239, 54)
    assert top["wins_lost"] == pytest.approx(8.9, abs=0.1)
    # The queue is slow as well: of those nine, half come later.
    assert top["lasting"] == pytest.approx(4.7, abs=0.1)
    listed = visits(Scope(view, whole_sample), found.window("sal"), "team", "TP.HCM 2")
    assert len(listed) == top["n"]
    turned = course(Scope(view, whole_sample), "sal", "team", "TP.HCM 2")
    assert turned.turned == date(2026, 4, 1)
    rest = course(Scope(view, whole_sample), "sal", "team", "Hà Nội")
    assert rest.turned is None


def test_maven(tmp_path: Path, real_data: Path) -> None:
    """Of Central's 909 deals begun in July and August 2017 the file leaves 408 undecided for ever.

    Nothing else of its sort is in the file, so that is the one thing to be told.
    """
    names = ("sales_pipeline", "sales_teams", "accounts", "products")
    files = [real_data / "maven_crm" / f"{name}.csv" for name in names]
    store = Store(tmp_path)
    load(store, files, mapping=Mapping.read(MAPPINGS / "maven.toml"))
    generation = store.generation()
    deals = pd.read_csv(files[0]).merge(pd.read_csv(files[1]), on="sales_agent")
    central = deals[deals["regional_office"] == "Central"]
    begun = central[central["engage_date"].between("2017-06-17", "2017-09-15")]
    found = bottlenecks(Scope(View(), generation))
    top = found.rows.iloc[0]
    assert (top["transition"], top["segment"]) == ("opportunity>won", "Central")
    assert top["n"] == len(begun)
    # Summer time ends in between: a day of it has 25 hours.
    opened, closed = (
        pd.to_datetime(begun[name]).dt.tz_localize("America/New_York")
        for name in ("engage_date", "close_date")
    )
    taken = closed - opened
    won = (begun["deal_stage"] == "Won") & (taken <= pd.Timedelta(days=106))
    assert top["advanced"] == won.sum()
    assert len(found.ranked) == 1


def test_bpic_2012(tmp_path: Path, real_data: Path) -> None:
    """Fewer finished applications are approved in time than before; all else held or got better."""
    store = Store(tmp_path)
    files = [real_data / "bpic2012" / "applications.csv.gz"]
    load(store, files, mapping=Mapping.read(MAPPINGS / "bpic2012.toml"))
    found = bottlenecks(Scope(View(), store.generation()))
    assert found.ranked["transition"].tolist() == ["A_FINALIZED>A_APPROVED"]
    top = found.rows.iloc[0]
    window = found.window("A_FINALIZED")
    events = pd.read_csv(files[0])
    at = pd.to_datetime(events["time:timestamp"], format="ISO8601", utc=True)
    events["at"] = at.dt.tz_convert("Europe/Amsterdam")
    by_stage = events.pivot_table(
        index="case:concept:name", columns="concept:name", values="at", aggfunc="min"
    )
    finished = by_stage["A_FINALIZED"]
    begun = finished.dt.date.between(window.first_day, window.last_day)
    taken = (by_stage["A_APPROVED"] - finished).dt.total_seconds()
    assert top["n"] == begun.sum()
    assert top["advanced"] == (begun & (taken <= window.horizon)).sum()


# What is planted is found, and nothing else.


def test_what_is_planted_is_found() -> None:
    """Fewer and larger than `python -m tests.planted` has it, so that it is quick and sure."""
    found = list(planted.runs(range(4), 0.8, 8_000))
    assert sum(one.first for one in found) >= 3
    assert sum(one.turned for one in found) >= 2


def test_where_nothing_is_planted_little_is_ranked() -> None:
    found = list(planted.runs(range(6), None, 4_000))
    assert sum(one.ranked for one in found) <= 2


# The command line.


def test_the_command(fell: Generation) -> None:
    arguments = ["bottlenecks", "by=team", "--store", str(fell.store.root), "--format"]
    answer = CliRunner().invoke(app, [*arguments, "json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    rows = bottlenecks(Scope(View(by="team"), fell))
    assert told["rows"] == to_records(rows.rows.assign(currency=rows.currency))
    assert list(told["rows"][0])[:9] == COLUMNS[:9]
    assert "a: 2024-" in answer.stderr
    table = CliRunner().invoke(app, [*arguments, "table"])
    assert table.exit_code == 0
    assert "a>b" in table.stdout
    quiet = CliRunner().invoke(app, ["bottlenecks", "team=y", *arguments[2:], "csv"])
    assert quiet.stdout.startswith("transition,segment,n,rate,benchmark,wins_lost")
    assert "Nothing is ranked" in quiet.stderr
