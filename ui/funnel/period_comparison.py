"""The card that holds a period against an earlier one."""

import pandas as pd

from analytics.scope import Scope
from ui import answers
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, markdown, provenance, steps


def compared(scope: Scope) -> None:
    """Each step's rate in this period and in the one the view compares with, at equal maturity."""
    before = scope.earlier()
    if before is None:
        return
    rows = answers.against_earlier(scope).rows
    title = compared_finding(scope, rows)
    subtitle = _(
        "{days} as known on {as_of}, so that both had the same time. Interval: 95%.",
        days=formats.days_between(*before.days),
        as_of=formats.instant(before.as_of, scope.zone.key),
    )
    sentences = [
        (
            _("Compared:"),
            _(
                "leads that entered in {days} with those of {earlier}, both at the same age.",
                days=formats.days_between(*scope.days),
                earlier=formats.days_between(*before.days),
            ),
        ),
        (_("95% interval:"), _("Newcombe's, of the difference. Sure: it leaves out 0.")),
    ]
    how = provenance.how_by_hand(scope, "compared", sentences, rows, "funnel/funnel", asked=before)
    with card.card(title, subtitle, how=how):
        card.table(_compared_table(scope, rows))


def compared_finding(scope: Scope, rows: pd.DataFrame) -> str:
    """The step whose rate surely changed most; or that none did."""
    if scope.view.mode == "flow":
        return _("Moves of two periods, side by side")
    if rows["difference"].isna().all():
        return _("Not enough data to conclude from")
    sure = rows[rows["sure"]]
    if sure.empty:
        return _("No step's rate surely changed")
    row = sure.loc[sure["difference"].abs().idxmax()]
    said = {
        "toward": markdown.plain(
            labels.toward(scope.generation.pipeline, row["stage"], scope.view.level)
        ),
        "rate": formats.percent(row["rate"]),
        "earlier": formats.percent(row["earlier_rate"]),
    }
    if row["difference"] > 0:
        return _("A higher share came {toward}: {rate}, was {earlier}", **said)
    return _("A lower share came {toward}: {rate}, was {earlier}", **said)


def _compared_table(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per rate: now, before, the difference, and whether it is more than chance."""
    limits = list(zip(rows["low"], rows["high"], strict=True))
    return pd.DataFrame(
        {
            _("Step"): [
                f"{steps.label(scope, before)} → {steps.label(scope, step)}"
                for before, step in zip(rows["of"], rows["stage"], strict=True)
            ],
            _("This period"): _rates_and_n(rows["rate"], rows["n"]),
            _("Before"): _rates_and_n(rows["earlier_rate"], rows["earlier_n"]),
            _("Difference"): rows["difference"].map(quantities.points),
            _("95% interval"): [formats.interval(low, high) for low, high in limits],
            _("How sure"): [
                formats.NOTHING if pd.isna(low) else _("sure") if sure else _("within noise")
                for (low, _high), sure in zip(limits, rows["sure"], strict=True)
            ],
        }
    )


def _rates_and_n(rates: "pd.Series[float]", counts: "pd.Series[int]") -> list[str]:
    return [
        f"{formats.percent(rate)}  n={formats.number(n)}"
        for rate, n in zip(rates, counts, strict=True)
    ]
