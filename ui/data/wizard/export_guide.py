"""How a list gets out of the CRM that it is in: where to look, one line for each product."""

import streamlit as st

from ui.language.messages import N_, _
from ui.page import dialog

_PRODUCTS = (
    ("HubSpot", N_("Contacts or Deals → Export → all properties → CSV")),
    ("Salesforce", N_("Reports → a report of leads or opportunities → Export → Details Only, CSV")),
    ("MISA AMIS CRM", N_("Tiềm năng or Cơ hội → choose all rows → Xuất khẩu → Excel")),
    ("Bitrix24", N_("CRM → Leads or Deals → gear → Export to CSV or Excel, with all fields")),
    ("Facebook Lead Ads", N_("Meta Business Suite → All tools → Instant forms → Download → CSV")),
    ("Google Sheets", N_("File → Download → Microsoft Excel (.xlsx)")),
)
"""The products and what their makers call the way there, in the language that they have it in."""


def link() -> None:
    """The button that opens it."""
    dialog.button(
        _("How do I export from my CRM?"),
        "wizard_export_guide",
        _lines,
        icon=":material/help:",
        type="tertiary",
        title=_("Where to look in your CRM"),
    )


def _lines() -> None:
    for product, way in _PRODUCTS:
        st.markdown(f"**{product}**  \n{_(way)}")
    st.markdown(
        _(
            "Menus change: look for Export or Download. Take the column of the status and the "
            "dates along; a history of moves, where there is one, goes in as a second file."
        )
    )
