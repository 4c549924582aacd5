"""What a rate comes to: the Aalen–Johansen estimate, against one worked out lead by lead."""

import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from analytics.view.view import View
from tests.analytics.funnel.test_funnel import rows_of
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference

Fate = tuple[str, float]


def fate(reference: Reference, lead: Mapping[str, Any], step: int) -> Fate | None:
    """What became of a lead that reached a step, and after how long; None when it did not."""
    counted = reference.counted(lead)
    reached = counted[step]
    if reached is None:
        return None
    following = counted[step + 1] if step + 1 < len(counted) else None
    if following is not None:
        return "advanced", (following - reached).total_seconds()
    ends = [reference.as_of]
    entry = reference.reaches(lead)[0]
    if reference.view.window is not None:
        ends.append(entry + timedelta(days=reference.view.window))
    if not reference.is_lost(lead):
        return "open", (min(ends) - reached).total_seconds()
    exits = reference.history.pipeline.exit_slugs
    left: datetime | None = None
    for visit in reference.visits(lead):
        if visit.stage not in exits:
            left = None
        elif left is None:
            left = visit.at
    if left is not None:
        ends.append(left)
    return "lost", (min(ends) - reached).total_seconds()


def advanced_in_the_end(fates: Iterable[Fate]) -> Fraction:
    """The Aalen–Johansen estimate at the last time, in fractions; censorings come after events."""
    rows = list(fates)
    still, share = Fraction(1), Fraction(0)
    for time in sorted({seconds for _, seconds in rows}):
        at_risk = sum(seconds >= time for _, seconds in rows)
        advanced = rows.count(("advanced", time))
        gone = advanced + rows.count(("lost", time))
        share += still * Fraction(advanced, at_risk)
        still *= 1 - Fraction(gone, at_risk)
    return share


@stores(12)
@given(st.data())
def test_it_is_worked_out_lead_by_lead(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for view in data.draw(st.lists(views(history), min_size=10, max_size=10)):
            alone = View(**{**view.__dict__, "by": None, "mode": "cohort"})
            reference = Reference(history, alone)
            rows = rows_of(funnel(Scope(alone, generation)).rows)
            for place, step in enumerate(reference.steps[1:]):
                found = [fate(reference, lead, place) for lead in history.leads]
                fates = [entry for entry in found if entry is not None]
                row = rows[None, step]
                if not fates:
                    assert row["eventual"] is None
                    continue
                assert row["eventual"] == pytest.approx(float(advanced_in_the_end(fates)))
                assert row["eventual_at_least"] <= row["eventual"] + 1e-9
                assert row["eventual"] <= row["eventual_at_most"] + 1e-9
                limits = (row["eventual_low"], row["eventual_high"])
                band = (row["eventual_at_least"], row["eventual_at_most"])
                assert limits == (band if row["eventual_is_final"] else (None, None))
                # Open leads can only add to what is known so far.
                assert row["eventual"] >= row["of_previous"] - 1e-9
                if all(outcome != "open" for outcome, _ in fates):
                    assert row["eventual"] == pytest.approx(row["of_previous"])


def test_open_leads_are_not_lost(tmp_path: Path) -> None:
    """Ten leads as in worked example 2: .400 so far, .4571 in the end."""
    days = (2, 3, 3, 5, 6, 8, 9, 12, 15, 20)
    outcomes = (1, 1, 0, 2, 1, 0, 1, 0, 2, 0)
    end = datetime(2024, 3, 1)
    leads, moves = [], []
    for number, (day, outcome) in enumerate(zip(days, outcomes, strict=True)):
        created = end - timedelta(days=day)
        if outcome:
            created = datetime(2024, 1, 1)
            moves.append((str(number), ("b", "gone")[outcome - 1], created + timedelta(days=day)))
        leads.append({"lead_id": str(number), "created_at": created})
    store = store_of(tmp_path, leads, moves, touches=[("0", end)], pipeline=SHORT)
    row = rows_of(funnel(Scope(View(level="stage"), store.generation())).rows)[None, "b"]
    assert row["of_previous"] == pytest.approx(0.4)
    assert row["eventual"] == pytest.approx(0.4571, abs=5e-5)
    assert row["eventual_is_final"] is False
    assert row["eventual_at_least"] <= row["eventual"] <= row["eventual_at_most"]


def test_moves_have_no_end(tmp_path: Path) -> None:
    store = store_of(tmp_path, [{"lead_id": "x", "created_at": datetime(2024, 1, 1)}])
    rows = funnel(Scope(View(mode="flow"), store.generation())).rows
    assert rows[["eventual", "eventual_low", "eventual_at_least"]].isna().all(axis=None)
