"""What counts as an answer by a person: the kinds of touches, and the movers, of this very data."""

import pandas as pd
import streamlit as st

from analytics.response.response import Acts
from analytics.scope import Scope
from ui import answers, navigation
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.page import card, markdown


def show(scope: Scope) -> None:
    """The card: a line for each kind of act, with how many there are."""
    found = answers.response_acts(scope.generation)
    with card.card(
        _("What counts as an answer by a person"),
        _("The table [response] of a mapping says it for your data."),
    ):
        st.markdown("\n".join(f"- **{name}** {text}" for name, text in lines(found)))


def missing(scope: Scope) -> None:
    """The card in place of the page, where no person is known to have done anything."""
    found = answers.response_acts(scope.generation)
    with card.card(
        _("Nobody is known to have answered a lead"),
        _("The files have neither calls of people nor who moved the leads."),
    ):
        st.markdown(_("To see how soon leads are answered, export one of these from your CRM:"))
        st.markdown(
            "\n".join(
                f"- {text}"
                for text in (
                    _("the activities (calls, mails, meetings), each with lead, time and kind;"),
                    _("the history of the stages with a column of who changed each."),
                )
            )
        )
        if len(found.kinds):
            st.markdown(
                _(
                    "There are touches of these kinds: {kinds}. If people of yours made some, name "
                    "them in [response] of a mapping.",
                    kinds=_kinds(found.kinds["kind"].head(10).tolist()),
                )
            )
        navigation.link("data", _("Load more data →"))


def lines(found: Acts) -> list[tuple[str, str]]:
    """What counts and what does not, each with a lead-in."""
    human, replies = found.kinds["human"], found.kinds["answered"]
    told = []
    if human.any():
        told.append((_("Touches of persons:"), _counts(found, human)))
    if replies.any():
        told.append((_("In these the lead answered:"), _counts(found, replies)))
    if found.moved:
        persons = _n("{n} person", "{n} persons", found.persons)
        text = _("{moves} of a stage, by {persons}.", moves=_moves(found.moved), persons=persons)
        told.append((_("Moves by persons:"), text))
    if found.automatic:
        names = ", ".join(
            f"{markdown.plain(labels.own(name))} ({formats.number(moves)})"
            for name, moves in found.automatic.items()
        )
        told.append((_("Not counted, no person:"), f"{names}."))
    if found.unnamed:
        told.append((_("Not counted, nobody is named:"), f"{_moves(found.unnamed)}."))
    rest = ~human & ~replies
    if rest.any():
        told.append((_("Not counted, contacts with marketing:"), _counts(found, rest)))
    return told


def _moves(count: int) -> str:
    return _n("{n} move", "{n} moves", count)


def _counts(found: Acts, chosen: "pd.Series[bool]") -> str:
    rows = found.kinds[chosen]
    return (
        ", ".join(f"{_kind(row.kind)} ({formats.number(row.touches)})" for row in rows.itertuples())
        + "."
    )


def _kinds(kinds: list[str]) -> str:
    return ", ".join(map(_kind, kinds))


def _kind(kind: str) -> str:
    return markdown.plain(labels.own(kind))
