"""What leads cost and bring: against sums made row by row, by hand, and in the sample's story."""

import math
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.quality.quality import quality
from analytics.scope import Scope
from analytics.sources.costs import COLUMNS, costs, usable
from analytics.sources.forecast import expected
from analytics.sources.spend import DIMENSIONS, spend, unsplit
from analytics.view.attribution_rules import Credit
from analytics.view.view import View
from data.load.loader import load
from data.sample import generate
from data.store import Generation, Store
from data.values.channels import channel_of
from tests.analytics.funnel.test_time_to_step import course, journey, named
from tests.support.histories import (
    SHORT,
    SOURCES,
    History,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference, is_in, value_of

STORY = Path(generate.__file__).parents[1].joinpath("sample.md").read_text(encoding="utf-8")
FIFTEEN_MONTHS = View().during(first=date(2024, 11, 1), last=date(2026, 1, 31))
START = datetime(2024, 1, 1)


def rate_of(history: History, currency: str | None, day: date) -> float | None:
    """What one of a currency is worth on a day: the latest rate by then, else the first after."""
    if currency in (None, "VND"):
        return 1.0
    given_days = {at: rate for at, name, rate in history.rates if name == currency}
    if not given_days:
        return None
    by_then = [at for at in given_days if at <= day]
    return given_days[max(by_then) if by_then else min(given_days)]


def spent(reference: Reference, by: str) -> dict[str, float | None]:
    """What was spent by segment, a day at a time; None when any of it is unknown."""
    view, history = reference.view, reference.history
    today = reference.day(reference.as_of)
    found: dict[str, float | None] = {}
    for row in history.spend:
        values = {**row, "channel": row["source"] and channel_of(row["source"])}
        if not all(values[name] in chosen for name, chosen in view.filters):
            continue
        if any(values[name] in chosen for name, chosen in view.excluded):
            continue
        last = max(row["until"] or row["day"], row["day"])
        days = [row["day"] + timedelta(days=n) for n in range((last - row["day"]).days + 1)]
        for day in days:
            if day > today or not in_period(view, day, today):
                continue
            rate = rate_of(history, row["currency"], day)
            segment = named(values[by])
            so_far = found.get(segment, 0.0)
            unknown = rate is None or so_far is None
            found[segment] = None if unknown else so_far + row["amount"] * rate / len(days)
    return found


def in_period(view: View, day: date, today: date) -> bool:
    if view.period is None:
        return (view.first or day) <= day <= (view.last or day)
    return view.period == "all" or is_in(view.period, day, today)


def counted(reference: Reference, by: str) -> dict[str, dict[str, Any]]:
    """The counts and the value of each segment, lead by lead."""
    history = reference.history
    rows: dict[str, dict[str, Any]] = {}
    for lead in history.leads:
        times = dict(zip(reference.steps, reference.counted(lead), strict=True))
        if times[reference.steps[0]] is None:
            continue
        blank = dict.fromkeys(
            ("leads", "usable", "prospect", "opportunity", "customer", "open", "without"), 0
        )
        row = rows.setdefault(named(value_of(lead, by)), blank | {"values": []})
        row["leads"] += 1
        row["usable"] += reference.standing(lead).stage not in history.pipeline.unusable_slugs
        for group in ("prospect", "opportunity", "customer"):
            row[group] += times.get(group) is not None
        won_at = times.get("customer")
        row["open"] += won_at is None and not reference.is_lost(lead)
        if won_at is not None:
            rate = rate_of(history, lead["currency"], reference.day(won_at))
            if lead["amount"] is None or rate is None:
                row["without"] += 1
            else:
                row["values"].append(lead["amount"] * rate)
    return rows


@stores(14)
@given(st.data())
def test_every_number_is_that_of_the_definition(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=8, max_size=8)):
            view = replace(drawn, by=data.draw(st.sampled_from((drawn.by, *DIMENSIONS))))
            left_out = data.draw(st.sets(st.sampled_from(SOURCES), max_size=2))
            view = view.excluding("source", left_out)
            reference = Reference(history, replace(view, by=None, mode="cohort", level="group"))
            found = costs(Scope(view, generation))
            assert found.by == (view.by if view.by in DIMENSIONS else "source")
            assert found.unsplit == tuple(
                name for name in view.filtered if name not in ("source", "channel", "campaign")
            )
            money = {} if found.unsplit else spent(reference, found.by)
            assert spend(Scope(replace(view, by=found.by), generation)) == pytest.approx(money)
            rows = found.rows.set_index("segment").to_dict("index")
            counts = counted(reference, found.by)
            assert list(found.rows.columns) == COLUMNS
            assert set(found.rows["segment"].iloc[:-1]) == counts.keys() | money.keys()
            assert pd.isna(found.rows["segment"].iloc[-1])
            for segment in counts.keys() | money.keys():
                assert_counts(rows[segment], counts.get(segment), reference)
                assert_money(rows[segment], money.get(segment), view.credit.margin)
            assert_total(found.rows, money)
            if "customer" in reference.steps:
                assert_expected(rows, expected(Scope(view, generation), found.by))
                assert_eventual(rows, reference, found.by)


