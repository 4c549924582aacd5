"""The card by when leads come: in hours of work, outside them, on days off; and what speed does."""

import pandas as pd

from analytics.scope import Scope
from ui import answers
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.language import formats
from ui.language.messages import N_, _
from ui.page import card, markdown, provenance
from ui.response import speed, words

_NAMES = {
    "open": N_("In working hours"),
    "closed": N_("Outside working hours"),
    "day_off": N_("On days off"),
}


def show(scope: Scope, promised: int | None) -> None:
    """A time of arrival a row, and a line on whether speed matters here."""
    answer = answers.response_arrivals(scope)
    title = finding(answer.rows)
    how = provenance.how("response_arrivals", lambda: words.counted(scope, promised), answer)
    with card.card(title, _("After how much working time half are answered."), how=how):
        board.show(
            [
                Column(_("Leads that come")),
                Column(_("Leads"), right=True),
                Column(_("Half after"), right=True),
            ],
            [
                Row(
                    [
                        Text(_(_NAMES[row.arrival]), strong=True),
                        Text(formats.number(row.leads)),
                        Text(words.length(scope, row.median_seconds), strong=True)
                        if row.leads
                        else Text(formats.NOTHING),
                    ]
                )
                for row in answer.rows.itertuples(index=False)
            ],
            caption=markdown.spoken(title),
            key="response_arrivals",
            cards_below=80,
        )
        speed.line(scope)


def finding(rows: pd.DataFrame) -> str:
    """Who is answered last."""
    known = rows.set_index("arrival")["median_seconds"].dropna()
    if len(known) < 2 or "open" not in known:
        return _("How soon, by when they come")
    slowest = known.idxmax()
    if slowest == "open":
        return _("Nights and days off are no slower")
    if slowest == "closed":
        return _("Leads outside working hours wait longest")
    return _("Leads on days off wait longest")
