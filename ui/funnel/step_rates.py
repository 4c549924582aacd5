"""The card of step rates: how many move on at one step, by segment, and who stands apart."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from analytics.bottlenecks.bottlenecks import DIMENSIONS, Bottlenecks
from analytics.bottlenecks.segment_rates import SegmentRate, SegmentRates, segment_rates
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.view.view import View, segment_value
from ui import answers, charts, guest, navigation, session
from ui.board import board
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, certainty, dimensions, markdown, notes, provenance

_STEP = "funnel_step"
_MOST = 8  # segments in the picture; the table has all
_NAME = 20  # characters of a segment's name in a title


@dataclass(frozen=True)
class Finding:
    """A title, the segment that it names, and whether that is a worry."""

    title: str
    named: SegmentRate | None = None

    @property
    def is_bad(self) -> bool:
        """Whether the segment that is named does worse than the rest."""
        return self.named is not None and (self.named.difference or 0) < 0


def dimension_picker(scope: Scope) -> None:
    """The choice of the dimension, which is the view's breakdown from then on."""
    key = session.key("by")
    st.session_state[key] = dimensions.breakdown(scope)
    st.selectbox(
        _("Compare by"),
        dimensions.offered(scope),
        format_func=_by_dimension,
        label_visibility="collapsed",
        width=200,
        disabled=not guest.may_move("by"),
        key=key,
        on_change=lambda: session.show(_by(session.view(), st.session_state[key])),
    )


def _by_dimension(name: str) -> str:
    return _("By {dimension}", dimension=labels.dimension_label(name).lower())


def _by(view: View, name: str) -> View:
    """The view by another dimension, and without the two segments of the former one."""
    if view.compare == "none" and view.by not in (None, name) and len(view.values(view.by)) == 2:
        view = view.where(view.by, ())
    return replace(view, by=name)


def card_of_step(scope: Scope, *, as_table: bool = False) -> None:
    """The rates of one step by segment; the step is the one where somebody stands apart most."""
    by = dimensions.breakdown(scope)
    found = _asked(scope, by)
    rates = _rates(scope, by)
    stage = shown(scope, rates)
    about = finding(scope, rates, stage, by)
    window = found.window(stage)
    subtitle = _(
        "% moved on in {days}; latest {n} mature days.",
        days=quantities.days(round(window.horizon / 86_400)),
        n=formats.number(window.days),
    )
    rows = pd.DataFrame([vars(rate) for rate in rates.rates])
    how = provenance.how_asked(
        "step_rates", lambda: _sentences(scope, found, stage, about.named), found.asked, rows
    )
    with card.card(about.title, subtitle, how=how):
        _picker(scope, rates, stage)
        of_step = rates.of(stage)
        if not of_step:
            st.markdown(markdown.gray(_("No lead reached this stage in this view.")))
            return
        if as_table:
            _table(by, of_step, about.title)
            notes.below(notes.of_segments(by, [rate.segment for rate in of_step]))
        else:
            _chart(by, of_step, rates.overall.get(stage), about)
        if about.is_bad:
            navigation.link("bottlenecks", _("See what it costs →"))


def ahead(scope: Scope) -> None:
    """Begins to find the rates."""
    answers.bottlenecks.ahead(_asked_first(scope, dimensions.breakdown(scope)))


def _asked(scope: Scope, by: str) -> Bottlenecks:
    """The bottlenecks whose rates these are, in the window of their page."""
    found = answers.bottlenecks(_asked_first(scope, by))
    if by not in DIMENSIONS or any(loss.dimension == by for loss in found.losses):
        return found
    return answers.bottlenecks(_latest(scope, by))


def _asked_first(scope: Scope, by: str) -> Scope:
    """All dimensions at once where the page asks them so: it is then the same answer."""
    return _latest(scope, None if by in DIMENSIONS else by)


def _latest(scope: Scope, by: str | None) -> Scope:
    return scope.at(replace(scope.view.during("all"), by=by, compare="none", stage=None))


@answers.for_all
def _rates(scope: Scope, by: str) -> SegmentRates:
    return segment_rates(_asked(scope, by), by)


def shown(scope: Scope, rates: SegmentRates) -> str:
    """The stage whose step is shown: the chosen one, else where a segment stands apart most."""
    slugs = scope.generation.pipeline.slugs
    chosen = st.session_state.get(_STEP)
    if scope.view.level == "stage" and scope.view.stage in slugs[1:]:
        chosen = slugs[slugs.index(scope.view.stage) - 1]
    if chosen in slugs[:-1]:
        return str(chosen)
    surest = rates.surest()
    return surest.stage if surest else slugs[-2]


def finding(scope: Scope, rates: SegmentRates, stage: str, by: str) -> Finding:
    """Who stands apart at a step for certain, a lower one first; else that nobody does."""
    following = _following(scope, stage)
    # Not to be parted at the arrow.
    step = markdown.plain(
        f"{_name(scope, stage)}\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}{_name(scope, following)}"
    )
    if all(rate.certainty is Certainty.TOO_FEW for rate in rates.of(stage)):
        return Finding(_("{step}: too little data to compare", step=step))
    named = rates.surest(stage)
    if named is None:
        name = markdown.plain(labels.dimension_label(by).lower())
        return Finding(_("{step}: no {dimension} stands apart", step=step, dimension=name))
    label = labels.value_label(by, segment_value(named.segment))
    said = {"segment": markdown.plain(_cut(label)), "step": step}
    below = (named.difference or 0) < 0
    if named.place == "lowest" and below:
        return Finding(_("{segment} is lowest at {step}", **said), named)
    if below:
        return Finding(_("{segment} is below the rest at {step}", **said), named)
    if named.place == "highest":
        return Finding(_("{segment} is highest at {step}", **said), named)
    return Finding(_("{segment} is above the rest at {step}", **said), named)


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1].rstrip() + "…"


