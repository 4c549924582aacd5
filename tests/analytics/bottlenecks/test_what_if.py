"""What is tried changes what it says and nothing else; what is not tried is as things are."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.bottlenecks.baseline import ENOUGH, Baseline, Rate, Sources
from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.visits import QUARTER
from analytics.bottlenecks.what_if import COLUMNS, SOURCE_COLUMNS, WhatIf, tried, what_if
from analytics.export import to_records
from analytics.funnel import time_to_step
from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.stats.companies import Sample
from analytics.time_in_stage.time_in_stage import time_in_stage
from analytics.view.scenario import Scenario
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import SHORT, store_of

DAY = date(2024, 1, 1)
NOTHING_ASKED: Any = None  # of whoever makes a baseline by hand
EXAMPLE = {  # worked example 8
    "moves": [[0, 0.45, 0, 0], [0, 0, 0.55, 0], [0.1, 0, 0, 0.5], [0, 0, 0.05, 0]],
    "wins": [0, 0, 0, 0.4],
}


def given_baseline(
    moves: Any,
    wins: Any,
    rates: list[tuple[int, int]],
    shares: Any = None,
    begin: Any = None,
    medians: list[float | None] | None = None,
    leads: Any = (100.0,),
) -> Baseline:
    """A baseline made by hand: stages a, b, …; one source, x, unless there are more leads."""
    size = len(wins) + 1
    names = ["x", "y", "~"][: len(leads)]
    rows = np.asarray(shares if shares is not None else [[1.0, *[0.5] * (size - 1)]] * len(names))
    return Baseline(
        stages=tuple("abcdefg"[:size]),
        first=DAY,
        last=DAY,
        sources=Sources(
            names, np.asarray(leads), rows, np.ones(len(names), bool), np.ones(len(names), bool)
        ),
        begin=np.asarray([1.0, *[0.0] * (size - 1)] if begin is None else begin),
        rates=[Rate(Sample(advanced, n), 0.5) for n, advanced in rates],
        chain=Chain(np.asarray(moves, dtype=float), np.asarray(wins, dtype=float)),
        median_days=[None] * (size - 1) if medians is None else medians,
        mean_amount=5.0,
        currency="VND",
        asked=NOTHING_ASKED,
    )


def example(**more: Any) -> Baseline:
    return given_baseline(
        EXAMPLE["moves"], EXAMPLE["wins"], [(100, 45), (100, 55), (100, 50), (100, 40)], **more
    )


def test_the_worked_example() -> None:
    """The chain with loops: P(won) .0521; at .60 from the third stage on, by hand."""
    now = example()
    found = tried(now, Scenario(rates=(("c", 60.0),)))
    # From c on: back .1 as before, on .6, lost .3.
    third = 0.6 * 0.4 / (1 - 0.1 * 0.45 * 0.55 - 0.6 * 0.05)
    assert found.customers / found.base == pytest.approx(0.45 * 0.55 * third / 0.0521, rel=1e-3)
    assert found.base == 50
    reached = found.rows["reached_tried"] / found.rows["reached_now"]
    # More come to d and beyond; who comes to c is as before.
    assert reached.tolist()[:3] == pytest.approx([1, 1, 1])
    assert reached.iat[3] == pytest.approx(1.2 * (1 - 0.02475) / (1 - 0.02475), rel=1e-12)
    assert found.rows["rate_tried"].tolist()[:4] == [0.45, 0.55, 0.6, 0.4]
    assert found.rows["rate_now"].tolist()[:4] == [0.45, 0.55, 0.5, 0.4]


def test_nothing_tried_is_exactly_as_it_is() -> None:
    found = tried(example(leads=(70.0, 30.0)), Scenario())
    assert (found.customers, found.low, found.high) == (
        found.base,
        found.base_low,
        found.base_high,
    )
    assert (found.gain, found.gain_low, found.gain_high, found.one_off) == (0, 0, 0, 0)
    assert found.rows["reached_tried"].tolist() == found.rows["reached_now"].tolist()
    assert found.sources["customers_tried"].tolist() == found.sources["customers"].tolist()


def test_a_factor_is_a_factor() -> None:
    now = example(leads=(70.0, 30.0, 10.0), shares=[[1, 0.5, 0.4, 0.3, 0.2]] * 2 + [[1] * 5])
    found = tried(now, Scenario(volumes=(("x", 2.0), ("y", 0.0), ("nobody", 5.0))))
    assert found.base == pytest.approx(70 * 0.2 + 30 * 0.2 + 10)
    assert found.customers == pytest.approx(140 * 0.2 + 10)
    assert found.sources["factor"].tolist() == [2, 0, 1]
    assert found.sources["leads_tried"].tolist() == [140, 0, 10]
    assert found.sources["customers_tried"].sum() == pytest.approx(found.customers)
    assert found.rows["reached_tried"].iat[0] == 150


def test_sources_sum_to_the_customers() -> None:
    now = example(leads=(70.0, 30.0))
    found = tried(now, Scenario(rates=(("a", 80.0), ("c", 10.0)), volumes=(("x", 3.0),)))
    assert found.sources["customers"].sum() == pytest.approx(found.base)
    assert found.sources["customers_tried"].sum() == pytest.approx(found.customers)
    assert found.gain == pytest.approx(found.customers - found.base)


def test_speed_brings_once() -> None:
    """A straight way: every customer passes both stages, so a tenth of a quarter is a tenth."""
    now = given_baseline([[0, 0.5], [0, 0]], [0, 0.5], [(100, 50), (100, 50)], medians=[20.0, None])
    cut = tried(now, Scenario(cuts=(("a", 9.1),)))
    assert cut.one_off == pytest.approx(cut.base / 10)
    assert cut.customers == cut.base
    # Not by more than half of all stays take, nor more than a quarter's customers in all.
    assert tried(now, Scenario(cuts=(("a", 60.0),))).one_off == pytest.approx(
        cut.base * 20 / QUARTER
    )
    all_of_it = tried(now, Scenario(cuts=(("a", 20.0), ("b", 300.0), ("nowhere", 9.0))))
    assert all_of_it.rows["cut_days"].tolist()[:2] == [20, QUARTER]
    assert all_of_it.one_off == all_of_it.customers


def test_who_skips_a_stage_is_not_sped_up_there() -> None:
    """Half go to b, from where half are won; the others are won at once with a half."""
    now = given_baseline(
        [[0, 0.5], [0, 0]], [0.25, 0.5], [(100, 75), (100, 50)], medians=[10.0, 30.0]
    )
    found = tried(now, Scenario(cuts=(("b", 9.1),)))
    assert found.one_off == pytest.approx(found.base * 0.5 / 10)


def test_the_interval_is_that_of_the_rates() -> None:
    now = given_baseline([[0.0]], [0.3], [(200, 60)])
    found = tried(now, Scenario())
    low, high = scipy.stats.beta.ppf([0.025, 0.975], 60.5, 140.5) / 0.3 * found.base
    assert (found.base_low, found.base_high) == pytest.approx((low, high), rel=0.05)
    # What is tried is meant as it is said.
    sure = tried(now, Scenario(rates=(("a", 45.0),)))
    assert sure.low == pytest.approx(sure.customers)
    assert sure.high == pytest.approx(sure.customers)
    assert sure.customers == pytest.approx(1.5 * sure.base)
    assert sure.gain_low < sure.gain < sure.gain_high
    # The same every time.
    assert tried(now, Scenario()).base_low == found.base_low


def test_targets_are_benchmarks() -> None:
    aims = Scenario(benchmark="target", targets=(("b", 70.0),))
    rows = tried(example(), aims).rows.set_index("stage")
    assert rows["benchmark"].tolist()[:4] == [0.5, 0.7, 0.5, 0.5]
    assert rows["held_against"].tolist()[:4] == ["past", "target", "past", "past"]
    # A target is not tried by being set.
    assert tried(example(), aims).gain == 0


def test_a_stage_nobody_visited_leads_nowhere_until_it_is_tried() -> None:
    now = given_baseline(
        [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
        [0, 0, 0.5],
        [(10, 5), (0, 0), (10, 5)],
        shares=[[1, 0.5, 0, 0]],
    )
    found = tried(now, Scenario())
    assert (found.base, found.customers) == (0, 0)
    row = found.rows.set_index("stage").loc["b"]
    assert row[["rate_now", "rate_low", "rate_tried"]].isna().all()
    assert tried(now, Scenario(rates=(("b", 50.0),))).customers == 0


shares_of_one = st.integers(1, 5).flatmap(
    lambda size: st.lists(st.integers(0, 9), min_size=size + 1, max_size=size + 1)
)


@st.composite
def baselines(draw: st.DrawFn) -> Baseline:
    """Any baseline: loops, jumps, leads that begin anywhere."""
    size = draw(st.integers(1, 4))
    rows = [
        draw(st.lists(st.integers(0, 5), min_size=size + 1, max_size=size + 1)) for _ in range(size)
    ]
    moves = np.array(rows, dtype=float)
    moves[np.arange(size), np.arange(size)] = 0  # a visit ends elsewhere
    moves /= moves.sum(axis=1, keepdims=True) + draw(st.integers(1, 5))  # some are lost
    begin = np.array(draw(st.lists(st.integers(0, 5), min_size=size + 1, max_size=size + 1)))
    begin = begin.astype(float) if begin.any() else np.eye(size + 1)[0]
    rates = [(20, draw(st.integers(0, 20))) for _ in range(size)]
    return given_baseline(
        moves[:, :size], moves[:, size], rates, begin=begin / begin.sum(), medians=[30.0] * size
    )


def power(given: Baseline, rates: list[float]) -> list[float]:
    """The share of leads that ever come to each stage or beyond, move by move."""
    size = len(rates)
    whole = np.concatenate((given.chain.moves, given.chain.wins[:, None]), axis=1)
    for place, rate in enumerate(rates):
        on, back = whole[place, place + 1 :].copy(), whole[place, : place + 1].copy()
        if not on.sum():
            on[0] = 1
        on *= rate / on.sum()
        if back.sum() > 1 - rate:
            back *= (1 - rate) / back.sum()
        whole[place] = [*back, *on]
    shares = []
    for goal in range(size + 1):
        there, came = given.begin.copy(), 0.0
        for _ in range(3000):
            came += there[goal:].sum()
            there[goal:] = 0
            if there.sum() < 1e-15:
                break
            there = there[:size] @ whole
        shares.append(came)
    return shares


@given(baselines(), st.data())
def test_it_is_the_chain_move_by_move(given: Baseline, data: st.DataObject) -> None:
    stages = given.stages[:-1]
    percents = data.draw(st.dictionaries(st.sampled_from(stages), st.integers(0, 95)))
    found = tried(given, Scenario(rates=tuple((stage, float(p)) for stage, p in percents.items())))
    rates = [rate.share or 0.0 for rate in given.rates]
    changed = [
        percents.get(stage, 100 * rate) / 100 for stage, rate in zip(stages, rates, strict=True)
    ]
    now, then = power(given, rates), power(given, changed)
    for place, row in enumerate(found.rows.itertuples(index=False)):
        expected = row.reached_now * then[place] / now[place] if now[place] > 1e-9 else 0
        assert row.reached_tried == pytest.approx(expected, abs=1e-7)
    assert found.rows["reached_now"].iat[-1] == found.base
    assert found.rows["reached_tried"].iat[-1] == found.customers
    assert list(found.rows.columns) == COLUMNS
    assert found.rows["stage"].tolist() == list(given.stages)


@given(baselines(), st.data())
def test_a_better_rate_is_never_worse(given: Baseline, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(given.stages) - 2))
    stage, back = given.stages[place], given.chain.moves[place, : place + 1].sum()
    # Beyond that fewer would go back, which may be a better way than on to a dead end.
    percents = st.integers(0, int(100 * (1 - back)))
    low, high = sorted(data.draw(st.tuples(percents, percents)))
    first, second = (
        tried(given, Scenario(rates=((stage, float(percent)),))) for percent in (low, high)
    )
    assert second.customers >= first.customers - 1e-9
    assert second.low >= first.low - 1e-9
    assert second.high >= first.high - 1e-9


# --- what it stands on ------------------------------------------------------------------------


def test_rates_are_those_of_the_bottlenecks(whole_sample: Generation) -> None:
    found = what_if(Scope(View(), whole_sample))
    rows = bottlenecks(Scope(View(), whole_sample)).rows
    whole = rows[rows["dimension"].isna()].set_index("stage")
    mine = found.rows.set_index("stage")
    for stage in whole_sample.pipeline.slugs[:-1]:
        for name, theirs in (("rate_now", "rate"), ("benchmark", "benchmark"), ("n", "n")):
            assert mine.at[stage, name] == whole.at[stage, theirs]
        limits = whole.at[stage, "low"], whole.at[stage, "high"]
        assert (mine.at[stage, "rate_low"], mine.at[stage, "rate_high"]) == limits


def test_medians_are_those_of_time_in_stage(whole_sample: Generation) -> None:
    for view in (View(), View().where("team", ["TP.HCM 2"])):
        mine = what_if(Scope(view, whole_sample)).rows["median_days"].tolist()[:-1]
        theirs = time_in_stage(Scope(view, whole_sample)).rows["median_seconds"] / 86_400
        assert mine == theirs.tolist()


def test_shares_are_those_of_the_sources(whole_sample: Generation) -> None:
    found = what_if(Scope(View(), whole_sample))
    assert list(found.sources.columns) == SOURCE_COLUMNS
    theirs = time_to_step.summary(
        Scope(View(level="stage", by="source"), whole_sample)
    ).rows.set_index("segment")
    own = found.sources[found.sources["own"]].set_index("source")
    assert len(own) > 20
    for source, row in own.iterrows():
        assert row["share"] == pytest.approx(theirs.at[source, "share"])
        assert theirs.at[source, "n"] >= ENOUGH
    # The leads of the last 91 days, and a little more than one in twenty of them.
    assert found.rows["reached_now"].iat[0] == 4650
    assert found.base == pytest.approx(244, abs=5)
    assert found.is_final
    assert found.rows["reached_now"].is_monotonic_decreasing


def test_the_slow_team_at_its_old_rate_would_bring_customers(whole_sample: Generation) -> None:
    """`data/sample.md` § 2, for the team alone: its SAL queue at the rate of the year before."""
    team = View().where("team", ["TP.HCM 2"])
    row = what_if(Scope(team, whole_sample)).rows.set_index("stage").loc["sal"]
    assert row["benchmark"] > row["rate_high"]
    percent = round(100 * float(row["benchmark"]), 2)
    found = what_if(
        Scope(replace(team, scenario=Scenario(rates=(("sal", percent),))), whole_sample)
    )
    assert found.gain_low > 0
    # Only what lies behind SAL grows.
    grown = (found.rows["reached_tried"] > found.rows["reached_now"] + 1e-9).tolist()
    assert grown == [False] * 4 + [True] * 3


def built(root: Path) -> Generation:
    """Two hundred leads of two sources in the last quarter, a few of which go back."""
    start = datetime(2024, 1, 1)
    leads, moves = [], []
    for number in range(200):
        came = start + timedelta(days=number % 80)
        name = f"{number}"
        leads.append({"lead_id": name, "created_at": came, "source": "ab"[number % 2]})
        if number % 3:
            moves.append((name, "b", came + timedelta(days=2)))
            if number % 5 == 0:
                moves += [(name, "a", came + timedelta(days=3)), (name, "b", came + timedelta(4))]
            if number % 4 == 0:
                moves.append((name, "c", came + timedelta(days=6)))
            else:
                moves.append((name, "gone", came + timedelta(days=7)))
        else:
            moves.append((name, "gone", came + timedelta(days=5)))
    end = [("0", start + timedelta(days=90, hours=12))]
    return store_of(root, leads, moves, touches=end, pipeline=SHORT).generation()


def test_from_beginning_to_end(tmp_path: Path) -> None:
    """Everything has ended, so all shares are plain ones."""
    generation = built(tmp_path)
    found = what_if(Scope(View(), generation))
    won = sum(number % 3 > 0 and number % 4 == 0 for number in range(200))
    assert (found.first, found.last) == (date(2024, 1, 1), date(2024, 3, 31))
    assert found.rows["reached_now"].tolist() == pytest.approx([200, 133, won])
    assert found.sources["own"].tolist() == [True, True]
    assert found.sources["leads"].tolist() == [100, 100]
    volumes = replace(View(), scenario=Scenario(volumes=(("a", 2.0),)))
    assert what_if(Scope(volumes, generation)).customers == pytest.approx(
        2 * won
    )  # b has odd numbers


def test_nobody_came(tmp_path: Path) -> None:
    view = replace(
        View(period=None, first=date(2031, 1, 1), last=date(2031, 2, 1)),
        scenario=Scenario(rates=(("a", 90.0),), cuts=(("a", 5.0),)),
    )
    found = what_if(Scope(view, built(tmp_path)))
    assert (found.base, found.customers, found.one_off) == (0, 0, 0)
    assert found.sources.empty
    assert isinstance(found, WhatIf)


def test_on_the_command_line(tmp_path: Path) -> None:
    generation = built(tmp_path / "store")
    arguments = ["--store", str(generation.store.root), "--format", "json"]
    link = "scenario=rate:80:a,days:1:a,volume:2:a"
    answer = CliRunner().invoke(app, ["what-if", link, *arguments])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    view = View.from_link(link)[0]
    found = what_if(Scope(view, generation))
    assert told["question"] == "what-if"
    assert told["view"]["scenario"] == "rate:80:a,days:1:a,volume:2:a"
    assert told["rows"] == to_records(found.rows)
    assert f"tried: {found.customers:.1f}" in answer.stderr
    shown = CliRunner().invoke(app, ["what-if", link, *arguments, "--part", "sources"])
    assert json.loads(shown.stdout)["rows"] == to_records(found.sources)
    assert pd.DataFrame(told["rows"])["stage"].tolist() == ["a", "b", "c"]