def assert_counts(
    row: Mapping[str, Any], expected: Mapping[str, Any] | None, reference: Reference
) -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ("leads", "usable", "prospect", "opportunity", "customer", "open", "without"), 0
    )
    said = expected or nothing | {"values": []}
    assert (row["leads"], row["usable"]) == (said["leads"], said["usable"])
    for name, group in (
        ("prospects", "prospect"),
        ("opportunities", "opportunity"),
        ("customers", "customer"),
    ):
        if group in reference.steps[1:]:
            assert row[name] == said[group]
        else:
            assert pd.isna(row[name])
    if "customer" not in reference.steps:
        assert pd.isna(row["open"])
        assert pd.isna(row["value"])
        return
    assert (row["open"], row["without_amount"]) == (said["open"], said["without"])
    if said["customer"] and not said["values"]:
        assert pd.isna(row["value"])
    else:
        assert row["value"] == pytest.approx(sum(said["values"]))


def assert_money(row: Mapping[str, Any], cost: float | None, margin: int) -> None:
    """What a cost makes of the counts; nothing at all where it is unknown."""
    ratios = {
        "cost_per_lead": "leads",
        "cost_per_usable": "usable",
        "cost_per_prospect": "prospects",
        "cost_per_opportunity": "opportunities",
        "cac": "customers",
        "cac_expected": "expected",
    }
    further = ("cac_low", "cac_high", "cac_at_least", "roi", "roi_expected")
    assert row["cost_is_whole"] == (cost is not None)
    if cost is None:
        assert all(pd.isna(row[name]) for name in ("cost", *ratios, *further))
        return
    assert row["cost"] == pytest.approx(cost)
    for name, of in ratios.items():
        if pd.isna(row[of]) or not row[of]:
            assert pd.isna(row[name])
        else:
            assert row[name] == pytest.approx(cost / row[of])
    if pd.isna(row["customers"]):
        assert all(pd.isna(row[name]) for name in further)
    elif not row["customers"]:
        assert row["cac_at_least"] == pytest.approx(cost / 2.995732)
        assert pd.isna(row["cac_high"])
    else:
        assert pd.isna(row["cac_at_least"])
        high = scipy.stats.chi2.ppf(0.975, 2 * row["customers"] + 2) / 2
        assert row["cac_low"] == pytest.approx(cost / high)
        assert row["cac_low"] <= row["cac"] <= row["cac_high"]
    if cost and not pd.isna(row["value"]):
        assert row["roi"] == pytest.approx((row["value"] * margin / 100 - cost) / cost)
    else:
        assert pd.isna(row["roi"])


