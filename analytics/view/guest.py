"""What a guest of a shared view may move, and how the rest of it is held.

Whatever a guest asks for, by whatever way, comes out of here as a view that the share allows: it
counts the leads of the shared view, or fewer where the guest may look closer.
"""

from collections.abc import Mapping
from dataclasses import replace

from analytics.view.view import Filters, Value, View

_PERIOD = ("period", "first", "last", "compare")
_BREAKDOWN = ("by", "level")
_MOVES: Mapping[str, tuple[str, ...]] = {
    "nothing": (),
    "period": _PERIOD,
    "breakdown": _BREAKDOWN,
    "all": (
        *_PERIOD,
        *_BREAKDOWN,
        *(
            "mode",
            "skipped",
            "window",
            "clock",
            "stage",
            "taken_after",
            "credit",
            "scenario",
            "call_cost",
        ),
    ),
}
"""The fields of a view that each guest may move; never the data, nor up to when it is known."""
_OF_THE_READER = ("tab", "place", "list_page", "coloured", "lang")
"""Those that decide no number."""
_CLOSED = {"tab": "none", "lead": "none", "place": "none", "list_page": "1", "coloured": "first"}
"""How an address says that what was shared open is not; elsewhere it says nothing."""
_OF_A_LIST = ("stage", "lead")
"""Those that say which leads are listed."""


def confined(
    asked: View, shared: View, guest: str, *, steps: bool = False, lists: bool = False
) -> View:
    """The view that is asked for, as far as a guest of the shared one may move it.

    steps: whether the step may be chosen, of which leads are listed elsewhere.
    lists: whether it is a list of leads, which may be of fewer than are counted.
    """
    chosen = _OF_A_LIST if lists else _OF_A_LIST[:1] if steps else ()
    moves = (*_OF_THE_READER, *_MOVES[guest], *chosen)
    view = replace(shared, **{name: getattr(asked, name) for name in moves})
    if not lists and guest != "all":
        return view
    return replace(
        view,
        filters=_narrowed(asked.filters, shared.filters),
        excluded=_united(asked.excluded, shared.excluded),
    )


def may_move(guest: str, field: str) -> bool:
    """Whether a guest may move a field of the view, wherever it is."""
    return field in _MOVES[guest] or (field == "filters" and guest == "all")


def moved(view: View, shared: View) -> dict[str, str]:
    """What a guest's address says beside the share: the parameters that are not the shared ones."""
    there, here = shared.to_query(), view.to_query()
    closed = {name: text for name, text in _CLOSED.items() if name in there and name not in here}
    return closed | {name: text for name, text in here.items() if there.get(name) != text}


def opened(shared: View, query: Mapping[str, str]) -> dict[str, str]:
    """The parameters of the view that a guest's address asks for: the shared ones, and its own."""
    asked = {name: text for name, text in query.items() if name != "v"}
    there = shared.to_query()
    if {"period", "from", "to"} & asked.keys():  # the one way to say it replaces the other
        there = {name: text for name, text in there.items() if name not in ("period", "from", "to")}
    return there | asked


def _narrowed(asked: Filters, shared: Filters) -> Filters:
    """Filters of which none lets in more than the shared one of its dimension does."""
    held = dict(shared)
    filters = {name: _within(values, held.get(name)) for name, values in asked}
    return tuple((held | filters).items())


def _within(values: tuple[Value, ...], held: tuple[Value, ...] | None) -> tuple[Value, ...]:
    """The values that are held, too; all that are held where none of them is."""
    return values if held is None else tuple(each for each in values if each in held) or held


def _united(asked: Filters, shared: Filters) -> Filters:
    """Everything left out that either leaves out."""
    left_out = dict(shared)
    for name, values in asked:
        left_out[name] = tuple({*left_out.get(name, ()), *values})
    return tuple(left_out.items())
