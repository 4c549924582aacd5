"""The card about sales velocity."""

from dataclasses import replace

import pandas as pd

from analytics.bottlenecks.velocity import Velocity
from analytics.scope import Scope
from ui import answers
from ui.bottlenecks.change import _LEVERS, _step_name
from ui.language import formats, quantities
from ui.language.messages import _
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences


def velocity(scope: Scope) -> None:
    """What the pipeline brings a day, and which of its levers changed it."""
    found = answers.velocity(scope)
    title = velocity_finding(found)
    subtitle = _(
        "Open deals × win rate × mean value / days, deals being leads from {step} on; {days} "
        "against {before}, each followed for {horizon}.",
        step=markdown.plain(_step_name(scope, found.qualified)),
        days=formats.days_between(found.first, found.last),
        before=formats.days_between(found.first_before, found.last_before),
        horizon=quantities.duration(found.horizon),
    )
    sentences: Sentences = [
        (
            _("A day:"),
            _("what deals that are open are worth by their chance, over how long they last."),
        ),
        (
            _("Levers:"),
            _("parts of the logarithm of the change, which add up to it exactly."),
        ),
        (
            _("Not said:"),
            _("an interval; with few customers the value of one deal moves it."),
        ),
    ]
    asked = scope.at(
        replace(scope.view.during("all"), level="group", mode="flow", window=None, by=None)
    )
    span = provenance.instants(asked, "shown", [(found.first, found.last)])
    how = provenance.how_by_hand(
        scope,
        "velocity",
        sentences,
        found.rows,
        "bottlenecks/velocity",
        asked=asked,
        qualified_stage=next(s.opened_by for s in asked.steps if s.slug == found.qualified),
        shown_start=span["shown_starts"][0],
        shown_end=span["shown_ends"][0],
        currency=found.currency,
    )
    with card.card(title, subtitle, how=how):
        card.table(_lever_table(found))


def velocity_finding(found: Velocity) -> str:
    """What it brings a day, was before, and by which lever most."""
    now, before = found.after.per_day, found.before.per_day
    if now is None:
        return _("The pipeline's velocity is unknown")
    said = {"now": markdown.plain(formats.money(now, found.currency))}
    if found.ratio is None or before is None or found.rows["log_part"].isna().all():
        return _("The pipeline brings {now} a day", **said)
    first = found.rows.loc[found.rows["log_part"].abs().idxmax()]
    lever = _LEVERS[first["lever"]]
    return _(
        "The pipeline brings {now} a day ({change}), most by {lever}",
        change=formats.change(found.ratio - 1, 0),
        lever=_(lever).lower(),
        **said,
    )


def _lever_table(found: Velocity) -> pd.DataFrame:
    def told(lever: str, value: float) -> str:
        if lever == "win":
            return formats.percent(value)
        if lever == "amount":
            return formats.money(value, found.currency)
        return formats.number(value, 1 if lever == "days" else 0)

    rows = [
        {
            _("Lever"): _(_LEVERS[row.lever]),
            _("Before"): told(row.lever, row.before),
            _("This period"): told(row.lever, row.after),
            _("A day"): _signed_money(row.points, found.currency),
        }
        for row in found.rows.itertuples(index=False)
    ]
    now, before = found.after.per_day, found.before.per_day
    rows.append(
        {
            _("Lever"): _("Velocity"),
            _("Before"): formats.money(before, found.currency),
            _("This period"): formats.money(now, found.currency),
            _("A day"): formats.NOTHING
            if now is None or before is None
            else _signed_money(now - before, found.currency),
        }
    )
    return pd.DataFrame(rows)


def _signed_money(amount: float, currency: str) -> str:
    text = formats.money(amount, currency)
    return f"+{text}" if pd.notna(amount) and amount > 0 else text
