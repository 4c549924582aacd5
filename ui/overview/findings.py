"""The things to do: each one sentence, how sure it is, and the page where it is done."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.bottlenecks.loss import Loss
from analytics.bottlenecks.ranking import Ranking
from analytics.overview.findings import (
    Finding,
    Leak,
    Overdue,
    leak_of,
    ranked,
)
from analytics.scope import Scope
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.view import View, segment_value
from ui import answers, navigation
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.overview import leaks
from ui.page import card, certainty, provenance, untimed
from ui.page.card import How
from ui.page.markdown import plain
from ui.page.provenance import Sentences

_LEAK, _LATE, _GAIN = (
    ":red[:material/cancel:]",
    ":orange[:material/warning:]",
    ":green[:material/check_circle:]",
)


YEAR = "last-365d"
"""The period that sources are judged by."""


def leak(scope: Scope) -> Leak | None:
    """The step that loses the most, as the page about bottlenecks opens with it."""
    return leak_of(answers.ranking(_latest(scope)))


def is_known(scope: Scope) -> bool:
    """Whether the step that loses the most is known by now, and need not be waited for."""
    return answers.is_ranked(_latest(scope))


def ahead(scope: Scope) -> None:
    """Begins with what takes longest to find."""
    answers.advice.ahead(_of_a_year(scope))
    answers.bottlenecks.ahead(_latest(scope))


def found(scope: Scope) -> tuple[Finding, ...]:
    """The things to do, each as its own page has it, whatever the period here."""
    board = _of_a_year(scope)
    first, last = board.known_days
    return ranked(
        [
            leak(scope),
            answers.to_save(_latest(scope)),
            answers.source_of(board, (last - first).days + 1),
        ]
    )


def show(scope: Scope) -> None:
    """The card of the things to do; where nothing is sure, it says so and where to look."""
    things = found(scope)
    if not things and untimed.is_all(untimed.of_all(scope)):
        untimed.show()
        return
    subtitle = _("By the money at stake.") if things else _("None of it beyond chance.")
    with card.card(_title(len(things)), subtitle, how=_how(scope, things)):
        for place, finding in enumerate(things):
            # Together they fill the card, which is as high as the one beside it.
            with st.container(
                gap=None, height="stretch", vertical_alignment="center", key=f"finding_{place}"
            ):
                _one(scope, finding)
        if not things:
            navigation.link("bottlenecks", _("See the bottlenecks →"), linked(scope))
            navigation.link("sources", _("See where to put money →"), linked(scope))
            navigation.link("to_do", _("Open the call list →"), linked(scope))
        untimed.note(untimed.of_all(scope))


def _title(count: int) -> str:
    if not count:
        return _("Nothing stands out for sure")
    return (_("One thing to do"), _("Two things to do"), _("Three things to do"))[count - 1]


def _one(scope: Scope, finding: Finding) -> None:
    """Its sentence with a badge, the first half bold, and one link."""
    currency = scope.generation.currency
    if isinstance(finding, Leak):
        first, rest = leaks.moves(scope, finding), leaks.costs(finding, currency)
        _said(_LEAK, f"**{plain(first)}:** {plain(rest)}.", finding)
        navigation.link("bottlenecks", _("See why →"), linked(scope))
    elif isinstance(finding, Overdue):
        first = _n(
            "{n} overdue lead can still be saved",
            "{n} overdue leads can still be saved",
            finding.leads,
        )
        if finding.money is None:
            _said(_LATE, f"**{first}.**", finding)
        else:
            worth = plain(formats.money(finding.money, currency))
            rest = _("worth {money} by their chances.", money=worth)
            _said(_LATE, f"**{first},** {rest}", finding)
        navigation.link("to_do", _("Open the call list →"), linked(scope))
    else:
        name = labels.value_label(finding.by, segment_value(finding.segment))
        cost, price = (
            plain(formats.money(each, currency)) for each in (finding.cost, finding.price)
        )
        first = _("{source}: {cost} a customer", source=plain(name), cost=cost)
        rest = (
            _("under half of the average ({price}).", price=price)
            if finding.cost < finding.price / 2
            else _("the average is {price}.", price=price)
        )
        _said(_GAIN, f"**{first},** {rest}", finding)
        navigation.link("sources", _("See where to put money →"), linked(scope))


def _latest(scope: Scope) -> Scope:
    """The same of the latest days, which bottlenecks and open leads are of."""
    return scope.at(replace(scope.view.during("all"), by=None, stage=None))


def _of_a_year(scope: Scope) -> Scope:
    return scope.at(replace(scope.view.during(YEAR), by=None, stage=None))


def linked(scope: Scope) -> View:
    """The view of another page with the same filters, and the days that it opens with."""
    return replace(scope.view.during(DEFAULT_PERIOD), by=None, stage=None, tab=None, lead=None)


def _said(icon: str, sentence: str, finding: Finding) -> None:
    badge = "" if finding.certainty is None else f" {certainty.badge(finding.certainty)}"
    st.markdown(f"{icon} {sentence}{badge}")


def _how(scope: Scope, things: Sequence[Finding]) -> How:
    ranking = answers.ranking(_latest(scope))
    rows = pd.DataFrame([{"kind": type(each).__name__} | vars(each) for each in things])

    def say() -> Sentences:
        return [
            *_how_sure(ranking),
            (
                _("Which:"),
                _(
                    "the step that loses the most for sure, the overdue leads that can still be "
                    "saved, and the paid source with the cheapest customers. None is uncertain."
                ),
            ),
            (
                _("In which order:"),
                _(
                    "by money: what the lost customers of a quarter are worth; the overdue leads, "
                    "each by its chance; what a quarter's customers would cost more elsewhere."
                ),
            ),
            (
                _("Since when:"),
                _(
                    "bottlenecks are of the latest 91 days that were followed long enough, sources "
                    "of 12 months, overdue leads of today: each as on its own page."
                ),
            ),
        ]

    return provenance.how_asked("findings", say, ranking.found.asked, rows, scope=scope)


def _how_sure(ranking: Ranking) -> Sentences:
    """The counts and the interval behind the step that loses the most."""
    if ranking.first is None:
        return []
    loss = ranking.first.loss
    least = 0.001
    q = formats.number(max(loss.q_value or 0.0, least), 3)
    return [
        (
            _("How sure:"),
            _(
                "{advanced} of {n} moved on, {before}; {lost} customers a quarter (from {low} to "
                "{high}, 95% confidence interval); of {tried} segments and steps, q {q}.",
                advanced=formats.number(loss.advanced),
                n=formats.number(loss.n),
                before=_held_against(loss),
                lost=formats.number(loss.wins_lost, 1),
                low=formats.number(loss.wins_lost_low, 1),
                high=formats.number(loss.wins_lost_high, 1),
                tried=formats.number(ranking.looked_at),
                q=f"= {q}" if (loss.q_value or 0.0) >= least else f"< {q}",
            ),
        )
    ]


def _held_against(loss: Loss) -> str:
    if not loss.benchmark_n:
        return _("{rate} were to", rate=formats.percent(loss.benchmark))
    return _(
        "{advanced} of {n} before",
        advanced=formats.number(loss.benchmark_advanced),
        n=formats.number(loss.benchmark_n),
    )
