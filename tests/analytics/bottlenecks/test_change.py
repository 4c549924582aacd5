"""A change is split without a rest, between periods of one age, and its story is found."""

import json
import math
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.bottlenecks import waterfall
from analytics.bottlenecks.change import (
    COLUMNS,
    DIMENSION_COLUMNS,
    MOST_VALUES,
    RANKED,
    Change,
    change,
    periods,
)
from analytics.bottlenecks.periods import DAYS
from analytics.export import to_records
from analytics.funnel.leads import leads
from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.view.view import View, segment_text, segment_value
from data.store import Generation, Store
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views
from tests.support.reference import Reference, value_of

JANUARY = datetime(2024, 1, 10)
FEBRUARY = datetime(2024, 2, 10)
END = datetime(2024, 3, 9)
VIEW = View(period=None, first=date(2024, 2, 1), last=date(2024, 2, 29), level="stage")

Counts = dict[str, tuple[list[int], list[int]]]
"""By source, how many of January's leads came to each step, and of February's."""


def built(root: Path, counts: Counts) -> Generation:
    """A store of two months; a lead comes to its steps within five days."""
    rows: list[dict[str, Any]] = []
    moves = []
    for source, both in counts.items():
        for came, reached in zip((JANUARY, FEBRUARY), both, strict=True):
            for number in range(reached[0]):
                name = f"{source}-{came.month}-{number}"
                rows.append({"lead_id": name, "created_at": came, "source": source})
                for stage, there in zip(SHORT.slugs[1:], reached[1:], strict=False):
                    if number < there:
                        days = SHORT.slugs.index(stage) * 2
                        moves.append((name, stage, came + timedelta(days=days)))
    touches = [(rows[0]["lead_id"], END)]
    return store_of(root, rows, moves, touches=touches, pipeline=SHORT).generation()


def effects(found: Change) -> list[float]:
    """The bars of the waterfall between the first and the last."""
    return [float(value) for value in found.waterfall["value"].iloc[1:-1]]


def test_the_worked_example(tmp_path: Path) -> None:
    """Every source does better, and the whole worse."""
    counts: Counts = {
        "seo": ([400, 80], [400, 88]),
        "events": ([300, 90], [300, 99]),
        "lists": ([300, 15], [900, 54]),
    }
    found = change(Scope(replace(VIEW, by="source", stage="b"), built(tmp_path, counts)))
    assert (found.before, found.after) == pytest.approx((0.1850, 0.1506), abs=5e-5)
    assert found.rate is not None
    assert found.mix is not None
    assert (found.rate, found.mix) == pytest.approx((0.0181, -0.0525), abs=5e-5)
    assert found.simpson
    rows = found.rows.set_index("segment")
    assert rows.index.tolist() == ["lists", "seo", "events"] or set(rows.index) == set(counts)
    wanted = {"seo": (0.0065, -0.0063), "events": (0.0073, -0.0166), "lists": (0.0043, -0.0296)}
    for source, split in wanted.items():
        effect = rows.loc[source, ["rate_effect", "mix_effect"]].tolist()
        assert effect == pytest.approx(split, abs=5e-5)
    # 400 of 1000 and 400 of 1600 leads, at .20 and .22.
    error = (0.4 + 0.25) / 2 * math.sqrt(0.2 * 0.8 / 400 + 0.22 * 0.78 / 400)
    assert rows.at["seo", "rate_high"] - rows.at["seo", "rate_low"] == pytest.approx(
        2 * 1.959964 * error, rel=1e-6
    )
    assert (found.leads_before, found.leads_after) == (1000, 1600)
    assert (found.won_before, found.won_after) == (185, 241)
    # More leads at the mean rate; the mix and the rate, at 1300 leads.
    mean = (0.185 + 241 / 1600) / 2
    assert effects(found) == pytest.approx(
        [600 * mean, 1300 * found.mix, 1300 * found.rate], abs=1e-9
    )
    assert found.waterfall["key"].tolist() == ["before", "leads", "mix", "a>b", "after"]


