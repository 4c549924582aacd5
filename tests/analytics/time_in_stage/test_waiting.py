"""Who waits, and how long: against a slow reference; the list is as long as the bands say."""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping as Record
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.export import to_records
from analytics.scope import Scope
from analytics.time_in_stage.waiting import (
    BAND_COLUMNS,
    BANDS,
    COLUMNS,
    Standout,
    bands,
    standout,
    usual,
    waiting,
)
from analytics.view.view import View
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.pipeline import Pipeline
from data.store import Generation, Store
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

LIMIT = timedelta(days=2)
MAPPINGS = Path(__file__).parents[2] / "mappings"


@dataclass(frozen=True)
class Stay:
    """A visit to a stage as known at as_of; `left` is None while it lasts."""

    lead: Record[str, Any]
    stage: str
    entered: datetime
    left: datetime | None


def stays(reference: Reference) -> list[Stay]:
    """Every visit of every lead that the filters let through, to a stage before the last."""
    found = []
    for lead in reference.history.leads:
        if not all(value_of(lead, name) in values for name, values in reference.view.filters):
            continue
        visits = reference.visits(lead)
        for place, visit in enumerate(visits):
            if visit.stage in reference.history.pipeline.slugs[:-1]:
                left = visits[place + 1].at if place + 1 < len(visits) else None
                found.append(Stay(lead, visit.stage, visit.at, left))
    return found


def kaplan_meier(reference: Reference, stage: str, share: Fraction) -> timedelta | None:
    """The first time after which at most `share` of the stays of a stage still last."""
    own = [stay for stay in stays(reference) if stay.stage == stage]
    lengths = [((stay.left or reference.as_of) - stay.entered, stay.left) for stay in own]
    still = Fraction(1)
    for length in sorted({length for length, left in lengths if left is not None}):
        there = sum(other >= length for other, _ in lengths)
        gone = sum(other == length and left is not None for other, left in lengths)
        still *= Fraction(there - gone, there)
        if still <= share:
            return length
    return None


def band_of(reference: Reference, stay: Stay) -> str:
    waited = reference.as_of - stay.entered
    median = kaplan_meier(reference, stay.stage, Fraction(1, 2))
    p90 = kaplan_meier(reference, stay.stage, Fraction(1, 10))
    if median is None or waited < median:
        return "under_median"
    return "to_p90" if p90 is None or waited <= p90 else "beyond_p90"


def waits(reference: Reference) -> list[Stay]:
    """The stays that last, of the period."""
    return [
        stay
        for stay in stays(reference)
        if stay.left is None
        and reference._in_period(
            stay.lead["created_at"] if reference.view.mode == "cohort" else stay.entered
        )
    ]


def with_a_limit(pipeline: Pipeline) -> Pipeline:
    first, *others = pipeline.stages
    return replace(pipeline, stages=(replace(first, limit_days=LIMIT / timedelta(days=1)), *others))


@stores(8)
@given(st.data())
def test_they_are_those_of_the_reference(data: st.DataObject) -> None:
    drawn = data.draw(histories())
    held = replace(drawn, pipeline=with_a_limit(drawn.pipeline))
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for view in data.draw(st.lists(views(held), min_size=6, max_size=6)):
            reference = Reference(held, view)
            rows = waiting(Scope(view, generation)).rows
            expected = {stay.lead["lead_id"]: stay for stay in waits(reference)}
            assert sorted(rows["lead_id"]) == sorted(expected)  # and nobody twice
            for row in rows.to_dict("records"):
                assert_row(row, expected[row["lead_id"]], reference)
            order = list(zip(-rows["days"], rows["lead_id"], strict=True))
            assert order == sorted(order)
            assert_bands(bands(Scope(view, generation)).rows, rows, reference)
            for stage, found in usual(Scope(view, generation)).items():
                for share, seconds in (
                    (Fraction(1, 2), found.median),
                    (Fraction(1, 10), found.p90),
                ):
                    length = kaplan_meier(reference, stage, share)
                    assert seconds == (None if length is None else length / timedelta(seconds=1))
                assert found.stays == sum(stay.stage == stage for stay in stays(reference))