def assert_total(rows: pd.DataFrame, money: Mapping[str, float | None]) -> None:
    """The last row adds up; its cost is that of the segments of which it is known."""
    parts, total = rows.iloc[:-1], rows.iloc[-1]
    for name in ("leads", "usable", "prospects", "opportunities", "customers", "open", "expected"):
        if not pd.isna(total[name]):
            assert total[name] == pytest.approx(parts[name].sum())
    known = [amount for amount in money.values() if amount is not None]
    if known:
        assert total["cost"] == pytest.approx(math.fsum(known))
    else:
        assert pd.isna(total["cost"])
    assert total["cost_is_whole"] == (bool(len(parts)) and parts["cost_is_whole"].all())
    sizes = parts["leads"].tolist()
    assert sizes == sorted(sizes, reverse=True)


def assert_expected(rows: Mapping[str, Mapping[str, Any]], said: pd.DataFrame) -> None:
    for segment, customers, still, sum_of, is_final in said.itertuples(index=False):
        row = rows[segment]
        assert (row["customers"], row["open"]) == (customers, still)
        assert row["expected"] == pytest.approx(sum_of)
        assert row["expected_is_final"] == is_final


def assert_eventual(rows: Mapping[Any, Mapping[str, Any]], reference: Reference, by: str) -> None:
    place = reference.steps.index("customer")
    own: dict[str, list[tuple[str, float]]] = {}
    for lead in reference.history.leads:
        if found := journey(reference, lead, place):
            own.setdefault(named(value_of(lead, by)), []).append(found)
    for segment, fates in own.items():
        shares = course(fates)
        assert rows[segment]["eventual"] == pytest.approx(float(shares[max(shares)][0]))
        assert rows[segment]["eventual_at_least"] - 1e-9 <= rows[segment]["eventual"]
        assert rows[segment]["eventual"] <= rows[segment]["eventual_at_most"] + 1e-9


@stores(6)
@given(st.data())
def test_they_are_those_of_the_funnel(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=6, max_size=6)):
            view = replace(drawn, by="source", mode="cohort", level="group")
            bars = funnel(Scope(view, generation)).rows.pivot(
                index="segment", columns="stage", values="reached"
            )
            rows = costs(Scope(view, generation)).rows.iloc[:-1].set_index("segment")
            rows = rows[rows["leads"] > 0]
            assert set(rows.index) == set(bars.index)
            for name, group in (
                ("prospects", "prospect"),
                ("opportunities", "opportunity"),
                ("customers", "customer"),
            ):
                if group in bars:
                    assert rows[name].to_dict() == bars[group].to_dict()


# By hand. Four leads of an event that cost 900 USD, of which one is won; two of a list.
RATES = ((date(2024, 1, 1), "USD", 20.0), (date(2024, 1, 10), "USD", 30.0))


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    leads: list[dict[str, Any]] = [
        {"lead_id": str(n), "created_at": START + timedelta(days=n), "source": source}
        for n, source in enumerate(("event",) * 4 + ("list",) * 2 + ("seo", None))
    ]
    leads[0] |= {"amount": 5000.0, "currency": "USD", "team": "North"}
    moves = [
        ("0", "won", START + timedelta(days=20)),
        ("1", "sal", START + timedelta(days=2)),
        ("3", "disqualified", START + timedelta(days=5)),
        ("4", "disqualified", START + timedelta(days=6)),
        ("5", "lost", START + timedelta(days=7)),
    ]
    spent = [
        {"day": START.date(), "source": "event", "amount": 900.0, "currency": "USD"},
        {"day": START.date(), "source": "list", "amount": 300.0, "until": date(2024, 1, 30)},
        {"day": START.date(), "source": "tv", "amount": 50.0, "currency": "EUR"},
        {"day": START.date(), "source": "radio", "amount": 70.0},
    ]
    return store_of(
        tmp_path_factory.mktemp("fair"), leads, moves, spend=spent, rates=RATES
    ).generation()


