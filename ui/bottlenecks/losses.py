"""The cards about losses: what is held against what, the ranking, and one bottleneck's picture."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analytics.bottlenecks import bottlenecks, visits
from analytics.bottlenecks.bottlenecks import LEAST, SURE, Bottlenecks, Course
from analytics.scope import Scope
from analytics.view.scenario import BENCHMARKS
from analytics.view.view import View, segment_value
from ui import answers, charts, session
from ui.bottlenecks import names as bottlenecks_names
from ui.bottlenecks import story
from ui.bottlenecks.chosen import Chosen, _choose, _mark, shown, try_out
from ui.language import formats as language_formats
from ui.language import labels, quantities
from ui.language.messages import N_, _, _n
from ui.page import card, filter_bar, markdown, provenance
from ui.page.provenance import Sentences
from ui.time_in_stage import visits as time_in_stage_visits

_MOST_SEGMENTS = 8
_BENCHMARKS = {
    "past": N_("Own past"),
    "best": N_("Best 25% of segments"),
    "target": N_("Targets"),
}


def controls(scope: Scope) -> bool:
    """The row above the cards; returns whether the numbers are asked for as tables too."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _dimension(scope)
        _benchmark(scope)
        if scope.view.scenario.benchmark == "target":
            _targets(scope)
        return st.toggle(_("Show the numbers"), key=session.key("with_loss_table"))


def headline(scope: Scope, at: Chosen | None) -> None:
    """The one sentence that the page begins with, whatever is looked at below."""
    found = answers.bottlenecks(scope)
    first = found.ranked.head(1)
    here = at is not None and _mark(at.row) in [_mark(row) for row in first.itertuples()]
    st.header(story.headline(scope, found, here=here).replace("**", ""), anchor=False)


def losses(scope: Scope, at: Chosen, *, with_table: bool = False) -> None:
    """Where customers are lost against the benchmark, most first, and how sure that is."""
    found, rows = at.found, shown(at.found)
    title = losses_finding(scope, found)
    subtitle = _(
        "Customers a quarter, against {benchmark}; 95% interval. Grey: not sure, being among {n} "
        "tried. Places overlap, so they do not add up.",
        benchmark=bottlenecks_names.benchmark(scope.view),
        n=language_formats.number(int((~found.rows["too_few"]).sum())),
    )
    how = _how(scope, found, "losses", found.rows)
    with card.card(title, subtitle, how=how, anchor=story.LOSSES):
        card.chart(
            charts.losses(_drawn(scope, found, rows), card.look()),
            "losses",
            alt=title,
            on_click=_choose,
        )
        _picker(scope, rows, at)
        few = found.rows[found.rows["too_few"]]
        if len(few):
            heading = _n("Too little data ({n} place)", "Too little data ({n} places)", len(few))
            with st.expander(heading):
                st.markdown(
                    markdown.gray(
                        _(
                            "Under {least} visits, now or in the year before: not tested, not "
                            "ranked.",
                            least=language_formats.number(LEAST),
                        )
                    )
                )
                card.table(
                    _table(scope, few, brief=True), height=280, placeholder=language_formats.NOTHING
                )
        if with_table:
            tried = found.rows[~found.rows["too_few"]]
            card.table(_table(scope, tried), height=400, placeholder=language_formats.NOTHING)


def course(scope: Scope, at: Chosen, *, with_table: bool = False) -> None:
    """One bottleneck over time with the moment it changed, and its like beside it."""
    row, found = at.row, at.found
    answer = answers.bottleneck_course(scope, row.stage, at.dimension, at.segment)
    window = found.window(row.stage)
    place = bottlenecks_names.place(scope, row)
    title = course_finding(answer)
    subtitle = _(
        "{place}: % of the visits to {stage} that moved on within {horizon}, by {unit} of coming "
        "there; 95% interval. Dotted: not all had the time.",
        place=place,
        stage=markdown.plain(bottlenecks_names.stage(scope, row.stage)),
        horizon=quantities.duration(window.horizon),
        unit=_("month") if answer.unit == "month" else _("week"),
    )
    how = _how_course(scope, at, answer)
    with card.card(title, subtitle, how=how, anchor=story.COURSE):
        points = _points(answer)
        if points["rate"].notna().any():
            figure = charts.course(points, card.look(), turn=_turn(answer))
            card.chart(figure, "bottleneck_course", alt=title)
        for line in _asides(scope, at):
            st.markdown(markdown.gray(line))
        if with_table:
            card.table(_course_table(points))
        stays = scope.at(_visits_view(scope, at))
        time_in_stage_visits.show(stays, row.stage, int(row.n))


