"""The simulator: other rates, shorter stays, more leads, and what a quarter would bring."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from analytics.bottlenecks.what_if import WhatIf
from analytics.certainty import of
from analytics.scope import Scope
from analytics.view.scenario import LARGEST_FACTOR, Scenario
from analytics.view.view import segment_value
from ui import answers, session
from ui.board import board
from ui.bottlenecks import names, scenario, sentences
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import card, certainty, layout, markdown, provenance
from ui.page.provenance import Sentences

_MOST_SOURCES = 6  # with a slider
_AROUND = 25  # points that a rate can be moved by slider, either way
_LONGEST_CUT = 30
_FRAGMENT = "what_if"


@st.fragment(key=_FRAGMENT)
def simulator() -> None:
    """The sliders beside the answer, which stands as soon as one of them is let go.

    Drawn by itself: nothing else on the page hangs on what is tried but the links to share.
    """
    session.begin_part()
    session.mirror()
    scope = session.current(default="all")
    found = answers.what_if(scope)
    if not found.rows["reached_now"].max():
        with card.card(_("No leads came in the latest quarter"), _days(found)):
            st.markdown(_("There is nothing to try: a change is worked out on a quarter's leads."))
        return
    how = provenance.how_asked("what_if", _sentences, found.asked, found.rows)
    left, right = layout.split(3, 2, name="what_if")
    with left, card.card(_("Try other rates, more speed or more leads"), _sliders_subtitle(found)):
        _sliders(scope, found)
    with (
        right,
        card.card(
            simulator_finding(found, scope.view.scenario),
            _("Customers that a quarter's leads become."),
            how=how,
        ),
    ):
        _answer(scope, found)


def simulator_finding(found: WhatIf, tried: Scenario) -> str:
    """What is tried brings, or what is expected as things are."""
    if tried.is_empty and not round(found.base):
        return _("As things are: less than one customer a quarter")
    if tried.is_empty:
        return _("As things are: about {n} customers a quarter", n=formats.number(found.base))
    gain = gained(found)
    if not gain:
        return _("About as many customers as now")
    number = formats.number(abs(gain))
    worth = None
    if found.gain_value is not None:
        worth = markdown.plain(formats.money(abs(found.gain_value), found.currency))
    return sentences.more(number, worth) if gain > 0 else sentences.fewer(number, worth)


def gained(found: WhatIf) -> int:
    """The further customers, as many as the two numbers beside it differ by: both are whole."""
    return round(found.customers) - round(found.base)


def _days(found: WhatIf) -> str:
    return formats.days_between(found.first, found.last)


def _sliders_subtitle(found: WhatIf) -> str:
    return _("All else stays. Leads of {days}.", days=_days(found))


# --- sliders ----------------------------------------------------------------------------------


def _sliders(scope: Scope, found: WhatIf) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        below = found.rows[found.rows["benchmark"] > found.rows["rate_now"]]
        st.button(
            _("Restore the rates that fell"),
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
    with rates, st.container(gap=None):
        for row in found.rows[found.rows["rate_now"].notna()].itertuples(index=False):
            _rate_slider(scope, found, row)
    with days, st.container(gap=None):
        for row in found.rows[found.rows["median_days"].notna()].itertuples(index=False):
            _cut_slider(scope, row)
    with volumes, st.container(gap=None):
        for row in found.sources.head(_MOST_SOURCES).itertuples(index=False):
            _volume_slider(scope, row)


def _rate_slider(scope: Scope, found: WhatIf, row: Any) -> None:
    """The share that moves on from a stage, around what it is now."""
    now = round(row.rate_now * 100)
    tried = dict(scope.view.scenario.rates).get(row.stage)
    slugs = list(found.rows["stage"])
    following = slugs[slugs.index(row.stage) + 1]
    value = now if tried is None else round(tried)
    aim = now if pd.isna(row.benchmark) else round(row.benchmark * 100)
    # Ends that do not move with what is tried, unless a link says what lies beyond them.
    low = min(max(0, min(now, aim) - _AROUND), value)
    high = max(min(100, max(now, aim) + _AROUND), value)
    key = session.key(f"rate_{row.stage}")
    _seed(key, value)
    about = {
        "step": markdown.plain(
            f"{names.stage(scope, row.stage)} → {names.stage(scope, following)}"
        ),
        "now": formats.percent(row.rate_now, 0),
        "benchmark": formats.percent(row.benchmark, 0),
    }
    label = _("{step} (now {now})", **about)
    if pd.notna(row.benchmark):
        label = (
            _("{step} (now {now}, before {benchmark})", **about)
            if row.held_against == "past"
            else _("{step} (now {now}, target {benchmark})", **about)
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.slider(
            label,
            min_value=low,
            max_value=high,
            step=1,
            format="%d%%",
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
                disabled=aim == value,
                on_click=_to_benchmark,
                args=({row.stage: row.benchmark * 100},),
            )


def _cut_slider(scope: Scope, row: Any) -> None:
    """The days by which half of the stays at a stage are shorter."""
    longest = min(int(row.median_days), _LONGEST_CUT)
    if longest < 1:
        return
    tried = round(dict(scope.view.scenario.cuts).get(row.stage, 0.0))
    key = session.key(f"cut_{row.stage}")
    longest = max(longest, min(tried, int(row.median_days)))
    _seed(key, min(tried, longest))
    st.slider(
        _(
            "{stage}: days less (half leave after {median})",
            stage=markdown.plain(names.stage(scope, row.stage)),
            median=quantities.days(row.median_days),
        ),
        min_value=0,
        max_value=longest,
        step=1,
        format="%d",
        key=key,
        on_change=_try_number,
        args=("days", row.stage, key, 0),
    )


def _volume_slider(scope: Scope, row: Any) -> None:
    """How many times as many leads of a source come."""
    value = segment_value(row.source)
    if value is None:
        return
    tried = round(100 * dict(scope.view.scenario.volumes).get(value, 1.0))
    key = session.key(f"volume_{value}")
    _seed(key, tried)
    st.slider(
        _n(
            "{source}: of its {n} lead a quarter",
            "{source}: of its {n} leads a quarter",
            round(row.leads),
            source=markdown.plain(labels.value_label("source", value)),
        ),
        min_value=0,
        max_value=max(300, min(100 * LARGEST_FACTOR, tried)),
        step=10,
        format="%d%%",
        key=key,
        on_change=_try_number,
        args=("volume", value, key, 100, 100),
    )


def _seed(key: str, value: int) -> None:
    """Puts a slider where the view says. One that is there already is let be: it may be moving."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _try_number(kind: str, slug: str, key: str, nothing: int, scale: int = 1) -> None:
    """What is tried by a slider; where it stands as things are, nothing is."""
    number = int(st.session_state[key])
    wanted = None if number == nothing else number / scale
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
    low, high = (found.base_low, found.base_high) if is_empty else (found.gain_low, found.gain_high)
    write = formats.number if is_empty else formats.signed
    spread = _("It may be from {low} to {high}.", low=write(low), high=write(high))
    badge = "" if is_empty else f"{certainty.badge(of(found.gain_low, found.gain_high))} "
    with st.container(gap=None):  # a number and its range are one
        st.metric(
            _("Customers a quarter"),
            formats.number(found.customers)
            if is_empty
            else f"{formats.number(found.base)} → {formats.number(found.customers)}",
            None if is_empty else formats.signed(gained(found)).replace("−", "-"),
            delta_color="normal" if sure else "off",
        )
        if round(low) or round(high):
            st.markdown(badge + markdown.gray(spread))
    if is_empty:  # where what is tried is told, which then moves nothing
        st.markdown(_("**Move a slider** to see how many more customers it brings."))
    if round(found.one_off) > 0:
        st.markdown(
            _(
                "**+{n} sooner**, once: in the first quarter, because they move faster. It "
                "wins no more customers.",
                n=formats.number(found.one_off),
            )
        )
    if not found.is_final:
        st.markdown(
            markdown.gray(_("Not all leads were followed long enough: it is at least that many."))
        )
    _funnel(scope, found, is_empty=is_empty)


def _funnel(scope: Scope, found: WhatIf, *, is_empty: bool) -> None:
    """The funnel of a quarter, as things are and as they are tried."""
    columns = [board.Column(_("Stage, a quarter")), board.Column(_("Now"), right=True)]
    if not is_empty:
        columns += [board.Column(_("Tried"), right=True), board.Column(_("Change"), right=True)]
    board.show(
        columns,
        [
            board.Row([board.Text(text) for text in _texts(scope, row)[: len(columns)]])
            for row in found.rows.itertuples(index=False)
        ],
        caption=_("Leads that reach each stage in a quarter"),
        key="what_if",
        cards_below=0,
    )


def _texts(scope: Scope, row: Any) -> list[str]:
    """A stage's leads now and as tried, and by how many the two numbers differ."""
    now, tried = round(row.reached_now), round(row.reached_tried)
    return [
        names.stage(scope, row.stage),
        formats.number(now),
        formats.number(tried),
        formats.signed(tried - now),
    ]


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