def test_by_hand(fair: Generation) -> None:
    found = costs(Scope(View(credit=Credit(margin=40)), fair))
    assert (found.by, found.currency, found.margin, found.unsplit) == ("source", "VND", 40, ())
    assert found.rows["segment"].iloc[:-1].tolist() == ["event", "list", "seo", "~", "radio", "tv"]
    rows = found.rows.set_index("segment")
    event = rows.loc["event"]
    # The event is paid at the rate of its day, the customer at that of the day it was won.
    assert (event["cost"], event["value"]) == (18_000, 150_000)
    assert (event["leads"], event["usable"], event["usable_rate"]) == (4, 3, 0.75)
    assert (event["prospects"], event["opportunities"], event["customers"]) == (2, 1, 1)
    assert (event["cost_per_lead"], event["cost_per_usable"]) == (4_500, 6_000)
    assert event["roi"] == pytest.approx((60_000 - 18_000) / 18_000)
    assert event["cac_low"] == pytest.approx(18_000 / 5.5716, rel=1e-4)
    assert event["cac_high"] == pytest.approx(18_000 / 0.025318, rel=1e-4)
    # The data end with the sale, on day 21 of the 30 that the list is paid over.
    bought = rows.loc["list"]
    assert (bought["cost"], bought["customers"]) == (pytest.approx(210), 0)
    assert bought["cac_at_least"] == pytest.approx(210 / 2.9957, rel=1e-4)
    assert (bought["roi"], bought["eventual"]) == (-1, 0)
    assert pd.isna(bought["cac"])
    # Unknown is not nothing.
    assert rows.loc[["seo", "~", "tv"], "cost"].isna().all()
    assert rows.loc[["radio", "tv"], "leads"].tolist() == [0, 0]
    assert rows.at["radio", "cost"] == 70
    total = found.rows.iloc[-1]
    assert (total["leads"], total["cost"], total["cost_is_whole"]) == (8, 18_280, False)


def test_spend_is_not_split_by_what_it_does_not_have(fair: Generation) -> None:
    view = View().where("team", ["North"])
    found = costs(Scope(view, fair))
    assert found.unsplit == unsplit(view) == ("team",)
    assert found.rows["segment"].iloc[:-1].tolist() == ["event"]
    assert found.rows["cost"].isna().all()
    assert found.rows["customers"].tolist() == [1, 1]


def test_a_filter_of_its_own_holds_for_spend(fair: Generation) -> None:
    rows = costs(Scope(View(by="channel").where("source", ["event", None]), fair)).rows
    # The leads made here have no channel; what was spent on the event has that of events.
    assert rows["segment"].iloc[:-1].tolist() == ["~", "event"]
    assert rows["cost"].iloc[-1] == 18_000


