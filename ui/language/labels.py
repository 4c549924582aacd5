"""From slugs to words: stages, groups, dimensions, channels, sources and their like.

What a company named itself (a source, a campaign, an owner) is shown as it is; see `own`.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from analytics.view.view import View
from data import calendar
from data.layout import OTHER_VALUES
from data.pipeline import GROUPS, Pipeline
from ui.language import formats
from ui.language.current import lang
from ui.language.messages import N_, N_p, _, _n, _p

_GROUPS = {
    "lead": N_p("group", "Leads"),
    "prospect": N_p("group", "Prospects"),
    "opportunity": N_p("group", "Opportunities"),
    "customer": N_p("group", "Customers"),
}
_ONE_OF_GROUP = {
    "lead": N_p("one of a group", "lead"),
    "prospect": N_p("one of a group", "prospect"),
    "opportunity": N_p("one of a group", "opportunity"),
    "customer": N_p("one of a group", "customer"),
}
_DIMENSIONS = {
    "source": N_("Source"),
    "channel": N_("Channel"),
    "campaign": N_("Campaign"),
    "owner": N_("Owner"),
    "team": N_("Team"),
    "region": N_("Region"),
    "province": N_("Province"),
    "industry": N_("Industry"),
    "company_size": N_("Company size"),
    "temperature": N_("Temperature"),
    "screening": N_("Screening"),
    "screening_reason": N_("Why not usable"),
    "batch": N_("Batch of a list"),
    "consent": N_("Consent"),
    "call_outcome": N_("Outcome of the call"),
    "call_attempts": N_("Times called"),
}
_CHANNELS = {
    "seo": N_("SEO"),
    "content": N_("Content"),
    "paid_search": N_("Paid search"),
    "social": N_("Social media"),
    "paid_social": N_("Paid social"),
    "email": N_("Email"),
    "website": N_("Website"),
    "event": N_("Events"),
    "webinar": N_("Webinars"),
    "purchased_list": N_("Purchased lists"),
    "referral": N_("Referral"),
    "partner": N_("Partners"),
    "outbound": N_("Outbound sales"),
    "marketplace": N_("Marketplaces"),
    "press_tv": N_("Press and TV"),
    "outdoor": N_("Outdoor"),
    "direct_mail": N_("Direct mail"),
    "other": N_("Other"),
    "unknown": N_("Unknown"),
}
_SOURCES = {
    "blog": N_("Blog"),
    "google_ads": N_("Google Ads"),
    "facebook": N_("Facebook"),
    "facebook_ads": N_("Facebook Ads"),
    "instagram": N_("Instagram"),
    "zalo": N_("Zalo"),
    "zalo_ads": N_("Zalo Ads"),
    "linkedin": N_("LinkedIn"),
    "linkedin_ads": N_("LinkedIn Ads"),
    "tiktok_ads": N_("TikTok Ads"),
    "youtube": N_("YouTube"),
    "newsletter": N_("Newsletter"),
    "landing_page": N_("Landing page"),
    "trade_fair": N_("Trade fairs"),
    "customer_day": N_("Customer days"),
    "cold_call": N_("Cold calls"),
    "sales": N_("Sales people's own"),
    "press": N_("Press"),
    "tv": N_("TV"),
    "radio": N_("Radio"),
    "billboard": N_("Billboards"),
    "elevator_led": N_("LED screens in lifts"),
}
_INDUSTRIES = {
    "manufacturing": N_("Manufacturing"),
    "retail": N_("Retail"),
    "logistics": N_("Logistics"),
    "construction": N_("Construction"),
    "healthcare": N_("Healthcare"),
    "education": N_("Education"),
    "food": N_("Food and beverage"),
    "finance": N_("Finance"),
    "hospitality": N_("Hospitality"),
    "agriculture": N_("Agriculture"),
    "technology": N_("Technology"),
    "real_estate": N_("Real estate"),
}
_TEMPERATURES = {
    "hot": N_("Hot"),
    "warm": N_("Warm"),
    "cold": N_("Cold"),
}
_SCREENING = {
    "ok": N_("Usable"),
    "duplicate": N_("Duplicate"),
    "invalid": N_("Wrong contact"),
    "junk": N_("Junk"),
    "unreachable": N_("Out of reach"),
}
_SCREENING_REASONS = {
    "rubbish_name": N_("Name is rubbish, such as test or asdf"),
    "rubbish_company": N_("Company is rubbish, such as abc or xxx"),
    "test_address": N_("Test e-mail address"),
    "disposable_domain": N_("Throw-away e-mail address"),
    "fake_phone": N_("Made-up phone number"),
    "impostor": N_("Not the person, the call found"),
    "role_account": N_("E-mail of a whole office only, such as info@"),
    "invalid_email": N_("E-mail is mistyped"),
    "invalid_phone": N_("Phone number does not exist"),
    "dead_number": N_("Number is dead, the call found"),
    "no_contact": N_("Neither e-mail nor phone"),
    "same_email": N_("Same e-mail as an earlier lead"),
    "same_phone": N_("Same phone as an earlier lead"),
    "similar": N_("Same person and company as an earlier lead, probably"),
}
_CONSENTS = {"yes": N_("Given"), "no": N_("Not given")}
_CALL_OUTCOMES = {
    "reached": N_("Talked to"),
    "not_interested": N_("Not interested"),
    "no_answer": N_("No answer"),
    "dead_number": N_("Dead number"),
    "impostor": N_("Not the person"),
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "channel": _CHANNELS,
    "source": {**_CHANNELS, **_SOURCES},
    "industry": _INDUSTRIES,
    "temperature": _TEMPERATURES,
    "screening": _SCREENING,
    "screening_reason": _SCREENING_REASONS,
    "consent": _CONSENTS,
    "call_outcome": _CALL_OUTCOMES,
}


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def own(name: str) -> str:
    """A name that came with the data, for one line: what would act on the text is written out.

    A line break becomes a sign for it, and so do marks that turn around the words beside them, and
    a name of which nothing could be seen. Names that differ still do.
    """
    if not any(letter.isprintable() and not letter.isspace() for letter in name):
        return name.encode("unicode_escape").decode()
    return "".join(_seen(letter) for letter in name)


def _seen(letter: str) -> str:
    if letter in "\n\u2028\u2029":
        return "↵"
    if letter in _TURNING or unicodedata.category(letter) == "Cc":
        return letter.encode("unicode_escape").decode()
    return letter


def group_label(group: str) -> str:
    """A stage group as the name of a bar or a tile: `Cơ hội`, `Opportunities`."""
    return _p(*_GROUPS[group]) if group in _GROUPS else group


def stage_label(pipeline: Pipeline, slug: str) -> str:
    """A stage or an exit by the name that the store's own pipeline gives it."""
    return own(pipeline.label(slug, lang()))


