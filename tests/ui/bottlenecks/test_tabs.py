"""The parts of the page say which days they count."""

import pytest

from analytics.view.view import View
from ui.bottlenecks import tabs
from ui.language import current


@pytest.mark.parametrize(
    ("tab", "days"),
    [(None, "Latest 91"), ("queues", "Latest 91"), ("change", "Latest 182"), ("flow", "91 mature")],
    ids=["ranking", "queues", "change", "flow"],
)
def test_each_part_says_which_days_it_counts(tab: str | None, days: str) -> None:
    current.use("en")
    assert tabs.latest_days(View(tab=tab)).startswith(days)
