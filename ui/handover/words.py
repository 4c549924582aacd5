"""The hand-over in words: its stages, its answers, and how long these take."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.scope import Scope
from data.pipeline import Handover as Between
from ui import guest
from ui.language import labels, periods, quantities
from ui.language.messages import N_, _, _n, _p
from ui.leads import words
from ui.page.markdown import plain

ANSWERS: Mapping[str, str] = {
    "accepted": N_("Accepted"),
    "sent_back": N_("Sent back"),
    "exited": N_("Left the pipeline"),
    "waiting": N_("No answer yet"),
}


def answer(slug: str) -> str:
    """An answer in the reader's language."""
    return _(ANSWERS[slug])


def handing(scope: Scope) -> str:
    """The stage at which leads wait for an answer: `MQL`."""
    return plain(words.stage_name(scope, _between(scope).handing.slug))


def accepting(scope: Scope) -> str:
    """The stage of those that are accepted: `SAL`."""
    return plain(words.stage_name(scope, _between(scope).accepting.slug))


def _between(scope: Scope) -> Between:
    found = scope.generation.pipeline.handover
    assert found is not None, "Of another pipeline the page says that it has none."
    return found


def period(scope: Scope) -> str:
    """What the period is called within a sentence."""
    return _p("within a sentence", "all data") if scope.is_whole else periods.within(*scope.days)


def working(scope: Scope, seconds: float) -> str:
    """A length of working time, in working days or hours."""
    return quantities.working(seconds, scope.generation.pipeline.calendar.day_seconds)


def silence(hours: int) -> str:
    """What silence counts as after so many working hours, for the line below a title."""
    return _n(
        "After {n} working hour without an answer a lead counts as accepted.",
        "After {n} working hours without an answer a lead counts as accepted.",
        hours,
    )


def reason(scope: Scope, kind: str) -> str:
    """A kind of reasons in the reader's language."""
    return labels.reason_label(scope.generation.pipeline, kind)


# --- the lists, each a tab of the page and so of its link ---------------------------------------

_TABS = {"handed-over": None, **{slug.replace("_", "-"): slug for slug in ANSWERS}}
_BACK = "back-"
_NAMED = re.compile(rf"{_BACK}[a-z-]{{1,27}}")


@dataclass(frozen=True)
class Listed:
    """What a tab lists: the leads with an `answer`, None for all, or `sent_back` for a reason."""

    answer: str | None
    reason: str | None = None


def tab_of(slug: str | None) -> str:
    """The tab that lists the leads with an answer; of all that were handed over without one."""
    return next(tab for tab, listed in _TABS.items() if listed == slug)


def tab_of_reason(kind: str) -> str | None:
    """The tab that lists the leads sent back for a reason; None for one that no link can name."""
    tab = _BACK + kind.replace("_", "-")
    return tab if _NAMED.fullmatch(tab) else None


def listed(scope: Scope) -> Listed | None:
    """What the link's tab lists, where it lists any, and single leads are told of."""
    tab = scope.view.tab
    if not scope.generation.sight.leads or tab is None:
        return None
    if tab in _TABS:
        return Listed(_TABS[tab])
    kinds = {tab_of_reason(kind): kind for kind in scope.generation.pipeline.reason_slugs}
    return Listed("sent_back", kinds[tab]) if tab in kinds else None


def has_lists(scope: Scope) -> bool:
    """Whether the leads of one segment alone can be listed."""
    return scope.generation.sight.leads and guest.may_move("filters")
