"""What changed since then: a frozen view beside the same one of today's data."""

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from data.store import Generation
from ui import answers, session
from ui.language import formats, quantities
from ui.language.messages import _, _n
from ui.page import dialog, steps, table
from ui.page.markdown import gray
from ui.page.table import Column


def button(scope: Scope) -> None:
    """The button that asks it, on a view of data that is not today's."""
    later = _later(scope)
    if later is None:
        return
    dialog.button(
        _("What changed since then"),
        "since_then",
        lambda: _told(scope, later),
        icon=":material/update:",
        type="tertiary",
        width="large",
    )


def _later(scope: Scope) -> Generation | None:
    """Today's data, as far as the reader sees it, where the view is of other data."""
    if scope.view.data is None:
        return None
    today = answers.store().generation().seen(scope.generation.sight)
    return None if today == scope.generation or today.is_outdated else today


def _told(scope: Scope, later: Generation) -> None:
    found = answers.since_then(scope, later)
    rows = found.rows
    if rows.empty:
        st.markdown(_("Today's data has other stages or filters: nothing can be compared."))
        return
    entered, were = int(rows["n"].iat[0]), int(rows["earlier_n"].iat[0])
    st.markdown(
        _n(
            "The same days: {n} lead then, followed until {then}; {now} today, until {today}.",
            "The same days: {n} leads then, followed until {then}; {now} today, until {today}.",
            were,
            then=formats.instant(scope.as_of, scope.zone.key),
            now=formats.number(entered),
            today=formats.instant(found.asked.scope.as_of, scope.zone.key),
        )
    )
    table.read(_columns(scope, rows), caption=_finding(rows), key=session.key("since_then_rates"))
    st.markdown(gray(_("Most leads are the same then and now; the 95% interval allows for that.")))


def _finding(rows: pd.DataFrame) -> str:
    """How many rates changed significantly."""
    sure = int(rows["sure"].sum())
    if not sure:
        return _("No rate clearly changed since then")
    return _n("{n} rate clearly changed since then", "{n} rates clearly changed since then", sure)


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    pairs = zip(rows["of"], rows["stage"], strict=True)
    limits = zip(rows["low"], rows["high"], strict=True)
    return [
        Column(
            _("Step"),
            [f"{steps.label(scope, start)} → {steps.label(scope, end)}" for start, end in pairs],
        ),
        Column(_("Then"), rows["earlier_rate"], formats.percent),
        Column(_("Today"), rows["rate"], formats.percent),
        Column(_("Difference"), rows["difference"], quantities.points),
        Column(
            _("95% interval"),
            rows["low"],
            [formats.interval(low, high, of_difference=True) for low, high in limits],
        ),
    ]
