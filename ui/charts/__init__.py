"""The pictures: data frames with ready labels in, Plotly figures out. No SQL, no Streamlit.

One idea throughout: bold is the number to read, muted its uncertainty; paler, hollow and dotted
mean not final. Titles and findings stand beside the figure, never inside it. Every figure works at
any width from 320 px on, because the server does not know it.

The docstring of a picture lists the columns of its frame. `label` and `…_text` are plain texts as
they are read, `hover` is ready HTML, `colour` is `#RRGGBB`, `customdata` is what a click tells.
"""

from ui.charts.ageing import ageing, band_label
from ui.charts.arrival import arrival
from ui.charts.bubble import bubble
from ui.charts.canvas import CONFIG, base, round_values
from ui.charts.course import Turn, course, course_of_two
from ui.charts.enlarged import enlarged
from ui.charts.flow import flow
from ui.charts.funnel import funnel
from ui.charts.heat import heat
from ui.charts.leaving import axis_for, leaving
from ui.charts.losses import losses
from ui.charts.luck import luck
from ui.charts.medians import medians, months
from ui.charts.mix import mix
from ui.charts.noted import Mark, noted
from ui.charts.overdue import overdue
from ui.charts.pair import pair
from ui.charts.rates import FEW, bars, rates
from ui.charts.slope import slope
from ui.charts.spread import spread
from ui.charts.trend import trend
from ui.charts.waterfall import waterfall

__all__ = [
    "CONFIG",
    "FEW",
    "Mark",
    "Turn",
    "ageing",
    "arrival",
    "axis_for",
    "band_label",
    "bars",
    "base",
    "bubble",
    "course",
    "course_of_two",
    "enlarged",
    "flow",
    "funnel",
    "heat",
    "leaving",
    "losses",
    "luck",
    "medians",
    "mix",
    "months",
    "noted",
    "overdue",
    "pair",
    "rates",
    "round_values",
    "slope",
    "spread",
    "trend",
    "waterfall",
]
