"""What marketing does in the sample: when leads come and of which campaign, touches and spend."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.sample.world import BURST, DAY, Flags, Floats, Ints, Source, Words, World, pick, words

_LATER_KINDS = {"website": "visit", "blog": "visit", "facebook_ads": "click"}
"""What a contact is when it is not the one that made the lead, where that differs."""
_MOST_TOUCHES = 6
_ONLINE_HOURS = ((10.2, 1.4, 0.42), (15.2, 1.6, 0.36), (20.8, 1.1, 0.22))  # mean, sd, share
_EVENT_REACH_DAYS = 45


@dataclass(frozen=True)
class Arrivals:
    """When leads come and from where; one entry a lead, in order of creation."""

    source: Ints
    created: Floats
    campaign: Words


def arrivals(world: World, count: int, rng: np.random.Generator) -> Arrivals:
    """Exactly `count` leads over the whole history."""
    weights = np.stack([_volume(world, source) for source in world.sources])
    cell = np.sort(pick(rng, weights.ravel(), count))
    source, day = np.divmod(cell, world.days)
    created = day * DAY + _time_of_day(world, source, rng)
    order = np.argsort(created, kind="stable")
    source, created = source[order].astype(np.int64), created[order]
    return Arrivals(source, created, campaigns(world, source, created, rng))


def campaigns(world: World, source: Ints, at: Floats, rng: np.random.Generator) -> Words:
    """A campaign of the source that ran at the time, or None when it has none."""
    day = (at // DAY).astype(np.int64)
    names = words([None] * len(source))
    drawn = rng.random((2, len(source)))
    for number, owner in enumerate(world.sources):
        rows = np.flatnonzero(source == number)
        if not owner.campaigns or not len(rows):
            continue
        first, last, weight = np.array([(c.first, c.last, c.weight) for c in owner.campaigns]).T
        runs = (day[rows, None] >= first) & (day[rows, None] <= last)
        up_to = np.cumsum(runs * weight, axis=1)
        chosen = (drawn[0, rows, None] * up_to[:, -1:] >= up_to).sum(axis=1)
        known = chosen < len(owner.campaigns)
        if owner.pattern == "steady":
            known &= drawn[1, rows] >= world.facts["touches"]["untagged"]
        names[rows[known]] = words([c.name for c in owner.campaigns])[chosen[known]]
    return names


def touches(
    world: World,
    came: Arrivals,
    last_move: Floats,
    engaged: Flags,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Contacts with marketing before, at and after the creation of a lead.

    One row per contact, in order of time: lead (position), at (local seconds), source, channel,
    campaign, kind. `last_move`: when a lead last moved; `engaged`: it got as far as an opportunity.
    """
    before = pick(rng, world.facts["touches"]["before"], len(came.source))
    after = pick(rng, world.facts["touches"]["after"], len(came.source))
    after += engaged & (rng.random(len(after)) < world.facts["touches"]["after_reach"])
    after = np.minimum(after, _MOST_TOUCHES - 1 - before)
    parts = [
        _at_creation(world, came),
        _before(world, came, before, rng),
        _after(world, came, after, last_move, rng),
    ]
    lead, source, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    is_creation = np.arange(len(lead)) < len(parts[0][0])
    campaign = np.where(is_creation, came.campaign[lead], campaigns(world, source, at, rng))
    kinds = words([_LATER_KINDS.get(s.slug or "", s.kind) for s in world.sources])
    creation_kinds = words([s.kind for s in world.sources])
    table = pd.DataFrame(
        {
            "lead": lead,
            "at": at,
            "source": words([s.slug for s in world.sources])[source],
            "channel": words([s.channel for s in world.sources])[source],
            "campaign": campaign,
            "kind": np.where(is_creation, creation_kinds[source], kinds[source]),
        }
    )
    table = table[(table["at"] >= 0) & (table["at"] <= world.end)]
    return table.sort_values(["at", "lead"], kind="stable", ignore_index=True)


