"""The targets of the data's pipeline: what the company means to reach in a quarter."""

import streamlit as st

from analytics import names
from data.targets import Targets
from ui.language import current, formats
from ui.language.messages import _
from ui.page import card
from ui.page import targets as how_to
from ui.page.markdown import plain

_NAMES = {
    "leads": names.NEW_LEADS,
    "opportunities": names.NEW_OPPORTUNITIES,
    "won": names.DEALS_WON,
    "value": names.VALUE_WON,
}


def show(targets: Targets, currency: str) -> None:
    """The targets of a quarter; where there are none, how to set them."""
    with card.card(_("Targets of a quarter"), anchor="targets"):
        if targets:
            told = [
                f"**{plain(name.label(current.lang()))}** {plain(_amount(slug, amount, currency))}"
                for slug, name in _NAMES.items()
                if (amount := getattr(targets, slug)) is not None
            ]
            st.markdown(" · ".join(told))
            return
        how_to.how_to_set()


def _amount(slug: str, amount: float, currency: str) -> str:
    return formats.money(amount, currency) if slug == "value" else formats.number(amount)
