"""The scoreboard: its rule against a slow and obvious one, its sums against the funnel's."""

import math
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from analytics.sources.costs import costs
from analytics.sources.rule import judged
from analytics.sources.scoreboard import COLUMNS, COMPARED, Scoreboard, scoreboard
from analytics.view.attribution_rules import CREDITED, OWN, Credit
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import generation_of, histories, store_of, stores, views

YEAR = View.from_link("period=last-365d")[0]
START = datetime(2024, 1, 1)

# --- the rule, slowly -------------------------------------------------------------------------


def limits(expected: float, deff: float) -> tuple[float, float]:
    """Garwood's limits of as many fewer leads as the design effect says."""
    count = expected / deff
    low = scipy.stats.gamma.ppf(0.025, count) if count else 0.0
    return float(low) * deff, float(scipy.stats.gamma.ppf(0.975, count + 1)) * deff


def stands(row: Mapping[str, Any], expected: float, price: float) -> str:
    """Where the range of the cost a customer lies: below the price, above it, or on it."""
    low, high = limits(expected, row["deff"])
    if row["cost"] / high > price:
        return "above"
    return "below" if low > 0 and row["cost"] / low < price else "on"


def known(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def price_of(rows: list[dict[str, Any]], way: str) -> float | None:
    paid = [row for row in rows if known(row["cost"]) and row["cost"] > 0 and known(row[way])]
    customers = sum(row[way] for row in paid)
    return sum(row["cost"] for row in paid) / customers if customers > 0 else None


def is_judged(row: Mapping[str, Any], way: str = "expected") -> bool:
    """Whether a row has what the rule needs: cost, customers, enough leads, ripe ones."""
    has_all = known(row["cost"]) and row["cost"] > 0 and known(row[way]) and known(row["expected"])
    return has_all and row["leads"] >= 100 and row["is_ripe"]


def q_values(rows: list[dict[str, Any]], price: float) -> dict[str, float]:
    p_values = {}
    for row in rows:
        if is_judged(row):
            count, mean = row["expected"] / row["deff"], row["cost"] / price / row["deff"]
            as_many = scipy.stats.gamma.cdf(mean, count) if count else 1.0
            as_few = scipy.stats.gamma.sf(mean, count + 1)
            p_values[row["segment"]] = min(1.0, 2 * as_many, 2 * as_few)
    ranked = sorted(p_values, key=lambda name: p_values[name])
    return {
        name: min(
            p_values[other] * len(ranked) / (place + 1)
            for place, other in enumerate(ranked)
            if p_values[other] >= p_values[name]
        )
        for name in ranked
    }


def advice(row: dict[str, Any], rows: list[dict[str, Any]], ways: list[str]) -> tuple[str, Any]:
    """The rule of docs/counting.md, read aloud."""
    if not known(row["cost"]) or not known(row["expected"]):
        return "unknown", None
    if row["leads"] < 100:
        return "too_few", "too-few"
    price = price_of(rows, "expected")
    place = "on" if price is None or not is_judged(row) else stands(row, row["expected"], price)
    if place == "on":
        few = is_judged(row) and row["customers"] < 10
        return ("too_few", "too-few") if few else ("keep", "unclear")
    assert price is not None
    steps = ["unclear", "unclear", "unclear", "likely", "certain"]
    at = 4 if q_values(rows, price)[row["segment"]] < 0.05 else 3
    paid = [each for each in rows if known(each["cost"]) and each["cost"] > 0]
    sold = [each for each in paid if known(each["revenue"])]
    if sold and known(row["revenue"]):
        usual = sum(each["revenue"] for each in sold) / sum(each["cost"] for each in sold)
        own = row["revenue"] / row["cost"]
        at -= own < usual if place == "below" else own > usual
    opposite = {"below": "above", "above": "below"}[place]
    prices = {way: price_of(rows, way) for way in ways}
    at -= any(
        other is not None and is_judged(row, way) and stands(row, row[way], other) == opposite
        for way, other in prices.items()
    )
    if row["customers"] < 10:
        at = min(at, 3)
    if steps[at] == "unclear":
        return "keep", "unclear"
    return {"below": "increase", "above": "decrease"}[place], steps[at]


amounts = st.sampled_from((None, 0.0, 5.0, 20.0, 21.0, 100.0, 400.0))
counts = st.sampled_from((0.0, 1.0, 3.5, 9.0, 10.0, 25.0, 80.0))


@st.composite
def sources(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows as `judged` takes them, with the expected customers by two more ways of credit."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        customers = draw(counts)
        rows.append(
            {
                "segment": f"s{number}",
                "leads": draw(st.sampled_from((0, 99, 100, 3000))),
                "customers": customers,
                "expected": None if draw(st.integers(0, 9)) == 0 else customers + draw(counts),
                "cost": draw(amounts),
                "revenue": draw(st.none() | st.sampled_from((0.0, 10.0, 100.0, 5000.0))),
                "is_ripe": draw(st.sampled_from((True, True, True, False))),
                "deff": draw(st.sampled_from((1.0, 1.5, 4.0))),
                "one": draw(counts),
                "other": draw(counts),
            }
        )
    return rows


NUMBERS = ["customers", "expected", "cost", "revenue", "one", "other"]


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype(dict.fromkeys(NUMBERS, float))


@given(sources())
def test_the_rule_is_the_one_that_is_written(rows: list[dict[str, Any]]) -> None:
    frame = frame_of(rows)
    given_rows = frame.drop(columns=["one", "other"])
    found = judged(given_rows, {"one": frame["one"], "other": frame["other"]})
    for row, record in zip(rows, found.to_dict("records"), strict=True):
        wanted = advice(row, rows, ["one", "other"])
        certainty = record["certainty"] if isinstance(record["certainty"], str) else None
        assert (record["recommendation"], certainty) == wanted


@given(sources())
def test_nothing_is_increased_on_an_unclear_difference_or_an_unknown_cost(
    rows: list[dict[str, Any]],
) -> None:
    found = judged(frame_of(rows))
    price = price_of(rows, "expected")
    for record in found.to_dict("records"):
        if record["recommendation"] in ("increase", "decrease"):
            assert known(record["cost"])
            assert price is not None
            assert record["certainty"] in ("likely", "certain")
            below = record["cost_high"] < price
            assert below if record["recommendation"] == "increase" else record["cost_low"] > price
        if record["certainty"] == "certain":
            assert record["q_value"] < 0.05
            assert record["customers"] >= 10


def test_another_way_of_giving_credit_takes_a_step_of_certainty() -> None:
    rows = frame_of(
        [
            {"segment": name, "leads": 900, "customers": won, "expected": won, "cost": cost}
            | {"revenue": cost, "is_ripe": True, "deff": 1.0, "one": one, "other": won}
            for name, won, cost, one in (("cheap", 80, 40, 4), ("dear", 80, 400, 156))
        ]
    )
    plain = judged(rows).set_index("segment")
    turned = judged(rows, {"one": rows["one"]}).set_index("segment")
    assert plain.loc["cheap", ["recommendation", "certainty"]].tolist() == ["increase", "certain"]
    assert turned.loc["cheap", ["recommendation", "certainty"]].tolist() == ["increase", "likely"]
    assert turned.at["cheap", "turned_by"] == "one"


# --- over a store -----------------------------------------------------------------------------


@stores(5)
@given(st.data())
def test_the_customers_are_those_of_the_funnel(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=4, max_size=4)):
            credit = Credit(credited=data.draw(st.sampled_from(CREDITED)))
            view = replace(drawn, credit=credit)
            found = scoreboard(Scope(view, generation))
            plain = replace(view, by=None, mode="cohort", level="group", stage=None)
            steps = funnel(Scope(plain, generation)).rows.set_index("stage")["reached"]
            assert list(found.rows.columns) == COLUMNS
            assert found.rows["segment"].isna().tolist() == [False] * (len(found.rows) - 1) + [True]
            *rows, total = found.rows.to_dict("records")
            assert total["leads"] == sum(row["leads"] for row in rows)
            if "customer" not in steps:
                continue
            assert total["customers"] == pytest.approx(steps["customer"])
            for _way, part in found.ways.groupby("way"):
                assert part["customers"].sum() == pytest.approx(steps["customer"])
            paid = [row for row in rows if row["cost"] > 0]
            expected = sum(row["expected"] for row in paid)
            if expected:
                assert found.price == pytest.approx(sum(row["cost"] for row in paid) / expected)


@pytest.fixture(scope="module")
def board(whole_sample: Generation) -> Scoreboard:
    return scoreboard(Scope(YEAR, whole_sample))


def test_the_advice_of_the_sample(board: Scoreboard) -> None:
    rows = board.rows.set_index("segment")
    said = {
        name: tuple(rows.loc[name, ["recommendation", "certainty"]])
        for name in ("newsletter", "webinar", "blog", "google_ads", "trade_fair", "purchased_list")
    }
    assert said == {
        "newsletter": ("increase", "certain"),
        "webinar": ("increase", "certain"),
        # Cheap customers, but small deals.
        "blog": ("increase", "likely"),
        "google_ads": ("keep", "unclear"),
        # Whose leads take a year: nobody knows yet.
        "trade_fair": ("keep", "unclear"),
        "purchased_list": ("decrease", "likely"),
    }
    assert rows.at["marketplace", "recommendation"] == "too_few"
    assert rows.at["referral", "recommendation"] == "unknown"
    costs_a_customer = rows["cost_a_customer"].iloc[:-1].dropna()
    assert costs_a_customer.is_monotonic_increasing


def test_a_source_is_compared_with_its_year_before(
    board: Scoreboard, whole_sample: Generation
) -> None:
    rows = board.rows.set_index("segment")
    earlier = Scope(replace(YEAR, compare="last-year"), whole_sample).earlier()
    assert earlier is not None
    before = costs(earlier).rows.set_index("segment")["cac_expected"]
    assert rows.at["webinar", "cost_before"] == pytest.approx(before["webinar"])
    change = rows.at["webinar", "cost_a_customer"] / before["webinar"] - 1
    assert rows.at["webinar", "change"] == pytest.approx(change)
    whole = scoreboard(Scope(View(), whole_sample)).rows
    assert whole["cost_before"].isna().all()


def test_a_model_moves_customers_and_neither_leads_nor_costs(
    board: Scoreboard, whole_sample: Generation
) -> None:
    view = replace(YEAR, credit=Credit(credited="last"))
    by_last = scoreboard(Scope(view, whole_sample))
    assert (board.credited, by_last.credited) == (OWN, "last")
    own, last = (each.rows.set_index("segment") for each in (board, by_last))
    assert last["leads"].to_dict() == own["leads"].to_dict()
    assert last["cost"].dropna().to_dict() == own["cost"].dropna().to_dict()
    assert last.at["newsletter", "customers"] > 5 * own.at["newsletter", "customers"]
    ways = board.ways.set_index(["way", "segment"])["customers"]
    assert ways["last", "newsletter"] == last.at["newsletter", "customers"]
    assert set(board.ways["way"]) == {OWN, *COMPARED}


def test_a_return_is_named_only_with_a_margin(board: Scoreboard, whole_sample: Generation) -> None:
    assert not board.says_margin
    assert board.rows["roi"].isna().all()
    view = replace(YEAR, credit=Credit(margin=40))
    found = scoreboard(Scope(view, whole_sample))
    assert (found.says_margin, found.margin) == (True, 40)
    row = found.rows.set_index("segment").loc["webinar"]
    assert row["roi"] == pytest.approx(row["revenue_per_unit"] * 0.4 - 1)
    assert row["roi"] == pytest.approx((row["revenue"] * 0.4 - row["cost"]) / row["cost"])


def test_what_spend_does_not_have_leaves_every_cost_unknown(whole_sample: Generation) -> None:
    found = scoreboard(Scope(YEAR.where("team", ["TP.HCM 2"]), whole_sample))
    assert found.unsplit == ("team",)
    assert found.price is None
    assert set(found.rows["recommendation"].iloc[:-1]) == {"unknown"}


def test_spend_without_leads_is_too_few(tmp_path: Path) -> None:
    leads = [{"lead_id": str(n), "created_at": START, "source": "seo"} for n in range(3)]
    spent = [{"day": START.date(), "source": name, "amount": 10.0} for name in ("seo", "tv")]
    moves = [("0", "won", START + timedelta(days=3))]
    generation = store_of(tmp_path, leads, moves, spend=spent).generation()
    rows = scoreboard(Scope(View(), generation)).rows.set_index("segment")
    assert rows.loc[["seo", "tv"], "recommendation"].tolist() == ["too_few", "too_few"]
    assert rows.at["tv", "customers"] == 0
    assert pd.isna(rows.at["tv", "cost_a_customer"])


def test_customers_of_one_company_are_one_event(tmp_path: Path) -> None:
    leads = [
        {"lead_id": f"{source}{n}", "created_at": START, "source": source, "company": company}
        for source, company in (("seo", "Cty TNHH Một"), ("tv", None))
        for n in range(4)
    ]
    moves = [(str(lead["lead_id"]), "won", START + timedelta(days=3)) for lead in leads]
    spent = [{"day": START.date(), "source": name, "amount": 100.0} for name in ("seo", "tv")]
    generation = store_of(tmp_path, leads, moves, spend=spent).generation()
    assert costs(Scope(View(), generation)).rows.set_index("segment").loc["seo", "deff"] == 4
    rows = scoreboard(Scope(View(), generation)).rows.set_index("segment")
    ends = ["expected_low", "expected_high"]
    assert rows.loc["seo", ends].tolist() == pytest.approx(limits(4, deff=4))
    assert rows.loc["tv", ends].tolist() == pytest.approx(limits(4, deff=1))
    assert rows.at["seo", "cost_high"] > rows.at["tv", "cost_high"]