def assert_row(row: dict[str, Any], stay: Stay, reference: Reference) -> None:
    waited = reference.as_of - stay.entered
    assert (row["stage"], row["stage_entered_at"]) == (stay.stage, stay.entered)
    assert row["days"] == pytest.approx(waited / timedelta(days=1), abs=1e-9)
    assert row["band"] == band_of(reference, stay)
    if stay.stage == reference.history.pipeline.slugs[0]:
        assert row["limit_days"] == 2
        assert bool(row["breached"]) is (waited > LIMIT)
    else:
        assert pd.isna(row["limit_days"])
        assert pd.isna(row["breached"])
    segment = reference._segment(stay.lead)
    assert pd.isna(row["segment"]) if segment is None else row["segment"] == segment


def assert_bands(counts: pd.DataFrame, rows: pd.DataFrame, reference: Reference) -> None:
    """Each cell is as many rows of the list; no cell is missing, and none is there twice."""
    listed = Counter(
        (None if pd.isna(row.segment) else row.segment, row.stage, row.band)
        for row in rows.itertuples()
    )
    stages = reference.history.pipeline.slugs[:-1]
    assert len(counts) == counts["segment"].nunique(dropna=False) * len(stages)
    for row in counts.to_dict("records"):
        segment = None if pd.isna(row["segment"]) else row["segment"]
        parts = {band: listed.pop((segment, row["stage"], band), 0) for band in BANDS}
        assert {band: row[band] for band in BANDS} == parts
        assert row["open"] == sum(parts.values())
        if row["stage"] == stages[0]:
            own = rows[rows["stage"] == stages[0]]
            own = own if segment is None else own[own["segment"] == segment]
            assert row["breached"] == own["breached"].sum()
        else:
            assert pd.isna(row["breached"])
    assert not listed


@pytest.fixture
def queue(tmp_path: Path) -> Store:
    """Ten leads at `a`: nine left after 1 to 9 days, and who came on day 0 waits still, for 10."""
    start = datetime(2024, 1, 1)
    leads = [
        {"lead_id": f"L{place}", "created_at": start, "owner": "Ánh", "amount": 5.0}
        for place in range(10)
    ]
    moves = [(f"L{place}", "b", start + timedelta(days=place)) for place in range(1, 10)]
    touches = [("L0", start + timedelta(days=10))]
    return store_of(tmp_path, leads, moves, touches=touches, pipeline=with_a_limit(SHORT))


def test_the_bands_begin_where_they_are_said_to(queue: Store) -> None:
    generation = queue.generation()
    assert usual(Scope(View(), generation))["a"].median == 5 * 86_400
    assert usual(Scope(View(), generation))["a"].p90 == 9 * 86_400
    row = waiting(Scope(View(), generation)).rows.set_index("lead_id").loc["L0"]
    numbers = ["days", "usual_days", "p90_days", "over_days"]
    assert row[numbers].tolist() == [10, 5, 9, 5]
    assert (row["band"], row["owner"], row["currency"]) == ("beyond_p90", "Ánh", "VND")
    # Nine in ten have left by the ninth day and half by the fifth: that day itself is not beyond.
    for day, band in ((9, "to_p90"), (5, "to_p90"), (4, "under_median")):
        early = View(as_of=datetime(2024, 1, 1 + day, tzinfo=UTC))
        found = waiting(Scope(early, generation)).rows.set_index("lead_id")
        assert found.loc["L0", "band"] == band, day


def test_where_p90_is_not_reached_there_are_two_bands(queue: Store) -> None:
    # Nobody has left `b`: whoever is there is under a median that nobody knows yet.
    counts = bands(Scope(View(), queue.generation())).rows.set_index("stage")
    assert counts.loc["b", ["usual_days", "p90_days"]].isna().all()
    assert counts.loc["b", ["open", *BANDS]].tolist() == [9, 9, 0, 0]
    rows = waiting(Scope(View(), queue.generation())).rows
    assert rows.loc[rows["stage"] == "b", "over_days"].isna().all()


