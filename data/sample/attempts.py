"""How the sample's sales people get in touch with leads: calls and mails until these answer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.sample.moves import STAGES
from data.sample.world import DAY, Flags, Floats, Ints, Words, World, words

_SAL, _SQL = STAGES.index("sal"), STAGES.index("sql")
_HOUR = 3600
_FRIDAY = 4


@dataclass(frozen=True)
class Called:
    """What of the leads decides how they are called; one entry a lead, in order of creation."""

    created: Floats
    team: Words
    is_junk: Flags
    gone: Floats  # when it was out for good, endless where it is still in
    furthest: Ints


def attempts(
    world: World, called: Called, moved: pd.DataFrame, until: float, rng: np.random.Generator
) -> pd.DataFrame:
    """What passed between sales people and leads by an instant, in order of time.

    Columns: lead (position), at (local seconds), kind.
    """
    parts = [*_until_answered(world, called, rng), _of_sql(world, moved, rng)]
    lead, at, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = (at <= until) & (at < called.gone[lead])
    rows = pd.DataFrame({"lead": lead[kept], "at": at[kept], "kind": kind[kept]})
    return rows.sort_values(["at", "lead"], kind="stable", ignore_index=True)


def _until_answered(
    world: World, called: Called, rng: np.random.Generator
) -> list[tuple[Ints, Floats, Words]]:
    """A lead is tried again and again, by phone or mail, until it answers or is given up."""
    facts = world.facts["attempts"]
    count = len(called.created)
    forgotten = rng.random(count) < np.where(called.is_junk, facts["junk_ignored"], facts["missed"])
    at = called.created + _wait(rng, facts["first_hours"], facts["first_spread"], count)
    at += np.where(_is_late_on_friday(world, called), facts["friday"]["days"] * DAY, 0)
    chance = np.where(called.furthest >= _SAL, facts["answer_of_prospects"], facts["answer"])
    lead, parts = np.flatnonzero(~forgotten), []
    for _turn in range(facts["most"]):
        at[lead] = world.to_office(at[lead], rng)
        is_call = rng.random(len(lead)) < facts["by_phone"]
        answers = rng.random(len(lead)) < chance[lead]
        kind = np.where(is_call, np.where(answers, "call_answered", "sales_call"), "sales_email")
        parts.append((lead, at[lead].copy(), words(kind)))
        mailed = lead[answers & ~is_call]
        reply = world.to_waking(
            at[mailed] + _wait(rng, facts["reply_hours"], 1.0, len(mailed)), rng
        )
        parts.append((mailed, reply, words(["email_reply"] * len(mailed))))
        lead = lead[~answers]
        at[lead] += _wait(rng, facts["again_hours"], 0.7, len(lead))
    return parts


def _of_sql(
    world: World, moved: pd.DataFrame, rng: np.random.Generator
) -> tuple[Ints, Floats, Words]:
    """Who has become an SQL is called again, by nearly all."""
    facts = world.facts["attempts"]
    entered = moved[moved["rank"] == _SQL].drop_duplicates("lead")
    entered = entered[rng.random(len(entered)) >= facts["missed"]]
    at = entered["at"].to_numpy() + _wait(rng, facts["sql_hours"], 1.0, len(entered))
    lead, at = entered["lead"].to_numpy(dtype=np.int64), world.to_office(at, rng)
    answers = rng.random(len(lead)) < facts["answer_of_prospects"]
    return lead, at, words(np.where(answers, "call_answered", "sales_call"))


def _is_late_on_friday(world: World, called: Called) -> Flags:
    """Leads of the team that goes home early on Fridays, and leaves them for next week."""
    friday = world.facts["attempts"]["friday"]
    day, of_day = np.divmod(called.created, DAY)
    is_friday = (day + world.first_day.weekday()) % 7 == _FRIDAY
    return np.asarray(
        (called.team == friday["team"]) & is_friday & (of_day >= friday["from_hour"] * _HOUR)
    )


def _wait(rng: np.random.Generator, hours: float, spread: float, count: int) -> Floats:
    """Log-normal waits in seconds, of at least a minute."""
    wait = hours * _HOUR * np.exp(spread * rng.standard_normal(count))
    return np.asarray(np.maximum(wait, 60.0), dtype=np.float64)
