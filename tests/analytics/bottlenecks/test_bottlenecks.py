"""Losses are counted as told, held against what is asked for, and only what is sure is ranked."""

import json
import math
from collections.abc import Iterator
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
from analytics.bottlenecks import visits
from analytics.bottlenecks.bottlenecks import Bottlenecks, bottlenecks
from analytics.bottlenecks.course import course
from analytics.bottlenecks.loss import COLUMNS
from analytics.bottlenecks.visits import QUARTER
from analytics.export import to_records
from analytics.scope import Scope
from analytics.stats import shrinkage
from analytics.stats.intervals import newcombe, wilson
from analytics.stats.significance import LARGE, benjamini_hochberg, lower, lower_than
from analytics.time_in_stage.time_in_stage import stays
from analytics.view.scenario import Scenario
from analytics.view.view import View
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.store import Generation, Store
from tests import planted
from tests.support.histories import SHORT, Move, store_of

MAPPINGS = Path(__file__).parents[2] / "mappings"
START = datetime(2024, 1, 1)
DAY = timedelta(days=1)

counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# The tests behind the gate.


@given(counts, counts)
def test_lower_is_one_sided(one: tuple[int, int], other: tuple[int, int]) -> None:
    (x, n), (y, m) = one, other
    found = lower(x, n, y, m)
    total, everyone = x + y, n + m
    if min(n, m) * min(total, everyone - total) < 5 * everyone:
        _, expected = scipy.stats.fisher_exact([[x, n - x], [y, m - y]], alternative="less")
    else:
        pooled = total / everyone
        error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        expected = scipy.stats.norm.cdf((x / n - y / m) / error)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(counts, st.floats(0.01, 0.99))
def test_lower_than_is_binomial(count: tuple[int, int], rate: float) -> None:
    successes, n = count
    expected = scipy.stats.binom.cdf(successes, n, rate)
    assert lower_than(successes, n, rate) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_lower_than_at_the_edges() -> None:
    assert lower_than(0, 10, 0.0) == 1
    assert lower_than(9, 10, 1.0) == 0
    assert lower_than(10, 10, 1.0) == 1
    many = LARGE + 1
    assert lower_than(many // 2 - 100, many, 0.5) == pytest.approx(
        scipy.stats.binom.cdf(many // 2 - 100, many, 0.5), rel=0.05
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
    assert len(found.headlines) == 1
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
    leads: list[dict[str, Any]] = []
    moved: list[Move] = []
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
    assert not found.headlines
    turned = course(Scope(View(), store_of(tmp_path, leads, pipeline=SHORT).generation()), "a")
    assert turned.turned is None


# The stories.


def test_the_story_of_the_sample(whole_sample: Generation) -> None:
    """One team's SAL queue leaks since April 2026; its owners leak with it, nobody else does."""
    view = View()
    found = bottlenecks(Scope(view, whole_sample))
    top = found.rows.iloc[0]
    assert (top["transition"], top["dimension"], top["segment"]) == ("sal>sql", "team", "TP.HCM 2")
    assert [loss.transition for loss in found.headlines] == ["sal>sql"]
    assert (top["n"], top["advanced"]) == (239, 54)
    assert top["wins_lost"] == pytest.approx(8.9, abs=0.1)
    # The queue is slow as well: of those nine, half come later.
    assert top["lasting"] == pytest.approx(4.7, abs=0.1)
    own = visits.view_of(view, found.window("sal"), "team", "TP.HCM 2")
    assert len(stays(Scope(own, whole_sample), "sal").rows) == top["n"]
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
    assert len(found.headlines) == 1


def test_bpic_2012(tmp_path: Path, real_data: Path) -> None:
    """Fewer finished applications are approved in time than before; all else held or got better."""
    store = Store(tmp_path)
    files = [real_data / "bpic2012" / "applications.csv.gz"]
    load(store, files, mapping=Mapping.read(MAPPINGS / "bpic2012.toml"))
    found = bottlenecks(Scope(View(), store.generation()))
    assert [loss.transition for loss in found.headlines] == ["A_FINALIZED>A_APPROVED"]
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
