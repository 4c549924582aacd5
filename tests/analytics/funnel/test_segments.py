"""Segments are compared fairly: at one horizon, with the rest, and with doubt where it is due."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.certainty import SURE
from analytics.funnel.segments import segments
from analytics.scope import Scope
from analytics.stats.intervals import wilson
from analytics.stats.significance import against_rest
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import Move, store_of

START = datetime(2024, 1, 1)
END = START + timedelta(days=100)


def built(root: Path, sources: Mapping[str, Sequence[tuple[int, int | None]]]) -> Generation:
    """A store of leads by source: the day each came, and the day it became a prospect."""
    leads: list[dict[str, Any]] = []
    moves: list[Move] = []
    for source, rows in sources.items():
        for number, (came, moved) in enumerate(rows):
            name, created = f"{source}{number}", START + timedelta(days=came)
            leads.append({"lead_id": name, "created_at": created, "source": source})
            if moved is not None:
                moves.append((name, "sal", START + timedelta(days=moved)))
    return store_of(root, leads, moves, touches=[(leads[0]["lead_id"], END)]).generation()


def test_a_young_segment_is_not_called_worse(tmp_path: Path) -> None:
    """Both convert 50 of 100 after ten days; one came all at once, four days ago."""
    old = [(0, 10)] * 50 + [(0, None)] * 50
    young = [(96, None)] * 100
    found = segments(
        Scope(View(by="source"), built(tmp_path, {"old": old, "young": young})),
        "prospect",
        of="previous",
    )
    assert found.horizon == 10 * 86_400
    assert found.rows[["segment", "n", "reached"]].values.tolist() == [["old", 100, 50]]
    assert found.overall == 0.5


@pytest.mark.parametrize("of", ["previous", "first"])
def test_who_is_worse_is_called_so(tmp_path: Path, of: str) -> None:
    good = [(0, 5)] * 60 + [(0, None)] * 40
    bad = [(0, 5)] * 20 + [(0, None)] * 80
    found = segments(
        Scope(View(by="source"), built(tmp_path, {"good": good, "bad": bad})), "prospect", of=of
    )
    rows = found.rows.set_index("segment")
    rest = against_rest([60, 20], [100, 100])[0]
    assert rest is not None
    assert rows.at["good", "difference"] == pytest.approx(0.4)
    assert rows.at["good", "q_value"] == pytest.approx(rest.q_value)
    assert rows.at["good", "q_value"] < SURE
    assert (rows.at["bad", "low"], rows.at["bad", "high"]) == pytest.approx(wilson(20, 100))


def test_the_same_rate_is_not_called_different(tmp_path: Path) -> None:
    same = [(0, 5)] * 30 + [(0, None)] * 70
    found = segments(
        Scope(View(by="source"), built(tmp_path, {"a": same, "b": same, "c": same})),
        "prospect",
        of="first",
    )
    assert (found.rows["q_value"] > 0.9).all()


def test_a_window_is_the_horizon_from_entry(tmp_path: Path) -> None:
    rows = [(0, 5)] * 10 + [(0, 30)] * 10
    generation = built(tmp_path, {"a": rows, "b": rows})
    found = segments(Scope(View(by="source", window=7), generation), "prospect", of="first")
    assert found.horizon == 7 * 86_400
    assert found.rows["reached"].tolist() == [10, 10]


def test_the_first_step_has_no_rate(tmp_path: Path) -> None:
    generation = built(tmp_path, {"a": [(0, 1)]})
    with pytest.raises(ValueError, match="first step"):
        segments(Scope(View(by="source"), generation), "lead", of="previous")


def test_nobody_at_all(tmp_path: Path) -> None:
    generation = built(tmp_path, {"a": [(0, 1)]})
    view = View(by="source").during("last-7d")
    found = segments(Scope(view, generation), "prospect", of="previous")
    assert found.rows.empty
    assert found.overall is None
