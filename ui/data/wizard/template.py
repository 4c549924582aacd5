"""The template: a workbook of leads with their status to fill in, and what is what in it."""

import pandas as pd
import streamlit as st

from analytics.workbook import to_workbook
from data.pipeline import Pipeline
from ui import session
from ui.language import current
from ui.language.labels import stage_label
from ui.language.messages import N_, _

_COLUMNS = (
    (N_("Lead id"), N_("Any text that no other lead has, such as an order number.")),
    (N_("Created at"), N_("The day the lead came: 2026-03-05, or 05/03/2026.")),
    (N_("Company"), N_("Its name in full.")),
    (N_("Name"), N_("Of the person to speak to.")),
    (N_("Phone"), N_("With the zero in front.")),
    (N_("Email"), N_("One address.")),
    (N_("Source"), N_("Where the lead came from: Google Ads, trade fair, referral.")),
    (N_("Status"), N_("Where it is now: a stage of the funnel, or a word of your own.")),
    (N_("Status since"), N_("The day it came there, where you know it.")),
    (N_("Lost reason"), N_("Why it was lost, disqualified or sent back.")),
    (N_("Owner"), N_("Who works on it.")),
    (N_("Amount"), N_("What it is worth: 250000000.")),
    (N_("Currency"), N_("VND, USD and the like.")),
)
"""The headings, which are recognised in either language, and what is to be written below them."""

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def link() -> None:
    """The way to the template, which is made when it is asked for, in the reader's language."""
    lang = current.lang()
    st.download_button(
        _("No file yet? Take the template"),
        data=lambda: workbook(lang),
        file_name=f"pheu-template-{lang}.xlsx",
        mime=_KIND,
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=session.key("template"),
    )


def workbook(lang: str) -> bytes:
    """The template in a language: a sheet with nothing but headings, and one that explains them."""
    current.use(lang)  # a file is made in a thread that does not know it
    pipeline = Pipeline.default()
    headings = [_(heading) for heading, _what in _COLUMNS]
    told = [(_(heading), _(what)) for heading, what in _COLUMNS]
    stages = [stage_label(pipeline, slug) for slug in (*pipeline.slugs, *pipeline.exit_slugs)]
    told += [(_("Status"), stage) for stage in stages]
    return to_workbook(
        (
            (_("Leads to load"), pd.DataFrame(columns=headings)),
            (_("What is what"), pd.DataFrame(told, columns=[_("Column"), _("What to write")])),
        ),
        lang,
        {_("Status"): stages},
    )
