"""What came of a decision, in words: what was expected, what is observed, and what can be said."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from analytics.overview.effect import Effect, Verdict
from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.scenario import Scenario
from analytics.view.view import View, segment_value
from data.state.note import Decision, Note
from ui import answers
from ui.language import formats, labels, quantities
from ui.language.messages import N_, _

VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.EARLY: N_("too early to tell"),
        Verdict.REACHED: N_("as expected"),
        Verdict.PARTLY: N_("better, but less than expected"),
        Verdict.MISSED: N_("not as expected"),
        Verdict.WORSE: N_("worse than before"),
    }
)
TONES: Mapping[Verdict, tuple[Literal["green", "orange", "red", "dashed"], str]] = MappingProxyType(
    {
        Verdict.EARLY: ("dashed", "hourglass_empty"),
        Verdict.REACHED: ("green", "check_circle"),
        Verdict.PARTLY: ("orange", "trending_up"),
        Verdict.MISSED: ("orange", "trending_flat"),
        Verdict.WORSE: ("red", "trending_down"),
    }
)
"""How a verdict's badge is drawn in a board: its tone and its icon."""


def of(scope: Scope, note: Note) -> tuple[Effect, ...]:
    """What came of a decision by the scope's data and as-of, within the filters it was made in."""
    if note.decision is None or not note.decision.expected:
        return ()
    view = _made_in(scope, note.decision)
    at = scope.at(
        View(
            filters=view.filters,
            excluded=view.excluded,
            scenario=view.scenario,
            as_of=scope.view.as_of,
        )
    )
    return answers.effects(at, decided_on(scope, note), note.decision.due)


def money(scope: Scope, note: Note) -> str:
    """The money that a decision was to move, in one line; '' where it moves none.

    What came of it is not observed: which leads it brought nobody knows.
    """
    if note.decision is None or not note.decision.expected:
        return ""
    return _money(scope, _made_in(scope, note.decision).scenario)


def _made_in(scope: Scope, decision: Decision) -> View:
    """What was tried out when it was decided, and among which leads, as far as data has them."""
    made, _lost = View.from_link(decision.expected)
    view, _unknown = vocabulary.fitted(made, scope.generation)
    return view


def _money(scope: Scope, tried: Scenario) -> str:
    if tried.move is None:
        return ""
    origin, target = (
        labels.value_label("source", segment_value(each))
        for each in (tried.move.origin, tried.move.target)
    )
    amount = formats.money(tried.move.amount, scope.generation.currency)
    return _("{amount} from {origin} to {target}", amount=amount, origin=origin, target=target)


def decided_on(scope: Scope, note: Note) -> date:
    """The day of a decision: the one that it is pinned to, else that on which it was written."""
    if note.day is not None or note.written_at is None:
        return note.day or scope.days[1]
    return scope.day(note.written_at)


def expected(scope: Scope, tried: Scenario) -> str:
    """What a scenario expects, in one line; '' for nothing."""
    kinds = (("rate", tried.rates), ("days", tried.cuts), ("volume", tried.volumes))
    parts = []
    for kind, numbers in kinds:
        for slug, number in numbers:
            named = name(scope, kind, slug)
            if kind == "days":
                parts.append(_("{what}: {days} less", what=named, days=quantities.days(number)))
            else:
                share = number / 100 if kind == "rate" else number
                parts.append(f"{named}: {formats.percent(share, 0)}")
    return "; ".join(filter(None, (*parts, _money(scope, tried))))


def name(scope: Scope, kind: str, slug: str) -> str:
    """What is expected to change."""
    if kind == "volume":
        return _("Leads of {source}", source=labels.value_label("source", slug))
    stage = labels.brief(labels.stage_label(scope.generation.pipeline, slug))
    return (
        _("Moving on from {stage}", stage=stage)
        if kind == "rate"
        else _("Half leave {stage} within", stage=stage)
    )


def value(effect: Effect, number: float | None) -> str:
    """A number of an effect as it is read."""
    return formats.NOTHING if number is None else _WRITTEN[effect.kind](number)


def interval(effect: Effect) -> str:
    """What is observed may be from … to …; '' where nothing is."""
    if effect.observed is None:
        return ""
    if math.isinf(effect.high):
        return _("at least {number}", number=value(effect, effect.low))
    return formats.between(value(effect, effect.low), value(effect, effect.high), in_words=False)


def verdict(effect: Effect) -> str:
    """What can be said of it, in words."""
    return _(VERDICTS[effect.verdict])


_WRITTEN: Mapping[str, Callable[[float], str]] = {
    "rate": lambda number: formats.percent(number, 0),
    "days": quantities.days,
    "volume": formats.number,
}