def _following(scope: Scope, stage: str) -> str:
    slugs = scope.generation.pipeline.slugs
    return slugs[slugs.index(stage) + 1]


def _name(scope: Scope, slug: str) -> str:
    """A stage's name without what stands in brackets after it."""
    return labels.brief(labels.stage_label(scope.generation.pipeline, slug))


def _picker(scope: Scope, rates: SegmentRates, stage: str) -> None:
    """The choice of the step; where the view is by stage, it becomes the view's."""
    key = session.key("step_of_rates")
    st.session_state[key] = stage
    st.pills(
        _("Step"),
        scope.generation.pipeline.slugs[:-1],
        format_func=lambda slug: _toward(scope, _following(scope, slug)),
        label_visibility="collapsed",
        required=True,
        key=key,
        on_change=lambda: _choose(scope, st.session_state[key]),
    )


def _toward(scope: Scope, slug: str) -> str:
    """A step by where it leads: `lên SQL`, `lên cơ hội`; the last one is closing."""
    if slug == scope.generation.pipeline.slugs[-1]:
        return _("closing")
    name = _name(scope, slug)
    # `Cơ hội` within a sentence, but never `sQL`.
    within = name[:1].lower() + name[1:] if name[1:2].islower() else name
    return markdown.plain(_("to {step}", step=within))


def _choose(scope: Scope, stage: str) -> None:
    st.session_state[_STEP] = stage
    if session.view().level == "stage":
        session.change(stage=_following(scope, stage))


def _chart(by: str, rates: tuple[SegmentRate, ...], overall: float | None, about: Finding) -> None:
    rows = pd.DataFrame(
        {
            "segment": [rate.segment for rate in rates],
            "label": [labels.value_label(by, segment_value(rate.segment)) for rate in rates],
            "rate": [rate.rate for rate in rates],
            "low": [rate.low for rate in rates],
            "high": [rate.high for rate in rates],
            "n": [rate.n for rate in rates],
        }
    )
    named = about.named.segment if about.named is not None else None
    drawn = rows["n"].nlargest(_MOST).index.union(rows.index[rows["segment"] == named])
    figure = charts.rates(
        rows.loc[drawn],
        card.look(),
        overall=overall,
        named=named if about.is_bad else None,
        plain=True,
    )
    card.chart(
        figure,
        "step_rates",
        alt=about.title,
        fills=True,
        on_click=lambda segment: session.show(session.view().where(by, [segment_value(segment)])),
        axis=notes.of_segments(by, rows.loc[drawn, "segment"].tolist()),
    )
    if len(rows) > len(drawn):
        there_are = {"n": formats.number(len(drawn)), "all": formats.number(len(rows))}
        st.markdown(markdown.gray(_("{n} of {all}, those with the most leads.", **there_are)))


def _table(by: str, rates: tuple[SegmentRate, ...], caption: str) -> None:
    columns = [
        board.Column(labels.dimension_label(by)),
        board.Column(_("Moved on"), right=True),
        board.Column(_("from … to"), right=True, secondary=True),
        board.Column(_("Came"), right=True, secondary=True),
        board.Column(_("Differs from the rest")),
    ]
    lines = [
        board.Row(
            [
                board.Text(labels.value_label(by, segment_value(rate.segment)), strong=True),
                board.Text(formats.percent(rate.rate)),
                board.Text(formats.interval(rate.low, rate.high)),
                board.Text(formats.number(rate.n)),
                board.Badge(
                    certainty.word(rate.certainty),
                    certainty.TONES[rate.certainty],
                    certainty.ICONS[rate.certainty],
                ),
            ]
        )
        for rate in sorted(rates, key=lambda rate: rate.rate, reverse=True)
    ]
    board.show(
        columns,
        lines,
        caption=markdown.spoken(caption),
        key="step_rates_table",
        cards_below=440,
    )


def _sentences(
    scope: Scope, found: Bottlenecks, stage: str, named: SegmentRate | None
) -> provenance.Sentences:
    """Which stays count, within what time, and how the one that is named differs."""
    window = found.window(stage)
    days = formats.days_between(window.first_day, max(window.first_day, window.last_day))
    said = [
        (
            _("Counted:"),
            _(
                "stays in the stage that began in {days}, each followed for {horizon}: within "
                "that, nine in ten of those that move on do. The same rates as on Bottlenecks.",
                days=days,
                horizon=quantities.duration(window.horizon),
            ),
        ),
        (
            _("Stands apart:"),
            _(
                "each segment against all others (z test, Fisher's exact test for small counts), q "
                "value (Benjamini–Hochberg) below {q} over all segments and steps; at least {n} "
                "stays.",
                q=formats.number(0.05, 2),
                n=formats.number(charts.FEW),
            ),
        ),
        (_("95% interval:"), _("Wilson's method.")),
    ]
    if named is not None and named.q_value is not None:
        least = 0.001
        q = formats.number(max(named.q_value, least), 3)
        said.append(
            (
                markdown.plain(_name(scope, stage)) + ":",
                _(
                    "{n} stays, {difference} from the rest (95% interval: {interval}), q {q}.",
                    n=formats.number(named.n),
                    difference=quantities.points(named.difference),
                    interval=formats.interval(
                        named.difference_low, named.difference_high, of_difference=True
                    ),
                    q=f"= {q}" if named.q_value >= least else f"< {q}",
                ),
            )
        )
    return said
