"""The hand-over: against a slow reference, lead by lead, and against figures computed apart."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from analytics.handover.handover import ANSWERS, COLUMNS, handover, listing
from analytics.handover.people import people
from analytics.handover.returned import for_reason, reasons, returned
from analytics.scope import Scope
from analytics.view.view import View, segment_value
from analytics.working_time import openings
from data.calendar import Calendar
from data.pipeline import Exit, Pipeline, Stage
from data.store import Generation, Store
from tests.support.asking import ask
from tests.support.histories import (
    GAPPED,
    History,
    Told,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 3, 2, 8)
PIPELINE = Pipeline(
    (
        Stage("new", "lead"),
        Stage("mql", "lead"),
        Stage("sal", "prospect"),
        Stage("sql", "prospect"),
        Stage("won", "customer"),
    ),
    (Exit("lost"),),
    Calendar(country=""),
)
"""Open from 8:00 to 17:30 on weekdays, without holidays."""

Moves = Mapping[str, Iterable[tuple[str, float]]]
"""The moves of each lead: the stage, and how many hours after Monday morning."""


def generation(
    folder: Path,
    moves: Moves,
    reasons: Iterable[Told] = (),
    *,
    of: Pipeline = PIPELINE,
    **columns: Mapping[str, str],
) -> Generation:
    """Leads that were all created an hour before."""
    leads = [
        {
            "lead_id": lead,
            "created_at": MONDAY - HOUR,
            **{name: values.get(lead) for name, values in columns.items()},
        }
        for lead in moves
    ]
    made = [(lead, stage, MONDAY + at * HOUR) for lead in moves for stage, at in moves[lead]]
    return store_of(folder, leads, made, reasons=reasons, pipeline=of).generation()


EVERY: Moves = {
    "accepted": [("mql", 0), ("sal", 4)],
    "beyond": [("mql", 0), ("sql", 2)],
    "later back": [("mql", 0), ("sal", 1), ("sql", 2), ("mql", 3)],
    "sent back": [("mql", 0), ("sal", 3), ("mql", 26), ("sal", 27), ("won", 28)],
    "sent back at once": [("mql", 0), ("new", 5)],
    "exited": [("mql", 0), ("lost", 1)],
    "exited, then taken": [("mql", 0), ("lost", 1), ("mql", 2), ("sal", 3)],
    "taken, then lost": [("mql", 0), ("sal", 1), ("lost", 2)],
    "waiting": [("mql", 1)],
    "never handed over": [("sal", 1), ("mql", 2)],
    "not yet": [("new", 1)],
    "the last event": [("new", 30)],
}


def counted(row: "pd.Series[Any]") -> list[int]:
    return [int(row[name]) for name in ("handed_over", *ANSWERS, "taken")]


def test_every_way_that_a_handover_can_end(tmp_path: Path) -> None:
    scope = Scope(View(), generation(tmp_path, EVERY))
    found = handover(scope)
    assert counted(found.total) == [9, 4, 2, 2, 1, 0]
    assert list(found.rows.columns) == COLUMNS
    told = dict(zip(*(listing(scope).rows[name] for name in ("lead_id", "answer")), strict=True))
    assert told == {
        "accepted": "accepted", "beyond": "accepted", "later back": "accepted",
        "sent back": "sent_back", "sent back at once": "sent_back",
        "exited": "exited", "exited, then taken": "exited",
        "taken, then lost": "accepted", "waiting": "waiting",
    }  # fmt: skip
    # Answers take hours that are worked: 4, 2, 1, 3, 5, 1, 1, 1; who waits has waited for 8.5 on
    # Monday and 6 on Tuesday.
    hours = listing(scope).rows.set_index("lead_id")["seconds"] / 3_600
    assert hours["waiting"] == 8.5 + 6
    assert hours["sent back"] == 3
    assert found.total["median_seconds"] == 2 * 3_600
    assert np.isnan(found.total["p90_seconds"])
    low, high = proportion_confint(4, 9, method="wilson")
    assert found.total["accepted_low"] == pytest.approx(low)
    assert found.total["accepted_high"] == pytest.approx(high)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        # handed over, accepted, sent back, exited, waiting, of those accepted in silence
        (None, [9, 4, 2, 2, 1, 0]),
        (1, [9, 7, 2, 0, 0, 7]),
        (4, [9, 5, 2, 2, 0, 2]),
        (14, [9, 5, 2, 2, 0, 1]),
        (15, [9, 4, 2, 2, 1, 0]),
    ],
)
def test_silence_may_be_taken_as_yes(
    tmp_path: Path, hours: int | None, expected: list[int]
) -> None:
    stages = (
        replace(stage, taken_after_hours=hours) if stage.slug == "sal" else stage
        for stage in PIPELINE.stages
    )
    agreed = generation(tmp_path, EVERY, of=replace(PIPELINE, stages=tuple(stages)))
    assert counted(handover(Scope(View(), agreed)).total) == expected
    assert counted(handover(Scope(View(taken_after=0), agreed)).total) == [9, 4, 2, 2, 1, 0]
    asked = handover(Scope(View(taken_after=hours or 0), agreed))
    assert counted(asked.total) == expected
    assert asked.taken_after == hours
    if hours is not None:
        assert listing(Scope(View(), agreed)).rows["seconds"].max() <= hours * 3_600


def test_what_became_of_those_sent_back(tmp_path: Path) -> None:
    moves: Moves = {
        **EVERY,
        "open again": [("mql", 0), ("sal", 1), ("mql", 2), ("sal", 3)],
        "lost later": [("mql", 0), ("new", 2), ("lost", 4)],
        "won and lost": [("mql", 0), ("new", 2), ("won", 4), ("lost", 5)],
    }
    made = generation(tmp_path, moves)
    told = returned(Scope(View(), made)).rows.iloc[0]
    # "sent back at once" is still open.
    assert told[["sent_back", "accepted_again", "won", "out", "open"]].tolist() == [5, 3, 2, 1, 2]
    low, high = proportion_confint(2, 5, method="wilson")
    assert told[["won_low", "won_high"]].tolist() == pytest.approx([low, high])
    day = MONDAY + 26 * HOUR
    before = returned(Scope(View(as_of=day.replace(tzinfo=UTC)), made)).rows.iloc[0]
    assert before[["sent_back", "accepted_again", "won", "open"]].tolist() == [5, 2, 1, 3]


def test_why_they_were_sent_back_is_of_the_stay_that_they_came_back_from(tmp_path: Path) -> None:
    moves: Moves = {
        "from sal": [("mql", 0), ("sal", 3), ("mql", 26), ("lost", 30)],
        "from mql": [("mql", 0), ("new", 5)],
        "nobody said": [("mql", 0), ("new", 5)],
        "exited": [("mql", 0), ("lost", 5)],
        "later": [("mql", 0), ("sal", 3), ("sql", 4), ("mql", 26)],
    }
    said = [
        ("from sal", "mql", 26, "price"), ("from sal", "mql", 26, "timing"),
        ("from sal", "lost", 30, "competitor"), ("from mql", "new", 5, "price"),
        ("exited", "lost", 5, "no_need"), ("later", "mql", 26, "no_budget"),
    ]  # fmt: skip
    given = [(lead, stage, MONDAY + at * HOUR, kind) for lead, stage, at, kind in said]
    scope = Scope(View(), generation(tmp_path, moves, given))
    found = reasons(scope).rows
    assert found["reason"].tolist() == ["price", "timing", "unknown"]
    assert found["leads"].tolist() == [2, 1, 1]
    assert found["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    sent_back = listing(scope).where("answer = 'sent_back'")
    for reason, leads in zip(found["reason"], found["leads"], strict=True):
        assert for_reason(sent_back, reason).count() == leads
    why = dict(zip(*(listing(scope).rows[name] for name in ("lead_id", "why")), strict=True))
    assert [*why["exited"]] == ["no_need"]
    assert pd.isna(why["later"])


def test_leads_of_one_company_say_less(tmp_path: Path) -> None:
    def moves(n: int) -> list[tuple[str, float]]:
        return [("mql", 0), ("sal", 1)] if n % 8 < 4 else [("mql", 0), ("lost", 1)]

    leads = {f"{n}": moves(n) for n in range(80)}
    firms = {lead: f"Firm {int(lead) // 4}" for lead in leads}
    apart = handover(Scope(View(), generation(tmp_path / "1", leads))).total
    together = handover(Scope(View(), generation(tmp_path / "2", leads, company=firms))).total
    assert apart["accepted_rate"] == together["accepted_rate"] == 0.5
    widths = [each["accepted_high"] - each["accepted_low"] for each in (apart, together)]
    assert widths[1] > 1.8 * widths[0]


def test_a_segment_is_held_against_the_others(tmp_path: Path) -> None:
    moves = {
        f"{n}": [("mql", 0), ("sal" if n % 300 < 200 * (n < 300) + 90 * (n >= 300) else "lost", 1)]
        for n in range(600)
    }
    teams = {lead: "A" if int(lead) < 300 else "B" for lead in moves}
    made = generation(tmp_path, moves, team=teams)
    rows = handover(Scope(View(by="team"), made)).rows
    assert rows["accepted"].tolist() == [200, 90]
    assert rows["difference"].tolist() == pytest.approx([110 / 300, -110 / 300])
    assert rows["certainty"].tolist() == ["certain", "certain"]
    assert [row["segment"] for row in ask(made.store.root, "handover", "by=team")] == ["A", "B"]


def test_a_pipeline_without_a_handover_hands_nothing_over(tmp_path: Path) -> None:
    made = store_of(
        tmp_path, [{"lead_id": "1", "created_at": MONDAY}], pipeline=GAPPED
    ).generation()
    scope = Scope(View(), made)
    assert counted(handover(scope).total) == [0] * 6
    assert handover(scope).between is None
    assert listing(scope).count() == returned(scope).rows["sent_back"].iloc[0] == 0
    assert people(scope, "team").rows.empty


# --- against a slow reference -------------------------------------------------------------------


@dataclass(frozen=True)
class Handed:
    """A lead that was handed over, and what it was told."""

    lead: Mapping[str, Any]
    answer: str
    is_taken: bool
    seconds: float


def worked(reference: Reference, since: datetime, until: datetime) -> float:
    """The working seconds between two instants."""
    calendar, zone = reference.history.pipeline.calendar, ZoneInfo(reference.history.time_zone)
    days = (reference.day(since), reference.day(until))
    spans = (
        min(closes, until) - max(opens, since) for opens, closes in openings(calendar, zone, *days)
    )
    return sum((span for span in spans if span > timedelta(0)), timedelta(0)).total_seconds()


def handed_over(reference: Reference) -> Iterable[Handed]:
    """Every lead that was handed over in the view's period, from what happened to it in order."""
    pipeline = reference.history.pipeline
    between = pipeline.handover
    assert between is not None
    handing = pipeline.slugs.index(between.handing.slug)
    hours = reference.view.taken_after
    for lead in reference.history.leads:
        visits = reference.visits(lead)
        ranks = [
            pipeline.slugs.index(visit.stage) if visit.stage in pipeline.slugs else None
            for visit in visits
        ]
        place = next(
            (n for n, rank in enumerate(ranks) if rank is not None and rank >= handing), -1
        )
        if place < 0 or ranks[place] != handing or not reference._passes(lead):
            continue
        if not reference._in_period(visits[place].at):
            continue
        following = [*visits[place + 1 :], None, None][:2]
        then, later = [*ranks[place + 1 :], "none", "none"][:2]
        until = following[0].at if following[0] else reference.as_of
        silent = worked(reference, visits[place].at, until)
        is_late = silent >= hours * 3_600 if hours else False
        is_back = isinstance(then, int) and then < handing
        if then == handing + 1:
            is_back = isinstance(later, int) and later <= handing
        if is_back:
            answer = "sent_back"
        elif is_late or isinstance(then, int):
            answer = "accepted"
        else:
            answer = "waiting" if then == "none" else "exited"
        seconds = min(silent, hours * 3_600) if hours else silent
        yield Handed(lead, answer, answer == "accepted" and is_late, seconds)


