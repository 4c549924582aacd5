"""Why the sample's leads were lost, disqualified or sent back, as their sales people wrote it."""

import numpy as np
import pandas as pd

from data.sample.moves import LOST, SLUGS, STAGES
from data.sample.world import DAY, Floats, Ints, Words, World, words


def reasons(
    world: World, moved: pd.DataFrame, team: Words, rng: np.random.Generator
) -> pd.DataFrame:
    """The reasons of leads that left or went back, one row per move and reason.

    `moved`: all moves as `moves` gives them; `team`: of each lead.

    Columns:
        lead: its position.
        stage: the slug of what it moved to.
        at: local seconds.
        reason: as it was written.
        kind: what it means.
    """
    facts = world.facts["reasons"]
    ends = _ends(moved)
    way = ends["way"].to_numpy()
    is_told = rng.random(len(ends)) < np.array(facts["known"])[way]
    kinds = [*facts["words"]]
    weights = np.array(
        [[facts["weights"][name][kind] for kind in kinds] for name in _WAYS], dtype=np.float64
    )[way]
    rise = facts["rise"]
    rises = (team[ends["lead"]] == rise["team"]) & (ends["at"] >= world.day(rise["since"]) * DAY)
    weights[rises & (way == _WAYS.index("lost")), kinds.index(rise["kind"])] *= rise["times"]
    first = _drawn(weights, rng)
    second = _drawn(weights, rng)
    has_two = (rng.random(len(ends)) < facts["two"]) & (first != second)
    told = pd.concat(
        [
            ends[is_told].assign(kind=first[is_told]),
            ends[is_told & has_two].assign(kind=second[is_told & has_two]),
        ]
    ).sort_index(kind="stable")
    return pd.DataFrame(
        {
            "lead": told["lead"].to_numpy(),
            "stage": words([SLUGS[rank] for rank in told["rank"]]),
            "at": told["at"].to_numpy(),
            "reason": _written(facts["words"], kinds, told["kind"].to_numpy(), rng),
            "kind": words(kinds)[told["kind"].to_numpy()],
        }
    )


_WAYS = ("lost", "disqualified", "back")


def _ends(moved: pd.DataFrame) -> pd.DataFrame:
    """The moves out of the pipeline and back; `way`: which of `_WAYS` each is."""
    before = moved.groupby("lead")["rank"].shift(fill_value=-1)
    is_exit = moved["rank"] >= len(STAGES)
    is_back = ~is_exit & (moved["rank"] < before) & (before < len(STAGES))
    way = np.where(is_exit, moved["rank"] - LOST, _WAYS.index("back"))
    return moved.assign(way=way)[is_exit | is_back].reset_index(drop=True)


def _drawn(weights: Floats, rng: np.random.Generator) -> Ints:
    """The position of a kind for each row of weights."""
    limits = np.cumsum(weights, axis=1)
    return np.asarray((rng.random(len(weights))[:, None] * limits[:, -1:] >= limits).sum(axis=1))


def _written(
    spellings: dict[str, list[str]], kinds: list[str], kind: Ints, rng: np.random.Generator
) -> Words:
    """What was typed for each kind."""
    draw = rng.random(len(kind))
    typed = [spellings[kinds[number]] for number in kind]
    return words([texts[int(part * len(texts))] for texts, part in zip(typed, draw, strict=True)])
