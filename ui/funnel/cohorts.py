"""The card of cohorts: what share of each month's leads had reached a step by each age."""

from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from analytics.funnel.cohorts import DAYS_OF_A_MONTH
from analytics.scope import Scope
from analytics.stats.intervals import newcombe
from ui import answers, charts
from ui.charts import FEW
from ui.funnel.over_time import Choice, names_of, newest_against_rest, sentences
from ui.language import formats, quantities
from ui.language.messages import _, _n
from ui.page import card, markdown, notes, provenance, table
from ui.page.table import Column

_MOST_MONTHS = 12  # in the picture; the table has all


def cohorts(scope: Scope, choice: Choice, *, with_table: bool = False) -> None:
    """The share of each month's leads that had reached the step by each age, as a heat map."""
    asked = choice.asked
    view = replace(scope.view, by=None, stage=None)
    found = answers.cohorts(scope.at(view), since=asked.start.slug, to=asked.end.slug)
    rows = found.rows
    told = _told(rows, scope.view.window)
    title = finding(told)
    subtitle = _(
        "% {toward}, by month and days since entry. Dotted: not all observed that long.",
        toward=names_of(scope, asked)["toward"],
    )
    how = provenance.how("cohorts", lambda: sentences(scope, asked), found)
    with card.card(title, subtitle, how=how):
        figure = charts.heat(_cells(told), card.look())
        axis = notes.of_days(sorted(told["cohort"].unique()), "month", along="y")
        card.chart(figure, "cohorts", alt=title, fills=True, axis=axis)
        months = rows["cohort"].nunique()
        if months > _MOST_MONTHS:
            there_are = {"n": formats.number(_MOST_MONTHS), "all": formats.number(months)}
            st.markdown(markdown.gray(_("The newest {n} of {all} months.", **there_are)))
        if with_table:
            table.show(_columns(rows))


def finding(rows: pd.DataFrame) -> str:
    """What the months say at the highest age that most of them have had."""
    final = rows[rows["complete"] & (rows["leads"] > 0)]
    sizes = final.groupby("age_months")["cohort"].nunique()
    enough = sizes[sizes >= max(3, rows["cohort"].nunique() / 2)]
    if enough.empty:
        return _("Too early to compare the months")
    deff = float(rows["deff"].iat[0])
    days = int(final.loc[final["age_months"] == enough.index.max(), "within_days"].iat[0])
    column = final[final["within_days"] == days]
    parts = newest_against_rest(column["reached"].tolist(), column["leads"].tolist())
    if parts is None:
        return _("Too early to compare the months")
    (reached, n), (earlier_reached, earlier_n) = parts
    if min(n, earlier_n) < FEW:
        return _("Not enough data to conclude from")
    said = {
        "rate": formats.percent(reached / n),
        "earlier": formats.percent(earlier_reached / earlier_n),
        "days": quantities.days(days),
    }
    low, high = newcombe(reached / deff, n / deff, earlier_reached / deff, earlier_n / deff)
    if low > 0:
        return _("Newer months do better: {rate} in {days}, was {earlier}", **said)
    if high < 0:
        return _("Newer months do worse: {rate} in {days}, was {earlier}", **said)
    return _("Newer months: no clear change within {days}", days=said["days"])


def _told(rows: pd.DataFrame, window: int | None) -> pd.DataFrame:
    """The newest months, at the ages that differ: beyond the window nothing more is counted."""
    newest = rows[rows["cohort"].isin(sorted(rows["cohort"].unique())[-_MOST_MONTHS:])]
    if window is None:
        return newest
    newest = newest[newest["age_months"] * DAYS_OF_A_MONTH < window]
    return newest.assign(within_days=newest["within_days"].clip(upper=window))


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    """The cells of months: all that are final, and the first of each month that is not."""
    cells = []
    of_years = rows["cohort"].map(lambda month: month.year).nunique() > 1
    for month in sorted(rows["cohort"].unique()):
        of_month = rows[rows["cohort"] == month]
        pending = 0
        for row in of_month.itertuples(index=False):
            pending += not row.complete
            if pending <= 1:
                cells.append(_cell(row, month, int(of_month["leads"].max()), year=of_years))
    columns = ["row", "n", "column", "value", "text", "immature", "hover"]
    return pd.DataFrame(cells, columns=columns)


def _cell(row: object, month: date, leads: int, *, year: bool) -> dict[str, object]:
    rate, low, high, n = (getattr(row, name) for name in ("rate", "low", "high", "leads"))
    complete, days = bool(getattr(row, "complete", False)), int(getattr(row, "within_days", 0))
    has_one = pd.notna(rate)
    lines = [f"<b>{formats.month(month)}</b>", _("within {days}", days=quantities.days(days))]
    if has_one:
        lines += [
            f"{formats.percent(rate)} ({formats.interval(low, high)})",
            _n("of {n} lead", "of {n} leads", n),
        ]
        if not complete:
            share = formats.percent(getattr(row, "mature", 0.0), 0)
            lines.append(_("not final: {share} observed long enough", share=share))
    return {
        "row": formats.month(month, year=year),
        "n": formats.number(leads),
        "column": formats.number(days),
        "value": rate if has_one else None,
        "text": formats.number(rate * 100, 1) if has_one else "",
        "immature": has_one and not complete,
        "hover": "<br>".join(lines),
    }


def _columns(rows: pd.DataFrame) -> list[Column]:
    """The matrix: one row per month, its leads, and a column for each age; pale: not final."""
    months = list(rows["cohort"].unique())
    entered = rows.groupby("cohort", sort=False)["leads"].max().reindex(months)
    columns = [
        Column(_("Month"), months, formats.month),
        Column(_("Number of leads"), entered.tolist(), formats.number),
    ]
    for days, of_age in rows.groupby("within_days"):
        cells = of_age.set_index("cohort").reindex(months)
        columns.append(
            Column(
                quantities.days(float(days)),
                cells["rate"].tolist(),
                formats.percent,
                pale=(~cells["complete"].fillna(False).astype(bool)).tolist(),
            )
        )
    return columns
