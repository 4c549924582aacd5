"""How the sample's leads move: from stage to stage, back, out, and sometimes in again.

All leads move at once: a round draws the next move of every lead that is still on its way.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.sample.world import DAY, Flags, Floats, Ints, Words, World

STAGES = ("lead", "iql", "mql", "sal", "sql", "opportunity", "won")
LOST, DISQUALIFIED = len(STAGES), len(STAGES) + 1
SLUGS = (*STAGES, "lost", "disqualified")

_SAL, _WON = STAGES.index("sal"), STAGES.index("won")
_ROUNDS = 40


@dataclass(frozen=True)
class Walkers:
    """What of the leads decides how they move; one entry a lead, in order of creation."""

    source: Ints
    created: Floats
    team: Words
    quality: Floats
    marketing_odds: Floats  # log odds of the steps up to prospect
    sales_odds: Floats  # log odds of the steps after that


def moves(world: World, walkers: Walkers, rng: np.random.Generator) -> pd.DataFrame:
    """All moves up to the end, one row per move, in order of time.

    Columns: lead (position), stage (slug), rank (of the stage; exits after all stages), at (local
    seconds, never before the lead's creation).
    """
    chance = _chances(world, walkers)
    journey = _Journey(world, walkers, chance, rng)
    for _ in range(_ROUNDS):
        if not journey.step():
            break
    table = journey.table()
    table = table[table["at"] <= world.end]
    table = table[~_unrecorded(world, walkers, table, rng)]
    table = table.sort_values(["at", "lead"], kind="stable", ignore_index=True)
    return table.assign(stage=np.array(SLUGS, dtype=object)[table["rank"]])


def _chances(world: World, walkers: Walkers) -> Floats:
    """The eventual chance of each lead to go on from each stage, loops included."""
    facts = world.facts["moves"]
    prospect, opportunity, customer = np.array([source.reach for source in world.sources]).T
    parts = [prospect] * 3 + [opportunity / prospect] * 2 + [customer / opportunity]
    steps = np.stack(
        [part**power for part, power in zip(parts, facts["split"], strict=True)], axis=1
    )
    odds = np.log(steps / (1 - steps))[walkers.source]
    odds += facts["quality_weight"] * walkers.quality[:, None] + np.array(facts["selection"])
    odds[:, :_SAL] += walkers.marketing_odds[:, None]
    odds[:, _SAL:] += walkers.sales_odds[:, None]
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


class _Journey:
    """Where every lead is and since when, and the moves made so far."""

    def __init__(
        self, world: World, walkers: Walkers, chance: Floats, rng: np.random.Generator
    ) -> None:
        self.world, self.facts, self.rng = world, world.facts["moves"], rng
        self.chance = chance
        self.pace = np.array([source.pace for source in world.sources])[walkers.source]
        slow = self.facts["slow"]
        self.slow_team = np.asarray(walkers.team == slow["team"], dtype=np.bool_)
        self.slow_since = float(world.day(slow["since"]) * DAY)
        count = len(walkers.created)
        self.stage = np.zeros(count, dtype=np.int64)
        self.since = walkers.created.copy()
        self.moving = np.arange(count)
        self.made: list[tuple[Ints, Ints, Floats]] = []
        self._record(self.moving, self.stage, self.since)

    def step(self) -> bool:
        """One move of each lead on its way. False when none is left."""
        lead = self.moving[self.since[self.moving] <= self.world.end]
        if not len(lead):
            return False
        stage = self.stage[lead]
        go_on, back = self._weights(lead, stage)
        draw = self.rng.random(len(lead))
        advances = draw < go_on
        returns = ~advances & (draw < go_on + back)
        leaves = ~(advances | returns)
        self._advance(lead[advances])
        self._return(lead[returns])
        stays_in = self._leave(lead[leaves])
        self.moving = np.concatenate([lead[advances], lead[returns], stays_in])
        self.moving = self.moving[self.stage[self.moving] < _WON]
        return True

    def table(self) -> pd.DataFrame:
        """All moves made, those of a lead in their order."""
        lead, rank, at = (np.concatenate(column) for column in zip(*self.made, strict=True))
        return pd.DataFrame({"lead": lead, "rank": rank, "at": at})

    def _weights(self, lead: Ints, stage: Ints) -> tuple[Floats, Floats]:
        """The chances of this visit to end by going on and by going back.

        Who goes back mostly comes again, so the chance of one visit is a bit lower than the
        eventual chance of going on.
        """
        in_the_end = self.chance[lead, stage] * np.where(
            self._slow(lead, stage), self.facts["slow"]["chance"], 1.0
        )
        back = np.array(self.facts["back"])[stage]
        comes_again = self.chance[lead, np.maximum(stage - 1, 0)]
        go_on = in_the_end * (1 - back * comes_again)
        return go_on, np.minimum(back, 1 - go_on)

    def _slow(self, lead: Ints, stage: Ints) -> Flags:
        return np.asarray(
            (stage == _SAL) & self.slow_team[lead] & (self.since[lead] >= self.slow_since)
        )

    def _advance(self, lead: Ints) -> None:
        stage = self.stage[lead]
        median = np.array(self.facts["advance_days"])[stage] * self.pace[lead]
        median *= np.where(self._slow(lead, stage), self.facts["slow"]["pace"], 1.0)
        spread = np.array(self.facts["advance_spread"])[stage]
        at = self.since[lead] + self._days(median, spread)
        by_sales = stage + 1 >= _SAL
        at[by_sales] = self.world.to_office(at[by_sales], self.rng)
        at[~by_sales] = self.world.to_waking(at[~by_sales], self.rng)
        self._enter(lead, stage + 1, at)

    def _return(self, lead: Ints) -> None:
        stage = self.stage[lead]
        median = np.array(self.facts["back_days"])[stage] * self.pace[lead]
        at = self.since[lead] + self._days(median, self.facts["exit_spread"])
        self._enter(lead, stage - 1, self.world.to_office(at, self.rng))

    def _leave(self, lead: Ints) -> Ints:
        """Takes leads out; gives those that came in again, which stand where they were lost."""
        lead = lead[self.rng.random(len(lead)) >= self.facts["forgotten"]]
        stage = self.stage[lead]
        refused = self.rng.random(len(lead)) < np.array(self.facts["disqualified"])[stage]
        median = np.where(
            refused,
            np.array(self.facts["disqualified_days"])[stage],
            np.array(self.facts["lost_days"])[stage] * self.pace[lead],
        )
        at = self.since[lead] + self._days(median, self.facts["exit_spread"])
        at = self.world.to_office(at, self.rng)
        self._record(lead, np.where(refused, DISQUALIFIED, LOST), at)
        again = (self.rng.random(len(lead)) < self.facts["reopened"]) & ~refused & (stage >= _SAL)
        back_at = at + self._days(np.full(len(lead), self.facts["reopened_days"]), 0.6)
        self._enter(lead[again], stage[again], self.world.to_office(back_at[again], self.rng))
        return np.asarray(lead[again], dtype=np.int64)

    def _days(self, median: Floats, spread: Floats | float) -> Floats:
        """Log-normal waits in seconds; never less than two minutes, so that moves keep order."""
        wait = median * np.exp(spread * self.rng.standard_normal(len(median)))
        return np.asarray(np.maximum(wait * DAY, 120), dtype=np.float64)

    def _enter(self, lead: Ints, stage: Ints, at: Floats) -> None:
        self.stage[lead], self.since[lead] = stage, at
        self._record(lead, stage, at)

    def _record(self, lead: Ints, rank: Ints, at: Floats) -> None:
        self.made.append((lead.copy(), rank.copy(), at.copy()))


def _unrecorded(
    world: World, walkers: Walkers, table: pd.DataFrame, rng: np.random.Generator
) -> Flags:
    """Moves that nobody wrote down: the lead was next seen at a later stage.

    Only first passages through a stage that the lead went on from; the rates stay as they are.
    """
    rank, lead = table["rank"].to_numpy(), table["lead"].to_numpy()
    stages_only = table.where(table["rank"] <= _WON)
    furthest = stages_only.groupby("lead")["rank"].max().reindex(range(len(walkers.source)))
    reached = furthest.fillna(0).to_numpy(dtype=np.int64)
    # A stage gone back to, or lost from, is kept: without it the move after it would make no sense.
    at = table["at"].to_numpy()
    order = np.lexsort((at, lead))
    next_rank = np.full(len(rank), -1)
    same_lead = lead[order][1:] == lead[order][:-1]
    next_rank[order[:-1]] = np.where(same_lead, rank[order][1:], -1)
    passage = (next_rank == rank + 1) & (next_rank <= _WON) & ~table.duplicated(["lead", "rank"])
    share = np.array([*world.facts["moves"]["skipped"], 0.0, 0.0])[rank]
    hidden = rng.random(len(rank)) < share
    straight = rng.random(len(walkers.source))
    for number, source in enumerate(world.sources):
        if source.straight is None:
            continue
        to = STAGES.index(source.straight["to"])
        chosen = (walkers.source == number) & (straight < source.straight["share"])
        hidden |= (chosen & (reached >= to))[lead] & (rank < to)
    return np.asarray(hidden & passage, dtype=np.bool_)
