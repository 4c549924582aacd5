"""Criteria: who meets what was agreed on, and whether those go further."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.bottlenecks.visits import windows
from analytics.criteria.criteria import COLUMNS, LEAST, criteria, listing
from analytics.scope import Scope
from analytics.stats import intervals, significance
from analytics.stats.significance import benjamini_hochberg
from analytics.view.view import MISSING, View, segment_text
from data.condition import Condition, ConditionError
from data.criterion import Criterion
from data.pipeline import Exit, Pipeline, Stage
from data.store import Generation
from tests.support.asking import ask
from tests.support.histories import generation_of, histories, store_of, stores

DAY = timedelta(days=1)
CREATED = datetime(2026, 1, 5)


def version(number: int, test: str, agreed_on: date | None = date(2026, 1, 1)) -> Criterion:
    return Criterion(number, (("en", "What it is."),), "", agreed_on, Condition(test))


def pipeline_of(*criteria: Criterion) -> Pipeline:
    """Three stages, of which the second has these criteria."""
    return Pipeline(
        (Stage("a", "lead"), Stage("b", "prospect", criteria=criteria), Stage("c", "customer")),
        (Exit("gone"),),
    )


def generation(
    folder: Path,
    leads: Iterable[Mapping[str, Any]],
    *criteria: Criterion,
    moved: Iterable[str] = (),
    touches: Iterable[tuple[str, datetime, str]] = (),
) -> Generation:
    """Leads that all came to the second stage after a day; those `moved` went on a day later.

    A last lead, followed for long, makes the others mature, and is of no day of theirs.
    """
    rows = [{"created_at": CREATED, **lead} for lead in leads]
    moves = [(lead["lead_id"], "b", CREATED + DAY) for lead in rows]
    moves += [(lead, "c", CREATED + 2 * DAY) for lead in moved]
    rows.append({"lead_id": "last", "created_at": CREATED + 40 * DAY})
    return store_of(
        folder,
        rows,
        moves,
        touches=[(lead, at, source, None) for lead, at, source in touches],
        pipeline=pipeline_of(*criteria),
    ).generation()


def counts(found: pd.DataFrame) -> list[list[int]]:
    names = ["n", "met", "unmet", "unknown", "met_moved", "unmet_moved", "unknown_moved"]
    return [[int(row[name]) for name in names] for row in found.to_dict("records")]


BANT = [
    {"lead_id": "yes-yes", "need": True, "budget": True, "score": 70},
    {"lead_id": "yes-no", "need": True, "budget": False, "score": 50},
    {"lead_id": "yes-?", "need": True},
    {"lead_id": "no-?", "need": False, "score": 10},
    {"lead_id": "?-?", "score": 65},
]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        # n, met, unmet, unknown, and of those: moved on ("yes-yes", "yes-no", "no-?")
        ("need", [5, 3, 1, 1, 2, 1, 0]),
        ("need and budget", [5, 1, 2, 2, 1, 2, 0]),
        ("need or budget", [5, 3, 0, 2, 2, 0, 1]),
        ("not need", [5, 1, 3, 1, 1, 2, 0]),
        ("score >= 60", [5, 2, 2, 1, 1, 2, 0]),
        ("40 <= score < 66", [5, 2, 2, 1, 1, 2, 0]),
        ("need and score >= 60", [5, 1, 2, 2, 1, 2, 0]),
        ("score in [10, 70]", [5, 2, 2, 1, 2, 1, 0]),
        ('column["nothing"] == 3 or need', [5, 3, 0, 2, 2, 0, 1]),
    ],
)
def test_what_is_not_known_is_counted_apart(tmp_path: Path, test: str, expected: list[int]) -> None:
    made = generation(tmp_path, BANT, version(1, test), moved=("yes-yes", "yes-no", "no-?"))
    found = criteria(Scope(View(), made))
    assert counts(found.rows) == [expected]
    assert list(found.rows.columns) == COLUMNS
    (row,) = found.rows.to_dict("records")
    assert (row["segment"], row["stage"], row["version"], row["state"]) == (
        None,
        "b",
        1,
        "in force",
    )
    known = expected[1] + expected[2]
    assert row["met_rate"] == pytest.approx(expected[1] / known)
    assert (row["met_rate_low"], row["met_rate_high"]) == intervals.wilson(expected[1], known)
    assert row["certainty"] == "too-few"
    assert pd.isna(row["difference"])


def test_texts_of_the_lead_and_of_further_columns(tmp_path: Path) -> None:
    leads = [
        {"lead_id": "1", "source": "seo", "shoe": "40", "size": "7.5"},
        {"lead_id": "2", "source": "event", "shoe": "40'\"", "size": "9"},
        {"lead_id": "3", "shoe": "41", "size": "many"},
    ]
    tests = [
        'source in ["seo", "other"]',
        'source != "seo"',
        'source not in ["seo"]',
        'column["shoe"] == "40\'\\""',
        'column["size"] > 8',
        'column["size"] in [7.5, 9]',
    ]
    made = generation(tmp_path, leads, *(version(n, test) for n, test in enumerate(tests, 1)))
    found = criteria(Scope(View(), made)).rows
    assert found[["met", "unmet", "unknown"]].to_numpy().tolist() == [
        [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 2, 0], [1, 1, 1], [2, 0, 1],
    ]  # fmt: skip
    assert found["state"].tolist() == ["earlier"] * 5 + ["in force"]


def test_touches_count_up_to_the_stage(tmp_path: Path) -> None:
    leads = [{"lead_id": name} for name in ("before", "at", "after", "other", "both", "none")]
    touches = [
        ("before", CREATED, "webinar"),
        ("at", CREATED + DAY, "webinar"),
        ("after", CREATED + 1.5 * DAY, "webinar"),
        ("other", CREATED, "form"),
        ("both", CREATED, "form"),
        ("both", CREATED + 0.5 * DAY, "webinar"),
    ]
    tests = (
        'touch.source in ["webinar"]',
        'touch.source != "webinar"',
        'not touch.source == "form"',
    )
    made = generation(
        tmp_path, leads, *(version(n, test) for n, test in enumerate(tests, 1)), touches=touches
    )
    found = criteria(Scope(View(), made)).rows
    assert found[["met", "unmet", "unknown"]].to_numpy().tolist() == [
        [3, 1, 2],
        [1, 3, 2],
        [2, 2, 2],
    ]


def many(met: int, unmet: int, **more: Any) -> list[dict[str, Any]]:
    needs = [True] * met + [False] * unmet
    return [{"lead_id": f"{n:03d}", "need": need, **more} for n, need in enumerate(needs)]


@pytest.mark.parametrize(
    ("met", "moved", "unmet", "moved_too", "word"),
    [(120, 90, 150, 60, "certain"), (110, 55, 130, 62, "unclear"), (40, 30, 30, 5, "too-few")],
)
def test_whether_those_who_meet_it_go_further(
    tmp_path: Path, met: int, moved: int, unmet: int, moved_too: int, word: str
) -> None:
    names = [f"{n:03d}" for n in (*range(moved), *range(met, met + moved_too))]
    made = generation(tmp_path, many(met, unmet), version(1, "need"), moved=names)
    row = criteria(Scope(View(), made)).rows.iloc[0]
    assert row["met_moved_rate"] == moved / met
    assert row["unmet_moved_rate"] == moved_too / unmet
    assert row["difference"] == pytest.approx(moved / met - moved_too / unmet)
    low, high = intervals.newcombe(moved, met, moved_too, unmet)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((low, high))
    assert row["p_value"] == pytest.approx(significance.p_value(moved, met, moved_too, unmet))
    assert row["q_value"] == row["p_value"]
    assert row["certainty"] == word


def test_few_of_either_kind_are_not_compared(tmp_path: Path) -> None:
    for number, least in enumerate((LEAST - 1, LEAST)):
        made = generation(tmp_path / f"{number}", many(80, least), version(1, "need"))
        row = criteria(Scope(View(), made)).rows.iloc[0]
        assert pd.isna(row["difference"]) == (least < LEAST)


def test_leads_of_one_company_say_less_than_leads_apart(tmp_path: Path) -> None:
    leads = many(120, 120)
    moved = [lead["lead_id"] for n, lead in enumerate(leads) if n % 12 < (8 if n < 120 else 4)]
    apart = generation(tmp_path / "apart", leads, version(1, "need"), moved=moved)
    # Four leads each of a company, all of whom fare alike.
    firms = [{**lead, "company": f"Firm {n // 4}"} for n, lead in enumerate(leads)]
    together = generation(tmp_path / "together", firms, version(1, "need"), moved=moved)
    first, second = (criteria(Scope(View(), made)).rows.iloc[0] for made in (apart, together))
    assert first["difference"] == second["difference"]
    assert second["difference_high"] - second["difference_low"] > 1.5 * (
        first["difference_high"] - first["difference_low"]
    )
    assert second["met_rate_high"] - second["met_rate_low"] > 1.5 * (
        first["met_rate_high"] - first["met_rate_low"]
    )
    assert second["p_value"] > first["p_value"]


def test_versions_are_told_apart_and_a_stricter_one_is_tried(tmp_path: Path) -> None:
    made = generation(
        tmp_path,
        BANT,
        version(1, "score >= 10", date(2025, 1, 1)),
        version(2, "score >= 50"),
        version(3, "score >= 65", None),
        moved=("yes-yes", "yes-no", "no-?"),
    )
    scope = Scope(View(), made)
    rows = criteria(scope).rows
    assert rows["state"].tolist() == ["earlier", "in force", "proposed"]
    assert rows["met"].tolist() == [4, 3, 2]
    assert rows["unmet_moved"].tolist() == [0, 1, 2]
    tried = criteria(scope, "b", "score >= 70").rows
    assert tried["state"].tolist() == ["earlier", "in force", "proposed", "tried"]
    assert tried.iloc[3][["met", "unmet_moved"]].tolist() == [1, 2]
    assert pd.isna(tried["version"].iloc[3])
    with pytest.raises(ConditionError, match="did you mean score"):
        criteria(scope, "b", "scores >= 70")
    for about in (("b", None), (None, "need"), ("c", "need"), ("z", "need")):
        with pytest.raises(ValueError, match=r"say both|There is no stage"):
            criteria(scope, *about)


def test_a_company_without_criteria_is_told_nothing(tmp_path: Path) -> None:
    found = criteria(Scope(View(by="source"), generation(tmp_path, BANT)))
    assert found.rows.empty
    assert list(found.rows.columns) == COLUMNS
    assert found.asked is None


def test_each_number_has_just_so_many_leads_in_its_list(tmp_path: Path) -> None:
    tests = ("need", 'touch.source == "seo"', "not need and score < 60")
    touches = [("yes-yes", CREATED, "seo"), ("no-?", CREATED, "event")]
    versions = (version(n, test) for n, test in enumerate(tests, 1))
    scope = Scope(View(), generation(tmp_path, BANT, *versions, touches=touches))
    for row in criteria(scope).rows.itertuples(index=False):
        found = listing(scope, "b", row.version)
        meets = found.rows["meets"].astype(object)
        told = (meets.eq(True).sum(), meets.eq(False).sum(), meets.isna().sum())
        assert told == (row.met, row.unmet, row.unknown)
        assert found.count() == row.n == sum(len(piece) for piece in found.pieces())
        assert found.page(0, 2)["lead_id"].tolist() == found.rows["lead_id"].tolist()[:2]
    for about in (("b", 4), ("a", 1)):
        with pytest.raises(KeyError):
            listing(scope, *about)


def test_the_command_line_answers_it(tmp_path: Path) -> None:
    leads = [{**lead, "source": "seo" if n else None} for n, lead in enumerate(BANT)]
    made = generation(tmp_path, leads, version(1, "need"))
    rows = ask(made.store.root, "criteria", "by=source")
    assert [row["segment"] for row in rows] == [None, "seo", MISSING]
    assert [row["n"] for row in rows] == [5, 4, 1]
    assert list(rows[0]) == COLUMNS


# --- against a slow reference -------------------------------------------------------------------

Truth = bool | None
Judge = Callable[[Mapping[str, Any], list[str]], Truth]


@dataclass(frozen=True)
class Written:
    """A condition as a text, and what it is of a lead with the sources of its touches so far."""

    text: str
    judge: Judge


def either(value: Any, met: Callable[[Any], bool]) -> Truth:
    return None if value is None else met(value)


def of_touches(sources: list[str], met: Callable[[str], bool]) -> Truth:
    return any(map(met, sources)) if sources else None


def negated(one: Written) -> Written:
    def judge(lead: Mapping[str, Any], sources: list[str]) -> Truth:
        truth = one.judge(lead, sources)
        return None if truth is None else not truth

    return Written(f"not ({one.text})", judge)


def joined(word: str, one: Written, other: Written) -> Written:
    deciding = word == "or"

    def judge(lead: Mapping[str, Any], sources: list[str]) -> Truth:
        truths = [each.judge(lead, sources) for each in (one, other)]
        if deciding in truths:
            return deciding
        return None if None in truths else not deciding

    return Written(f"({one.text}) {word} ({other.text})", judge)


simple = st.sampled_from(
    [
        Written("need", lambda lead, _: lead.get("need")),
        Written("timing", lambda lead, _: lead.get("timing")),
        Written("score >= 2", lambda lead, _: either(lead.get("score"), lambda n: n >= 2)),
        Written('source in ["seo"]', lambda lead, _: either(lead.get("source"), "seo".__eq__)),
        Written('region != "all"', lambda lead, _: either(lead.get("region"), "all".__ne__)),
        Written('column["shoe"] == "41"', lambda lead, _: either(lead.get("shoe"), "41".__eq__)),
        Written(
            'touch.source in ["seo", "event"]',
            lambda _, sources: of_touches(sources, lambda each: each in ("seo", "event")),
        ),
        Written(
            'touch.source != "seo"',
            lambda _, sources: None if not sources else "seo" not in sources,
        ),
    ]
)
conditions = st.recursive(
    simple,
    lambda inner: (
        inner.map(negated) | st.builds(joined, st.sampled_from(["and", "or"]), inner, inner)
    ),
    max_leaves=5,
)


@stores(60)
@given(histories(), st.lists(conditions, min_size=1, max_size=3), st.data())
def test_any_condition_counts_as_a_slow_reference(
    tmp_path_factory: pytest.TempPathFactory,
    history: Any,
    tried: list[Written],
    data: st.DataObject,
) -> None:
    scores = st.none() | st.integers(0, 4)
    leads = tuple({**lead, "score": data.draw(scores)} for lead in history.leads)
    judged = tuple(version(n, each.text) for n, each in enumerate(tried, 1))
    pipeline = history.pipeline
    stages = tuple(replace(stage, criteria=judged) for stage in pipeline.stages)
    history = replace(history, leads=leads, pipeline=replace(pipeline, stages=stages))
    made = generation_of(tmp_path_factory.mktemp("store"), history)
    by = data.draw(st.sampled_from([None, "source", "region"]))
    scope = Scope(View(by=by).during(first=date(2000, 1, 1), last=date(2030, 1, 1)), made)
    expected = _slowly(scope, history, tried)
    found = criteria(scope).rows
    told = {
        (row.segment, row.stage, row.version): (
            row.met, row.unmet, row.unknown, row.met_moved, row.unmet_moved, row.unknown_moved,
        )
        for row in found.itertuples(index=False)
    }  # fmt: skip
    assert told == expected
    compared = found.dropna(subset="p_value")
    assert np.allclose(compared["q_value"], benjamini_hochberg(compared["p_value"].tolist()))


def _slowly(
    scope: Scope, history: Any, tried: list[Written]
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """The counts, stay by stay."""
    made, slugs = scope.generation, scope.generation.pipeline.slugs
    of_days = {window.stage: window for window in windows(scope)}
    stays = made.query(
        "select leads.lead_id, stays.* from stays join leads using (lead_number) "
        "where stays.is_timed"
    )
    leads = {lead["lead_id"]: lead for lead in history.leads}
    told: dict[tuple[Any, ...], list[int]] = {}
    for stay in stays.itertuples(index=False):
        window = of_days.get(stay.stage)
        if window is None:
            continue
        day = scope.day(stay.entered_at.to_pydatetime())
        if not window.first_day <= day <= window.last_day:
            continue
        lead = leads[stay.lead_id]
        moved = stay.outcome == "advanced" and stay.seconds <= window.horizon
        sources = [
            touch[2]
            for touch in history.touches
            if touch[0] == stay.lead_id and touch[2] is not None and touch[1] <= stay.entered_at
        ]
        segments = (
            [None] if scope.view.by is None else [None, segment_text(lead.get(scope.view.by))]
        )
        for number, each in enumerate(tried, 1):
            truth = each.judge(lead, sources)
            place = 2 if truth is None else 0 if truth else 1
            for segment in segments:
                row = told.setdefault((segment, stay.stage, number), [0] * 6)
                row[place] += 1
                row[3 + place] += moved
    assert set(of_days) == set(slugs[:-1])
    return {key: tuple(row) for key, row in told.items()}
