"""The cards of attribution: all models side by side, two against each other, and one alone."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.sources.attribution import FEW, Attribution
from analytics.sources.touchpoints import BUCKETS
from analytics.view.attribution_rules import MODELS, POSITIONS
from ui import answers, charts, session
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.page import card, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.sources import (
    attribution_amounts,
    attribution_findings,
    attribution_settings,
    attribution_table,
    attribution_words,
    segments,
)
from ui.sources.attribution_amounts import Amounts

_NAME = 30  # characters of a row's name, which may have two lines
MOST_ROWS = 8  # in the picture; the table has all
_MOST_MODELS = 8  # in the picture: more columns do not fit a phone
_SMALL = 20  # credited conversions under which a range is grey
_USUAL = ("first", "last", "linear", "u", "w", "decay", "markov", "shapley_rate")


def side_by_side(scope: Scope, *, with_table: bool = False) -> None:
    """Every source under several models, with the range between them and the sum below."""
    found = answers.attribution(scope)
    credit, by = scope.view.credit, scope.view.by or ""
    if not found.conversions:
        nobody = _("Nobody came {toward} in this view", toward=attribution_settings.toward(scope))
        with card.card(nobody, _("Choose an earlier step, a longer period or fewer filters.")):
            return
    models = _models(found)
    grid = attribution_findings.grid(found, credit.measure)
    amounts = attribution_amounts.amounts_of(scope, found, grid)
    title = attribution_findings.side_by_side(found, grid[models], by, credit)
    subtitle = _(
        "{what}, credited to each {dimension} in {n} ways. Right: how far these are apart.",
        what=_what(scope, found, amounts),
        dimension=markdown.plain(labels.dimension_label(by).lower()),
        n=formats.number(len(models)),
    )
    # That it adds up is for whoever doubts it, not for everybody.
    sums = [(_("Adds up:"), bottom_line(scope, found, grid, amounts))]
    with card.card(title, subtitle, how=_how(scope, "side_by_side", found, sums)):
        if grid.empty:
            st.markdown(markdown.gray(_asides(found) or _("No source can be credited.")))
            return
        if also := attribution_findings.also(grid[models], by):
            st.markdown(also)
        _warn(found, grid, by)
        shown = grid.head(MOST_ROWS)
        credited = charts.heat(_cells(found, shown[models], by, amounts), card.look())
        left, right = st.columns([3, 2], gap="small")
        with left:
            axis = notes.of_rows(by, shown.index.tolist())
            card.chart(credited, "credit", alt=title, axis=axis)
        with right:
            card.chart(
                charts.spread(
                    _spread(found, shown[models], by, amounts), card.look(), beside=credited
                ),
                "credit_spread",
                alt=_("The range of each row over the models"),
                axis=axis,
                tells=False,
            )
        _pick_models(found)
        if asides := _asides(found):
            st.markdown(markdown.gray(asides))
        if with_table:
            table.show(attribution_table.all_models(scope, found, by), height="auto")


def bottom_line(scope: Scope, found: Attribution, grid: pd.DataFrame, amounts: Amounts) -> str:
    """What the rows add up to under the chosen model, to the last digit, and what is in no row."""
    credit, by = scope.view.credit, scope.view.by or ""
    model = attribution_findings.answered(found, credit.model)
    column = "value" if amounts.by_value else "credit"
    rows = found.rows[found.rows["model"] == model].set_index("source")[column] / amounts.scale
    total = round((found.value if amounts.by_value else found.conversions) / amounts.scale, 1)
    unnamed = round(float(rows[rows.index.isna()].sum()), 1)
    further = len(grid) - min(MOST_ROWS, len(grid))
    # The last part is what is left, so that the sum holds as it is written.
    named = round(total - unnamed, 1)
    shown = round(float(rows[grid.index[:MOST_ROWS]].sum()), 1) if further else named
    parts = [
        _(
            "{amount} to the {n} rows shown",
            amount=formats.number(shown, 1),
            n=formats.number(len(grid) - further),
        )
    ]
    if further:
        rest = formats.number(round(named - shown, 1), 1)
        parts.append(_("{amount} to the {n} others", amount=rest, n=formats.number(further)))
    parts.append(
        _("{amount} to touches without a source", amount=formats.number(unnamed, 1))
        if by == "source"
        else _("{amount} to touches that do not say", amount=formats.number(unnamed, 1))
    )
    return _(
        "**{model}:** {parts} = **{total}**.",
        model=attribution_words.model(model),
        parts=" + ".join(parts),
        total=f"{formats.number(total, 1)} {amounts.unit}".rstrip(),
    )


def compared(scope: Scope) -> None:
    """What changes between two models: the one asked about and the one it is compared with."""
    found = answers.attribution(scope)
    if not found.conversions or found.rows["source"].isna().all():
        return
    credit, by = scope.view.credit, scope.view.by or ""
    grid = attribution_findings.grid(found, credit.measure)
    amounts = attribution_amounts.amounts_of(scope, found, grid)
    title = attribution_findings.compared(found, grid, by, credit)
    subtitle = _("{what}, by two models.", what=_what(scope, found, amounts))
    with card.card(title, subtitle, how=_how(scope, "compared_models", found)):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            attribution_settings.model_picker(scope, "versus", _("From"), "slope")
            attribution_settings.model_picker(scope, "model", _("to"), "slope")
        pair = (
            attribution_findings.answered(found, credit.versus),
            attribution_findings.answered(found, credit.model),
        )
        rows = _slope(found, grid, by, pair, amounts)
        figure = charts.slope(
            rows,
            card.look(),
            left=attribution_words.model(pair[0]),
            right=attribution_words.model(pair[1]),
        )
        axis = notes.of_segments(by, rows["segment"].tolist(), "points")
        card.chart(figure, "credit_slope", alt=title, fills=True, axis=axis)
        if rows["rank_change"].fillna(0).any():
            st.markdown(markdown.gray(_("Bold: the largest fall (red) and rise in rank.")))


def chosen(scope: Scope) -> None:
    """One model's credit with its band, and what a credited conversion cost."""
    found = answers.attribution(scope)
    if not found.conversions or found.rows["source"].isna().all():
        return
    credit, by = scope.view.credit, scope.view.by or ""
    title = attribution_findings.cost_of_credit(found, by, credit)
    subtitle = _(
        "{model}: credit with its 95% band; cost of the same days",
        model=attribution_words.model(attribution_findings.answered(found, credit.model)),
    )
    about = {"unknown": _("unknown")}
    reading = (
        _("“{unknown}”: the money was also for leads that are filtered out.", **about)
        if scope.view.filtered
        else _("“{unknown}”: no file says what was spent; that is not nothing.", **about)
    )
    with card.card(title, subtitle, how=_how(scope, "chosen_model", found)):
        columns = attribution_table.one_model(found, by, credit)
        table.read(columns, caption=title, key=session.key("chosen_credit"), missing=_("unknown"))
        if any(pd.Series(column.values).isna().any() for column in columns):
            st.markdown(markdown.gray(reading))


