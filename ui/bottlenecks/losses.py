"""The card about losses: where most customers are lost, and whether significantly so."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.loss import LEAST_VISITS, MOST_Q, Loss
from analytics.bottlenecks.ranking import ranked
from analytics.certainty import Certainty
from analytics.scope import Scope
from data.state.note import Note
from ui import charts, session
from ui.bottlenecks import names, story
from ui.bottlenecks import sentences as said
from ui.bottlenecks.chosen import Chosen, choose, shown
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.page import card, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column


def losses(scope: Scope, at: Chosen, *, with_table: bool = False) -> None:
    """Where customers are lost against the benchmark, most first, and how sure that is."""
    found, drawn = at.found, shown(at.found)
    title = losses_finding(scope, found)
    subtitle = _(
        "Customers lost a quarter, against {benchmark}", benchmark=names.benchmark(scope.view)
    )
    reading = _(
        "95% interval. Grey: not certain, being among {n} tried. Segments overlap, so they do "
        "not add up.",
        n=formats.number(len(found.tested)),
    )
    how = provenance.how_asked("losses", lambda: sentences(found), found.asked, lambda: found.rows)
    with card.card(title, subtitle, how=how, anchor=story.LOSSES):
        if any(loss.loses_customers for loss in drawn):
            figure = charts.losses(_bars(scope, found, drawn), card.look())
            card.chart(figure, "losses", alt=title, fills=True, on_click=choose, axis=_axis(drawn))
            st.markdown(markdown.gray(reading))
        else:
            st.markdown(_("Every step does at least as well as what it is held against."))
        _picker(scope, drawn, at)
        _too_few(scope, found)
        if with_table:
            table.show(_columns(scope, found), height=400)


def _axis(drawn: Sequence[Loss]) -> notes.Axis:
    """The places of the picture: a note is at the first one that is of its stage or its group."""

    def place(note: Note) -> str | None:
        for loss in drawn:
            of_all = notes.of_segments(loss.dimension or "", [loss.segment])
            if note.stage == loss.stage or of_all.place(note) is not None:
                return loss.place
        return None

    return notes.Axis(place)


def losses_finding(scope: Scope, found: Bottlenecks) -> str:
    """How many bottlenecks are certain, and the first of them; as the ranking has it."""
    ranking = ranked(found)
    certain = [each.loss for each in ranking.sure if each.certainty is Certainty.CERTAIN]
    if not certain:
        return said.how_many(ranking)
    first = names.step_of_segment(scope, certain[0])
    if len(certain) == 1:
        return _("One certain bottleneck: {place}", place=first)
    return _n(
        "{n} certain bottleneck, most {place}",
        "{n} certain bottlenecks, most {place}",
        len(certain),
        place=first,
    )


def sentences(found: Bottlenecks) -> Sentences:
    """How losses are counted."""
    return [
        (
            _("Counted:"),
            _(
                "stays in a stage that began in {days} and were observed for the time within "
                "which nine in ten of those that move on do so; compared with the year before. "
                "Each stage has its own days within these: the longer it takes, the earlier.",
                days=formats.days_between(found.first_day, found.last_day),
            ),
        ),
        (
            _("Customers lost:"),
            _(
                "additional customers a quarter if this step converted at its benchmark, carried "
                "through the absorbing Markov chain of all moves, stages revisited included."
            ),
        ),
        (
            _("Significant:"),
            _(
                "{least} stays, now and before; q by Benjamini and Hochberg below {q} over all "
                "{tried} steps and segments tested; and the whole interval of the loss above zero.",
                least=formats.number(LEAST_VISITS),
                q=formats.number(MOST_Q, 1),
                tried=formats.number(len(found.tested)),
            ),
        ),
        (
            _("95% interval:"),
            _("Newcombe's for the difference of two rates; Wilson's against a fixed benchmark."),
        ),
        (
            _("Since when:"),
            _("the likeliest single change, if significant over all months tested."),
        ),
    ]


def _picker(scope: Scope, drawn: Sequence[Loss], at: Chosen) -> None:
    """The choice of a bottleneck by keyboard; a click on its bar is the same."""
    listed = {loss.place: names.listed(scope, loss) for loss in (*drawn, at.loss)}
    key = session.key("loss_picker")
    st.session_state[key] = at.loss.place
    st.selectbox(
        _("Look at"),
        list(listed),
        format_func=lambda place: listed.get(place, place),
        key=key,
        on_change=lambda: choose(st.session_state[key]),
    )


def _too_few(scope: Scope, found: Bottlenecks) -> None:
    """What was not tested, folded away."""
    few = [loss for loss in found.losses if loss.too_few]
    if not few:
        return
    heading = _n("Too little data ({n} transition)", "Too little data ({n} transitions)", len(few))
    with st.expander(heading):
        st.markdown(
            markdown.gray(
                _(
                    "Under {least} stays, now or in the year before: not tested, not ranked.",
                    least=formats.number(LEAST_VISITS),
                )
            )
        )
        columns = [
            *_whose(scope, few),
            Column("n", [loss.n for loss in few], formats.number),
            Column(_("n before"), [loss.benchmark_n for loss in few], formats.number),
            *_rates(few),
        ]
        table.show(columns, height=280)


def _bars(scope: Scope, found: Bottlenecks, losses: Sequence[Loss]) -> pd.DataFrame:
    """The losses as the chart takes them."""
    return pd.DataFrame(
        {
            "key": [loss.place for loss in losses],
            "segment_label": [names.segment(loss) for loss in losses],
            "step_label": [names.transition(scope, loss) for loss in losses],
            "lost": [loss.wins_lost for loss in losses],
            "low": [loss.wins_lost_low for loss in losses],
            "high": [loss.wins_lost_high for loss in losses],
            "text": [names.lost(loss) for loss in losses],
            "note": [_note(found, loss) for loss in losses],
            "sure": [loss.ranked for loss in losses],
            "rank": range(len(losses)),
        }
    )


def _note(found: Bottlenecks, loss: Loss) -> str:
    """What stands below a bar: the two rates, on how much they stand, and what it is worth."""
    parts = [
        _(
            "{rate}, not {benchmark}",
            rate=formats.percent(loss.rate),
            benchmark=formats.percent(loss.benchmark),
        ),
        f"n={formats.number(loss.n)}",
    ]
    if loss.value_lost is not None:
        parts.append(formats.money(-loss.value_lost, found.currency))
    return " · ".join(parts)


def _columns(scope: Scope, found: Bottlenecks) -> list[Column]:
    """All that was tested, to read."""
    losses = found.tested
    columns = [
        *_whose(scope, losses),
        Column(_("Lost a quarter"), [loss.wins_lost for loss in losses], formats.measure),
        Column(_("at least"), [loss.wins_lost_low for loss in losses], formats.measure),
        Column(_("at most"), [loss.wins_lost_high for loss in losses], formats.measure),
        Column("q", [loss.q_value for loss in losses], lambda q: formats.number(q, 3)),
        Column("n", [loss.n for loss in losses], formats.number),
        *_rates(losses),
    ]
    if any(loss.value_lost is not None for loss in losses):
        values = [loss.value_lost for loss in losses]
        columns.append(
            Column(_("Value"), values, lambda value: formats.money(value, found.currency))
        )
    return columns


def _whose(scope: Scope, losses: Sequence[Loss]) -> list[Column]:
    return [
        Column(_("Transition"), [names.transition(scope, loss) for loss in losses]),
        Column(_("Segment"), [_dimension_and_segment(loss) for loss in losses]),
    ]


def _rates(losses: Sequence[Loss]) -> list[Column]:
    return [
        Column(_("Rate"), [loss.rate for loss in losses], formats.percent),
        Column(_("Benchmark"), [loss.benchmark for loss in losses], formats.percent),
    ]


def _dimension_and_segment(loss: Loss) -> str:
    name = names.segment(loss)
    if loss.dimension is None:
        return name
    return f"{labels.dimension_label(loss.dimension)}: {name}"
