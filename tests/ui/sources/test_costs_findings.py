"""The sentences about costs: what customers cost, and which sources are good or bad."""

from typing import Any
from unittest.mock import sentinel

import pandas as pd
import pytest

from analytics.sources.costs import COLUMNS, Costs
from ui.language import current
from ui.sources import costs_findings


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def costs_of(*rows: dict[str, Any]) -> Costs:
    """An answer about sources, of which the last row is all together."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return Costs(frame, "source", "VND", 100, (), asked=sentinel.asked)


def test_what_brought_nobody_is_part_of_what_a_customer_costs() -> None:
    found = costs_of(
        {"segment": "a", "cost": 600.0, "customers": 3, "cac": 200.0},
        {"segment": "b", "cost": 300.0, "customers": 0},
        {"segment": "c", "customers": 5},
        {"cost": 900.0, "customers": 8, "cac": 112.5},
    )
    assert costs_findings.money(found) == "CAC ₫300; none stands apart for sure"


@pytest.mark.parametrize("is_final", [True, False])
def test_who_may_still_become_good_is_not_called_bad(is_final: bool) -> None:
    known = {"leads": 200, "usable": 200, "eventual_is_final": True}
    young = {
        "eventual": 0.01,
        "eventual_at_least": 0.0,
        "eventual_at_most": 0.05 if is_final else 0.4,
    }
    found = costs_of(
        {
            "segment": "a",
            "cost": 100.0,
            "cost_per_usable": 0.5,
            **known,
            **young,
            "eventual_is_final": is_final,
        },
        {
            "segment": "b",
            "cost": 900.0,
            "cost_per_usable": 4.5,
            **known,
            "eventual": 0.2,
            "eventual_at_least": 0.15,
            "eventual_at_most": 0.25,
        },
        {"leads": 400, "eventual": 0.2},
    )
    said = costs_findings.quality(found)
    assert ("few become customers" in said) is is_final