def median(found: list[Handed]) -> float | None:
    """By Kaplan and Meier, in whole fractions."""
    still = Fraction(1)
    for length in sorted({each.seconds for each in found}):
        there = sum(each.seconds >= length for each in found)
        gone = sum(each.seconds == length and each.answer != "waiting" for each in found)
        still *= Fraction(there - gone, there)
        if still <= Fraction(1, 2):
            return length
    return None


@stores(10)
@given(st.data())
def test_any_view_is_that_of_the_reference_and_adds_up(data: st.DataObject) -> None:
    held: History = data.draw(histories().filter(lambda each: each.pipeline != GAPPED))
    with tempfile.TemporaryDirectory() as folder:
        made = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=5, max_size=5)):
            view = replace(drawn, taken_after=data.draw(st.sampled_from((None, 0, 4, 30))))
            reference = Reference(held, view)
            expected: dict[str | None, list[Handed]] = {}
            for each in handed_over(reference):
                expected.setdefault(reference._segment(each.lead), []).append(each)
            scope = Scope(view, made)
            found = handover(scope)
            everybody = [each for own in expected.values() for each in own]
            assert_row(found.total, everybody)
            rows = found.rows[found.rows["handed_over"] > 0]
            told = [segment if isinstance(segment, str) else None for segment in rows["segment"]]
            assert set(told) == set(expected)
            for segment, (_, row) in zip(told, rows.iterrows(), strict=True):
                assert_row(row, expected[segment])
                own = view
                if view.by is not None and segment is not None:
                    own = view.where(view.by, [segment_value(segment)])
                for answer in ANSWERS:
                    leads = listing(scope.at(own)).where("answer = $answer", answer=answer)
                    names = [
                        each.lead["lead_id"] for each in expected[segment] if each.answer == answer
                    ]
                    assert sorted(leads.rows["lead_id"]) == sorted(names)
                    assert leads.count() == len(names) == row[answer]


