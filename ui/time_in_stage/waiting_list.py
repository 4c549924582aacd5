"""The list of waiting leads: lead by lead or by who has them, and the file to send to the team."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.leads import company_names
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.time_in_stage import waiting as waiting_answers
from analytics.time_in_stage.waiting import BANDS
from analytics.view.view import segment_value
from ui import answers, charts, session
from ui.language import current, formats, labels
from ui.language.messages import N_, _, _n
from ui.leads import words
from ui.page import long_list, table
from ui.page.table import Column

BREACHED = "breached"
"""Beside BANDS: over the limit of the stage."""

_NAME = "waiting"
_GROUPINGS = {
    "lead": N_("Lead by lead"),
    "owner": N_("By owner"),
    "team": N_("By team"),
}


def band_label(band: str) -> str:
    """How long a lead has waited, or that it is over the limit."""
    return _("over the limit") if band == BREACHED else charts.band_label(band)


@dataclass(frozen=True)
class Waiting:
    """Which of the waiting leads are listed: nothing chosen is no limit.

    `stage`, a slug; `bands`, of BANDS and BREACHED; `segment`, as in the answer.
    """

    stage: str | None = None
    bands: tuple[str, ...] = ()
    segment: str | None = None

    def of(self, found: Listing) -> Listing:
        """The waiting leads that are chosen."""
        if self.stage is not None:
            found = found.where("stage = $chosen_stage", chosen_stage=self.stage)
        if self.segment is not None:
            value = segment_value(self.segment)
            found = found.where(
                "segment is not distinct from $chosen_segment", chosen_segment=value
            )
        bands = [band for band in self.bands if band != BREACHED]
        if bands:
            found = found.where("list_contains($chosen_bands, band)", chosen_bands=bands)
        return found.where("breached") if BREACHED in self.bands else found

    def to_query(self) -> dict[str, str | None]:
        """The choice as parameters of an address."""
        return {
            "stage": self.stage,
            "bands": ",".join(self.bands) or None,
            "segment": self.segment,
        }

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Waiting":
        """The choice that the parameters of an address say."""
        bands = query.get("bands")
        return cls(
            query.get("stage"), tuple(bands.split(",")) if bands else (), query.get("segment")
        )


def show(scope: Scope, everybody: Listing, chosen: Waiting) -> None:
    """The chosen leads, longest first, or who has how many of them; and the CSV for the team.

    Nothing where single leads are not told of.
    """
    if not scope.generation.sight.leads:
        return
    found = chosen.of(everybody)
    waiting = answers.count(found)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        key = session.key("waiting_grouping")
        heading = (
            _n("{n} lead waiting", "{n} leads waiting, the longest first", waiting)
            if st.session_state.get(key, "lead") == "lead"
            else _n("{n} waiting lead", "{n} leads waiting, who has the most first", waiting)
        )
        st.markdown(f"**{heading}**", width="content")
        grouping = st.pills(
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
        groups = answers.waiting_groups(found, grouping)
        table.read(
            _grouped(scope, groups, grouping),
            caption=heading,
            key=long_list.key(found, f"waiting_{grouping}"),
        )
    else:
        rows = long_list.rows(found, _NAME)
        owner, name, *others = _columns(scope, rows)
        table.read(
            [name, owner, *others],
            caption=heading,
            key=f"{long_list.key(found, _NAME)}_{long_list.number(found, _NAME)}",
            secondary=(_("Usual, days"), _("Team"), _("Lead id"), _("Can it buy?")),
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        long_list.below(scope, found, FILE, chosen.to_query())


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The file for the team, in pieces; `about` is the choice."""
    for rows in Waiting.from_query(about).of(waiting_answers.listing(scope)).pieces():
        yield to_send(scope, rows)


FILE = long_list.File(_NAME, N_("Waiting leads"), file)


def to_send(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as a file for the team: in its language, with local times."""
    current.use(scope.view.lang)  # a file is made in threads of its own
    since = rows["stage_entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
    return table.frame(
        [
            *_columns(scope, rows),
            Column(_("Since"), since),
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
    company = rows["company"].map(company_names.short, na_action="ignore")
    name = company.fillna(rows["name"]).fillna(rows["lead_id"])
    over = rows["over_days"].where(rows["over_days"] > 0).round(1)
    limit = [Column(_("Limit, days"), rows["limit_days"], _whole)] * _has_limits(scope)
    return [
        Column(_("Owner"), rows["owner"]),
        Column(_("Company or name"), name),
        *_known(rows),
        Column(_("Stage"), rows["stage"].map(stages)),
        Column(_("Days there"), rows["days"].round(1), _whole),
        Column(_("Usual, days"), rows["usual_days"].round(1), _whole),
        Column(_("Over by, days"), over, over_usual(rows["days"], rows["usual_days"])),
        *limit,
        Column(_("Team"), rows["team"]),
        Column(_("Lead id"), rows["lead_id"]),
    ]


def _known(rows: pd.DataFrame) -> list[Column]:
    """How hot each is, and the four that it is qualified by, where any of that is known."""
    leads = list(rows.itertuples(index=False))
    heat = [labels.value_label("temperature", each) for each in rows["temperature"].astype(object)]
    ticks = [" ".join(words.tick(getattr(lead, name)) for name in words.TICKS) for lead in leads]
    found = []
    if words.has_heat(rows):
        chips = [words.temperature(lead) for lead in leads]
        found.append(Column(_("Temperature"), heat, cells=chips))
    if rows[list(words.TICKS)].notna().any().any():
        found.append(Column(_("Can it buy?"), ticks, cells=[words.ticks(lead) for lead in leads]))
    return found


def _whole(days: float) -> str:
    """Days without decimals, so that a column has as many throughout; a part of one is not none."""
    return formats.number(days) if days == 0 or days >= 0.5 else f"< {formats.number(1)}"


def over_usual(days: "pd.Series[float]", usual: "pd.Series[float]") -> list[str]:
    """By how many days each is over what is usual: as who reads both numbers subtracts them."""
    return [
        _whole(round(stay) - round(median) or 0.1) if stay > median else formats.NOTHING
        for stay, median in zip(days, usual, strict=True)
    ]


def _grouped(scope: Scope, groups: pd.DataFrame, dimension: str) -> list[Column]:
    """How many of the listed leads each owner, or team, has; the most first."""
    names = [labels.value_label("", name) for name in groups["name"].astype(object)]
    over = [Column(band_label(BREACHED).capitalize(), groups[BREACHED])] * _has_limits(scope)
    return [
        Column(labels.dimension_label(dimension), names),
        Column(_("Waiting"), groups["waiting"]),
        *(Column(band_label(name).capitalize(), groups[name]) for name in BANDS),
        Column(_("Longest, days"), groups["longest_days"].round(0)),
        *over,
    ]


def _has_limits(scope: Scope) -> bool:
    """Whether there is a stage with a limit to be over."""
    return any(stage.limit_days is not None for stage in scope.generation.pipeline.stages[:-1])
