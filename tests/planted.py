"""Made-up funnels in which everything is equal but one thing, and how often that is found.

`python -m tests.planted` prints, for one lead a company and for several: how often anything is
ranked where nothing was planted, how often the planted bottleneck is the first of the ranking, and
how often each interval covers the truth (`coverage`).
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.course import course
from analytics.scope import Scope
from analytics.view.view import View
from data.draft import writing
from data.pipeline import Pipeline
from data.store import Generation, Store
from tests import coverage
from tests.support.patience import PATIENCE

START = datetime(2024, 1, 1)
DAYS = 730
STATED_LEADS = 30_000
"""The stated size: as many leads in two years, …"""
STATED_DROP = 0.6
"""… of which one team or channel of five moves on so much less often from one stage since …"""
SINCE = (135, 155)
"""… so many days before the end."""

# What follows was fixed before any of it was tried, and is not to be changed by what comes out.
LEADS_A_COMPANY = (1.0, 1.5, 4.0)
"""Mean leads a company: one, and a Poisson number more. They come within …"""
COMPANY_DAYS = 14
"""… so many days, have the same values and the same fate: nothing less alike is harder."""
MOST_FALSE_ALARMS = 0.1
"""In at most so many stores with nothing planted may anything be ranked, …"""
FALSE_ALARM_RUNS = 100
"""… of so many stores for each number of leads a company."""
POWER_DROPS = (0.4, 0.5, 0.6)
"""How much less often the planted segment moves on, …"""
POWER_RUNS = 40
"""… in so many stores for each drop and number of leads a company."""
COVERED_LEADS = 400
"""The size of a group of leads whose intervals are checked; its companies are as above."""
COVERED_RATES = (0.1, 0.6)
"""Its true rate is uniform between these, one a run."""
COVERAGE_RUNS = 4_000
COVERAGE = (0.93, 0.97)
"""Between which shares of the runs an interval of 95 % has to cover the truth."""

STAGES = Pipeline.default().slugs
# Of visits to each stage: that move on, skip one, go back; the rest is lost, a few are forgotten.
ON = (0.70, 0.60, 0.58, 0.52, 0.55, 0.30)
SKIP = (0.03, 0.02, 0.02, 0.02, 0.0, 0.0)
BACK = (0.0, 0.0, 0.0, 0.07, 0.0, 0.08)
FORGOTTEN = 0.03
MEDIAN_DAYS = (1.0, 4.0, 5.0, 7.0, 12.0, 25.0)
PLANTABLE = ("iql", "mql", "sal", "sql")
SEGMENTS = {"team": 5, "channel": 5, "region": 3}
WITHIN = {"owner": ("team", 25), "source": ("channel", 15)}
"""Dimensions whose values lie within those of another one."""

_STEPS = 14


@dataclass(frozen=True)
class Bottleneck:
    """From `since` on, `drop` of the visits of a segment to a stage that would move on are lost."""

    stage: str
    dimension: str
    segment: str
    since: datetime
    drop: float


def drawn(seed: int, drop: float = STATED_DROP) -> Bottleneck:
    """Any bottleneck."""
    random = np.random.default_rng([seed, 1])
    dimension = str(random.choice(["team", "channel"]))
    return Bottleneck(
        stage=str(random.choice(PLANTABLE)),
        dimension=dimension,
        segment=f"{dimension} {random.integers(SEGMENTS[dimension])}",
        since=START + timedelta(days=int(DAYS - random.integers(*SINCE))),
        drop=drop,
    )


def write(
    root: Path,
    seed: int,
    planted: Bottleneck | None,
    leads: int = STATED_LEADS,
    a_company: float = 1.0,
) -> Generation:
    """A store with two years of leads, all of one kind but for what is planted.

    With more leads than one `a_company` (see LEADS_A_COMPANY) those of each are all alike.
    """
    random = np.random.default_rng([seed, 2])
    if a_company == 1:
        people = _people(random, leads)
        moves = _moves(random, people, planted)
    else:
        people, moves = _companies(random, leads, a_company, planted)
    store = Store(root)
    with writing(store, wait=PATIENCE) as draft:
        for table, rows in (("leads", people.drop(columns="day")), ("stage_history", moves)):
            draft.con.register("arriving", rows)
            draft.con.execute(f"insert into {table} by name select * from arriving")
            draft.con.unregister("arriving")
        return draft.publish()


def _companies(
    random: np.random.Generator, leads: int, a_company: float, planted: Bottleneck | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The leads of companies and their moves: of each company one lead, and copies of it.

    A copy comes up to COMPANY_DAYS later, and so does all that happens to it.
    """
    of_each = coverage.sizes(random, leads, a_company)
    ones = _people(random, len(of_each))
    moves = _moves(random, ones, planted)
    company = np.repeat(np.arange(len(of_each)), of_each)
    late = random.uniform(0, COMPANY_DAYS, leads)
    late[np.concatenate(([0], of_each.cumsum()[:-1]))] = 0
    people = ones.loc[company].reset_index(drop=True)
    people["lead_id"] = [f"L{number}" for number in range(leads)]
    people["company"] = [f"Company {number}" for number in company]
    people["created_at"] += pd.to_timedelta(late, unit="D").floor("us")
    later = pd.DataFrame({"one": ones["lead_id"].to_numpy()[company], "late": late})
    later["copy"] = people["lead_id"]
    moves = moves.merge(later, left_on="lead_id", right_on="one")
    moves["entered_at"] += pd.to_timedelta(moves["late"], unit="D").dt.floor("us")
    moves["lead_id"] = moves["copy"]
    # What had not happened yet when the data ends is not in it.
    end = START + timedelta(days=DAYS)
    moves = moves[moves["entered_at"] < end].sort_values(["lead_id", "position"])
    moves["position"] = np.arange(len(moves))
    known = people["created_at"] < end
    people, moves = people[known], moves[moves["lead_id"].isin(people["lead_id"][known])]
    return people, moves[["lead_id", "stage", "entered_at", "position"]]


