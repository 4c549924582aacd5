"""What is said where the pipeline has no stage into which leads are handed over."""

import streamlit as st

from ui import navigation
from ui.language.messages import _
from ui.page import card


def show() -> None:
    """Why nothing can be said, and what to write."""
    with card.card(_("Who hands over to whom?"), _("The pipeline names no hand-over.")):
        st.markdown(
            _(
                "Write `handover = true` at the stage into which marketing hands leads over to "
                "sales, in the pipeline of the mapping. Leads wait for an answer at the stage "
                "before it."
            )
        )
        navigation.link("data", _("Change the pipeline →"))
