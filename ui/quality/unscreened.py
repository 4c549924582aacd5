"""What is shown where no lead was screened, since no file has contacts."""

import streamlit as st

from analytics.quality.quality import Quality
from ui import navigation
from ui.language.messages import _, _n
from ui.page import card


def show(found: Quality) -> None:
    """Why nothing can be said, and what to do about it."""
    with card.card(_("Quality is not known yet"), _("No file has an e-mail or a phone number.")):
        st.markdown(
            _n(
                "Of {n} lead no contact is known, so nobody can say whether it is usable. It "
                "counts neither as usable nor as bad.",
                "Of {n} leads no contact is known, so nobody can say which are usable. They count "
                "neither as usable nor as bad.",
                int(found.total["leads"]),
            )
        )
        navigation.link("data", _("Load a file with e-mail or phone →"))