def assert_row(row: "pd.Series[Any]", expected: list[Handed]) -> None:
    answers = Counter(each.answer for each in expected)
    assert row["handed_over"] == len(expected) == sum(row[answer] for answer in ANSWERS)
    assert {answer: row[answer] for answer in ANSWERS} == {a: answers[a] for a in ANSWERS}
    assert row["taken"] == sum(each.is_taken for each in expected)
    half = median(expected)
    assert (half is None and np.isnan(row["median_seconds"])) or row["median_seconds"] == half


def test_the_sample_tells_the_ninth_story(whole_sample: Generation) -> None:
    """That of `data/sample.md`, and that nobody there differs by more than luck."""
    scope = Scope(View(), whole_sample)
    total = handover(scope).total
    assert counted(total) == [15_187, 8_957, 760, 4_988, 482, 0]
    told = returned(scope).rows.iloc[0]
    assert told[["sent_back", "won"]].tolist() == [760, 76]
    for by in ("owner", "team"):
        places = people(scope, by).rows["place"]
        assert not places.isin(["above", "below"]).any(), by


def test_hours_to_an_answer_are_those_of_another_program(sample_store: Path) -> None:
    """Of the whole sample, as statsmodels has the curve."""
    scope = Scope(View(), Store(sample_store).generation())
    rows = listing(scope).rows
    curve = SurvfuncRight(rows["seconds"].to_numpy(), (rows["answer"] != "waiting").to_numpy())
    total = handover(scope).total
    assert total["median_seconds"] == curve.quantile(0.5)
    assert total["p90_seconds"] == curve.quantile(0.9)
