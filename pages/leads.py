"""Leads: those behind the selected step, as many as its bar says; one of them opens beside."""

import streamlit as st

from ui import answers, session
from ui.language.messages import _
from ui.leads import lead_list, one_lead
from ui.page import header, instead, long_list

scope = session.current()
header.top(scope, _("Leads"), compares=False)

with st.container(horizontal=True, vertical_alignment="center"):
    sought = lead_list.search()
    lead_list.state_picker(scope)
    lead_list.step_picker(scope)
    st.space("stretch")
    with st.container(horizontal=True, width="content"):
        found = lead_list.listed(scope, sought)
        if answers.count(found):
            lead_list.files(scope, found, sought)

one_lead.show(scope)
if not answers.count(answers.leads(scope)):
    instead.empty(scope)
    session.end()

lead_list.show(scope, found, long_list.rows_in_link(found, lead_list.ROWS), sought)