def like(scope: Scope, at: Chosen) -> None:
    """The segments of the bottleneck's dimension at its stage, side by side."""
    rows = at.found.rows
    dimension = at.dimension or next(
        (name for name in rows["dimension"] if isinstance(name, str)), None
    )
    here = rows[(rows["stage"] == at.row.stage) & rows["n"].gt(0)]
    own = here[here["dimension"] == dimension]
    whole = here[here["dimension"].isna()]
    if dimension is None or own.empty:
        return
    title = like_finding(scope, at, own, dimension)
    subtitle = _(
        "{step} by {dimension}, in the same days; 95% interval. Dotted: everybody. Hollow: "
        "n < {few}.",
        step=markdown.plain(bottlenecks_names.step(scope, at.row)),
        dimension=markdown.plain(labels.dimension_label(dimension).lower()),
        few=language_formats.number(charts.FEW),
    )
    with card.card(title, subtitle, how=_how(scope, at.found, "bottleneck_segments", own)):
        labelled = own.assign(label=[bottlenecks_names.segment(row) for row in own.itertuples()])
        drawn = labelled["n"].nlargest(_MOST_SEGMENTS).index
        drawn = drawn.union(labelled.index[labelled["segment"] == at.segment])
        card.chart(
            charts.rates(
                labelled.loc[drawn],
                card.look(),
                overall=float(whole["rate"].iat[0]) if len(whole) else None,
                named=at.segment if at.row.ranked else None,
            ),
            "bottleneck_segments",
            alt=title,
        )
        if len(own) > len(drawn):
            there_are = {
                "n": language_formats.number(len(drawn)),
                "all": language_formats.number(len(own)),
            }
            st.markdown(markdown.gray(_("{n} of {all}, those with the most leads.", **there_are)))


# --- findings ---------------------------------------------------------------------------------


def losses_finding(scope: Scope, found: Bottlenecks) -> str:
    """How many places surely lose, and the first of them."""
    ranked = found.ranked
    if ranked.empty:
        return _("No place surely loses customers")
    first = bottlenecks_names.place(scope, ranked.iloc[0])
    if len(ranked) == 1:
        return _("One place surely loses customers: {place}", place=first)
    return _n(
        "{n} place surely loses customers, most {place}",
        "{n} places surely lose customers, most {place}",
        len(ranked),
        place=first,
    )


def course_finding(answer: Course) -> str:
    """Since when the rate is another, from what to what."""
    turn = answer.turn
    if answer.turned is None or turn is None:
        return _("No sure moment of change")
    when = (
        language_formats.month(answer.turned)
        if answer.unit == "month"
        else language_formats.day(answer.turned)
    )
    said = {
        "after": language_formats.percent(turn.after),
        "before": language_formats.percent(turn.before),
        "when": when,
    }
    return _("{after} since {when}, {before} before", **said)


def like_finding(scope: Scope, at: Chosen, own: pd.DataFrame, dimension: str) -> str:
    """Where the bottleneck stands among its like, or that it does not stand apart."""
    enough = own[own["n"] >= charts.FEW]
    others = enough[enough["segment"] != at.segment]
    if at.segment is not None and len(others) and at.row.high < others["low"].min():
        return _(
            "{segment}: below every other one, {rate}",
            segment=markdown.plain(bottlenecks_names.segment(at.row)),
            rate=language_formats.percent(at.row.rate),
        )
    if len(enough) < 2:
        return _("Not enough data to conclude from")
    low, high = enough.loc[enough["rate"].idxmin()], enough.loc[enough["rate"].idxmax()]
    if low["high"] < high["low"]:
        return _(
            "From {low} in {lowest} to {high} in {highest}",
            low=language_formats.percent(low["rate"], 0),
            lowest=markdown.plain(bottlenecks_names.segment(low)),
            high=language_formats.percent(high["rate"], 0),
            highest=markdown.plain(bottlenecks_names.segment(high)),
        )
    name = labels.dimension_label(dimension).lower()
    return _("No {dimension} stands apart for sure", dimension=markdown.plain(name))


