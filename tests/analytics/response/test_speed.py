"""Does speed matter here: who is compared with whom, and what is said of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.response import speed as module
from analytics.response.speed import DAYS, LEAST, speed
from analytics.scope import Scope
from analytics.stats.natural_experiment import effect
from analytics.view.view import View
from data.pipeline import Exit, Pipeline, Stage
from data.store import Generation
from tests.support.histories import store_of

PIPELINE = Pipeline(
    (Stage("new", "lead"), Stage("talks", "prospect"), Stage("won", "customer")), (Exit("gone"),)
)
FRIDAY = datetime(2026, 6, 5)
"""Work is from 8 to 17:30, in UTC here."""


def at(hour: float, day: int = 0) -> datetime:
    return FRIDAY + timedelta(days=day, hours=hour)


def generation(
    folder: Path, leads: dict[str, datetime], talks: Any = (), touches: Any = ()
) -> Generation:
    """Leads (id: when), followed for half a year; `talks` (id: when) became prospects."""
    rows = [
        {"lead_id": name, "created_at": when, "source": name[0]} for name, when in leads.items()
    ]
    rows.append({"lead_id": "old", "created_at": FRIDAY - timedelta(days=60)})
    moves = [(name, "talks", when) for name, when in dict(talks).items()]
    moves.append(("old", "gone", FRIDAY + timedelta(days=180)))
    return store_of(folder, rows, moves, touches=touches, pipeline=PIPELINE).generation()


def test_the_last_of_an_evening_are_held_against_the_first_of_the_next_morning(
    tmp_path: Path,
) -> None:
    leads = {
        "a": at(16.5),  # the first minute of the last hour
        "b": at(17.5) - timedelta(seconds=1),
        "c": at(17.5),  # closed: neither
        "d": at(12, day=1),  # Saturday: neither
        "e": at(8, day=3),  # Monday, the next opening
        "f": at(9, day=3) - timedelta(seconds=1),
        "g": at(9, day=3),  # after the first hour
        "h": at(16.4),
    }
    talks = {"a": at(16.5, day=DAYS), "b": at(17.6, day=DAYS), "e": at(9, day=4)}
    calls = [("f", at(10, day=3), None, None, "sales_call")]
    found = speed(Scope(View(), generation(tmp_path, leads, talks, calls)))
    assert found.stage == "talks"
    assert found.groups.values.tolist() == [[True, 2, 0, 1], [False, 2, 1, 1]]
    assert (found.effect, found.verdict) == (None, "too few")
    mornings = found.asked.rows()
    whole = mornings[mornings["dimension_number"] == 0]
    assert set(whole["opened_on"].dt.date) == {date(2026, 6, 8)}


def test_only_who_was_followed_long_enough(tmp_path: Path) -> None:
    leads = {"a": at(17), "z": at(17, day=180 - DAYS)}
    found = speed(Scope(View(), generation(tmp_path, leads)))
    assert found.groups["leads"].tolist() == [1, 0]


@pytest.mark.parametrize(("loss", "verdict"), [(0.6, "matters"), (-0.6, "harms"), (0.0, "unclear")])
def test_what_is_said_is_the_effect_of_the_cells(tmp_path: Path, loss: float, verdict: str) -> None:
    # 100 evenings and the mornings after them, with two leads each; of those that waited fewer win.
    draw = np.random.default_rng(7)
    opens = [FRIDAY + timedelta(days=7 * week) for week in range(20)]
    days = [start + timedelta(days=3 + each) for start in opens for each in range(4)]
    leads, talks, calls = {}, {}, []
    for place, day in enumerate(days):
        for number, hour in enumerate((16.6, 17, 32.2, 32.6)):
            name = f"{'ab'[number % 2]}{place}.{number}"
            leads[name] = day + timedelta(hours=hour)
            calls.append(
                (name, max(leads[name], day + timedelta(hours=33)), *(None,) * 2, "meeting")
            )
            if draw.random() < 0.5 + (loss / 2 if hour > 24 else -loss / 2):
                talks[name] = leads[name] + timedelta(days=1)
    found = speed(Scope(View(), generation(tmp_path / "called", leads, talks, calls)))
    assert found.verdict == verdict
    assert speed(Scope(View(), generation(tmp_path, leads, talks))).verdict == "no wait"
    assert found.groups["leads"].min() >= LEAST
    assert found.effect is not None
    assert found.effect.low <= -loss <= found.effect.high
    rows = found.asked.rows()
    cells = rows[rows["dimension_number"] == 0]
    weekday = cells["opened_on"].dt.day_of_week.to_numpy()
    plain = effect(
        weekday + 10 * (cells["source"] == "a").to_numpy(),
        cells["opened_on"].dt.day_of_year.to_numpy(dtype=int),
        cells["waited"].to_numpy(dtype=bool),
        cells["leads"].to_numpy(),
        cells["converted"].to_numpy(),
    )
    assert plain == found.effect


def test_the_groups_are_weighed_by_what_was_so_before(tmp_path: Path) -> None:
    leads = [
        {"lead_id": "a", "created_at": at(17), "region": "North"},
        {"lead_id": "b", "created_at": at(17), "region": "South"},
        {"lead_id": "c", "created_at": at(8, day=3), "region": "North"},
        {"lead_id": "d", "created_at": at(8, day=3), "region": "North"},
        {"lead_id": "old", "created_at": at(0, day=-60)},
    ]
    store = store_of(tmp_path, leads, [("old", "gone", at(0, day=180))], pipeline=PIPELINE)
    found = speed(Scope(View(), store.generation()))
    rows = found.balance[found.balance["dimension"] == "region"]
    assert rows.values[:, :4].tolist() == [
        ["region", "North", 0.5, 1.0],
        ["region", "South", 0.5, 0.0],
    ]
    # (0.5 − 1) ÷ √((0.25 + 0) ÷ 2)
    assert rows["apart"].tolist() == pytest.approx([-(2**0.5), 2**0.5])
    # Of so few leads chance makes as much.
    assert found.by_chance == 3.0
    assert found.is_balanced
    many = replace(found, groups=found.groups.assign(leads=5000))
    assert many.by_chance == 0.1
    assert not many.is_balanced


def test_the_sample_says_nothing_of_what_is_not_in_it(whole_sample: Generation) -> None:
    found = speed(Scope(View(), whole_sample))
    assert found.verdict == "unclear"
    assert found.groups["leads"].min() > 1000
    assert found.is_balanced
    waited, others = (row.soon / row.leads for row in found.groups.itertuples())
    assert waited < others - 0.3  # they were made to wait


def test_the_period_of_the_view_is_not_asked(whole_sample: Generation) -> None:
    assert module.speed.narrowed(Scope(View(period="last-30d"), whole_sample)) == (
        module.speed.narrowed(Scope(View(), whole_sample))
    )
