"""Who is waiting: the open leads by stage and by how long, and the way to each part of them."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.asked import Answer
from analytics.scope import Scope
from analytics.time_in_stage.waiting import BANDS, Standout, standout
from analytics.view.view import segment_value
from ui import answers, charts, session
from ui.charts import mark
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import card, markdown, notes, provenance
from ui.time_in_stage import waiting_list
from ui.time_in_stage.waiting_list import Waiting

_CHOSEN = "waiting_chosen"
_DAY = 86_400
_LEAST_Q = 0.001
_LONG = ("to_p90", "beyond_p90")
_SUMS = ["open", *BANDS, "breached", "stays"]


def waiting(scope: Scope) -> None:
    """The card: bars by stage, the way to each part of them, and the leads of the chosen part."""
    view = replace(scope.view, by=scope.view.by or "team")
    found = answers.waiting_bands(scope.at(view))
    counts = found.rows
    everybody = answers.waiting(scope.at(view))
    chosen = _chosen(scope, counts)
    own = counts if chosen.segment is None else counts[counts["segment"] == chosen.segment]
    stages = _by_stage(scope, own)
    title, about = _finding(stages), _about(scope, view.by, chosen)
    with card.card(title, about, how=_how(scope, found, stages)):
        if not answers.count(everybody):
            return
        figure = charts.ageing(stages, card.look(), stage=chosen.stage, chosen=chosen.bands)
        axis = notes.of_steps(scope, stages["stage"].tolist(), mark.write)
        card.chart(figure, "waiting", alt=title, on_click=_choose_mark, axis=axis)
        marks = _(
            "Long: longer than half of all stays there took; very long: longer than nine in ten. "
            "At right: those two lengths."
        )
        st.markdown(markdown.gray(marks))
        _say_standout(scope, view.by, standout(counts))
        _controls(scope, stages, counts, view.by, chosen)
        waiting_list.show(scope.at(view), everybody, chosen)


def _by_stage(scope: Scope, counts: pd.DataFrame) -> pd.DataFrame:
    """One row per stage, all segments together, with its label."""
    normal = ["usual_days", "p90_days", "limit_days", "usual_stays"]
    slugs = scope.generation.pipeline.slugs[:-1]
    by_stage = counts.groupby("stage", sort=False)
    # The sum of nothing but nulls is null: a stage without a limit has no breaches to count.
    found = by_stage[_SUMS].sum(min_count=1).join(by_stage[normal].first()).reindex(slugs)
    found[["open", *BANDS]] = found[["open", *BANDS]].fillna(0).astype(int)
    names = [labels.stage_label(scope.generation.pipeline, slug) for slug in slugs]
    # One unit for all that stand below each other: hours only where none takes days.
    in_days = bool((found[["usual_days", "p90_days"]] >= 2).any(axis=None))
    return found.reset_index(names="stage").assign(
        label=names,
        usual=[_length(scope, days, in_days=in_days) for days in found["usual_days"]],
        most=[_length(scope, days, in_days=in_days) for days in found["p90_days"]],
        limit=[None if pd.isna(days) else quantities.days(days) for days in found["limit_days"]],
    )


def _length(scope: Scope, days: float, *, in_days: bool) -> str:
    """A time in a stage; days of work stay days, since they have not 24 hours."""
    if pd.isna(days):
        return _("not reached")
    if in_days or scope.view.clock == "working":
        return quantities.days(days)
    return quantities.duration(days * _DAY)


def _finding(stages: pd.DataFrame) -> str:
    late, everyone = int(stages["beyond_p90"].sum()), int(stages["open"].sum())
    if not everyone:
        return _("No lead of this view is waiting")
    if late:
        return _n(
            "{n} lead has waited longer than nine in ten do",
            "{n} leads have waited longer than nine in ten do",
            late,
        )
    if stages["p90_days"].isna().all():
        return _n("{n} lead is waiting", "{n} leads are waiting", everyone)
    return _("Nobody has waited longer than nine in ten do")


def _about(scope: Scope, dimension: str | None, chosen: Waiting) -> str:
    days = formats.days_between(*scope.days)
    who = (
        _("Open leads that entered in {days}, by the stage where they are.", days=days)
        if scope.view.mode == "cohort"
        else _("Open leads that entered their stage in {days}.", days=days)
    )
    clock = [_("Days are working days.")] if scope.view.clock == "working" else []
    whose = []
    if dimension is not None and chosen.segment is not None:
        name = labels.value_label(dimension, segment_value(chosen.segment))
        whose = [f"**{markdown.plain(f'{labels.dimension_label(dimension)} {name}')}**."]
    return " ".join([*whose, who, *clock])


def _say_standout(scope: Scope, dimension: str | None, found: Standout | None) -> None:
    """The segment that stands out significantly, and the way to its leads."""
    if found is None or dimension is None:
        return
    expected = formats.number(found.expected)
    text = _n(
        "**{dimension} {segment}: {n} lead waits long at {stage}**; moving like the rest it would "
        "be {expected}.",
        "**{dimension} {segment}: {n} leads wait long at {stage}**; moving like the rest it would "
        "be {expected}.",
        found.over,
        dimension=markdown.plain(labels.dimension_label(dimension)),
        segment=markdown.plain(labels.value_label(dimension, segment_value(found.segment))),
        stage=markdown.plain(labels.stage_label(scope.generation.pipeline, found.stage)),
        expected=expected,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/notification_important: {text}", width="content")
        st.button(
            _("Show them"),
            type="tertiary",
            icon=":material/arrow_downward:",
            key=session.key("waiting_standout"),
            on_click=_choose,
            args=(Waiting(found.stage, _LONG, found.segment),),
        )


def _q_text(q_value: float) -> str:
    if q_value < _LEAST_Q:
        return f"< {formats.number(_LEAST_Q, 3)}"
    return f"= {formats.number(q_value, 3 if q_value < 0.01 else 2)}"


def _controls(
    scope: Scope,
    stages: pd.DataFrame,
    counts: pd.DataFrame,
    dimension: str | None,
    chosen: Waiting,
) -> None:
    """The same choice by keyboard: the stage, how long, and whose."""
    names = dict(zip(stages["stage"], stages["label"], strict=True))
    key = session.key("waiting_stage")
    st.session_state[key] = chosen.stage
    st.pills(
        _("Stage"),
        list(names),
        format_func=lambda slug: markdown.plain(str(names.get(slug, slug))),
        label_visibility="collapsed",
        wrap=True,
        key=key,
        on_change=lambda: _choose(replace(chosen, stage=st.session_state[key])),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _band_control(stages, chosen)
        _segment_control(counts, dimension, chosen)


def _band_control(stages: pd.DataFrame, chosen: Waiting) -> None:
    options = list(BANDS)
    if stages["limit_days"].notna().any():
        options.append(waiting_list.BREACHED)
    key = session.key("waiting_bands")
    st.session_state[key] = [band for band in chosen.bands if band in options]
    st.pills(
        _("Waiting for"),
        options,
        selection_mode="multi",
        format_func=waiting_list.band_label,
        label_visibility="collapsed",
        wrap=True,
        key=key,
        on_change=lambda: _choose(replace(chosen, bands=tuple(st.session_state[key]))),
    )


def _segment_control(counts: pd.DataFrame, dimension: str | None, chosen: Waiting) -> None:
    open_leads = counts.groupby("segment", sort=False)["open"].sum()
    segments = [segment for segment, leads in open_leads.items() if leads]
    if dimension is None or len(segments) < 2:
        return
    key = session.key("waiting_segment")
    st.session_state[key] = chosen.segment
    name = labels.dimension_label(dimension)
    st.selectbox(
        markdown.plain(name),
        segments,
        format_func=lambda segment: labels.value_label(dimension, segment_value(segment)),
        placeholder=_("{dimension}: all", dimension=name),
        label_visibility="collapsed",
        width=220,
        key=key,
        on_change=lambda: _choose(replace(chosen, segment=st.session_state[key])),
    )


def _chosen(scope: Scope, counts: pd.DataFrame) -> Waiting:
    """What is chosen, as far as this view has it."""
    chosen: Waiting = st.session_state.get(_CHOSEN, Waiting())
    if chosen.stage not in scope.generation.pipeline.slugs[:-1]:
        chosen = replace(chosen, stage=None)
    if chosen.segment not in set(counts.loc[counts["open"] > 0, "segment"]):
        chosen = replace(chosen, segment=None)
    return chosen


def _choose(chosen: Waiting) -> None:
    st.session_state[_CHOSEN] = chosen


def _choose_mark(clicked: str) -> None:
    """A click on a part lists it; on the row beside it, the whole stage."""
    stage, *bands = mark.read(clicked)
    before: Waiting = st.session_state.get(_CHOSEN, Waiting())
    _choose(replace(before, stage=stage, bands=tuple(band for band in bands if band)))


def _how(scope: Scope, found: Answer, stages: pd.DataFrame) -> card.How:
    """How waiting is counted, in sentences, and the SQL that did it."""
    stays = int(stages["usual_stays"].fillna(0).sum())
    sentences = [
        (
            _("Counted:"),
            _(
                "leads open at {as_of} in a stage before the last, each once, in its current "
                "stage; {n} of them.",
                as_of=formats.instant(scope.as_of, scope.zone.key),
                n=formats.number(int(found.rows["open"].sum())),
            ),
        ),
        (
            _("Usual:"),
            _(
                "the median stay at the stage: Kaplan–Meier over {n} stays, open ones "
                "right-censored. All stays under these filters, whatever the period: a short "
                "period would contain only recent stays.",
                n=formats.number(stays),
            ),
        ),
        (
            _("Filtered:"),
            _(
                "under a filter, such as one team, each lead is compared with that team's median; "
                "choose the team above the list instead to compare it with all leads."
            ),
        ),
    ]
    if (told := standout(found.rows)) is not None:
        sentences.append(
            (
                _("Waits long:"),
                _(
                    "the segment is held against all others, by the share of its leads beyond the "
                    "median (Benjamini–Hochberg, q {q}).",
                    q=_q_text(told.q_value),
                ),
            )
        )
    if stages["p90_days"].isna().any():
        sentences.append(
            (
                _("Not reached:"),
                _("the 90th percentile lies beyond the follow-up, so no lead is marked very long."),
            )
        )
    if stages["limit_days"].notna().any():
        sentences.append((_("Limit:"), _("limit_days of the stage, in the pipeline's file.")))
    return provenance.how("waiting_bands", lambda: sentences, found)
