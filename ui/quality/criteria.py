"""The card of the criteria: whether leads are what was agreed on, and whether those go further."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.certainty import FEW, Certainty
from analytics.criteria import criteria
from analytics.criteria.criteria import Criteria
from analytics.scope import Scope
from data.criteria import criteria_in
from data.criterion import Criterion
from data.pipeline import Pipeline
from ui import answers, session
from ui.board import board
from ui.board.board import Badge, Bar, Column, Row, Text
from ui.language import criteria as words
from ui.language import current, formats, labels, quantities
from ui.language.messages import N_, N_p, _, _p
from ui.leads.words import TICKS
from ui.page import card, certainty, long_list, markdown, provenance, table
from ui.page.markdown import plain
from ui.page.provenance import Sentences
from ui.sources import segments

_OPENED, _NAME = "criteria_opened", "criteria"
_STATES = {
    "in force": N_p("version of a criterion", "in force"),
    "earlier": N_p("version of a criterion", "earlier"),
    "proposed": N_p("version of a criterion", "proposed"),
}


def show(scope: Scope) -> None:
    """A stage a row; picking one opens its versions and segments. Nothing where none has a test."""
    found = answers.criteria(scope)
    shown = _by_stage(found)
    if found.asked is None or shown.empty:
        return
    how = provenance.how_asked(
        "quality_criteria", lambda: _sentences(scope, found), found.asked, found.rows, scope=scope
    )
    pipeline = scope.generation.pipeline
    title = finding(pipeline, shown)
    subtitle = _("Leads that reached each stage, against what marketing and sales agreed it means.")
    with card.card(title, subtitle, how=how):
        board.show(
            _columns(_("Stage")),
            [_row(pipeline, row) for row in shown.itertuples(index=False)],
            caption=markdown.spoken(title),
            key="quality_criteria",
            on_pick=_open,
        )
    _opened(scope, found)


def finding(pipeline: Pipeline, shown: pd.DataFrame) -> str:
    """The stage where the fewest are as agreed, of those that enough is known of."""
    known = shown[shown["met"] + shown["unmet"] >= FEW]
    if known.empty:
        return _("Do we follow our own definitions?")
    least = known.loc[known["met_rate"].idxmin()]
    text = _(
        "{stage}: {share} are what was agreed",
        stage=plain(labels.brief(labels.stage_label(pipeline, least["stage"]))),
        share=formats.percent(least["met_rate"], 0),
    )
    return text if len(markdown.spoken(text)) <= 60 else _("Do we follow our own definitions?")


def _by_stage(found: Criteria) -> pd.DataFrame:
    """All leads of each stage, by the version that holds, else by the first one proposed."""
    whole = found.rows[found.rows["segment"].isna() & (found.rows["state"] != "earlier")]
    return whole.drop_duplicates("stage")


def _row(pipeline: Pipeline, row: Any) -> Row:
    label = labels.stage_label(pipeline, row.stage)
    note = "" if row.state == "in force" else _p(*_STATES[row.state])
    return Row([Text(label, note=note, strong=True), *_cells(row)], id=row.stage)


def _columns(what: str) -> list[Column]:
    return [
        Column(what),
        Column(_("Share that is as agreed"), unseen=True),
        Column(_("As agreed, %"), right=True),
        Column(_("Leads"), right=True, secondary=True, on_cards=True),
        Column(_("Not as agreed"), right=True, secondary=True),
        Column(_("Not known"), right=True, secondary=True, on_cards=True),
        Column(_("Do those as agreed go further?")),
    ]


def _cells(row: Any) -> list[board.Cell]:
    is_known = pd.notna(row.met_rate)
    return [
        Bar(
            row.met_rate if is_known else 0.0,
            1.0,
            low=row.met_rate_low if is_known else None,
            high=row.met_rate_high if is_known else None,
            faint=bool(row.met + row.unmet < FEW),
        ),
        Text(formats.number(100 * row.met_rate) if is_known else formats.NOTHING, strong=True),
        Text(formats.number(row.n)),
        Text(formats.number(row.unmet)),
        Text(formats.number(row.unknown)),
        _further(row),
    ]


def _further(row: Any) -> board.Cell:
    """Whether those who meet the test move on more often, in points, where that is sure."""
    sure = Certainty(row.certainty)
    if sure is Certainty.CERTAIN:
        points = quantities.points(row.difference, 0)
        if row.difference > 0:
            return Badge(_("yes, {points}", points=points), "green", "trending_up")
        return Badge(_("no, {points}", points=points), "red", "trending_down")
    return Badge(certainty.word(sure), certainty.TONES[sure], certainty.ICONS[sure])


# --- one stage ---------------------------------------------------------------------------------


def _open(stage: str) -> None:
    st.session_state[_OPENED] = stage


def _opened(scope: Scope, found: Criteria) -> None:
    stage = st.session_state.pop(_OPENED, None)
    if stage in scope.generation.pipeline.slugs:
        title = plain(labels.stage_label(scope.generation.pipeline, stage))
        st.dialog(title, width="large")(_one)(scope, found, stage)


def _one(scope: Scope, found: Criteria, stage: str) -> None:
    current.use(session.view().lang)
    written = next(each.criteria for each in scope.generation.pipeline.stages if each.slug == stage)
    told = next(row for row in _by_stage(found).itertuples(index=False) if row.stage == stage)
    of_now = next(each for each in written if each.version == told.version)
    st.markdown(plain(words.said(of_now)))
    st.markdown(markdown.gray(plain(words.agreed(of_now))))
    _versions(written, found.of(stage))
    _list(scope, told)
    rows = found.rows[(found.rows["stage"] == stage) & (found.rows["version"] == told.version)]
    parts = rows[rows["segment"].notna()]
    if not parts.empty and scope.view.by is not None:
        _parts(scope.view.by, parts)


def _list(scope: Scope, row: Any) -> None:
    """The file of all who are counted; none where single leads are not told of."""
    if scope.generation.sight.leads:
        about = {"stage": row.stage, "version": str(row.version)}
        label = _("Excel: all {n}, with who is as agreed", n=formats.number(row.n))
        long_list.file_link(scope, _NAME, label, about, form="xlsx")


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The leads that a version counts in pieces, for a file; `about` says which."""
    answered = {True: _("yes"), False: _("no")}
    found = criteria.listing(scope, about["stage"], _version(scope, about).version)
    for rows in found.pieces():
        entered = rows["entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
        yield table.frame(
            [
                table.Column(_("Company"), rows["company"]),
                table.Column(_("Contact"), rows["name"]),
                table.Column(_("As agreed"), rows["meets"].astype(object).map(answered)),
                *(
                    table.Column(_(word).capitalize(), rows[name].astype(object).map(answered))
                    for name, word in TICKS.items()
                ),
                table.Column(_("Score"), rows["score"]),
                table.Column(_("Entered at"), entered.dt.date),
                table.Column(_("Owner"), rows["owner"]),
                table.Column(_("Team"), rows["team"]),
                table.Column(_("Lead id"), rows["lead_id"]),
            ]
        )


def _version(scope: Scope, about: Mapping[str, str]) -> Criterion:
    """The version of a criterion that a file is of. Raises KeyError where there is none."""
    written = criteria_in(scope.generation.pipeline, about["stage"])
    return {str(each.version): each for each in written}[about["version"]]


def _tells(scope: Scope, about: Mapping[str, str]) -> list[tuple[str, str]]:
    stage = labels.stage_label(scope.generation.pipeline, about["stage"])
    return [(_("Criterion:"), f"{stage}, {words.agreed(_version(scope, about))}")]


FILE = long_list.File(_NAME, N_("Leads by what was agreed"), file, _tells)


def _versions(written: tuple[Criterion, ...], rows: pd.DataFrame) -> None:
    """What each version lets through and holds back, and who of those went on."""
    st.subheader(_("What each version would have passed on"), anchor=False)
    tests = {each.version: each for each in written}
    board.show(
        [
            Column(_("Version")),
            Column(_("Passed on"), right=True),
            Column(_("of them moved on"), right=True),
            Column(_("Held back"), right=True),
            Column(_("of them moved on all the same"), right=True),
            Column(_("Not known"), right=True, secondary=True),
        ],
        [
            Row(
                [
                    Text(
                        f"{row.version} · {_p(*_STATES[row.state])}",
                        note=str(tests[row.version].test),
                        strong=row.state == "in force",
                    ),
                    Text(formats.number(row.met)),
                    _moved(row.met_moved, row.met_moved_rate),
                    Text(formats.number(row.unmet)),
                    _moved(row.unmet_moved, row.unmet_moved_rate),
                    Text(formats.number(row.unknown)),
                ]
            )
            for row in rows.itertuples(index=False)
        ],
        caption=_("What each version would have passed on"),
        key="criteria_versions",
    )


def _moved(moved: int, rate: float) -> board.Cell:
    return Text(formats.number(moved), note=formats.percent(rate, 0))


def _parts(by: str, rows: pd.DataFrame) -> None:
    title = _("By {dimension}", dimension=labels.dimension_label(by).lower())
    st.subheader(title, anchor=False)
    board.show(
        _columns(labels.dimension_label(by)),
        [
            Row([Text(segments.name(by, row.segment), strong=True), *_cells(row)])
            for row in rows.itertuples(index=False)
        ],
        caption=title,
        key="criteria_parts",
    )


def _sentences(scope: Scope, found: Criteria) -> Sentences:
    pipeline = scope.generation.pipeline
    days = "; ".join(
        f"{plain(labels.stage_label(pipeline, window.stage))}: "
        f"{formats.days_between(window.first_day, max(window.first_day, window.last_day))}"
        for window in found.windows
        if window.stage in {each.stage for each in found.judgements}
    )
    return [
        (
            _("Counted:"),
            _(
                "stays that began in these days, as those were followed for the usual time of "
                "their stage: {days}.",
                days=days,
            ),
        ),
        (
            _("As agreed:"),
            _(
                "the lead meets the test of the stage's criterion. Not known: what the test asks "
                "for is not in the data, so nobody has asked, or nobody has written it down; the "
                "share is of the others."
            ),
        ),
        (
            _("What is known:"),
            _(
                "answers, score and contacts are those of today, as files give no day for them; "
                "touches count up to the moment at which the stage was entered. Who goes further "
                "is asked more, so a difference is no proof that the rule chose well."
            ),
        ),
        (
            _("Go further:"),
            _(
                "the share that moved on in time, of those who meet the test less of those who do "
                "not, with Newcombe's interval; q value (Benjamini–Hochberg) below {q} over all "
                "stages, versions and segments, and {n} leads of either kind.",
                q=formats.number(0.05, 2),
                n=formats.number(FEW),
            ),
        ),
        (_("95% interval:"), _("Wilson's method.")),
    ]
