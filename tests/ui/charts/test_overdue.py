"""Overdue: the parts of a bar add up, and those to be called stand out."""

import pandas as pd
import pytest

from tests.support.figures import BOTH, texts
from ui import charts
from ui.language import current
from ui.theme import LIGHT, Look, contrast


@pytest.fixture
def stages() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stage": ["lead", "sal"],
            "label": ["Lead", "SAL <mới>"],
            "open": [355, 450],
            "overdue": [141, 136],
            "let_go": [206, 0],
            "in_time": [8, 314],
            "text": ["hạn 1 ngày", ""],
        }
    )


def test_a_bar_has_the_whole_width(stages: pd.DataFrame) -> None:
    margin = charts.overdue(stages, LIGHT).layout.margin
    assert (margin.l, margin.r) == (0, 0)  # on a phone there is room for its counts


@BOTH
def test_the_parts_of_a_bar_add_up(stages: pd.DataFrame, look: Look) -> None:
    late, long_late, in_time = charts.overdue(stages, look).data
    assert list(late.base) == [0, 0]
    assert list(long_late.base) == [141, 136]
    assert list(in_time.base) == [347, 136]
    assert [base + x for base, x in zip(in_time.base, in_time.x, strict=True)] == [355, 450]
    assert list(long_late.text) == ["206", ""]
    assert contrast(late.marker.color, look.background) > 3


def test_its_texts(stages: pd.DataFrame) -> None:
    found = texts(charts.overdue(stages, LIGHT))
    assert any(text.startswith("<b>SAL &lt;mới&gt;</b>") for text in found)
    assert any("hạn 1 ngày" in text for text in found)
    assert "nên buông" in found[-1]
    current.use("en")
    assert "to let go" in texts(charts.overdue(stages, LIGHT))[-1]


def test_nobody_is_open(stages: pd.DataFrame) -> None:
    assert charts.overdue(stages.iloc[:0], LIGHT).layout.height > 0
