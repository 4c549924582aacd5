"""The pictures: data frames with ready labels in, Plotly figures out. No SQL, no Streamlit.

One idea throughout: bold is the number to read, muted its uncertainty; paler, hollow and dotted
mean not final. Titles and findings stand beside the figure, never inside it. Every figure serves
any width from 320 px on, because the server does not know it.
"""

from ui.charts.ageing import ageing, band_label
from ui.charts.figure import CONFIG, base
from ui.charts.funnel import funnel
from ui.charts.heat import heat
from ui.charts.leaving import axis_for, leaving
from ui.charts.medians import medians, months
from ui.charts.rates import FEW, bars, rates
from ui.charts.timeline import timeline
from ui.charts.trend import trend

__all__ = [
    "CONFIG",
    "FEW",
    "ageing",
    "axis_for",
    "band_label",
    "bars",
    "base",
    "funnel",
    "heat",
    "leaving",
    "medians",
    "months",
    "rates",
    "timeline",
    "trend",
]
