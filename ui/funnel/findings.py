"""What the numbers say, in sentences: built from the answer, never canned, no surer than it is."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.funnel.key_figures import Figure, Health
from analytics.funnel.segments import SURE, Segments
from analytics.view.view import segment_value
from ui.charts import FEW
from ui.language import labels, messages
from ui.language.messages import _, _n
from ui.page import steps
from ui.page.card import plain
from ui.session import Scene


@dataclass(frozen=True)
class RateFinding:
    """A title for a chart of rates, the one segment that it names, and whether that is a worry."""

    title: str
    named: str | None = None
    is_bad: bool = False


def overview(compare: str, health: Health, funnel: pd.DataFrame) -> str:
    """One or two sentences: the result, how sure, and what is still to come."""
    conversion = health.conversion
    parts = [f"**{_customers(compare, health.counts[-1])}**"]
    if conversion.low is not None and conversion.high is not None:
        parts.append(
            _(
                "Of 100 leads {won} became customers ({interval}).",
                won=messages.number((conversion.value or 0) * 100, 1),
                interval=messages.span(conversion.low * 100, conversion.high * 100, 1),
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
    said = {"won": won, "before": before, "earlier": messages.number(customers.earlier)}
    if not customers.sure:
        return _("{won} ({before}: {earlier}; the difference is within noise).", **said)
    if (customers.value or 0) > customers.earlier:
        return _("{won}, more than {before} ({earlier}).", **said)
    return _("{won}, fewer than {before} ({earlier}).", **said)


def funnel(sight: Scene, rows: pd.DataFrame) -> str:
    """The funnel in one line: of 100 leads, how many came how far."""
    if sight.view.mode == "flow":
        return _("Moves in the period: the steps are different people")
    shares = rows["of_first"].tolist()
    if not rows["reached"].iat[0]:
        return _("Nobody entered")
    if sight.view.level == "group" and len(shares) == 4:
        prospects, opportunities, customers = (_hundredth(share) for share in shares[1:])
        return _(
            "Of 100 leads {prospects} became prospects, {opportunities} opportunities, "
            "{customers} customers",
            prospects=prospects,
            opportunities=opportunities,
            customers=customers,
        )
    return _(
        "Of 100 that entered, {share} came to {step}",
        share=_hundredth(shares[-1]),
        step=plain(steps.label(sight, rows["stage"].iat[-1])),
    )


def rates(sight: Scene, fair: Segments) -> RateFinding:
    """Which segment converts better or worse than the rest for sure, if one does; worse first.

    Sure means q below `SURE` over all segments, and at least FEW leads.
    """
    dimension = sight.view.by or ""
    enough = fair.rows[fair.rows["n"] >= FEW]
    sure = enough[enough["q_value"] < SURE]
    for row in sure[sure["difference"] < 0].nsmallest(1, "difference").itertuples(index=False):
        worse = _("{segment}: below the rest ({q})", **_named(dimension, row))
        return RateFinding(worse, row.segment, is_bad=True)
    for row in sure[sure["difference"] > 0].nlargest(1, "difference").itertuples(index=False):
        better = _("{segment}: above the rest ({q})", **_named(dimension, row))
        return RateFinding(better, row.segment)
    if enough.empty:
        return RateFinding(_("Not enough data to conclude from"))
    name = labels.dimension_label(dimension).lower()
    return RateFinding(_("No {dimension} stands apart for sure", dimension=plain(name)))


def _named(dimension: str, row: Any) -> dict[str, str]:
    """A segment's name and its q, no smaller than what can be said."""
    least = 0.001
    q = messages.number(max(row.q_value, least), 3 if row.q_value < 0.01 else 2)
    label = labels.value_label(dimension, segment_value(row.segment))
    return {"segment": plain(label), "q": f"q = {q}" if row.q_value >= least else f"q < {q}"}


def _hundredth(share: float) -> str:
    return messages.number(share * 100, 0 if share >= 0.1 or share == 0 else 1)
