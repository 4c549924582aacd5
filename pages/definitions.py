"""Definitions: what the words mean, each in both languages, and the pipeline of this data."""

import streamlit as st

from data.pipeline import Pipeline
from ui import answers, session
from ui.definitions import cards, glossary, targets
from ui.language.messages import _
from ui.page import markdown

st.title(_("Definitions"), anchor=False)
sought = st.text_input(
    _("Search"),
    placeholder=_("A word, in Vietnamese or in English"),
    icon=":material/search:",
    label_visibility="collapsed",
    width=420,
    key="glossary_search",
)

if answers.store().current() is None:
    pipeline = Pipeline.default()
    st.markdown(markdown.gray(_("Nothing is loaded yet: this is the pipeline to start with.")))
else:
    pipeline = session.current().generation.pipeline

chapters = cards.found(sought, pipeline)
if chapters == glossary.CHAPTERS:
    st.markdown(" · ".join(f"[{_(entry.title)}](#{entry.anchor})" for entry in chapters))
if not chapters:
    st.markdown(_("No such word here. Try a shorter one."))
for entry in chapters:
    if entry.anchor == glossary.OWN.anchor:
        cards.own(entry, pipeline)
        if answers.store().current() is not None and not sought:
            targets.show(pipeline.targets, session.current().generation.currency)
    else:
        cards.chapter(entry)
