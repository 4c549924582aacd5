"""The table of costs: lower bounds are marked, unknown is no number, absent groups no column."""

from typing import Any
from unittest.mock import sentinel

import pandas as pd
import pytest

from analytics.sources.costs import COLUMNS, NONE_YET, Costs
from ui.language import current
from ui.page.table import Column
from ui.sources import costs_table


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def columns_of(*rows: dict[str, Any]) -> dict[str, Column]:
    """The columns of a table of sources by heading, in thousands."""
    flags = ["cost_is_whole", "expected_is_final", "eventual_is_final"]
    types = {name: "boolean" if name in flags else "float64" for name in COLUMNS[1:]}
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(types)
    found = Costs(frame, "source", "VND", 100, (), asked=sentinel.asked)
    return {column.heading: column for column in costs_table.columns(found, frame, 1e3)}


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
}


def test_what_is_whole_is_written_as_it_is() -> None:
    columns = columns_of(WON)
    assert list(columns["Source"].values) == ["SEO"]
    assert columns["CAC"].write == ["2.0"]
    assert columns["Expected"].write == ["5.3"]
    assert columns["ROI"].write == ["+50%"]
    assert list(columns["95% interval"].values) == ["0.80–7.0"]


def test_lower_bounds_are_marked() -> None:
    none_yet = {**WON, "customers": 0, "cac": None, "expected_is_final": False}
    partial = {**WON, "segment": None, "cost_is_whole": False}
    columns = columns_of(none_yet, partial)
    assert list(columns["Source"].values) == ["SEO", "Total"]
    assert list(columns["CAC"].values) == pytest.approx([8_000 / NONE_YET, 2_000])
    assert columns["CAC"].write == ["> 2.7", "≥ 2.0"]
    assert columns["Cost"].write == ["8.0", "≥ 8.0"]
    assert columns["Expected"].write == ["≥ 5.3", "5.3"]
    assert columns["ROI"].write == ["+50%", "≤ +50%"]
    assert list(columns["95% interval"].values) == ["", ""]


def test_a_cost_nobody_knows_is_no_number() -> None:
    columns = columns_of({**WON, "cost": None, "cac": None, "cost_is_whole": False})
    assert pd.Series(columns["CAC"].values).isna().all()
    assert pd.Series(columns["Cost"].values).isna().all()


def test_groups_that_the_pipeline_does_not_have_are_left_out() -> None:
    assert not columns_of(WON).keys() & {"/ prospect", "/ opportunity"}
    without = columns_of({**WON, "prospects": 6, "customers": None, "expected": None})
    assert "/ prospect" in without
    assert not without.keys() & {"Customers", "Expected", "CAC", "ROI", "CAC in the end"}
