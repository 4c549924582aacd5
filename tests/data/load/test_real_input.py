"""Public data that nobody here made, loaded with the example mappings, gives the known answers."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from data.load.loader import load
from data.load.summary import Summary
from data.mapping.mapping import Mapping
from data.store import Generation, Store

MAPPINGS = Path(__file__).parents[2] / "mappings"


def loaded(tmp_path: Path, mapping: str, *files: Path) -> tuple[Summary, Generation]:
    store = Store(tmp_path / "store")
    summary = load(store, files, mapping=Mapping.read(MAPPINGS / mapping))
    return summary, store.generation()


ORIGINS = {
    "organic_search": (2296, 271, 14.0), "paid_search": (1586, 195, 15.0),
    "social": (1350, 75, 30.0), "unknown": (1099, 179, 11.0), "direct_traffic": (499, 56, 10.0),
    "email": (493, 15, 21.0), "referral": (284, 24, 18.5), "other": (150, 4, 9.0),
    "display": (118, 6, 8.5), "other_publicities": (65, 3, 35.0), None: (60, 14, 7.5),
}  # fmt: skip
MONTHS = {
    "2017-06": (4, 0), "2017-07": (239, 2), "2017-08": (386, 9), "2017-09": (312, 7),
    "2017-10": (416, 14), "2017-11": (445, 18), "2017-12": (200, 11), "2018-01": (1141, 152),
    "2018-02": (1028, 149), "2018-03": (1174, 167), "2018-04": (1352, 183), "2018-05": (1303, 130),
}  # fmt: skip

BY_ORIGIN = """
    with days as (
        select
            lead_number,
            any_value(source) as source,
            any_value(created_at) as created_at,
            any_value(timezone($zone, timezone('UTC', created_at)))::date as created_on,
            any_value(timezone($zone, timezone('UTC', reached_at))) filter (stage = 'won')::date
                as won_on
        from reaches
        group by lead_number
    )