# --- what is drawn ----------------------------------------------------------------------------


def _models(found: Attribution) -> list[str]:
    """The models of the picture: those picked, else the usual ones that can be drawn together."""
    offered = [model for model in MODELS if model not in found.left_out]
    picked = st.session_state.get(_pills_key())
    if picked:
        return [model for model in offered if model in picked][:_MOST_MODELS]
    below = found.rows.groupby("model")["credit"].min()
    usual = [m for m in _USUAL if m in offered and below[m] >= -0.05]
    if "shapley_rate" not in usual and "shapley" in offered:
        usual.append("shapley")
    return usual


def _pills_key() -> str:
    return session.key("credit_models")


def _pick_models(found: Attribution) -> None:
    key = _pills_key()
    if not st.session_state.get(key):
        st.session_state[key] = _models(found)
    st.pills(
        _("Models shown, {most} at most", most=formats.number(_MOST_MODELS)),
        [model for model in MODELS if model not in found.left_out],
        selection_mode="multi",
        format_func=attribution_words.model,
        key=key,
    )


def _cells(found: Attribution, grid: pd.DataFrame, by: str, amounts: Amounts) -> pd.DataFrame:
    """The cells of the heat map: sources by models."""
    places = attribution_findings.places(found, amounts.measure)
    names = [segments.name(by, source) for source in grid.index]
    heads = dict(zip(grid.columns, attribution_words.columns(list(grid.columns)), strict=True))
    rows = []
    for (source, row), name, brief in zip(
        grid.iterrows(), names, segments.brief(names, _NAME), strict=True
    ):
        for model, amount in row.items():
            place = formats.number(places.loc[source, str(model)])
            rows.append(
                {
                    "row": brief,
                    "column": heads[model],
                    # Below zero there is no colour; the number says it.
                    "value": max(amount, 0.0),
                    "text": amounts.short(amount),
                    "immature": False,
                    "hover": f"<b>{escape(name)}</b><br>"
                    f"{attribution_words.model(str(model))}: {amounts.long(amount)}<br>"
                    + _("rank {place}", place=place),
                }
            )
    return pd.DataFrame(rows)


def _spread(found: Attribution, grid: pd.DataFrame, by: str, amounts: Amounts) -> pd.DataFrame:
    """One row per source, as the chart of ranges takes them."""
    low, high = grid.min(axis=1), grid.max(axis=1)
    return pd.DataFrame(
        {
            "segment": list(grid.index),
            "label": [segments.name(by, source) for source in grid.index],
            "values": (grid.to_numpy() / amounts.scale).tolist(),
            "names": [[attribution_words.model(str(model)) for model in grid]] * len(grid),
            "text": [amounts.span(*ends) for ends in zip(low, high, strict=True)],
            "sure": [not found.few and _is_enough(found, amounts, most) for most in high],
        }
    )


def _is_enough(found: Attribution, amounts: Amounts, amount: float) -> bool:
    """Whether an amount is more than a few conversions' worth."""
    one = found.value / found.conversions if amounts.by_value else 1.0
    return amount >= _SMALL * one


