"""Signals: who is won by what was known, against counting by hand and against known chances."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.leads.story import fit
from analytics.scope import Scope
from analytics.signals.signals import COLUMNS, SIGNALS, signals
from analytics.stats.companies import Across, Pairs, Sample, newcombe, wilson
from analytics.stats.intervals import wilson as plain_wilson
from analytics.stats.lift import lift
from analytics.view.view import View
from data.condition import Condition
from data.pipeline import Exit, Pipeline, Stage
from data.store import Generation
from tests.support.histories import store_of

DAY = timedelta(days=1)
EARLIER, LATER = datetime(2025, 1, 10), datetime(2026, 1, 10)
YEAR = View(period=None, first=date(2026, 1, 1), last=date(2026, 3, 31))
PIPELINE = Pipeline(
    (Stage("a", "lead"), Stage("b", "prospect"), Stage("c", "customer")), (Exit("gone"),)
)
ANSWERS = ("need", "budget", "authority", "timing")

Lead = dict[str, Any]


def generation(folder: Path, leads: list[Lead], pipeline: Pipeline = PIPELINE) -> Generation:
    """Leads, each with `won`: after how many days it was, if ever; the data goes on for long."""
    rows = [{name: lead[name] for name in lead if name != "won"} for lead in leads]
    moves = [
        (lead["lead_id"], "c", lead["created_at"] + lead["won"] * DAY)
        for lead in leads
        if lead.get("won") is not None
    ]
    rows.append({"lead_id": "last", "created_at": datetime(2026, 12, 1)})
    return store_of(folder, rows, moves, pipeline=pipeline).generation()


def table(found: pd.DataFrame, signal: str) -> dict[str | None, dict[str, Any]]:
    rows = found[found["signal"] == signal].to_dict("records")
    return {row["band"] if isinstance(row["band"], str) else None: row for row in rows}


def test_bands_by_hand(tmp_path: Path) -> None:
    """Three earlier leads and six later ones, and what becomes of each signal."""
    hot = {"need": True, "budget": True, "timing": True}
    earlier: list[Lead] = [
        {"score": 10.0, **hot, "won": 3},
        {"score": 50.0, "need": True},
        {"score": 90.0, "need": False, "won": 4},
    ]
    later: list[Lead] = [
        {"score": 10.0, **hot, "authority": False, "won": 3},
        {"score": 26.0, **hot, "won": 30},  # later than nine in ten of all: not in time
        {"score": 90.0, **hot, "won": 5},
        {"score": 100.0, "need": True, "budget": False},
        {"need": False, "won": 2},
        {"score": 49.9},
    ]
    leads = [{"lead_id": f"e{n}", "created_at": EARLIER, **each} for n, each in enumerate(earlier)]
    leads += [{"lead_id": f"l{n}", "created_at": LATER, **each} for n, each in enumerate(later)]
    found = signals(Scope(YEAR, generation(tmp_path, leads)))
    assert list(found.rows.columns) == COLUMNS
    # Won after 2, 3, 3, 4, 5 and 30 days: nine in ten within 17.5.
    assert found.window.horizon == pytest.approx(17.5 * 86_400)
    counted = {
        signal: {
            band: [row[name] for name in ("n", "won", "earlier_n", "earlier_won")]
            for band, row in table(found.rows, signal).items()
        }
        for signal in SIGNALS
    }
    assert counted["temperature"] == {
        "cold": [1, 1, 1, 1],
        "warm": [1, 0, 1, 0],
        "hot": [3, 2, 1, 1],
        None: [1, 0, 0, 0],
    }
    assert counted["answers"] == {
        "0": [1, 1, 1, 1],
        "1": [1, 0, 1, 0],
        "3": [3, 2, 1, 1],
        None: [1, 0, 0, 0],
    }
    assert counted["fit"] == {None: [6, 3, 3, 2]}, "there is no rule"
    # The earlier 10, 50 and 90 are cut at 26, 42, 58 and 74; 26 itself is in the second band.
    assert counted["score"] == {
        "0": [1, 1, 1, 1],
        "1": [1, 0, 0, 0],
        "2": [1, 0, 1, 0],
        "4": [2, 1, 1, 1],
        None: [1, 1, 0, 0],
    }
    row = table(found.rows, "score")["2"]
    assert (row["score_from"], row["score_below"]) == (42, 58)
    warmest = table(found.rows, "temperature")["hot"]
    assert warmest["rate"] == pytest.approx(2 / 3)
    assert warmest["promised"] == 1.0
    assert (warmest["low"], warmest["high"]) == pytest.approx(plain_wilson(2, 3))
    assert warmest["lift"] == pytest.approx((2 / 3) / (3 / 5))  # of those of whom it is known
    assert set(found.rows["certainty"]) == {"too-few"}


@pytest.mark.parametrize(
    ("rule", "counted", "fits"),
    [
        (
            'industry in ["food"] and company_size in ["50-199"]',
            {"yes": [2, 1, 1, 1], "no": [3, 1, 0, 0], None: [1, 1, 1, 0]},
            ["yes", "yes", "no", "no", "no", None],
        ),
        (
            'industry == "food" or company_size == "1-9"',
            {"yes": [4, 1, 2, 1], "no": [1, 1, 0, 0], None: [1, 1, 0, 0]},
            ["yes", "yes", "yes", "yes", "no", None],
        ),
        (
            'not industry == "food" or has_phone',  # no file says who has a phone
            {"yes": [2, 1, 0, 0], None: [4, 2, 2, 1]},
            [None, None, None, "yes", "yes", None],
        ),
    ],
)
def test_fit_is_judged_in_three_values_by_hand(
    rule: str, counted: dict[str | None, list[int]], fits: list[str | None], tmp_path: Path
) -> None:
    known: list[tuple[Any, ...]] = [  # industry, size, after how many days it was won
        ("food", "50-199", 1),
        ("food", "50-199", None),
        ("food", "1-9", None),
        ("retail", "1-9", None),
        ("retail", "50-199", 1),
        (None, "50-199", 1),
    ]
    names = ("industry", "company_size", "won")
    later: list[Lead] = [dict(zip(names, each, strict=True)) for each in known]
    earlier: list[Lead] = [later[0], {"industry": "food"}]
    leads = [{"lead_id": f"l{n}", "created_at": LATER, **each} for n, each in enumerate(later)]
    leads += [{"lead_id": f"e{n}", "created_at": EARLIER, **each} for n, each in enumerate(earlier)]
    pipeline = replace(PIPELINE, fit=Condition(rule))
    scope = Scope(YEAR, generation(tmp_path, leads, pipeline))
    found = table(signals(scope).rows, "fit")
    assert counted == {
        band: [row[name] for name in ("n", "won", "earlier_n", "earlier_won")]
        for band, row in found.items()
    }
    assert [fit(scope, f"l{n}") for n in range(len(later))] == fits


def drawn(seed: int) -> list[Lead]:
    random = Random(seed)
    return [
        {
            "lead_id": f"L{number:03}",
            "created_at": random.choice((EARLIER, LATER)) + random.randrange(40) * DAY,
            "company": random.choice((None, f"own {number}", "A", "B", "C", "D")),
            "score": random.choice((None, *range(0, 100, 7))),
            "won": random.choice((None, 1, 2)),
            **{name: random.choice((None, True, False)) for name in ANSWERS},
        }
        for number in range(140)
    ]


def band_of(lead: Lead, signal: str, edges: list[float]) -> str | None:
    known = [lead[name] for name in ANSWERS]
    if signal == "score":
        score = lead["score"]
        return None if score is None else str(sum(edge <= score for edge in edges))
    if signal == "fit" or all(each is None for each in known):
        return None
    if signal == "answers":
        return str(sum(each is True for each in known))
    if lead["need"] and lead["budget"] and lead["timing"]:
        return "hot"
    return "warm" if lead["need"] else "cold"


def companies(leads: list[Lead]) -> dict[str, tuple[int, int]]:
    """How many leads, and how many of them won, of each company."""
    found: dict[str, tuple[int, int]] = {}
    for lead in leads:
        if (name := lead["company"]) is not None:
            n, won = found.get(name, (0, 0))
            found[name] = (n + 1, won + (lead["won"] is not None))
    return found


def sample(leads: list[Lead]) -> Sample:
    found = np.array([*companies(leads).values()], dtype=float).reshape(-1, 2)
    won = sum(lead["won"] is not None for lead in leads)
    return Sample(won, len(leads), Pairs.among(found[:, 0], found[:, 1]))


def across(leads: list[Lead], others: list[Lead]) -> Across:
    one, other = companies(leads), companies(others)
    shared = [(*one[name], *other[name]) for name in one.keys() & other.keys()]
    return Across(
        all=sum(n * m for n, _won, m, _too in shared),
        first=sum(won * m for _n, won, m, _too in shared),
        second=sum(n * too for n, _won, _m, too in shared),
        both=sum(won * too for _n, won, _m, too in shared),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_what_is_counted_lead_by_lead(seed: int, tmp_path: Path) -> None:
    leads = drawn(seed)
    found = signals(Scope(YEAR, generation(tmp_path, leads)))
    before = [lead for lead in leads if lead["created_at"] < datetime(2026, 1, 1)]
    after = [lead for lead in leads if lead["created_at"] >= datetime(2026, 1, 1)]
    scores = [lead["score"] for lead in before if lead["score"] is not None]
    edges = [float(round(each)) for each in np.quantile(scores, [0.2, 0.4, 0.6, 0.8])]
    for signal in SIGNALS:
        known = [lead for lead in after if band_of(lead, signal, edges) is not None]
        for band, row in table(found.rows, signal).items():
            now, then = (
                [lead for lead in of if band_of(lead, signal, edges) == band]
                for of in (after, before)
            )
            assert (row["n"], row["earlier_n"]) == (len(now), len(then))
            assert row["won"] == sum(lead["won"] is not None for lead in now)
            if band is None or not now:
                assert pd.isna(row["lift"])
                continue
            own, earlier = sample(now), sample(then)
            rest = [lead for lead in known if lead not in now]
            assert (row["low"], row["high"]) == pytest.approx(wilson(own))
            assert (row["difference_low"], row["difference_high"]) == pytest.approx(
                newcombe(own, earlier, across(now, then))
            )
            assert rest
            assert row["lift"] == pytest.approx(own.rate / sample(known).rate)
            assert row["lift_low"] <= row["lift"] <= row["lift_high"]


def chance(score: float) -> float:
    return 0.02 + 0.4 * (score / 100) ** 2


def test_it_is_right_of_leads_whose_chance_is_known(tmp_path: Path) -> None:
    """Scores that tell the chance, temperature that tells nothing."""
    random = Random(15)
    leads: list[Lead] = []
    for number in range(6_000):
        score = random.randrange(101)
        leads.append(
            {
                "lead_id": f"L{number:04}",
                "created_at": random.choice((EARLIER, LATER)) + random.randrange(60) * DAY,
                "score": float(score),
                "need": random.random() < 0.5,
                "won": 5 if random.random() < chance(score) else None,
            }
        )
    found = signals(Scope(YEAR, generation(tmp_path, leads)))
    later = [lead["score"] for lead in leads if lead["created_at"] >= datetime(2026, 1, 1)]
    bands = found.of("score")
    assert len(bands) == 5
    overall = np.mean([chance(score) for score in later])
    held = []
    for row in bands.itertuples():
        own = [
            chance(score)
            for score in later
            if not score < row.score_from and not score >= row.score_below
        ]
        assert len(own) == row.n
        held += [
            row.low <= np.mean(own) <= row.high,
            row.lift_low <= np.mean(own) / overall <= row.lift_high,
            row.difference_low <= 0 <= row.difference_high,
        ]
    assert sum(held) >= 14  # of 15, each held by 95 in 100
    assert all(one < other for one, other in pairwise(bands["rate"]))
    assert set(bands["certainty"].iloc[[0, -1]]) == {"certain"}
    assert set(found.of("temperature")["certainty"]) == {"unclear"}


def test_the_lift_holds_the_truth_in_simulated_samples() -> None:
    """Of leads apart, and of companies whose leads are alike and on both sides."""
    random = np.random.default_rng(15)
    for per_company in (1, 4):
        held = 0
        for _sample in range(400):
            n = 600 // per_company
            # The chance of a company is spread around that of its side: a fifth, or a tenth.
            shared = random.uniform(0, 2, n) if per_company > 1 else np.ones(n)
            counts = random.binomial(1, 0.3, (n, per_company)).astype(bool)
            won = random.random((n, per_company)) < np.where(counts, 0.2, 0.1) * shared[:, None]
            sides = []
            for side in (counts, ~counts):
                m, y = side.sum(axis=1).astype(float), (won & side).sum(axis=1).astype(float)
                pairs = Pairs.among(m, y) if per_company > 1 else Pairs()
                sides.append((Sample(int(y.sum()), int(m.sum()), pairs), m, y))
            (own, m, y), (rest, other_m, other_y) = sides
            both = Across(
                float(m @ other_m), float(y @ other_m), float(m @ other_y), float(y @ other_y)
            )
            _lift, low, high = lift(own, rest, both if per_company > 1 else Across())
            held += low <= 0.2 / 0.13 <= high
        assert 0.93 <= held / 400 <= 0.98, per_company


def test_nothing_is_said_of_nobody(tmp_path: Path) -> None:
    found = signals(Scope(YEAR, generation(tmp_path, [])))
    assert found.rows.empty
    young = [{"lead_id": "L1", "created_at": datetime(2026, 11, 30)}]
    found = signals(Scope(View(), generation(tmp_path / "young", young)))
    assert found.rows["won"].sum() == 0
