"""The cards about time in stage: how long, how leads leave, where it is slow, and since when."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.time_in_stage.time_in_stage import Slower, slower
from analytics.view.view import segment_value
from ui import answers, charts, session
from ui.charts import FEW
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.page import card, dimensions, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column
from ui.time_in_stage import visits
from ui.time_in_stage.rows import beside, by_stage, cells, columns, length, points, stage_name

_MOST_SEGMENTS = 10  # in the heat map; the table has all
_HORIZONS = (1, 3, 7, 14, 30, 60, 90, 180)  # days that a sentence may name
_STAGE = "time_stage"
_DEEPEST = 0.6  # the deepest colour: so much longer than the median of all, as a share of it


@dataclass(frozen=True)
class Choice:
    """What the cards are about: a stage, a dimension, and the segment that is slow there."""

    stage: str
    by: str
    slow: Slower | None


def choice(scope: Scope) -> Choice:
    """The stage that is shown: the chosen one, else where most time is lost to the rest."""
    by = dimensions.breakdown(scope)
    rows = answers.time_in_stage(scope.at(replace(scope.view, by=by))).rows
    slugs = scope.generation.pipeline.slugs[:-1]
    chosen = st.session_state.get(_STAGE)
    if scope.view.level == "stage" and scope.view.stage in slugs:
        chosen = scope.view.stage
    if chosen not in slugs:
        found = slower(rows)
        chosen = found.stage if found else _longest(scope, slugs[0])
    return Choice(chosen, by, slower(rows, chosen))


def medians(scope: Scope, *, with_table: bool = False) -> None:
    """How long half of the leads stay at each stage, beside the mean that most tools show."""
    answer = answers.time_in_stage(scope.at(replace(scope.view, by=None)))
    title = _medians_finding(scope, answer.rows)
    subtitle = _("Time at each stage; 95% interval.")
    how = provenance.how("medians", counted, answer)
    with card.card(title, _noted(scope, subtitle), how=how):
        seen = answer.rows[answer.rows["stays"] > 0]
        figure = charts.medians(by_stage(scope, seen), card.look())
        axis = notes.of_steps(scope, seen["stage"].tolist())
        card.chart(figure, "medians", alt=title, fills=True, on_click=_choose, axis=axis)
        st.markdown(
            markdown.gray(
                _(
                    "The two differ because the mean leaves out whoever still waits, and a few "
                    "very long stays pull it up."
                )
            )
        )
        if with_table:
            table.show(columns(scope, answer.rows, None))


def leaving(scope: Scope, chosen: Choice) -> None:
    """How leads leave the chosen stage over days."""
    answer = answers.leaving(scope, chosen.stage)
    rows = answer.rows
    stage = markdown.plain(stage_name(scope, chosen.stage))
    title = _leaving_finding(scope, rows, stage)
    subtitle = _("% of stays at {stage}, by time since coming there.", stage=stage)
    how = provenance.how("leaving", counted, answer)
    with card.card(title, _noted(scope, subtitle), how=how):
        _picker(scope, chosen.stage)
        if rows.empty:
            st.markdown(markdown.gray(_("No lead reached this stage in this view.")))
            return
        axis = charts.axis_for(
            rows, scope.day_seconds, _("days at the stage"), _("hours at the stage")
        )
        group = {entry.slug: entry.group for entry in scope.generation.pipeline.stages}
        figure = charts.leaving(rows, card.look(), group=group[chosen.stage], axis=axis)
        card.chart(figure, "leaving", alt=title, fills=True)
        marks = _("Band: 95% interval. Dotted: under 50 left to watch. Ring: half have left.")
        st.markdown(markdown.gray(marks))
        counted_stays = _of_stage(scope, chosen.stage)
        st.markdown(markdown.gray(_detours(counted_stays)))
        visits.show(scope, chosen.stage, int(counted_stays["stays"]))


def slow_spots(scope: Scope, chosen: Choice, *, with_table: bool = False) -> None:
    """The median by segment and stage, deeper where it is longer than elsewhere at the stage."""
    answer = answers.time_in_stage(scope.at(replace(scope.view, by=chosen.by)))
    rows = answer.rows
    whole = answers.time_in_stage(scope.at(replace(scope.view, by=None))).rows
    found = slower(rows)
    title = _slow_finding(scope, chosen.by, found)
    subtitle = _(
        "Median days by {dimension} and stage; deeper: longer than usual.",
        dimension=markdown.plain(labels.dimension_label(chosen.by).lower()),
    )
    how = provenance.how("slow_spots", counted, answer)
    with card.card(title, _noted(scope, subtitle), how=how):
        stays = rows.groupby("segment", sort=False)["stays"].sum()
        drawn = list(stays.index[:_MOST_SEGMENTS])
        if found is not None and found.segment not in drawn:
            drawn = [*drawn[:-1], found.segment]
        shown = rows[rows["segment"].isin(drawn)]
        figure = charts.heat(cells(scope, shown, whole, chosen.by), card.look(), top=_DEEPEST)
        axis = notes.of_rows(chosen.by, shown["segment"].unique().tolist())
        axis = replace(axis, also=notes.of_columns(scope, shown["stage"].unique().tolist()))
        card.chart(figure, "slow_spots", alt=title, fills=True, axis=axis)
        marks = _(
            "Usual: all leads at that stage. Gray: fewer than {few} stays. …: not half have left.",
            few=formats.number(FEW),
        )
        st.markdown(markdown.gray(marks))
        if len(stays) > len(drawn):
            there_are = {"n": formats.number(len(drawn)), "all": formats.number(len(stays))}
            st.markdown(markdown.gray(_("{n} of {all}, those with the most leads.", **there_are)))
        if with_table:
            table.show(columns(scope, rows, chosen.by), height=300)


def course(scope: Scope, chosen: Choice, *, with_table: bool = False) -> None:
    """The median by month of coming to the stage, of the slow segment beside the rest."""
    segment = chosen.slow.segment if chosen.slow else None
    view = replace(scope.view, by=chosen.by)
    answer = answers.stay_months(scope.at(view), chosen.stage, segment)
    rows = answer.rows
    shown = rows[rows["part"] != "rest"]
    name = "" if segment is None else labels.value_label(chosen.by, segment_value(segment))
    stage = stage_name(scope, chosen.stage)
    title = _course_finding(scope, shown, markdown.plain(stage), markdown.plain(name))
    subtitle = _("Median days at {stage}, by month of entry.", stage=markdown.plain(stage))
    how = provenance.how("time_in_stage_months", counted, answer)
    with card.card(title, _noted(scope, subtitle), how=how):
        months = points(scope, rows, name)
        figure = charts.months(months, card.look(), unit=scope.day_seconds)
        days = [pd.Timestamp(month).date() for month in sorted(rows["month"].unique())]
        axis = notes.of_days(days, "month")
        card.chart(figure, "course", alt=title, fills=True, axis=axis)
        marks = _(
            "Hollow: fewer than {few} stays. Dotted: not all observed long enough to leave. The "
            "title takes the months together.",
            few=formats.number(FEW),
        )
        st.markdown(markdown.gray(marks))
        if with_table:
            table.show(
                [
                    Column(_("Month"), months["label"]),
                    Column(_("Part"), months["name"]),
                    Column(_("Stays"), months["stays"], formats.number),
                    Column(_("Median"), months["text"]),
                ],
                height=300,
            )


def _longest(scope: Scope, otherwise: str) -> str:
    rows = answers.time_in_stage(scope.at(replace(scope.view, by=None))).rows
    seen = rows[rows["median_seconds"].notna()]
    return str(seen.loc[seen["median_seconds"].idxmax(), "stage"]) if len(seen) else otherwise


def _of_stage(scope: Scope, stage: str) -> pd.Series:
    """The numbers of one stage, all segments together."""
    rows = answers.time_in_stage(scope.at(replace(scope.view, by=None))).rows
    return rows[rows["stage"] == stage].iloc[0]


def _detours(row: pd.Series) -> str:
    """How often leads go back from a stage, come back to it, or skip it."""
    return _n(
        "Of {n} stay {back} went back; {again} were not a lead's first; {skipped} leads jumped "
        "over the stage.",
        "Of {n} stays {back} went back; {again} were not a lead's first; {skipped} leads jumped "
        "over the stage.",
        int(row["stays"]),
        back=formats.percent(row["went_back_rate"]),
        again=formats.number(row["returns"]),
        skipped=formats.number(row["skipped"]),
    )


def _picker(scope: Scope, stage: str) -> None:
    """The choice of the stage by keyboard, the same as a click on its median."""
    key = session.key("time_stage_picker")
    st.session_state[key] = stage
    st.pills(
        _("Stage"),
        scope.generation.pipeline.slugs[:-1],
        format_func=lambda slug: markdown.plain(stage_name(scope, slug)),
        label_visibility="collapsed",
        required=True,
        wrap=True,
        key=key,
        on_change=lambda: _choose(st.session_state[key]),
    )


def _choose(slug: str) -> None:
    """Shows a stage; where the view is by stage, it becomes the view's."""
    st.session_state[_STAGE] = slug
    if session.view().level == "stage":
        session.change(stage=slug)


