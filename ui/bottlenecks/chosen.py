"""The bottleneck that the page is about: the one chosen, else the largest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.scope import Scope
from analytics.view.scenario import Scenario
from ui import answers, session

_CHOSEN = "loss_chosen"
_MOST_LOSSES = 8  # in the picture; the table has all


@dataclass(frozen=True)
class Chosen:
    """A bottleneck that is looked at: the row of the answer, and the answer."""

    found: Bottlenecks
    row: Any

    @property
    def dimension(self) -> str | None:
        """Of what it is a segment; None for everybody."""
        return self.row.dimension if isinstance(self.row.dimension, str) else None

    @property
    def segment(self) -> str | None:
        """Which segment; None for everybody."""
        return None if self.dimension is None else self.row.segment


def chosen(scope: Scope) -> Chosen | None:
    """The bottleneck that is looked at: the one clicked, else the view's stage's, else the first.

    None when there is nothing to look at.
    """
    found = answers.bottlenecks(scope)
    rows = shown(found)
    if rows.empty:
        return None
    marks = [_mark(row) for row in rows.itertuples(index=False)]
    mark = st.session_state.get(_CHOSEN)
    if mark not in marks:
        own = rows[rows["stage"] == scope.view.stage] if scope.view.level == "stage" else rows[:0]
        mark = _mark((own if len(own) else rows).iloc[0])
    return Chosen(found, list(rows.itertuples(index=False))[marks.index(mark)])


def shown(found: Bottlenecks) -> pd.DataFrame:
    """The places of the picture: those that are ranked, then the largest losses within noise."""
    tried = found.rows[~found.rows["too_few"] & found.rows["wins_lost"].notna()]
    others = tried[~tried["ranked"] & (tried["wins_lost"] > 0)]
    # The same visits under another name, a channel of one source, are not another place.
    others = others.drop_duplicates(["stage", "n", "advanced", "benchmark", "wins_lost"])
    rows = pd.concat([found.ranked, others.nlargest(_MOST_LOSSES, "wins_lost_low")])
    if rows.empty:
        rows = tried[tried["dimension"].isna()]
    return rows.head(_MOST_LOSSES).reset_index(drop=True)


def try_out(changed: Callable[[Scenario], Scenario]) -> None:
    """Changes the view's scenario; for callbacks."""
    session.change(scenario=changed(session.view().scenario))


def _choose(mark: str) -> None:
    st.session_state[_CHOSEN] = mark


def _mark(row: Any) -> str:
    """What a place is told by in a click."""
    dimension = row.dimension if isinstance(row.dimension, str) else ""
    segment = row.segment if isinstance(row.segment, str) else ""
    return f"{row.transition} {dimension} {segment}"
