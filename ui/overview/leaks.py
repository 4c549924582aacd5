"""The step that loses the most, in words."""

from analytics.overview.findings import Leak
from analytics.scope import Scope
from analytics.view.view import segment_value
from ui.bottlenecks import names
from ui.charts.canvas import shortened
from ui.language import formats, labels
from ui.language.messages import _, _n

_PEOPLE = ("owner",)  # dimensions whose values are people: their name says enough


def loses(scope: Scope, leak: Leak, characters: int | None = None) -> str:
    """What it costs: `team TP.HCM 2 now loses about 9 customers a quarter`; plain text."""
    return _n(
        "{where} now loses about {n} customer a quarter",
        "{where} now loses about {n} customers a quarter",
        max(1, round(leak.customers)),
        where=_where(scope, leak, characters),
    )


def moves(scope: Scope, leak: Leak) -> str:
    """The rate, and what it is held against; plain text."""
    told = {
        "rate": formats.percent(leak.rate, 0),
        "benchmark": formats.percent(leak.benchmark, 0),
        "stage": names.stage(scope, leak.stage),
        "next": names.stage(scope, leak.next_stage),
    }
    if leak.segment is None or leak.dimension is None:
        moved = _("Only {rate} of {stage} move on to {next}", **told)
    else:
        segment = labels.value_label(leak.dimension, segment_value(leak.segment))
        moved = _("{segment} moves only {rate} of {stage} on to {next}", segment=segment, **told)
    return _against(leak, moved, told["benchmark"])


def costs(leak: Leak, currency: str) -> str:
    """What is lost a quarter: money, or customers where that is not known."""
    if leak.money is not None:
        return _("{money} lost a quarter", money=formats.money(leak.money, currency))
    return _n(
        "about {n} customer lost a quarter",
        "about {n} customers lost a quarter",
        max(1, round(leak.customers)),
    )


def _against(leak: Leak, moved: str, benchmark: str) -> str:
    if leak.held_against == "best":
        return _("{moved}, the best groups {benchmark}", moved=moved, benchmark=benchmark)
    if leak.held_against == "target":
        return _("{moved}, the target is {benchmark}", moved=moved, benchmark=benchmark)
    return _("{moved}, down from {benchmark}", moved=moved, benchmark=benchmark)


def _where(scope: Scope, leak: Leak, characters: int | None) -> str:
    if leak.dimension is None or leak.segment is None:
        step = f"{names.stage(scope, leak.stage)} → {names.stage(scope, leak.next_stage)}"
        return _("the step {step}", step=_cut(step, characters))
    name = _cut(labels.value_label(leak.dimension, segment_value(leak.segment)), characters)
    if leak.dimension in _PEOPLE:
        return name
    dimension = labels.dimension_label(leak.dimension).lower()
    return _("{dimension} {segment}", dimension=_cut(dimension, characters), segment=name)


def _cut(name: str, characters: int | None) -> str:
    return name if characters is None else shortened(name, characters)
