"""Models of attribution, the roles of touches and the weights of vendors, in words."""

from collections.abc import Iterable, Sequence

import pandas as pd

from analytics.view.attribution_rules import OWN, PRESETS, Weights
from ui.language import formats
from ui.language.messages import N_p, _, _p

_MODELS = {
    "first": N_p("model of credit", "First touch"),
    "last": N_p("model of credit", "Last touch"),
    "linear": N_p("model of credit", "Linear"),
    "linear_source": N_p("model of credit", "Per source"),
    "u": N_p("model of credit", "U"),
    "w": N_p("model of credit", "W"),
    "full": N_p("model of credit", "Full path"),
    "j": N_p("model of credit", "J"),
    "inverse_j": N_p("model of credit", "Inverse J"),
    "decay": N_p("model of credit", "Decay"),
    "markov": N_p("model of credit", "Markov"),
    "shapley": N_p("model of credit", "Shapley, sum"),
    "shapley_rate": N_p("model of credit", "Shapley, rate"),
}
_COLUMNS = {
    "first": N_p("column of a model", "First"),
    "last": N_p("column of a model", "Last"),
    "linear": N_p("column of a model", "Linear"),
    "linear_source": N_p("column of a model", "Source"),
    "u": N_p("column of a model", "U"),
    "w": N_p("column of a model", "W"),
    "full": N_p("column of a model", "Full"),
    "j": N_p("column of a model", "J"),
    "inverse_j": N_p("column of a model", "Inverse"),
    "decay": N_p("column of a model", "Decay"),
    "markov": N_p("column of a model", "Markov"),
    "shapley": N_p("column of a model", "Shapley"),
    "shapley_rate": N_p("column of a model", "Rate"),
}
_WAYS = {
    OWN: N_p("way of giving credit", "The lead's own source"),
    "first": N_p("way of giving credit", "First source"),
    "last": N_p("way of giving credit", "Last source"),
    "linear": N_p("way of giving credit", "Shared equally"),
    "u": N_p("way of giving credit", "First and last"),
    "markov": N_p("way of giving credit", "By the data"),
}
_LONG = 10  # times; beyond, per cent would be long
_ROLES = {
    "first": N_p("role of a touch", "First"),
    "created": N_p("role of a touch", "Made the lead"),
    "opportunity": N_p("role of a touch", "Made the opportunity"),
    "last": N_p("role of a touch", "Last"),
    "rest": N_p("role of a touch", "The others"),
}
_VENDORS = {
    "google_ads": "Google Ads",
    "salesforce": "Salesforce",
    "matomo": "Matomo",
    "hubspot_u": "HubSpot",
    "marketo_u": "Marketo Measure",
    "marketo_w": "Marketo Measure",
    "marketo_full": "Marketo Measure",
}


def model(slug: str) -> str:
    """A model's name, short enough for a column."""
    return _p(*_MODELS[slug]) if slug in _MODELS else slug


def way(slug: str) -> str:
    """Who has the credit for a customer, in plain words where there are some."""
    return _p(*_WAYS[slug]) if slug in _WAYS else model(slug)


def columns(slugs: Sequence[str]) -> list[str]:
    """Names of models in a word each, for columns side by side."""
    return [_p(*_COLUMNS[slug]) if slug in _COLUMNS else slug for slug in slugs]


def role(slug: str) -> str:
    """What a touch can be on a path."""
    return _p(*_ROLES[slug]) if slug in _ROLES else slug


def preset(slug: str) -> str:
    """A vendor's weights: `Google Ads: U 40/0/0/40/20`."""
    shape, percents = PRESETS[slug]
    return f"{_VENDORS.get(slug, slug)}: {model(shape)} {weights(percents)}"


def weights(percents: Weights) -> str:
    """Weights in the order of the roles: `22,5/22,5/22,5/22,5/10`."""
    return "/".join(formats.number(each, 0 if each == int(each) else 1) for each in percents)


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Names in a row, `A, B and C`; beyond `most` only the number of further ones is given."""
    if most is not None and len(names) > most:
        rest = formats.number(len(names) - most)
        return _("{names} and {n} more", names=", ".join(names[:most]), n=rest)
    if len(names) < 2:
        return "".join(names)
    return _("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def returns(ratios: Iterable[float | None]) -> list[str]:
    """Returns on what was spent, all in one way: `−42%`, or `13,6×` where some are very long."""
    values = [None if each is None or pd.isna(each) else float(each) for each in ratios]
    if all(each is None or abs(each) < _LONG for each in values):
        return [formats.change(each, 0) for each in values]
    return [formats.NOTHING if each is None else formats.number(each, 1) + "×" for each in values]