def reason_label(pipeline: Pipeline, slug: str) -> str:
    """A kind of reason by the name that the store's own pipeline gives it."""
    kinds = {reason.slug: reason for reason in pipeline.reasons}
    return own(kinds[slug].label(lang()) if slug in kinds else slug)


def reasons_label(pipeline: Pipeline, slugs: str) -> str:
    """The kinds of reasons of a lead, which answers part by `;`, within a line."""
    return ", ".join(reason_label(pipeline, slug) for slug in slugs.split(";"))


def brief(name: str) -> str:
    """A name without what explains it in brackets after it: `SAL`, where it is `SAL (accepted)`."""
    return name.partition(" (")[0] or name


def step_label(pipeline: Pipeline, slug: str, level: str) -> str:
    """A bar of the funnel at a level; `lead` is a group at one and a stage at the other."""
    return group_label(slug) if level == "group" else stage_label(pipeline, slug)


def toward(pipeline: Pipeline, slug: str, level: str) -> str:
    """A step, named by where it leads: `lên Cơ hội`, `to opportunity`."""
    if level == "group" and slug in GROUPS:
        return _("to {step}", step=_p(*_ONE_OF_GROUP[slug]))
    return _("to {step}", step=stage_label(pipeline, slug))


def window_label(window: int | None) -> str:
    """How long leads have from entry to convert."""
    return _("No limit") if window is None else _n("Within {n} day", "Within {n} days", window)


def clock_label(pipeline: Pipeline) -> str:
    """The hours and days that count as working time: `T2–T6, 08:00–17:30, trừ ngày lễ Việt Nam`."""
    own = pipeline.calendar
    days = formats.weekdays([calendar.WEEKDAYS.index(day) for day in own.working_days])
    hours = f"{calendar.hour(own.opens)}–{calendar.hour(own.closes)}"
    if not own.country:
        return _("{days}, {hours}, holidays too", days=days, hours=hours)
    return _(
        "{days}, {hours}, not on the holidays of {country}",
        days=days,
        hours=hours,
        country=formats.country(own.country),
    )


def clock_note(view: View, pipeline: Pipeline) -> str | None:
    """What a chart of times adds to its subtitle when it counts working hours, else None."""
    if view.clock == "calendar":
        return None
    hours = pipeline.calendar.day_seconds / 3600
    return _(
        "In working days of {hours} hours ({when}).",
        hours=formats.number(hours, 0 if hours == int(hours) else 1),
        when=clock_label(pipeline),
    )


def dimension_label(slug: str) -> str:
    """The name of a dimension; one that came with a file keeps its own, with spaces."""
    return _(_DIMENSIONS[slug]) if slug in _DIMENSIONS else own(slug.replace("_", " "))


def value_label(dimension: str, value: str | None) -> str:
    """A value of a dimension in words; `(none)` for a missing one, a company's own name as is."""
    if not isinstance(value, str):
        return _("(none)")
    if value == OTHER_VALUES:
        return _("(other)")
    known = _VALUES.get(dimension, {})
    return _(known[value]) if value in known else own(value)


def value_labels(dimension: str, values: Sequence[str | None]) -> list[str]:
    """The values of a dimension in words, told apart where two are the same: `SEO [seo]`."""
    names = [value_label(dimension, value) for value in values]
    often = Counter(names)
    return [
        f"{name} [{own(value)}]" if often[name] > 1 and isinstance(value, str) else name
        for name, value in zip(names, values, strict=True)
    ]


def filters(view: View) -> str:
    """The filters of a view, each with its values; nothing where it has none."""

    def named(dimension: str, values: Sequence[str | None]) -> str:
        return ", ".join(value_labels(dimension, values))

    return "; ".join(
        [f"{dimension_label(each)}: {named(each, values)}" for each, values in view.filters]
        + [
            _("{name}: all but {what}", name=dimension_label(each), what=named(each, values))
            for each, values in view.excluded
        ]
    )