def _noted(scope: Scope, subtitle: str) -> str:
    note = labels.clock_note(scope.view, scope.generation.pipeline)
    return f"{subtitle} {note}" if note else subtitle


def _medians_finding(scope: Scope, rows: pd.DataFrame) -> str:
    seen = rows[rows["stays"] > 0]
    endless = seen[seen["median_seconds"].isna()]
    if seen.empty:
        return _("No lead reached a stage in this view")
    if len(endless):
        stage = markdown.plain(stage_name(scope, endless["stage"].iat[-1]))
        return _("{stage}: fewer than half have left yet", stage=stage)
    row = seen.loc[seen["median_seconds"].idxmax()]
    stage = markdown.plain(stage_name(scope, row["stage"]))
    return _(
        "Leads stay longest at {stage}: {time}",
        stage=stage,
        time=length(scope, row["median_seconds"]),
    )


def _leaving_finding(scope: Scope, rows: pd.DataFrame, stage: str) -> str:
    if rows.empty:
        return _("No lead reached {stage}", stage=stage)
    day = scope.day_seconds
    half = rows.loc[rows["still"] <= 0.5, "seconds"]
    wanted = float(half.iat[0]) / day if len(half) else float(rows["seconds"].iat[-1]) / day / 2
    days = next((days for days in _HORIZONS if days >= wanted), _HORIZONS[-1])
    known = rows[rows["seconds"] <= days * day]
    if known.empty or rows["seconds"].iat[-1] < days * day:
        return _("How leads leave {stage}", stage=stage)
    gone = known.iloc[-1]
    return _n(
        "{stage}: within {n} day {on} move on, {lost} are lost",
        "{stage}: within {n} days {on} move on, {lost} are lost",
        days,
        stage=stage,
        on=formats.percent(gone["advanced"], 0),
        lost=formats.percent(gone["lost"], 0),
    )


