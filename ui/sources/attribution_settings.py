"""The rules of attribution on a page: what gets the credit, for what, and how it is shared.

All of them are in the view, and so in the link.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.sources.spend import DIMENSIONS, dimension_of
from analytics.view.attribution_rules import (
    CONVERSIONS,
    HIGHEST_ORDER,
    LONGEST_HALF_LIFE,
    LONGEST_LOOK_BACK,
    MEASURES,
    MODELS,
    POSITIONS,
    PRESETS,
    ROLES,
    Credit,
    Weights,
    is_weights,
)
from ui import guest, session
from ui.language import formats, labels
from ui.language.messages import N_, _
from ui.page import dialog, markdown, steps
from ui.sources import attribution_words

_WIDTHS = {"first": 74, "created": 124, "opportunity": 170, "last": 74, "rest": 100}  # px
_MEASURES = {"count": N_("By number"), "value": N_("By value")}
_CONVERSIONS = {"first": N_("The first of a lead"), "all": N_("Every one")}


def milestone(scope: Scope) -> str:
    """The step that the credit is for: the view's behind the first one, else the last."""
    return transition(scope).end.slug


def toward(scope: Scope) -> str:
    """The milestone by where it leads, within a sentence: `to customer`."""
    pipeline = scope.generation.pipeline
    return markdown.plain(labels.toward(pipeline, milestone(scope), scope.view.level))


def controls(scope: Scope) -> bool:
    """The row above the cards; returns whether the numbers are asked for as tables too."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _dimension(scope)
        _milestone(scope)
        _measure(scope)
        if guest.may_move("credit"):
            dialog.button(
                _("Rules of credit"),
                "credit_rules",
                _rules,
                icon=":material/balance:",
                width="large",
            )
        return st.toggle(_("Show the numbers"), key=session.key("with_credit_table"))


def model_picker(scope: Scope, field: str, label: str, name: str) -> None:
    """The choice of a model: the one that is asked about, or the one it is compared with."""
    key = session.key(f"credit_{field}_{name}")
    st.session_state[key] = getattr(scope.view.credit, field)
    st.selectbox(
        label,
        MODELS,
        format_func=attribution_words.model,
        width=170,
        disabled=not guest.may_move("credit"),
        key=key,
        on_change=lambda: change(**{field: st.session_state[key]}),
    )


def change(**fields: Any) -> None:
    """Changes rules of the view; for callbacks."""
    session.change(credit=replace(session.view().credit, **fields))


def edited(credit: Credit, edits: Mapping[int, Mapping[str, Any]]) -> dict[str, Weights]:
    """The weights of each model of POSITIONS as they stand in the table, valid or not.

    `edits` is by row, then by role: what was typed over the view's weights, with a point or a comma
    before the decimals. What is no number is NaN, which no weight can be.
    """
    table = {}
    for row, model in enumerate(POSITIONS):
        typed = edits.get(row, {})
        table[model] = tuple(
            _weight(typed[role]) if role in typed else percent
            for role, percent in zip(ROLES, credit.weights_of(model), strict=True)
        )
    return table


def _weight(typed: str | None) -> float:
    try:
        return float((typed or "0").strip().removesuffix("%").replace(",", "."))
    except ValueError:
        return math.nan


def complaint(model: str, percents: Weights) -> str | None:
    """What is wrong with a model's weights, in words; None when nothing is."""
    if is_weights(percents):
        return None
    if any(math.isnan(percent) for percent in percents):
        name = attribution_words.model(model)
        return _(
            "{model}: a weight is a number, such as {example}.", model=name, example=_written(22.5)
        )
    about = {"model": attribution_words.model(model), "sum": _percents(sum(percents))}
    missing = round(100 - sum(percents), 2)
    if any(not 0 <= percent <= 100 for percent in percents):
        return _("{model}: a weight is between 0 and 100.", **about)
    if missing > 0:
        return _(
            "{model} adds up to {sum}: {left} still to be given.", left=_percents(missing), **about
        )
    if missing < 0:
        return _("{model} adds up to {sum}: {left} too many.", left=_percents(-missing), **about)
    return _("{model}: at most two decimals.", **about)


def _dimension(scope: Scope) -> None:
    offered = [name for name in DIMENSIONS if name in scope.generation.dimensions]
    key = session.key("credit_by")
    st.session_state[key] = dimension_of(scope.view)
    st.selectbox(
        _("Credit for each"),
        offered,
        format_func=labels.dimension_label,
        width=150,
        disabled=not guest.may_move("by"),
        key=key,
        on_change=lambda: session.change(by=st.session_state[key]),
    )


def _milestone(scope: Scope) -> None:
    key = session.key(f"milestone_{scope.view.level}")
    st.session_state[key] = milestone(scope)
    st.selectbox(
        _("Credit for reaching"),
        [step.slug for step in scope.steps[1:]],
        format_func=lambda slug: steps.label(scope, slug),
        width=190,
        key=key,
        on_change=lambda: steps.choose(scope, st.session_state[key]),
    )


def _measure(scope: Scope) -> None:
    key = session.key("credit_measure")
    st.session_state[key] = scope.view.credit.measure
    st.segmented_control(
        _("Counted"),
        MEASURES,
        format_func=lambda each: _(_MEASURES[each]) if each in _MEASURES else each,
        required=True,
        disabled=not guest.may_move("credit"),
        key=key,
        on_change=lambda: change(measure=st.session_state[key]),
    )


