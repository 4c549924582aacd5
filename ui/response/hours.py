"""The heat map by day of the week and hour at which leads come: how many are answered in time."""

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from ui import answers, charts
from ui.charts import FEW
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance
from ui.response import words

_BANDS = ((0, 7), (7, 9), (9, 11), (11, 13), (13, 15), (15, 17), (17, 19), (19, 24))
"""Hours of the day that are told together, so that each has leads enough."""


def show(scope: Scope, promised: int | None, stage: str | None) -> None:
    """Days across and hours down, deeper where more are answered in time."""
    answer = answers.response_hours(scope, stage)
    found = banded(answer.rows)
    title = finding(found)
    within = words.length(scope, promised or 3600)
    subtitle = _("Share answered within {time} of work, by when leads come.", time=within)
    how = provenance.how("response_hours", lambda: words.counted(scope, promised), answer)
    with card.card(title, subtitle, how=how):
        card.chart(charts.heat(cells(found), card.look(), top=1.0), "response_hours", alt=title)
        few = _n("Dotted: fewer than {n} lead.", "Dotted: fewer than {n} leads.", FEW)
        st.markdown(markdown.gray(few))


def banded(rows: pd.DataFrame) -> pd.DataFrame:
    """The counts by day and band, of all days and bands at which any leads came."""
    starts = [first for first, _last in _BANDS]
    band = pd.cut(rows["hour"], [*starts, 24], right=False, labels=starts)
    counts = rows.assign(band=band.astype("int64"))
    found = counts.groupby(["band", "weekday"], as_index=False)[["followed", "in_time"]].sum()
    return found.assign(share=found["in_time"] / found["followed"].where(found["followed"] > 0))


def finding(found: pd.DataFrame) -> str:
    """When leads come that are answered last, of those times with enough."""
    enough = found[found["followed"] >= FEW]
    if len(enough) < 2:
        return _("When leads come that wait longest")
    last = enough.loc[enough["share"].idxmin()]
    return _(
        "Slowest: {day} {hours}, {share} in time",
        day=formats.weekdays([int(last["weekday"]) - 1]),
        hours=_hours(int(last["band"])),
        share=formats.percent(last["share"], 0),
    )


def cells(found: pd.DataFrame) -> pd.DataFrame:
    """The cells as `charts.heat` draws them, in the order of the week and of the day."""
    grid = pd.MultiIndex.from_product(
        [sorted(found["band"].unique()), range(1, 8)], names=["band", "weekday"]
    )
    whole = found.set_index(["band", "weekday"]).reindex(grid).reset_index()
    followed = whole["followed"].fillna(0).astype("int64")
    return pd.DataFrame(
        {
            "row": [_hours(band) for band in whole["band"]],
            "column": [formats.weekdays([day - 1]) for day in whole["weekday"]],
            "value": whole["share"],
            "text": [
                "" if pd.isna(share) else formats.percent(share, 0) for share in whole["share"]
            ],
            "immature": followed < FEW,
            "hover": [_n("{n} lead", "{n} leads", count) for count in followed],
        }
    )


def _hours(band: int) -> str:
    last = next(last for first, last in _BANDS if first == band)
    return f"{band}–{last}h"
