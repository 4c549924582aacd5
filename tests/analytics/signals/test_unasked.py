"""What nobody asked: the counts are those of the leads that are listed."""

from pathlib import Path
from typing import Any

import pandas as pd

from analytics.scope import Scope
from analytics.signals.unasked import COLUMNS, QUESTIONS, listing, unasked
from analytics.time_in_stage.waiting import waiting
from analytics.view.view import View, segment_text
from data.store import Generation
from tests.support.histories import store_of


def test_by_hand(tmp_path: Path) -> None:
    leads: list[dict[str, Any]] = [
        {"lead_id": "1", "owner": "An", "need": True, "budget": False},
        {"lead_id": "2", "owner": "An"},
        {"lead_id": "3", "need": True, "budget": True, "authority": True, "timing": False},
        {"lead_id": "4", "owner": "Bo", "timing": True},
        {"lead_id": "5", "owner": "Bo"},
    ]
    moves = [("4", "sal", "2024-02-01"), ("5", "lost", "2024-02-02")]
    rows = [{**lead, "created_at": "2024-01-01"} for lead in leads]
    made = store_of(tmp_path, rows, moves).generation()
    found = unasked(Scope(View(), made)).rows
    assert list(found.columns) == COLUMNS
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == [
        [None, "lead", 3, 1, 1, 2, 2, 1],
        ["An", "lead", 2, 1, 1, 2, 2, 1],
        ["~", "lead", 1, 0, 0, 0, 0, 0],
        [None, "sal", 1, 1, 1, 1, 0, 0],
        ["Bo", "sal", 1, 1, 1, 1, 0, 0],
    ]
    assert listing(Scope(View(), made), "lead").rows["lead_id"].tolist() == ["2", "1"]


def test_the_counts_are_those_of_the_leads_listed(whole_sample: Generation) -> None:
    scope = Scope(View(by="team").where("region", ["Hà Nội", "Đà Nẵng"]), whole_sample)
    found = unasked(scope).rows
    whole = found[found["segment"].isna()].set_index("stage")
    open_leads = waiting(scope).rows
    assert whole["leads"].to_dict() == open_leads["stage"].value_counts().to_dict()
    known = whole_sample.query("select lead_id, need, budget, authority, timing from leads")
    known = known.merge(open_leads[["lead_id", "stage", "team"]])
    for row in found.itertuples():
        own = known[known["stage"] == row.stage]
        if isinstance(row.segment, str):
            own = own[own["team"].map(segment_text) == row.segment]
        missing = own[[*QUESTIONS]].isna()
        assert [getattr(row, name) for name in QUESTIONS] == missing.sum().tolist()
        assert row.nothing == missing.all(axis=1).sum()
        if pd.isna(row.segment):
            listed = listing(scope, row.stage).rows
            assert sorted(listed["lead_id"]) == sorted(own["lead_id"][missing.any(axis=1)])
            assert listed["unknown"].is_monotonic_decreasing
