"""What a scenario starts from, against leads that are followed one by one."""

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.bottlenecks import baseline as module
from analytics.bottlenecks.baseline import baseline
from analytics.bottlenecks.visits import QUARTER
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from tests.analytics.funnel.test_eventual import Fate, advanced_in_the_end
from tests.support.histories import History, generation_of, histories, stores, views
from tests.support.reference import Reference


def fate_of(reference: Reference, lead: Any, place: int) -> Fate | None:
    """What became of a lead on its way from entry to a step; None when it did not enter."""
    counted = reference.counted(lead)
    if counted[0] is None:
        return None
    at = counted[place]
    if at is not None:
        return "advanced", (at - counted[0]).total_seconds()
    exits = reference.history.pipeline.exit_slugs
    left: datetime | None = None
    for visit in reference.visits(lead):
        if visit.stage not in exits:
            left = None
        elif left is None:
            left = visit.at
    end = reference.as_of if left is None else left
    return "open" if left is None else "lost", (end - counted[0]).total_seconds()


def in_the_end(reference: Reference, leads: list[Any], place: int) -> float:
    fates = [fate_of(reference, lead, place) for lead in leads]
    return float(advanced_in_the_end([fate for fate in fates if fate is not None]))


def first_stage(reference: Reference, lead: Any) -> int:
    """The stage a lead was first seen at."""
    slugs = reference.history.pipeline.slugs
    return next(slugs.index(v.stage) for v in reference.visits(lead) if v.stage in slugs)


@stores(10)
@given(st.data())
def test_it_stands_on_the_leads(data: st.DataObject) -> None:
    held = data.draw(histories(least=12, most=40))
    with tempfile.TemporaryDirectory() as folder, patch.object(module, "ENOUGH", 5):
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=3, max_size=3)):
            assert_baseline(held, drawn, generation)


def assert_baseline(held: History, view: View, generation: Generation) -> None:
    found = baseline(Scope(view, generation))
    alike = View(level="stage", filters=view.filters, as_of=view.as_of)
    everybody = Reference(held, alike)
    own = [lead for lead in held.leads if everybody.counted(lead)[0] is not None]
    asked = replace(alike, period=view.period, first=view.first, last=view.last)
    if view.period == "all":
        asked = asked.during("last-91d")
    period = Reference(held, asked)
    came = [lead for lead in held.leads if period.counted(lead)[0] is not None]
    days = (found.last - found.first).days + 1
    assert (found.first, found.last) == Scope(asked, generation).known_days
    begin = np.zeros(len(found.stages))
    by_source: dict[str, int] = {}
    for lead in came:
        begin[first_stage(period, lead)] += 1
        name = lead["source"] or "~"
        by_source[name] = by_source.get(name, 0) + 1
    if came:
        assert found.begin.tolist() == pytest.approx((begin / len(came)).tolist())
    names = sorted(by_source, key=lambda name: (-by_source[name], name))
    assert found.sources.names == names
    assert found.sources.leads.tolist() == pytest.approx(
        [by_source[name] * QUARTER / days for name in names]
    )
    for name, row, is_own in zip(names, found.sources.shares, found.sources.own, strict=True):
        leads = [lead for lead in own if (lead["source"] or "~") == name]
        assert is_own == (len(leads) >= 5)
        shares = [
            in_the_end(everybody, leads if is_own else own, place)
            for place in range(len(found.stages))
        ]
        shares[0] = 1.0
        assert row.tolist() == pytest.approx(np.minimum.accumulate(shares).tolist())
