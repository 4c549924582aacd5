"""The title of how soon leads arrive: whose come sooner, in words, where enough have come."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from ui.language import current
from ui.sources import mix

DAY = 86_400.0


@pytest.mark.parametrize(
    ("slow", "vi", "en"),
    [
        pytest.param(62, "ngày", "All take about as long", id="alike"),
        pytest.param(80, "nhanh hơn Hội chợ", "to customer faster than Trade fairs", id="faster"),
        pytest.param(116, "nhanh gấp đôi Hội chợ", "twice as fast as Trade fairs", id="twice"),
        pytest.param(
            170, "nhanh gấp ba Hội chợ", "three times as fast as Trade fairs", id="three-times"
        ),
    ],
)
def test_who_is_faster(sample_store: Path, slow: float, vi: str, en: str) -> None:
    scope = Scope(View(by="source"), Store(sample_store).generation())
    summary = pd.DataFrame(
        {
            "segment": ["referral", "trade_fair", "tv"],
            "reached": [300, 90, 20],
            "is_final": [True, True, True],
            "median_seconds": [56 * DAY, slow * DAY, 900 * DAY],
        }
    )
    titles = {}
    for lang in ("vi", "en"):
        current.use(lang)
        titles[lang] = mix.arrival_finding(scope, summary)
        assert len(titles[lang]) <= 60
    assert en in titles["en"]
    assert vi in titles["vi"]
    if slow > 70:
        assert titles["vi"].startswith("Lead Giới thiệu")
    few = summary.assign(reached=[300, 20, 20])
    assert "Too few" in mix.arrival_finding(scope, few)


def test_those_of_the_title_have_a_curve() -> None:
    names = [f"large_{number}" for number in range(6)]
    summary = pd.DataFrame(
        {
            "segment": [*names, "slow", "nobody", "fast"],
            "reached": [*[300] * 6, 90, 0, 40],
            "is_final": True,
            "median_seconds": [*[90 * DAY] * 6, 150 * DAY, float("nan"), 50 * DAY],
        }
    )
    assert mix._drawn(summary) == [*names[:3], "slow", "fast"]
    alike = summary.assign(median_seconds=90 * DAY)
    assert mix._drawn(alike) == names[:5]
