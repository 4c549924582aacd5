"""The sample: two years of leads of a made-up Vietnamese company, the same at every run.

The facts of its world stand in `world.toml`; what there is to find in it, with the figures, in
`data/sample.md`.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from data.criterion import criteria_of
from data.draft import writing
from data.fit import fit_of
from data.pipeline import Pipeline
from data.progress import Progress, silent
from data.response import promise
from data.sample.attempts import Called, attempts
from data.sample.calls import calls
from data.sample.marketing import Arrivals, arrivals, spend, touches
from data.sample.moves import STAGES, Walkers, moves
from data.sample.people import companies, elsewhere, junk, mistyped, people
from data.sample.reasons import reasons
from data.sample.world import DAY, Flags, Floats, Ints, Words, World, blanked, words
from data.screening.rules import Rules
from data.screening.screening import place_leads, screen
from data.store import Generation, Store
from data.toml import TomlTable

LEADS = 30_000
SEED = 2026

_PARTS = (
    "arrivals", "companies", "people", "leads", "moves", "touches", "spend", "answers", "contacts",
    "consents", "calls", "reasons", "attempts",
)  # fmt: skip
FURTHER = {
    "province": "varchar",
    "consent": "varchar",
    "call_outcome": "varchar",
    "call_attempts": "integer",
}
"""The columns of the leads that `schema.sql` does not have, as a file may bring them."""

_SAL, _OPPORTUNITY = STAGES.index("sal"), STAGES.index("opportunity")
_LOOK_BACK = 1500  # a repeated lead repeats one of this many leads before it


def write(
    store: Store, *, leads: int = LEADS, seed: int = SEED, progress: Progress | None = None
) -> Generation:
    """Makes the sample the store's new current generation.

    Raises:
        StoreBusy: another load holds the store.
    """
    report = progress or silent
    facts = World.read().facts
    with writing(store, anew=True) as draft:
        made = tables(leads=leads, seed=seed, progress=lambda what, part: report(what, part * 0.4))
        draft.pipeline = _pipeline(facts)
        draft.time_zone = facts["time_zone"]
        draft.currency = facts["currency"]
        draft.sample = True
        for column, kind in FURTHER.items():
            draft.con.execute(f"alter table leads add column {column} {kind}")
        for table, rows in made.items():
            report(table, 0.45)
            draft.con.register("sample_rows", rows)
            draft.con.execute(f"insert into {table} by name select * from sample_rows")
            draft.con.unregister("sample_rows")
        place_leads(draft.con)
        screen(draft.con, Rules.default(), lambda what, part: report(what, 0.45 + part * 0.05))
        return draft.publish(lambda what, part: report(what, 0.5 + part * 0.5))


def tables(
    *, leads: int = LEADS, seed: int = SEED, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """The rows of the input tables of the sample; the same arguments give the same rows.

    Returns:
        A frame for each of leads, stage_history, reasons, touches and spend, with the columns of
        `schema.sql`, and those of FURTHER in leads besides. Times are naive UTC.
    """
    report = progress or silent
    world = World.read()
    draws = {part: np.random.default_rng([seed, number]) for number, part in enumerate(_PARTS)}
    lead_id = words([f"L{number:06d}" for number in range(1, leads + 1)])
    report("leads", 0.0)
    came = arrivals(world, leads, draws["arrivals"])
    cast = _cast(world, came, draws)
    report("stage_history", 0.4)
    moved = moves(world, _walkers(world, came, cast), draws["moves"])
    known = _outcomes(moved, leads)
    owners = _handed_over(world, cast, known, draws["leads"])
    report("touches", 0.7)
    contacts = touches(
        world, came, known.last_move, known.furthest >= _OPPORTUNITY, draws["touches"]
    )
    last = max(contacts["at"].max(), moved["at"].max(), came.created.max())
    attempted = attempts(world, _called(came, cast, known), moved, float(last), draws["attempts"])
    report("spend", 0.9)
    return {
        "leads": _lead_rows(world, came, cast, lead_id).assign(
            owner=owners,
            score=_scores(world, came, cast, draws["answers"]),
            **_answers(world, known, draws["answers"]),
            **_amounts(world, cast, known, draws["answers"]),
            consent=_consents(world, came, draws["consents"]),
            **calls(
                world,
                came,
                cast.rows[["email", "phone"]],
                is_junk=cast.is_junk,
                is_invalid=cast.is_invalid,
                has_answered=known.furthest >= _SAL,
                rng=draws["calls"],
            ),
        ),
        "stage_history": _history_rows(world, moved, cast, owners, lead_id),
        "reasons": _reason_rows(
            world,
            reasons(world, moved, cast.rows["team"].to_numpy(dtype=object), draws["reasons"]),
            lead_id,
        ),
        "touches": _touch_rows(world, contacts, attempted, lead_id),
        "spend": _spend_rows(world, spend(world, came, draws["spend"])),
    }


def _pipeline(facts: dict[str, Any]) -> Pipeline:
    plain = Pipeline.default()
    stages = (
        replace(
            stage,
            limit_days=facts["limits"].get(stage.slug),
            answer_within=_promised(facts, stage.slug),
            criteria=criteria_of(TomlTable({"criteria": facts["criteria"].get(stage.slug, [])})),
        )
        for stage in plain.stages
    )
    return replace(plain, stages=tuple(stages), fit=fit_of(TomlTable(facts)))


def _promised(facts: dict[str, Any], stage: str) -> int | None:
    text = facts["answer_within"].get(stage)
    return None if text is None else promise(TomlTable({"answer_within": text}))


@dataclass(frozen=True)
class _Cast:
    """Who the leads are; `rows` has one row a lead: people's and companies' columns, source_raw."""

    rows: pd.DataFrame
    owner: Words  # the first one
    skill: Floats  # the owner's, log odds a step
    quality: Floats  # how good a lead it is, in sd; it shows only through the score
    is_junk: Flags
    is_repeat: Flags
    is_told_by_name: Flags  # it repeats one, and shares neither e-mail nor phone with it
    original: Ints  # the place of the lead that it repeats, or its own
    is_invalid: Flags  # its contacts are mistyped
    is_silent: Flags  # it left none


@dataclass(frozen=True)
class _Outcomes:
    """What had become of each lead by the end."""

    last_move: Floats
    furthest: Ints  # rank of the furthest stage seen
    has_left: Flags


def _outcomes(moved: pd.DataFrame, leads: int) -> _Outcomes:
    last = moved.drop_duplicates("lead", keep="last").sort_values("lead")
    on_stage = moved[moved["rank"] < len(STAGES)]
    furthest = np.zeros(leads, dtype=np.int64)
    np.maximum.at(furthest, on_stage["lead"].to_numpy(), on_stage["rank"].to_numpy())
    return _Outcomes(last["at"].to_numpy(), furthest, last["rank"].to_numpy() >= len(STAGES))


def _cast(world: World, came: Arrivals, draws: dict[str, np.random.Generator]) -> _Cast:
    count, rng = len(came.source), draws["people"]
    is_junk, original = _junk_and_repeats(world, came, rng)
    is_repeat = original != np.arange(count)
    pool = companies(
        world, max(int(count * world.facts["companies"]["per_lead"]), 1), draws["companies"]
    )
    firm = pool.iloc[rng.integers(len(pool), size=count)[original]].reset_index(drop=True)
    person = people(world, firm["domain"].to_numpy(dtype=object), rng)
    rows = pd.concat([firm, person.iloc[original].reset_index(drop=True)], axis=1)
    rows["source_raw"] = _spellings(world, came.source, rng)
    _spell_otherwise(rows, np.flatnonzero(is_repeat), rng)
    is_told_by_name = _reach_elsewhere(world, came, rows, is_repeat)
    chaff = junk(world, int(is_junk.sum()), rng)
    for column in chaff:
        rows.loc[is_junk, column] = chaff[column].to_numpy(dtype=object)
    is_invalid, is_silent = _spoil(world, came, rows, original, is_junk, draws["contacts"])
    owner = _owners(world, rows["team"].to_numpy(dtype=object), came.created, rng)
    names = [name for members in world.facts["teams"]["owners"].values() for name in members]
    spread = world.facts["moves"]["owner_spread"]
    skill = dict(zip(names, spread * draws["leads"].standard_normal(len(names)), strict=True))
    return _Cast(
        rows=rows,
        owner=owner,
        skill=np.array([skill[name] for name in owner]),
        quality=draws["leads"].standard_normal(count),
        is_junk=is_junk,
        is_repeat=is_repeat,
        is_told_by_name=is_told_by_name,
        original=original,
        is_invalid=is_invalid,
        is_silent=is_silent,
    )


def _junk_and_repeats(world: World, came: Arrivals, rng: np.random.Generator) -> tuple[Flags, Ints]:
    """Which leads are junk, and for each lead the earlier one that it repeats, or itself."""
    number = np.arange(len(came.source))
    draw = rng.random(len(number))
    junk_share = np.array([source.junk for source in world.sources])[came.source]
    repeat_share = np.array([source.duplicate for source in world.sources])[came.source]
    is_junk = draw < junk_share
    earlier = number - 1 - (rng.random(len(number)) ** 2 * _LOOK_BACK).astype(np.int64)
    candidate = (draw >= junk_share) & (draw < junk_share + repeat_share) & (earlier >= 0)
    usable = ~is_junk & ~candidate
    is_repeat = candidate & usable[np.maximum(earlier, 0)]
    return np.asarray(is_junk), np.where(is_repeat, earlier, number).astype(np.int64)


def _spoil(
    world: World,
    came: Arrivals,
    rows: pd.DataFrame,
    original: Ints,
    is_junk: Flags,
    rng: np.random.Generator,
) -> tuple[Flags, Flags]:
    """Mistypes the contacts of some leads, and takes away those of others; says of which.

    Of leads that are nobody else's: a repetition stays one.
    """
    number = np.arange(len(rows))
    repeated = np.bincount(original, minlength=len(rows)) > 1
    draw = np.where(is_junk | repeated | (original != number), np.inf, rng.random(len(rows)))
    invalid = np.array([source.invalid for source in world.sources])[came.source]
    silent = np.array([source.silent for source in world.sources])[came.source]
    is_invalid, is_silent = draw < invalid, (draw >= invalid) & (draw < invalid + silent)
    for column, cells in mistyped(rows.loc[is_invalid, ["email", "phone"]], rng).items():
        rows.loc[is_invalid, column] = cells
        rows.loc[is_silent, column] = None
    return np.asarray(is_invalid), np.asarray(is_silent)


def planted(*, leads: int = LEADS, seed: int = SEED) -> pd.DataFrame:
    """What screening has to find in the sample of these arguments.

    Columns: (one row per lead, in their order)
        lead_id: its id.
        planted: ok, duplicate, invalid, junk or unreachable.
        is_likely: whether it is a duplicate that only name and company tell.
        original: the id of the lead that a duplicate repeats, else null.
    """
    world = World.read()
    draws = {part: np.random.default_rng([seed, number]) for number, part in enumerate(_PARTS)}
    cast = _cast(world, arrivals(world, leads, draws["arrivals"]), draws)
    lead_id = words([f"L{number:06d}" for number in range(1, leads + 1)])
    is_what = [cast.is_junk, cast.is_repeat, cast.is_invalid, cast.is_silent]
    return pd.DataFrame(
        {
            "lead_id": lead_id,
            "planted": np.select(is_what, ["junk", "duplicate", "invalid", "unreachable"], "ok"),
            "is_likely": cast.is_told_by_name,
            "original": blanked(lead_id[cast.original], ~cast.is_repeat),
        }
    )


def _spellings(world: World, source: Ints, rng: np.random.Generator) -> Words:
    """What people typed for the source: mostly its first spelling."""
    draw = rng.random(len(source))
    typed = []
    for number, part in zip(source, draw, strict=True):
        choices = world.sources[number].spellings
        index = 0 if part < 0.5 else int((part - 0.5) * 2 * len(choices))
        typed.append(choices[index] if choices else None)
    return words(typed)


def _spell_otherwise(rows: pd.DataFrame, repeats: Ints, rng: np.random.Generator) -> None:
    """Writes repeated people a little differently, as another form or another colleague would."""
    if not len(repeats):
        return
    draw = rng.random((4, len(repeats)))
    again = rows.iloc[repeats]
    changes = {
        "name": (
            draw[0] < 0.6,
            again["plain_name"].str.upper().where(draw[0] < 0.2, again["plain_name"]),
        ),
        "email": (draw[1] < 0.35, again["email"].str.capitalize()),
        "phone": (draw[2] < 0.55, again["other_phone"]),
        "company": (draw[3] < 0.5, again["short_company"]),
    }
    for column, (changed, other) in changes.items():
        rows.loc[again.index[changed], column] = other[changed]


def _reach_elsewhere(world: World, came: Arrivals, rows: pd.DataFrame, is_repeat: Flags) -> Flags:
    """Gives some repetitions another way to be reached than their only one; says which."""
    named = world.facts["repetitions"]["told_by_name"]
    of_these = np.array([source.slug in named for source in world.sources])[came.source]
    is_one_way = rows["email"].isna().to_numpy() ^ rows["phone"].isna().to_numpy()
    found = is_repeat & of_these & is_one_way
    for column, cells in elsewhere(rows.loc[found, ["email", "phone"]]).items():
        rows.loc[found, column] = cells
    return np.asarray(found)


def _owners(world: World, team: Words, at: Floats, rng: np.random.Generator) -> Words:
    """A sales person of the team who had not left at the time."""
    teams = world.facts["teams"]
    owner = words([None] * len(team))
    draw = rng.random(len(team))
    for name, members in teams["owners"].items():
        rows = np.flatnonzero(team == name)
        until = np.array([_last_second(world, member) for member in members])
        there = np.cumsum(until >= at[rows, None], axis=1)
        chosen = (draw[rows, None] * there[:, -1:] >= there).sum(axis=1)
        owner[rows] = words(members)[chosen]
    return owner


def _handed_over(world: World, cast: _Cast, known: _Outcomes, rng: np.random.Generator) -> Words:
    """The final owners: leads of those who left went to others, some leads never had an owner."""
    team = cast.rows["team"].to_numpy(dtype=object)
    fresh = _owners(world, team, known.last_move, rng)
    until = np.array([_last_second(world, name) for name in cast.owner])
    owner = np.where(known.last_move <= until, cast.owner, fresh)
    is_unassigned = rng.random(len(owner)) < world.facts["teams"]["unassigned"]
    return blanked(owner, is_unassigned & (known.furthest < _SAL))


def _last_second(world: World, owner: str) -> float:
    left = world.facts["teams"]["left"].get(owner)
    return float("inf") if left is None else (world.day(left) + 1) * DAY - 1


def _walkers(world: World, came: Arrivals, cast: _Cast) -> Walkers:
    facts = world.facts["moves"]
    industry = cast.rows["industry_odds"].to_numpy()
    chaff = cast.is_junk * facts["junk_odds"] + cast.is_repeat * facts["duplicate_odds"]
    better = facts["better"]
    since = came.created >= world.day(better["since"]) * DAY
    return Walkers(
        source=came.source,
        created=came.created,
        team=cast.rows["team"].to_numpy(dtype=object),
        quality=cast.quality,
        marketing_odds=industry + chaff + since * better["odds"],
        sales_odds=industry + chaff + cast.skill,
    )


def _lead_rows(world: World, came: Arrivals, cast: _Cast, lead_id: Words) -> pd.DataFrame:
    kept = ["team", "region", "province", "industry", "company", "company_size"]
    return cast.rows[[*kept, "name", "email", "phone", "source_raw"]].assign(
        lead_id=lead_id,
        created_at=world.utc(came.created),
        source=words([source.slug for source in world.sources])[came.source],
        channel=words([source.channel for source in world.sources])[came.source],
        campaign=came.campaign,
    )


def _scores(world: World, came: Arrivals, cast: _Cast, rng: np.random.Generator) -> Floats:
    """Lead scores, 0 to 100: a noisy look at the lead's quality and at where it came from."""
    facts = world.facts["scores"]
    prospects = np.array([source.reach[0] for source in world.sources])[came.source]
    score = facts["middle"] + facts["by_quality"] * cast.quality
    score += facts["by_source"] * (prospects - prospects.mean())
    score += facts["noise"] * rng.standard_normal(len(cast.quality))
    return np.asarray(np.clip(np.round(score), 0, 100), dtype=np.float64)


