"""Time in stage: against a slow reference, and against numbers that others found on public data."""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics import runnable
from analytics.__main__ import app
from analytics.export import to_records
from analytics.scope import Scope
from analytics.stats import survival
from analytics.stats.survival import curve, quantile, remaining
from analytics.time_in_stage.time_in_stage import (
    COLUMNS,
    LEAVING_COLUMNS,
    MONTH_COLUMNS,
    WAYS,
    by_month,
    leaving,
    slower,
    time_in_stage,
)
from analytics.view.view import View
from data.load.loader import load
from data.mapping.mapping import Mapping as FileMapping
from data.store import Generation, Store
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference, value_of

MAPPINGS = Path(__file__).parents[2] / "mappings"
DAY = 86_400
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Stay:
    """A visit to a stage as known at as_of; `left` is None while it lasts."""

    lead: Mapping[str, Any]
    stage: str
    entered: datetime
    left: datetime | None
    outcome: str


def stays(reference: Reference) -> list[Stay]:
    """Every visit to a stage before the last that the view's period and filters let through."""
    slugs = reference.history.pipeline.slugs
    found = []
    for lead in reference.history.leads:
        if not all(value_of(lead, name) in values for name, values in reference.view.filters):
            continue
        visits = reference.visits(lead)
        for place, visit in enumerate(visits):
            of_period = lead["created_at"] if reference.view.mode == "cohort" else visit.at
            if visit.stage not in slugs[:-1] or not reference._in_period(of_period):
                continue
            left, outcome = None, "open"
            if place + 1 < len(visits):
                following = visits[place + 1]
                left, outcome = following.at, "lost"
                if following.stage in slugs:
                    later = slugs.index(following.stage) > slugs.index(visit.stage)
                    outcome = "advanced" if later else "went_back"
            found.append(Stay(lead, visit.stage, visit.at, left, outcome))
    return found


def lengths(reference: Reference, own: list[Stay]) -> list[tuple[float, str]]:
    return [
        (((stay.left or reference.as_of) - stay.entered) / SECOND, stay.outcome) for stay in own
    ]


def kaplan_meier(of: list[tuple[float, str]], share: Fraction) -> float | None:
    still = Fraction(1)
    for length in sorted({length for length, outcome in of if outcome != "open"}):
        there = sum(other >= length for other, _ in of)
        gone = sum(other == length and outcome != "open" for other, outcome in of)
        still *= Fraction(there - gone, there)
        if still <= share:
            return length
    return None


def aalen_johansen(of: list[tuple[float, str]]) -> dict[float, dict[str, Fraction]]:
    """At each length that was seen, the shares still there and gone each way."""
    shares = {"still": Fraction(1), **dict.fromkeys(WAYS, Fraction(0))}
    course = {}
    for length in sorted({length for length, _ in of}):
        there = sum(other >= length for other, _ in of)
        gone = Counter(outcome for other, outcome in of if other == length and outcome != "open")
        before = shares["still"]
        for way, leads in gone.items():
            shares[way] += before * Fraction(leads, there)
        shares["still"] = before * Fraction(there - sum(gone.values()), there)
        course[length] = dict(shares)
    return course


def jumped(reference: Reference, lead: Mapping[str, Any]) -> dict[str, datetime]:
    """The stages a lead was not at when it first came that far or farther, and when that was."""
    slugs = reference.history.pipeline.slugs
    found: dict[str, datetime] = {}
    highest = -1
    for visit in reference.visits(lead):
        if visit.stage in slugs and slugs.index(visit.stage) > highest:
            for stage in slugs[highest + 1 : slugs.index(visit.stage)]:
                found[stage] = visit.at
            highest = slugs.index(visit.stage)
    return found


