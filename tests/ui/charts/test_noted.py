"""Notes on a picture: where they belong, and nothing of it is anybody's markup."""

from copy import deepcopy
from typing import Any

import pandas as pd
import pytest

from tests.support.figures import BOTH, SOURCES
from tests.ui.charts.test_course import months
from ui import charts
from ui.charts import Mark
from ui.charts.mark import write
from ui.theme import LIGHT, Look


def added(figure: Any, before: Any) -> list[Any]:
    return list(figure.layout.annotations)[len(before.layout.annotations) :]


@BOTH
def test_a_note_of_a_bucket_is_a_line_with_its_number_at_the_foot(look: Look) -> None:
    plain = charts.trend(months(), look)
    before = deepcopy(plain.to_dict())
    figure = charts.noted(plain, [Mark(3, "★2", ("Gọi lại", "Lan nghỉ"))], look)
    assert plain.to_dict() == before, "the one that is given is everybody's"
    (chip,) = added(figure, plain)
    assert (chip.x, chip.y, chip.yref) == (3, 0, "paper")
    assert (chip.text, chip.hovertext) == ("<b>★2</b>", "Gọi lại<br>Lan nghỉ")
    assert chip.bgcolor == look.watch_background
    line = figure.layout.shapes[-1]
    assert (line.x0, line.x1, line.y0, line.y1) == (3, 3, 0, 1)
    assert len(figure.layout.shapes) == len(plain.layout.shapes) + 1


def test_a_note_of_a_row_is_beside_it_where_the_row_is_drawn() -> None:
    rows = pd.DataFrame(
        {
            "segment": [*SOURCES[:3], None],
            "label": [*SOURCES[:3], "?"],
            "rate": [0.1, 0.3, 0.2, 0.05],
            "low": 0.01,
            "high": 0.4,
            "n": 500,
        }
    )
    plain = charts.rates(rows, LIGHT)
    marks = [Mark(SOURCES[1], "1", ("a",)), Mark("not there", "2", ("b",))]
    (chip,) = added(charts.noted(plain, marks, LIGHT), plain)
    assert (chip.xref, chip.x, chip.y) == ("paper", 1, 0), "the highest rate is the first row"


@pytest.mark.parametrize("place", [0, 1])
def test_a_row_of_parts_is_found_by_the_mark_that_a_click_brings(place: int) -> None:
    stages = pd.DataFrame(
        {
            "stage": ["lead", "sal"],
            "label": ["Lead", "SAL"],
            "open": 6,
            "under_median": 1,
            "to_p90": 2,
            "beyond_p90": 3,
            "usual": "2",
            "most": "9",
            "limit": None,
            "breached": None,
        }
    )
    plain = charts.ageing(stages, LIGHT)
    mark = Mark(write(["lead", "sal"][place]), "1", ("a",))
    (chip,) = added(charts.noted(plain, [mark], LIGHT), plain)
    assert chip.y == pytest.approx(place, abs=0.3)


def test_a_note_of_a_line_is_in_its_middle_and_of_a_column_in_its_corner() -> None:
    rows = pd.DataFrame(
        {
            "segment": ["seo", "zalo"],
            "label": ["SEO", "Zalo"],
            "left": [10.0, 4.0],
            "right": [20.0, 2.0],
            "left_text": ["10", "4"],
            "right_text": ["20", "2"],
            "rank_change": [0, 0],
        }
    )
    plain = charts.slope(rows, LIGHT, left="a", right="b")
    (chip,) = added(charts.noted(plain, [Mark("seo", "1", ("a",), "points")], LIGHT), plain)
    assert (chip.x, chip.y, chip.xref) == (0.5, 15, None)
    (chip,) = added(charts.noted(plain, [Mark(0, "1", ("a",), "columns")], LIGHT), plain)
    assert (chip.x, chip.xanchor, chip.y, chip.yref) == (0.5, "right", 1, "paper")


def test_what_strangers_wrote_is_a_text() -> None:
    plain = charts.trend(months(), LIGHT)
    told = "<a href='https://x.example'>" + "dài " * 30 + "</a>"
    (chip,) = added(charts.noted(plain, [Mark(0, "<i>1", (told,))], LIGHT), plain)
    assert chip.text == "<b>&lt;i&gt;1</b>"
    assert "<a" not in chip.hovertext
    assert max(map(len, chip.hovertext.split("<br>"))) < 80, "it is read in lines"


def test_the_same_notes_are_drawn_once() -> None:
    plain = charts.trend(months(), LIGHT)
    first = charts.noted(plain, [Mark(0, "1", ("a",))], LIGHT)
    assert charts.noted(plain, [Mark(0, "1", ("a",))], LIGHT) is first
    assert charts.noted(plain, [Mark(0, "1", ("b",))], LIGHT) is not first
