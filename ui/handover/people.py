"""The card of the people: who differs by more than luck, and the work that each has in hand."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analytics.handover.people import FAR, NEAR, By, People, in_hand_of
from analytics.scope import Scope
from analytics.view.view import segment_value
from ui import answers, charts, navigation, session
from ui.board import board
from ui.board.board import Badge, Column, Row, Text
from ui.handover import words
from ui.language import current, formats
from ui.language.messages import _, _n
from ui.page import card, dimensions, layout, markdown, provenance
from ui.page.provenance import Sentences
from ui.sources import segments

_OPENED = "handover_person"
_POINTS = 60
"""How many points the limits are drawn by."""


def show(scope: Scope) -> None:
    """Who is outside of the limits of luck; nothing where there are not two to compare."""
    by: By = "team" if scope.view.by == "team" else "owner"
    if not dimensions.is_offered(scope, by):
        return
    found = answers.people(scope, by)
    if len(found.rows) < 2:
        return
    held = answers.in_hand(scope, by)
    left, right = layout.split(1, 1, name="people")
    with left:
        _luck(scope, found)
    with right:
        _in_hand(scope, found, held)


def _luck(scope: Scope, found: People) -> None:
    how = provenance.how_asked("people", lambda: _sentences(found), found.asked, found.rows)
    title = finding(found)
    subtitle = _("Share accepted, as if all had been given the same mix of leads.")
    with card.card(title, subtitle, how=how):
        rows = found.rows.assign(
            label=[segments.name(found.by, each) for each in found.rows["segment"]]
        )
        rows["hover"] = [_hover(row) for row in rows.itertuples(index=False)]
        figure = charts.luck(rows, limits(found), card.look(), rate=found.rate or 0.0)
        card.chart(figure, "people", alt=title, fills=True, on_click=_pick)
        st.markdown(
            markdown.gray(
                _("In the band: luck. Beyond the dotted lines: worth a talk, better or worse.")
            )
        )


def finding(found: People) -> str:
    """Who is beyond the far limits, or that nobody is."""
    outside = found.rows[found.rows["place"].isin(["above", "below"])]
    if outside.empty:
        near = int((found.rows["place"] == "near").sum())
        if near:
            return _n(
                "Nobody stands out; {n} is at the edge of luck",
                "Nobody stands out; {n} are at the edge of luck",
                near,
            )
        return _("Nobody differs by more than luck")
    if len(outside) > 1:
        return _n("{n} differs by more than luck", "{n} differ by more than luck", len(outside))
    row = outside.iloc[0]
    text = _(
        "{name}: {rate} accepted, {expected} expected",
        name=segments.plain(found.by, row["segment"]),
        rate=formats.percent(row["rate"], 0),
        expected=formats.percent(row["expected_rate"], 0),
    )
    return text if len(markdown.spoken(text)) <= 60 else _("One differs by more than luck")


def limits(found: People) -> pd.DataFrame:
    """The limits of luck by the number of leads, closer together where they bend."""
    most = 1.06 * float(found.rows["leads"].max())
    leads = np.geomspace(1, most, _POINTS) if most > 1 else np.array([1.0, 2.0])
    near, far = ([found.limits(n, errors) for n in leads] for errors in (NEAR, FAR))
    return pd.DataFrame(
        {
            "leads": leads,
            "low": [low for low, _high in near],
            "high": [high for _low, high in near],
            "far_low": [low for low, _high in far],
            "far_high": [high for _low, high in far],
        }
    )


def _hover(row: Any) -> str:
    return f"<b>{escape(row.label)}</b><br>" + _(
        "{accepted} of {leads} accepted: {rate}; of leads alike {expected}",
        accepted=formats.number(row.accepted),
        leads=formats.number(row.leads),
        rate=formats.percent(row.rate, 0),
        expected=formats.percent(row.expected_rate, 0),
    )


# --- work in hand -------------------------------------------------------------------------------


def _in_hand(scope: Scope, found: People, held: Mapping[str, int]) -> None:
    """A person a row, by name: this is no ranking."""
    named = {each: segments.name(found.by, each) for each in found.rows["segment"]}
    rows = sorted(found.rows.itertuples(index=False), key=lambda row: named[row.segment])
    how = provenance.how_asked("in_hand", lambda: _of_hands(scope), found.asked, found.rows)
    title = _work(held, named)
    with card.card(title, _("By name, as this is no ranking."), how=how):
        board.show(
            [
                Column(_("Who")),
                Column(_("Open now"), right=True),
                Column(_("Handed over"), right=True),
                Column(_("Accepted, %"), right=True),
                Column(_("Leads alike, %"), right=True, secondary=True, on_cards=True),
                Column(_("Differs by")),
            ],
            [
                Row(
                    [
                        Text(named[row.segment], strong=True),
                        Text(formats.number(held.get(row.segment, 0)), strong=True),
                        Text(formats.number(row.leads)),
                        Text(formats.number(100 * row.rate)),
                        Text(formats.number(100 * row.expected_rate)),
                        _place(row.place),
                    ],
                    id=row.segment,
                )
                for row in rows
            ],
            caption=markdown.spoken(title),
            key="people",
            on_pick=_pick if words.has_lists(scope) else None,
            cards_below=440,
        )
    _opened(scope, found, held)


def _work(held: Mapping[str, int], named: dict[str, str]) -> str:
    """How much work whoever has the most has, and whoever has the least."""
    counts = [held.get(segment, 0) for segment in named]
    return _(
        "Each has {least} to {most} open leads",
        least=formats.number(min(counts)),
        most=formats.number(max(counts)),
    )


def _place(place: str) -> board.Cell:
    if place == "inside":
        return Text(_("luck"))
    if place == "near":
        return Badge(_("perhaps luck"), "orange", "contrast")
    if place == "above":
        return Badge(_("more: ask how"), "green", "trending_up")
    return Badge(_("less: talk"), "red", "trending_down")


def _pick(segment: str) -> None:
    st.session_state[_OPENED] = segment


def _opened(scope: Scope, found: People, held: Mapping[str, int]) -> None:
    segment = st.session_state.pop(_OPENED, None)
    rows = found.rows[found.rows["segment"] == segment]
    if len(rows) and words.has_lists(scope):
        row = next(rows.itertuples(index=False))
        title = segments.plain(found.by, segment)
        st.dialog(title, width="medium")(_one)(scope, found.by, row, held.get(segment, 0))


def _one(scope: Scope, by: str, row: Any, in_hand: int) -> None:
    current.use(session.view().lang)
    st.markdown(
        _(
            "**{rate}** of the leads were accepted; of leads alike it was **{expected}**. By luck "
            "alone it is between {low} and {high} of an even mix, where it would be {even}.",
            rate=formats.percent(row.rate, 0),
            expected=formats.percent(row.expected_rate, 0),
            low=formats.percent(row.low, 0),
            high=formats.percent(row.high, 0),
            even=formats.percent(row.even_rate, 0),
        )
    )
    own = [segment_value(row.segment)]
    label = _n("See the {n} lead handed over", "See the {n} leads handed over", int(row.leads))
    handed = replace(scope.view.where(by, own), by=None, tab=words.tab_of(None))
    navigation.link("handover", label, handed)
    if in_hand:
        label = _n("See the {n} open lead", "See the {n} open leads", in_hand)
        view = replace(in_hand_of(scope.view).where(by, own), by=None, tab="open")
        navigation.link("leads", label, view)


def _sentences(found: People) -> Sentences:
    said = [
        (
            _("Leads alike:"),
            _(
                "the share accepted of all leads of the same source and company size (of the same "
                "source where those are few), over the leads that each was given."
            ),
        ),
        (
            _("Evened out:"),
            _("the own share, less that of leads alike, plus the share of all."),
        ),
        (
            _("Luck:"),
            _(
                "were all alike, 95 of 100 would be in the band and 998 of 1,000 within the "
                "dotted lines (Spiegelhalter's funnel plot). Of twenty people one is outside of "
                "the band by luck."
            ),
        ),
        (_("Left out:"), _("leads without an owner, which are nobody's.")),
        (_("The cause:"), _("is not in the data: the limits say whom to ask, not what to think.")),
    ]
    if found.inflation > 1:
        said.append(
            (
                _("Limits:"),
                _(
                    "wider, as leads of one company go together: {times} times the variance.",
                    times=formats.number(found.inflation, 2),
                ),
            )
        )
    return said


def _of_hands(scope: Scope) -> Sentences:
    return [
        (
            _("Open now:"),
            _(
                "leads that are in the pipeline on {day}, whenever they came and whatever stage "
                "they are at.",
                day=formats.day(scope.day(scope.as_of)),
            ),
        ),
    ]
