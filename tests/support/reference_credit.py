"""The slow and obvious credit of sources, lead by lead and touch by touch, from the definitions."""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analytics.view.attribution_rules import POSITIONS, Credit
from analytics.view.view import View
from data.values.channels import channel_of
from tests.support.histories import History
from tests.support.reference import Reference

Source = str | None
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Journey:
    """The touches that count of a lead or of several alike, in order."""

    sources: tuple[Source, ...]
    conversions: float
    losses: float
    value: float = 0.0
    days: tuple[float, ...] = ()
    created: int = 0
    """Which of them made the lead; opportunity: which of them began it, if any."""
    opportunity: int | None = None
    is_own: bool = False
    lead_id: str = ""


def journeys(history: History, view: View) -> list[Journey]:
    """The journeys of a view, as `contract` has them: who, to which end, with which touches."""
    reference = Reference(history, view)
    slugs = reference.steps
    end = slugs.index(view.stage) if view.stage in slugs[1:] else len(slugs) - 1
    found = []
    for lead in history.leads:
        times = reference.counted(lead)
        milestone_at = times[end]
        if milestone_at is None and times[0] is None:
            continue
        found.append(_journey(reference, lead, milestone_at))
    return found


def _journey(
    reference: Reference, lead: Mapping[str, Any], milestone_at: datetime | None
) -> Journey:
    view, history = reference.view, reference.history
    ended_at = milestone_at or reference.as_of
    known = [
        (touch[1], *(touch[2:] or (None, None)))
        for touch in history.touches
        if touch[0] == lead["lead_id"] and touch[1] <= reference.as_of
    ]
    is_own = not known
    if is_own:
        known = [(lead["created_at"], lead["source"], lead["campaign"])]
    known = [
        (at, _of(view, lead, is_own, source, campaign))
        for at, source, campaign in sorted(known, key=_in_order)
    ]
    back = view.credit.look_back
    counted = [
        (at, source)
        for at, source in known
        if at <= ended_at and (back is None or ended_at - at <= back * DAY)
    ]
    by_creation = [place for place, (at, _) in enumerate(counted) if at <= lead["created_at"]]
    opened = _opportunity_at(history, lead)
    by_opportunity = [
        place
        for place, (at, _) in enumerate(counted)
        if opened is not None and opened <= ended_at and at <= opened
    ]
    return Journey(
        sources=tuple(source for _, source in counted),
        conversions=float(milestone_at is not None),
        losses=float(milestone_at is None),
        value=value_at(reference, lead, milestone_at) if milestone_at else 0.0,
        days=tuple((ended_at - at) / DAY for at, _ in counted),
        created=by_creation[-1] if by_creation else 0,
        opportunity=by_opportunity[-1] if by_opportunity else None,
        is_own=is_own and bool(counted),
        lead_id=lead["lead_id"],
    )


def _in_order(touch: tuple[datetime, Source, Source]) -> tuple[Any, ...]:
    at, source, campaign = touch
    return at, source is None, source or "", campaign is None, campaign or ""


def _of(
    view: View, lead: Mapping[str, Any], is_own: bool, source: Source, campaign: Source
) -> Source:
    if view.by == "campaign":
        return campaign
    if view.by == "channel":
        return lead.get("channel") if is_own else source and channel_of(source)
    return source


def _opportunity_at(history: History, lead: Mapping[str, Any]) -> datetime | None:
    """When the lead first was at the opportunity's first stage or beyond, in all of the data."""
    groups = [stage.group for stage in history.pipeline.stages]
    if "opportunity" not in groups:
        return None
    times = Reference(history, View(level="stage")).reaches(lead)
    place = groups.index("opportunity")
    return times[place] if place < len(times) else None


def value_at(reference: Reference, lead: Mapping[str, Any], at: datetime) -> float:
    amount: float | None = lead.get("amount")
    currency = lead.get("currency") or "VND"
    if amount is None or currency == "VND":
        return amount or 0.0
    day = reference.day(at)
    rates = sorted(
        (since, rate) for since, name, rate in reference.history.rates if name == currency
    )
    if not rates:
        return 0.0
    before = [rate for since, rate in rates if since <= day]
    return amount * (before[-1] if before else rates[0][1])


def is_valued(reference: Reference, lead: Mapping[str, Any]) -> bool:
    """Whether it is known what a lead is worth."""
    if lead.get("amount") is None:
        return False
    currency = lead.get("currency") or "VND"
    return currency == "VND" or any(name == currency for _, name, _ in reference.history.rates)


def position_shares(journey: Journey, percents: tuple[float, ...]) -> list[float]:
    """What each touch of a journey gets under weights by role."""
    last = len(journey.sources) - 1
    holders = [0, journey.created, journey.opportunity, last]
    shares = [0.0] * (last + 1)
    taken = set()
    for place, percent in zip(holders, percents[:4], strict=True):
        if place is not None and percent > 0:
            shares[place] += percent
            taken.add(place)
    others = [place for place in range(last + 1) if place not in taken]
    for place in others:
        shares[place] += percents[4] / len(others)
    total = sum(shares)
    return [share / total for share in shares] if total else [1 / (last + 1)] * (last + 1)


