"""The two sides of a pair: these leads, and those of another period or segment beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from analytics.asked import Answer
from analytics.funnel import pair as pairs
from analytics.funnel.pair import Share
from analytics.scope import Scope
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.view import Value, View, segment_text, segment_value
from analytics.view.vocabulary import values
from ui import answers, guest, session
from ui.language import formats, labels, periods
from ui.language.messages import N_, _

MODES = {
    "periods": N_("Two periods"),
    "segments": N_("Two segments"),
    "none": N_("None"),
}
"""What stands beside these leads; the link says it by `compare`, `by` and a filter."""


@dataclass(frozen=True)
class Side:
    """One of the two: what it is called, whose leads they are, and their funnel.

    name: within a sentence. rows: of `funnel`. groups: those of its groups, at the level of stages.
    """

    name: str
    scope: Scope
    answer: Answer
    rows: pd.DataFrame
    groups: pd.DataFrame | None

    def shares(self) -> tuple[Share, ...]:
        """How many of its leads reach each step."""
        if self.groups is None:
            return pairs.shares(self.scope, self.rows)
        by_group = self.scope.at(replace(self.scope.view, level="group"))
        return pairs.shares(self.scope, self.rows, pairs.shares(by_group, self.groups))


def mode(view: View) -> str:
    """What the view holds its leads against: one of MODES.

    A period, where it compares with one; else two segments, where it is broken down by a dimension
    and filtered to two values of it.
    """
    if view.compare != "none":
        return "periods"
    return "segments" if view.by is not None and len(view.values(view.by)) == 2 else "none"


def sides(scope: Scope) -> tuple[Side, Side | None]:
    """These leads and those beside them, which there may be none of."""
    whole = scope.at(replace(scope.view, by=None, compare="none", stage=None))
    chosen, before = mode(scope.view), scope.earlier()
    if chosen == "segments" and (both := _segments(scope)):
        return both
    if chosen == "periods" and before is not None:
        name, earlier = period_names(scope.days, before.days)
        # The earlier leads as they are known today: what became of them since is not kept back.
        then = whole.at(whole.view.during(first=before.days[0], last=before.days[1]))
        return _side(name, whole), _side(earlier, then)
    return _side(_("these leads"), whole), None


def _side(name: str, scope: Scope) -> Side:
    found = answers.funnel(scope)
    return Side(name, scope, found, found.rows, _groups(scope))


def _groups(scope: Scope) -> pd.DataFrame | None:
    if scope.view.level == "group":
        return None
    return answers.funnel(scope.at(replace(scope.view, level="group"))).rows


def _segments(scope: Scope) -> tuple[Side, Side] | None:
    """The two segments that the view is filtered to, the coloured one before the other."""
    at = scope.at(replace(scope.view, compare="none", stage=None))
    dimension = at.view.by or ""
    found, groups = answers.funnel(at), _groups(at)
    both = [
        Side(
            labels.value_label(dimension, segment_value(segment)),
            at.at(at.view.where(dimension, [segment_value(segment)])),
            found,
            found.rows[found.rows["segment"] == segment],
            None if groups is None else groups[groups["segment"] == segment],
        )
        for segment in _in_order(at.view)
    ]
    return None if any(side.rows.empty for side in both) else (both[0], both[1])


def _in_order(view: View) -> list[str]:
    """The two segments of a view as answers write them, the coloured one at the front."""
    both = [segment_text(value) for value in view.values(view.by or "")]
    return both if view.coloured == "first" else both[::-1]


def beside_each_other(view: View, dimension: str, coloured: Value, other: Value) -> View:
    """The same view of two segments, one of them in colour."""
    both = view.where(dimension, [coloured, other])
    is_first = both.values(dimension)[0] == coloured
    return replace(both, coloured="first" if is_first else "second")


def period_names(now: tuple[date, date], earlier: tuple[date, date]) -> tuple[str, str]:
    """What two periods are called beside each other: `Q3` and `Q2`, with the year if need be.

    Periods that have no name are this one, and the one before.
    """
    names = periods.short(*now), periods.short(*earlier)
    if names[0] != names[1]:
        return names
    dated = periods.name(*now), periods.name(*earlier)
    if dated[0] != formats.days_between(*now):
        return dated
    return _("this period"), _("the one before")


def mode_picker(scope: Scope, dimension: str) -> None:
    """The choice of what these leads are held against; two segments are chosen beside it."""
    key = session.key("pair_mode")
    chosen = mode(scope.view)
    if chosen == "periods" and scope.earlier() is None:
        chosen = "none"
    st.session_state[key] = chosen
    st.segmented_control(
        _("Compare"),
        [name for name in MODES if _may_be(name) or name == chosen],
        format_func=lambda name: _(MODES[name]),
        label_visibility="collapsed",
        required=True,
        key=key,
        on_change=lambda: _choose(scope, dimension, st.session_state[key]),
    )
    if chosen == "segments" and guest.may_move("filters"):
        _pick_segments(scope)


def _may_be(name: str) -> bool:
    """Whether the reader may have that beside these leads; two segments are filters of the view."""
    return guest.may_move("filters" if name == "segments" else "compare")


def _choose(scope: Scope, dimension: str, chosen: str) -> None:
    """Shows another kind of reference: what of the view made the former one goes."""
    view = session.view()
    if mode(view) == "segments":
        view = replace(view.where(view.by or "", ()), coloured="first")
    if chosen == "periods":
        view = view if scope.earlier() or not scope.is_whole else view.during(DEFAULT_PERIOD)
        session.show(replace(view, compare="previous"))
    elif chosen == "segments" and len(known := _values(scope, dimension)) > 1:
        (one, _leads), (other, _others) = known[:2]
        view = beside_each_other(view, dimension, one, other)
        session.show(replace(view, by=dimension, compare="none"))
    else:
        session.show(replace(view, compare="none"))


def _pick_segments(scope: Scope) -> None:
    """The two segments by their names, each of which may be any but the other."""
    dimension = scope.view.by or ""
    both = _in_order(scope.view)
    known = [segment_text(value) for value, _leads in _values(scope, dimension)]
    for place, (name, own) in enumerate(
        zip((_("These leads"), _("Beside them")), both, strict=True)
    ):
        other = both[1 - place]
        key = session.key(f"pair_segment_{place}")
        st.session_state[key] = own
        st.selectbox(
            name,
            [segment for segment in known if segment != other],
            format_func=lambda segment: labels.value_label(dimension, segment_value(segment)),
            label_visibility="collapsed",
            width=180,
            key=key,
            on_change=_choose_segment,
            args=(dimension, key, other, place),
        )


def _values(scope: Scope, dimension: str) -> Sequence[tuple[Value, int]]:
    """The values of a dimension that the reader may see, with their leads, most leads first."""
    return values(guest.named(scope.generation), dimension)


def _choose_segment(dimension: str, key: str, other: str, place: int) -> None:
    chosen: str = st.session_state[key]
    both = (chosen, other) if place == 0 else (other, chosen)
    session.show(
        beside_each_other(session.view(), dimension, *(segment_value(each) for each in both))
    )
