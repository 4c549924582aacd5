"""Definitions: what the words mean, each in both languages, and the pipeline of this data."""

import streamlit as st

from data.pipeline import Pipeline
from ui import answers, session
from ui.definitions import cards, criteria, targets
from ui.language.glossary import field
from ui.language.messages import _
from ui.page import markdown

with st.container(horizontal=True, vertical_alignment="center"):
    st.title(_("Definitions"), anchor=False, width="content")
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

numbers = cards.found_numbers(sought)
chapters = cards.found(sought, pipeline)
sure = cards.says_how_sure(sought)
if not (numbers or chapters or sure):
    st.markdown(_("No such word here. Try a shorter one."))
if sure:
    cards.how_sure()
    cards.tones()
if numbers:
    cards.numbers(numbers)
for entry in chapters:
    if entry.anchor == field.OWN.anchor:
        cards.own(entry, pipeline)
        if answers.store().current() is not None and not sought:
            criteria.show(pipeline)
            targets.show(pipeline.targets, session.current().generation.currency)
    else:
        cards.chapter(entry, unfolded=bool(sought.strip()))