def test_without_a_breakdown_the_largest_mix_is_told(tmp_path: Path) -> None:
    counts: Counts = {"seo": ([100, 50], [100, 50]), "lists": ([100, 10], [300, 30])}
    found = change(Scope(replace(VIEW, stage="b"), built(tmp_path, counts)))
    assert found.dimension in ("source", "channel")
    assert found.rate == pytest.approx(0, abs=1e-12)
    assert (found.before, found.after) == (0.3, 0.2)
    assert found.mix == pytest.approx(-0.1)
    ranked = found.dimensions
    # Every other dimension has one value alone, the missing one.
    assert set(ranked["dimension"]) <= {"source", "channel"}
    assert ranked["explained"].iat[0] == pytest.approx(1)
    assert not found.simpson


def test_what_was_filled_in_on_the_way_explains_nothing(tmp_path: Path) -> None:
    """A column that says how each lead ended has the largest mix of all, and is not ranked."""
    rows, moves = [], []
    for came, won in ((JANUARY, 60), (FEBRUARY, 30)):
        for number in range(100):
            name, state = f"{came.month}-{number}", "won" if number < won else "lost"
            rows.append({"lead_id": name, "created_at": came, "state": state, "region": "N"})
            rows[-1]["team"] = "AB"[number % 2]
            moves.append((name, "b" if number < won else "gone", came + timedelta(days=1)))
    end = [("1-0", END)]
    generation = store_of(tmp_path, rows, moves, touches=end, pipeline=SHORT).generation()
    found = change(Scope(replace(VIEW, stage="b"), generation))
    assert found.dimension == "team"
    assert found.mix == pytest.approx(0, abs=1e-12)
    assert found.dimensions["dimension"].tolist() == ["team"]
    asked = change(Scope(replace(VIEW, stage="b", by="state"), generation))
    assert asked.dimension == "state"
    assert asked.mix == pytest.approx(-0.3)


def test_a_new_source_is_all_mix(tmp_path: Path) -> None:
    counts: Counts = {
        "old": ([50, 20], [50, 20]),
        "new": ([0, 0], [50, 5]),
        "gone": ([10, 9], [0, 0]),
    }
    rows = change(Scope(replace(VIEW, by="source", stage="b"), built(tmp_path, counts))).rows
    by_source = rows.set_index("segment")
    assert by_source.loc[["new", "gone"], "rate_effect"].tolist() == [0, 0]
    assert by_source.loc[["new", "gone"], ["rate_low", "rate_high"]].isna().all(axis=None)
    assert pd.isna(by_source.at["new", "before"])
    assert pd.isna(by_source.at["gone", "after"])


@pytest.mark.parametrize(
    ("counts", "at"),
    [
        # Nobody gets from b to c any more: all of it is there.
        ({"x": ([100, 50, 20], [100, 60, 0])}, [0, -20]),
        # Nobody even gets to b: the loss is there, whatever b to c would have done.
        ({"x": ([100, 50, 20], [100, 0, 0])}, [-20, 0]),
        # And the other way round.
        ({"x": ([100, 50, 0], [100, 60, 20])}, [0, 20]),
        ({"x": ([100, 0, 0], [100, 50, 20])}, [20, 0]),
        # Nothing before and nothing after is no change, wherever it ends.
        ({"x": ([100, 50, 0], [100, 0, 0])}, [0, 0]),
    ],
)
def test_a_rate_of_nothing(tmp_path: Path, counts: Counts, at: list[float]) -> None:
    found = change(Scope(replace(VIEW, by="source"), built(tmp_path, counts)))
    assert found.waterfall["key"].tolist() == ["before", "leads", "mix", "a>b", "b>c", "after"]
    assert effects(found) == pytest.approx([0, 0, *at], abs=1e-12)
    assert (found.steps["points"] * 100).tolist() == pytest.approx(at, abs=1e-12)


def test_the_steps_of_the_whole_are_in_logs(tmp_path: Path) -> None:
    found = change(Scope(VIEW, built(tmp_path, {"x": ([200, 100, 20], [100, 40, 20])})))
    assert found.steps["transition"].tolist() == ["a>b", "b>c"]
    assert found.steps["log_part"].tolist() == pytest.approx([math.log(0.8), math.log(2.5)])
    assert found.steps["log_part"].sum() == pytest.approx(math.log(0.2 / 0.1))
    assert found.steps["points"].sum() == pytest.approx(0.1, abs=1e-12)


