"""The card of the signals: whether temperature, answers, score and fit tell which leads are won."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.certainty import FEW, Certainty
from analytics.scope import Scope
from analytics.signals.signals import SIGNALS, Signals
from ui import answers, session
from ui.board import board
from ui.board.board import Badge, Bar, Column, Row, Text
from ui.language import formats, labels
from ui.language.messages import N_, N_p, _, _n, _p
from ui.leads import words
from ui.page import card, certainty, markdown, provenance
from ui.page.provenance import Sentences

_NAMES = {
    "temperature": N_("Temperature"),
    "answers": N_p("what is known of a lead", "Answers"),
    "score": N_("Score"),
    "fit": N_p("of a lead", "Fit"),
}


def show(scope: Scope) -> None:
    """A band a row, of the signal that is chosen. Nothing where no signal is known of any lead."""
    found = answers.signals(scope)
    known = [signal for signal in SIGNALS if found.of(signal)["n"].sum()]
    if not known:
        return
    key = session.key("quality_signal")
    signal = st.session_state.get(key) or known[0]
    signal = signal if signal in known else known[0]
    title = finding(found, signal)
    how = provenance.how_asked(
        "quality_signals", lambda: _sentences(found), found.asked, found.rows, scope=scope
    )
    about = _("Of leads in each band how many were won, beside what earlier leads promised.")
    with card.card(title, about, how=how):
        if len(known) > 1:
            st.session_state[key] = signal
            st.segmented_control(
                _("By what"),
                known,
                format_func=_name,
                label_visibility="collapsed",
                required=True,
                key=key,
            )
        rows = found.rows[found.rows["signal"] == signal]
        most = float(rows["high"].max())
        board.show(
            [
                Column(_name(signal)),
                Column(_("Share that was won"), unseen=True),
                Column(_("Won, %"), right=True),
                Column(_("Leads"), right=True),
                Column(_("Promised, %"), right=True),
                Column(_("Beside the average")),
            ],
            [_row(row, most) for row in rows.itertuples(index=False)],
            caption=markdown.spoken(title),
            key="quality_signals",
        )
        if signal in ("temperature", "answers"):
            said = _("Answers are those of today: who goes further is asked more.")
            st.markdown(markdown.gray(said))


def finding(found: Signals, signal: str) -> str:
    """How much likelier the leads of the best band are won, where that is sure."""
    rows = found.of(signal)
    sure = rows[(rows["certainty"] == Certainty.CERTAIN) & (rows["lift"] > 1)]
    if sure.empty:
        return _("{signal}: does it tell who is won?", signal=_name(signal))
    best = next(sure.loc[[sure["rate"].idxmax()]].itertuples(index=False))
    return _(
        "{band}: {share} are won, {times} × the average",
        band=_said(best).capitalize(),
        share=formats.percent(best.rate, 0),
        times=formats.number(best.lift, 1),
    )


def _name(signal: str) -> str:
    named = _NAMES[signal]
    return _(named) if isinstance(named, str) else _p(*named)


def _said(row: Any) -> str:
    """A band in words."""
    if not isinstance(row.band, str):
        return _("not known")
    if row.signal == "temperature":
        return labels.value_label("temperature", row.band).lower()
    if row.signal == "answers":
        return _n("{n} answer of 4", "{n} answers of 4", int(row.band))
    if row.signal == "fit":
        return words.fit(row.band).lower()
    return _scores(row.score_from, row.score_below)


def _scores(first: float, below: float) -> str:
    if pd.isna(first) and pd.isna(below):
        return _("any score")
    if pd.isna(first):
        return _("score under {score}", score=_score(below))
    if pd.isna(below):
        return _("score of {score} or more", score=_score(first))
    return _("score from {first} to under {last}", first=_score(first), last=_score(below))


def _score(score: float) -> str:
    return formats.number(score, 0 if score == round(score) else 2)


def _row(row: Any, most: float) -> Row:
    is_heat = row.signal == "temperature" and isinstance(row.band, str)
    has_rate = pd.notna(row.rate)
    return Row(
        [
            words.heat(row.band) if is_heat else Text(_said(row)),
            Bar(
                row.rate if has_rate else 0.0,
                most or 1.0,
                low=row.low if has_rate else None,
                high=row.high if has_rate else None,
                faint=row.n < FEW,
            ),
            Text(formats.number(100 * row.rate, 1) if has_rate else formats.NOTHING, strong=True),
            Text(formats.number(row.n)),
            _promise(row),
            _lift(row),
        ]
    )


def _promise(row: Any) -> Text:
    """The share that earlier leads promised, and whether it was kept."""
    if pd.isna(row.promised):
        return Text(formats.NOTHING)
    promised = formats.number(100 * row.promised, 1)
    if pd.isna(row.difference_low) or min(row.n, row.earlier_n) < FEW:
        return Text(promised)
    if row.difference_low <= 0 <= row.difference_high:
        return Text(promised, note=_("kept"))
    return Text(promised, note=_("more came") if row.difference > 0 else _("less came"))


def _lift(row: Any) -> Text | Badge:
    """How many times as often as all whose signal is known, where that is sure."""
    if pd.isna(row.lift):
        return Text(formats.NOTHING)
    sure = Certainty(row.certainty)
    digits = 0 if row.lift == 0 else 1 if row.lift >= 1 else 2
    times = _("{times} ×", times=formats.number(row.lift, digits))
    if sure is Certainty.CERTAIN:
        is_more = row.lift > 1
        icon = "trending_up" if is_more else "trending_down"
        return Badge(times, "green" if is_more else "red", icon)
    return Badge(certainty.word(sure), certainty.TONES[sure], certainty.ICONS[sure])


def _sentences(found: Signals) -> Sentences:
    window = found.window
    days = formats.number(window.horizon / 86_400)
    last = max(window.first_day, window.last_day)
    return [
        (
            _("Counted:"),
            _(
                "leads that came {days}, each followed for {horizon} days: within them nine in "
                "ten of the won leads are won.",
                days=formats.days_between(window.first_day, last),
                horizon=days,
            ),
        ),
        (
            _("Promised:"),
            _(
                "the share won of the same band of leads that came {days}, followed as long. "
                "Scores are parted there, too, into five bands of as many leads each. Kept: the "
                "95% interval of the difference has zero in it (Newcombe).",
                days=formats.days_between(window.earlier_first_day, window.earlier_last_day),
            ),
        ),
        (
            _("Beside the average:"),
            _(
                "the share won over that of all leads of which it is known, with an interval "
                "(MOVER on Wilson limits); coloured where q (Benjamini–Hochberg over all bands) is "
                "below {q} and the band has {n} leads.",
                q=formats.number(0.05, 2),
                n=formats.number(FEW),
            ),
        ),
        (
            _("What is known:"),
            _(
                "answers and scores are those of today, as files give no day for them. Who goes "
                "further is asked more, so many answers follow from being near to a win as well as "
                "they lead to one."
            ),
        ),
        (
            _("95% interval:"),
            _("Wilson's method; leads of one company count as far as they differ."),
        ),
    ]
