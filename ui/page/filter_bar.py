"""The filter bar: period, comparison, filters and counting; what is active shows as chips."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.reading import Dropped
from analytics.view.view import View, segment_text, segment_value
from ui import session
from ui.language import current, formats, labels
from ui.language.messages import N_, _, _n
from ui.page.markdown import plain

_PERIODS = {
    "all": N_("All data"),
    "last-30d": N_("Last 30 days"),
    "last-90d": N_("Last 90 days"),
    "last-365d": N_("Last 365 days"),
    "this-month": N_("This month"),
    "last-month": N_("Last month"),
    "this-quarter": N_("This quarter"),
    "last-quarter": N_("Last quarter"),
    "this-year": N_("This year"),
    "last-year": N_("Last year"),
}
_COMPARE = {
    "none": N_("No comparison"),
    "previous": N_("vs the period before"),
    "last-year": N_("vs a year before"),
}
_MODES = {"cohort": N_("Follow the leads that entered"), "flow": N_("Count moves in the period")}
_SKIPPED = {
    "passed": N_("A skipped stage counts as reached"),
    "strict": N_("No stage may be skipped"),
}
_CLOCKS = {"calendar": N_("All hours, day and night"), "working": N_("Working hours only")}
_HALF_CHOSEN = "half_a_period_chosen"
_MOST_ALLOWED = 16
_MOST_NAMED = 20
_LONGEST_NAME = 100
_WINDOWS = (None, 7, 14, 30, 60, 90, 180, 365)


def show(scope: Scope) -> None:
    """Draws the bar. Every change goes into the view through a callback, and so into the link."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _period(scope)
        _comparison(scope)
        _filters(scope)
        _counting(scope)
        _chips(scope)


def _period(scope: Scope) -> None:
    view = scope.view
    label = _("All data") if scope.is_whole else formats.days_between(*scope.days)
    with st.popover(label, icon=":material/calendar_today:"):
        _seeded("period", view.period)
        st.pills(
            _("Period"),
            list(_PERIODS),
            format_func=_labelled(_PERIODS),
            key=session.key("period"),
            on_change=_keep_period,
        )
        # After the first of two clicks the calendar holds one day; it must keep it for the second.
        if not st.session_state.pop(_HALF_CHOSEN, False):
            _seeded("days", scope.days)
        earliest, latest = _reach(scope, *scope.days)
        st.date_input(
            _("First and last day of entry"),
            format="DD/MM/YYYY" if current.lang() == "vi" else "YYYY-MM-DD",
            key=session.key("days"),
            on_change=_keep_days,
            min_value=earliest,
            max_value=latest,
        )
        note = _("Both days are included. {zone}.", zone=formats.zone(scope.zone.key))
        st.markdown(f":small[:gray[{note}]]")


def _comparison(scope: Scope) -> None:
    view = scope.view
    with st.popover(_(_COMPARE[view.compare]), icon=":material/compare_arrows:"):
        _choice("compare", _("Compare with"), _COMPARE, view.compare)
        note = (
            _("All data has no period before it: choose a shorter one.")
            if scope.is_whole
            else _("The earlier period is cut at the same age, so that both had as much time.")
        )
        st.markdown(f":small[:gray[{note}]]")


def _filters(scope: Scope) -> None:
    with st.popover(_("Filters"), icon=":material/tune:"):
        for dimension in offered(scope):
            there = vocabulary.values(scope.generation, dimension)
            chosen = [segment_text(value) for value in scope.view.values(dimension)]
            # A link may name values that no lead has.
            options = list(
                dict.fromkeys((*(segment_text(value) for value, _leads in there), *chosen))
            )
            _seeded(dimension, chosen)
            st.multiselect(
                plain(labels.dimension_label(dimension)),
                options,
                format_func=_value_labelled(dimension, options),
                placeholder=_("All"),
                key=session.key(dimension),
                on_change=_keep_filter,
                args=(dimension,),
            )


def _counting(scope: Scope) -> None:
    view = scope.view
    with st.popover(_("Counting"), icon=":material/calculate:"):
        _choice("mode", _("Whom to count"), _MODES, view.mode)
        _choice("skipped", _("Skipped stages"), _SKIPPED, view.skipped)
        windows: list[int | None] = list(dict.fromkeys((*_WINDOWS, view.window)))
        _seeded("window", view.window)
        st.selectbox(
            _("Conversion window, from entry"),
            windows,
            format_func=_window_label,
            placeholder=_window_label(None),  # None is no choice to a widget
            key=session.key("window"),
            on_change=_keep,
            args=("window",),
        )
        _clock(scope)
        day = _day_of(scope)
        _seeded("as_of", day)
        earliest, latest = _reach(scope, *([day] if day else []))
        st.date_input(
            _("As of the end of"),
            format="DD/MM/YYYY" if current.lang() == "vi" else "YYYY-MM-DD",
            key=session.key("as_of"),
            on_change=_keep,
            args=("as_of",),
            min_value=earliest,
            max_value=latest,
            help=_("Nothing after this day is known. Empty: all that has been loaded."),
        )


def _clock(scope: Scope) -> None:
    when = labels.clock_label(scope.generation.pipeline)
    _choice(
        "clock",
        _("Time in a stage"),
        _CLOCKS,
        scope.view.clock,
        captions=("", when),
        help=_("The conversion window and the time from entry always run day and night."),
    )


def _chips(scope: Scope) -> None:
    """What is not at its default, each with a cross that resets it; nothing when all is."""
    chips = dict(_active(scope))
    if not chips:
        return
    key = session.key("chips_" + "_".join(chips.values()))
    st.session_state[key] = list(chips)
    st.pills(
        _("Active filters"),
        list(chips),
        selection_mode="multi",
        format_func=lambda name: f"{chips.get(name, name)} ✕",
        label_visibility="collapsed",
        key=key,
        on_change=_remove,
        args=(key, tuple(chips)),
    )
    st.button(_("Reset"), type="tertiary", icon=":material/filter_alt_off:", on_click=_reset)


