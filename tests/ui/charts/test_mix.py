"""Mix: columns add up, and the names of slivers do not meet."""

from itertools import pairwise

import pandas as pd
import pytest

from tests.support.figures import BOTH, SOURCES, plot_height
from ui import charts
from ui.charts.canvas import bare, width_of
from ui.theme import LIGHT, Look


def parts(months: int = 12) -> pd.DataFrame:
    names = [*SOURCES[:5], "Khác"]
    return pd.DataFrame(
        [
            {
                "bucket": f"T{month + 1}",
                "segment": name.lower(),
                "label": name,
                "share": 0.96 if place == 0 else 0.008,
                "colour": LIGHT.source(name, names[:5]),
                "immature": month == months - 1,
            }
            for month in range(months)
            for place, name in enumerate(names)
        ]
    )


@BOTH
def test_columns_add_up_in_order(look: Look) -> None:
    rows = parts()
    figure = charts.mix(rows, look)
    assert figure.layout.barmode == "stack"
    assert [bar.customdata[0] for bar in figure.data] == list(dict.fromkeys(rows["segment"]))
    assert sum(bar.y[3] for bar in figure.data) == pytest.approx(1)
    first = figure.data[0].marker.color
    assert first[0] == LIGHT.sources[0]
    assert first[-1] == look.over(LIGHT.sources[0], look.open_share), "the last is not final"
    assert "96,0%" in figure.data[0].hovertext[0]


def test_names_of_slivers_do_not_meet() -> None:
    figure = charts.mix(parts(), LIGHT)
    notes = figure.layout.annotations
    assert [bare(note.text).split(" ", 1)[1] for note in notes] == [
        "Facebook Ads 96%",
        *(f"{name} 1%".replace("<", "&lt;").replace(">", "&gt;") for name in SOURCES[1:5]),
        "Khác 1%",
    ]
    heights = [note.y * plot_height(figure) for note in notes]
    assert all(b - a >= 19.9 for a, b in pairwise(heights))
    assert 0 <= min(heights) <= max(heights) <= plot_height(figure)
    assert figure.layout.margin.r > max(width_of(note.text, 13) for note in notes)


def test_no_tick_lies_on_the_text_of_the_axis_beside() -> None:
    rows = parts(24)
    named = rows["bucket"].isin(["T2", "T13", "T24"])
    rows["tick"] = named.map({True: "T12/24", False: ""})
    assert list(charts.mix(rows, LIGHT).layout.xaxis.tickvals) == [12, 23]


@pytest.mark.parametrize("months", [1, 2, 12, 36])
def test_ticks_of_columns_have_room(months: int) -> None:
    axis = charts.mix(parts(months), LIGHT).layout.xaxis
    assert 1 <= len(axis.tickvals) <= 7
    assert axis.tickvals[-1] == months - 1, "the newest is always named"


def test_a_month_without_anybody() -> None:
    rows = parts(3)
    rows.loc[rows["bucket"] == "T3", "share"] = None
    assert all(bar.y[-1] == 0 for bar in charts.mix(rows, LIGHT).data)


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    figure = charts.mix(parts().iloc[:0], look)
    assert not figure.data
    assert figure.layout.xaxis.visible is False
    assert figure.layout.height > 0


def test_what_is_gone_has_no_name_beside_the_last_column() -> None:
    rows = parts()
    gone = (rows["label"] == SOURCES[2]) & (rows["bucket"] == "T12")
    rows.loc[gone, "share"] = 0.0
    notes = [bare(note.text) for note in charts.mix(rows, LIGHT).layout.annotations]
    assert len(notes) == 5
    assert not any("0%" in note.split()[-1] and note.endswith(" 0%") for note in notes)
