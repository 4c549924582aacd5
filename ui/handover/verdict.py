"""The sentence at the top: how many of the leads sales accepted, and how soon they answered."""

from dataclasses import replace

import pandas as pd

from analytics.handover.handover import Handover
from analytics.handover.verdict import Change, State, state
from analytics.scope import Scope
from ui.handover import words
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import headline
from ui.page.headline import Tone

_TONES: dict[State, Tone] = {State.WELL: "ok", State.FEWER: "watch", State.SILENT: "watch"}


def show(scope: Scope, found: Handover, changed: Change | None) -> None:
    """One sentence, how the hand-over goes, and the way to those whom nobody answered for."""
    waiting = int(found.total["waiting"])
    link = None
    if waiting and scope.generation.sight.leads:
        label = _n("See the {n} without an answer →", "See the {n} without an answer →", waiting)
        view = replace(scope.view, tab=words.tab_of("waiting"))
        link = ("handover", label, view)
    headline.show(sentence(scope, found, changed), tone=_TONES[state(found, changed)], link=link)


def sentence(scope: Scope, found: Handover, changed: Change | None) -> str:
    """At most 110 characters."""
    total = found.total
    told = {
        "share": formats.percent(total["accepted_rate"], 0),
        "stage": words.handing(scope),
        "period": words.period(scope),
        "n": formats.number(total["waiting"]),
    }
    now = state(found, changed)
    if now is State.FEWER and changed is not None:
        before = formats.percent(changed.before, 0)
        return _(
            "Sales accepted only {share} of the {stage}s of {period}; before it was {before}.",
            before=before,
            **told,
        )
    if now is State.SILENT:
        of_all = formats.percent(total["waiting"] / total["handed_over"], 0)
        return _("{of_all} of the {stage}s of {period} have no answer: {n}.", of_all=of_all, **told)
    if found.taken_after is not None:
        silent = formats.number(total["taken"])
        return _(
            "Sales accepted {share} of the {stage}s of {period}, {silent} of them by silence.",
            silent=silent,
            **told,
        )
    if pd.isna(total["median_seconds"]):
        return _("Sales accepted {share} of the {stage}s of {period}.", **told)
    return _(
        "Sales accepted {share} of the {stage}s of {period} and answered half in {time}.",
        time=words.working(scope, total["median_seconds"]),
        **told,
    )