def test_an_empty_period_says_nothing(tmp_path: Path) -> None:
    generation = built(tmp_path, {"x": ([0, 0], [10, 5])})
    found = change(Scope(replace(VIEW, by="source"), generation))
    assert (found.before, found.rate, found.mix, found.rate_low) == (None, None, None, None)
    assert (found.leads_before, found.leads_after) == (0, 10)
    assert not found.is_complete
    assert found.rows["rate_effect"].isna().all()
    assert found.waterfall.empty
    assert found.dimensions.empty
    nobody = change(Scope(replace(VIEW.during("last-7d"), by="source"), generation))
    assert (nobody.before, nobody.after, len(nobody.rows)) == (None, None, 0)


def test_a_pipeline_of_one_group_changes_by_its_stages(tmp_path: Path) -> None:
    one = replace(SHORT, stages=tuple(replace(stage, group="lead") for stage in SHORT.stages))
    rows = [{"lead_id": "x", "created_at": JANUARY}]
    generation = store_of(tmp_path, rows, pipeline=one).generation()
    found = change(Scope(View(), generation))
    assert found.milestone == SHORT.slugs[-1]
    assert found.steps["transition"].tolist() == [f"{a}>{b}" for a, b in pairwise(SHORT.slugs)]


def test_all_of_the_data_is_two_half_years_of_one_age(tmp_path: Path) -> None:
    """One lead a day for three years; nine of ten of those who come need ten days or less."""
    start = datetime(2021, 1, 1, 12)
    rows = [{"lead_id": f"{day}", "created_at": start + timedelta(days=day)} for day in range(1096)]
    moves = [
        (f"{day}", "c", start + timedelta(days=day + (30 if day % 20 == 0 else 10)))
        for day in range(1000)
    ]
    generation = store_of(tmp_path, rows, moves, pipeline=SHORT).generation()
    earlier, later = periods(Scope(View(level="stage"), generation))
    assert later.view.window == earlier.view.window == 10
    assert later.as_of.date() == date(2024, 1, 1)
    # The leads of 21 December had their ten days by the end of the 31st.
    assert later.days == (date(2023, 6, 23), date(2023, 12, 21))
    assert earlier.days == (date(2022, 12, 23), date(2023, 6, 22))
    assert (later.days[1] - later.days[0]).days + 1 == DAYS
    assert later.as_of - earlier.as_of == timedelta(days=DAYS)
    # The view's own window is the horizon; short data are halved.
    earlier, later = periods(Scope(View(window=500, as_of=date(2022, 6, 1)), generation))
    assert later.view.window == 500
    assert later.days == (date(2021, 1, 9), date(2021, 1, 16))
    assert earlier.days == (date(2021, 1, 1), date(2021, 1, 8))


def test_periods_compare_as_the_view_says(tmp_path: Path) -> None:
    generation = built(tmp_path, {"x": ([10, 5], [10, 5])})
    previous = periods(Scope(VIEW, generation))
    assert previous[0].days == (date(2024, 1, 1), date(2024, 1, 31))
    assert previous[0].as_of == END - timedelta(days=29)
    year = periods(Scope(replace(VIEW, compare="last-year"), generation))
    assert year[0].days == (date(2023, 2, 1), date(2023, 2, 28))


def slow(view: View, generation: Generation, held: Any, by: str) -> dict[str, Any]:
    """The split lead by lead, in exact fractions."""
    earlier, later = periods(Scope(view, generation))
    asked = transition(later)
    end = [step.slug for step in later.steps].index(asked.end.slug)
    counts: list[dict[str | None, list[int]]] = []
    for scope in (earlier, later):
        reference = Reference(held, replace(scope.view, by=None))
        reached: dict[str | None, list[int]] = {}
        for lead in held.leads:
            times = reference.counted(lead)[: end + 1]
            if times[0]:
                own = reached.setdefault(value_of(lead, by), [0] * (end + 1))
                for place, at in enumerate(times):
                    own[place] += at is not None
        counts.append(reached)
    return {"counts": counts, "split": exact(*counts)}