def _slope(
    found: Attribution, grid: pd.DataFrame, by: str, pair: tuple[str, str], amounts: Amounts
) -> pd.DataFrame:
    """One row per source: its amounts under the two models, and the places it gains."""
    before, after = (grid[model] for model in pair)
    most = pd.concat([before, after], axis=1).max(axis=1).nlargest(MOST_ROWS).index
    kept = [source for source in grid.index if source in most]
    places = attribution_findings.places(found, amounts.measure)
    return pd.DataFrame(
        {
            "segment": kept,
            "label": [segments.name(by, source) for source in kept],
            "left": [before[source] / amounts.scale for source in kept],
            "right": [after[source] / amounts.scale for source in kept],
            "left_text": [amounts.short(before[source]) for source in kept],
            "right_text": [amounts.short(after[source]) for source in kept],
            "rank_change": [
                int(places.loc[source, pair[0]] - places.loc[source, pair[1]]) for source in kept
            ],
        }
    )


# --- words and tables -------------------------------------------------------------------------


def _what(scope: Scope, found: Attribution, amounts: Amounts) -> str:
    """What is shared out, in words."""
    if amounts.by_value:
        return _(
            "Won value of those who came {toward}, in {unit}",
            toward=attribution_settings.toward(scope),
            unit=amounts.unit,
        )
    return _n(
        "{n} lead that came {toward}",
        "{n} leads that came {toward}",
        round(found.conversions),
        toward=attribution_settings.toward(scope),
    )


def _warn(found: Attribution, grid: pd.DataFrame, by: str) -> None:
    """What a reader must know before trusting the numbers."""
    if found.few:
        st.info(
            _n(
                "Only {n} conversion: below {few} the models say little, Markov and Shapley least.",
                "Only {n} conversions: below {few} the models say little, Markov and Shapley "
                "least.",
                round(found.conversions),
                few=formats.number(FEW),
            ),
            icon=":material/warning:",
        )
    below = grid["shapley_rate"].nsmallest(1) if "shapley_rate" in grid else pd.Series()
    if len(below) and below.iat[0] < 0:
        st.markdown(
            markdown.gray(
                _(
                    "Shapley's rate game takes credit away here, most from {source} ({amount}): "
                    "with it on a path fewer leads come as far. Nothing is cut off at zero.",
                    source=segments.plain(by, below.index[0]),
                    amount=formats.number(below.iat[0], 0)
                    if abs(below.iat[0]) < 1e6
                    else formats.money(below.iat[0], found.currency or ""),
                )
            )
        )


def _asides(found: Attribution) -> str:
    """Whose credit rests on less, named with their numbers; "" where nobody's does."""
    own, unknown, bare = map(round, (found.own, found.unattributed, found.without_amount))
    parts = []
    if own:
        parts.append(
            _n(
                "{n} conversion by the lead's own source, no touch of it being known",
                "{n} conversions by the lead's own source, no touch of them being known",
                own,
            )
        )
    if unknown:
        parts.append(_n("{n} without any source", "{n} without any source", unknown))
    if bare:
        parts.append(_n("{n} without an amount", "{n} without an amount", bare))
    if found.grouped:
        parts.append(_n("{n} rare one in one row", "{n} rare ones in one row", found.grouped))
    return _("Of them {parts}.", parts="; ".join(parts)) if parts else ""


# --- how it is counted ------------------------------------------------------------------------


def _how(
    scope: Scope, name: str, found: Attribution, more: Sequence[tuple[str, str]] = ()
) -> card.How:
    assert found.asked is not None  # only the attribution of a file of paths has no question
    return provenance.how_asked(name, lambda: [*_sentences(scope), *more], found.asked, found.rows)


def _sentences(scope: Scope) -> Sentences:
    view, credit = scope.view, scope.view.credit
    about = {
        "days": formats.days_between(*scope.days),
        "toward": attribution_settings.toward(scope),
    }
    return [
        (
            _("Shared out:"),
            _("leads that entered in {days} and converted {toward}.", **about)
            if view.mode == "cohort"
            else _("leads that converted {toward} in {days}.", **about),
        ),
        *provenance.reaching(view),
        *provenance.touches(view),
        (
            _("By position:"),
            "; ".join(
                attribution_words.model(model)
                + " "
                + attribution_words.weights(credit.weights_of(model))
                for model in POSITIONS
            )
            + " "
            + _("(first touch / lead creation / opportunity creation / last touch / rest, in %)."),
        ),
        (
            _("Decay:"),
            _n(
                "half the weight every {n} day.",
                "half the weight every {n} days.",
                credit.half_life,
            ),
        ),
        (
            _("Markov, order {order}:", order=formats.number(credit.order)),
            _(
                "the removal effect: the conversions that would be missing without the source; "
                "lost paths count too."
            ),
        ),
        (
            _("Shapley:"),
            _(
                "for the sum game, equal shares of the distinct sources; for the rate game, what a "
                "source adds to the conversion rate, which can be negative."
            ),
        ),
        (
            _("95% band:"),
            _(
                "of the chosen model, from up to 500 bootstrap resamples of the leads in {n} "
                "groups.",
                n=formats.number(BUCKETS),
            ),
        ),
        (_("No model"), _("is causal: they share out what was observed.")),
    ]