def spend(world: World, came: Arrivals, rng: np.random.Generator) -> pd.DataFrame:
    """Media spend; sources whose cost is unknown have no rows.

    One row per source, campaign and month (on its first day), or per event and list (on its day):
    day (number), is_month, source, channel, campaign, amount (VND).
    """
    first_days = {
        campaign.name: campaign.first
        for source in world.sources
        if source.pattern != "steady"
        for campaign in source.campaigns
    }
    month = world.month_start[(came.created // DAY).astype(np.int64)]
    leads = pd.DataFrame({"source": came.source, "campaign": came.campaign, "month": month})
    leads = leads[[world.sources[number].cost is not None for number in came.source]]
    leads["day"] = leads["campaign"].map(first_days).fillna(leads["month"]).astype(int)
    rows = (
        leads.groupby(["day", "source", "campaign"], dropna=False, sort=True)
        .size()
        .reset_index(name="leads")
        .dropna(subset=["campaign"])
    )
    price = np.array([source.cost or 0.0 for source in world.sources])[rows["source"]]
    steady = np.array([source.pattern == "steady" for source in world.sources])[rows["source"]]
    # What a campaign costs does not follow its leads exactly; a list has its price.
    noise = np.exp(np.where(steady, 0.14, 0.05) * rng.standard_normal(len(rows)))
    amount = np.maximum(np.round(price * rows["leads"] * noise / 100_000), 1) * 100_000
    slugs = words([source.slug for source in world.sources])
    return pd.DataFrame(
        {
            "day": rows["day"].to_numpy(),
            "is_month": steady,
            "source": slugs[rows["source"]],
            "channel": words([source.channel for source in world.sources])[rows["source"]],
            "campaign": rows["campaign"].to_numpy(dtype=object),
            "amount": amount.to_numpy(dtype=np.float64),
        }
    )


def _volume(world: World, source: Source) -> Floats:
    """How many leads of a source to expect on each day, relative to all others."""
    volume = np.zeros(world.days)
    if source.pattern == "steady":
        volume = world.season * source.share / world.season.sum()
        if source.surge is not None:
            first, last = world.day(source.surge["from"]), world.day(source.surge["to"]) + 1
            volume[first:last] *= source.surge["times"]
            volume[last:] *= source.surge["after"]
        return np.asarray(volume)
    decay = BURST if source.pattern == "burst" else (1.0,)
    total = sum(campaign.weight for campaign in source.campaigns)
    for campaign in source.campaigns:
        for later, part in enumerate(decay):
            volume[campaign.first + later] += source.share * campaign.weight / total * part
    return volume


def _time_of_day(world: World, source: Ints, rng: np.random.Generator) -> Floats:
    """Seconds since midnight: office hours, fair hours, a list's morning, or whenever online."""
    count = len(source)
    part = pick(rng, [share for _, _, share in _ONLINE_HOURS], count)
    mean, sd = np.array([(mean, sd) for mean, sd, _ in _ONLINE_HOURS])[part].T
    hours = np.clip(mean + sd * rng.standard_normal(count), 6.0, 23.9)
    flat = rng.random(count)
    pattern = words([s.pattern for s in world.sources])[source]
    office = np.array([s.office for s in world.sources])[source]
    hours = np.where(office, 8 + 9.5 * flat, hours)
    hours = np.where(pattern == "burst", 9 + 8 * flat, hours)
    hours = np.where(pattern == "batch", 9 + 0.7 * flat, hours)
    return np.asarray(np.floor(hours * 3600), dtype=np.float64)


def _at_creation(world: World, came: Arrivals) -> tuple[Ints, Ints, Floats]:
    """The contact that made the lead; a lead without source has none."""
    known = np.array([source.slug is not None for source in world.sources])[came.source]
    lead = np.flatnonzero(known)
    return lead, came.source[lead], came.created[lead]


def _before(
    world: World, came: Arrivals, times: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    facts = world.facts["touches"]
    lead = np.repeat(np.arange(len(times)), times)
    source = _drawn_sources(world, facts["before_weights"], len(lead), rng)
    earlier = rng.exponential(facts["before_days"] * DAY, len(lead)) + 600
    at = world.to_waking(came.created[lead] - earlier, rng)
    # The night's move to the morning must not carry a contact past the lead's creation.
    return lead, source, np.minimum(at, came.created[lead] - 60)


def _after(
    world: World, came: Arrivals, times: Ints, last_move: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    facts = world.facts["touches"]
    lead = np.repeat(np.arange(len(times)), times)
    source = _drawn_sources(world, facts["after_weights"], len(lead), rng)
    span = np.maximum(last_move - came.created, facts["least_span_days"] * DAY)[lead]
    at = came.created[lead] + 3600 + rng.random(len(lead)) ** 1.4 * span
    at = world.to_waking(at, rng)
    for number, owner in enumerate(world.sources):
        if owner.pattern == "burst":
            rows = np.flatnonzero(source == number)
            event, near = _next_event(owner, at[rows], rng)
            at[rows[near]] = event[near]
            # Who is too early for the next event gets the newsletter meanwhile.
            source[rows[~near]] = world.source_index("newsletter")
    return lead, source, at


def _next_event(source: Source, at: Floats, rng: np.random.Generator) -> tuple[Floats, Flags]:
    """The source's next event after each instant, and whether it is near enough to go to."""
    days = np.sort([campaign.first for campaign in source.campaigns])
    day = at // DAY + 1
    following = np.searchsorted(days, day)
    event = days[np.minimum(following, len(days) - 1)]
    near = (following < len(days)) & (event - day <= _EVENT_REACH_DAYS)
    return event * DAY + np.floor(rng.uniform(9, 17, len(at)) * 3600), near


def _drawn_sources(
    world: World, weights: dict[str, float], count: int, rng: np.random.Generator
) -> Ints:
    numbers = np.array([world.source_index(slug) for slug in weights], dtype=np.int64)
    return numbers[pick(rng, list(weights.values()), count)]
