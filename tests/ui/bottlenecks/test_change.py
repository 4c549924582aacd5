"""What changed the number of customers is said of what changed, with the page to look on at."""

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.bottlenecks import change as changes
from analytics.bottlenecks.change import Change
from analytics.bottlenecks.waterfall import AFTER, BEFORE, LEADS, MIX
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from ui.bottlenecks import change
from ui.language import current


@pytest.fixture(scope="module")
def scope(sample_store: Path) -> Scope:
    return Scope(View(tab="change"), Store(sample_store).generation())


@pytest.fixture(scope="module")
def found(scope: Scope) -> Change:
    return changes.change(scope)


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def caused(found: Change, **values: float) -> Change:
    """The same with other effects, of those causes alone."""
    rows = found.waterfall.copy()
    rows.loc[~rows["key"].isin([BEFORE, AFTER]), "value"] = 0.0
    for key, value in values.items():
        rows.loc[rows["key"] == key, "value"] = value
    return replace(found, waterfall=rows, rate_low=None, rate_high=None)


@pytest.mark.parametrize(
    ("dimension", "said", "page"),
    [("source", "weaker lead sources", "sources"), ("industry", "weaker leads", "funnel")],
    ids=["by source", "by something else"],
)
def test_only_a_mix_of_sources_is_said_of_sources(
    scope: Scope, found: Change, dimension: str, said: str, page: str
) -> None:
    mixed = replace(
        caused(found, **{LEADS: 80.0, MIX: -34.0}),
        dimension=dimension,
        won_before=342,
        won_after=381,
    )
    assert change.waterfall_finding(mixed) == f"More leads, but {said}: 342 → 381 customers"
    link = change.where_to_look(scope, mixed)
    assert link is not None
    assert link[0] == page
    assert link[2] is not None
    assert link[2].tab is None


def test_lower_rates_lead_to_the_steps_and_nothing_leads_nowhere(
    scope: Scope, found: Change
) -> None:
    step = next(key for key in found.waterfall["key"] if ">" in key)
    lower = replace(caused(found, **{step: -20.0}), rate_low=-30.0, rate_high=-10.0)
    link = change.where_to_look(scope, lower)
    assert link is not None
    assert link[0] == "bottlenecks"
    assert change.where_to_look(scope, caused(found)) is None


def test_before_the_first_customer_there_is_nothing_to_take_apart(found: Change) -> None:
    nobody = replace(caused(found), won_before=0, won_after=0)
    assert change.waterfall_finding(nobody) == "No customers yet, in either period"
