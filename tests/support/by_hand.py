"""Journeys told by hand, without a store, and the credit that is given for them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import pandas as pd

from analytics.sources.attribution import Attribution, shared
from analytics.sources.touchpoints import Touchpoints, make_journeys
from analytics.view.attribution_rules import Credit
from data.session import Session
from tests.support.reference_credit import Journey

JAN = datetime(2024, 1, 1)
DAY = timedelta(days=1)
Path = tuple[str | None, ...]
"""The sources of a journey in order; None for a touch without one."""


def given_by(found: Attribution, model: str, column: str = "credit") -> dict[str | None, float]:
    """A model's credit by source; None for what no source can be credited with."""
    rows = found.rows[found.rows["model"] == model]
    return {
        source if isinstance(source, str) else None: amount
        for source, amount in zip(rows["source"], rows[column], strict=True)
    }


def assert_adds_up(found: Attribution) -> None:
    sums = found.rows.groupby("model")[["credit", "value"]].sum()
    near = 1e-9 * max(1.0, found.conversions)
    assert (abs(sums["credit"] - found.conversions) <= near).all()
    assert (abs(sums["value"] - found.value) <= 1e-9 * max(1.0, abs(found.value))).all()


def of_paths(paths: Sequence[tuple[Path, int, int]], credit: Credit | None = None) -> Attribution:
    """The credit for journeys told as paths with how many won and lost, each one day a touch."""
    return of_journeys(on_paths(paths), credit)


def on_paths(paths: Sequence[tuple[Path, int, int]]) -> list[Journey]:
    found = [
        Journey(path, 1.0, 0.0, days=tuple(range(len(path) - 1, -1, -1)))
        for path, won, _ in paths
        for _ in range(won)
    ]
    found += [Journey(path, 0.0, 1.0) for path, _, lost in paths for _ in range(lost)]
    return found


def of_journeys(found: list[Journey], credit: Credit | None = None) -> Attribution:
    with told(found) as touches:
        return shared(touches, credit or Credit())


@contextmanager
def told(found: list[Journey]) -> Iterator[Touchpoints]:
    """The touchpoints of journeys, of which any rules may be asked."""
    with Session.apart() as session:
        session.put(
            "journey_leads",
            pd.DataFrame(
                {
                    "journey": range(len(found)),
                    "lead_number": range(len(found)),
                    "company_number": pd.array([None] * len(found), dtype="Int32"),
                    "converted": [journey.conversions > 0 for journey in found],
                    "conversions": [journey.conversions for journey in found],
                    "losses": [journey.losses for journey in found],
                    "value": [journey.value for journey in found],
                    "ended_at": JAN,
                    "bucket": [number % 200 for number in range(len(found))],
                }
            ),
        )
        touches = pd.DataFrame(
            {
                "journey": range(len(found)),
                "touched_at": [
                    [JAN - day * DAY for day in journey.days or [0] * len(journey.sources)]
                    for journey in found
                ],
                "sources": [list(journey.sources) for journey in found],
                "created_place": [journey.created + 1 for journey in found],
                "opportunity_place": pd.array(
                    [None if each.opportunity is None else each.opportunity + 1 for each in found],
                    dtype="Int32",
                ),
            }
        )
        session.put("touches", touches)
        session.make(
            "journey_touches",
            "select journey_leads.*, false as is_own, created_place, opportunity_place, "
            "cast(touched_at as timestamp[]) as touched_at, cast(touched_at as timestamp[])[1] "
            "as began_at, cast(sources as varchar[]) as sources "
            "from journey_leads join touches on touches.journey = journey_leads.journey",
        )
        make_journeys(session, "journey_sources")
        yield Touchpoints(session, "VND")
