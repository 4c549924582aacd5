"""What the numbers say, in sentences: built from the answer, never canned, no surer than it is."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.certainty import SURE
from analytics.funnel.segments import Segments
from analytics.scope import Scope
from analytics.view.view import segment_value
from ui.charts import FEW
from ui.language import formats, labels
from ui.language.messages import _
from ui.page import steps
from ui.page.markdown import plain, unbroken


@dataclass(frozen=True)
class RateFinding:
    """A title for a chart of rates, the one segment that it names, and whether that is a worry."""

    title: str
    named: str | None = None
    is_bad: bool = False


def funnel(scope: Scope, rows: pd.DataFrame) -> str:
    """The funnel in one line: of 100 leads, how many came how far."""
    if scope.view.mode == "flow":
        return _("Moves in the period: the steps are different people")
    shares = rows["of_first"].tolist()
    if not rows["reached"].iat[0]:
        return _("Nobody entered")
    if scope.view.level == "group" and len(shares) == 4:
        prospects, opportunities, customers = (hundredth(share) for share in shares[1:])
        return _(
            "Per 100 leads: {prospects} prospects, {opportunities} opportunities, {won} won",
            prospects=prospects,
            opportunities=opportunities,
            won=customers,
        )
    return _(
        "Of 100 that entered, {share} reached {step}",
        share=hundredth(shares[-1]),
        step=plain(steps.label(scope, rows["stage"].iat[-1])),
    )


def rates(scope: Scope, fair: Segments, toward: str) -> RateFinding:
    """Which segment converts better or worse than the rest for sure, if one does; worse first.

    `toward` is the step: at another one a segment may well stand apart. Sure means q below `SURE`
    over all segments, and at least FEW leads.
    """
    dimension = scope.view.by or ""
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
    said = {"dimension": plain(name), "toward": toward}
    return RateFinding(_("No {dimension} stands apart for sure {toward}", **said))


def _named(dimension: str, row: Any) -> dict[str, str]:
    """A segment's name and its q, no smaller than what can be said."""
    least = 0.001
    q = formats.number(max(row.q_value, least), 3 if row.q_value < 0.01 else 2)
    label = labels.value_label(dimension, segment_value(row.segment))
    sign = "=" if row.q_value >= least else "<"
    return {"segment": plain(label), "q": unbroken(f"q {sign} {q}")}


def hundredth(share: float) -> str:
    """How many of 100: with a decimal below ten."""
    return formats.number(share * 100, 0 if share >= 0.1 or share == 0 else 1)