def touch_shares(journey: Journey, model: str, credit: Credit) -> list[float]:
    """What each touch of a journey gets under a model that looks at one journey at a time."""
    size = len(journey.sources)
    if model == "first":
        return [1.0] + [0.0] * (size - 1)
    if model == "last":
        return [0.0] * (size - 1) + [1.0]
    if model == "linear":
        return [1 / size] * size
    if model in ("linear_source", "shapley"):
        distinct = len(set(journey.sources))
        return [1 / distinct / journey.sources.count(source) for source in journey.sources]
    if model == "decay":
        weights = [2.0 ** -((days - min(journey.days)) / credit.half_life) for days in journey.days]
        return [weight / sum(weights) for weight in weights]
    assert model in POSITIONS
    return position_shares(journey, credit.weights_of(model))


def credits(
    found: list[Journey], model: str, credit: Credit, *, by_value: bool = False
) -> dict[Source, float]:
    """The credit of each source; None has what no source can be credited with."""
    touched = [journey for journey in found if journey.sources]
    bare = sum(_worth(journey, by_value) for journey in found if not journey.sources)
    given: dict[Source, float] = {None: bare}
    if model == "markov":
        shares = _in_proportion(touched, removal_effects(touched, credit.order, by_value), by_value)
    elif model == "shapley_rate":
        shares = _in_proportion(touched, rate_values(touched, by_value), by_value)
    else:
        shares = {}
        for journey in touched:
            parts = touch_shares(journey, model, credit)
            for source, part in zip(journey.sources, parts, strict=True):
                shares[source] = shares.get(source, 0.0) + part * _worth(journey, by_value)
    for source, share in shares.items():
        given[source] = given.get(source, 0.0) + share
    return given


def _worth(journey: Journey, by_value: bool) -> float:
    return journey.value if by_value else journey.conversions


def _in_proportion(
    touched: list[Journey], weights: dict[Source, float], by_value: bool
) -> dict[Source, float]:
    total, whole = sum(_worth(journey, by_value) for journey in touched), sum(weights.values())
    return {source: total * part / whole if whole > 0 else 0.0 for source, part in weights.items()}


def removal_effects(touched: list[Journey], order: int, by_value: bool) -> dict[Source, float]:
    """1 − P(won without a source) / P(won), the chain run until nobody is left in it."""
    mean = sum(j.value for j in touched) / (sum(j.conversions for j in touched) or 1)
    moves: dict[Any, dict[Any, float]] = {}
    for journey in touched:
        won = (journey.value / mean if mean else 0.0) if by_value else journey.conversions
        states: list[Any] = ["start"]
        for place in range(len(journey.sources)):
            states.append(journey.sources[max(0, place + 1 - order) : place + 1])
        for here, there in itertools.pairwise(states):
            _add(moves, here, there, won + journey.losses)
        _add(moves, states[-1], "won", won)
        _add(moves, states[-1], "lost", journey.losses)
    sources = {source for journey in touched for source in journey.sources}
    whole = _chance(moves, lambda _state: False)
    if whole == 0:
        return dict.fromkeys(sources, 0.0)

    def effect(gone: Source) -> float:
        return 1 - _chance(moves, lambda state: state[-1] == gone) / whole

    return {source: effect(source) for source in sources}


def _add(moves: dict[Any, dict[Any, float]], here: Any, there: Any, weight: float) -> None:
    row = moves.setdefault(here, {})
    row[there] = row.get(there, 0.0) + weight


def _chance(moves: dict[Any, dict[Any, float]], is_gone: Callable[[Any], bool]) -> float:
    """P(won), by following the crowd step by step."""
    crowd, won = {"start": 1.0}, 0.0
    while sum(crowd.values()) > 1e-13:
        following: dict[Any, float] = {}
        for state, share in crowd.items():
            onward = moves.get(state, {})
            total = sum(onward.values())
            for there, weight in onward.items():
                part = share * weight / total if total else 0.0
                if there == "won":
                    won += part
                elif there != "lost" and not is_gone(there) and part:
                    following[there] = following.get(there, 0.0) + part
        crowd = following
    return won


def rate_values(touched: list[Journey], by_value: bool) -> dict[Source, float]:
    """Shapley's values of v(S) = conversions / journeys within S, over all sets."""
    sources = sorted({s for j in touched for s in j.sources}, key=lambda s: (s is None, s or ""))
    n = len(sources)

    def worth(among: frozenset[Source]) -> float:
        inside = [journey for journey in touched if set(journey.sources) <= among]
        every = sum(journey.conversions + journey.losses for journey in inside)
        return sum(_worth(journey, by_value) for journey in inside) / every if every else 0.0

    values = {}
    for source in sources:
        rest = [other for other in sources if other != source]
        values[source] = sum(
            math.factorial(size)
            * math.factorial(n - size - 1)
            / math.factorial(n)
            * (worth(frozenset((*among, source))) - worth(frozenset(among)))
            for size in range(n)
            for among in itertools.combinations(rest, size)
        )
    return values
