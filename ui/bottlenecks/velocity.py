"""The card about sales velocity."""

from collections.abc import Callable

import streamlit as st

from analytics.bottlenecks.velocity import Velocity
from analytics.scope import Scope
from ui import answers, session
from ui.bottlenecks import names
from ui.language import formats, quantities
from ui.language.messages import N_, _
from ui.page import card, markdown, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column

_LEVERS = {
    "open": N_("Open deals"),
    "win": N_("Win rate"),
    "amount": N_("Mean value won"),
    "days": N_("Days a deal lasts"),
}


def velocity(scope: Scope) -> None:
    """What the pipeline brings a day, and which of its levers changed it."""
    found = answers.velocity(scope)
    title = velocity_finding(found)
    subtitle = _("Open deals × win rate × mean value ÷ days of a deal")
    reading = _(
        "Deals: leads from {step} on. {days} against {before}, each followed for {horizon}.",
        step=markdown.plain(names.step(scope, found.qualified)),
        days=formats.days_between(found.first, found.last),
        before=formats.days_between(found.first_before, found.last_before),
        horizon=quantities.duration(found.horizon),
    )
    # Deals are asked for whenever they began: those of before count while they are open.
    now, before = (
        asked.scope.at(asked.scope.view.during(first=first, last=last))
        for asked, first, last in (
            (found.asked, found.first, found.last),
            (found.asked_before, found.first_before, found.last_before),
        )
    )
    how = provenance.how_asked(
        "velocity", _sentences, found.asked, found.rows, scope=now, earlier=before
    )
    with card.card(title, subtitle, how=how):
        table.read(_columns(found), caption=title, key=session.key("velocity"))
        st.markdown(markdown.gray(reading))


def velocity_finding(found: Velocity) -> str:
    """What it brings a day, was before, and by which lever most."""
    now, before = found.after.per_day, found.before.per_day
    if now is None or found.after.amount is None:
        return _("The pipeline's velocity is unknown")
    said = {"now": markdown.plain(formats.money(now, found.currency))}
    if found.ratio is None or before is None or found.rows["log_part"].isna().all():
        return _("The pipeline brings {now} a day", **said)
    change = formats.percent(abs(found.ratio - 1), 0)
    if found.ratio >= 1:
        return _(
            "The pipeline brings {now} a day, {change} more than before", change=change, **said
        )
    return _("The pipeline brings {now} a day, {change} less than before", change=change, **said)


def _sentences() -> Sentences:
    """How velocity is counted."""
    return [
        (_("A day:"), _("open deals × win rate × mean value won ÷ sales-cycle length.")),
        (
            _("Levers:"),
            _("parts of the logarithm of the change, which add up to it exactly."),
        ),
        (
            _("Not shown:"),
            _("an interval; with few customers the value of one deal moves it."),
        ),
    ]


def _columns(found: Velocity) -> list[Column]:
    """One row per lever, and velocity itself; their units differ, so they are texts."""
    now, before = found.after.per_day, found.before.per_day
    change = None if now is None or before is None else now - before
    rows = found.rows
    levers = [*(_(_LEVERS[lever]) for lever in rows["lever"]), _("Velocity")]
    return [
        Column(_("Lever"), levers),
        Column(
            _("Before"),
            [*_levers(found, "before"), formats.money(before, found.currency)],
            is_amount=True,
        ),
        Column(
            _("This period"),
            [*_levers(found, "after"), formats.money(now, found.currency)],
            is_amount=True,
        ),
        Column(
            _("Change of money a day"),
            [*rows["points"], change],
            lambda amount: _signed_money(amount, found.currency),
        ),
    ]


def _levers(found: Velocity, period: str) -> list[str]:
    """The levers of a period, each in its unit."""
    write: dict[str, Callable[[float], str]] = {
        "open": formats.number,
        "win": formats.percent,
        "amount": lambda value: formats.money(value, found.currency),
        "days": formats.measure,
    }
    return [
        write[lever](value)
        for lever, value in zip(found.rows["lever"], found.rows[period], strict=True)
    ]


def _signed_money(amount: float, currency: str) -> str:
    text = formats.money(amount, currency)
    return f"+{text}" if amount > 0 else text