def test_usual_looks_beyond_the_period_but_within_the_filters(queue: Store) -> None:
    generation = queue.generation()
    late = View(period=None, first=datetime(2024, 1, 9).date(), last=None, mode="flow")
    found = waiting(Scope(late, generation)).rows
    assert found["lead_id"].tolist() == ["L8", "L9"]  # moved to `b` on the 9th and 10th
    assert usual(Scope(late, generation)) == usual(Scope(View(), generation))
    nobody = View().where("owner", ["Bình"])
    assert waiting(Scope(nobody, generation)).rows.empty
    assert usual(Scope(nobody, generation))["a"].stays == 0
    assert bands(Scope(nobody, generation)).rows["open"].tolist() == [0, 0]


def test_the_columns_others_rely_on(queue: Store) -> None:
    for view in (View(), View().where("owner", ["Bình"])):
        assert list(waiting(Scope(view, queue.generation())).rows.columns) == COLUMNS
        assert list(bands(Scope(view, queue.generation())).rows.columns) == BAND_COLUMNS
    assert not {"email", "phone"} & set(COLUMNS)


def test_the_slow_queue_of_the_sample_is_found(whole_sample: Generation) -> None:
    """What `data/sample.md` hides in it: two of five left the team, and its leads wait at SAL."""
    generation = whole_sample
    found = standout(bands(Scope(View(by="team"), generation)).rows)
    assert found is not None
    assert (found.segment, found.stage) == ("TP.HCM 2", "sal")
    assert found.over > 1.4 * found.expected
    assert found.q_value < 0.05
    rows = waiting(Scope(View(by="team"), generation)).rows
    theirs = rows[(rows["segment"] == "TP.HCM 2") & (rows["stage"] == "sal")]
    assert (theirs["band"] != "under_median").sum() == found.over


def test_what_stands_out_is_sure_and_not_small() -> None:
    def counted(**over: tuple[int, int]) -> pd.DataFrame:
        rows = [
            {"segment": name, "stage": "sal", "to_p90": part - 1, "beyond_p90": 1, "stays": stays}
            for name, (part, stays) in over.items()
        ]
        return pd.DataFrame(rows)

    found = standout(counted(slow=(70, 1789), fast=(228, 9214)))
    assert isinstance(found, Standout)
    assert (found.segment, found.stage, found.over) == ("slow", "sal", 70)
    assert found.expected == pytest.approx(1789 * 228 / 9214)
    assert found.q_value == pytest.approx(0.00063, abs=5e-5)
    assert standout(counted(slow=(4, 100), fast=(2, 100))) is None
    assert standout(counted(small=(60, 99), fast=(2, 1000))) is None
    assert standout(counted(alone=(70, 1000))) is None


def test_history_is_not_needed(tmp_path: Path) -> None:
    held = History(leads=({"lead_id": "x", "created_at": datetime(2024, 1, 1)},))
    generation = generation_of(tmp_path, held)
    assert waiting(Scope(View(), generation)).rows["days"].tolist() == [0]
    assert bands(Scope(View(by="team"), generation)).rows["open"].tolist() == [1, 0, 0, 0, 0, 0]


def test_the_command_gives_the_list(queue: Store) -> None:
    answer = CliRunner().invoke(
        app, ["waiting", "owner=Ánh", "--store", str(queue.root), "--format", "json"]
    )
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    view = View().where("owner", ["Ánh"])
    assert found["question"] == "waiting"
    assert found["rows"] == to_records(waiting(Scope(view, queue.generation())).rows)
    assert len(found["rows"]) == 10


def test_maven_waits_as_long_as_was_published(tmp_path: Path, real_data: Path) -> None:
    """Half of the deals take 69 days to close; of those that have closed, half took 45."""
    names = ("sales_pipeline", "sales_teams", "accounts", "products")
    files = [real_data / "maven_crm" / f"{name}.csv" for name in names]
    store = Store(tmp_path)
    load(store, files, mapping=Mapping.read(MAPPINGS / "maven.toml"))
    generation = store.generation()
    found = usual(Scope(View(), generation))["opportunity"]
    assert found.stays == 8300
    assert round((found.median or 0) / 86_400) == 69
    counts = bands(Scope(View(), generation)).rows.set_index("stage").loc["opportunity"]
    assert counts["open"] == len(waiting(Scope(View(), generation)).rows) == 1589
