"""The criteria of the data's own pipeline: what the company agreed to call each stage."""

from html import escape

import streamlit as st

from data.pipeline import Pipeline
from ui import navigation, session
from ui.definitions import rows
from ui.language.messages import _
from ui.page import card


def show(pipeline: Pipeline) -> None:
    """A stage with a criterion a row; without any, where one is written down."""
    with card.card(
        _("What we agreed to call each stage"),
        _("The company's own words, by stage, with who agreed on them and when."),
        anchor="criteria",
    ):
        if any(stage.criteria for stage in pipeline.stages):
            st.html(rows.criteria(pipeline))
        else:
            st.markdown(_("Nobody has written down yet what a lead has to be at each stage."))
        if pipeline.temperature is not None:
            st.subheader(_("When we call a lead hot"), anchor=False)
            st.html(rows.temperature(pipeline.temperature))
        if pipeline.fit is not None:
            st.subheader(_("Whom we mean to sell to"), anchor=False)
            st.html(f"<code>{escape(pipeline.fit.text)}</code>")
        if session.visitor().may_load:
            navigation.link("data", _("Write it down under Data →"))