def _slow_finding(scope: Scope, by: str, found: Slower | None) -> str:
    if found is None:
        name = labels.dimension_label(by).lower()
        return _("No {dimension} is clearly slower than the rest", dimension=markdown.plain(name))
    time, rest = beside(scope, found.median, found.rest)
    return _(
        "Slow: {segment} at {stage}, {time}; elsewhere {rest}",
        segment=markdown.plain(labels.value_label(by, segment_value(found.segment))),
        stage=markdown.plain(labels.brief(stage_name(scope, found.stage))),
        time=time,
        rest=rest,
    )


def _course_finding(scope: Scope, rows: pd.DataFrame, stage: str, name: str) -> str:
    who = name or stage
    changed = rows[rows["changed"]]
    if changed.empty:
        return _("{who}: no sure change over time", who=who)
    row = changed.iloc[0]
    since, before = beside(scope, row["since_seconds"], row["before_seconds"])
    return _(
        "{who}: {since} since {month}, {before} before",
        who=who,
        month=formats.month(row["month"].date()),
        since=since,
        before=before,
    )


def counted() -> Sentences:
    """How stays are counted."""
    return [
        (_("A stay:"), _("one visit to a stage; a lead that comes back starts another.")),
        (
            _("Still there:"),
            _(
                "right-censored: counts for as long as it was observed, neither left out nor taken "
                "as ended."
            ),
        ),
        (
            _("Median, 90%:"),
            _("Kaplan–Meier over all ways of leaving; Greenwood's variance, log(−log) limits."),
        ),
        (
            _("Moved on, lost, went back:"),
            _("Aalen–Johansen, as competing risks; with those still there they add up to 100%."),
        ),
        (
            _("Slower, changed:"),
            _(
                "log-rank tests, q by Benjamini and Hochberg below 0.05; a monthly change must "
                "survive correction for every month tested (Bonferroni)."
            ),
        ),
    ]
