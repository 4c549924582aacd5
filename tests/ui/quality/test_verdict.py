"""The sentence about quality: the dirtiest source that is surely so, and what it costs."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.quality.quality import WORSE, Quality, quality
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from ui.language import current
from ui.quality import verdict


@pytest.fixture(scope="module")
def found(whole_sample: Generation) -> Quality:
    return quality(Scope(View.from_link("period=last-365d")[0], whole_sample))


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def judged(found: Quality, **rates: float) -> Quality:
    """The same with these sources found worse at these rates, and no other one at all."""
    rows = found.rows.assign(finding=None)
    for source, rate in rates.items():
        rows.loc[rows["source"] == source, ["finding", "usable_rate"]] = WORSE, rate
    return replace(found, rows=rows)


def test_it_is_the_lowest_of_those_that_are_surely_low(found: Quality) -> None:
    rows = judged(found, seo=0.4, webinar=0.3)
    rows.rows.loc[rows.rows["source"] == "referral", "usable_rate"] = 0.1  # which may be chance
    assert verdict.worst_of(rows).source == "webinar"
    assert verdict.worst_of(judged(found)) is None


def test_a_cost_is_said_where_it_is_known(found: Quality) -> None:
    known = verdict.worst_of(judged(found, google_ads=0.4))
    assert pd.notna(known.cost_per_usable)
    assert "so a usable one costs" in verdict._of_worst(found, known)
    unknown = found.rows.assign(cost_per_usable=None)
    row = verdict.worst_of(judged(replace(found, rows=unknown), google_ads=0.4))
    assert "only 40 of 100 leads are usable; over all sources" in verdict._of_worst(found, row)
