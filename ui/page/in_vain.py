"""What a link said in vain: the notice above every page that names it."""

from collections.abc import Sequence

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.reading import Dropped
from ui import guest, session
from ui.language import formats, labels
from ui.language.messages import _
from ui.page.markdown import plain, shortened

_MOST_ALLOWED = 16
_MOST_NAMED = 20


def show(scope: Scope) -> None:
    """Names what the link said in vain; the shell shows it above every page.

    That is what was not understood, what was left out as it changes nothing, and the values that no
    lead has.
    """
    dropped = [each for each in session.dropped() if not guest.hides(each.parameter)]
    wrong = [_part(each) for each in dropped if not each.is_harmless]
    idle = [_part(each) for each in dropped if each.is_harmless]
    nobody = [
        f"**{plain(labels.dimension_label(dimension))}: "
        f"{plain(shortened(labels.value_label(dimension, value)))}**"
        for dimension, value in vocabulary.absent(scope.view, guest.named(scope.generation))
        if not guest.hides(dimension)
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
    said = f"**{plain(shortened(f'{dropped.parameter}={dropped.value}'))}**"
    if not 0 < len(dropped.allowed) <= _MOST_ALLOWED:
        return said
    return _("{part} (possible: {allowed})", part=said, allowed=plain(", ".join(dropped.allowed)))


def _listed(parts: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(parts) - _MOST_NAMED
    return "; ".join(parts[:_MOST_NAMED]) + (f"; … (+{formats.number(more)})" if more > 0 else "")
