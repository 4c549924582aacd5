"""The tiles: what happened in the period, and apart from it what its leads became."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import streamlit as st

from analytics import names
from analytics.certainty import Certainty
from analytics.overview.cohort import Age, Cohort, Outcome
from analytics.overview.events import FEW_EVENTS, Event, Events
from analytics.scope import Scope
from ui import session
from ui.language import current, formats
from ui.language.messages import _, _p
from ui.overview.spans import Spans
from ui.page import card, certainty, dialog, layout, provenance, targets
from ui.page.card import How
from ui.page.markdown import gray
from ui.page.provenance import Sentences

_NAMES = {
    "leads": names.NEW_LEADS,
    "opportunities": names.NEW_OPPORTUNITIES,
    "won": names.DEALS_WON,
    "value": names.VALUE_WON,
}
_TIMES = 9  # of a change: ten times as many and more are said as times
_WIDER = 1.3  # times the width of the others: the tile of the leads says the most


def show(scope: Scope, events: Events, leads: Cohort, spans: Spans) -> None:
    """A tile for each thing that happened, and a tinted one for the leads of the period."""
    columns = layout.tiles([*(1 for _event in events.events), _WIDER])
    for column, event in zip(columns, events.events, strict=False):
        with column, _tile(f"tile_{event.measure}", _how_of_event(scope, events, event)):
            _event(scope, events, event)
    with columns[-1], _tile("tinted_cohort", _how_of_cohort(scope, leads)):
        _cohort(scope, leads, spans)


@contextmanager
def _tile(name: str, how: How) -> Iterator[None]:
    with st.container(border=True, height="stretch", gap=None, key=session.key(name)):
        yield
        card.icon(how)


# --- what happened ----------------------------------------------------------------------------


def _event(scope: Scope, events: Events, event: Event) -> None:
    delta, about = _change(events, event)
    st.metric(
        _NAMES[event.measure].label(current.lang()),
        _amount(events, event.measure, event.now),
        delta,
        delta_color="normal" if event.is_sure else "off",
        delta_description=about,
    )
    if event.target is None and not scope.generation.pipeline.targets:
        dialog.button(
            _("no target set"),
            f"target_{event.measure}",
            targets.how_to_set,
            icon=":material/flag:",
            type="tertiary",
            title=_("Set targets"),
        )
    else:
        st.markdown(gray(_target(events, event)))


def _change(events: Events, event: Event) -> tuple[str | None, str | None]:
    """The change against the period before, and from what, or why there is none."""
    if event.now is None:
        return None, _("no amounts known")
    if event.earlier is None or event.change is None:
        return None, None
    delta = delta_of(event.change)
    if event.is_sure:
        before = _amount(events, event.measure, event.earlier)
        return delta, _("was {before}", before=before)
    return delta, certainty.word(event.certainty or Certainty.UNCLEAR)


def delta_of(change: float) -> str:
    """A change as a tile says it: `+13%`, and `×111` where it is ten times as many or more."""
    if change >= _TIMES:
        return f"×{formats.number(change + 1)}"
    # Streamlit reads the direction from a plain hyphen.
    return formats.change(change, 0).replace("−", "-")


def _target(events: Events, event: Event) -> str:
    if event.target is None:
        return _("no target for it")
    return _(
        "target {target}: **{share}**",
        target=_amount(events, event.measure, event.target),
        share=formats.percent(event.of_target, 0),
    )


def _how_of_event(scope: Scope, events: Events, event: Event) -> How:
    """What is counted, against what, and how sure the difference is."""

    def say() -> Sentences:
        said = [(_("Counted:"), _NAMES[event.measure].counts(current.lang()))]
        if events.before is not None and event.earlier is not None:
            said.append(
                (
                    _("Compared with:"),
                    _(
                        "{amount} in {days}.",
                        amount=_amount(events, event.measure, event.earlier),
                        days=formats.days_between(*events.before),
                    ),
                )
            )
        if event.low is not None and event.high is not None:
            said.append(
                (
                    _("Change:"),
                    _(
                        "from {low} to {high}, 95% confidence interval ({method}).",
                        low=formats.change(event.low, 0),
                        high=formats.change(event.high, 0),
                        method=_method(event.measure),
                    ),
                )
            )
            said.append(
                (
                    _("In colour:"),
                    _(
                        "a difference beyond chance. Of fewer than {n}, now and before, it is "
                        "likely at the most.",
                        n=FEW_EVENTS,
                    ),
                )
            )
        if event.measure == "value" and events.without_amount:
            count = formats.number(events.without_amount)
            said.append((_("Of unknown amount:"), _("{n} of the deals won.", n=count)))
        said.append(
            (
                _("Target:"),
                _(
                    "the table [targets] of a mapping has what is to be reached in a quarter; a "
                    "month has a third of it. Other days have none."
                ),
            )
        )
        return said

    asked = events.asked[event.measure]
    return provenance.how_asked(event.measure, say, asked, events.rows, scope=scope)


def _method(measure: str) -> str:
    if measure == "value":
        return _("bootstrap over the deals, those of one company together")
    return _("ratio of two Poisson counts, leads of one company together")


# --- what the leads became --------------------------------------------------------------------


def _cohort(scope: Scope, leads: Cohort, spans: Spans) -> None:
    value, chip, about = formats.percent(leads.now.rate), None, None
    if leads.age is Age.YOUNG:
        chip, about = certainty.word(Certainty.YOUNG), _p("a rate", "so far")
    elif leads.age is Age.TOO_YOUNG:
        value, chip = formats.NOTHING, _("too young")
        if leads.known_from is not None:
            about = _("known from {day}", day=_day(scope, leads.known_from))
    name = (
        _("Customers from leads of {period}", period=spans.whole)
        if spans.is_named
        else _("Customers from these leads")
    )
    st.metric(
        name,
        value,
        chip,
        delta_color="off",
        delta_arrow="off",
        delta_description=about,
    )
    st.markdown(gray(_expected(leads, spans)))


def _expected(leads: Cohort, spans: Spans) -> str:
    """The expected rate, and that of the leads before."""
    own = "" if leads.age is Age.TOO_YOUNG else _rate(leads.now)
    before = "" if leads.reference is None else _rate(leads.reference)
    told = {"own": own, "period": spans.before, "before": before}
    if own and before:
        return _("expected **{own}**, {period}: {before}", **told)
    if own:
        return _("expected **{own}**", **told)
    return _("{period}: expected **{before}**", **told) if before else ""


def _rate(outcome: Outcome) -> str:
    """The expected final rate: `≥ 4,3%` where more may come."""
    if not outcome.expected:
        return ""
    least = "≥\N{NO-BREAK SPACE}" if outcome.is_least else ""
    return least + formats.percent(outcome.expected)


def _how_of_cohort(scope: Scope, leads: Cohort) -> How:
    """What is counted, how sure it is, and from when more is known."""
    now, lang = leads.now, current.lang()

    def say() -> Sentences:
        said = [(_("Counted:"), names.RATE_NOW.counts(lang))]
        if now.low is not None and now.high is not None:
            said.append(
                (
                    _("By now:"),
                    _(
                        "{customers} of {leads} ({interval}%, 95% confidence interval); {open} "
                        "are still open.",
                        customers=formats.number(now.customers),
                        leads=formats.number(now.leads),
                        interval=formats.interval(now.low, now.high),
                        open=formats.percent(now.open_share, 0),
                    ),
                )
            )
        said.append((_("Expected:"), names.RATE_EXPECTED.counts(lang)))
        if now.is_least:
            said.append((_("“≥”:"), _("at least: some steps were not followed to their end yet.")))
        if leads.known_from is not None:
            told = {"day": formats.day(leads.known_from)}
            said.append(
                (
                    _("Young:"),
                    _("a quarter of its customers can be there from about {day} on.", **told)
                    if leads.age is Age.TOO_YOUNG
                    else _("under 5% of its leads will be open from about {day} on.", **told),
                )
            )
        return said

    return provenance.how_asked("cohort", say, leads.asked, leads.rows, scope=scope)


def _day(scope: Scope, when: date) -> str:
    is_this_year = when.year == scope.day(scope.as_of).year
    return formats.short_day(when) if is_this_year else formats.day(when)


def _amount(events: Events, measure: str, amount: float | None) -> str:
    if measure == "value":
        return formats.money(amount, events.currency)
    return formats.number(amount)
