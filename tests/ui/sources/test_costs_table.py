"""The table of costs: lower bounds are marked, unknown is no number, absent groups no column."""

from typing import Any
from unittest.mock import sentinel

import pandas as pd
import pytest

from analytics.sources.costs import COLUMNS, NONE_YET, Costs
from ui.board import board
from ui.language import current
from ui.page.table import Column
from ui.sources import costs_table


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def costs_of(*rows: dict[str, Any], margin: int = 100) -> Costs:
    """An answer of these rows."""
    flags = ["cost_is_whole", "expected_is_final", "eventual_is_final"]
    types = {name: "boolean" if name in flags else "float64" for name in COLUMNS[1:]}
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(types)
    return Costs(frame, "source", "VND", margin, (), asked=sentinel.asked)


def columns_of(*rows: dict[str, Any], margin: int = 100) -> dict[str, Column]:
    """The columns of a table of sources by heading, in thousands."""
    found = costs_of(*rows, margin=margin)
    return {column.heading: column for column in costs_table.columns(found, found.rows, 1e3)}


WON = {
    "segment": "seo",
    "leads": 10,
    "usable": 8,
    "customers": 4,
    "expected": 5.26,
    "expected_is_final": True,
    "cost": 8_000.0,
    "cost_is_whole": True,
    "cac": 2_000.0,
    "cac_low": 800.0,
    "cac_high": 7_000.0,
    "roi": 0.5,
    "value": 12_000.0,
}


def test_what_is_whole_is_written_as_it_is() -> None:
    columns = columns_of(WON)
    assert list(columns["Source"].values) == ["SEO"]
    assert columns["CAC"].write == ["2.0"]
    assert columns["Expected"].write == ["5.3"]
    assert list(columns["95% interval"].values) == ["0.80–7.0"]


def test_a_return_is_named_only_where_a_margin_was_entered() -> None:
    plain, said = columns_of(WON), columns_of(WON, margin=60)
    assert plain["Revenue to date per 1 spent"].write == ["₫2"]
    assert not [heading for heading in plain if "ROI" in heading]
    assert said["ROI at 60% margin"].write == ["+50%"]
    assert "Revenue to date per 1 spent" not in said


def test_a_total_holds_costs_against_what_they_were_for() -> None:
    unknown = {**WON, "segment": "referral", "cost": None, "cac": None, "leads": 90, "customers": 9}
    total = {**WON, "segment": None, "leads": 100, "customers": 13, "cost_is_whole": False}
    total |= {"cac": 8_000 / 13, "cost_per_lead": 80.0}
    row = costs_table.with_total(costs_of(WON, unknown, total)).iloc[0]
    assert (row["leads"], row["customers"]) == (100, 13)
    assert (row["cac"], row["cost_per_lead"]) == (2_000, 800)
    assert row["roi"] == pytest.approx((12_000 - 8_000) / 8_000)
    assert pd.isna(row["cac_low"])
    whole = costs_of(WON, {**WON, "segment": None})
    assert costs_table.with_total(whole).iloc[0]["cac_low"] == 800


def test_lower_bounds_are_marked() -> None:
    none_yet = {**WON, "customers": 0, "cac": None, "expected_is_final": False}
    columns = columns_of(none_yet, {**WON, "segment": None})
    assert list(columns["Source"].values) == ["SEO", "Total"]
    assert list(columns["CAC"].values) == pytest.approx([8_000 / NONE_YET, 2_000])
    assert columns["CAC"].write == ["> 2.7", "2.0"]
    assert columns["Expected"].write == ["≥ 5.3", "5.3"]
    assert list(columns["95% interval"].values) == ["", "0.80–7.0"]


def test_a_cost_nobody_knows_is_no_number() -> None:
    columns = columns_of({**WON, "cost": None, "cac": None, "cost_is_whole": False})
    assert pd.Series(columns["CAC"].values).isna().all()
    assert pd.Series(columns["Cost"].values).isna().all()


def test_groups_that_the_pipeline_does_not_have_are_left_out() -> None:
    assert not columns_of(WON).keys() & {"/ prospect", "/ opportunity"}
    without = columns_of({**WON, "prospects": 6, "customers": None, "expected": None})
    assert "/ prospect" in without
    assert not without.keys() & {"Customers", "Expected", "CAC", "Expected CAC"}


def test_the_board_says_what_decides_and_no_cost_that_nobody_knows() -> None:
    unknown = {**WON, "segment": "referral", "cost": None, "cac": None, "value": None}
    found = costs_of(WON, unknown, {**WON, "segment": None})
    heads = [column.label for column in costs_table.headings(found, found.rows)]
    assert heads[-4:] == ["Customers → expected", "CAC", "Revenue to date per 1 spent", "Cost"]
    rows = costs_table.lines(found, found.rows, 1e3, chosen="seo")
    assert [(row.id, row.chosen) for row in rows] == [
        ("seo", True),
        ("referral", False),
        (None, False),
    ]
    assert all(len(row.cells) == len(heads) for row in rows)
    said = dict(zip(heads, rows[0].cells, strict=True))
    assert said["CAC"] == board.Text("2.0", note="0.80–7.0", strong=True)
    assert said["Customers → expected"] == board.Text("4 → 5", whole=True)
    assert dict(zip(heads, rows[1].cells, strict=True))["Cost"] == board.Text("", note="unknown")
