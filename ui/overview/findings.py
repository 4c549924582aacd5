"""The things to do: each one sentence, how sure it is, and the page where it is done."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.overview.findings import Finding, Leak, Overdue, leak_of, ranked
from analytics.scope import Scope
from analytics.view.view import segment_value
from ui import answers, navigation
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.overview import leaks
from ui.page import card, certainty, provenance
from ui.page.card import How
from ui.page.markdown import plain
from ui.page.provenance import Sentences

_LEAK, _LATE, _GAIN = (
    ":red[:material/cancel:]",
    ":orange[:material/warning:]",
    ":green[:material/check_circle:]",
)


def asked(scope: Scope) -> tuple[Leak | None, tuple[Finding, ...]]:
    """The step that loses the most, and the things to do, each as its own page has it."""
    leak = leak_of(answers.bottlenecks(scope))
    return leak, ranked([leak])


def show(scope: Scope, found: Sequence[Finding]) -> None:
    """The card of the things to do; where nothing is sure, it says so and where to look."""
    subtitle = _("By the money at stake.") if found else _("None of it beyond chance.")
    with card.card(_title(len(found)), subtitle, how=_how(scope, found)):
        for finding in found:
            with st.container(gap=None):
                _one(scope, finding)
        if not found:
            navigation.link("bottlenecks", _("See the bottlenecks →"))


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
        navigation.link("bottlenecks", _("See why →"), leaks.view_of(scope, finding))
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
            rest = _("by their chances worth {money}.", money=worth)
            _said(_LATE, f"**{first},** {rest}", finding)
        navigation.link("leads", _("Open the call list →"))
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
        navigation.link("sources", _("See where to put money →"))


def _said(icon: str, sentence: str, finding: Finding) -> None:
    badge = "" if finding.certainty is None else f" {certainty.badge(finding.certainty)}"
    st.markdown(f"{icon} {sentence}{badge}")


def _how(scope: Scope, found: Sequence[Finding]) -> How:
    asked = answers.bottlenecks(scope).asked
    rows = pd.DataFrame([{"kind": type(each).__name__} | vars(each) for each in found])

    def say() -> Sentences:
        return [
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
                    "bottlenecks are of the latest 90 days that were followed long enough, sources "
                    "of 12 months, overdue leads of today: each as on its own page."
                ),
            ),
        ]

    return provenance.how_asked("findings", say, asked, rows, scope=scope)