# --- controls ---------------------------------------------------------------------------------


def _dimension(scope: Scope) -> None:
    key = session.key("loss_by")
    every = ""
    st.session_state[key] = scope.view.by or every
    st.selectbox(
        _("Look for losses by"),
        [every, *filter_bar.offered(scope)],
        format_func=lambda name: labels.dimension_label(name) if name else _("Every dimension"),
        width=180,
        key=key,
        on_change=lambda: session.change(by=st.session_state[key] or None),
    )


def _benchmark(scope: Scope) -> None:
    key = session.key("loss_benchmark")
    st.session_state[key] = scope.view.scenario.benchmark
    st.segmented_control(
        _("Held against"),
        BENCHMARKS,
        format_func=lambda name: _(_BENCHMARKS[name]) if name in _BENCHMARKS else name,
        required=True,
        wrap=True,
        key=key,
        on_change=lambda: try_out(lambda tried: replace(tried, benchmark=st.session_state[key])),
    )


def _targets(scope: Scope) -> None:
    """A target for each stage, in percent that should move on in time."""
    targets = dict(scope.view.scenario.targets)
    rows = answers.bottlenecks(scope).rows
    now = rows[rows["dimension"].isna()].set_index("stage")["rate"]
    label = _n("{n} target", "{n} targets", len(targets))
    with st.popover(label, icon=":material/flag:", key=session.key("targets")):
        st.markdown(
            markdown.gray(
                _(
                    "Percent of the visits that should move on in time. A stage without a target "
                    "is held against its own past."
                )
            )
        )
        stages = scope.generation.pipeline.slugs
        for slug, following in pairwise(stages):
            key = session.key(f"target_{slug}")
            st.session_state[key] = targets.get(slug)
            st.number_input(
                _(
                    "{step} (now {rate})",
                    step=" → ".join(
                        bottlenecks_names.stage(scope, name) for name in (slug, following)
                    ),
                    rate=language_formats.percent(now.get(slug)),
                ),
                min_value=0.0,
                max_value=100.0,
                value=None,
                step=1.0,
                format="%.1f",
                placeholder=_("No target"),
                key=key,
                on_change=_aim,
                args=(slug, key),
            )
        st.button(
            _("Drop all targets"),
            icon=":material/restart_alt:",
            disabled=not targets,
            on_click=try_out,
            args=(lambda tried: replace(tried, targets=()),),
        )


def _aim(slug: str, key: str) -> None:
    percent = st.session_state[key]
    try_out(lambda tried: tried.aiming(slug, percent))


def _picker(scope: Scope, rows: pd.DataFrame, at: Chosen) -> None:
    """The choice of a bottleneck by keyboard; a click on its bar is the same."""
    names = {
        _mark(row): bottlenecks_names.short_place(scope, row)
        for row in rows.itertuples(index=False)
    }
    key = session.key("loss_picker")
    st.session_state[key] = _mark(at.row)
    st.selectbox(
        _("Look at"),
        list(names),
        format_func=lambda mark: names.get(mark, mark),
        key=key,
        on_change=lambda: _choose(st.session_state[key]),
    )


# --- what is drawn ----------------------------------------------------------------------------


def _drawn(scope: Scope, found: Bottlenecks, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": [_mark(row) for row in rows.itertuples(index=False)],
            "segment_label": [
                bottlenecks_names.segment(row) for row in rows.itertuples(index=False)
            ],
            "step_label": [
                bottlenecks_names.step(scope, row) for row in rows.itertuples(index=False)
            ],
            "lost": rows["wins_lost"],
            "low": rows["wins_lost_low"],
            "high": rows["wins_lost_high"],
            "text": [bottlenecks_names.loss(row) for row in rows.itertuples(index=False)],
            "note": [_note(found, row) for row in rows.itertuples(index=False)],
            "sure": rows["ranked"],
            "rank": range(len(rows)),
        }
    )