def _answers(world: World, known: _Outcomes, rng: np.random.Generator) -> dict[str, Words]:
    """Need, budget, authority and timing as known at the end: yes, no, or unknown (None)."""
    facts = world.facts["bant"]
    answers = {}
    for question in ("need", "budget", "authority", "timing"):
        draw = rng.random(len(known.furthest))
        yes = np.array(facts[question]["yes"])[known.furthest]
        no = np.array(facts[question]["no"])[known.furthest]
        no = no * np.where(known.has_left, facts["no_when_gone"], 1.0)
        answers[question] = blanked(draw < yes, (draw >= yes) & (draw <= 1 - no))
    return answers


def _consents(world: World, came: Arrivals, rng: np.random.Generator) -> Words:
    """Whether each agreed to be contacted: yes, no, or not known."""
    draw = rng.random(len(came.source))
    yes, no = np.array([source.consent for source in world.sources])[came.source].T
    said = words(np.where(draw < yes, "yes", "no"))
    return blanked(said, draw >= yes + no)


def _amounts(
    world: World, cast: _Cast, known: _Outcomes, rng: np.random.Generator
) -> dict[str, Floats | Words]:
    facts = world.facts["amounts"]
    usual = cast.rows["amount"].to_numpy()
    drawn = usual * np.exp(facts["spread"] * rng.standard_normal(len(usual)))
    rounded = np.maximum(np.round(drawn / facts["round_to"]), 1) * facts["round_to"]
    given = rng.random(len(usual)) < np.array(facts["known"])[known.furthest]
    return {
        "amount": np.where(given, rounded, np.nan),
        "currency": blanked(words([world.facts["currency"]] * len(given)), ~given),
    }


