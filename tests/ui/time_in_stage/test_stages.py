"""The card of all stages: what it says, how sure, and days for all of them."""

import math
from pathlib import Path

import pandas as pd
import pytest

from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.time_in_stage.slowest import Slowest
from analytics.view.view import View
from data.store import Store
from ui.board import board
from ui.language import current
from ui.time_in_stage import overdue, stages

DAY = 86_400.0


@pytest.fixture
def scope(sample_store: Path) -> Scope:
    return Scope(View(), Store(sample_store).generation())


@pytest.mark.parametrize(
    ("certainty", "median", "vi"),
    [
        pytest.param(
            Certainty.CERTAIN,
            33.2 * DAY,
            "Cơ hội là giai đoạn chậm nhất: một nửa số lead ở lại từ 33 ngày trở lên.",
            id="certain",
        ),
        pytest.param(
            Certainty.LIKELY,
            33.2 * DAY,
            "Cơ hội có lẽ là giai đoạn chậm nhất: một nửa số lead ở lại từ 33 ngày trở lên.",
            id="likely",
        ),
        pytest.param(
            Certainty.UNCLEAR,
            33.2 * DAY,
            "Cơ hội có vẻ chậm nhất: một nửa ở lại từ 33 ngày trở lên; "
            "SQL có thể cũng chậm như vậy.",
            id="unclear",
        ),
        pytest.param(
            Certainty.YOUNG, None, "Cơ hội: chưa đến một nửa số lead đã rời đi.", id="not-yet"
        ),
    ],
)
def test_the_headline(scope: Scope, certainty: Certainty, median: float | None, vi: str) -> None:
    found = Slowest("opportunity", "sql", median, certainty)
    assert stages.sentence(scope, found) == vi
    assert len(vi) <= 110
    current.use("en")
    assert len(stages.sentence(scope, found)) <= 110


def rows(scope: Scope, *medians: float) -> pd.DataFrame:
    """The stages with these medians in days, each limit a twentieth away."""
    slugs = scope.generation.pipeline.slugs[:-1]
    seconds = [each * DAY for each in medians]
    return pd.DataFrame(
        {
            "stage": slugs,
            "stays": 900,
            "median_seconds": seconds,
            "median_low": [each * 0.95 for each in seconds],
            "median_high": [each * 1.05 for each in seconds],
            "p90_seconds": [each * 3 for each in seconds[:-1]] + [math.nan],
        }
    )


@pytest.mark.parametrize(
    ("medians", "vi"),
    [
        pytest.param((0.4, 4, 5, 9, 17, 33), "Càng gần chốt càng chờ lâu", id="rising"),
        pytest.param((0.4, 4, 5, 9, 33, 17), "Lâu nhất ở SQL: một nửa ở lại 33 ngày", id="not"),
        pytest.param((0.4, 4, 5, 9, 17, math.nan), "Cơ hội: chưa tới một nửa rời đi", id="unknown"),
    ],
)
def test_the_title(scope: Scope, medians: tuple[float, ...], vi: str) -> None:
    title = stages.finding(scope, rows(scope, *medians))
    assert title.startswith(vi)
    assert len(title) <= 60


def test_all_stages_are_in_days(scope: Scope) -> None:
    told = stages.rows(scope, rows(scope, 0.4, 4, 5.3, 9, 17, 33))
    texts = [[cell.value for cell in row.cells if isinstance(cell, board.Text)] for row in told]
    assert texts[0] == ["Lead", "chưa đến 1 ngày", "1 ngày"]
    assert texts[2] == ["MQL", "5 ngày", "16 ngày"]
    assert texts[-1] == ["Cơ hội", "33 ngày", "chưa đến"]
    bars = [row.cells[1] for row in told]
    assert all(isinstance(bar, board.Bar) for bar in bars)
    assert [bar.high for bar in bars if isinstance(bar, board.Bar)][-1] is None


@pytest.mark.parametrize(
    ("late", "saved", "left", "vi"),
    [
        pytest.param(1760, 849, 900, "1.760 lead quá hạn, 849 còn cứu được", id="some"),
        pytest.param(313, 313, 0, "313 lead quá hạn, đều còn cứu được", id="all"),
        pytest.param(0, 0, 900, "Không có lead nào quá hạn", id="none-late"),
        pytest.param(0, 0, 0, "Không có lead nào đang mở", id="none-open"),
    ],
)
def test_what_is_late(late: int, saved: int, left: int, vi: str) -> None:
    found = pd.DataFrame(
        {"open": [late + left], "overdue": [saved], "let_go": [late - saved], "in_time": [left]}
    )
    assert overdue.finding(found) == vi
    assert len(vi) <= 42
