"""What the cards over time call a finding, and what they call none."""

import pandas as pd

from ui.funnel.cohorts import finding as cohorts_finding
from ui.funnel.trend import finding as trend_finding
from ui.language import current


def trend_rows(*buckets: tuple[int, int, bool], deff: float = 1.0) -> pd.DataFrame:
    rows = pd.DataFrame(buckets, columns=["reached", "entered", "immature"])
    return rows.assign(deff=deff)


def test_a_trend_is_called_one_only_when_it_is_sure() -> None:
    current.use("en")
    steady = [(100, 1000, False)] * 4
    assert trend_finding(trend_rows(*steady, (200, 1000, False), (200, 1000, False))) == (
        "The rate rose: 20.0%, was 10.0%"
    )
    assert trend_finding(trend_rows(*steady, (50, 1000, False), (50, 1000, False))) == (
        "The rate fell: 5.0%, was 10.0%"
    )
    assert trend_finding(trend_rows(*steady, (101, 1000, False))) == "No sure change: lately 10.1%"
    # As many leads of few companies are less sure.
    fewer = trend_rows(*steady, (50, 1000, False), (50, 1000, False), deff=40.0)
    assert trend_finding(fewer) == "No sure change: lately 5.0%"
    # What is not final says nothing, however low it is.
    assert trend_finding(trend_rows(*steady, (0, 5000, True))) == "No sure change: lately 10.0%"
    assert trend_finding(trend_rows((1, 5000, True), (0, 5000, True))) == "Too early for a trend"
    assert trend_finding(trend_rows((1, 5, False), (0, 5, False))) == (
        "Not enough data to conclude from"
    )


def test_months_are_compared_at_one_age() -> None:
    current.use("en")

    def rows(*reached: int) -> pd.DataFrame:
        cells = [
            {"cohort": month, "age_months": age, "within_days": 30 * (age + 1), "leads": 1000}
            | {
                "deff": 1.0,
                "reached": count * (age + 1),
                "complete": age == 0 or month < len(reached) - 1,
            }
            for month, count in enumerate(reached)
            for age in (0, 1)
        ]
        return pd.DataFrame(cells)

    # The newest month has not had 60 days: it is no part of what is said of them.
    assert cohorts_finding(rows(100, 100, 100, 50)) == (
        "Newer months: no clear change within 60 days"
    )
    assert cohorts_finding(rows(100, 100, 50, 50)) == (
        "Newer months do worse: 10.0% in 60 days, was 20.0%"
    )
    assert cohorts_finding(rows(100)) == "Too early to compare the months"
