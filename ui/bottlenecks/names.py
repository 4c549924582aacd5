"""What the stages, steps and segments of a bottleneck are called on screen."""

from typing import Any

from analytics.scope import Scope
from analytics.view.view import View, segment_value
from ui.language import formats, labels
from ui.language.messages import _
from ui.page.markdown import plain

_WITH = ("owner",)  # whose values are people


def stage(scope: Scope, slug: str) -> str:
    """A stage's name, without what explains it in brackets: `SAL`, where it is `SAL (accepted)`."""
    name = labels.stage_label(scope.generation.pipeline, slug)
    return name.partition(" (")[0] or name


def step(scope: Scope, row: Any) -> str:
    """A transition by its two stages: `SAL → SQL`."""
    return f"{stage(scope, row.stage)} → {stage(scope, row.next_stage)}"


def segment(row: Any) -> str:
    """Whose transition it is: a segment's name, or everybody."""
    if not isinstance(row.dimension, str):
        return _("Everybody")
    return labels.value_label(row.dimension, segment_value(row.segment))


def place(scope: Scope, row: Any) -> str:
    """A transition and whose it is, within a sentence, taken literally."""
    said = {"step": plain(step(scope, row))}
    if not isinstance(row.dimension, str):
        return said["step"]
    said["segment"] = plain(segment(row))
    if row.dimension in _WITH:
        return _("{step} with {segment}", **said)
    name = plain(labels.dimension_label(row.dimension).lower())
    return _("{step} in {dimension} {segment}", dimension=name, **said)


def short_place(scope: Scope, row: Any) -> str:
    """A transition and whose it is, for a list of choices: not Markdown."""
    if not isinstance(row.dimension, str):
        return _("{step}: everybody", step=step(scope, row))
    return _(
        "{step}: {dimension} {segment}",
        step=step(scope, row),
        dimension=labels.dimension_label(row.dimension).lower(),
        segment=segment(row),
    )


def digits(amount: float) -> int:
    """Decimals of customers: one below ten."""
    return 1 if abs(amount) < 9.95 else 0


def loss(row: Any) -> str:
    """Customers lost, as a number with its sign and interval: `−8.9 (−11.8 … −5.7)`."""
    places_ = digits(row.wins_lost)
    value = formats.signed(-row.wins_lost, places_)
    return f"{value} ({formats.span(-row.wins_lost_high, -row.wins_lost_low, places_)})"


def benchmark(view: View) -> str:
    """What the view holds rates against, within a sentence."""
    return {
        "past": _("their own year before"),
        "best": _("the best 25% of the segments"),
        "target": _("the targets"),
    }[view.scenario.benchmark]
