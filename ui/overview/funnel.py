"""The funnel on the overview: how far the leads of the period came, and what is still open."""

import pandas as pd

from analytics.overview.cohort import Age, Cohort
from analytics.scope import Scope
from ui import answers, charts, navigation
from ui.funnel import findings
from ui.language import formats
from ui.language.messages import _, _n
from ui.overview.spans import Spans
from ui.page import card, notes, provenance, steps
from ui.page.markdown import plain

_RATES = ("of_previous", "of_previous_low", "of_previous_high", "eventual")


def show(scope: Scope, leads: Cohort, spans: Spans) -> None:
    """The funnel of the view; a click on a bar selects its leads.

    Leads that are too young for a rate are drawn without any.
    """
    found = answers.funnel(scope)
    rows = found.rows
    is_young = leads.age is Age.TOO_YOUNG and scope.view.mode == "cohort"
    title = _title(scope, rows, spans, is_young=is_young)
    how = provenance.how("funnel", lambda: provenance.funnel(scope), found)
    with card.card(title, _subtitle(scope, spans, is_young=is_young), how=how):
        shown = rows.assign(**dict.fromkeys(_RATES), is_early=True) if is_young else rows
        figure = charts.funnel(steps.labelled(scope, shown), card.look(), selected=scope.view.stage)
        card.chart(
            figure,
            "funnel",
            alt=title,
            on_click=lambda slug: steps.choose(scope, slug),
            axis=notes.of_steps(scope, rows["stage"].tolist()),
        )
        if scope.view.stage:
            reached = int(rows.loc[rows["stage"] == scope.view.stage, "reached"].iat[0])
            label = _n("See the {n} lead →", "See the {n} leads →", reached)
            navigation.link("leads", label, scope.view)
        else:
            navigation.link("funnel", _("See the funnel by step and group →"))


def _title(scope: Scope, rows: pd.DataFrame, spans: Spans, *, is_young: bool) -> str:
    """The funnel in one line: of 100 leads, how many came how far."""
    if is_young:
        return _("The leads of {period} are too young for a rate", period=spans.whole)
    names = rows["stage"].tolist()
    if scope.view.mode == "flow" or names != ["lead", "prospect", "opportunity", "customer"]:
        return findings.funnel(scope, rows)
    if not rows["reached"].iat[0]:
        return _("Nobody entered")
    shares = map(findings.hundredth, rows["of_first"].tolist()[1:])
    told = dict(zip(("prospects", "opportunities", "won"), shares, strict=True))
    if not spans.is_named:
        return _(
            "Per 100 leads: {prospects} prospects, {opportunities} opportunities, {won} won", **told
        )
    return _(
        "100 leads of {period}: {prospects} prospects, {opportunities} opportunities, {won} won",
        period=spans.whole,
        **told,
    )


def _subtitle(scope: Scope, spans: Spans, *, is_young: bool) -> str:
    if scope.view.mode == "flow":
        return _("Moves in the period: a rate can exceed 100%.")
    told = {"period": plain(spans.whole), "day": formats.short_day(scope.day(scope.as_of))}
    if is_young:
        return _("Leads of {period}, counted to {day}. Hatched: open, can still move on.", **told)
    return _(
        "Only leads that came in {period}, to {day}. Right: % of the step before → expected.",
        **told,
    )
