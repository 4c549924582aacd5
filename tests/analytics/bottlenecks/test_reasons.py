"""Reasons count every lead that left, a named one or not, and their lists have those leads."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.bottlenecks import reasons as reasons_module
from analytics.bottlenecks.reasons import BACK, COLUMNS, listing, periods, reasons
from analytics.bottlenecks.visits import of_segment
from analytics.scope import Scope
from analytics.stats.companies import ACROSS, PAIRS
from analytics.view.view import View, segment_text
from data.reason import UNKNOWN
from data.store import Generation, Store
from tests.support.histories import (
    SHORT,
    History,
    Told,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference, Visit, value_of

END = datetime(2024, 7, 1)
DAY = timedelta(days=1)
NOW, BEFORE = END - 30 * DAY, END - 120 * DAY


def made(root: Path, ends: Iterable[tuple[datetime, str | None, int]]) -> Generation:
    """Leads of which so many are gone at an instant for a reason, each its own."""
    each = [(at, kind) for at, kind, count in ends for _ in range(count)]
    leads = [
        {"lead_id": f"{n}", "created_at": at - DAY, "team": "x"} for n, (at, _) in enumerate(each)
    ]
    return store_of(
        root,
        leads,
        [(f"{n}", "gone", at) for n, (at, _) in enumerate(each)],
        touches=[("0", END)],
        reasons=[(f"{n}", "gone", at, kind) for n, (at, kind) in enumerate(each) if kind],
        pipeline=SHORT,
    ).generation()


VECTORS = [
    # of 200 now, and of 200 before: the price, the timing, and nobody knows
    pytest.param((80, 40, 80), (30, 60, 110), id="price-rises"),
    pytest.param((50, 50, 100), (50, 50, 100), id="nothing-moves"),
    pytest.param((20, 90, 90), (60, 85, 55), id="price-falls"),
]


@pytest.mark.parametrize(("now", "before"), VECTORS)
def test_by_hand(tmp_path: Path, now: tuple[int, int, int], before: tuple[int, int, int]) -> None:
    kinds = ("price", "timing", None)
    generation = made(
        tmp_path,
        [
            *((NOW, kind, count) for kind, count in zip(kinds, now, strict=True)),
            *((BEFORE, kind, count) for kind, count in zip(kinds, before, strict=True)),
        ],
    )
    found = reasons(Scope(View(), generation))
    assert list(found.rows.columns) == COLUMNS
    assert (found.first, found.last) == (date(2024, 4, 2), date(2024, 7, 1))
    assert (found.first_before, found.last_before) == (date(2024, 1, 2), date(2024, 4, 1))
    rows = found.of().set_index("reason")
    assert rows.loc["unknown", ["leads", "left", "leads_before"]].tolist() == [
        now[2],
        200,
        before[2],
    ]
    assert rows["q_value"].isna().tolist() == [False, False, True]  # nobody knows what is unknown
    for name, count, was in (("price", now[0], before[0]), ("timing", now[1], before[1])):
        row = rows.loc[name]
        assert (row["leads"], row["left"], row["share"]) == (count, 200, count / 200)
        limits = stats.binomtest(count, 200).proportion_ci(method="wilson")
        assert (row["share_low"], row["share_high"]) == pytest.approx((limits.low, limits.high))
        table = [[count, 200 - count], [was, 200 - was]]
        expected = stats.chi2_contingency(table, correction=False).pvalue
        assert row["p_value"] == pytest.approx(expected)
    compared = found.rows.dropna(subset="p_value")
    q_values = stats.false_discovery_control(compared["p_value"])
    assert compared["q_value"].tolist() == pytest.approx(q_values.tolist())
    assert bool(rows.loc["price", "rises"]) == (now[0] > before[0])


def test_few_are_not_compared(tmp_path: Path) -> None:
    found = reasons(
        Scope(View(), made(tmp_path, [(NOW, "price", 20), (NOW, None, 9), (BEFORE, "price", 40)]))
    )
    assert found.rows["q_value"].isna().all()
    assert not found.rows["rises"].any()
    assert set(found.rows["certainty"]) == {"too-few"}


def test_a_lead_counts_under_each_of_its_reasons(tmp_path: Path) -> None:
    generation = store_of(
        tmp_path,
        [{"lead_id": "A", "created_at": NOW}, {"lead_id": "B", "created_at": NOW}],
        [("A", "gone", NOW + DAY), ("B", "b", NOW), ("B", "a", NOW + DAY)],
        reasons=[
            ("A", "gone", NOW + DAY, "price"),
            ("A", "gone", NOW + DAY, "timing"),
            ("B", "a", NOW + DAY, "price"),
        ],
        pipeline=SHORT,
    ).generation()
    scope = Scope(View(), generation)
    found = reasons(scope)
    assert dict(zip(found.of()["reason"], found.of()["leads"], strict=True)) == {
        "price": 1,
        "timing": 1,
    }
    assert set(found.of()["left"]) == {1}
    assert found.of(BACK)["reason"].tolist() == ["price"]
    row = listing(scope, "gone", "a", "timing").rows.iloc[0]
    assert row["reasons"] == "price;timing"
    assert (row["lead_id"], row["state"], row["written"]) == ("A", "gone", "price; timing")
    assert found.is_told


def test_without_reasons_all_are_unknown(tmp_path: Path) -> None:
    found = reasons(Scope(View(), made(tmp_path, [(NOW, None, 3)])))
    assert found.of()[["reason", "leads", "share"]].values.tolist() == [["unknown", 3, 1.0]]
    assert not found.is_told


def test_leads_of_one_company_say_less(tmp_path: Path) -> None:
    """Four hundred leads, ten of each company, all of which give the same reason."""
    apart, together = [], []
    moves, told = [], []
    for n in range(400):
        at, company = (NOW if n % 400 < 200 else BEFORE), n // 10
        kind = "price" if (company % 2 if n < 200 else company % 4 == 0) else "timing"
        lead = {"lead_id": f"{n}", "created_at": at - DAY}
        apart.append(lead)
        together.append({**lead, "company": f"Company {company}"})
        moves.append((f"{n}", "gone", at))
        told.append((f"{n}", "gone", at, kind))
    rows = []
    for name, leads in (("apart", apart), ("together", together)):
        store = store_of(
            tmp_path / name, leads, moves, touches=[("0", END)], reasons=told, pipeline=SHORT
        )
        found = reasons(Scope(View(), store.generation()))
        rows.append(found.of().set_index("reason").loc["price"])
    assert rows[0]["share"] == rows[1]["share"]
    assert rows[0]["rises"]
    assert not rows[1]["rises"]
    assert rows[1]["share_high"] - rows[1]["share_low"] > 2 * (
        rows[0]["share_high"] - rows[0]["share_low"]
    )


# --- against the slow and obvious way -----------------------------------------------------------


@st.composite
def told_histories(draw: st.DrawFn) -> History:
    """Any history, with reasons for some of its moves, said at the move or later."""
    history = draw(histories())
    kinds = st.sampled_from(("price", "timing", "other", UNKNOWN))
    told: list[Told] = []
    for lead, stage, at in history.moves:
        for kind in draw(st.lists(kinds, max_size=2)):
            told.append((lead, stage, at + draw(st.sampled_from((0, 0, 3))) * DAY, kind))
    told += [
        (lead["lead_id"], None, None, draw(kinds))
        for lead in history.leads
        if draw(st.sampled_from((False, False, True)))
    ]
    return replace(history, reasons=tuple(told))


def kinds_of(history: History, lead: str, all_visits: list[Visit], place: int) -> set[str]:
    """The kinds of the reasons of a visit, from what is said last of it."""
    visit = all_visits[place]
    exits = [n for n, each in enumerate(all_visits) if each.stage in history.pipeline.exit_slugs]
    said: dict[datetime, set[str]] = {}
    for whose, stage, at, kind in history.reasons:
        if whose != lead:
            continue
        if at is None:
            if exits and exits[-1] == place:
                said.setdefault(datetime.min, set()).add(kind)
            continue
        assert isinstance(at, datetime)
        begun = [n for n, each in enumerate(all_visits) if each.stage == stage and each.at <= at]
        if begun and begun[-1] == place and visit.stage == stage:
            said.setdefault(at, set()).add(kind)
    return (said[max(said)] if said else set()) - {UNKNOWN}


def ends(history: History, view: View) -> Iterator[dict[str, Any]]:
    """Every stay that ended in an exit or went back, with its lead and why."""
    pipeline = history.pipeline
    reference, whole = Reference(history, view), Reference(history, View())
    for lead in history.leads:
        if not reference._passes(lead):
            continue
        all_visits = whole.visits(lead)
        known = reference.visits(lead)
        for place in range(1, len(known)):
            stay, after = known[place - 1], known[place]
            if stay.stage not in pipeline.slugs[:-1]:
                continue
            is_exit = after.stage in pipeline.exit_slugs
            if not is_exit and pipeline.slugs.index(after.stage) > pipeline.slugs.index(stay.stage):
                continue
            yield {
                "lead": lead["lead_id"],
                "day": reference.day(after.at),
                "stage": stay.stage,
                "exit": after.stage if is_exit else BACK,
                "kinds": kinds_of(history, lead["lead_id"], all_visits, place) or {UNKNOWN},
                "segment": segment_text(value_of(lead, view.by)) if view.by else None,
            }


@stores(40)
@given(data=st.data())
def test_counts_and_lists_against_the_slow_way(data: st.DataObject) -> None:
    history = data.draw(told_histories())
    view = replace(data.draw(views(history)), level="stage")
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        scope = Scope(view, generation)
        found = reasons(scope)
        expected: Counter[tuple[Any, ...]] = Counter()
        for name, (first, last) in zip(("leads", "leads_before"), periods(scope), strict=True):
            # A lead counts once, by its last end.
            last_ends: dict[tuple[Any, ...], set[str]] = {}
            for end in ends(history, view):
                if not first <= end["day"] <= last:
                    continue
                for stage in (None, end["stage"]):
                    for way in {None, end["exit"]} if end["exit"] != BACK else {BACK}:
                        for segment in {None, end["segment"]}:
                            last_ends[stage, way, segment, end["lead"]] = end["kinds"]
            for (stage, way, segment, _lead), kinds in last_ends.items():
                expected.update((name, stage, way, segment, kind) for kind in kinds)
        counted = {
            (name, row.stage, row.exit, row.segment, row.reason): getattr(row, name)
            for row in found.rows.itertuples()
            for name in ("leads", "leads_before")
            if view.by is not None or row.dimension is None
        }
        assert {key: count for key, count in counted.items() if count} == expected
        rows = found.rows.sample(min(4, len(found.rows)), random_state=0)
        for row in rows.itertuples():
            own = scope.at(of_segment(view, row.dimension, row.segment))
            assert listing(own, row.exit, row.stage, row.reason).count() == row.leads
            assert listing(own, row.exit, row.stage, None).count() == row.left


# --- on the sample and on the command line ------------------------------------------------------


@pytest.fixture(scope="module")
def sample(sample_store: Path) -> Generation:
    return Store(sample_store).generation()


def test_the_story_of_the_sample(sample: Generation) -> None:
    found = reasons(Scope(View(), sample))
    assert found.rows.loc[found.rows["rises"], "reason"].unique().tolist() == ["competitor"]
    in_hanoi = found.of("lost", dimension="team").query("segment == 'Hà Nội'").set_index("reason")
    assert in_hanoi.loc["competitor", "share"] > 2 * in_hanoi.loc["competitor", "share_before"]
    ranked = found.rows.dropna(subset="q_value").sort_values("q_value")
    assert ranked.iloc[0][["dimension", "segment"]].tolist() == ["team", "Hà Nội"]


def test_the_command_line(sample: Generation) -> None:
    folder = str(sample.store.root)
    made = CliRunner().invoke(app, ["reasons", "--store", folder, "--format", "json"])
    assert made.exit_code == 0
    rows = json.loads(made.stdout)["rows"]
    assert list(rows[0])[:7] == "stage exit reason segment leads share q_value".split()
    found = reasons(Scope(View(), sample))
    assert [row["leads"] for row in rows] == found.rows["leads"].tolist()
    shown = CliRunner().invoke(app, ["reasons", "by=team", "--store", folder])
    assert "2026-08-02 to 2026-10-31" in shown.stderr
    assert "Hà Nội" in shown.stdout


def test_where_nothing_has_changed_nothing_rises() -> None:
    """Three hundred pairs of periods with the same chances: a false alarm in 7% at the most."""
    rng = np.random.default_rng(15)
    chances = np.array([0.22, 0.2, 0.14, 0.12, 0.1, 0.08, 0.06, 0.05, 0.03])
    alarms = 0
    for _ in range(300):
        rows = []
        for left, before in ((400, 380), (150, 170), (90, 60)):
            counts = zip(
                rng.multinomial(left, chances), rng.multinomial(before, chances), strict=True
            )
            rows += [
                reasons_module._row(
                    SimpleNamespace(
                        stage_rank=None, way=None, reason=f"{kind}", segment=None, dimension=None,
                        named=named, n=left, before_named=was, before_n=before,
                        **dict.fromkeys((*PAIRS, *(f"before_{each}" for each in PAIRS)), None),
                        **dict.fromkeys(ACROSS, None),
                    ),
                    (),
                )
                for kind, (named, was) in enumerate(counts)
            ]  # fmt: skip
        reasons_module._compare(rows)
        alarms += any(row["rises"] for row in rows)
    assert alarms <= 0.07 * 300
