"""How many come to a step, and how soon: against an estimate worked out lead by lead."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.funnel.time_to_step import COLUMNS, SUMMARY_COLUMNS, reaching, summary
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from tests.analytics.funnel.test_eventual import Fate
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference, value_of

DAY = 86_400


def journey(reference: Reference, lead: Mapping[str, Any], place: int) -> Fate | None:
    """What became of a lead on its way to a step, and how long after its entry."""
    counted = reference.counted(lead)
    entry, arrival = counted[0], counted[place]
    if entry is None:
        return None
    if arrival is not None:
        return "advanced", (arrival - entry).total_seconds()
    ends = [reference.as_of]
    if reference.view.window is not None:
        ends.append(entry + timedelta(days=reference.view.window))
    if not reference.is_lost(lead):
        return "open", (min(ends) - entry).total_seconds()
    out: datetime | None = None
    for visit in reference.visits(lead):
        is_out = visit.stage in reference.history.pipeline.exit_slugs
        out = (out or visit.at) if is_out else None
    return "lost", (min([*ends, *([out] if out else [])]) - entry).total_seconds()


def course(fates: list[Fate]) -> dict[float, tuple[Fraction, Fraction]]:
    """At each time, the share that has come by then, and the share neither come nor lost."""
    found = {}
    still, share = Fraction(1), Fraction(0)
    for time in sorted({seconds for _, seconds in fates}):
        at_risk = sum(seconds >= time for _, seconds in fates)
        came, lost = fates.count(("advanced", time)), fates.count(("lost", time))
        share += still * Fraction(came, at_risk)
        still *= 1 - Fraction(came + lost, at_risk)
        found[time] = share, still
    return found


def named(value: str | None) -> str:
    """A value as an answer's segment."""
    if value is None:
        return "~"
    return f"~{value}" if value.startswith("~") else value


def journeys(reference: Reference, by: str, place: int) -> dict[str, list[Fate]]:
    found: dict[str, list[Fate]] = {}
    for lead in reference.history.leads:
        if fate := journey(reference, lead, place):
            found.setdefault(named(value_of(lead, by)), []).append(fate)
    return found


@stores(12)
@given(st.data())
def test_it_is_worked_out_lead_by_lead(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=8, max_size=8)):
            reference = Reference(history, replace(drawn, by=None, mode="cohort"))
            place = data.draw(st.integers(1, len(reference.steps) - 1))
            view = replace(drawn, stage=reference.steps[place])
            expected = journeys(reference, view.by or "source", place)
            rows, sums = (
                reaching(Scope(view, generation)).rows,
                summary(Scope(view, generation)).rows,
            )
            assert sorted(sums["segment"]) == sorted(expected)
            sizes = [len(expected[segment]) for segment in sums["segment"]]
            assert sizes == sorted(sizes, reverse=True)
            for row in sums.to_dict("records"):
                assert_summary(row, expected[row["segment"]])
            for segment, own in rows.groupby("segment"):
                fates = expected[str(segment)]
                shares = course(fates)
                for time, share, at_risk in zip(
                    own["seconds"], own["share"], own["at_risk"], strict=True
                ):
                    before = shares.get(time, (Fraction(0), Fraction(1)))[0]
                    assert share == pytest.approx(float(before))
                    assert at_risk == sum(seconds >= time for _, seconds in fates)
                came = {seconds for outcome, seconds in fates if outcome == "advanced"}
                assert {0.0, *came, max(shares)} == set(own["seconds"])
                assert (own["low"] <= own["share"] + 1e-9).all()
                assert (own["share"] <= own["high"] + 1e-9).all()


def assert_summary(row: dict[str, Any], fates: list[Fate]) -> None:
    came = [seconds for outcome, seconds in fates if outcome == "advanced"]
    assert (row["n"], row["reached"]) == (len(fates), len(came))
    shares = course(fates)
    final = shares[max(shares)][0]
    assert row["share"] == pytest.approx(float(final))
    half = [time for time, (share, _) in shares.items() if share >= final / 2]
    if came:
        assert row["median_seconds"] == half[0]
    else:
        assert row["median_seconds"] != row["median_seconds"]


@stores(6)
@given(st.data())
def test_they_are_those_of_the_funnel(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=6, max_size=6)):
            view = replace(drawn, by="source", mode="cohort")
            bars = funnel(Scope(view, generation)).rows
            last = bars[bars["stage"] == bars["stage"].iloc[-1]] if len(bars) else bars
            reached = dict(zip(last["segment"], last["reached"], strict=True))
            sums = summary(Scope(view, generation)).rows
            assert dict(zip(sums["segment"], sums["reached"], strict=True)) == reached


def test_half_of_those_who_come_in_the_end(tmp_path: Path) -> None:
    """Ten leads: two come after 5 days, four after 20, four are lost after 30."""
    start = datetime(2024, 1, 1)
    leads = [{"lead_id": str(n), "created_at": start, "source": "x"} for n in range(10)]
    moves = [
        (
            str(n),
            "c" if n < 6 else "gone",
            start + timedelta(days=5 if n < 2 else 20 if n < 6 else 30),
        )
        for n in range(10)
    ]
    generation = store_of(tmp_path, leads, moves, pipeline=SHORT).generation()
    row = summary(Scope(View(), generation)).rows.iloc[0]
    assert list(row.index) == SUMMARY_COLUMNS
    assert (row["n"], row["reached"], row["median_seconds"]) == (10, 6, 20 * DAY)
    assert row["share"] == pytest.approx(0.6)
    assert row["is_final"]
    rows = reaching(Scope(View(), generation)).rows
    assert rows["seconds"].tolist() == [0, 5 * DAY, 20 * DAY, 30 * DAY]
    assert rows["share"].tolist() == pytest.approx([0, 0.2, 0.6, 0.6])
    assert rows["at_risk"].tolist() == [10, 10, 8, 4]


def test_nobody_at_all(tmp_path: Path) -> None:
    generation = store_of(tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}]).generation()
    view = View().during(last=date(2023, 1, 1))
    assert reaching(Scope(view, generation)).rows.columns.tolist() == COLUMNS
    assert reaching(Scope(view, generation)).rows.empty
    assert summary(Scope(view, generation)).rows.columns.tolist() == SUMMARY_COLUMNS
    assert summary(Scope(view, generation)).rows.empty


def test_events_win_slowly_but_well(whole_sample: Generation) -> None:
    """The third story of `data/sample.md`."""
    view = View(by="channel").during(first=date(2024, 11, 1), last=date(2026, 1, 31))
    rows = summary(Scope(view, whole_sample)).rows.set_index("segment")
    assert rows.at["event", "n"] == 1173
    assert rows.at["event", "share"] == pytest.approx(0.116, abs=5e-4)
    assert rows.at["event", "median_seconds"] / DAY == pytest.approx(110, abs=0.5)
    others = rows.drop(index="event")
    assert others["n"].sum() == 15325
    assert others["reached"].sum() / others["n"].sum() == pytest.approx(0.051, abs=5e-4)
    # Judged after ninety days they would look like the worse half.
    curves = reaching(Scope(view, whole_sample)).rows
    early = curves[curves["seconds"] <= 90 * DAY].groupby("segment")["share"].last()
    rest = (early[others.index] * others["n"]).sum() / others["n"].sum()
    assert early["event"] == pytest.approx(0.033, abs=1.2e-3)
    assert rest == pytest.approx(0.037, abs=1e-3)
    assert early["event"] < rest
