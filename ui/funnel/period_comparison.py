"""The card that holds a period against an earlier one."""

import pandas as pd

from analytics.scope import Scope
from ui import answers, session
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, markdown, provenance, steps, table
from ui.page.table import Column


def compared(scope: Scope) -> None:
    """Each step's rate in this period and in the one the view compares with, at equal maturity."""
    before = scope.earlier()
    if before is None:
        return
    found = answers.against_earlier(scope)
    title = compared_finding(scope, found.rows)
    subtitle = _(
        "{days} as known on {as_of}, so that both had the same time. Interval: 95%.",
        days=formats.days_between(*before.days),
        as_of=formats.instant(before.as_of, scope.zone.key),
    )
    how = provenance.how("compared", lambda: _sentences(scope, before), found, scope=scope)
    with card.card(title, subtitle, how=how):
        table.read(_columns(scope, found.rows), caption=title, key=session.key("compared_periods"))


def compared_finding(scope: Scope, rows: pd.DataFrame) -> str:
    """The step whose rate changed most significantly; or that none did."""
    if scope.view.mode == "flow":
        return _("Moves of two periods, side by side")
    if rows["difference"].isna().all():
        return _("Not enough data to conclude from")
    sure = rows[rows["sure"]]
    if sure.empty:
        return _("No step's rate clearly changed")
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


def _sentences(scope: Scope, before: Scope) -> provenance.Sentences:
    return [
        (
            _("Compared:"),
            _(
                "leads that entered in {days} with those of {earlier}, both at the same age.",
                days=formats.days_between(*scope.days),
                earlier=formats.days_between(*before.days),
            ),
        ),
        (_("95% interval:"), _("Newcombe's, of the difference. Sure: the interval excludes 0.")),
    ]


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    """One row per rate: now, before, the difference, and whether it is more than chance."""
    pairs = zip(rows["of"], rows["stage"], strict=True)
    limits = list(zip(rows["low"], rows["high"], strict=True))
    certain = zip(rows["low"].isna(), rows["sure"], strict=True)
    return [
        Column(
            _("Step"),
            [f"{steps.label(scope, start)} → {steps.label(scope, end)}" for start, end in pairs],
        ),
        Column(_("This period"), rows["rate"], _rates_and_n(rows["rate"], rows["n"])),
        Column(
            _("Before"),
            rows["earlier_rate"],
            _rates_and_n(rows["earlier_rate"], rows["earlier_n"]),
        ),
        Column(_("Difference"), rows["difference"], quantities.points),
        Column(
            _("95% interval"),
            rows["low"],
            [formats.interval(low, high, of_difference=True) for low, high in limits],
        ),
        Column(
            _("How sure"),
            [
                formats.NOTHING if unknown else _("sure") if sure else _("within noise")
                for unknown, sure in certain
            ],
        ),
    ]


def _rates_and_n(rates: "pd.Series[float]", counts: "pd.Series[int]") -> list[str]:
    return [
        f"{formats.percent(rate)}  n={formats.number(n)}"
        for rate, n in zip(rates, counts, strict=True)
    ]
