"""The customers to be expected: worked out lead by lead, and by hand."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.scope import Scope
from analytics.sources import forecast as module
from analytics.sources.forecast import COLUMNS, expected
from analytics.view.view import View
from data.pipeline import Pipeline
from tests.analytics.funnel.test_eventual import Fate, fate
from tests.analytics.funnel.test_time_to_step import course, named
from tests.support.histories import (
    SHORT,
    History,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference, value_of

FEW = 4
"""What is enough for a curve of one's own, in these small histories."""


class Slow:
    """The definition, lead by lead, in fractions."""

    def __init__(self, history: History, view: View, by: str) -> None:
        level = "stage" if view.skipped == "passed" else "group"
        asked = replace(view, mode="cohort", level=level, by=None, stage=None)
        self.shown = Reference(history, asked)
        self.all = Reference(history, asked.during("all"))
        self.by = by
        groups = {stage.slug: stage.group for stage in history.pipeline.stages}
        self.end = [groups.get(step, step) for step in self.all.steps].index("customer")

    def segment(self, lead: Mapping[str, Any]) -> str:
        return named(value_of(lead, self.by))

    def fates(self, place: int, segment: str) -> list[Fate]:
        """Of the leads at a step, those that count for a segment: its own, if they are enough."""
        everybody = [
            (self.segment(lead), found)
            for lead in self.all.history.leads
            if (found := fate(self.all, lead, place))
        ]
        own = [found for name, found in everybody if name == segment]
        return own if len(own) >= FEW else [found for _, found in everybody]

    def in_the_end(self, place: int, segment: str) -> Fraction:
        fates = self.fates(place, segment)
        shares = course(fates)
        return shares[max(shares)][0] if shares else Fraction(0)

    def chance(self, lead: Mapping[str, Any], place: int, age: float) -> Fraction:
        segment = self.segment(lead)
        shares = course(self.fates(place, segment))
        gone, there = shares[max(time for time in shares if time <= age)]
        chance = (self.in_the_end(place, segment) - gone) / there
        for later in range(place + 1, self.end):
            chance *= self.in_the_end(later, segment)
        return chance

    def rows(self) -> dict[str, tuple[int, int, Fraction]]:
        found: dict[str, tuple[int, int, Fraction]] = {}
        for lead in self.shown.history.leads:
            counted = self.shown.counted(lead)
            if counted[0] is None:
                continue
            customers, still, sum_of = found.get(self.segment(lead), (0, 0, Fraction(0)))
            place = max(place for place, at in enumerate(counted) if at is not None)
            ended = fate(self.shown, lead, place)
            assert ended is not None
            if place >= self.end:
                customers, sum_of = customers + 1, sum_of + 1
            elif ended[0] == "open":
                still, sum_of = still + 1, sum_of + self.chance(lead, place, ended[1])
            found[self.segment(lead)] = customers, still, sum_of
        return found


@stores(10)
@given(st.data())
def test_it_is_worked_out_lead_by_lead(data: st.DataObject) -> None:
    history = data.draw(histories().filter(lambda found: found.pipeline != SHORT))
    with tempfile.TemporaryDirectory() as folder, patch.object(module, "ENOUGH", FEW):
        generation = generation_of(Path(folder), history)
        for view in data.draw(st.lists(views(history), min_size=6, max_size=6)):
            by = view.by or "source"
            slow = Slow(history, view, by).rows()
            rows = expected(Scope(view, generation), by)
            assert set(rows["segment"]) == set(slow)
            for row in rows.itertuples(index=False):
                customers, still, sum_of = slow[row.segment]
                assert (row.customers, row.open) == (customers, still)
                assert row.expected == pytest.approx(float(sum_of), abs=1e-9)
                assert row.customers - 1e-9 <= row.expected <= row.customers + row.open + 1e-9


START = datetime(2024, 1, 1)


def test_an_old_lead_is_worth_less(tmp_path: Path) -> None:
    """Of ten leads four win at once and four after ten days; two are lost after twenty.

    One that came five days ago still has a chance of 4 in 6, one that came fifteen days ago none.
    """
    end = START + timedelta(days=100)
    leads = [{"lead_id": str(n), "created_at": START, "source": "old"} for n in range(10)]
    moves: list[tuple[str, str, datetime]] = [
        *((str(n), "won", START) for n in range(4)),
        *((str(n), "won", START + timedelta(days=10)) for n in range(4, 8)),
        *((str(n), "lost", START + timedelta(days=20)) for n in range(8, 10)),
    ]
    for days, source in ((5, "young"), (15, "late")):
        came = end - timedelta(days=days)
        leads.append({"lead_id": source, "created_at": came, "source": source})
    store = store_of(tmp_path, leads, moves, touches=[("0", end)], pipeline=Pipeline.default())
    rows = expected(Scope(View(), store.generation()), "source").set_index("segment")
    assert rows.loc["old"].tolist()[:3] == [8, 0, 8]
    # The young one was there when four left at once, the late one when the next four did.
    advanced_at_once = 4 / 12
    later = (1 - advanced_at_once) * 4 / 7
    in_the_end = advanced_at_once + later
    young = (in_the_end - advanced_at_once) / (1 - advanced_at_once)
    assert rows.at["young", "expected"] == pytest.approx(young)
    assert rows.at["late", "expected"] == pytest.approx(0)
    assert rows["is_final"].tolist() == [True, True, True]


def test_a_large_segment_goes_by_its_own_curve(tmp_path: Path) -> None:
    """In one source all win after a day, in the other nobody; each has one lead that is open."""
    leads, moves = [], []
    for source, stage in (("good", "won"), ("bad", "lost")):
        for number in range(module.ENOUGH):
            name = f"{source}{number}"
            leads.append({"lead_id": name, "created_at": START, "source": source})
            if number:
                moves.append((name, stage, START + timedelta(days=30)))
    for lead in leads[:: module.ENOUGH]:
        lead["created_at"] = START + timedelta(days=40)
    store = store_of(tmp_path, leads, moves, touches=[("good1", START + timedelta(days=50))])
    rows = expected(Scope(View(), store.generation()), "source").set_index("segment")
    assert rows.at["good", "expected"] == pytest.approx(module.ENOUGH)
    assert rows.at["bad", "expected"] == 0
    with patch.object(module, "ENOUGH", module.ENOUGH + 1):
        rows = expected(Scope(View(), store.generation()), "source").set_index("segment")
    assert rows.at["good", "expected"] == pytest.approx(module.ENOUGH - 0.5)
    assert rows.at["bad", "expected"] == pytest.approx(0.5)


def test_there_must_be_customers(tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": START}]
    generation = store_of(tmp_path, leads, pipeline=SHORT).generation()
    with pytest.raises(ValueError, match="no group of customers"):
        expected(Scope(View(), generation), "source")


def test_nobody_at_all(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [{"lead_id": "x", "created_at": START}]).generation()
    rows = expected(
        Scope(View().during(last=START.date() - timedelta(days=9)), generation), "source"
    )
    assert rows.empty
    assert rows.columns.tolist() == COLUMNS
