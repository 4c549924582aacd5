"""The filter bar: the period, what it is compared with, filters, and the ways of counting."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.view import NOT, Value, View, segment_text, segment_value
from data.values import text
from ui import guest, session
from ui.language import formats, labels, periods
from ui.language.glossary import glossary
from ui.language.messages import N_, _
from ui.page import dialog, dimensions, terms
from ui.page.markdown import gray, plain

_PERIODS = {
    DEFAULT_PERIOD: N_("Suggested"),
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
_SIDES = {"": N_("Only these"), NOT: N_("All but these")}
_HALF_CHOSEN = "half_a_period_chosen"
_FEW = 4
"""So many filters are seen at a glance; among more, one is searched for."""
_WINDOWS = (None, 7, 14, 30, 60, 90, 180, 365)


def controls(
    scope: Scope, *, whole: str | None = None, of_today: bool = False, compares: bool = True
) -> None:
    """The period, what it is compared with, and the filters: the row beside a page's title.

    Every change goes into the view through a callback, and so into the link. `whole` is what a
    page counts of all the data, which it then holds against something of its own. A page that is
    `of_today` says as of when instead of a period. One that does not `compare` has no choice of
    what with.
    """
    if of_today:
        day = formats.day(scope.day(scope.as_of))
        st.markdown(gray(_("Open on {day}", day=day)), width="content")
    elif not guest.may_move("period"):
        st.markdown(_period_label(scope), width="content")
    else:
        dialog.button(
            whole if whole is not None and scope.is_whole else _period_label(scope),
            "open_period",
            partial(_period, scope, session.view(), compares=compares),
            icon=":material/calendar_today:",
            title=_("Period"),
            width="small",
        )
    if compares and not of_today and (whole is None or not scope.is_whole):
        _comparison(scope)
    if guest.may_move("filters"):
        dialog.button(_("Filters"), "open_filters", _filtering, icon=":material/tune:")


def _period_label(scope: Scope) -> str:
    """The period that is counted, as its control says it."""
    if scope.is_whole:
        return _("All data ({days})", days=formats.days_between(*scope.days))
    if scope.is_running:
        return periods.running(*scope.known_days, scope.whole_days)
    return periods.label(*scope.days)


def _period(scope: Scope, before: View, *, compares: bool) -> None:
    """The choice of a period: done as soon as one is chosen."""
    if session.view() != before:
        st.rerun()
    _seeded("period", scope.view.period)
    st.pills(
        _("Period"),
        list(_PERIODS),
        format_func=_labelled(_PERIODS),
        label_visibility="collapsed",  # the dialog's title says the same
        key=session.key("period"),
        on_change=_keep_period,
    )
    # After the first of two clicks the calendar holds one day; it must keep it for the second.
    if not st.session_state.pop(_HALF_CHOSEN, False):
        _seeded("days", scope.days)
    earliest, latest = _reach(scope, *scope.days)
    st.date_input(
        _("First and last day of entry"),
        format=formats.day_field(),
        key=session.key("days"),
        on_change=_keep_days,
        min_value=earliest,
        max_value=latest,
    )
    notes = [_("Both days are included. {zone}.", zone=formats.zone(scope.zone.key))]
    if compares and scope.earlier() is not None:
        notes.append(_("The earlier period is cut at the same age, so that both had as much time."))
    st.markdown(gray(" ".join(notes)))


def _comparison(scope: Scope) -> None:
    if scope.is_whole:
        return  # all data has no period before it
    if not guest.may_move("compare"):
        if scope.view.compare != "none":
            st.markdown(gray(_compared_with(scope, scope.view.compare)), width="content")
        return
    names = {compare: _compared_with(scope, compare) for compare in _COMPARE}
    _seeded("compare", scope.view.compare)
    st.selectbox(
        _("Compare with"),
        _apart(names, scope.view.compare),
        format_func=lambda compare: names.get(compare, compare),
        label_visibility="collapsed",
        width=230 if max(map(len, names.values())) < 24 else 310,
        key=session.key("compare"),
        on_change=_keep,
        args=("compare",),
    )


def _apart(names: Mapping[str, str], chosen: str) -> list[str]:
    """The comparisons without those that are the same days, such as a year and the year before it.

    The browser tells them apart by their names alone.
    """
    first = {names[each]: each for each in reversed(_COMPARE)} | {names[chosen]: chosen}
    return [each for each in _COMPARE if first[names[each]] == each]


def _compared_with(scope: Scope, compare: str) -> str:
    """What a comparison is with, by name: `vs Q2 2026`."""
    compared = scope.at(replace(scope.view, compare=compare))
    earlier, whole = compared.earlier(), compared.whole_days_before
    if earlier is None or whole is None:
        return _(_COMPARE[compare])
    period = periods.compared(*earlier.days)
    if scope.is_running:
        with_year = whole[0].year != scope.days[0].year
        period = periods.first_days(*earlier.days, whole, with_year=with_year)
    return _("vs {period}", period=period)


def _filtering() -> None:
    """The filters and the ways of counting, which are applied together."""
    scope = session.current()
    offered = dimensions.offered(scope)
    if len(offered) > _FEW:
        offered = _sought(scope, offered)
    with st.grid(2, min_column_width=220):
        for dimension in offered:
            with st.container(gap="xsmall"):
                _filter(scope, dimension)
    with st.expander(_("Counting")):
        _counting(scope)
    if st.button(_("Apply"), type="primary", icon=":material/check:", key=session.key("apply")):
        st.rerun()


def _sought(scope: Scope, offered: list[str]) -> list[str]:
    """The dimensions that are called, or have a value called, as the reader writes; else all."""
    sought = st.text_input(
        _("Find a filter"),
        placeholder=_("Find a filter or a value, such as a team"),
        icon=":material/search:",
        label_visibility="collapsed",
        key=session.key("sought_filter"),
    )
    wanted = text.plain(sought)
    if not wanted:
        return offered
    found = [each for each in offered if _is_called(scope, each, wanted)]
    if not found:
        st.markdown(gray(_("No filter and no value is called so. Try fewer letters.")))
    return found


def _is_called(scope: Scope, dimension: str, wanted: str) -> bool:
    """Whether the name of a dimension or of a value of it has these letters, whatever accents."""
    values = (
        value for value, _leads in vocabulary.values(guest.named(scope.generation), dimension)
    )
    names = (labels.value_label(dimension, value) for value in values)
    return any(wanted in text.plain(each) for each in (labels.dimension_label(dimension), *names))


def _filter(scope: Scope, dimension: str) -> None:
    """The values that a dimension is filtered to, those that are left out of it, or both."""
    kept, left_out = scope.view.values(dimension), scope.view.excluded_values(dimension)
    if kept or not left_out:
        _values(scope, dimension, kept)
    if left_out:
        _values(scope, dimension, left_out, NOT)
    if bool(kept) == bool(left_out):
        return
    _seeded(f"{dimension}_side", NOT if left_out else "")
    st.segmented_control(
        plain(labels.dimension_label(dimension)),
        list(_SIDES),
        format_func=_labelled(_SIDES),
        required=True,
        label_visibility="collapsed",
        key=session.key(f"{dimension}_side"),
        on_change=_turn,
        args=(dimension,),
    )


def _values(scope: Scope, dimension: str, chosen: Sequence[Value], side: str = "") -> None:
    there = vocabulary.values(guest.named(scope.generation), dimension)
    written = [segment_text(value) for value in chosen]
    # A link may name values that no lead has.
    options = list(dict.fromkeys((*(segment_text(value) for value, _leads in there), *written)))
    name = plain(labels.dimension_label(dimension))
    _seeded(dimension + side, written)
    st.multiselect(
        _("{name}: all but", name=name) if side else name,
        options,
        format_func=_value_labelled(dimension, options),
        placeholder=_("All"),
        select_all=False,  # all of them is no filter
        key=session.key(dimension + side),
        on_change=_keep_filter,
        args=(dimension, side),
    )


def _counting(scope: Scope) -> None:
    view = scope.view
    cohort, flow = glossary.term("cohort"), glossary.term("flow")
    _choice("mode", _("Whom to count"), _MODES, view.mode, help=terms.help(cohort, flow))
    skipped = terms.help(glossary.term("skipped-stage"))
    _choice("skipped", _("Skipped stages"), _SKIPPED, view.skipped, help=skipped)
    windows: list[int | None] = list(dict.fromkeys((*_WINDOWS, view.window)))
    _seeded("window", view.window)
    st.selectbox(
        _("Conversion window, from entry"),
        windows,
        format_func=labels.window_label,
        placeholder=labels.window_label(None),  # None is no choice to a widget
        key=session.key("window"),
        on_change=_keep,
        args=("window",),
        help=terms.help(glossary.term("conversion-window")),
    )
    _clock(scope)
    day = _day_of(scope)
    _seeded("as_of", day)
    earliest, latest = _reach(scope, *([day] if day else []))
    st.date_input(
        _("As of the end of"),
        format=formats.day_field(),
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


def _keep_filter(dimension: str, side: str) -> None:
    chosen = map(segment_value, st.session_state[session.key(dimension + side)])
    view = session.view()
    session.show((view.excluding if side else view.where)(dimension, chosen))


def _turn(dimension: str) -> None:
    """Leaves out the values that were chosen, or has them alone again."""
    view = session.view()
    chosen = view.values(dimension) or view.excluded_values(dimension)
    view = view.unfiltered(dimension)
    leaves_out = st.session_state[session.key(f"{dimension}_side")] == NOT
    session.show((view.excluding if leaves_out else view.where)(dimension, chosen))


def _reach(scope: Scope, *shown: date) -> tuple[date, date]:
    """The first and last day that a calendar offers: those of the data, and what it shows."""
    days = map(scope.day, (scope.generation.first_event, scope.generation.last_event))
    offered = [*days, *shown]
    return min(offered), max(offered)


def _day_of(scope: Scope) -> date | None:
    view = scope.view
    if isinstance(view.as_of, datetime):
        return scope.day(view.as_of)
    return view.as_of


def _labelled(options: dict[str, str]) -> Any:
    return lambda option: _(options[option]) if option in options else str(option)


def _value_labelled(dimension: str, options: Sequence[str]) -> Any:
    """Labels that differ: the browser sends a label back, not the value behind it."""
    names = labels.value_labels(dimension, [segment_value(each) for each in options])
    distinct = dict(zip(options, names, strict=True))
    return lambda option: distinct.get(option, option)
