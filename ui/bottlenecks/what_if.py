"""The simulator: other rates, shorter stays, more leads, and what a quarter would come to."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from analytics.bottlenecks.what_if import WhatIf
from analytics.scope import Scope
from analytics.view.scenario import LARGEST_FACTOR, Scenario
from analytics.view.view import segment_value
from ui import answers, session
from ui.bottlenecks import names, scenario
from ui.language import current, formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column

_MOST_SOURCES = 6  # with a slider
_AROUND = 25  # points that a rate can be moved by slider, either way
_LONGEST_CUT = 30
_FRAGMENT = "what_if"


@st.fragment(key=_FRAGMENT)
def simulator() -> None:
    """The sliders beside the answer, which stands as soon as one of them is let go.

    Drawn by itself: nothing else on the page hangs on what is tried but the links to share.
    """
    current.use(session.view().lang)
    session.mirror()
    scope = session.current()
    found = answers.what_if(scope)
    title = simulator_finding(found, scope.view.scenario)
    subtitle = _(
        "Customers that the leads of a quarter come to in the end; leads of {days}. The interval "
        "is that of the rates; it says nothing about how to get there.",
        days=formats.days_between(found.first, found.last),
    )
    how = provenance.how_asked("what_if", _sentences, found.asked, found.rows)
    with card.card(title, subtitle, how=how):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _sliders(scope, found)
        with right:
            _answer(scope, found)


def simulator_finding(found: WhatIf, tried: Scenario) -> str:
    """What is tried brings, or what is expected as things are."""
    if tried.is_empty:
        return _(
            "What if? As things are: {n} customers a quarter ({interval})",
            n=formats.number(found.base),
            interval=formats.span(found.base_low, found.base_high),
        )
    said = {
        "n": formats.number(found.customers),
        "gain": formats.signed(found.gain, names.digits(found.gain)),
        "interval": formats.span(found.gain_low, found.gain_high, names.digits(found.gain)),
    }
    return _("What if? {n} customers a quarter, {gain} ({interval})", **said)


# --- sliders ----------------------------------------------------------------------------------


def _sliders(scope: Scope, found: WhatIf) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        below = found.rows[found.rows["benchmark"] > found.rows["rate_now"]]
        st.button(
            _("Raise all below to their benchmark"),
            icon=":material/keyboard_double_arrow_up:",
            disabled=below.empty,
            key=session.key("what_if_benchmark"),
            on_click=_to_benchmark,
            args=(dict(zip(below["stage"], below["benchmark"] * 100, strict=True)),),
        )
        st.button(
            _("As things are"),
            icon=":material/restart_alt:",
            disabled=scope.view.scenario.is_empty,
            key=session.key("what_if_reset"),
            on_click=_try_out,
            args=(_emptied,),
        )
    rates, days, volumes = st.tabs([_("Moving on"), _("Faster"), _("More leads")])
    with rates:
        for row in found.rows[found.rows["rate_now"].notna()].itertuples(index=False):
            _rate_slider(scope, found, row)
    with days:
        for row in found.rows[found.rows["median_days"].notna()].itertuples(index=False):
            _cut_slider(scope, row)
    with volumes:
        for row in found.sources.head(_MOST_SOURCES).itertuples(index=False):
            _volume_slider(scope, row)


def _rate_slider(scope: Scope, found: WhatIf, row: Any) -> None:
    """The share that moves on from a stage, around what it is now."""
    now = round(row.rate_now * 100, 1)
    tried = dict(scope.view.scenario.rates).get(row.stage)
    slugs = list(found.rows["stage"])
    following = slugs[slugs.index(row.stage) + 1]
    value = now if tried is None else round(tried, 1)
    aim = now if pd.isna(row.benchmark) else round(row.benchmark * 100, 1)
    # Ends that do not move with what is tried, unless a link says what lies beyond them.
    low = min(max(0.0, min(now, aim) - _AROUND), value)
    high = max(min(100.0, max(now, aim) + _AROUND), value)
    key = session.key(f"rate_{row.stage}")
    _seed(key, value)
    about = {
        "step": markdown.plain(
            f"{names.stage(scope, row.stage)} → {names.stage(scope, following)}"
        ),
        "now": formats.percent(row.rate_now),
        "benchmark": formats.percent(row.benchmark),
    }
    label = _("{step} (now {now})", **about)
    if pd.notna(row.benchmark):
        label = (
            _("{step} (now {now}, year before {benchmark})", **about)
            if row.held_against == "past"
            else _("{step} (now {now}, target {benchmark})", **about)
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.slider(
            label,
            min_value=round(low, 1),
            max_value=round(high, 1),
            step=0.1,
            format="%.1f%%",
            key=key,
            on_change=_try_number,
            args=("rate", row.stage, key, now),
        )
        if pd.notna(row.benchmark):
            st.button(
                f"→ {about['benchmark']}",
                type="tertiary",
                help=_("Try it at its benchmark"),
                key=session.key(f"rate_at_{row.stage}"),
                disabled=abs(row.benchmark * 100 - value) < 0.05,
                on_click=_to_benchmark,
                args=({row.stage: row.benchmark * 100},),
            )


def _cut_slider(scope: Scope, row: Any) -> None:
    """The days by which half of the stays at a stage are shorter."""
    longest = min(round(row.median_days, 1), float(_LONGEST_CUT))
    if longest < 0.5:
        return
    tried = dict(scope.view.scenario.cuts).get(row.stage, 0.0)
    key = session.key(f"cut_{row.stage}")
    longest = max(longest, min(round(tried, 1), round(row.median_days, 1)))
    _seed(key, min(round(tried, 1), longest))
    st.slider(
        _(
            "{stage}: days less (half stay {median})",
            stage=markdown.plain(names.stage(scope, row.stage)),
            median=quantities.days(row.median_days),
        ),
        min_value=0.0,
        max_value=longest,
        step=0.1 if longest < 5 else 0.5,
        format="%.1f",
        key=key,
        on_change=_try_number,
        args=("days", row.stage, key, 0.0),
    )


def _volume_slider(scope: Scope, row: Any) -> None:
    """How many times as many leads of a source come."""
    value = segment_value(row.source)
    if value is None:
        return
    tried = dict(scope.view.scenario.volumes).get(value, 1.0)
    key = session.key(f"volume_{value}")
    _seed(key, round(tried, 1))
    st.slider(
        _n(
            "{source}: times its {n} lead a quarter",
            "{source}: times its {n} leads a quarter",
            round(row.leads),
            source=markdown.plain(labels.value_label("source", value)),
        ),
        min_value=0.0,
        max_value=max(3.0, min(float(LARGEST_FACTOR), round(tried, 1))),
        step=0.1,
        format="× %.1f",
        key=key,
        on_change=_try_number,
        args=("volume", value, key, 1.0),
    )


def _seed(key: str, value: float) -> None:
    """Puts a slider where the view says. One that is there already is let be: it may be moving."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _try_number(kind: str, slug: str, key: str, nothing: float) -> None:
    """What is tried by a slider; where it stands as things are, nothing is."""
    number = float(st.session_state[key])
    wanted = None if abs(number - nothing) < 0.05 else number
    _try_out(lambda tried: tried.trying(kind, slug, wanted))


