"""Who is waiting: the open leads by how long, and the list of them to send to the team."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from analytics import waiting as waits
from analytics.view import segment_value
from analytics.waiting import Standout
from ui import answers, charts, counted, frame, labels, scene, words
from ui.lead_list import MOST_SHOWN
from ui.scene import Scene
from ui.words import N_, _, _n

_CHOSEN = "waiting_chosen"
_BREACHED = "breached"
_DAY = 86_400
_LONG = ("to_p90", "beyond_p90")
_GROUPINGS = {
    "lead": N_("Lead by lead"),
    "owner": N_("By owner"),
    "team": N_("By team"),
}
_NUMBERS = ("days", "usual", "over", "limit")
_SUMS = ["open", *waits.BANDS, "breached", "stays"]


@dataclass(frozen=True)
class Chosen:
    """Which of the waiting leads are listed: nothing chosen is no limit.

    `stage`, a slug; `bands`, of waits.BANDS, and _BREACHED; `segment`, as in the answer.
    """

    stage: str | None = None
    bands: tuple[str, ...] = ()
    segment: str | None = None


def waiting(sight: Scene) -> None:
    """The card: bars by stage, the way to each part of them, and the leads of the chosen part."""
    view = replace(sight.view, by=sight.view.by or "team")
    counts = answers.waiting_bands(view, sight.generation)
    rows = answers.waiting(view, sight.generation)
    chosen = _chosen(sight, counts)
    own = counts if chosen.segment is None else counts[counts["segment"] == chosen.segment]
    stages = _by_stage(sight, own)
    title, about = _finding(stages), _about(sight, view.by, chosen)
    with frame.card(title, about, how=_how(sight, counts, stages)):
        if rows.empty:
            return
        figure = charts.ageing(stages, frame.look(), stage=chosen.stage, chosen=chosen.bands)
        frame.chart(figure, "waiting", alt=title, on_click=_choose_mark)
        _say_standout(sight, view.by, waits.standout(counts))
        _controls(sight, stages, counts, view.by, chosen)
        _list(sight, found=listed(rows, chosen))


def listed(rows: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """The rows of the waiting leads that are chosen, in their order."""
    keep = pd.Series(True, index=rows.index)
    if chosen.stage is not None:
        keep &= rows["stage"] == chosen.stage
    if chosen.segment is not None:
        keep &= rows["segment"] == chosen.segment
    bands = [band for band in chosen.bands if band != _BREACHED]
    if bands:
        keep &= rows["band"].isin(bands)
    if _BREACHED in chosen.bands:
        keep &= rows["breached"].fillna(False).astype(bool)
    return rows[keep]


def _by_stage(sight: Scene, counts: pd.DataFrame) -> pd.DataFrame:
    """One row per stage, all segments together, with its label."""
    normal = ["usual_days", "p90_days", "limit_days", "usual_stays"]
    slugs = sight.generation.pipeline.slugs[:-1]
    by_stage = counts.groupby("stage", sort=False)
    # The sum of nothing but nulls is null: a stage without a limit has no breaches to count.
    found = by_stage[_SUMS].sum(min_count=1).join(by_stage[normal].first()).reindex(slugs)
    found[["open", *waits.BANDS]] = found[["open", *waits.BANDS]].fillna(0).astype(int)
    names = [labels.stage_label(sight.generation.pipeline, slug) for slug in slugs]
    return found.reset_index(names="stage").assign(
        label=names,
        usual=[_length(sight, days) for days in found["usual_days"]],
        most=[_length(sight, days) for days in found["p90_days"]],
        limit=[None if pd.isna(days) else words.days(days) for days in found["limit_days"]],
    )


def _length(sight: Scene, days: float) -> str:
    """A time in a stage; days of work stay days, since they have not 24 hours."""
    if pd.isna(days):
        return _("not reached")
    return words.days(days) if sight.view.clock == "working" else words.duration(days * _DAY)


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


def _about(sight: Scene, dimension: str | None, chosen: Chosen) -> str:
    days = words.days_between(*sight.scope.days)
    who = (
        _("Open leads that entered in {days}, by the stage where they are.", days=days)
        if sight.view.mode == "cohort"
        else _("Open leads that came to their stage in {days}.", days=days)
    )
    long = _(
        "Long: longer than half of all stays there took; very long: longer than nine in ten. At "
        "right: those two lengths."
    )
    clock = [_("Days are working days.")] if sight.view.clock == "working" else []
    whose = []
    if dimension is not None and chosen.segment is not None:
        name = labels.value_label(dimension, segment_value(chosen.segment))
        whose = [f"**{frame.plain(name)}**."]
    return " ".join([*whose, who, long, *clock])


def _say_standout(sight: Scene, dimension: str | None, found: Standout | None) -> None:
    """What is surely not chance, and the way to those leads."""
    if found is None or dimension is None:
        return
    expected = words.number(found.expected)
    text = _n(
        "**{segment}: {n} lead waits long at {stage}**; moving like the rest it would be "
        "{expected} (q = {q}).",
        "**{segment}: {n} leads wait long at {stage}**; moving like the rest it would be "
        "{expected} (q = {q}).",
        found.over,
        segment=frame.plain(labels.value_label(dimension, segment_value(found.segment))),
        stage=frame.plain(labels.stage_label(sight.generation.pipeline, found.stage)),
        expected=expected,
        q=words.number(max(found.q_value, 0.001), 3 if found.q_value < 0.01 else 2),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/notification_important: {text}", width="content")
        st.button(
            _("Show them"),
            type="tertiary",
            icon=":material/arrow_downward:",
            key=scene.key("waiting_standout"),
            on_click=_choose,
            args=(Chosen(found.stage, _LONG, found.segment),),
        )


def _controls(
    sight: Scene,
    stages: pd.DataFrame,
    counts: pd.DataFrame,
    dimension: str | None,
    chosen: Chosen,
) -> None:
    """The same choice by keyboard: the stage, how long, and whose."""
    names = dict(zip(stages["stage"], stages["label"], strict=True))
    key = scene.key("waiting_stage")
    st.session_state[key] = chosen.stage
    st.segmented_control(
        _("Stage"),
        list(names),
        format_func=lambda slug: names.get(slug, slug),
        label_visibility="collapsed",
        wrap=True,
        key=key,
        on_change=lambda: _choose(replace(chosen, stage=st.session_state[key])),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _band_control(stages, chosen)
        _segment_control(counts, dimension, chosen)


def _band_control(stages: pd.DataFrame, chosen: Chosen) -> None:
    options = list(waits.BANDS)
    if stages["limit_days"].notna().any():
        options.append(_BREACHED)
    key = scene.key("waiting_bands")
    st.session_state[key] = [band for band in chosen.bands if band in options]
    st.pills(
        _("Waiting for"),
        options,
        selection_mode="multi",
        format_func=_band_label,
        label_visibility="collapsed",
        width="content",
        key=key,
        on_change=lambda: _choose(replace(chosen, bands=tuple(st.session_state[key]))),
    )


def _segment_control(counts: pd.DataFrame, dimension: str | None, chosen: Chosen) -> None:
    open_leads = counts.groupby("segment", sort=False)["open"].sum()
    segments = [segment for segment, leads in open_leads.items() if leads]
    if dimension is None or len(segments) < 2:
        return
    key = scene.key("waiting_segment")
    st.session_state[key] = chosen.segment
    name = labels.dimension_label(dimension)
    st.selectbox(
        name,
        segments,
        format_func=lambda segment: labels.value_label(dimension, segment_value(segment)),
        placeholder=_("{dimension}: all", dimension=name),
        label_visibility="collapsed",
        width=220,
        key=key,
        on_change=lambda: _choose(replace(chosen, segment=st.session_state[key])),
    )


def _list(sight: Scene, found: pd.DataFrame) -> None:
    """The chosen leads, longest first, or who has how many of them; and the CSV for the team."""
    key = scene.key("waiting_grouping")
    offered = ["lead", *(name for name in ("owner", "team") if found[name].notna().any())]
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        heading = _n("{n} lead waiting", "{n} leads waiting, the longest first", len(found))
        st.markdown(f"**{heading}**", width="content")
        grouping = st.segmented_control(
            _("Show"),
            offered,
            default="lead",
            required=True,
            format_func=lambda name: _(_GROUPINGS[name]),
            label_visibility="collapsed",
            wrap=True,
            key=key,
        )
    readable = _readable(sight, found)
    if grouping in ("owner", "team"):
        frame.table(_grouped(found, grouping), key=scene.key(f"waiting_{grouping}"))
    else:
        shown = readable.head(MOST_SHOWN)
        numbers = [name for name in _NUMBERS if name in shown]
        frame.table(
            shown.style.format(_one_decimal, subset=numbers),
            key=scene.key("waiting_table"),
            height=min(420, 38 + 35 * max(len(found), 1)),
            column_config=_columns(),
            alt=heading,
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(found) > MOST_SHOWN:
            text = _("The first {n} are shown; the CSV has all.", n=words.number(MOST_SHOWN))
            st.markdown(frame.gray(text))
        frame.download(_("Send to the team (CSV)"), lambda: _to_send(sight, found), "waiting")


def _readable(sight: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as they are read; days against what is usual, and nothing to reach a person by."""
    pipeline = sight.generation.pipeline
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