def _note(found: Bottlenecks, row: Any) -> str:
    """What stands below a bar: on how much it stands, the two rates, and what it is worth."""
    parts = [
        _(
            "{rate}, not {benchmark}",
            rate=language_formats.percent(row.rate),
            benchmark=language_formats.percent(row.benchmark),
        ),
        f"n={language_formats.number(row.n)}",
    ]
    if pd.notna(row.value_lost):
        parts.append(language_formats.money(-row.value_lost, found.currency))
    return " · ".join(parts)


def _points(answer: Course) -> pd.DataFrame:
    """The course as the chart takes it."""
    rows = answer.rows
    monthly = answer.unit == "month"
    days = list(rows["bucket"])
    labels_ = [
        language_formats.month(day) if monthly else language_formats.day(day) for day in days
    ]
    ticks, before = [], None
    for day in days:
        is_new = monthly or before is None or before.month != day.month
        ticks.append(language_formats.month(day, year=False) if is_new else "")
        before = day
    return pd.DataFrame(
        {
            "label": labels_,
            "tick": ticks,
            "year": [str(day.year) for day in days],
            "bucket": days,
            "rate": rows["rate"],
            "low": rows["low"],
            "high": rows["high"],
            "n": rows["n"],
            "mature": [None if mature else 0.0 for mature in rows["mature"]],
            "immature": ~rows["mature"].astype(bool),
        }
    )


def _turn(answer: Course) -> charts.Turn | None:
    if answer.turned is None or answer.turn is None:
        return None
    monthly = answer.unit == "month"
    when = language_formats.month(answer.turned) if monthly else language_formats.day(answer.turned)
    before, after = (
        language_formats.percent(answer.turn.before),
        language_formats.percent(answer.turn.after),
    )
    return charts.Turn(when, answer.turn.before, answer.turn.after, f"{when}: {before} → {after}")


def _asides(scope: Scope, at: Chosen) -> list[str]:
    """Whether it is rate or mix, and whether what is lost is only late."""
    row = at.row
    lines = []
    made = answers.makeup(scope, row.stage, at.dimension, at.segment)
    if made.before is not None and made.after is not None and len(made.rows):
        first = made.rows.iloc[0]
        lines.append(
            _(
                "{change} against the year before: {rate} by rate and {mix} by mix, split by "
                "{dimension}, where mix is largest.",
                change=quantities.points(made.after - made.before),
                dimension=markdown.plain(labels.dimension_label(first["dimension"]).lower()),
                rate=quantities.points(first["rate"]),
                mix=quantities.points(first["mix"]),
            )
        )
    if row.held_against == "past" and row.n and row.benchmark_n:
        late, then = row.later / row.n, row.benchmark_later / row.benchmark_n
        if late > then and late - then > (row.benchmark - row.rate) / 10 > 0:
            lines.append(
                _(
                    "{late} moved on after that time, {then} the year before: part of the loss is "
                    "only late.",
                    late=language_formats.percent(late),
                    then=language_formats.percent(then),
                )
            )
    return lines


def _visits_view(scope: Scope, at: Chosen) -> View:
    window = at.found.window(at.row.stage)
    return bottlenecks.view_of(scope.view, window, at.dimension, at.segment)


# --- words and tables -------------------------------------------------------------------------


def _table(scope: Scope, rows: pd.DataFrame, *, brief: bool = False) -> Styler:
    """The rows to read: numbers stay numbers, so that the table sorts by them."""
    told = list(rows.itertuples(index=False))
    columns: dict[str, Any] = {
        _("Transition"): [bottlenecks_names.step(scope, row) for row in told],
        _("Segment"): [
            f"{labels.dimension_label(row.dimension)}: {bottlenecks_names.segment(row)}"
            if isinstance(row.dimension, str)
            else bottlenecks_names.segment(row)
            for row in told
        ],
    }
    formats: dict[str, Any] = {}
    if not brief:
        for name, column in (
            (_("Lost a quarter"), "wins_lost"),
            (_("at least"), "wins_lost_low"),
            (_("at most"), "wins_lost_high"),
        ):
            columns[name] = rows[column].tolist()
            formats[name] = _one_decimal
        columns["q"] = rows["q_value"].tolist()
        formats["q"] = _three_decimals
    columns["n"], formats["n"] = rows["n"].tolist(), language_formats.number
    if brief:
        columns[_("n before")] = rows["benchmark_n"].tolist()
        formats[_("n before")] = language_formats.number
    for name, column in ((_("Rate"), "rate"), (_("Benchmark"), "benchmark")):
        columns[name], formats[name] = rows[column].tolist(), language_formats.percent
    if not brief and rows["value_lost"].notna().any():
        currency = scope.generation.currency
        columns[_("Value")] = rows["value_lost"].tolist()
        formats[_("Value")] = lambda value: language_formats.money(value, currency)
    return pd.DataFrame(columns).style.format(formats, na_rep=language_formats.NOTHING)


