"""The form in which an office program draws a figure: the very numbers of its marks, or none."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import charts
from ui.charts.canvas import numbers
from ui.report.form import Form, form_of, table_of
from ui.theme import LIGHT

STAGES = [("lead", "Leads"), ("prospect", "Prospects"), ("opportunity", "<b>Opps</b> & more")]


def formed(figure: go.Figure) -> Form | None:
    return form_of(figure.to_plotly_json())


def steps(*counts: tuple[int, int, int]) -> pd.DataFrame:
    """A funnel of which so many moved on, are open, and are lost at each step."""
    return pd.DataFrame(
        {
            "stage": slug,
            "label": label,
            "group": slug,
            "reached": sum(parts),
            "open": parts[1],
            "lost": parts[2],
            "of_previous": None,
            "of_previous_low": None,
            "of_previous_high": None,
        }
        for (slug, label), parts in zip(STAGES, counts, strict=False)
    )


def test_a_funnel_is_stacked_bars_of_what_became_of_leads() -> None:
    form = formed(charts.funnel(steps((40, 0, 60), (9, 11, 20), (3, 4, 2)), LIGHT))
    assert form is not None
    assert (form.kind, form.is_share) == ("stacked", False)
    assert form.categories == ["Leads", "Prospects", "<b>Opps</b> & more"]
    assert {each.name: each.values for each in form.series} == {
        "đi tiếp": [40, 9, 3],
        "đang mở": [0, 11, 4],
        "đã rớt": [60, 20, 2],
    }


@given(st.lists(st.tuples(*[st.integers(0, 10**7)] * 3), min_size=1, max_size=3))
def test_no_count_of_a_funnel_is_lost(counts: list[tuple[int, int, int]]) -> None:
    form = formed(charts.funnel(steps(*counts), LIGHT))
    assert form is not None
    assert list(zip(*(each.values for each in form.series), strict=True)) == counts


def test_a_pair_has_a_bar_for_each_of_the_two_at_every_step() -> None:
    rows = pd.DataFrame(
        {
            "stage": slug,
            "label": label,
            "group": slug,
            "share": share,
            "expected": share + 0.1,
            "text": "",
            "more": "",
            "hover": f"<b>{label}</b>, Q3<br>1",
            "reference": share / 2,
            "reference_expected": share / 2,
            "reference_text": "",
            "reference_hover": f"<b>{label}</b>, Q2<br>1",
        }
        for (slug, label), share in zip(STAGES[:2], (1.0, 0.25), strict=True)
    )
    form = formed(charts.pair(rows, LIGHT, name="Q3", reference="Q2"))
    assert form is not None
    assert form.categories == ["Leads, Q3", "Leads, Q2", "Prospects, Q3", "Prospects, Q2"]
    there, to_come = form.series
    assert there.values == [1.0, 0.5, 0.25, 0.125]
    assert to_come.values == pytest.approx([0.1, 0, 0.1, 0])
    assert form.is_share


def test_a_waterfall_begins_each_bar_where_the_last_one_ends() -> None:
    rows = pd.DataFrame(
        [
            ("Before", "total", 342.0, 342.0, "342"),
            ("More leads", "step", 342.0, 422.0, "+80"),
            ("Weaker sources", "step", 422.0, 381.0, "−41"),
            ("Now", "total", 381.0, 381.0, "381"),
        ],
        columns=["label", "kind", "start", "end", "text"],
    )
    form = formed(charts.waterfall(rows, LIGHT))
    assert form is not None
    assert form.kind == "waterfall"
    assert form.categories == ["Before", "More leads", "Weaker sources", "Now"]
    below, shown = form.series
    assert below.values == [0, 342, 381, 0]
    assert shown.values == [342, 80, 41, 381]
    assert shown.labels == ["342", "+80", "−41", "381"]


def test_a_form_that_is_not_drawn_is_a_table() -> None:
    form = formed(charts.funnel(steps((1040, 0, 60), (9, 11, 20)), LIGHT))
    assert form is not None
    table = table_of(form)
    assert table.headings == ["", "đi tiếp", "đang mở", "đã rớt"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Leads", "1.040", "0", "60"],
        ["Prospects", "9", "11", "20"],
    ]


def trend(rates: Sequence[float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": [f"month {at}" for at in range(len(rates))],
            "tick": "",
            "year": "",
            "rate": rates,
            "low": rates,
            "high": rates,
            "n": 500,
            "mature": 1.0,
            "immature": False,
        }
    )


@pytest.mark.parametrize("months", [2, 14, 60], ids=["two", "fourteen", "sixty"])
def test_a_trend_is_a_line_over_its_months(months: int) -> None:
    rates = [0.01 * (at + 1) for at in range(months)]
    form = formed(charts.trend(trend(rates), LIGHT))
    assert form is not None
    assert (form.kind, form.is_share) == ("line", True)
    assert form.categories == [f"month {at}" for at in range(months)]
    (line,) = form.series
    assert line.values == pytest.approx(rates)
    assert line.colours == [LIGHT.stage("opportunity")]


def test_what_an_office_program_cannot_draw_has_no_form() -> None:
    """Intervals, and a map of shades."""
    dots = go.Figure()
    dots.add_scatter(x=[0.1, 0.3], y=[0, 0], mode="lines", hoverinfo="skip")
    dots.add_scatter(
        x=[0.2, 0.5], y=[0, 1], mode="markers", hovertext=["<b>a</b><br>20%", "<b>b</b><br>50%"]
    )
    assert formed(dots) is None
    shades = go.Figure(go.Heatmap(z=[[1, 2]], hovertext=[["<b>a</b>", "<b>b</b>"]]))
    assert formed(shades) is None
    assert formed(go.Figure()) is None


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=30))
def test_numbers_are_read_however_plotly_writes_them(values: list[float]) -> None:
    written = go.Figure(go.Scatter(y=pd.Series(values, dtype=float))).to_plotly_json()
    assert numbers(written["data"][0]["y"]) == values
    assert numbers(values) == values
