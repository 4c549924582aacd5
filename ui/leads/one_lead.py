"""One lead, beside the page: who it is, what is known, what to do next, and its story."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from analytics.leads import story as stories
from analytics.leads import to_do
from analytics.quality import verdict as verdicts
from analytics.scope import Scope
from analytics.view.view import View
from ui import navigation, session
from ui.language import formats, labels, phones, quantities
from ui.language.messages import N_, _, _n
from ui.leads import words
from ui.page import clipboard
from ui.page.markdown import gray, plain

_MOST_EVENTS = 60
_QUIET_DAYS = 14
_SIZE = re.compile(r"\d+(-\d+|\+)?")
_TOUCHES = {
    "visit": N_("Visited: {source}"),
    "click": N_("Clicked: {source}"),
    "email_open": N_("Opened an email: {source}"),
    "form": N_("Filled in a form: {source}"),
    "call": N_("Call: {source}"),
    "event": N_("Met us: {source}"),
    "sales_call": N_("Called by sales"),
    "sales_email": N_("Emailed by sales"),
    "sales_message": N_("Messaged by sales"),
    "call_answered": N_("Answered a call from sales"),
    "meeting": N_("Met with sales"),
    "email_reply": N_("Answered by email"),
}


def show(scope: Scope) -> None:
    """Opens the lead that the link names; closing it takes it out of the link."""
    lead_id = scope.view.lead
    if lead_id is None:
        return
    person = _person(scope, lead_id)
    title = plain(words.company(person)) if person is not None else _("No lead is called that")
    drawer = st.dialog(title, width="medium", position="right", on_dismiss=_close)
    drawer(_told)(scope, lead_id)


def _close() -> None:
    session.change(lead=None)


def _person(scope: Scope, lead_id: str) -> Any | None:
    """All that is known of a lead; None where there is none, or none yet at `as_of`."""
    found = stories.contact(scope.generation, lead_id)
    found = found[found["created_at"] <= scope.as_of]
    return None if found.empty else next(found.itertuples(index=False))


def _told(scope: Scope, lead_id: str) -> None:
    session.begin_part()
    person = _person(scope, lead_id)
    if person is None:
        st.markdown(_("{lead} is not in this data.", lead=plain(lead_id)))
        return
    told = stories.story(scope, lead_id)
    standing = to_do.of_lead(scope, lead_id)
    _who(scope, person)
    _state(scope, person, told, standing)
    _reach(scope, person)
    _screened(scope, lead_id)
    _known(person)
    _next(scope, standing)
    _story(scope, told, standing)
    address = navigation.address("leads", _alone(scope, lead_id))
    clipboard.button(_("Copy the address of this lead"), address, "lead_address", type="tertiary")


def _who(scope: Scope, person: Any) -> None:
    parts = [person.company if isinstance(person.company, str) else None]
    for dimension in ("industry", "company_size", "region"):
        value = getattr(person, dimension)
        parts.append(_said(dimension, value) if isinstance(value, str) else None)
    said = [plain(part) for part in parts if part]
    if said:
        st.markdown(" · ".join(said))


def _said(dimension: str, value: str) -> str:
    """A value of a dimension; a bare size of a company says of what."""
    if dimension == "company_size" and _SIZE.fullmatch(value):
        return _("{size} people", size=value.replace("-", "–"))
    return labels.value_label(dimension, value)


def _state(
    scope: Scope, person: Any, told: pd.DataFrame, standing: "pd.Series[Any] | None"
) -> None:
    """Where it stands and since when, how hot it is, whether it fits, and what it is worth."""
    moves = told[told["kind"].isin(["stage", "exit"])]
    stage = scope.generation.pipeline.slugs[0] if moves.empty else str(moves["what"].iloc[-1])
    where = words.stage_name(scope, stage)
    if standing is not None:
        where = f"{where}, {words.in_days(scope, float(standing['days']))}"
    with st.container(horizontal=True, gap="small"):
        if standing is not None and isinstance(standing["temperature"], str):
            heat = words.heat(standing["temperature"])
            icon = f":material/{heat.icon}:" if heat.icon else None
            st.badge(heat.word, icon=icon, color=heat.tone)  # type: ignore[arg-type]
        if (fit := stories.fit(scope, person.lead_id)) is not None:
            st.badge(words.fit(fit), color="green" if fit == "yes" else "gray")
        is_won = stage == scope.generation.pipeline.won
        st.badge(plain(where), color="green" if is_won else "gray" if standing is None else "blue")
        if not pd.isna(person.amount):
            currency = person.currency if isinstance(person.currency, str) else None
            amount = formats.money(person.amount, currency or scope.generation.currency)
            st.badge(amount, color="gray")


def _reach(scope: Scope, person: Any) -> None:
    """The ways to reach the contact: one click each, as far as they are known."""
    dial = phones.dialled(person.phone) if isinstance(person.phone, str) else None
    mail = person.email if isinstance(person.email, str) and "@" in person.email else None
    with st.container(horizontal=True, gap="small"):
        if dial is not None:
            st.link_button(
                _("Call {number}", number=plain(phones.shown(person.phone))),
                f"tel:{dial}",
                icon=":material/call:",
                type="primary",
            )
            st.link_button("Zalo", f"https://zalo.me/{_abroad(dial)}", icon=":material/chat:")
        if mail is not None:
            st.link_button(
                _("Email"), f"mailto:{quote(mail, safe='@.+-_')}", icon=":material/mail:"
            )
    said = [f"**{plain(person.name)}**"] if isinstance(person.name, str) else []
    said += [plain(mail)] if mail is not None else []
    if isinstance(person.owner, str):
        said.append(_("owner: {name}", name=plain(person.owner)))
    if said:
        st.markdown(" · ".join(said))


def _screened(scope: Scope, lead_id: str) -> None:
    """What screening found against it, and the lead that it repeats."""
    found = verdicts.verdict(scope.generation, lead_id)
    if found is None or found.reason is None:
        return
    said = f"**{labels.value_label('screening', found.screening)}**: " + labels.value_label(
        "screening_reason", found.reason
    )
    if found.duplicate_of is not None:
        address = navigation.address("leads", _alone(scope, found.duplicate_of))
        said += f" ([{plain(found.duplicate_of)}]({address}))"
    st.markdown(said)


def _abroad(dial: str) -> str:
    """A number with its country, as Zalo has it; one without a country is Vietnamese."""
    return "84" + dial[1:] if dial.startswith("0") else dial.removeprefix("+")


def _known(person: Any) -> None:
    """Need, budget, authority and timing, each with its answer in a word and a sign."""
    if all(pd.isna(getattr(person, name)) for name in words.TICKS):
        return
    said = [f"{words.tick(getattr(person, name))} {_(words.TICKS[name])}" for name in words.TICKS]
    st.markdown(_("**Can it buy?** {answers}", answers=" · ".join(said)))


def _next(scope: Scope, standing: "pd.Series[Any] | None") -> None:
    if standing is None:
        return
    ask = words.ask(scope, standing)
    limit = standing["limit_days"]
    late = ""
    if standing["state"] != "in_time":
        late = _("; overdue, the limit is {limit}", limit=words.in_days(scope, float(limit)))
    st.markdown(_("**Next:** {ask}{late}.", ask=ask, late=late))


def _story(scope: Scope, told: pd.DataFrame, standing: "pd.Series[Any] | None") -> None:
    st.subheader(_("Story"), anchor=False)
    lines = [_event(scope, event) for event in told.tail(_MOST_EVENTS).itertuples(index=False)]
    earlier = len(told) - len(lines)
    if earlier:
        st.markdown(gray(_n("{n} earlier event", "{n} earlier events", earlier)))
    if standing is not None and (silence := _silence(scope, told)):
        lines.append(silence)
    st.markdown("\n".join(f"- {line}" for line in lines))


def _silence(scope: Scope, told: pd.DataFrame) -> str:
    """For how long nobody has been in touch with the lead, where that is long; else nothing.

    A lead without any touch came in by itself, and is silent since.
    """
    touches = told[told["kind"].isin(["created", "touch"])]
    quiet = (scope.as_of - touches["happened_at"].iloc[-1]).days if len(touches) else 0
    if quiet < _QUIET_DAYS:
        return ""
    if touches["kind"].iloc[-1] == "created":
        return _("**No contact since it came in, for {n} days**", n=formats.number(quiet))
    return _("**No contact for {n} days**", n=formats.number(quiet))


def _event(scope: Scope, event: Any) -> str:
    local = event.happened_at.tz_localize("UTC").tz_convert(scope.zone)
    is_this_year = event.happened_at.year == scope.as_of.year
    day = (formats.short_day if is_this_year else formats.day)(local.date())
    return f":gray[{day}] {_happened(scope, event)}"


def _happened(scope: Scope, event: Any) -> str:
    if event.kind == "created":
        return _("Came in from **{source}**", source=_source(event.what))
    if event.kind == "touch":
        text = _TOUCHES.get(str(event.what))
        if text is None and not isinstance(event.detail, str) and isinstance(event.what, str):
            return plain(labels.own(event.what))
        return _(text, source=_source(event.detail)) if text else _source(event.detail)
    return _entered(scope, event) + _why(scope, event)


def _why(scope: Scope, event: Any) -> str:
    """Why the lead left or went back, with what was written in small letters."""
    if not isinstance(event.reasons, str):
        return ""
    kinds = labels.reasons_label(scope.generation.pipeline, event.reasons)
    said = _("; reason: **{reason}**", reason=plain(kinds))
    if isinstance(event.written, str) and event.written.casefold() != kinds.casefold():
        said += " " + gray(f"“{plain(labels.own(event.written))}”")
    return said


def _entered(scope: Scope, event: Any) -> str:
    """A stage that the lead entered, and when that was, as far as it is known."""
    where = plain(words.stage_name(scope, event.what))
    if not pd.isna(event.between_from):
        first, last = (
            formats.day(each.tz_localize("UTC").tz_convert(scope.zone).date())
            for each in (event.between_from, event.happened_at)
        )
        return _("**{stage}**, between {first} and {last}", stage=where, first=first, last=last)
    if not event.is_timed:
        return _("**{stage}** by its status; since when is not known", stage=where)
    if pd.isna(event.seconds_since):
        return _("**{stage}**", stage=where)
    after = quantities.duration(event.seconds_since, whole=True)
    if event.kind == "stage" and isinstance(event.detail, str):
        return _(
            "**{stage}** after {time}, by {who}",
            stage=where,
            time=after,
            who=_who_moved(event.detail),
        )
    return _("**{stage}** after {time}", stage=where, time=after)


def _who_moved(name: str) -> str:
    return _("automation") if name == "automation" else plain(name)


def _source(value: object) -> str:
    return plain(labels.value_label("source", value if isinstance(value, str) else None))


def _alone(scope: Scope, lead_id: str) -> View:
    """The view of a link to the lead: of nothing else that is chosen on the page."""
    view = scope.view
    opening = View.opening(view.lang)
    return replace(opening, lead=lead_id, as_of=view.as_of, data=view.data, data_id=view.data_id)
