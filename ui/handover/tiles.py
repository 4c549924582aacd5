"""The tiles: how many leads were handed over, and what became of them; they add up."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.certainty import Certainty
from analytics.handover.handover import ANSWERS, Handover
from analytics.handover.verdict import Change
from analytics.scope import Scope
from ui import navigation, session
from ui.handover import words
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import certainty, layout
from ui.page.markdown import gray, plain

_MOST_WAYS = 2
"""How many ways out of the pipeline a tile has room for."""


def show(scope: Scope, found: Handover, changed: Change | None) -> None:
    """A tile for all of them, and one for each answer; each opens its leads."""
    total = found.total
    columns = layout.tiles(1 + len(ANSWERS), name="handover")
    with columns[0], _tile("handed_over"):
        label = _("{stage}s handed over", stage=words.handing(scope))
        st.metric(label, formats.number(total["handed_over"]))
        st.markdown(gray(_("in {period}", period=words.period(scope))))
        _link(scope, None, int(total["handed_over"]))
    for column, slug in zip(columns[1:], ANSWERS, strict=True):
        with column, _tile(slug):
            _answer(scope, found, slug, changed)


def _tile(name: str) -> "st.delta_generator.DeltaGenerator":
    key = session.key(f"tile_handover_{name}")
    return st.container(border=True, height="stretch", gap=None, key=key)


def _answer(scope: Scope, found: Handover, slug: str, changed: Change | None) -> None:
    count, all_leads = int(found.total[slug]), int(found.total["handed_over"])
    lines = [_line(scope, found, slug)]
    delta = None
    if slug == "accepted" and changed is not None:
        delta = _delta(changed)
        lines.append(_before(changed))
    value = f"{formats.number(count)} · {formats.percent(count / all_leads, 0)}"
    st.metric(words.answer(slug), value, delta)
    for line in filter(None, lines):
        st.markdown(gray(plain(line)))
    _link(scope, slug, count)


def _delta(changed: Change) -> str | None:
    """The change against the period before, where it is a sure one."""
    if changed.certainty is not Certainty.CERTAIN:
        return None
    # Streamlit reads the direction from a plain hyphen.
    return quantities.points(changed.difference).replace("−", "-")


def _before(changed: Change) -> str:
    """What it was before, and whether that is surely another share."""
    before = formats.percent(changed.before, 0)
    if changed.certainty is Certainty.CERTAIN:
        return _("was {before}", before=before)
    word = certainty.word(changed.certainty)
    return _("was {before}; {word} if it changed", before=before, word=word)


def _line(scope: Scope, found: Handover, slug: str) -> str:
    """What else is to be said of an answer."""
    total = found.total
    if slug == "accepted" and found.taken_after is not None:
        return _n(
            "{n} of them by silence of {hours} hours",
            "{n} of them by silence of {hours} hours",
            int(total["taken"]),
            hours=found.taken_after,
        )
    if slug == "sent_back":
        return _("to an earlier stage")
    if slug == "exited":
        pipeline = scope.generation.pipeline
        ways = [labels.stage_label(pipeline, each) for each in pipeline.exit_slugs]
        return ", ".join(ways[:_MOST_WAYS])
    if slug == "waiting" and pd.notna(total["p90_seconds"]) and found.taken_after is None:
        return _("9 of 10 answered in {time}", time=words.working(scope, total["p90_seconds"]))
    return ""


def _link(scope: Scope, slug: str | None, count: int) -> None:
    if count and scope.generation.sight.leads:
        view = replace(scope.view, tab=words.tab_of(slug))
        navigation.link("handover", _("See the list →"), view)
