"""Pictures drawn once: the same rows, in the same colours and language, for all readers."""

import pickle
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import plotly.graph_objects as go

from ui.cache import Cache, room
from ui.language import current

P = ParamSpec("P")

figures = Cache(room(1))
"""The pictures that were drawn last."""


def kept(draw: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """The same picture for the same arguments. All readers share it: nothing writes to it.

    Arguments are the same when they are written down in the same way; those that cannot be, such
    as a function without a name, are drawn from each time.
    """

    @wraps(draw)
    def drawn(*given: P.args, **more: P.kwargs) -> go.Figure:
        try:
            key = pickle.dumps((draw.__name__, current.lang(), given, more))
        except (pickle.PicklingError, AttributeError):
            return draw(*given, **more)
        figure: go.Figure = figures.answer(key, draw.__name__, lambda: finished(*given, **more))
        return figure

    def finished(*given: P.args, **more: P.kwargs) -> go.Figure:
        figure = draw(*given, **more)
        figure.finish()
        return figure

    return drawn