def _history_rows(
    world: World, moved: pd.DataFrame, cast: _Cast, owners: Words, lead_id: Words
) -> pd.DataFrame:
    lead, at = moved["lead"].to_numpy(), moved["at"].to_numpy()
    until = np.array([_last_second(world, name) for name in cast.owner])
    by = np.where(at <= until[lead], cast.owner[lead], owners[lead])
    automatic = (moved["rank"].to_numpy() < _SAL) | pd.isna(owners[lead])
    return pd.DataFrame(
        {
            "lead_id": lead_id[lead],
            "stage": moved["stage"].to_numpy(dtype=object),
            "entered_at": world.utc(at),
            "position": np.arange(1, len(moved) + 1),
            "changed_by": np.where(automatic, world.facts["moves"]["first_move_by"], by),
        }
    )


def _reason_rows(world: World, told: pd.DataFrame, lead_id: Words) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "lead_id": lead_id[told["lead"]],
            "said_at": world.utc(told["at"].to_numpy()),
            **{column: told[column] for column in ("stage", "reason", "kind")},
        }
    )


def _called(came: Arrivals, cast: _Cast, known: _Outcomes) -> Called:
    return Called(
        created=came.created,
        team=cast.rows["team"].to_numpy(dtype=object),
        is_junk=cast.is_junk,
        gone=np.where(known.has_left, known.last_move, np.inf),
        furthest=known.furthest,
    )


def _touch_rows(
    world: World, contacts: pd.DataFrame, attempted: pd.DataFrame, lead_id: Words
) -> pd.DataFrame:
    """The contacts with marketing, and then those with sales people, who have no source."""
    both = pd.concat([contacts, attempted], ignore_index=True)
    none = both[["source", "channel", "campaign"]].isna()
    return pd.DataFrame(
        {
            "lead_id": lead_id[both["lead"]],
            "touched_at": world.utc(both["at"].to_numpy()),
            **{
                name: blanked(both[name].to_numpy(dtype=object), none[name].to_numpy())
                for name in none
            },
            "kind": both["kind"],
        }
    )


def _spend_rows(world: World, spent: pd.DataFrame) -> pd.DataFrame:
    first = np.datetime64(world.first_day.isoformat(), "s")
    day = pd.Series(first + (spent["day"].to_numpy() * DAY).astype("timedelta64[s]"))
    until = (day + pd.offsets.MonthEnd(0)).where(spent["is_month"])
    return spent.drop(columns="is_month").assign(
        day=day, until=until, currency=world.facts["currency"]
    )
