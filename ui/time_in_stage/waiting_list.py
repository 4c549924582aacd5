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
from ui.page import card, markdown

BREACHED = "breached"
"""Beside BANDS: over the limit of the stage."""

_GROUPINGS = {
    "lead": N_("Lead by lead"),
    "owner": N_("By owner"),
    "team": N_("By team"),
}
_NUMBERS = ("days", "usual", "over", "limit")


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
    readable = _readable(scope, found)
    if grouping != "lead":
        card.table(_grouped(found, grouping), key=session.key(f"waiting_{grouping}"))
    else:
        shown = readable.head(MOST_SHOWN)
        numbers = [name for name in _NUMBERS if name in shown]
        card.table(
            shown.style.format(_one_decimal, subset=numbers),
            key=session.key("waiting_table"),
            height=min(420, 38 + 35 * max(len(found), 1)),
            column_config=_columns(),
            placeholder=formats.NOTHING,
            alt=heading,
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(found) > MOST_SHOWN:
            text = _("The first {n} are shown; the CSV has all.", n=formats.number(MOST_SHOWN))
            st.markdown(markdown.gray(text))
        card.download(
            _("Send to the team (CSV)"), partial(to_send, scope, found, current.lang()), "waiting"
        )


def _readable(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as they are read; days against what is usual, and nothing to reach a person by."""
    pipeline = scope.generation.pipeline
    stages = {slug: labels.stage_label(pipeline, slug) for slug in rows["stage"].unique()}
    columns = {
        "owner": rows["owner"],
        "company": rows["company"].fillna(rows["name"]).fillna(rows["lead_id"]),
        "stage": rows["stage"].map(stages),
        "days": rows["days"].round(1),
        "usual": rows["usual_days"].round(1),
        "over": rows["over_days"].where(rows["over_days"] > 0).round(1),
        "limit": rows["limit_days"],
        "team": rows["team"],
        "lead_id": rows["lead_id"],
    }
    if rows["limit_days"].isna().all():
        columns.pop("limit")
    return pd.DataFrame(columns)


def to_send(scope: Scope, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The rows as a file for the team: its words for headings and stages, its own days."""
    current.use(lang)  # the file is made when the button is pressed, in a thread of its own
    zone = scope.zone
    since = rows["stage_entered_at"].dt.tz_localize("UTC").dt.tz_convert(zone)
    sent = _readable(scope, rows).assign(
        since=since.dt.strftime("%Y-%m-%d %H:%M"),
        waited=rows["band"].map(band_label),
        source=rows["source"].map(lambda value: labels.value_label("source", value)),
        amount=rows["amount"],
        currency=rows["currency"],
    )
    headings = {**_headings(), "since": _("Since"), "waited": _("Waiting for")}
    headings |= {"source": _("Source"), "amount": _("Amount"), "currency": _("Currency")}
    return sent.rename(columns=headings)


def _grouped(rows: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """How many of the listed leads each owner, or team, has; the most first."""
    by_name = rows.assign(name=rows[dimension].map(lambda name: labels.value_label("", name)))
    groups = by_name.groupby("name")
    table = pd.DataFrame(
        {
            _("Waiting"): groups.size(),
            **{
                band_label(band).capitalize(): groups["band"].agg(
                    lambda bands, band=band: int((bands == band).sum())
                )
                for band in BANDS
            },
            _("Longest, days"): groups["days"].max().round(0),
        }
    )
    if rows["limit_days"].notna().any():
        table[band_label(BREACHED).capitalize()] = groups["breached"].sum().astype(int)
    table = table.sort_values(_("Waiting"), ascending=False, kind="stable")
    return table.reset_index(names=labels.dimension_label(dimension))


def _headings() -> dict[str, str]:
    return {
        "owner": _("Owner"),
        "company": _("Company or name"),
        "stage": _("Stage"),
        "days": _("Days there"),
        "usual": _("Usual"),
        "over": _("Over by"),
        "limit": _("Limit"),
        "team": _("Team"),
        "lead_id": _("Lead id"),
    }


def _columns() -> dict[str, object]:
    return {
        name: st.column_config.NumberColumn(heading)
        if name in _NUMBERS
        else st.column_config.TextColumn(heading, width="medium" if name == "company" else None)
        for name, heading in _headings().items()
    }


def _one_decimal(value: float) -> str:
    return formats.number(value, 1)