def exact(before: Mapping[Any, list[int]], after: Mapping[Any, list[int]]) -> dict[Any, Any] | None:
    """Rate and mix effect by segment, by the definition; None without leads on both sides."""
    n0, n1 = (sum(own[0] for own in each.values()) for each in (before, after))
    if not n0 or not n1:
        return None
    whole = sum(
        Fraction(sum(own[-1] for own in each.values()), n)
        for each, n in ((before, n0), (after, n1))
    )
    split = {}
    for segment in before.keys() | after.keys():
        old, new = before.get(segment), after.get(segment)
        share0, share1 = (
            Fraction(own[0], n) if own else Fraction(0) for own, n in ((old, n0), (new, n1))
        )
        rate0, rate1 = (Fraction(own[-1], own[0]) if own else None for own in (old, new))
        first = rate1 if rate0 is None else rate0
        second = rate0 if rate1 is None else rate1
        assert first is not None
        assert second is not None
        split[segment] = (
            (share0 + share1) / 2 * (second - first),
            ((first + second) / 2 - whole / 2) * (share1 - share0),
        )
    return split


@stores(15)
@given(st.data())
def test_it_is_the_definition(data: st.DataObject) -> None:
    held = data.draw(histories(least=10, most=40))
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=3, max_size=3)):
            if len(Scope(drawn, generation).steps) < 2:
                continue
            compare = data.draw(st.sampled_from(("previous", "last-year", "none")))
            view = replace(drawn, by=drawn.by or "source", compare=compare)
            found = change(Scope(view, generation))
            told = slow(view, generation, held, view.by or "")
            assert_rows(found, told)
            assert_whole(found)
            assert_ranked(found, view)


def assert_rows(found: Change, told: dict[str, Any]) -> None:
    before, after = told["counts"]
    assert list(found.rows.columns) == COLUMNS
    assert len(found.rows) == len(before.keys() | after.keys())
    for row in found.rows.itertuples(index=False):
        segment = segment_value(row.segment)
        old, new = (each.get(segment, [0, 0]) for each in (before, after))
        assert (row.leads_before, row.leads_after) == (old[0], new[0])
        assert (row.reached_before, row.reached_after) == (old[-1], new[-1])
        if told["split"] is None:
            assert pd.isna(row.rate_effect)
            continue
        rate, mixed = told["split"][segment]
        assert row.rate_effect == pytest.approx(float(rate), abs=1e-12)
        assert row.mix_effect == pytest.approx(float(mixed), abs=1e-12)
        assert pd.isna(row.rate_low) == (not old[0] or not new[0])
    if told["split"] is not None:
        effects = found.rows["rate_effect"] + found.rows["mix_effect"]
        assert effects.abs().is_monotonic_decreasing


def assert_whole(found: Change) -> None:
    """All parts sum to the change, whatever it is split by."""
    assert list(found.steps.columns) == waterfall.STEP_COLUMNS
    assert list(found.waterfall.columns) == waterfall.COLUMNS
    assert found.won_before == found.rows["reached_before"].sum()
    assert found.won_after == found.rows["reached_after"].sum()
    if found.before is None or found.after is None:
        assert found.waterfall.empty
        return
    difference = found.after - found.before
    assert found.rate is not None
    assert found.mix is not None
    assert found.rate + found.mix == pytest.approx(difference, abs=1e-12)
    assert found.steps["points"].sum() == pytest.approx(difference, abs=1e-12)
    logs = found.steps["log_part"]
    if found.before and found.after:
        assert logs.sum() == pytest.approx(math.log(found.after / found.before), abs=1e-12)
    bars = found.waterfall
    moved = bars["value"].iloc[1:-1].sum()
    assert found.won_before + moved == pytest.approx(found.won_after, abs=1e-11)
    for last, bar in pairwise(bars.iloc[:-1].itertuples(index=False)):
        assert bar.start == last.end
        assert bar.end == pytest.approx(bar.start + bar.value)
    mean = (found.leads_before + found.leads_after) / 2
    assert bars["value"].iloc[3:-1].sum() == pytest.approx(mean * found.rate, abs=1e-11)


def assert_ranked(found: Change, view: View) -> None:
    ranked = found.dimensions
    assert list(ranked.columns) == DIMENSION_COLUMNS
    assert ranked["mix"].abs().is_monotonic_decreasing
    if found.before is None or found.after is None:
        return
    assert view.by in ranked["dimension"].tolist()
    assert (ranked["rate"] + ranked["mix"]).tolist() == pytest.approx(
        [found.after - found.before] * len(ranked), abs=1e-12
    )
    own = ranked.set_index("dimension").loc[view.by]
    assert (own["rate"], own["mix"]) == (found.rate, found.mix)
    assert own["simpson"] == found.simpson
    assert set(ranked["dimension"]) <= {*RANKED, view.by}
    assert (ranked["values"].between(2, MOST_VALUES) | (ranked["dimension"] == view.by)).all()


