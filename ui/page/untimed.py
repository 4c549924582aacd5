"""What pages about time say of leads whose stage is only known from a present status."""

from dataclasses import replace

import streamlit as st

from analytics.leads.to_do import of_today
from analytics.scope import Scope
from ui import answers, navigation
from ui.language.messages import _, _n
from ui.page import card
from ui.page.markdown import gray


def of_all(scope: Scope) -> Scope:
    """The scope whatever its period: open leads are waiting whenever they came."""
    return scope.at(of_today(scope.view))


def is_all(scope: Scope) -> bool:
    """Whether there are such leads, and no lead of the scope has a stay that has a length."""
    if not answers.untimed(scope).leads:
        return False
    whole = scope.at(replace(scope.view, by=None))
    return not answers.time_in_stage(whole).rows["stays"].any()


def show() -> None:
    """The card in place of what cannot be known: why it is so, and what to do."""
    title, subtitle = _("Time at each stage is not known"), _("The file has present statuses only.")
    with card.card(title, subtitle):
        st.markdown(
            _(
                "The funnel and the sources are complete. To see how long leads stay at each stage "
                "and who waits too long, do one of these:"
            )
        )
        st.markdown(
            "\n".join(
                f"- {what}"
                for what in (
                    _(
                        "Load a file that has the day on which each stage was entered, or the "
                        "history of changes of your CRM."
                    ),
                    _(
                        "Load the same export again every week or month: what changed between two "
                        "of them becomes history."
                    ),
                )
            )
        )
        navigation.link("data", _("Load more data →"))


def note(scope: Scope) -> None:
    """A line about the leads that are left out; none where there are none."""
    leads = answers.untimed(scope).leads
    if leads:
        st.markdown(gray(left_out(leads)))


def left_out(leads: int) -> str:
    """How many leads the times do not tell of, and why."""
    return _n(
        "{n} lead is left out of times and waiting: only its present status is known, not since "
        "when.",
        "{n} leads are left out of times and waiting: only their present status is known, not "
        "since when.",
        leads,
    )
