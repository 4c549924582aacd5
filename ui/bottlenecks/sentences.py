"""A bottleneck in words: one sentence for a headline, and what it is made of."""

from analytics.bottlenecks.loss import Loss
from analytics.bottlenecks.ranking import Ranking
from analytics.certainty import Certainty
from analytics.scope import Scope
from ui.bottlenecks import names
from ui.language import formats
from ui.language.messages import _, _n
from ui.page.markdown import plain

_DOERS = ("team", "owner")
"""Dimensions whose values do the moving on: `Hanoi takes …`; of others it is their leads."""


def headline(scope: Scope, ranking: Ranking) -> str:
    """What the page says first."""
    if ranking.first is not None:
        return of_loss(scope, ranking.first.loss, ranking.found.currency)
    if not ranking.looked_at:
        return _("Too little data yet to name a bottleneck")
    return _("No bottleneck clearly loses customers")


def how_many(ranking: Ranking) -> str:
    """How many bottlenecks are certain, and how many likely; or that none is either."""
    sure = [each.certainty for each in ranking.sure]
    if not ranking.looked_at:
        return _("Too little data yet to name a bottleneck")
    if not sure:
        return _("No bottleneck clearly loses customers")
    certain, likely = sure.count(Certainty.CERTAIN), sure.count(Certainty.LIKELY)
    if not likely:
        return _n("{n} certain bottleneck", "{n} certain bottlenecks", certain)
    if not certain:
        return _n("{n} likely bottleneck", "{n} likely bottlenecks", likely)
    return _n(
        "{n} certain bottleneck, {likely} likely",
        "{n} certain bottlenecks, {likely} likely",
        certain,
        likely=formats.number(likely),
    )


def of_loss(scope: Scope, loss: Loss, currency: str) -> str:
    """What a bottleneck does, what it is held against, and what that costs a quarter."""
    said = {"rate": rate_of(scope, loss), "cost": _cost(loss, currency)}
    against = formats.percent(loss.benchmark, 0)
    if loss.held_against == "best":
        return _("{rate}, {against} in the best groups: {cost}.", against=against, **said)
    if loss.held_against == "target":
        return _("{rate}, the target is {against}: {cost}.", against=against, **said)
    return _("{rate}, down from {against}: {cost}.", against=against, **said)


def rate_of(scope: Scope, loss: Loss) -> str:
    """Whose leads move on how often: `Hanoi moves only 23% of SAL on to SQL`."""
    said = {
        "now": formats.percent(loss.rate, 0),
        "stage": plain(names.stage(scope, loss.stage)),
        "following": plain(names.stage(scope, loss.next_stage)),
        "segment": plain(names.segment(loss)),
    }
    if loss.dimension is None:
        return _("Only {now} of {stage} reach {following}", **said)
    if loss.dimension in _DOERS:
        return _("{segment} moves only {now} of {stage} on to {following}", **said)
    return _("{segment}: only {now} of {stage} reach {following}", **said)


def customers(count: float | None) -> str:
    """Customers as they are said: whole ones, and below one with a decimal."""
    return formats.number(count, 0 if count is None or abs(count) >= 0.95 else 1)


def gain_of(loss: Loss, currency: str) -> str:
    """What it would bring if a bottleneck were none: as many as it loses."""
    worth = None if loss.value_lost is None else plain(formats.money(loss.value_lost, currency))
    return more(customers(loss.wins_lost), worth)


def more(number: str, worth: str | None) -> str:
    """So many more customers, and what they are worth where that is known."""
    many = 1 if number == "1" else 2
    if worth is None:
        return _n(
            "About {number} more customer a quarter",
            "About {number} more customers a quarter",
            many,
            number=number,
        )
    return _n(
        "About {number} more customer and {worth} a quarter",
        "About {number} more customers and {worth} a quarter",
        many,
        number=number,
        worth=worth,
    )


def fewer(number: str, worth: str | None) -> str:
    """So many customers fewer, and what they are worth where that is known."""
    many = 1 if number == "1" else 2
    if worth is None:
        return _n(
            "About {number} customer fewer a quarter",
            "About {number} customers fewer a quarter",
            many,
            number=number,
        )
    return _n(
        "About {number} customer and {worth} fewer a quarter",
        "About {number} customers and {worth} fewer a quarter",
        many,
        number=number,
        worth=worth,
    )


def _cost(loss: Loss, currency: str) -> str:
    lost = customers(loss.wins_lost)
    many = 1 if lost == "1" else 2
    if loss.value_lost is None:
        return _n(
            "about {lost} customer lost a quarter",
            "about {lost} customers lost a quarter",
            many,
            lost=lost,
        )
    return _n(
        "about {lost} customer lost a quarter, {worth}",
        "about {lost} customers lost a quarter, {worth}",
        many,
        lost=lost,
        worth=plain(formats.money(loss.value_lost, currency)),
    )