def _people(random: np.random.Generator, leads: int) -> pd.DataFrame:
    people = pd.DataFrame({"day": np.sort(random.uniform(0, DAYS, leads))})
    people["lead_id"] = [f"L{number}" for number in range(leads)]
    people["created_at"] = _instants(people["day"].to_numpy())
    numbers = {name: random.integers(0, count, leads) for name, count in SEGMENTS.items()}
    for name, (outer, count) in WITHIN.items():
        inside = count // SEGMENTS[outer]
        numbers[name] = numbers[outer] * inside + random.integers(0, inside, leads)
    for name, number in numbers.items():
        people[name] = [f"{name} {value}" for value in number]
    return people


def _moves(
    random: np.random.Generator, people: pd.DataFrame, planted: Bottleneck | None
) -> pd.DataFrame:
    on, skip, back = (np.append(np.array(shares), 0.0) for shares in (ON, SKIP, BACK))
    median = np.append(np.array(MEDIAN_DAYS), 1.0)
    lead = np.arange(len(people))
    stage, day = np.zeros(len(people), dtype=np.int64), people["day"].to_numpy()
    seen: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    hit = np.zeros(len(people), dtype=bool)
    if planted is not None:
        hit = (people[planted.dimension] == planted.segment).to_numpy()
        since = (planted.since - START) / timedelta(days=1)
    for _ in range(_STEPS):
        advance = on[stage] + skip[stage]
        if planted is not None:
            there = hit[lead] & (stage == STAGES.index(planted.stage)) & (day >= since)
            advance = np.where(there, advance * (1 - planted.drop), advance)
        draw = random.uniform(size=len(lead))
        jump = 1 + (draw < advance * skip[stage] / np.maximum(on[stage] + skip[stage], 1e-9))
        following = np.where(draw < advance, stage + jump, -1)
        following = np.where((draw >= advance) & (draw > 1 - back[stage]), stage - 1, following)
        stays = median[stage] * random.lognormal(0, 1, len(lead))
        day = day + stays
        goes_on = (random.uniform(size=len(lead)) > FORGOTTEN) & (stage < len(STAGES) - 1)
        goes_on &= day < DAYS
        lead, stage, day = lead[goes_on], following[goes_on], day[goes_on]
        seen.append((lead, stage, day))
        alive = stage >= 0
        lead, stage, day = lead[alive], stage[alive], day[alive]
    numbers, stages, days = (np.concatenate(parts) for parts in zip(*seen, strict=True))
    names = np.array([*STAGES, "lost"], dtype=object)
    return pd.DataFrame(
        {
            "lead_id": people["lead_id"].to_numpy()[numbers],
            "stage": names[stages],
            "entered_at": _instants(days),
            "position": np.arange(len(numbers)),
        }
    )


