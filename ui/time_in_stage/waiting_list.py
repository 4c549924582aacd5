"""The list of waiting leads: lead by lead or by who has them, and the file to send to the team."""

from functools import partial

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.time_in_stage.waiting import BANDS
from ui import charts, session
from ui.language import current, formats, labels
from ui.language.messages import N_, _, _n
from ui.leads import MOST_SHOWN
from ui.page import card, markdown, table
from ui.page.table import Column

BREACHED = "breached"
"""Beside BANDS: over the limit of the stage."""

_GROUPINGS = {
    "lead": N_("Lead by lead"),
    "owner": N_("By owner"),
    "team": N_("By team"),
}


def band_label(band: str) -> str:
    """How long a lead has waited, or that it is over the limit."""
    return _("over the limit") if band == BREACHED else charts.band_label(band)


def show(scope: Scope, found: pd.DataFrame) -> None:
    """The chosen leads, longest first, or who has how many of them; and the CSV for the team."""
    key = session.key("waiting_grouping")
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        heading = _n("{n} lead waiting", "{n} leads waiting, the longest first", len(found))
        st.markdown(f"**{heading}**", width="content")
        grouping = st.segmented_control(
            _("Show"),
            list(_GROUPINGS),
            default="lead",
            required=True,
            format_func=lambda name: _(_GROUPINGS[name]),
            label_visibility="collapsed",
            wrap=True,
            key=key,
        )
    if grouping != "lead":
        table.show(_grouped(found, grouping), key=session.key(f"waiting_{grouping}"))
    else:
        table.show(
            _columns(scope, found.head(MOST_SHOWN)),
            key=session.key("waiting_table"),
            height=min(420, 38 + 35 * max(len(found), 1)),
            alt=heading,
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(found) > MOST_SHOWN:
            text = _("The first {n} are shown; the CSV has all.", n=formats.number(MOST_SHOWN))
            st.markdown(markdown.gray(text))
        card.download(
            _("Send to the team (CSV)"), partial(to_send, scope, found, current.lang()), "waiting"
        )


def to_send(scope: Scope, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The rows as a file for the team: in its language, with local times."""
    current.use(lang)  # the file is made when the button is pressed, in a thread of its own
    since = rows["stage_entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
    return table.frame(
        [
            *_columns(scope, rows),
            Column(_("Since"), since.dt.strftime("%Y-%m-%d %H:%M")),
            Column(_("Waiting for"), rows["band"].map(band_label)),
            Column(
                _("Source"), rows["source"].map(lambda value: labels.value_label("source", value))
            ),
            Column(_("Amount"), rows["amount"]),
            Column(_("Currency"), rows["currency"]),
        ]
    )


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    """A line a lead: days against what is usual, and nothing to reach a person by."""
    pipeline = scope.generation.pipeline
    stages = {slug: labels.stage_label(pipeline, slug) for slug in rows["stage"].unique()}
    name = rows["company"].fillna(rows["name"]).fillna(rows["lead_id"])
    over = rows["over_days"].where(rows["over_days"] > 0)
    limit = [Column(_("Limit"), rows["limit_days"], formats.one_decimal)]
    return [
        Column(_("Owner"), rows["owner"]),
        Column(_("Company or name"), name, width="medium"),
        Column(_("Stage"), rows["stage"].map(stages)),
        Column(_("Days there"), rows["days"].round(1), formats.one_decimal),
        Column(_("Usual"), rows["usual_days"].round(1), formats.one_decimal),
        Column(_("Over by"), over.round(1), formats.one_decimal),
        *(limit if rows["limit_days"].notna().any() else []),
        Column(_("Team"), rows["team"]),
        Column(_("Lead id"), rows["lead_id"]),
    ]


def _grouped(rows: pd.DataFrame, dimension: str) -> list[Column]:
    """How many of the listed leads each owner, or team, has; the most first."""
    by_name = rows.assign(name=rows[dimension].map(lambda name: labels.value_label("", name)))
    for band in BANDS:
        by_name[band] = by_name["band"] == band
    by_name[BREACHED] = by_name["breached"].fillna(False).astype(bool)
    groups = by_name.groupby("name")
    counts = groups[[*BANDS, BREACHED]].sum().assign(waiting=groups.size())
    counts["longest"] = groups["days"].max().round(0)
    counts = counts.sort_values("waiting", ascending=False, kind="stable")
    shown = [*BANDS, "longest"] + [BREACHED] * bool(rows["limit_days"].notna().any())
    return [
        Column(labels.dimension_label(dimension), counts.index),
        Column(_("Waiting"), counts["waiting"]),
        *(
            Column(
                _("Longest, days") if name == "longest" else band_label(name).capitalize(),
                counts[name],
            )
            for name in shown
        ),
    ]
