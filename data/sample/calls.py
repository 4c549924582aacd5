"""What came of calling the purchased lists of the sample."""

import numpy as np
import pandas as pd

from data.sample.marketing import Arrivals
from data.sample.world import Flags, Floats, Words, World, blanked, pick, words


def calls(
    world: World,
    came: Arrivals,
    contacts: pd.DataFrame,
    *,
    is_junk: Flags,
    is_invalid: Flags,
    has_answered: Flags,
    rng: np.random.Generator,
) -> dict[str, Words | Floats]:
    """The outcome of the calls of each lead, and how many there were; null of leads never called.

    Columns: call_outcome, call_attempts. A batch is called in the order of the list, so that of
    the latest the first part is known. `has_answered`: leads that moved on, so somebody spoke.
    """
    facts = world.facts["calls"]
    count = len(contacts)
    draw = rng.random(count)
    is_called, dead = _called(world, came)
    is_called &= contacts["phone"].notna().to_numpy()
    talked = words(["reached", "not_interested"])[pick(rng, facts["talked"], count)]
    # A person of whom no e-mail is known either could not be reached at all, and no lead is that.
    is_dead = (draw < dead) & contacts["email"].notna().to_numpy()
    outcome = np.where(draw > 1 - facts["no_answer"], "no_answer", talked)
    is_dead |= is_invalid & contacts["email"].notna().to_numpy()
    outcome = np.where(is_dead, "dead_number", outcome)
    outcome = np.where(has_answered, "reached", outcome)
    false = np.where(draw < facts["junk_impostor"], "impostor", "dead_number")
    outcome = np.where(is_junk, false, outcome)
    tries = pick(rng, facts["attempts"], count) + 1
    tries += np.where(outcome == "no_answer", facts["more_without_answer"], 0)
    return {
        "call_outcome": blanked(words(outcome), ~is_called),
        "call_attempts": np.where(is_called, tries, np.nan),
    }


def _called(world: World, came: Arrivals) -> tuple[Flags, Floats]:
    """Which leads were called, and the part of dead numbers in the list that each came with."""
    batches = world.facts["calls"]["batches"]
    is_called = np.zeros(len(came.source), dtype=bool)
    dead = np.zeros(len(came.source))
    for name, batch in batches.items():
        rows = np.flatnonzero(came.campaign == name)
        is_called[rows[: round(batch["called"] * len(rows))]] = True
        dead[rows] = batch["dead"]
    return is_called, dead
