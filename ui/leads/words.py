"""Leads in words: what a company is called, how hot it is, and what to ask next."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.leads.company_names import short
from analytics.scope import Scope
from ui.board import board
from ui.language import formats, labels, phones, quantities
from ui.language.messages import N_, N_p, _, _n, _p

_DAY = 86_400
_LEAST = 0.01
"""The least chance that is written as a number: one below it is not none."""
_MEANS = ("company_size", "all")
_WHOLE = 14  # letters: a stage's name up to this length is not broken
_HEAT: Mapping[str, tuple[board.Tone, str]] = {
    "hot": ("red", "local_fire_department"),
    "warm": ("orange", "sunny"),
    "cold": ("gray", "ac_unit"),
}
_ASKS = {
    "need": N_("Ask what they need"),
    "budget": N_("Ask about the budget"),
    "authority": N_("Ask who decides"),
    "timing": N_("Ask when they need it"),
}
TICKS = {
    "need": N_("need"),
    "budget": N_("budget"),
    "authority": N_("who decides"),
    "timing": N_("timing"),
}
"""The four that a lead is qualified by, in the order in which they are asked."""

_BRIEF = {
    "need": N_p("what a lead has, in a word", "need"),
    "budget": N_p("what a lead has, in a word", "budget"),
    "authority": N_p("what a lead has, in a word", "decider"),
    "timing": N_p("what a lead has, in a word", "timing"),
}


def company(lead: Any) -> str:
    """What a lead is called: its company without the legal form, else its contact, else its id."""
    for name in (lead.company, lead.name):
        if isinstance(name, str) and name.strip():
            return labels.own(short(name) if name is lead.company else name)
    return labels.own(str(lead.lead_id))


def contact(lead: Any) -> str:
    """The person at the company, where that is not what the lead is called by."""
    is_known = isinstance(lead.company, str) and lead.company.strip()
    return labels.own(lead.name) if is_known and isinstance(lead.name, str) else ""


def who(lead: Any) -> board.Text:
    """The cell that a lead is opened by."""
    return board.Text(company(lead), note=contact(lead), strong=True)


def phone(lead: Any) -> board.Text | board.Phone:
    """The cell with a phone number: to be called where it is one."""
    if not isinstance(lead.phone, str):
        return board.Text(formats.NOTHING)
    dial = phones.dialled(lead.phone)
    read = labels.own(phones.shown(lead.phone))
    return board.Text(read) if dial is None else board.Phone(read, dial)


def has_phone(rows: pd.DataFrame) -> bool:
    """Whether the number of any of the leads is known: else a list has no column of them."""
    return bool(rows["phone"].notna().any())


def has_heat(rows: pd.DataFrame) -> bool:
    """Whether it is known how hot any of the leads is."""
    return bool(rows["temperature"].notna().any())


def verdict(lead: Any) -> board.Text | board.Badge:
    """The cell that says what screening found of a lead; of a repetition also whose it is."""
    if not isinstance(lead.screening, str):
        return board.Text(formats.NOTHING)
    word = labels.value_label("screening", lead.screening)
    if isinstance(lead.duplicate_of, str):
        return board.Text(word, note=_("of {lead}", lead=labels.own(lead.duplicate_of)))
    if lead.screening == "ok":
        return board.Text(word)
    return board.Badge(word, "orange")


def source(lead: Any) -> board.Text:
    """Where the lead came from."""
    if not isinstance(lead.source, str):
        return board.Text(formats.NOTHING)
    return board.Text(labels.value_label("source", lead.source))


def temperature(lead: Any) -> board.Text | board.Badge:
    """The cell that says how hot a lead is."""
    if not isinstance(lead.temperature, str):
        return board.Text(formats.NOTHING)
    return heat(lead.temperature)


def fit(answer: str) -> str:
    """Whether a lead is such as the company means to sell to: of 'yes' or 'no'."""
    return _("Fits") if answer == "yes" else _("Does not fit")


def heat(temperature: str) -> board.Badge:
    """How hot a lead is, as a badge."""
    tone, icon = _HEAT.get(temperature, ("gray", ""))
    return board.Badge(labels.value_label("temperature", temperature).lower(), tone, icon)


def standing(scope: Scope, stage: str, days: float) -> board.Text:
    """The cell that says where a lead is, and for how long where that is known."""
    return _at(scope, stage, _("by its status") if math.isnan(days) else in_days(scope, days))


def lateness(scope: Scope, stage: str, over_days: float) -> board.Text:
    """The cell that says where a lead is, and for how long it has been overdue there."""
    return _at(scope, stage, _("{days} late", days=in_days(scope, over_days)))


def _at(scope: Scope, stage: str, note: str) -> board.Text:
    name = stage_name(scope, stage)
    return board.Text(name, note=note, whole=len(name) <= _WHOLE)


def stage_name(scope: Scope, slug: str) -> str:
    """A stage's name without what explains it in brackets: `SAL`, where it is `SAL (accepted)`."""
    pipeline = scope.generation.pipeline
    known = slug in (*pipeline.slugs, *pipeline.exit_slugs)
    name = labels.stage_label(pipeline, slug) if known else labels.own(slug)
    return name.split(" (", maxsplit=1)[0]