def _instants(days: np.ndarray) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.datetime64(START, "us") + (days * 86_400e6).astype("int64"))


@dataclass(frozen=True)
class Found:
    """What became of a run: whether anything was ranked, first of all what was planted, in time."""

    ranked: bool
    first: bool = False
    turned: bool = False


def run(
    seed: int, planted: Bottleneck | None, leads: int = STATED_LEADS, a_company: float = 1.0
) -> Found:
    """One made-up funnel, asked for its bottlenecks."""
    with tempfile.TemporaryDirectory() as folder:
        generation = write(Path(folder), seed, planted, leads, a_company)
        rows = bottlenecks(Scope(View(), generation)).rows
        ranked = bool(rows["ranked"].any())
        if planted is None or not ranked:
            return Found(ranked)
        top = rows.iloc[0]
        first = (top["stage"], top["dimension"], top["segment"]) == (
            planted.stage,
            planted.dimension,
            planted.segment,
        )
        turned = None
        if first:
            found = course(
                Scope(View(), generation), planted.stage, planted.dimension, planted.segment
            )
            turned = found.turned
        near = turned is not None and abs((turned - planted.since.date()).days) <= 45
        return Found(ranked, bool(first), near)


def runs(seeds: range, drop: float | None, leads: int, a_company: float = 1.0) -> Iterator[Found]:
    """Many of them; with nothing planted where there is no drop."""
    for seed in seeds:
        yield run(seed, None if drop is None else drawn(seed, drop), leads, a_company)


def main() -> None:
    """Prints false alarms, power and coverage, each for as many leads a company."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--only", choices=["false-alarms", "power", "coverage"])
    parser.add_argument("--runs", type=int, help="instead of the stated numbers")
    parser.add_argument("--leads", type=int, default=STATED_LEADS)
    parser.add_argument("--drops", type=float, nargs="*", default=POWER_DROPS)
    parser.add_argument("--leads-a-company", type=float, nargs="*", default=LEADS_A_COMPANY)
    asked = parser.parse_args()
    for a_company in asked.leads_a_company:
        if asked.only in (None, "coverage"):
            number = asked.runs or COVERAGE_RUNS
            for name, share in coverage.of_intervals(
                a_company, number, COVERED_LEADS, COVERED_RATES
            ):
                within = COVERAGE[0] <= share <= COVERAGE[1]
                print(
                    f"{a_company:g} leads a company, {name}: covers in {share:.1%} of {number:,}"
                    + ("" if within else " (not within the stated limits)"),
                    flush=True,
                )
        if asked.only in (None, "false-alarms"):
            number = asked.runs or FALSE_ALARM_RUNS
            ranked = sum(one.ranked for one in runs(range(number), None, asked.leads, a_company))
            print(
                f"{a_company:g} leads a company, {asked.leads:,} leads, nothing planted: something "
                f"ranked in {ranked} of {number} ({ranked / number:.0%})",
                flush=True,
            )
        if asked.only in (None, "power"):
            number = asked.runs or POWER_RUNS
            for drop in asked.drops:
                found = list(runs(range(number), drop, asked.leads, a_company))
                first, turned = sum(one.first for one in found), sum(one.turned for one in found)
                print(
                    f"{a_company:g} leads a company, {asked.leads:,} leads, one rate {drop:.0%} "
                    f"lower: found first in {first} of {number} ({first / number:.0%}), its month "
                    f"within 45 days in {turned}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
