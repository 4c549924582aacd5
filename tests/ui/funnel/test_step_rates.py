"""The title of step rates names who stands apart, at the step that is shown."""

from pathlib import Path

import pytest

from analytics.bottlenecks.segment_rates import SegmentRate, SegmentRates
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from ui.funnel import step_rates
from ui.language import current

APART = "\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}"


@pytest.fixture
def scope(sample_store: Path) -> Scope:
    return Scope(View(), Store(sample_store).generation())


def rates(difference: float, certainty: Certainty, place: str = "") -> SegmentRates:
    one = SegmentRate(
        "sal", "sql", "Đội kinh doanh miền Trung", 300, 0.3, 0.25, 0.35, difference, -0.4, -0.2,
        1e-9, 1e-8, certainty, place,
    )  # fmt: skip
    rest = SegmentRate("sal", "sql", "Hà Nội", 900, 0.6, 0.5, 0.7)
    return SegmentRates((one, rest), {"sal": 0.5})


@pytest.mark.parametrize(
    ("found", "en", "vi", "is_bad"),
    [
        pytest.param(
            rates(-0.3, Certainty.CERTAIN, "lowest"),
            f"Đội kinh doanh miền… is lowest at SAL{APART}SQL",
            f"Đội kinh doanh miền… thấp nhất ở bước SAL{APART}SQL",
            True,
            id="lowest",
        ),
        pytest.param(
            rates(-0.3, Certainty.CERTAIN),
            f"Đội kinh doanh miền… is below the rest at SAL{APART}SQL",
            f"Đội kinh doanh miền… thấp hơn các nhóm khác ở SAL{APART}SQL",
            True,
            id="below",
        ),
        pytest.param(
            rates(0.3, Certainty.CERTAIN, "highest"),
            f"Đội kinh doanh miền… is highest at SAL{APART}SQL",
            f"Đội kinh doanh miền… cao nhất ở bước SAL{APART}SQL",
            False,
            id="highest",
        ),
        pytest.param(
            rates(-0.3, Certainty.LIKELY, "lowest"),
            f"SAL{APART}SQL: no team stands apart",
            f"SAL{APART}SQL: chưa thấy đội nào khác hẳn",
            False,
            id="only-likely",
        ),
        pytest.param(
            SegmentRates((SegmentRate("sal", "sql", "a", 9, 0.3, 0.1, 0.6),), {}),
            f"SAL{APART}SQL: too little data to compare",
            f"SAL{APART}SQL: chưa đủ dữ liệu để so",
            False,
            id="few",
        ),
    ],
)
def test_who_is_named(scope: Scope, found: SegmentRates, en: str, vi: str, is_bad: bool) -> None:
    for lang, expected in (("en", en), ("vi", vi)):
        current.use(lang)
        told = step_rates.finding(scope, found, "sal", "team")
        assert told.title == expected
        assert told.is_bad is is_bad
        assert len(told.title) <= 60


def test_the_step_where_somebody_stands_apart_is_shown(scope: Scope) -> None:
    assert step_rates.shown(scope, rates(-0.3, Certainty.CERTAIN)) == "sal"
    assert step_rates.shown(scope, rates(-0.3, Certainty.UNCLEAR)) == "opportunity"
    by_stage = scope.at(View(level="stage", stage="mql"))
    assert step_rates.shown(by_stage, rates(-0.3, Certainty.CERTAIN)) == "iql"
    at_the_first = scope.at(View(level="stage", stage="lead"))
    assert step_rates.shown(at_the_first, rates(-0.3, Certainty.CERTAIN)) == "sal"
