"""The card of the next money: how many customers it would bring at which source, or if moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.sources import reallocation
from analytics.sources.reallocation import Change, Reallocation, UnknownCustomers
from analytics.sources.rule import DECREASE, INCREASE, KEEP
from analytics.sources.scoreboard import Scoreboard
from analytics.view.scenario import LARGEST_MOVE, Move
from ui import answers, guest, navigation, session
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, dialog, layout, markdown, provenance
from ui.page.provenance import Sentences
from ui.sources import advice, costs_findings, segments

_TILES = 4


def next_money(scope: Scope) -> None:
    """Where the next round amount brings most customers, against other sources."""
    found = answers.scoreboard(scope)
    shown = _shown(scope)
    how = provenance.how_asked(
        "next_money", lambda: _sentences(found), found.asked, found.rows, scope=scope
    )
    if shown is None:
        with card.card(
            _("Where the next money should go is not known yet"),
            _("It takes the cost of sources, and customers of theirs."),
            how=how,
        ):
            st.markdown(costs_findings.cost_unknown(found.unsplit))
            if not found.unsplit:
                navigation.link("data", _("Enter costs"))
        return
    about = {"amount": formats.money(shown.amount, found.currency)}
    subtitle = _(
        "Customers that {amount} would bring at each source's cost so far. Below: the likely "
        "range.",
        **about,
    )
    with card.card(shown.title, subtitle, how=how):
        if shown.tiles:
            for place, lines in zip(
                layout.tiles(len(shown.tiles), "next_money"), shown.tiles, strict=True
            ):
                with place:
                    st.markdown(lines)
        _moved(scope, found, shown.beyond)


@dataclass(frozen=True)
class _Shown:
    """What the card says of the next `amount`: a text for each source beside the others."""

    amount: int
    title: str
    tiles: Sequence[str]
    beyond: str


@answers.for_all
def _shown(scope: Scope) -> _Shown | None:
    """None where it is not known."""
    found = answers.scoreboard(scope)
    amount = reallocation.next_money(found)
    if amount is None or found.price is None:
        return None
    rows = reallocation.can_take(found, amount)
    tiles = [_tile(found, pd.Series(row), amount) for row in picked(rows).to_dict("records")]
    beyond = too_little_spent(found, rows, amount)
    return _Shown(amount, finding(found, rows, amount), tiles, beyond)


def finding(found: Scoreboard, rows: pd.DataFrame, amount: int) -> str:
    """Which source the next money is for first."""
    about = {"amount": formats.money(amount, found.currency)}
    best = rows[rows["recommendation"] == INCREASE]
    if len(best):
        source = segments.plain(found.by, best["segment"].iat[0])
        return _("The next {amount}: {source} first", source=source, **about)
    return _("The next {amount}: no source clearly deserves it", **about)


def picked(rows: pd.DataFrame) -> pd.DataFrame:
    """The sources to set side by side: the best two, the largest to keep, the dearest to cut."""
    by_advice = {each: rows[rows["recommendation"] == each] for each in (INCREASE, KEEP, DECREASE)}
    wanted = [
        *by_advice[INCREASE]["segment"].head(2),
        *by_advice[KEEP].nlargest(1, "cost")["segment"],
        *by_advice[DECREASE]["segment"].tail(1),
    ]
    wanted += [each for each in rows["segment"] if each not in wanted]
    return rows[rows["segment"].isin(wanted[:_TILES])]


def too_little_spent(found: Scoreboard, rows: pd.DataFrame, amount: int) -> str:
    """The source to grow that is cheaper than all shown, but got too little to say so much of."""
    grow = found.rows[found.rows["recommendation"] == INCREASE]
    left = grow[~grow["segment"].isin(rows["segment"])].head(1)
    if left.empty:
        return ""
    return _(
        "{source} is cheap too, but took only {spent}: too little to say what {amount} would do.",
        source=segments.plain(found.by, left["segment"].iat[0]),
        spent=formats.money(left["cost"].iat[0], found.currency),
        amount=formats.money(amount, found.currency),
    )


def _tile(found: Scoreboard, row: pd.Series, amount: int) -> str:
    brings = reallocation.bought(row, amount)
    name = segments.plain(found.by, row["segment"])
    count = _n("≈ {n} customer", "≈ {n} customers", round(brings.customers))
    lines = [
        f"**{name}**",
        advice.badge(row["recommendation"]),
        f"**{count}**",
        markdown.gray(between(brings.low, brings.high)),
    ]
    return "  \n".join(lines)


def between(low: float, high: float) -> str:
    """A range of customers in words."""
    return _(
        "from {low} to {high}", low=formats.number(round(low)), high=formats.number(round(high))
    )


# --- moving money -----------------------------------------------------------------------------


def _moved(scope: Scope, found: Scoreboard, beyond: str) -> None:
    """The move of the link and what to expect of it, and the way to try one."""
    move = scope.view.scenario.move
    if move is not None:
        st.markdown(said(found, move))
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        if beyond:
            st.markdown(markdown.gray(beyond), width="content")
        if len(_paid(found)) > 1:
            dialog.button(
                _("Try moving money"),
                "try_moving",
                partial(_trying, found),
                icon=":material/swap_horiz:",
                title=_("Move money from one source to another"),
            )
        if move is not None:
            st.button(
                _("Drop this move"),
                icon=":material/close:",
                type="tertiary",
                on_click=_keep,
                args=(None,),
                key=session.key("drop_move"),
            )


def said(found: Scoreboard, move: Move) -> str:
    """What to expect of a move, in a sentence; why not, where nothing can be said."""
    try:
        expected = reallocation.moved(found, move)
    except UnknownCustomers as error:
        return _(
            "What money brings at {source} is not known.",
            source=segments.plain(found.by, error.segment),
        )
    return " ".join(_of_move(found, expected))


def _of_move(found: Scoreboard, expected: Reallocation) -> Sequence[str]:
    about = {
        "amount": formats.money(expected.amount, found.currency),
        "origin": segments.plain(found.by, expected.move.origin),
        "target": segments.plain(found.by, expected.move.target),
    }
    change = expected.difference
    more, fewer = round(change.customers), round(-change.customers)
    if more > 0:
        result = _n("about {n} more customer", "about {n} more customers", more)
    elif fewer > 0:
        result = _n("about {n} fewer customer", "about {n} fewer customers", fewer)
    else:
        result = _("about as many customers")
    what = _("Move {amount} from {origin} to {target}:", **about)
    lines = [f"**{what}** {result} ({_span(change)})."]
    if change.low <= 0 <= change.high:
        lines.append(_("Whether it gains or loses is unclear."))
    if expected.limit == "target":
        lines.append(
            _("Not more: that would be over twice what was ever spent on {target}.", **about)
        )
    elif expected.limit == "origin":
        lines.append(_("No more was spent on {origin}.", **about))
    return lines


def _span(change: Change) -> str:
    """The range of a change: as many more, as many fewer, or signed where it may be either."""
    if change.low >= 0:
        return between(change.low, change.high)
    if change.high <= 0:
        return between(-change.high, -change.low)
    low, high = formats.signed(round(change.low)), formats.signed(round(change.high))
    return _("from {low} to {high}", low=low, high=high)


def _trying(found: Scoreboard) -> None:
    """The choice of a move, and at once what to expect of it."""
    paid = _paid(found)
    first = session.view().scenario.move or _suggested(found, paid)
    scale = formats.money_scale([float(first.amount)])

    def name(segment: str) -> str:
        return segments.name(found.by, segment)

    def place(segment: str, otherwise: int) -> int:
        return paid.index(segment) if segment in paid else otherwise

    origin = st.selectbox(
        _("From"),
        paid,
        index=place(first.origin, len(paid) - 1),
        format_func=name,
        key=session.key("move_from"),
    )
    target = st.selectbox(
        _("To"), paid, index=place(first.target, 0), format_func=name, key=session.key("move_to")
    )
    amount = st.number_input(
        _("Amount, {unit}", unit=formats.money_unit(scale, found.currency))
        if scale > 1
        else _("Amount, {unit}", unit=found.currency),
        min_value=1,
        max_value=max(1, int(LARGEST_MOVE / scale)),
        value=max(1, round(first.amount / scale)),
        key=session.key("move_amount"),
    )
    if origin == target:
        st.markdown(_("Choose two different sources."))
        return
    move = Move(int(amount * scale), origin, target)
    st.markdown(said(found, move))
    if guest.may_move("scenario") and st.button(
        _("Keep it in the link"),
        type="primary",
        icon=":material/check:",
        on_click=_keep,
        args=(move,),
        key=session.key("keep_move"),
    ):
        st.rerun()


def _suggested(found: Scoreboard, paid: Sequence[str]) -> Move:
    """From the source whose customers are dearest to the best that can take the next money."""
    amount = reallocation.next_money(found) or 1
    advised = found.rows.set_index("segment")["recommendation"]
    dear = [each for each in paid if advised[each] == DECREASE] or list(paid)
    able = reallocation.can_take(found, amount)["segment"].tolist()
    best = [each for each in able if each != dear[-1]] or [
        each for each in paid if each != dear[-1]
    ]
    return Move(amount, dear[-1], best[0])


def _paid(found: Scoreboard) -> list[str]:
    """The sources that money can go from and to, the cheapest customers first."""
    rows = found.rows.iloc[:-1]
    return [
        str(each) for each in rows.loc[(rows["cost"] > 0) & rows["expected"].notna(), "segment"]
    ]


def _keep(move: Move | None) -> None:
    session.change(scenario=replace(session.view().scenario, move=move))


# --- how it is counted ------------------------------------------------------------------------


def _sentences(found: Scoreboard) -> Sentences:
    times = formats.number(reallocation.TIMES_EVER_SPENT)
    return [
        (
            _("Customers:"),
            _(
                "the money ÷ the expected cost a customer of the period, with its 95% confidence "
                "interval: see the scoreboard."
            ),
        ),
        (
            _("Never further:"),
            _("than {times} times what was spent on a source in the period.", times=times),
        ),
        (
            _("Moved:"),
            _(
                "customers won less customers lost; the interval is that of two independent "
                "numbers (Zou and Donner)."
            ),
        ),
        (
            _("An upper bound:"),
            _("the cheapest leads come first, so what is added brings less than what there was."),
        ),
    ]
