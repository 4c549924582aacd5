"""Contacts and costs: the touches of each lead in order, and what was spent on each day."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from analytics.view.view import View
from data.pipeline import Pipeline, Stage
from tests.support.generations import LEAD, day, of_leads, rows
from tests.support.histories import (
    SHORT,
    History,
    Touch,
    generation_of,
    histories,
    store_of,
    stores,
)
from tests.support.reference import Reference

CONTACTS = """(
    select
        lead_id,
        contacts.* exclude (touched_at, sources, channels, campaigns),
        unnest(range(1, len(touched_at) + 1)) as place,
        unnest(touched_at) as touched_at,
        unnest(sources) as touch_source,
        unnest(channels) as touch_channel,
        unnest(campaigns) as touch_campaign
    from contacts join leads using (lead_number)
)"""
"""One row per touch, in place of lists of them."""


def test_contacts_are_the_touches_of_a_lead_and_its_own_source(tmp_path: Path) -> None:
    leads = [
        {**LEAD, "source": "seo", "channel": "seo", "campaign": "c"},
        {**LEAD, "lead_id": "y", "created_at": "2024-01-02"},
    ]
    moves = [("x", "c", day(5)), ("x", "a", day(6)), ("x", "b", day(7))]
    touches: list[Touch] = [
        ("x", day(9), "event", None),
        ("x", day(3), "email", "late"),
        ("x", day(3), None, "late"),
        ("x", day(3), "email", None),
        ("x", day(3), "email", "early"),
        ("x", "2023-12-01", "event", None),
        ("nobody", day(3), "email", None),
    ]
    generation = store_of(tmp_path, leads, moves, touches=touches, pipeline=SHORT).generation()
    columns = "lead_id, place, touched_at, touch_source, touch_channel, touch_campaign, is_own"
    assert rows(generation, columns, CONTACTS) == [
        ("x", 1, datetime(2023, 12, 1), "event", "event", None, False),
        ("x", 2, day(3), "email", "email", "early", False),
        ("x", 3, day(3), "email", "email", "late", False),
        ("x", 4, day(3), "email", "email", None, False),
        ("x", 5, day(3), None, None, "late", False),
        ("x", 6, day(9), "event", "event", None, False),
        ("y", 1, day(2), None, None, None, True),
    ]
    columns = "lead_id, source, channel, campaign, opportunity_at, by_creation, by_opportunity"
    assert rows(generation, columns, of_leads("contacts")) == [
        ("x", "seo", "seo", "c", day(5), 1, 5),
        ("y", None, None, None, None, 1, 0),
    ]
    assert generation.last_event == day(9)
    numbers = rows(generation, "distinct lead_number, created_at", "reaches")
    assert numbers == rows(generation, "lead_number, created_at", "contacts")
    assert numbers == rows(generation, "lead_number, created_at", "leads")


def test_nobody_has_an_opportunity_where_the_pipeline_has_none(tmp_path: Path) -> None:
    stages = (Stage("a", "lead"), Stage("b", "customer"))
    generation = store_of(tmp_path, [LEAD], [("x", "b", day(2))], pipeline=Pipeline(stages, ()))
    found = rows(generation.generation(), "opportunity_at, by_opportunity", "contacts")
    assert found == [(None, 0)]


def test_costs_are_spread_over_their_days_at_the_rate_of_each(tmp_path: Path) -> None:
    first, last = date(2024, 1, 30), date(2024, 2, 2)
    spend: list[dict[str, Any]] = [
        {"day": first, "until": last, "source": "seo", "amount": 40.0, "currency": "USD"},
        {"day": last, "source": "seo", "amount": 7.0, "currency": "VND"},
        {"day": last, "source": "seo", "campaign": "c", "amount": 7.0},
        {"day": last, "source": "event", "amount": 7.0, "currency": "EUR"},
        {"day": first, "source": "event", "amount": 0.0, "currency": "VND"},
        {"day": last, "amount": None, "currency": "VND"},
        {"day": last, "amount": 5.0, "currency": "VND"},
    ]
    rates = [(date(2024, 1, 31), "USD", 2.0), (last, "USD", 3.0), (last, "GBP", 9.0)]
    generation = store_of(tmp_path, [LEAD], spend=spend, rates=rates).generation()
    found = rows(generation, "day::varchar, source, channel, campaign, amount", "costs")
    assert found == [
        ("2024-01-30", "event", "event", None, 0.0),
        ("2024-01-30", "seo", "seo", None, 20.0),  # before the first rate: the first one after
        ("2024-01-31", "seo", "seo", None, 20.0),
        ("2024-02-01", "seo", "seo", None, 20.0),
        ("2024-02-02", "event", "event", None, None),  # no rate: unknown, and not zero
        ("2024-02-02", "seo", "seo", "c", 7.0),
        ("2024-02-02", "seo", "seo", None, 37.0),
        ("2024-02-02", None, None, None, None),  # a part of it is unknown
    ]


def _contacts(history: History) -> list[tuple[Any, ...]]:
    """The contacts, lead by lead, as the words say it."""
    known = Reference(history, View(level="stage"))
    stages = history.pipeline.stages
    opener = next((n for n, stage in enumerate(stages) if stage.group == "opportunity"), None)
    found = []
    for lead in history.leads:
        at = None if opener is None else dict(enumerate(known.reaches(lead))).get(opener)
        own = (lead["created_at"], lead["source"], lead["campaign"])
        mine = sorted(
            (touch[1:] for touch in history.touches if touch[0] == lead["lead_id"]),
            key=lambda touch: [(part is None, part) for part in touch],
        )
        touches = mine or [own]
        until = [sum(touch[0] <= end for touch in touches) if end else 0 for end in (own[0], at)]
        found += [
            (lead["lead_id"], place, *touch, not mine, *own, at, *until)
            for place, touch in enumerate(touches, 1)
        ]
    return sorted(found, key=lambda row: row[:2])


def _costs(history: History) -> dict[tuple[Any, ...], float | None]:
    """The amount of each day, source and campaign, as the words say it."""
    found: dict[tuple[Any, ...], float | None] = {}
    for row in history.spend:
        until = row["until"] or row["day"]
        days = [row["day"] + timedelta(n) for n in range((until - row["day"]).days + 1)]
        for day_ in days:
            rates = sorted(
                (at, rate) for at, name, rate in history.rates if name == row["currency"]
            )
            before = [rate for at, rate in rates if at <= day_]
            after = [rate for at, rate in rates if at > day_]
            rate = 1.0 if row["currency"] == "VND" else [None, *after[:1], *before[-1:]][-1]
            key = (day_, row["source"], row["campaign"])
            had = found.get(key, 0.0)
            part = None if rate is None else row["amount"] / len(days) * rate
            found[key] = None if had is None or part is None else had + part
    return found


@stores(20)
@given(histories())
def test_contacts_and_costs_are_the_reference(history: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        columns = (
            "lead_id, place, touched_at, touch_source, touch_campaign, is_own, created_at, source, "
            "campaign, opportunity_at, by_creation, by_opportunity"
        )
        assert rows(generation, columns, CONTACTS) == _contacts(history)
        costs = {
            (at.date(), source, campaign): amount
            for at, source, campaign, amount in rows(
                generation, "day, source, campaign, amount", "costs"
            )
        }
        assert costs == {key: pytest.approx(amount) for key, amount in _costs(history).items()}
