"""Made-up funnels in which everything is equal but one thing, and how often that is found.

`python -m tests.planted` prints both rates: how often the planted bottleneck is the first of the
ranking, and how often anything is ranked where nothing was planted.
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
from data.pipeline import Pipeline
from data.store import Generation, Store
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
    root: Path, seed: int, planted: Bottleneck | None, leads: int = STATED_LEADS
) -> Generation:
    """A store with two years of leads, all of one kind but for what is planted."""
    random = np.random.default_rng([seed, 2])
    people = _people(random, leads)
    moves = _moves(random, people, planted)
    store = Store(root)
    with store.writing(wait=PATIENCE) as draft:
        for table, rows in (("leads", people.drop(columns="day")), ("stage_history", moves)):
            draft.con.register("arriving", rows)
            draft.con.execute(f"insert into {table} by name select * from arriving")
            draft.con.unregister("arriving")
        return draft.publish()


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


def run(seed: int, planted: Bottleneck | None, leads: int = STATED_LEADS) -> Found:
    """One made-up funnel, asked for its bottlenecks."""
    with tempfile.TemporaryDirectory() as folder:
        generation = write(Path(folder), seed, planted, leads)
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


def runs(seeds: range, drop: float | None, leads: int) -> Iterator[Found]:
    """Many of them; with nothing planted where there is no drop."""
    for seed in seeds:
        yield run(seed, None if drop is None else drawn(seed, drop), leads)


def main() -> None:
    """Prints both rates."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--leads", type=int, default=STATED_LEADS)
    parser.add_argument("--drops", type=float, nargs="*", default=[0.3, 0.4, 0.5, STATED_DROP])
    asked = parser.parse_args()
    for drop in [None, *asked.drops]:
        found: list[Found] = []
        for one in runs(range(asked.runs), drop, asked.leads):
            found.append(one)
            if len(found) % 20 == 0:
                print(f"  {len(found)} of {asked.runs}", end="\r", flush=True)
        if drop is None:
            ranked = sum(one.ranked for one in found)
            print(
                f"{asked.leads:,} leads, nothing planted: something ranked in {ranked} of "
                f"{asked.runs} runs ({ranked / asked.runs:.1%})"
            )
            continue
        first, turned = sum(one.first for one in found), sum(one.turned for one in found)
        stated = " (the stated size)" if (asked.leads, drop) == (STATED_LEADS, STATED_DROP) else ""
        print(
            f"{asked.leads:,} leads, one rate {drop:.0%} lower{stated}: found first in {first} of "
            f"{asked.runs} runs ({first / asked.runs:.1%}), its month within 45 days in {turned}"
        )


if __name__ == "__main__":
    main()
