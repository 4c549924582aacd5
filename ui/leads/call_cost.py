"""What a call costs: the two settings by which leads are let go, and the chance that is left."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from analytics.leads import to_do
from analytics.leads.outlook import MOST_DAYS, Left, Outlook
from analytics.scope import Scope
from analytics.view.parameters import LARGEST_COST
from ui import answers, guest, session
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.language import formats
from ui.language.messages import _, _p
from ui.leads import words
from ui.page import dialog
from ui.page.markdown import gray

_DAYS = (0, 14, 30, 60, 90, 180)


def button(scope: Scope) -> None:
    """The button that opens the settings, and what is left after so many days."""
    dialog.button(
        _("What a call is worth"),
        "call_cost",
        partial(_opened, scope),
        icon=":material/calculate:",
        type="tertiary",
        width="large",
    )


def _opened(scope: Scope) -> None:
    currency = scope.generation.currency
    st.markdown(
        _(
            "An overdue lead is still worth a call while chance × value × margin is more than the "
            "call costs: the time, and what else it takes. Without a cost it goes by days."
        )
    )
    left, right = st.columns(2)
    with left:
        _number(
            "call_cost",
            _("A call costs, {currency}", currency=currency),
            session.view().call_cost,
            LARGEST_COST,
            lambda cost: session.change(call_cost=cost),
        )
    with right:
        _number(
            "margin",
            _("Margin, % of the value"),
            session.view().credit.margin,
            100,
            lambda margin: session.change(
                credit=replace(session.view().credit, margin=margin or 100)
            ),
        )
    chosen = scope.at(session.view())
    least = to_do.least_chance(chosen)
    if least is not None:
        st.markdown(
            _(
                "Of a lead of the usual value, {value}, a call is worth it from a chance of "
                "**{share}** on.",
                value=formats.money(to_do.usual_value(chosen), currency),
                share=formats.percent(least, 2 if least < 0.01 else 1),
            )
        )
    _table(chosen, least)


def _number(
    name: str, label: str, value: int | None, most: int, keep: Callable[[int | None], None]
) -> None:
    key = session.key(f"setting_{name}")
    st.session_state[key] = value
    st.number_input(
        label,
        min_value=1,
        max_value=most,
        value=None,
        placeholder=_("Not said"),
        disabled=guest.is_guest() and not guest.may_move("call_cost"),
        key=key,
        on_change=lambda: keep(st.session_state[key]),
    )


def _table(scope: Scope, least: float | None) -> None:
    """A stage a row: the chance left after so many days, its band, and of how many leads."""
    title = _("Chance of being won that is left after so many days")
    st.subheader(title, anchor=False)
    days = [Column(_("at once")), *(Column(words.in_days(scope, each)) for each in _DAYS[1:])]
    board.show(
        [
            Column(_("Stage")),
            *(replace(each, right=True) for each in days),
            *[Column(_("Worth a call until"), right=True)] * (least is not None),
        ],
        [
            Row(
                [
                    Text(words.stage_name(scope, slug), strong=True),
                    *(_left(outlook.left_after(each)) for each in _DAYS),
                    *([Text(_until(scope, outlook, least))] if least is not None else []),
                ]
            )
            for slug, outlook in answers.outlook(scope).items()
        ],
        caption=title,
        key="chance_left",
    )
    st.markdown(
        gray(
            _(
                "Below each chance its 95% range, and how many leads were seen to stay longer; "
                "where those are few, it is that of the last day with enough. Of all leads, "
                "whatever the filters."
            )
        )
    )


def _left(left: Left | None) -> Text:
    if left is None:
        return Text(formats.NOTHING)
    band = f"{_percent(left.low)}–{_percent(left.high)}"
    return Text(_percent(left.chance), note=f"{band} · {formats.number(left.there)}")


def _percent(share: float) -> str:
    return formats.percent(share, 1 if share < 0.1 else 0)


def _until(scope: Scope, outlook: Outlook, least: float) -> str:
    """The last day on which the chance is large enough, from the first of which on it is not."""
    in_vain = _first_in_vain(outlook.left, least)
    if in_vain is None:
        return _p("worth a call", "always")
    return _p("worth a call", "never") if in_vain == 0 else words.in_days(scope, in_vain)


def _first_in_vain(left: Sequence[Left | None], least: float) -> int | None:
    """The day from which on the chance stays below; None where it never does, or is not known."""
    enough = [day for day, each in enumerate(left) if each is None or each.chance >= least]
    last = enough[-1] if enough else -1
    return None if last == MOST_DAYS else last + 1
