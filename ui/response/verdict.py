"""The sentence at the top: after how long half of the leads are answered, and how many wait."""

from dataclasses import replace

import pandas as pd

from analytics.response.response import Response
from analytics.scope import Scope
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import headline
from ui.response import words
from ui.response.parts import UNTOUCHED

_HEALTHY = 0.8  # of the leads, answered within what is promised, and nobody late


def show(scope: Scope, found: Response) -> None:
    """One sentence, how the page stands, and the way to those who wait."""
    link = None
    if found.untouched and scope.generation.sight.leads:
        label = _n(
            "Open the {n} lead nobody has answered →",
            "Open the {n} leads nobody has answered →",
            found.untouched,
        )
        link = ("response", label, replace(scope.view, tab=UNTOUCHED, list_page=1))
    headline.show(sentence(scope, found), tone=tone(found), link=link)


def tone(found: Response) -> headline.Tone | None:
    """How well what is promised is kept; nothing where nothing is."""
    row = found.rows.iloc[0]
    if found.promised is None or pd.isna(row["within_sla"]):
        return None
    return "ok" if row["within_sla"] >= _HEALTHY and not row["breaches"] else "watch"


def sentence(scope: Scope, found: Response) -> str:
    """How long half of the leads wait for a person, and how many do not for long."""
    row = found.rows.iloc[0]
    share = formats.percent(row["within_1h"], 0)
    if pd.isna(row["median_seconds"]):
        return _("Fewer than half of the leads have been answered by a person so far.")
    return _(
        "Half of the leads wait {time} of work for a person; {share} wait less than an hour.",
        time=words.length(scope, row["median_seconds"]),
        share=share,
    )
