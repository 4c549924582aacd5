"""What the stages, steps and segments of a bottleneck are called on screen."""

from analytics.bottlenecks.loss import Loss
from analytics.bottlenecks.visits import QUARTER
from analytics.scope import Scope
from analytics.view.view import View, segment_value
from ui.language import formats, labels
from ui.language.messages import _
from ui.page.markdown import plain

_PEOPLE = ("owner",)  # dimensions whose values are people


def stage(scope: Scope, slug: str) -> str:
    """A stage's name, without what explains it in brackets: `SAL`, where it is `SAL (accepted)`."""
    return _brief(labels.stage_label(scope.generation.pipeline, slug))


def step(scope: Scope, slug: str) -> str:
    """The name of a step of the view's level, or of the other one: `Opportunity`."""
    at_level = {step.slug for step in scope.steps}
    other = "stage" if scope.view.level == "group" else "group"
    level = scope.view.level if slug in at_level else other
    return _brief(labels.step_label(scope.generation.pipeline, slug, level))


def transition(scope: Scope, loss: Loss) -> str:
    """A transition by its two stages: `SAL → SQL`."""
    return f"{stage(scope, loss.stage)} → {stage(scope, loss.next_stage)}"


def segment(loss: Loss) -> str:
    """Whose transition it is: a segment's name, or that of all leads."""
    if loss.dimension is None or loss.segment is None:
        return _("Everybody")
    return labels.value_label(loss.dimension, segment_value(loss.segment))


def step_of_segment(scope: Scope, loss: Loss) -> str:
    """A step × segment within a sentence, taken literally."""
    step = plain(transition(scope, loss))
    if loss.dimension is None:
        return step
    name = plain(segment(loss))
    if loss.dimension in _PEOPLE:
        return _("{step} with {segment}", step=step, segment=name)
    dimension = plain(labels.dimension_label(loss.dimension).lower())
    return _("{step} in {dimension} {segment}", step=step, dimension=dimension, segment=name)


def listed(scope: Scope, loss: Loss) -> str:
    """A step × segment in a list of choices: not Markdown."""
    if loss.dimension is None:
        return _("{step}: all leads", step=transition(scope, loss))
    return _(
        "{step}: {dimension} {segment}",
        step=transition(scope, loss),
        dimension=labels.dimension_label(loss.dimension).lower(),
        segment=segment(loss),
    )


def lost(loss: Loss) -> str:
    """Customers lost, as a number with its sign and interval: `−8.9 (−11.8 to −5.7)`."""
    decimals = formats.decimals_of(loss.wins_lost or 0)
    value = formats.signed(_negative(loss.wins_lost), decimals)
    low, high = _negative(loss.wins_lost_high), _negative(loss.wins_lost_low)
    return f"{value} ({formats.span(low, high, decimals, of_difference=True)})"


def benchmark(view: View) -> str:
    """What the view holds rates against, within a sentence."""
    return {
        "past": _("the 12 months before"),
        "best": _("the best 25% of the groups"),
        "target": _("the targets"),
    }[view.scenario.benchmark]


def latest_days(days: int = QUARTER) -> str:
    """So many days of now, the latest that were followed long enough; a quarter at each stage."""
    return _("Latest {n} mature days", n=formats.number(days))


def _brief(name: str) -> str:
    return name.partition(" (")[0] or name


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
