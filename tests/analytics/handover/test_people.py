"""People without a league table: what luck explains, and what it does not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.funnel import leads
from analytics.handover.people import FAR, LEAST, NEAR, in_hand, in_hand_of, people
from analytics.scope import Scope
from analytics.view.view import View, segment_value
from data.store import Store
from tests.support.histories import store_of

HOUR = timedelta(hours=1)
START = datetime(2026, 3, 2, 8)


def scope_of(folder: Path, rows: pd.DataFrame) -> Scope:
    """Leads by row, all handed over at once; those `accepted` are taken, the others lost."""
    given = rows.drop(columns="accepted").assign(created_at=START)
    given.insert(0, "lead_id", [f"L{n:05d}" for n in range(len(rows))])
    moves = []
    for lead, is_accepted in zip(given["lead_id"], rows["accepted"], strict=True):
        moves += [
            (lead, "mql", START + HOUR),
            (lead, "sal" if is_accepted else "lost", START + 2 * HOUR),
        ]
    return Scope(View(), store_of(folder, given.to_dict("records"), moves).generation())


def drawn(
    seed: int, chance: Callable[[pd.DataFrame], "pd.Series[float]"], **more: Any
) -> pd.DataFrame:
    """Leads of 40 people, of any source and size, each accepted with a chance of its own."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "owner": [f"Owner {n:02d}" for n in rng.integers(0, 40, 4_000)],
            "source": rng.choice(["seo", "event", "list"], 4_000),
            "company_size": rng.choice(["small", "large"], 4_000),
        }
    )
    return rows.assign(accepted=rng.random(4_000) < chance(rows), **more)


def by_source(rows: pd.DataFrame) -> "pd.Series[float]":
    return rows["source"].map({"seo": 0.7, "event": 0.6, "list": 0.2})


def test_what_is_expected_is_that_of_leads_alike(tmp_path: Path) -> None:
    rows = drawn(1, by_source)
    rows.loc[:24, ["source", "company_size"]] = ["event", "huge"]  # too few of these to go by
    found = people(scope_of(tmp_path, rows), "owner")
    kinds = rows.groupby(["source", "company_size"])["accepted"]
    of_kind, n = kinds.transform("mean"), kinds.transform("size")
    of_source = rows.groupby("source")["accepted"].transform("mean")
    alike = of_kind.where(n >= LEAST, of_source)
    own = rows.assign(alike=alike).groupby("owner").agg(
        leads=("accepted", "size"), accepted=("accepted", "sum"), expected=("alike", "mean")
    )  # fmt: skip
    assert (n < LEAST).any()
    told = found.rows.set_index("segment").loc[own.index]
    assert told["leads"].tolist() == own["leads"].tolist()
    assert told["accepted"].tolist() == own["accepted"].tolist()
    assert np.allclose(told["expected_rate"], own["expected"])
    rate = rows["accepted"].mean()
    assert found.rate == pytest.approx(rate)
    assert np.allclose(told["even_rate"], own["accepted"] / own["leads"] - own["expected"] + rate)
    assert found.inflation == 1
    for low, high, errors in (("low", "high", NEAR), ("far_low", "far_high", FAR)):
        half = errors * np.sqrt(rate * (1 - rate) / own["leads"])
        assert np.allclose(told[high] - told["even_rate"], rate + half - told["even_rate"])
        assert np.allclose(told[low], rate - half)


def test_luck_alone_puts_few_outside_and_a_real_difference_is_seen(tmp_path: Path) -> None:
    places = []
    for seed in range(3):
        found = people(scope_of(tmp_path / f"{seed}", drawn(seed, by_source)), "owner")
        places += found.rows["place"].tolist()
    # Of 120 people 6 are outside the near limits by luck, and a quarter of one outside the far.
    assert 1 <= sum(place != "inside" for place in places) <= 12
    assert sum(place in ("above", "below") for place in places) <= 1

    def one_is_careless(rows: pd.DataFrame) -> "pd.Series[float]":
        return by_source(rows) - 0.3 * (rows["owner"] == "Owner 07")

    told = people(scope_of(tmp_path / "one", drawn(4, one_is_careless)), "owner").rows
    assert told[told["place"] == "below"]["segment"].tolist() == ["Owner 07"]
    assert not (told["place"] == "above").any()


def test_whoever_is_given_worse_leads_is_not_blamed(tmp_path: Path) -> None:
    rows = drawn(5, by_source)
    worse = rows["owner"] == "Owner 03"
    rng = np.random.default_rng(6)
    rows.loc[worse, "source"] = "list"
    rows.loc[worse, "accepted"] = rng.random(worse.sum()) < 0.2
    found = people(scope_of(tmp_path, rows), "owner")
    (told,) = found.rows[found.rows["segment"] == "Owner 03"].to_dict("records")
    assert told["rate"] < told["far_low"]
    assert told["place"] == "inside"


def test_leads_of_one_company_make_the_limits_wider(tmp_path: Path) -> None:
    rows = drawn(7, by_source).sort_values(["owner", "source"], ignore_index=True)
    # Companies of eight leads of one owner and source, all of whom fare alike.
    firm = rows.groupby(["owner", "source"]).cumcount() // 8
    rows["company"] = rows["owner"] + rows["source"] + firm.astype(str)
    rows["accepted"] = rows.groupby("company")["accepted"].transform("first")
    found = people(scope_of(tmp_path, rows), "owner")
    assert 4 < found.inflation < 9
    assert (found.rows["place"] != "inside").sum() <= 6


def test_nobody_in_particular_is_no_person_and_none_is_none(tmp_path: Path) -> None:
    rows = pd.DataFrame({"owner": ["A", None, "A"], "accepted": [True, False, True]})
    found = people(scope_of(tmp_path, rows), "owner")
    assert found.rows["segment"].tolist() == ["A"]
    assert found.rate == 1
    assert found.rows["place"].tolist() == ["inside"]
    empty = people(found.asked.scope.at(View(period="last-1d", as_of=START.date())), "team")
    assert empty.rate is None
    assert empty.rows.empty


@pytest.mark.parametrize("by", ["owner", "team"])
def test_the_leads_in_hand_are_those_of_the_list(sample_store: Path, by: Any) -> None:
    scope = Scope(View(period="last-30d", stage="customer"), Store(sample_store).generation())
    held = in_hand(scope, by)
    assert len(held) > 5
    for segment in [*held][:3]:
        view = in_hand_of(scope.view).where(by, [segment_value(segment)])
        found = leads.listing(scope.at(view)).where("state = 'open'")
        assert found.count() == held[segment]