def _to_benchmark(percents: dict[str, float]) -> None:
    def raised(tried: Scenario) -> Scenario:
        for slug, percent in percents.items():
            tried = tried.trying("rate", slug, percent)
        return tried

    _try_out(raised)


def _try_out(changed: Callable[[Scenario], Scenario]) -> None:
    """Changes the view's scenario, and draws what hangs on it."""
    scenario.try_out(changed)
    st.rerun([_FRAGMENT])


def _emptied(tried: Scenario) -> Scenario:
    return Scenario(benchmark=tried.benchmark, targets=tried.targets)


# --- the answer -------------------------------------------------------------------------------


def _answer(scope: Scope, found: WhatIf) -> None:
    is_empty = scope.view.scenario.is_empty
    sure = found.gain_low > 0 or found.gain_high < 0
    st.metric(
        _("Customers a quarter"),
        formats.number(found.customers),
        None
        if is_empty
        else formats.signed(found.gain, names.digits(found.gain)).replace("−", "-"),
        delta_color="normal" if sure else "off",
        delta_description=None
        if is_empty
        else _("was {before}", before=formats.number(found.base)),
    )
    low, high = (found.base_low, found.base_high) if is_empty else (found.low, found.high)
    st.markdown(markdown.gray(_("95% interval: {interval}", interval=formats.span(low, high))))
    if found.one_off > 0:
        st.markdown(
            _(
                "**+{n} sooner**, once: in the first quarter, because they come faster. Nobody "
                "more is won by that.",
                n=formats.number(found.one_off, names.digits(found.one_off)),
            )
        )
    if not found.is_final:
        st.markdown(
            markdown.gray(_("The leads were not followed to the end: it is at least that many."))
        )
    table.show(_columns(scope, found, is_empty=is_empty))


def _columns(scope: Scope, found: WhatIf, *, is_empty: bool) -> list[Column]:
    """The funnel of a quarter, as things are and as they are tried."""
    rows = found.rows
    columns = [
        Column(_("Stage, a quarter"), [names.stage(scope, slug) for slug in rows["stage"]]),
        Column(_("Now"), rows["reached_now"], formats.number),
    ]
    if not is_empty:
        change = rows["reached_tried"] - rows["reached_now"]
        columns += [
            Column(_("Tried"), rows["reached_tried"], formats.number),
            Column(_("Change"), change, formats.signed),
        ]
    return columns


def _sentences() -> Sentences:
    """How scenarios are counted."""
    return [
        (
            _("As things are:"),
            _(
                "the leads of a quarter by source, times the final share of each that becomes "
                "customers (Aalen–Johansen)."
            ),
        ),
        (
            _("Moving on:"),
            _(
                "another rate changes the absorbing Markov chain of all moves, stages revisited "
                "included; all else stays."
            ),
        ),
        (
            _("Faster:"),
            _(
                "a stay shorter by d days brings d/91 of the quarter's customers who pass that "
                "stage into the first quarter, once."
            ),
        ),
        (
            _("95% interval:"),
            _("500 draws of the rates; what is tried and the number of leads are taken as given."),
        ),
    ]
