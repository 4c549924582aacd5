"""Ageing: the parts of a bar add up and tell where they lead; what is not known is said."""

from itertools import pairwise

import pandas as pd
import pytest

from ui import charts
from ui.charts import mark
from ui.language import current
from ui.theme import DARK, LIGHT, contrast


@pytest.fixture
def stages() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stage": ["lead", "sal"],
            "label": ["Lead", "SAL <mới>"],
            "open": [355, 450],
            "under_median": [8, 152],
            "to_p90": [60, 298],
            "beyond_p90": [287, 0],
            "usual": ["16,6 giờ", "8,8 ngày"],
            "most": ["6,9 ngày", "chưa tới"],
            "limit": [None, "5 ngày"],
            "breached": pd.array([None, 210], dtype="Int64"),
        }
    )


def test_the_parts_of_a_bar_add_up(stages: pd.DataFrame) -> None:
    _rows, *parts = charts.ageing(stages, LIGHT).data
    for place, everyone in enumerate(stages["open"]):
        for before, after in pairwise(parts):
            assert after.base[place] == before.base[place] + before.x[place]
        assert parts[-1].base[place] + parts[-1].x[place] == everyone


def test_every_part_tells_its_stage_and_band(stages: pd.DataFrame) -> None:
    rows, *parts = charts.ageing(stages, LIGHT).data
    assert list(rows.customdata) == [mark.write("lead"), mark.write("sal")]
    for band, part in zip(("under_median", "to_p90", "beyond_p90"), parts, strict=True):
        assert list(part.customdata) == [mark.write("lead", band), mark.write("sal", band)]
    assert min(rows.x) > 450
    assert rows.hoverinfo == "none"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_its_texts(stages: pd.DataFrame, lang: str) -> None:
    current.use(lang)
    figure = charts.ageing(stages, LIGHT)
    texts = [note.text for note in figure.layout.annotations]
    assert "<b>SAL &lt;mới&gt;</b>  450" in texts
    assert any("<b>8,8 ngày</b>" in text and "chưa tới" in text for text in texts)
    said = {"vi": "quá hạn 5 ngày: <b>210 lead</b>", "en": "over the limit of 5 ngày: <b>210 leads"}
    assert [text for text in texts if said[lang] in text]
    assert not [text for text in texts if "None" in text or "nan" in text]
    # A part of nobody has no number on it.
    assert list(figure.data[3].text) == ["287", ""]


def test_a_limit_takes_room_only_where_one_is_set(stages: pd.DataFrame) -> None:
    without = stages.assign(limit=None, breached=None)
    assert charts.ageing(without, LIGHT).layout.height < charts.ageing(stages, LIGHT).layout.height
    assert len(charts.ageing(without, LIGHT).layout.annotations) == 5


def test_what_is_listed_is_marked(stages: pd.DataFrame) -> None:
    figure = charts.ageing(stages, LIGHT, stage="sal", chosen=["to_p90"])
    marked = [
        [colour == LIGHT.ink for colour in part.marker.line.color] for part in figure.data[1:]
    ]
    assert marked == [[False, False], [False, True], [False, False]]
    assert len(figure.layout.shapes) == 3
    assert not charts.ageing(stages, LIGHT).layout.shapes


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_numbers_can_be_read_on_every_part(stages: pd.DataFrame, look: object) -> None:
    for part in charts.ageing(stages, look).data[1:]:  # type: ignore[arg-type]
        assert contrast(part.insidetextfont.color, part.marker.color) >= 4.5


def test_nobody_waits() -> None:
    columns = "stage label open under_median to_p90 beyond_p90 usual most limit breached".split()
    assert len(charts.ageing(pd.DataFrame(columns=columns), LIGHT).data) == 4