def _active(scope: Scope) -> Iterator[tuple[str, str]]:
    view = scope.view
    for dimension, values in view.filters:
        name = plain(labels.dimension_label(dimension))
        what = plain(_shortened(labels.value_label(dimension, values[0])))
        yield dimension, f"{name}: {what if len(values) == 1 else formats.number(len(values))}"
    if view.mode == "flow":
        yield "mode", _("Flow")
    if view.skipped == "strict":
        yield "skipped", _("No skips")
    if view.window is not None:
        yield "window", _window_label(view.window)
    if view.clock == "working":
        yield "clock", _("Working hours")
    if view.as_of is not None:
        yield (
            "as_of",
            _("As of {day}", day=formats.instant(scope.as_of, scope.zone.key)),
        )
    if view.data is not None:
        yield "data", _("Data version {number}", number=view.data)


def offered(scope: Scope) -> list[str]:
    """The dimensions worth filtering or breaking down by: those with more than one value."""
    return [
        dimension
        for dimension in scope.generation.dimensions
        if len(vocabulary.values(scope.generation, dimension)) > 1
    ]


def notices(scope: Scope) -> None:
    """Names what the link said in vain; the shell shows it above every page.

    That is what was not understood, what was left out as it changes nothing, and the values that no
    lead has.
    """
    dropped = session.dropped()
    wrong = [_part(each) for each in dropped if not each.is_harmless]
    idle = [_part(each) for each in dropped if each.is_harmless]
    nobody = [
        f"**{plain(labels.dimension_label(dimension))}: "
        f"{plain(_shortened(labels.value_label(dimension, value)))}**"
        for dimension, value in vocabulary.absent(scope.view, scope.generation)
    ]
    notices = [
        *(
            [_("This part of the link is not understood: {what}", what=_listed(wrong))]
            * bool(wrong)
        ),
        *([_("This part of the link changes nothing: {what}", what=_listed(idle))] * bool(idle)),
        *([_("No lead has {what}: that counts as zero.", what=_listed(nobody))] * bool(nobody)),
    ]
    if notices:
        st.warning("\n\n".join(notices), icon=":material/link_off:")


def _part(dropped: Dropped) -> str:
    """A part of the link, and what could have stood there when that is not too much to read."""
    said = f"**{plain(_shortened(f'{dropped.parameter}={dropped.value}'))}**"
    if not 0 < len(dropped.allowed) <= _MOST_ALLOWED:
        return said
    return _("{part} (possible: {allowed})", part=said, allowed=plain(", ".join(dropped.allowed)))


def _listed(parts: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(parts) - _MOST_NAMED
    return "; ".join(parts[:_MOST_NAMED]) + (f"; … (+{formats.number(more)})" if more > 0 else "")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def _choice(field: str, label: str, options: dict[str, str], value: str, **further: Any) -> None:
    _seeded(field, value)
    st.radio(
        label,
        list(options),
        format_func=_labelled(options),
        key=session.key(field),
        on_change=_keep,
        args=(field,),
        **further,
    )


def _seeded(name: str, value: Any) -> None:
    """Gives a widget the view's value, so that it shows what the link says."""
    st.session_state[session.key(name)] = value


def _keep(field: str) -> None:
    session.change(**{field: st.session_state[session.key(field)]})


def _keep_period() -> None:
    chosen = st.session_state[session.key("period")]
    session.show(session.view().during(period=chosen or "all"))


def _keep_days() -> None:
    days: Sequence[Any] = st.session_state[session.key("days")]
    if len(days) == 2:
        session.show(session.view().during(first=days[0], last=days[1]))
    else:
        st.session_state[_HALF_CHOSEN] = True


def _keep_filter(dimension: str) -> None:
    chosen = st.session_state[session.key(dimension)]
    session.show(session.view().where(dimension, map(segment_value, chosen)))


def _remove(key: str, chips: Sequence[str]) -> None:
    view = session.view()
    for name in set(chips) - set(st.session_state[key]):
        if name in ("mode", "skipped", "window", "clock", "as_of", "data"):
            view = replace(view, **{name: getattr(View(), name)})
        else:
            view = view.where(name, ())
    session.show(view)


def _reset() -> None:
    view = session.view()
    kept = {name: getattr(view, name) for name in ("level", "by", "compare", "stage", "lang")}
    session.show(View(**kept).during(period=view.period, first=view.first, last=view.last))


def _reach(scope: Scope, *shown: date) -> tuple[date, date]:
    """The first and last day that a calendar offers: those of the data, and what it shows."""
    zone = scope.zone
    ends = [scope.generation.first_event, scope.generation.last_event]
    days = [end.replace(tzinfo=UTC).astimezone(zone).date() for end in ends]
    return min(*days, *shown), max(*days, *shown)


def _day_of(scope: Scope) -> date | None:
    view = scope.view
    if isinstance(view.as_of, datetime):
        return view.as_of.astimezone(scope.zone).date()
    return view.as_of


def _window_label(window: int | None) -> str:
    return _("No limit") if window is None else _n("Within {n} day", "Within {n} days", window)


def _labelled(options: dict[str, str]) -> Any:
    return lambda option: _(options[option]) if option in options else str(option)


def _value_labelled(dimension: str, options: Sequence[str]) -> Any:
    """Labels that differ: the browser sends a label back, not the value behind it."""
    names = labels.value_labels(dimension, [segment_value(each) for each in options])
    distinct = dict(zip(options, names, strict=True))
    return lambda option: distinct.get(option, option)
