"""The sentence at the top of the Overview page."""

import pandas as pd

from analytics.funnel.key_figures import Figure, Health
from ui.language import formats
from ui.language.messages import _, _n


def overview(compare: str, health: Health, funnel: pd.DataFrame) -> str:
    """One or two sentences: the result, how sure, and what is still to come."""
    conversion = health.conversion
    parts = [f"**{_customers(compare, health.counts[-1])}**"]
    if conversion.low is not None and conversion.high is not None:
        parts.append(
            _(
                "Of 100 leads {won} became customers ({interval}).",
                won=formats.number((conversion.value or 0) * 100, 1),
                interval=formats.span(conversion.low * 100, conversion.high * 100, 1),
            )
        )
    still_open = int(funnel["open"].fillna(0).sum())
    if still_open:
        parts.append(
            _n(
                "{n} lead is still open, so the rate can still rise.",
                "{n} leads are still open, so the rate can still rise.",
                still_open,
            )
        )
    return " ".join(parts)


def _customers(compare: str, customers: Figure) -> str:
    won = _n("{n} new customer", "{n} new customers", int(customers.value or 0))
    if customers.earlier is None:
        return won + "."
    before = _("a year before") if compare == "last-year" else _("the period before")
    said = {"won": won, "before": before, "earlier": formats.number(customers.earlier)}
    if not customers.sure:
        return _("{won} ({before}: {earlier}; the difference is within noise).", **said)
    if (customers.value or 0) > customers.earlier:
        return _("{won}, more than {before} ({earlier}).", **said)
    return _("{won}, fewer than {before} ({earlier}).", **said)