def _one_decimal(value: float) -> str:
    return language_formats.number(value, 1)


def _three_decimals(value: float) -> str:
    return language_formats.number(value, 3)


def _course_table(points: pd.DataFrame) -> pd.DataFrame:
    limits = zip(points["low"], points["high"], strict=True)
    return pd.DataFrame(
        {
            _("Came there"): points["label"],
            _("Visits"): points["n"].map(language_formats.number),
            _("Rate"): points["rate"].map(language_formats.percent),
            _("95% interval"): [language_formats.interval(low, high) for low, high in limits],
        }
    )


def _how(scope: Scope, found: Bottlenecks, name: str, rows: pd.DataFrame) -> card.How:
    """How losses are counted, in sentences, and the SQL of the visits' ends."""
    sentences: Sentences = [
        (
            _("Counted:"),
            _(
                "visits to a stage that began in {days} and had the time in which nine of ten of "
                "those that move on do; they are held against the year before. Each stage has its "
                "own days within these: the longer it takes, the earlier.",
                days=language_formats.days_between(found.first_day, found.last_day),
            ),
        ),
        (
            _("Customers lost:"),
            _(
                "customers a quarter that the leads who came there would be more at the benchmark, "
                "by the chain of all moves with its ways back."
            ),
        ),
        (
            _("Sure:"),
            _(
                "{least} visits, now and before; q by Benjamini and Hochberg below {q} over all "
                "{tried} places tried; and the whole interval of the loss above zero.",
                least=language_formats.number(LEAST),
                q=language_formats.number(SURE, 1),
                tried=language_formats.number(int((~found.rows["too_few"]).sum())),
            ),
        ),
        (
            _("95% interval:"),
            _("Newcombe's of the difference of the rates; against a fixed benchmark Wilson's."),
        ),
        (
            _("Since when:"),
            _("the likeliest single change, when it is more than chance over all months tried."),
        ),
    ]
    dimensions = tuple(dict.fromkeys(name for name in found.rows["dimension"] if name))
    asked = visits.everything(scope, dimensions)
    now = [(window.first_day, window.last_day) for window in found.windows]
    before = [(window.before_first_day, window.before_last_day) for window in found.windows]
    return provenance.how_by_hand(
        scope,
        name,
        sentences,
        rows,
        "bottlenecks/visit_counts",
        of="stays",
        asked=asked,
        horizons=[window.horizon for window in found.windows],
        **provenance.instants(asked, "now", now),
        **provenance.instants(asked, "before", before),
    )


def _how_course(scope: Scope, at: Chosen, answer: Course) -> card.How:
    """How the course is counted, and its SQL."""
    window = at.found.window(at.row.stage)
    alone = scope.view
    if at.dimension is not None and at.segment is not None:
        alone = alone.where(at.dimension, [segment_value(at.segment)])
    asked = visits.everything(scope.at(alone))
    sentences: Sentences = [
        (
            _("Rate:"),
            _("visits that moved on in time, of those that had the time; Wilson's limits."),
        ),
        (
            _("Since when:"),
            _(
                "the likeliest single change of the rate; said when permutations of leads and of "
                "months rarely show one as likely. A slow trend may be found as a change."
            ),
        ),
        (
            _("Rate or mix:"),
            _(
                "the change of this rate, split by who came: other shares of the segments are mix, "
                "the segments' own rates are rate."
            ),
        ),
    ]
    return provenance.how_by_hand(
        scope,
        "bottleneck_course",
        sentences,
        answer.rows,
        "bottlenecks/visit_course",
        of="stays",
        asked=asked,
        stage=at.row.stage,
        unit=answer.unit,
        horizon=window.horizon,
        ripe_end=visits.day_ends(asked, visits.ripe_day(asked, window.horizon)),
    )