def _rules() -> None:
    """The rules, each of which is in the view, and so in the address, as soon as it is changed."""
    session.mirror()
    credit = session.view().credit
    st.markdown(
        markdown.gray(
            _(
                "Percent of a conversion for each touch of a path, by what it was. A touch "
                "that was several things gets all of their shares; the share of what no touch "
                "was goes to the others in proportion."
            )
        )
    )
    _weights(credit)
    _presets()
    left, right = st.columns(2)
    with left:
        _number(
            "half_life",
            _("Half-life, days"),
            LONGEST_HALF_LIFE,
            _("Decay: so many days before the milestone a touch weighs half as much."),
        )
        _order()
    with right:
        _number(
            "look_back",
            _("Look-back, days"),
            LONGEST_LOOK_BACK,
            _("Touches longer before the milestone than this do not count. Empty: all count."),
        )
        _number(
            "margin",
            _("Margin, %"),
            100,
            _(
                "What of the won value is left after its own cost. At 100 no margin counts as "
                "entered: revenue is shown then, and no return."
            ),
        )
        _conversions()
    st.button(
        _("Back to defaults"),
        icon=":material/restart_alt:",
        disabled=credit == _defaults(credit),
        on_click=lambda: session.change(credit=_defaults(session.view().credit)),
    )


def _weights(credit: Credit) -> None:
    """The table to type into. Only weights that add up become the view's."""
    # Another key for other weights: what was typed over the old ones is not for the new ones.
    key = session.key(f"weights_{hash(credit.weights)}")
    # Texts, because the table would write numbers in the language of the browser.
    written = [[_written(percent) for percent in row] for row in credit.weights]
    table = pd.DataFrame(written, columns=list(ROLES), index=range(len(POSITIONS)), dtype=str)
    table.insert(0, "model", [attribution_words.model(model) for model in POSITIONS])
    columns: dict[str, Any] = {
        role: st.column_config.TextColumn(
            attribution_words.role(role),
            alignment="right",
            validate=r"^\s*\d{1,3}([.,]\d{1,2})?\s*%?\s*$",
            width=_WIDTHS[role],
        )
        for role in ROLES
    }
    columns["model"] = st.column_config.TextColumn(_("Model"), width=96)
    st.data_editor(
        table,
        hide_index=True,
        disabled=["model"],
        column_config=columns,
        key=key,
        on_change=_keep_weights,
        args=(key,),
        alt=_("The weights of the models by position"),
    )
    typed = st.session_state[key]["edited_rows"] if key in st.session_state else {}
    for model, percents in edited(credit, typed).items():
        wrong = complaint(model, percents)
        if wrong:
            st.warning(wrong, icon=":material/calculate:")


def _keep_weights(key: str) -> None:
    credit = session.view().credit
    table = edited(credit, st.session_state[key]["edited_rows"])
    if all(is_weights(percents) for percents in table.values()):
        change(weights=tuple(table.values()))


def _presets() -> None:
    key = session.key("credit_preset")
    st.session_state[key] = None
    st.selectbox(
        _("Weights as in"),
        list(PRESETS),
        index=None,
        format_func=lambda slug: attribution_words.preset(slug) if slug in PRESETS else slug,
        placeholder=_("A known product"),
        help=_("First / made the lead / made the opportunity / last / the others, in percent."),
        key=key,
        on_change=lambda: _take(st.session_state[key]),
    )


def _take(slug: str | None) -> None:
    """Takes a vendor's weights, and asks about the model that has them."""
    if slug is None:
        return
    model, percents = PRESETS[slug]
    weights = dict(zip(POSITIONS, session.view().credit.weights, strict=True))
    change(weights=tuple((weights | {model: percents}).values()), model=model)


def _number(field: str, label: str, most: int, about: str) -> None:
    key = session.key(f"credit_{field}")
    st.session_state[key] = getattr(session.view().credit, field)
    st.number_input(
        label,
        min_value=1,
        max_value=most,
        value=None,
        placeholder=_("All"),
        help=about,
        key=key,
        on_change=lambda: _keep_number(field, st.session_state[key]),
    )


def _keep_number(field: str, number: int | None) -> None:
    """Only the look-back can be empty; another field that is emptied has its default again."""
    default = getattr(Credit(), field)
    change(**{field: default if number is None else number})


def _order() -> None:
    key = session.key("credit_order")
    st.session_state[key] = session.view().credit.order
    st.segmented_control(
        _("Consecutive touches taken together"),
        list(range(1, HIGHEST_ORDER + 1)),
        format_func=str,
        required=True,
        help=_("Markov: on so many touches before it the next one depends."),
        key=key,
        on_change=lambda: change(order=st.session_state[key]),
    )


def _conversions() -> None:
    key = session.key("credit_conversions")
    st.session_state[key] = session.view().credit.conversions
    st.segmented_control(
        _("Conversions counted"),
        CONVERSIONS,
        format_func=lambda each: _(_CONVERSIONS[each]) if each in _CONVERSIONS else each,
        required=True,
        help=_("Every one: each purchase of a lead, where a mapping says that each win counts."),
        key=key,
        on_change=lambda: change(conversions=st.session_state[key]),
    )


def _defaults(credit: Credit) -> Credit:
    """The default rules; the models and the measure that are looked at stay."""
    return Credit(model=credit.model, versus=credit.versus, measure=credit.measure)


def _percents(number: float) -> str:
    return formats.percent(number / 100, 0 if number == int(number) else 2)


def _written(percent: float) -> str:
    """A weight as the reader writes it: `22.5`, and `22,5` in Vietnamese."""
    return formats.number(percent, len(f"{percent:g}".partition(".")[2]))
