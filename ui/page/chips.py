"""The chips of a page: what is not at its default, each with a cross that resets it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import NOT, Value, View
from ui import guest, session
from ui.language import formats, labels
from ui.language.messages import _
from ui.page.markdown import gray, plain, shortened


def show(scope: Scope, without: Collection[str] = ()) -> None:
    """What is not at its default, each with a cross that resets it; nothing when all is.

    `without` what the page has controls of its own for. What a guest may not move has no cross.
    """
    active = {name: what for name, what in _active(scope) if name not in without}
    if guest.hides_filters():
        active = {name: what for name, what in active.items() if not _is_filter(scope.view, name)}
    if not active:
        return
    if not guest.may_move("filters"):
        st.markdown(gray(" · ".join(active.values())))
        return
    key = session.key("chips_" + "_".join(active.values()))
    st.session_state[key] = list(active)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.pills(
            _("Active filters"),
            list(active),
            selection_mode="multi",
            format_func=lambda name: f"{active.get(name, name)} ✕",
            label_visibility="collapsed",
            key=key,
            on_change=_remove,
            args=(key, tuple(active)),
        )
        st.button(_("Reset"), type="tertiary", icon=":material/filter_alt_off:", on_click=_reset)


def _is_filter(view: View, name: str) -> bool:
    return name.removesuffix(NOT) in view.filtered


def _active(scope: Scope) -> Iterator[tuple[str, str]]:
    view = scope.view
    for dimension, values in view.filters:
        yield dimension, chosen(scope, dimension, values)
    for dimension, values in view.excluded:
        name, what = _told(dimension, values)
        yield dimension + NOT, _("{name}: all but {what}", name=name, what=what)
    if view.mode == "flow":
        yield "mode", _("Flow")
    if view.skipped == "strict":
        yield "skipped", _("No skips")
    if view.window is not None:
        yield "window", labels.window_label(view.window)
    if view.clock == "working":
        yield "clock", _("Working hours")
    if view.as_of is not None:
        yield (
            "as_of",
            _("As of {day}", day=formats.instant(scope.as_of, scope.zone.key)),
        )
    if view.data is not None:
        yield "data", _("Data version {number}", number=view.data)


def chosen(scope: Scope, dimension: str, values: Sequence[Value]) -> str:
    """A filter on its chip: the one value, how many there are, or that it is each that is known."""
    name, what = _told(dimension, values)
    if 1 < len(values) == len(vocabulary.values(scope.generation, dimension)):
        return _("{name}: all {n}", name=name, n=what)
    return f"{name}: {what}"


def _told(dimension: str, values: Sequence[Value]) -> tuple[str, str]:
    """The name of a dimension, and its one value or how many there are."""
    what = plain(shortened(labels.value_label(dimension, values[0])))
    name = plain(labels.dimension_label(dimension))
    return name, what if len(values) == 1 else formats.number(len(values))


def _remove(key: str, active: Sequence[str]) -> None:
    view = session.view()
    for name in set(active) - set(st.session_state[key]):
        if name in ("mode", "skipped", "window", "clock", "as_of", "data"):
            view = replace(view, **{name: getattr(View(), name)})
        elif name.endswith(NOT):
            view = view.excluding(name.removesuffix(NOT), ())
        else:
            view = view.where(name, ())
    session.show(view)


def _reset() -> None:
    view = session.view()
    kept = {name: getattr(view, name) for name in ("level", "by", "compare", "stage", "lang")}
    session.show(View(**kept).during(period=view.period, first=view.first, last=view.last))
