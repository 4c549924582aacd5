"""What the cards of Sources say of a scoreboard: no more than it holds."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.scope import Scope
from analytics.sources import reallocation
from analytics.sources.scoreboard import Scoreboard, scoreboard
from analytics.view.view import View
from data.store import Generation
from ui.language import current
from ui.sources import common_paths, next_money, opened, quality
from ui.sources import scoreboard as card


@pytest.fixture(scope="module")
def found(whole_sample: Generation) -> Scoreboard:
    return scoreboard(Scope(View.from_link("period=last-365d")[0], whole_sample))


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def advised(found: Scoreboard, **advice: str) -> Scoreboard:
    """The same with other advice for some sources, and to keep for all others."""
    rows = found.rows.assign(recommendation="keep")
    for name, each in advice.items():
        rows.loc[rows["segment"] == name, "recommendation"] = each
    return replace(found, rows=rows)


@pytest.mark.parametrize(
    ("advice", "by", "said"),
    [
        ({"seo": "increase", "tv": "decrease"}, "source", "1 source to grow, 1 to cut"),
        ({"seo": "increase"}, "source", "1 source to grow, none to cut"),
        ({"tv": "decrease"}, "source", "No source to grow, 1 to cut"),
        ({}, "source", "No source clearly deserves more or less money"),
        ({"seo": "increase"}, "channel", "1 to grow, 0 to cut"),
    ],
)
def test_the_title_counts_the_advice(
    found: Scoreboard, advice: dict[str, str], by: str, said: str
) -> None:
    assert card.finding(replace(advised(found, **advice), by=by)) == said


def test_what_speaks_against_the_advice_is_said_beside_it(found: Scoreboard) -> None:
    rows = card.shown(found)
    notes = {
        row.segment: card.against(row) for row in rows.itertuples(index=False) if card.against(row)
    }
    told = rows[rows["revenue_disagrees"] & rows["recommendation"].isin(["increase", "decrease"])]
    assert sorted(notes) == sorted(told["segment"])
    assert set(notes.values()) <= {"against the advice"}
    assert card.against(next(rows.assign(revenue_disagrees=pd.NA).itertuples(index=False))) == ""


def test_without_a_price_nothing_is_advised(found: Scoreboard) -> None:
    said = card.finding(replace(found, price=None))
    assert said == "Which source deserves money is not known yet"


def test_what_brings_nobody_is_cut_in_a_row_of_its_own(found: Scoreboard) -> None:
    rows = found.rows.copy()
    at = rows["segment"] == "linkedin_ads"
    rows.loc[at, ["expected", "expected_low", "cost_a_customer", "cost_high"]] = [0, 0, None, None]
    rows.loc[at, "cost_low"] = 50e6
    nobody = replace(found, rows=rows)
    assert "linkedin_ads" in card.shown(nobody)["segment"].tolist()
    row = next(rows[at].itertuples(index=False))
    assert "one would cost ₫50M at least" in opened.reasons(nobody, row)[0]


def test_the_next_money_sets_the_best_beside_the_dearest(found: Scoreboard) -> None:
    rows = reallocation.can_take(found, 100_000_000)
    shown = next_money.picked(rows)["segment"].tolist()
    assert shown == ["webinar", "blog", "google_ads", "purchased_list"]
    assert next_money.finding(found, rows, 10**8) == "The next ₫100M: Webinars first"
    none = advised(found)
    rows = reallocation.can_take(none, 10**8)
    assert "no source clearly deserves it" in next_money.finding(none, rows, 10**8)


def test_a_source_is_named_as_better_only_where_it_surely_is(found: Scoreboard) -> None:
    assert quality.finding(found) == "Referral closes 3 times as often as average"
    ripe = found.rows["segment"].isin(["google_ads", "seo"]) | found.rows["segment"].isna()
    alike = replace(found, rows=found.rows[ripe])
    assert quality.finding(alike) == "No source clearly closes far more leads than others"
    nobody = found.rows.assign(expected=0.0)
    assert "not known yet" in quality.finding(replace(found, rows=nobody))


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.5, (1, 2)),
        (0.41, (2, 5)),
        (0.68, (2, 3)),
        (0.99, (1, 1)),
        (0.13, (1, 10)),
        (0.01, (0, 1)),
    ],
)
def test_a_share_is_said_simply(share: float, said: tuple[int, int]) -> None:
    assert common_paths.simply(share) == said


def test_paths_are_titled_by_where_most_begin_or_end() -> None:
    places = pd.DataFrame(
        {
            "source": ["seo", "webinar"],
            "first": [40, 10],
            "last": [5, 20],
            "conversions": [100, 100],
        }
    )
    assert common_paths.finding(places, "source") == "2 in 5 customers start with SEO"
    places["last"] = [5, 99]
    assert (
        common_paths.finding(places, "source") == "Nearly all customers came through Webinars last"
    )
    assert common_paths.finding(places.iloc[:0], "source") == "No path of a customer is known"
