"""To do: whom to call first, of the leads that are open today."""

import streamlit as st

from ui import answers, session
from ui.language.messages import _
from ui.leads import one_lead, whose, work_list
from ui.page import header, instead, long_list, untimed

scope = session.current()
header.top(scope, _("To do"), of_today=True)

if untimed.is_all(untimed.of_all(scope)):
    one_lead.show(scope)
    untimed.show()
    session.end()
found = work_list.listed(scope)
rows = long_list.rows_in_link(found, work_list.ROWS)
if rows.empty and not answers.funnel(untimed.of_all(scope)).rows["reached"].iat[0]:
    one_lead.show(scope)
    instead.empty(scope, of_today=True)
    session.end()
with st.container(horizontal=True, vertical_alignment="center"):
    whose.team(scope)
    st.space("stretch")
    with st.container(horizontal=True, width="content"):
        work_list.files(scope, found, rows)
if (len(rows) and whose.is_one_team(scope)) or scope.view.tab is not None:
    with st.container(horizontal=True, vertical_alignment="center"):
        whose.person(scope)
        work_list.stage_picker(scope)

one_lead.show(scope)
work_list.show(scope, found, rows)
untimed.note(untimed.of_all(scope))
