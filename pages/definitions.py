"""Definitions: what the words mean, each in both languages, and the pipeline of this data."""

import streamlit as st

from data.pipeline import Pipeline
from ui import answers, entries, frame, glossary, scene
from ui.words import _

st.title(_("Definitions"), anchor=False)
sought = st.text_input(
    _("Search"),
    placeholder=_("A word, in Vietnamese or in English"),
    icon=":material/search:",
    label_visibility="collapsed",
    width=420,
    key="glossary_search",
)

if sought.strip():
    chapters = glossary.found(sought)
    if not chapters:
        st.markdown(_("No such word here. Try a shorter one."))
else:
    chapters = glossary.CHAPTERS
    every = (glossary.OWN, *chapters)
    st.markdown(" · ".join(f"[{_(entry.title)}](#{entry.anchor})" for entry in every))
    empty = answers.store().current() is None
    entries.own(Pipeline.default() if empty else scene.current().generation.pipeline)

for entry in chapters:
    entries.chapter(entry)
