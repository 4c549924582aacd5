"""The verdict in words: what goes well, then what does not, in one sentence."""

from analytics.overview.cohort import Age, Cohort
from analytics.overview.events import Event, Events
from analytics.overview.findings import Leak
from analytics.overview.verdict import Reason, State, Verdict
from analytics.scope import Scope
from ui.language import formats
from ui.language.messages import N_, _, _n
from ui.overview import findings, leaks
from ui.overview.spans import Spans, capitalised
from ui.page import headline, untimed
from ui.page.headline import Tone
from ui.page.markdown import plain

MOST = 110
"""Characters of the sentence."""

_LEVEL = 0.05  # a smaller difference is none in words, unless it is a sure one
_READABLE, _SHORTER = (None, 40, 24), (14, 8)  # characters left of the name of a segment
_TONES: dict[State, Tone] = {State.WELL: "ok", State.WATCH: "watch", State.WORRY: "bad"}
_MEASURES = {
    "won": N_("deals won"),
    "value": N_("the value won"),
    "opportunities": N_("new opportunities"),
    "leads": N_("new leads"),
}


def show(scope: Scope, found: Verdict, events: Events, leads: Cohort, spans: Spans) -> None:
    """The row at the top of the page: how the funnel does, why, and where to look."""
    text = plain(sentence(scope, found, events, leads, spans))
    page, label = ("funnel", _("See how far leads come →"))
    view = None
    if isinstance(found.bad, Leak):
        page, label = "bottlenecks", _("Open this bottleneck →")
        view = findings.linked(scope)
    link = None if found.state is State.WELL else (page, label, view)
    headline.show(text, tone=_TONES[found.state], link=link)


def sentence(scope: Scope, found: Verdict, events: Events, leads: Cohort, spans: Spans) -> str:
    """One sentence of at most MOST characters; plain text.

    Where it would be longer, it leaves out what the good half is compared with, then shortens the
    name of the segment that loses customers, and at last leaves out the good half.
    """
    text = ""
    is_untimed = untimed.is_all(untimed.of_all(scope))
    beside, *shorter = _good_halves(events, found.good, spans)
    tries = [(beside, _READABLE), *((good, _READABLE + _SHORTER) for good in shorter or [beside])]
    for good, names in tries:
        for characters in names:
            bad = _bad(scope, found, events, characters)
            text = capitalised(_joined(good, bad, leads, spans, is_untimed=is_untimed))
            if len(text) <= MOST:
                return text
    return text


def _joined(good: str, bad: str, leads: Cohort, spans: Spans, *, is_untimed: bool) -> str:
    if good and bad:
        return _("{good}; but {bad}.", good=good, bad=bad)
    if bad:
        return _("{period}: {bad}.", period=spans.passed, bad=bad)
    if not good:
        return _("{period}: nothing new yet.", period=spans.passed)
    if leads.age is Age.TOO_YOUNG and leads.known_from is not None:
        return _(
            "{good}; the rate of these leads will be known on {day}.",
            good=good,
            day=formats.day(leads.known_from),
        )
    if is_untimed:
        return _("{good}; how long leads wait is not known.", good=good)
    return _("{good}; no bottleneck stands out.", good=good)


def _good_halves(events: Events, event: Event | None, spans: Spans) -> tuple[str, ...]:
    """What happened, as it stands beside what happened before; by itself; and nothing."""
    if event is None:
        return ("",)
    did = _did(events, event, spans.passed)
    if event.change is None:
        return did, ""
    told = {"did": did, "before": spans.before, "earlier": _amount(events, event, event.earlier)}
    if event.is_sure:
        beside = _("{did}, more than {before} ({earlier})", **told)
    elif abs(event.change) < _LEVEL:
        beside = _("{did}, level with {before}", **told)
    else:
        beside = _("{did}, not clearly apart from {before} ({earlier})", **told)
    return beside, did, ""


def _did(events: Events, event: Event, period: str) -> str:
    if event.measure == "value":
        worth = _amount(events, event, event.now)
        return _("{period} closed deals worth {value}", period=period, value=worth)
    count = int(event.now or 0)
    if event.measure == "won":
        return _n("{period} closed {n} deal", "{period} closed {n} deals", count, period=period)
    if event.measure == "opportunities":
        return _n(
            "{period} brought {n} new opportunity",
            "{period} brought {n} new opportunities",
            count,
            period=period,
        )
    return _n(
        "{period} brought {n} new lead", "{period} brought {n} new leads", count, period=period
    )


def _bad(scope: Scope, found: Verdict, events: Events, characters: int | None) -> str:
    """What is wrong; nothing where all is well."""
    bad = found.bad
    if bad is None:
        return ""
    if isinstance(bad, Leak):
        return leaks.loses(scope, bad, characters)
    measure = _(_MEASURES[bad.measure])
    if found.reason is Reason.SHORT:
        share = formats.percent(bad.of_target, 0)
        return _("{measure} reached {share} of the target", measure=measure, share=share)
    told = {
        "measure": measure,
        "now": _amount(events, bad, bad.now),
        "earlier": _amount(events, bad, bad.earlier),
    }
    if found.state is State.WORRY:
        return _("{measure} fell from {earlier} to {now}", **told)
    return _("{measure} seems to have fallen from {earlier} to {now}", **told)


def _amount(events: Events, event: Event, amount: float | None) -> str:
    if event.measure == "value":
        return formats.money(amount, events.currency)
    return formats.number(amount)