def test_renaming_and_splitting_leave_the_rates(tmp_path: Path) -> None:
    """Two halves with the rates of the one they were say the same about the rates."""
    one = built(tmp_path / "one", {"x": ([200, 100], [400, 160]), "y": ([100, 20], [100, 40])})
    two = built(
        tmp_path / "two",
        {
            "z1": ([100, 50], [100, 40]),
            "z2": ([100, 50], [300, 120]),
            "a": ([100, 20], [100, 40]),
        },
    )
    view = replace(VIEW, by="source", stage="b")
    first, second = change(Scope(view, one)), change(Scope(view, two))
    assert second.rate == pytest.approx(first.rate, abs=1e-12)
    assert second.mix == pytest.approx(first.mix, abs=1e-12)


def test_the_story_of_the_sample(whole_sample: Generation) -> None:
    """`data/sample.md` § 4: the rate fell in 2026 although no source got worse."""
    view = View(
        period=None, first=date(2026, 1, 1), last=date(2026, 6, 30), window=90, stage="prospect"
    )
    found = change(Scope(view, whole_sample))
    assert (found.first_before, found.last_before) == (date(2025, 7, 1), date(2025, 12, 31))
    assert (found.leads_before, found.leads_after) == (7091, 8818)
    assert found.before is not None
    assert found.after is not None
    assert (round(found.before, 3), round(found.after, 3)) == (0.380, 0.356)
    assert found.dimension == "source"
    assert found.rate is not None
    assert found.mix is not None
    assert (round(found.rate, 3), round(found.mix, 3)) == (0.001, -0.026)
    assert found.rows["segment"].iat[0] == "facebook_ads"
    assert found.rows["mix_effect"].iat[0] == pytest.approx(-0.02, abs=5e-4)
    # The rates' interval has 0 in it; the mix is nearly all there is.
    assert found.rate_low is not None
    assert found.rate_high is not None
    assert found.rate_low < 0 < found.rate_high
    assert found.dimensions["explained"].iat[0] == pytest.approx(1, abs=0.05)
    row = found.rows.iloc[0]
    listed = leads(
        Scope(replace(view, by=None).where("source", ["facebook_ads"]), whole_sample)
    ).rows
    assert len(listed) == row["reached_after"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    counts: Counts = {"seo": ([40, 8, 2], [40, 12, 3]), "lists": ([30, 3, 1], [90, 9, 2])}
    return built(tmp_path / "store", counts).store


def command(store: Store, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["change", *arguments, "--store", str(store.root)])


def test_on_the_command_line(store: Store) -> None:
    link = "from=2024-02-01&to=2024-02-29&by=source&stage=b&level=stage"
    answer = command(store, link, "--format", "json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    found = change(Scope(replace(VIEW, by="source", stage="b"), store.generation()))
    assert told["question"] == "change"
    assert told["rows"] == to_records(found.rows)
    assert list(told["rows"][0])[:5] == "segment rate_effect mix_effect before after".split()
    assert {row["segment"] for row in told["rows"]} == {segment_text("seo"), "lists"}
    for part in ("dimensions", "steps", "waterfall"):
        shown = command(store, link, "--format", "json", "--part", part)
        assert json.loads(shown.stdout)["rows"] == to_records(getattr(found, part))
    table = command(store, link)
    assert "rate_effect" in table.stdout
    assert "source" in table.stderr
    assert command(store, link, "--part", "everything").exit_code == 2


def test_one_group_is_answered_by_its_stages_on_the_command_line(tmp_path: Path) -> None:
    one = replace(SHORT, stages=tuple(replace(stage, group="lead") for stage in SHORT.stages))
    rows = [{"lead_id": "x", "created_at": JANUARY}]
    store = store_of(tmp_path / "store", rows, pipeline=one)
    answers = [command(store, f"level={level}", "--part", "steps") for level in ("group", "stage")]
    assert [answer.exit_code for answer in answers] == [0, 0]
    assert answers[0].stdout == answers[1].stdout
    assert SHORT.slugs[-1] in answers[0].stdout