def _to_send(sight: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as a file for the team: its words for headings and stages, its own days."""
    zone = sight.scope.zone
    since = rows["stage_entered_at"].dt.tz_localize("UTC").dt.tz_convert(zone)
    sent = _readable(sight, rows).assign(
        since=since.dt.strftime("%Y-%m-%d %H:%M"),
        waited=rows["band"].map(_band_label),
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
                _band_label(band).capitalize(): groups["band"].agg(
                    lambda bands, band=band: int((bands == band).sum())
                )
                for band in waits.BANDS
            },
            _("Longest, days"): groups["days"].max().round(0),
        }
    )
    if rows["limit_days"].notna().any():
        table[_band_label(_BREACHED).capitalize()] = groups["breached"].sum().astype(int)
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
    return words.number(value, 1)


def _band_label(band: str) -> str:
    return _("over the limit") if band == _BREACHED else charts.band_label(band)


def _chosen(sight: Scene, counts: pd.DataFrame) -> Chosen:
    """What is chosen, as far as this view has it."""
    chosen: Chosen = st.session_state.get(_CHOSEN, Chosen())
    if chosen.stage not in sight.generation.pipeline.slugs[:-1]:
        chosen = replace(chosen, stage=None)
    if chosen.segment not in set(counts.loc[counts["open"] > 0, "segment"]):
        chosen = replace(chosen, segment=None)
    return chosen


def _choose(chosen: Chosen) -> None:
    st.session_state[_CHOSEN] = chosen


def _choose_mark(mark: str) -> None:
    """A click on a part lists it; on the row beside it, the whole stage."""
    stage, _space, band = mark.rpartition(" ")
    before: Chosen = st.session_state.get(_CHOSEN, Chosen())
    _choose(replace(before, stage=stage, bands=(band,) if band else ()))


def _how(sight: Scene, counts: pd.DataFrame, stages: pd.DataFrame) -> frame.How:
    """How waiting is counted, in sentences, and the SQL that did it."""
    scope = sight.scope
    stays = int(stages["usual_stays"].fillna(0).sum())
    sentences = [
        (
            _("Counted:"),
            _(
                "leads open at {as_of} in a stage before the last, each once, in the stage where "
                "it is; {n} of them.",
                as_of=words.instant(scope.as_of, scope.zone.key),
                n=words.number(int(counts["open"].sum())),
            ),
        ),
        (
            _("Usual:"),
            _(
                "half of all stays at the stage are shorter: Kaplan–Meier over {n} stays, those "
                "that still last counted as such. All under these filters, whatever the period: a "
                "short one would know only the young.",
                n=words.number(stays),
            ),
        ),
        (
            _("Filtered:"),
            _(
                "under a filter, to a team say, each lead is measured against that team's own; "
                "choose the team above the list to measure it against all."
            ),
        ),
    ]
    if stages["p90_days"].isna().any():
        sentences.append(
            (
                _("Not reached:"),
                _("more than one in ten stay longer than anyone was watched: nobody is very long."),
            )
        )
    if stages["limit_days"].notna().any():
        sentences.append((_("Limit:"), _("limit_days of the stage, in the pipeline's file.")))
    return counted.how(
        sight,
        "waiting_bands",
        sentences,
        counts,
        "waiting_bands",
        of="stays",
        by=sight.view.by or "team",
        **waits.parameters(answers.usual(sight.view, sight.generation), scope),
    )