def test_what_was_paid_before_the_first_lead_counts(tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": START, "source": "list"}]
    paid = [{"day": START.date() - timedelta(days=40), "source": "list", "amount": 10.0}]
    generation = store_of(tmp_path, leads, spend=paid).generation()
    assert spend(Scope(View(), generation)) == {"list": 10.0}
    assert spend(Scope(View().during(last=START.date()), generation)) == {"list": 10.0}
    assert spend(Scope(View().during(first=START.date()), generation)) == {}


def test_a_pipeline_without_customers(tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": START, "source": "list"}]
    paid = [{"day": START.date(), "source": "list", "amount": 10.0}]
    generation = store_of(tmp_path, leads, spend=paid, pipeline=SHORT).generation()
    rows = costs(Scope(View(), generation)).rows
    assert rows["cost_per_lead"].tolist() == [10, 10]
    assert (
        rows[["customers", "open", "cac", "cac_at_least", "eventual", "value"]]
        .isna()
        .all(axis=None)
    )


def test_the_answer_brings_its_question(fair: Generation) -> None:
    found = costs(Scope(View(level="stage", mode="flow"), fair))
    asked = found.asked.rows().set_index("segment")
    rows = found.rows.dropna(subset="segment").set_index("segment").loc[asked.index]
    for name in ("leads", "prospects", "opportunities", "customers"):
        assert asked[name].tolist() == rows[name].tolist()


def test_nobody_at_all(fair: Generation) -> None:
    rows = costs(Scope(View().during(last=START.date() - timedelta(days=900)), fair)).rows
    assert rows["segment"].isna().tolist() == [True]
    assert rows["leads"].tolist() == [0]
    assert rows[["cost", "cost_per_lead", "usable_rate", "eventual"]].isna().all(axis=None)


def test_purchased_lists_look_cheap_and_are_dear(whole_sample: Generation) -> None:
    """The first story of `data/sample.md`, to the digits of its table."""
    chapter = STORY.split("## 1. ")[1].split("## 2. ")[0]
    lines = [line for line in chapter.splitlines() if line.startswith("| ")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    names, said = table[0], [dict(zip(table[0], row, strict=True)) for row in table[2:]]
    assert (names[0], len(said)) == ("source", 5)
    rows = costs(Scope(FIFTEEN_MONTHS, whole_sample)).rows.set_index("segment")
    for entry in said:
        row = rows.loc[entry["source"]]
        assert row["leads"] == int(entry["leads"])
        assert row["customers"] == int(entry["customers"])
        assert 100 * row["prospects"] / row["leads"] == pytest.approx(
            float(entry["prospect_percent"]), abs=0.051
        )
        for name, of in (
            ("cost_per_lead", "cost_per_lead"),
            ("cost_per_prospect", "cost_per_prospect"),
            ("cost_per_customer", "cac"),
        ):
            assert row[of] / 1000 == pytest.approx(int(entry[name]), abs=0.501)
    # Eight customers are few, but surely dearer than those of Google Ads.
    assert rows.at["purchased_list", "cac_low"] > rows.at["google_ads", "cac"]
    # What a referral costs is not known.
    assert pd.isna(rows.at["referral", "cost"])


def test_usable_leads_are_listed(whole_sample: Generation) -> None:
    view = FIFTEEN_MONTHS.where("source", ["purchased_list"])
    listed = usable(Scope(view, whole_sample))
    assert len(listed) == costs(Scope(view, whole_sample)).rows["usable"].iloc[-1]
    assert set(listed["screening"]) == {"ok"}


def test_usable_is_what_screening_says_and_one_number_with_that_of_quality(
    whole_sample: Generation,
) -> None:
    scope = Scope(FIFTEEN_MONTHS, whole_sample)
    found, worth = costs(scope), quality(scope)
    assert found.is_screened
    said = found.rows.iloc[:-1].set_index("segment")
    for row in worth.rows.itertuples(index=False):
        counted = said.loc[row.source]
        assert (counted["leads"], counted["usable"]) == (row.leads, row.usable)
        assert counted["usable_rate"] == row.usable_rate
        for name in ("cost_per_lead", "cost_per_usable"):
            assert counted[name] == pytest.approx(getattr(row, name), nan_ok=True)
    assert found.rows["usable"].iloc[-1] == worth.total["usable"]
    assert (said["not_disqualified"] != said["usable"]).any()


def test_of_leads_that_were_not_screened_nobody_knows_which_are_usable(tmp_path: Path) -> None:
    head = "lead_id,created_at,source,email\n"
    (tmp_path / "a.csv").write_text(f"{head}A,2026-01-01,web,an@x.vn\nB,2026-01-02,fair,lan@\n")
    (tmp_path / "b.csv").write_text(
        "lead_id,created_at,source\nC,2026-01-03,web\nD,2026-01-03,list\n"
    )
    (tmp_path / "spend.csv").write_text("day,source,spend\n2026-01-01,web,100\n")
    store = Store(tmp_path / "store")
    load(store, [tmp_path / f"{name}.csv" for name in ("a", "b", "spend")])
    rows = costs(Scope(View(), store.generation())).rows.set_index("segment")
    assert rows.loc["web", ["leads", "usable", "usable_rate", "unscreened"]].tolist() == [
        2,
        1,
        1,
        1,
    ]
    assert pd.isna(rows.loc["web", "cost_per_usable"])
    assert rows.loc["fair", ["usable", "usable_rate"]].tolist() == [0, 0]
    assert rows.loc["list", ["usable", "usable_rate"]].isna().all()
    assert rows.loc["list", "not_disqualified"] == 1
