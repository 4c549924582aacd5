"""What the numbers say, in sentences: built from the answer, never canned, no surer than it is."""

from dataclasses import dataclass

import pandas as pd

from analytics.health import Figure, Health
from ui import labels, steps, words
from ui.charts import FEW
from ui.frame import plain
from ui.scene import Scene
from ui.words import _, _n


@dataclass(frozen=True)
class RateFinding:
    """A title for a chart of rates, the one segment that it names, and whether that is a worry."""

    title: str
    named: str | None = None
    is_bad: bool = False


def overview(health: Health, funnel: pd.DataFrame) -> str:
    """One or two sentences: the result, how sure, and what is still to come."""
    customers, conversion = health.counts[-1], health.conversion
    parts = ["**" + _customers(customers) + "**"]
    if conversion.value is not None and conversion.low is not None:
        parts.append(
            _(
                "Of 100 leads {won} became customers ({interval}).",
                won=words.number(conversion.value * 100, 1),
                interval=words.span(conversion.low * 100, (conversion.high or 0) * 100, 1),
            )
        )
    still_open = funnel["open"].sum()
    if still_open:
        parts.append(
            _n(
                "{n} lead is still open, so the rate can still rise.",
                "{n} leads are still open, so the rate can still rise.",
                int(still_open),
            )
        )
    return " ".join(parts)


def _customers(customers: Figure) -> str:
    won = _n("{n} new customer", "{n} new customers", int(customers.value or 0))
    if customers.earlier is None:
        return won + "."
    if not customers.sure:
        return _(
            "{won} (before: {earlier}; the difference is within noise).",
            won=won,
            earlier=words.number(customers.earlier),
        )
    more = (customers.value or 0) > customers.earlier
    said = (
        _("{won}, more than before ({earlier}).")
        if more
        else _("{won}, fewer than before ({earlier}).")
    )
    return said.format(won=won, earlier=words.number(customers.earlier))


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


def rates(dimension: str, rows: pd.DataFrame, overall: float | None) -> RateFinding:
    """Which segment stands clearly apart from the whole, if one does.

    `rows` as the chart of rates takes them. Only a segment of at least FEW leads whose whole
    interval is on one side is named; the weakest before the strongest.
    """
    sure = rows[(rows["n"] >= FEW) & rows["low"].notna()]
    if overall is not None and len(sure) > 1:
        weak = sure[sure["high"] < overall].nsmallest(1, "rate")
        strong = sure[sure["low"] > overall].nlargest(1, "rate")
        for found, said in (
            (weak, _("{segment} converts worse than the whole")),
            (strong, _("{segment} converts better than the whole")),
        ):
            for row in found.itertuples(index=False):
                return RateFinding(
                    said.format(segment=plain(row.label)), row.segment, found is weak
                )
    if sure.empty:
        return RateFinding(_("Not enough data to conclude from"))
    name = labels.dimension_label(dimension).lower()
    return RateFinding(_("No {dimension} stands apart for sure", dimension=plain(name)))


def _hundredth(share: float) -> str:
    return words.number(share * 100, 0 if share >= 0.1 or share == 0 else 1)