@stores(10)
@given(st.data())
def test_it_is_that_of_the_reference(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for view in data.draw(st.lists(views(held), min_size=6, max_size=6)):
            reference = Reference(held, view)
            expected: dict[tuple[str | None, str], list[Stay]] = {}
            for stay in stays(reference):
                expected.setdefault((reference._segment(stay.lead), stay.stage), []).append(stay)
            rows = time_in_stage(Scope(view, generation)).rows
            stages = held.pipeline.slugs[:-1]
            assert rows["stays"].sum() == sum(len(own) for own in expected.values())
            assert len(rows) == rows["segment"].nunique(dropna=False) * len(stages)
            for row in rows.to_dict("records"):
                segment = None if pd.isna(row["segment"]) else row["segment"]
                assert_row(row, expected.get((segment, row["stage"]), []), reference, segment)
            stage = data.draw(st.sampled_from(stages))
            everyone = [stay for stay in stays(reference) if stay.stage == stage]
            assert_leaving(
                leaving(Scope(view, generation), stage).rows, lengths(reference, everyone)
            )
            assert_months(by_month(Scope(view, generation), stage).rows, everyone, reference)


def assert_row(
    row: dict[str, Any], own: list[Stay], reference: Reference, segment: str | None
) -> None:
    ends = Counter(stay.outcome for stay in own)
    assert {name: row[name] for name in ("open", *WAYS)} == {
        name: ends[name] for name in ("open", *WAYS)
    }
    assert row["stays"] == row["open"] + row["completed"] == len(own)
    assert row["completed"] == sum(row[way] for way in WAYS)
    assert row["returns"] == len(own) - len({stay.lead["lead_id"] for stay in own})
    of = lengths(reference, own)
    for name, share in (("median", Fraction(1, 2)), ("p90", Fraction(1, 10))):
        found = row[f"{name}_seconds"]
        assert (None if pd.isna(found) else found) == kaplan_meier(of, share)
    ended = [(stay.left - stay.entered) / SECOND for stay in own if stay.left is not None]
    if ended:
        assert row["mean_completed_seconds"] == pytest.approx(sum(ended) / len(ended))
    else:
        assert pd.isna(row["mean_completed_seconds"])
    over = [
        lead
        for lead in reference.history.leads
        if reference._segment(lead) == segment
        and all(value_of(lead, name) in values for name, values in reference.view.filters)
        and row["stage"] in (jumps := jumped(reference, lead))
        and reference._in_period(
            lead["created_at"] if reference.view.mode == "cohort" else jumps[row["stage"]]
        )
    ]
    assert row["skipped"] == len(over)


def assert_leaving(rows: pd.DataFrame, of: list[tuple[float, str]]) -> None:
    assert list(rows.columns) == LEAVING_COLUMNS
    seen = aalen_johansen(of)
    ended = {length for length, outcome in of if outcome != "open"}
    course = {length: seen[length] for length in seen if length in ended or length == max(seen)}
    assert rows["seconds"].tolist() == list(course)
    for row, shares in zip(rows.to_dict("records"), course.values(), strict=True):
        assert {name: row[name] for name in shares} == pytest.approx(
            {name: float(share) for name, share in shares.items()}
        )
        assert row["still_low"] <= row["still"] + 1e-9 <= row["still_high"] + 2e-9
    together = rows[["still", *WAYS]].sum(axis=1)
    assert together.tolist() == pytest.approx([1.0] * len(rows))


def assert_months(rows: pd.DataFrame, everyone: list[Stay], reference: Reference) -> None:
    assert list(rows.columns) == MONTH_COLUMNS
    by_first: dict[datetime, list[Stay]] = {}
    for stay in everyone:
        day = reference.day(stay.entered)
        by_first.setdefault(datetime(day.year, day.month, 1), []).append(stay)
    assert [month.to_pydatetime() for month in rows["month"]] == sorted(by_first)
    for row in rows.to_dict("records"):
        own = by_first[row["month"].to_pydatetime()]
        found = row["median_seconds"]
        expected = kaplan_meier(lengths(reference, own), Fraction(1, 2))
        assert (None if pd.isna(found) else found) == expected
        assert (row["stays"], row["open"]) == (len(own), sum(stay.left is None for stay in own))


@pytest.fixture
def detours(tmp_path: Path) -> Store:
    """One goes a, b, a and waits; one jumps to c; one is lost from b after two days; on day 9."""
    start = datetime(2024, 1, 1)
    leads = [{"lead_id": name, "created_at": start, "source": name} for name in "xyz"]
    moves = [
        ("x", "b", start + timedelta(days=1)),
        ("x", "a", start + timedelta(days=3)),
        ("y", "c", start + timedelta(days=4)),
        ("z", "b", start + timedelta(days=5)),
        ("z", "gone", start + timedelta(days=7)),
    ]
    touches = [("x", start + timedelta(days=9))]
    return store_of(tmp_path, leads, moves, touches=touches, pipeline=SHORT)


def test_loops_skips_and_ways_out_are_counted(detours: Store) -> None:
    rows = time_in_stage(Scope(View(), detours.generation())).rows.set_index("stage")
    counted = ["stays", "open", "completed", *WAYS, "returns", "skipped"]
    assert rows.loc["a", counted].tolist() == [4, 1, 3, 3, 0, 0, 1, 0]
    assert rows.loc["b", counted].tolist() == [2, 0, 2, 0, 1, 1, 0, 1]
    assert rows.loc["b", "went_back_rate"] == 0.5
    # 1, 4 and 5 days, and one that lasts for 6: half of the four have left after 4.
    assert rows.loc["a", "median_seconds"] == 4 * DAY
    assert rows.loc["a", "mean_completed_seconds"] == pytest.approx(10 / 3 * DAY)
    assert pd.isna(rows.loc["a", "p90_seconds"])


def test_neither_level_nor_policy_nor_window_changes_a_stay(detours: Store) -> None:
    plain = time_in_stage(Scope(View(), detours.generation())).rows
    for view in (View(level="stage", stage="b"), View(skipped="strict"), View(window=1)):
        pd.testing.assert_frame_equal(time_in_stage(Scope(view, detours.generation())).rows, plain)


def test_nobody(detours: Store) -> None:
    view = View().where("source", ["nobody"])
    rows = time_in_stage(Scope(view, detours.generation())).rows
    assert list(rows.columns) == COLUMNS
    assert rows["stays"].tolist() == [0, 0]
    assert leaving(Scope(view, detours.generation()), "a").rows.empty
    assert by_month(Scope(view, detours.generation()), "a").rows.empty
    assert slower(rows) is None


def test_the_slow_queue_of_the_sample_is_found(whole_sample: Generation) -> None:
    """What `data/sample.md` hides in it: since April 2026 leads of one team wait at SAL."""
    generation = whole_sample
    view = View(by="team")
    found = slower(time_in_stage(Scope(view, generation)).rows)
    assert found is not None
    assert (found.segment, found.stage) == ("TP.HCM 2", "sal")
    assert found.median > 1.2 * found.rest
    months = by_month(Scope(view, generation), "sal", "TP.HCM 2").rows
    changed = months[months["changed"]]
    assert changed["part"].tolist() == ["segment"]  # elsewhere nothing changed
    assert changed["month"].tolist() == [pd.Timestamp("2026-04-01")]
    assert (changed["since_seconds"] > 1.5 * changed["before_seconds"]).all()
    young = months[~months["mature"]]
    assert set(young["month"]) == {pd.Timestamp("2026-10-01")}
    # The whole is its parts.
    whole = by_month(Scope(view, generation), "sal").rows.set_index("month")["stays"]
    assert months.groupby("month")["stays"].sum().to_dict() == whole.to_dict()


def test_the_command_line_gives_the_rows(sample_store: Path) -> None:
    arguments = ["time-in-stage", "by=team", "--store", str(sample_store), "--format", "json"]
    answer = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert answer["question"] == "time-in-stage"
    rows = time_in_stage(Scope(View(by="team"), Store(sample_store).generation())).rows
    assert answer["rows"] == to_records(rows)
    promised = (
        "segment stage stays open median_seconds p90_seconds mean_completed_seconds completed"
    )
    assert list(answer["rows"][0])[:8] == promised.split()


@pytest.mark.parametrize(
    "question", ["time_in_stage/time_in_stage", "time_in_stage/time_in_stage_months"]
)
def test_the_sql_to_take_away_gives_the_counts(detours: Store, question: str) -> None:
    generation = detours.generation()
    scope = Scope(View(by="source", level="stage"), generation)
    parameters = scope.parameters | {"stage": "a"}
    text = runnable.runnable(scope.text(question, of="stays"), parameters, generation.number)
    with duckdb.connect(detours.root / f"{generation.number}.duckdb", read_only=True) as con:
        taken = con.execute(text).df()
    asked = scope.ask(question, of="stays", stage="a")
    assert taken["seconds"].map(len).sum() > 0
    assert sorted(map(sorted, taken["seconds"])) == sorted(map(sorted, asked["seconds"]))


def loaded(tmp_path: Path, mapping: str, *files: Path) -> Generation:
    store = Store(tmp_path / "store")
    load(store, files, mapping=FileMapping.read(MAPPINGS / mapping))
    return store.generation()


# n, median and mean in hours of those that went on, by the sheet that came with the data.
BPIC = {
    "A_PARTLYSUBMITTED": (7367, 0.012035, 2.081287),
    "A_PREACCEPTED": (5113, 4.120145, 18.685390),
    "A_ACCEPTED": (5015, 0.051106, 0.156959),
    "A_FINALIZED": (2246, 331.838199, 383.945615),
}


def test_bpic_2012(tmp_path: Path, real_data: Path) -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    folder = real_data / "bpic2012"
    generation = loaded(tmp_path, "bpic2012.toml", folder / "applications.csv.gz")
    plain = generation.query(
        "select stage, count(*) as n, median(seconds) / 3600 as median, "
        "avg(seconds) / 3600 as mean from stays where outcome = 'advanced' group by stage"
    ).set_index("stage")
    rows = time_in_stage(Scope(View(), generation)).rows.set_index("stage")
    for stage, (n, median, mean) in BPIC.items():
        found = plain.loc[stage]
        assert (found.n, round(found["median"], 6), round(found["mean"], 6)) == (n, median, mean)
        assert rows.loc[stage, "advanced"] == n
        own = generation.query(
            "select outcome <> 'open' as has_left, "
            "date_diff('microsecond', entered_at, coalesce(left_at, $end)) / 1e6 as seconds "
            "from stays where stage = $stage",
            {"stage": stage, "end": generation.last_event},
        )
        other = SurvfuncRight(own["seconds"], own["has_left"].astype(int))
        for name, share in (("median_seconds", 0.5), ("p90_seconds", 0.9)):
            assert rows.loc[stage, name] / 3600 == pytest.approx(
                other.quantile(share) / 3600, abs=1e-6
            )
    # No case has two outcomes, and the open ones are at some stage.
    assert rows["lost"].sum() == 7635 + 2807
    assert rows["open"].sum() == 399
    assert rows[["went_back", "returns", "skipped"]].sum().sum() == 0


def test_maven(tmp_path: Path, real_data: Path) -> None:
    """Engaged to closed is the stay at `opportunity`; open deals were last seen on 2017-12-31."""
    names = ("sales_pipeline", "sales_teams", "accounts", "products")
    files = (real_data / "maven_crm" / f"{name}.csv" for name in names)
    generation = loaded(tmp_path, "maven.toml", *files)
    row = time_in_stage(Scope(View(), generation)).rows.set_index("stage").loc["opportunity"]
    assert (row["stays"], row["open"], row["advanced"], row["lost"]) == (8300, 1589, 4238, 2473)
    # A day in which clocks are changed has 23 or 25 hours.
    assert abs(row["median_seconds"] - 69 * DAY) in (0, 3600)
    days = generation.query(
        """
        select
            date_diff('day', local_entered_at, coalesce(local_left_at, date '2017-12-31')) as days,
            case when left_at is null then 'open' else 'left' end as outcome,
            count(*) as leads,
        from (
            select
                left_at,
                cast(timezone($zone, timezone('UTC', entered_at)) as date) as local_entered_at,
                cast(timezone($zone, timezone('UTC', left_at)) as date) as local_left_at,
            from stays
            where stage = 'opportunity'
        )
        group by 1, 2
        """,
        {"zone": generation.time_zone},
    )
    own = curve(days["days"], days["outcome"], days["leads"])
    assert (own.leads, quantile(own, 0.5)[0]) == (8300, 69)
    closed = days[days["outcome"] == "left"]
    assert closed["days"].repeat(closed["leads"]).median() == 45


OLIST = {7: 0.9645, 14: 0.9465, 30: 0.93062, 60: 0.91912, 90: 0.9135, 180: 0.90308, 365: 0.88654}


def test_olist(tmp_path: Path, real_data: Path) -> None:
    """Lead to won in calendar days, who is not yet won last seen on 2018-11-14."""
    files = ("marketing_qualified_leads", "closed_deals")
    folder = real_data / "olist_funnel"
    generation = loaded(
        tmp_path, "olist.toml", *(folder / f"olist_{name}_dataset.csv" for name in files)
    )
    days = generation.query(
        """
        with leads_won as (
            select
                cast(timezone($zone, timezone('UTC', min(created_at))) as date) as created_on,
                cast(
                    timezone($zone, timezone('UTC', min(reached_at) filter (stage = 'won')))
                    as date
                ) as won_on,
            from reaches
            group by lead_number
        )
        select
            greatest(date_diff('day', created_on, coalesce(won_on, date '2018-11-14')), 0) as days,
            case when won_on is null then 'open' else 'won' end as outcome,
            count(*) as leads,
        from leads_won
        group by 1, 2
        """,
        {"zone": generation.time_zone},
    )
    own = curve(days["days"], days["outcome"], days["leads"])
    assert own.leads == 8000
    for day, still in OLIST.items():
        found = remaining(own, day)
        assert found is not None
        # As printed; the one at 30 days lies half way, at .930625.
        digits = 4 if still in (0.9645, 0.9465, 0.9135) else 5
        assert abs(found[0] - still) <= 0.5 * 10**-digits + 1e-12


def test_a_long_curve_is_thinned_but_exact(detours: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = leaving(Scope(View(), detours.generation()), "a").rows
    monkeypatch.setattr(survival, "DRAWN", 1)
    thin = leaving(Scope(View(), detours.generation()), "a").rows
    # Stays of 1, 4 and 5 days and one that lasts for 6: the first, the median and the last.
    assert (whole["seconds"] / DAY).tolist() == [1, 4, 5, 6]
    assert (thin["seconds"] / DAY).tolist() == [1, 4, 6]
    pd.testing.assert_frame_equal(thin, whole.drop(index=2).reset_index(drop=True))