def in_days(scope: Scope, days: float) -> str:
    """A time in whole days; within the first one in hours, where days have 24 of them."""
    if days < 1 / 24:
        return _("under an hour")
    if days < 1 and scope.view.clock == "calendar":
        return quantities.duration(days * _DAY, whole=True)
    return _n("{n} day", "{n} days", round(days))


def owner(lead: Any) -> board.Text:
    """The cell with whose lead it is."""
    return board.Text(labels.value_label("owner", lead.owner))


def ask(scope: Scope, lead: Any) -> str:
    """What to do next about a lead, by what is not known of it, and by how it can be reached.

    It says to call where there is a number, to write where there is an address alone; a lead that
    has neither is opened, to see what else is known.
    """
    has_phone, has_email = (_is_known(each) for each in (lead.phone, lead.email))
    if not (has_phone or has_email):
        return _("Open it, find how to reach them")
    if not isinstance(lead.ask, str):
        return _("Call") if has_phone else _("Write")
    if lead.ask in _ASKS:
        return _(_ASKS[lead.ask])
    groups = {each.slug: each.group for each in scope.generation.pipeline.stages}
    if groups.get(str(lead.stage)) == "opportunity":
        return _("Call, ask when they sign") if has_phone else _("Write, ask when they sign")
    return _("Call, offer a quote") if has_phone else _("Write, offer a quote")


def why(scope: Scope, lead: Any) -> str:
    """Why a lead is where it is in the work list: how hot, how late, and what it is worth."""
    said = []
    if isinstance(lead.temperature, str):
        said.append(labels.value_label("temperature", lead.temperature))
    late = in_days(scope, float(lead.over_days))
    said.append(_("{days} late at {stage}", days=late, stage=stage_name(scope, str(lead.stage))))
    if not pd.isna(lead.value):
        said.append(f"{value(lead)} {chance(lead.chance)}")
    elif not pd.isna(lead.chance):
        said.append(_("chance {share}", share=formats.percent(lead.chance, 0)))
    return "; ".join(said)


def value(lead: Any) -> str:
    """What a lead is worth, with "about" before what is a mean."""
    amount = formats.money(lead.value, lead.value_currency)
    return _("about {value}", value=amount) if lead.value_from in _MEANS else amount


def chance(share: float) -> str:
    """The chance that a value is multiplied by; a small one is not none, nor one not known."""
    if pd.isna(share):
        return _("chance not known")
    if 0 < share < _LEAST:
        return _("× under {share}", share=formats.percent(_LEAST, 0))
    return f"× {formats.percent(share, 0)}"


def _is_known(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def ticks(lead: Any) -> board.Ticks:
    """The cell with the four that a lead is qualified by: yes, no, or not known."""
    return board.Ticks([_tick(name, getattr(lead, name)) for name in TICKS])


def _tick(name: str, answer: object) -> board.Tick:
    so = None if pd.isna(answer) else bool(answer)
    said = _("not known") if so is None else _("yes") if so else _("no")
    return board.Tick(_p(*_BRIEF[name]), so, f"{_(TICKS[name])}: {said}")


def tick(answer: object) -> str:
    """Yes, no, or not known."""
    if pd.isna(answer):
        return "?"
    return "✓" if answer else "✗"
