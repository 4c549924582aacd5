"""The pair: how far these leads come beside those of another period, or of another segment."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from analytics.certainty import Certainty
from analytics.funnel import pair as pairs
from analytics.funnel.pair import Change, Share
from analytics.scope import Scope
from ui import answers, charts, navigation, session
from ui.board import board
from ui.funnel import findings
from ui.funnel.sides import Side, mode, sides
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import card, certainty, markdown, notes, provenance, steps

_LEAST = 0.0005  # of all leads: what is below it is written as none
_TITLE = 60  # characters of a title
_NAME, _SHORTEST = 24, 8  # characters of a name in it, at most and at least


def pair(scope: Scope, *, as_table: bool = False) -> None:
    """The card: each step of these leads beside the reference, on the scale of 100 leads."""
    one, other = sides(scope)
    changes = _changes(scope)
    title = (
        findings.funnel(scope, one.rows)
        if other is None or scope.view.mode == "flow"
        else finding(scope, changes, one.name, other.name)
    )
    how = provenance.how("pair", lambda: _sentences(scope, one, other, changes), one.answer)
    with card.card(title, _subtitle(scope, other), how=how):
        axis = notes.of_steps(scope, [step.slug for step in scope.steps])
        if as_table:
            _table(scope, one, other, changes, title)
            notes.below(axis)
        else:
            figure = charts.pair(
                _rows(scope),
                card.look(),
                name=one.name,
                reference=None if other is None else other.name,
                selected=scope.view.stage,
            )
            card.chart(
                figure,
                "pair",
                alt=title,
                on_click=lambda slug: steps.choose(scope, slug),
                axis=axis,
            )
        _leads(scope, one)


@answers.for_all
def _changes(scope: Scope) -> tuple[Change, ...]:
    """How the steps of the two sides differ: periods at one age, segments by their final rates."""
    one, other = sides(scope)
    if other is None:
        return ()
    if mode(scope.view) == "segments":
        return pairs.changes(one.rows, other.rows)
    whole = scope.at(replace(scope.view, by=None, stage=None))
    return pairs.changes_since(answers.against_earlier(whole).rows, one.rows)


def finding(scope: Scope, changes: Sequence[Change], name: str, reference: str) -> str:
    """What two funnels say of each other, in a line, and no surer than they are.

    A step that is certain to differ is named, a lower one first; else one that is likely to; else
    the two are level at the steps that can be judged, and it says where it is too early. Long names
    are shortened until it is short enough for a title.
    """
    title = ""
    for most in range(_NAME, _SHORTEST - 1, -1):
        said = {"name": _brief(name, most), "reference": _brief(reference, most)}
        title = _capital(_finding(scope, changes, said))
        if len(title) <= _TITLE:
            break
    return title


def _finding(scope: Scope, changes: Sequence[Change], said: dict[str, str]) -> str:
    judged = [
        each for each in changes if each.certainty not in (Certainty.TOO_FEW, Certainty.YOUNG)
    ]
    if not judged:
        if any(each.certainty is Certainty.YOUNG for each in changes):
            return _("Too early to hold {name} against {reference}", **said)
        return _("Too few leads to hold {name} against {reference}", **said)
    for sure in (Certainty.CERTAIN, Certainty.LIKELY):
        found = [each for each in judged if each.certainty is sure]
        if found:
            return _differing(scope, found, said)
    return _level(scope, changes, judged, said)


def _differing(scope: Scope, found: Sequence[Change], said: dict[str, str]) -> str:
    """The step that differs most among those that are equally sure to."""
    below = [each for each in found if (each.difference or 0) < 0]
    named = below or found
    largest = max(named, key=lambda each: abs(each.difference or 0))
    said = {**said, "at": at_step(scope, largest.stage)}
    if largest.certainty is Certainty.LIKELY:
        if below:
            return _("{name} may be below {reference} {at}", **said)
        return _("{name} may be above {reference} {at}", **said)
    if len(named) > 1:
        count = len(named)
        if below:
            return _n(
                "{name} is below {reference} at {n} step",
                "{name} is below {reference} at {n} steps",
                count,
                **said,
            )
        return _n(
            "{name} is above {reference} at {n} step",
            "{name} is above {reference} at {n} steps",
            count,
            **said,
        )
    if below:
        return _("{name} is below {reference} {at}", **said)
    return _("{name} is above {reference} {at}", **said)


def _level(
    scope: Scope, changes: Sequence[Change], judged: Sequence[Change], said: dict[str, str]
) -> str:
    left = [each for each in changes if each not in judged]
    short = _("{name}: no clear difference from {reference}", **said)
    if not left:
        text = _("{name}: no clear difference from {reference} at any step", **said)
    elif all(each.certainty is not Certainty.YOUNG for each in left):
        text = _("{name}: no clear difference from {reference}; some steps have few leads", **said)
    elif len(left) == 1 and left[0].stage == scope.steps[-1].slug:
        text = _("{name}: no clear difference from {reference}; too early for closing", **said)
    else:
        text = _("{name}: no clear difference from {reference}; the rest too early", **said)
    return text if len(text) <= _TITLE else short


def at_step(scope: Scope, slug: str) -> str:
    """A step as where something is: `ở bước lên SQL`, `at the step to SQL`; the last is closing."""
    if slug == scope.steps[-1].slug:
        return _("at closing")
    toward = labels.brief(labels.toward(scope.generation.pipeline, slug, scope.view.level))
    return _("at the step {toward}", toward=markdown.plain(toward))


def _brief(name: str, most: int) -> str:
    return markdown.plain(name if len(name) <= most else name[: most - 1].rstrip() + "…")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _subtitle(scope: Scope, other: Side | None) -> str:
    if scope.view.mode == "flow":
        return _("Moves in the period for 100 leads that entered in it: other people.")
    if other is None:
        return _("Per 100 leads. Hatched: expected to come.")
    return _("Each on the scale of 100 leads. Hatched: expected to come.")


@answers.for_all
def _rows(scope: Scope) -> pd.DataFrame:
    return rows(scope, *sides(scope))


def rows(scope: Scope, one: Side, other: Side | None) -> pd.DataFrame:
    """The steps as `charts.pair` draws them."""
    shares = one.shares()
    references = (None,) * len(shares) if other is None else other.shares()
    groups = {step.slug: step.group for step in scope.steps}
    lines = []
    places = zip(shares, references, numbers(shares), strict=True)
    for place, (share, reference, (text, more)) in enumerate(places):
        line: dict[str, object] = {
            "stage": share.stage,
            "label": steps.label(scope, share.stage),
            "group": groups[share.stage],
            "share": share.now or 0.0,
            "expected": share.expected,
            "text": text,
            "more": more,
            "hover": _hover(scope, one, share),
        }
        if reference is not None and other is not None:
            line |= {
                "reference": reference.now or 0.0,
                "reference_expected": reference.expected,
                "reference_text": " ".join(filter(None, number(reference, is_first=place == 0))),
                "reference_hover": _hover(scope, other, reference),
            }
        lines.append(line)
    return pd.DataFrame(lines)


def numbers(shares: Sequence[Share]) -> list[tuple[str, str]]:
    """The number of each step, as `number` says it.

    Where it is too early to say of a step, it is so of the steps after it that nobody reached: a 0
    would say that nobody will.
    """
    said: list[tuple[str, str]] = []
    is_early = False
    for place, share in enumerate(shares):
        one = number(share, is_first=place == 0)
        said.append(("", _("too early to say")) if is_early and not share.reached else one)
        is_early = is_early or not one[0]
    return said


def number(share: Share, *, is_first: bool = False) -> tuple[str, str]:
    """How many of 100 leads reach a step, and `→ 14,7` where more are expected.

    Of the first step it is the leads themselves.
    """
    if is_first:
        return formats.number(share.reached), ""
    if share.now is None:
        return formats.NOTHING, ""
    digits = 0 if share.now >= 0.2 or not share.now else 1
    now = formats.number(share.now * 100, digits)
    if share.expected is None:
        return now, ""
    expected = formats.number(share.expected * 100, digits if share.now else 1)
    if not share.now and share.expected < _LEAST:
        # Nobody yet is no zero: it is too early to say.
        return (now, "") if not share.is_least else ("", _("too early to say"))
    if expected == now:
        return now, ""
    return now, "→ " + (_("at least {number}", number=expected) if share.is_least else expected)


def _hover(scope: Scope, side: Side, share: Share) -> str:
    """A bar in words: leads, of 100, and the rate of the step with its interval."""
    row = side.rows[side.rows["stage"] == share.stage].iloc[0]
    lines = [
        f"<b>{escape(steps.label(scope, share.stage))}</b>, {escape(side.name)}",
        _n("{n} lead", "{n} leads", share.reached),
    ]
    if pd.notna(row["of_previous"]):
        rate = formats.percent(row["of_previous"])
        if pd.notna(row["of_previous_low"]):
            limits = formats.interval(row["of_previous_low"], row["of_previous_high"])
            rate += f" ({limits})"
        lines.append(_("{rate} of the step before, so far", rate=rate))
    if pd.notna(row["eventual"]):
        if row["eventual_is_final"]:
            limits = formats.interval(row["eventual_low"], row["eventual_high"])
            final = f"{formats.percent(row['eventual'])} ({limits})"
        else:
            final = _("at least {number}", number=formats.percent(row["eventual_at_least"]))
        lines.append(_("expected {rate}", rate=final))
    return "<br>".join(lines)


def _table(
    scope: Scope, one: Side, other: Side | None, changes: Sequence[Change], caption: str
) -> None:
    """The same in numbers, with how sure the difference of each step is."""
    sure = {change.stage: change.certainty for change in changes}
    columns = [board.Column(_("Step")), board.Column(_capital(one.name), right=True)]
    columns += [board.Column(_("of 100"), right=True), board.Column(_("expected"), right=True)]
    if other is not None:
        columns += [board.Column(_capital(other.name), right=True)]
        columns += [board.Column(_("of 100"), right=True), board.Column(_("expected"), right=True)]
        columns += [board.Column(_("Step rate differs"))]
    lines = []
    references = (None,) * len(scope.steps) if other is None else other.shares()
    for share, reference in zip(one.shares(), references, strict=True):
        cells: list[board.Cell] = [board.Text(steps.label(scope, share.stage), strong=True)]
        cells += _cells(share)
        if reference is not None:
            cells += [*_cells(reference), _badge(sure.get(share.stage))]
        lines.append(board.Row(cells))
    board.show(columns, lines, caption=markdown.spoken(caption), key="pair_table")


def _cells(share: Share) -> list[board.Cell]:
    """Leads, how many of 100, and how many are expected."""
    expected = None if share.expected is None else share.expected * 100
    text = formats.number(expected, 1)
    if share.is_least:
        text = _("at least {number}", number=text)
    now = None if share.now is None else share.now * 100
    return [
        board.Text(formats.number(share.reached)),
        board.Text(formats.number(now, 1)),
        board.Text(text),
    ]


def _badge(sure: Certainty | None) -> board.Cell:
    if sure is None:
        return board.Text("")
    return board.Badge(certainty.word(sure), certainty.TONES[sure], certainty.ICONS[sure])


def _sentences(
    scope: Scope, one: Side, other: Side | None, changes: Sequence[Change]
) -> provenance.Sentences:
    """Who the two are, what is expected, and how sure the difference of each step is."""
    said = [*provenance.funnel(one.scope)]
    said.append(
        (
            _("Expected:"),
            _(
                "the product of the steps' projected final rates. “At least” where a rate is not "
                "final: what comes after the follow-up is not known."
            ),
        )
    )
    if other is None:
        return said
    days = formats.days_between(*other.scope.days)
    said.append((_("Beside it:"), _("{name}: leads of {days}.", name=other.name, days=days)))
    if mode(scope.view) == "periods":
        text = _("both periods at the same age; the bars are what is known today.")
        said.append((_("Judged:"), text))
    for change in changes:
        if change.difference is None:
            continue
        said.append(
            (
                markdown.plain(steps.label(scope, change.stage)) + ":",
                _(
                    "{difference} (95% interval: {interval}), {sure}.",
                    difference=quantities.points(change.difference),
                    interval=formats.interval(change.low, change.high, of_difference=True),
                    sure=certainty.word(change.certainty),
                ),
            )
        )
    return said


def _leads(scope: Scope, one: Side) -> None:
    """The step whose leads to list, by keyboard as by a click on its bar, and the way to them."""
    if not navigation.is_open("leads"):
        return
    slugs = [step.slug for step in scope.steps]
    key = session.key(f"pair_step_{scope.view.level}")
    st.session_state[key] = scope.view.stage if scope.view.stage in slugs else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.selectbox(
            _("List the leads of a step"),
            slugs,
            index=None,
            format_func=lambda slug: steps.label(scope, slug),
            placeholder=_("List the leads of a step"),
            label_visibility="collapsed",
            width=240,
            key=key,
            on_change=lambda: steps.choose(scope, st.session_state[key]),
        )
        reached = one.rows.loc[one.rows["stage"] == scope.view.stage, "reached"]
        if len(reached):
            count = int(reached.iat[0])
            # Of two segments the list is that of the first; else the page's own view goes along.
            listed = replace(one.scope.view, stage=scope.view.stage)
            view = listed if mode(scope.view) == "segments" else None
            navigation.link("leads", _n("See the {n} lead", "See the {n} leads", count), view)
