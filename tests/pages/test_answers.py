"""Answers and pictures are shared by all readers: no page that shows one changes it."""

from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from pandas.util import hash_pandas_object

from data.store import Store
from tests.support.screen import LANGUAGES, PAGES, opened, settled
from ui import answers
from ui.charts.kept import figures

# One of each kind: of those who entered and of moves, by stage and by group, with and without a
# breakdown and a comparison. What a bare link shows is in one of the two.
VIEWS: tuple[dict[str, str], ...] = (
    {"by": "channel", "level": "stage", "stage": "sql", "compare": "previous"},
    {"mode": "flow", "period": "last-90d", "clock": "working", "measure": "value"},
)


ANALYSED = ("funnel", "sources", "bottlenecks", "time_in_stage")


def written(answer: Any) -> Any:
    """All that an answer holds, as a value to compare with."""
    if isinstance(answer, pd.DataFrame | pd.Series):
        frame = pd.DataFrame(answer)
        return (
            [_cells(values) for values in (frame.index, *(frame[name] for name in frame))],
            [str(name) for name in frame.columns],
            frame.dtypes.astype(str).tolist(),
        )
    if isinstance(answer, np.ndarray):
        return str(answer.dtype), answer.shape, answer.tobytes()
    if is_dataclass(answer):
        return [written(getattr(answer, each.name)) for each in fields(answer)]
    if isinstance(answer, dict):
        return [(written(key), written(value)) for key, value in answer.items()]
    if isinstance(answer, list | tuple | set | frozenset):
        return [written(each) for each in answer]
    return repr(answer)


def _cells(values: "pd.Index[Any] | pd.Series[Any]") -> Any:
    try:
        return hash_pandas_object(values, index=False).tolist()
    except TypeError:  # lists
        return [repr(value) for value in values]


def test_no_page_changes_an_answer_or_a_picture(
    own_sample: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures: dict[int, tuple[str, go.Figure, str]] = {}
    drawn = figures.answer

    def seen(key: Hashable, name: str, make: Callable[[], go.Figure]) -> go.Figure:
        picture = drawn(key, name, make)
        if id(picture) not in pictures:
            # One with notes on it is kept with the one without.
            *_plain, shown = picture if isinstance(picture, tuple) else (picture,)
            pictures[id(picture)] = (name, shown, shown.to_json())
        return picture

    figures.clear()
    monkeypatch.setattr(figures, "answer", seen)
    given: dict[int, tuple[str, Any, Any]] = {}
    answered = answers._answered

    def watched(of: Any, name: str, *further: Any) -> Any:
        answer = answered(of, name, *further)
        if id(answer) not in given:
            given[id(answer)] = (name, answer, written(answer))
        return answer

    monkeypatch.setattr(answers, "_answered", watched)
    for page in PAGES:
        for lang, view in zip(cycle(LANGUAGES), VIEWS, strict=False):
            screen = opened(page, lang=lang, **view)
            if page in ANALYSED:
                screen = opened(page, lang=lang, tab="analysis", **view)
            for toggle in screen.toggle:
                toggle.set_value(True)
            if screen.toggle:
                settled(screen)
    assert own_sample.current() == 1
    assert len({name for name, _answer, _was in given.values()}) > 20
    changed = {name for name, answer, was in given.values() if written(answer) != was}
    assert changed == set()
    assert len({name for name, _picture, _was in pictures.values()}) > 10
    assert {name for name, picture, was in pictures.values() if picture.to_json() != was} == set()