"""


@pytest.mark.parametrize(
    "files",
    [
        ("olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"),
        ("variants/mql_ddmmyyyy.csv", "variants/closed_deals_ddmmyyyy.csv"),
        ("variants/mql_mdyyyy.csv", "variants/closed_deals_ddmmyyyy.csv"),
    ],
    ids="iso day-month-year month-day-year".split(),
)
def test_olist(tmp_path: Path, real_data: Path, files: tuple[str, ...]) -> None:
    folder = real_data / "olist_funnel"
    summary, generation = loaded(tmp_path, "olist.toml", *(folder / name for name in files))
    assert (summary.leads, summary.reasons, summary.loaded) == (8000, {}, 8842)
    zone = {"zone": generation.time_zone}
    by_origin = generation.query(
        BY_ORIGIN + "select source, count(*) as leads, count(won_on) as won, "
        "median(won_on - created_on) as days from days group by source",
        zone,
    ).astype(object)
    rows = by_origin.where(by_origin.notna(), None).itertuples(index=False)
    assert {source: (leads, won) for source, leads, won, _ in rows} == {
        source: counts[:2] for source, counts in ORIGINS.items()
    }
    # The deal that was won two days before its first contact counts at the contact.
    days = {row.source: row.days for row in by_origin.itertuples() if isinstance(row.source, str)}
    assert days == {source: counts[2] for source, counts in ORIGINS.items() if source}
    by_month = generation.query(
        BY_ORIGIN + "select strftime(created_on, '%Y-%m') as month, count(*) as leads, "
        "count(won_on) as won from days group by 1",
        zone,
    )
    months = {row.month: (row.leads, row.won) for row in by_month.itertuples()}
    assert months == MONTHS
    # An opening time for each lead: midnight in the store's zone.
    assert generation.first_event == datetime(2017, 6, 14, 3)


def test_maven(tmp_path: Path, real_data: Path) -> None:
    names = ("sales_pipeline", "sales_teams", "accounts", "products")
    files = (real_data / "maven_crm" / f"{name}.csv" for name in names)
    summary, generation = loaded(tmp_path, "maven.toml", *files)
    assert (summary.files[0].read, summary.files[0].reasons) == (8800, {"missing_date": 500})
    assert summary.leads == 8300
    outcomes = generation.query(
        """
        select
            leads.region,
            count(*) as leads,
            count(*) filter (outcome.stage = 'won') as won,
            count(*) filter (outcome.stage = 'lost') as lost,
            sum(leads.amount) filter (outcome.stage = 'won') as revenue,
        from leads
        left join stage_history as outcome
            on leads.lead_id = outcome.lead_id and outcome.stage in ('won', 'lost')
        group by 1
        """
    )
    total = outcomes.sum(numeric_only=True)
    assert (total.won, total.lost, total.leads - total.won - total.lost) == (4238, 2473, 1589)
    assert total.revenue == 10_005_534
    rates = {
        row.region: round(100 * row.won / (row.won + row.lost), 2) for row in outcomes.itertuples()
    }
    assert rates == {"Central": 62.56, "East": 63.02, "West": 63.94}
    products = generation.query("select distinct product, series from leads order by 1")
    assert ("GTX Pro", "GTX") in set(products.itertuples(index=False, name=None))
    assert not products.series.isna().any()
    industries = set(generation.query("select distinct industry from leads").industry.dropna())
    assert "technology" in industries
    assert "technolgy" not in industries


REACHED = {
    "A_SUBMITTED": 13087, "A_PARTLYSUBMITTED": 13087, "A_PREACCEPTED": 7367, "A_ACCEPTED": 5113,
    "A_FINALIZED": 5015, "A_APPROVED": 2246,
}  # fmt: skip
HOURS = [
    ("A_PARTLYSUBMITTED", "A_PREACCEPTED", 7367, 0.012035, 2.081287),
    ("A_PREACCEPTED", "A_ACCEPTED", 5113, 4.120145, 18.685390),
    ("A_ACCEPTED", "A_FINALIZED", 5015, 0.051106, 0.156959),
    ("A_FINALIZED", "A_APPROVED", 2246, 331.838199, 383.945615),
    ("A_SUBMITTED", "A_APPROVED", 2246, 346.479426, 399.812527),
    ("A_SUBMITTED", "A_DECLINED", 7635, 0.187003, 49.153656),
    ("A_SUBMITTED", "A_CANCELLED", 2807, 404.305425, 446.302988),
]


def test_bpic_2012(tmp_path: Path, real_data: Path) -> None:
    summary, generation = loaded(
        tmp_path, "bpic2012.toml", real_data / "bpic2012" / "applications.csv.gz"
    )
    assert (summary.leads, summary.loaded, summary.reasons) == (13087, 60849, {})
    assert summary.unknown_stages == {"A_ACTIVATED": 2246, "A_REGISTERED": 2246}
    reached = generation.query("select stage, count(*) as n from reaches group by 1")
    assert dict(zip(reached.stage, reached.n, strict=True)) == REACHED
    exits = generation.query(
        "select stage, count(distinct lead_id) as n from stage_history "
        "where stage in ('A_DECLINED', 'A_CANCELLED') group by 1"
    )
    assert dict(zip(exits.stage, exits.n, strict=True)) == {"A_DECLINED": 7635, "A_CANCELLED": 2807}
    outcomes = "('A_DECLINED', 'A_CANCELLED', 'A_APPROVED')"
    still_open = generation.query(
        "select count(*) as n from leads anti join "
        f"(select lead_id from stage_history where stage in {outcomes}) using (lead_id)"
    )
    assert still_open.n[0] == 399
    first = generation.query(
        "select lead_id, stage, min(entered_at) as entered_at from stage_history group by 1, 2"
    ).pivot(index="lead_id", columns="stage", values="entered_at")
    for before, after, count, median, mean in HOURS:
        hours = (first[after] - first[before]).dropna() / pd.Timedelta(hours=1)
        assert (len(hours), round(hours.median(), 6), round(hours.mean(), 6)) == (
            count,
            median,
            mean,
        )
