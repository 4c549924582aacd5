"""The tables of attribution: all models side by side, and one model with its cost."""

import pandas as pd

from analytics.scope import Scope
from analytics.sources.attribution import Attribution
from analytics.view.attribution_rules import Credit
from ui.language import formats, labels
from ui.language.messages import _
from ui.page.table import Column
from ui.sources import attribution_amounts, attribution_findings, attribution_words, segments


def all_models(scope: Scope, found: Attribution, by: str) -> list[Column]:
    """Every source under all models, its range and places, the band of the chosen model.

    The last rows: what no source is credited with, where there is any, and the total.
    """
    credit = scope.view.credit
    grid = attribution_findings.grid(found, credit.measure, with_unnamed=True)
    ranks = attribution_findings.places(found, credit.measure)
    chosen = attribution_findings.answered(found, credit.model)
    named = [source for source in grid.index if isinstance(source, str)]
    unnamed = grid[grid.index.isna()]
    amounts = grid.reindex(named)
    band = _of_model(found, chosen).reindex(named)
    written = attribution_amounts.amounts_of(scope, found, grid)
    errors = _of_model(found, "shapley_rate")["error"]
    last = [""] * (len(unnamed) + 1)
    names = [segments.name(by, source) for source in named]
    names += [segments.name(by, None)] * len(unnamed)
    columns = [Column(labels.dimension_label(by), [*names, _("Total")])]
    for model in grid.columns:
        values = [*amounts[model].tolist(), *unnamed[model].tolist()]
        name = attribution_words.model(str(model))
        columns.append(Column(name, [*values, sum(values)], written.long))
    lows, highs = amounts.min(axis=1), amounts.max(axis=1)
    ranges = [written.long_span(*ends) for ends in zip(lows, highs, strict=True)]
    bands = [written.long_span(*ends) for ends in zip(band["low"], band["high"], strict=True)]
    columns += [
        Column(_("Range"), [*ranges, *last]),
        Column(_("Places"), [*(places(ranks.loc[source]) for source in named), *last]),
        Column(_("95% band: {model}", model=attribution_words.model(chosen)), [*bands, *last]),
    ]
    if errors.any():
        texts = [formats.one_decimal(error) for error in errors.reindex(named)]
        columns.append(Column(_("± by sampling: Shapley, rate"), [*texts, *last]))
    return columns


def one_model(found: Attribution, by: str, rules: Credit) -> list[Column]:
    """One row per source: credit, band, spend, its cost and what came back, by the chosen model.

    It is a return only where a margin was entered, else revenue.
    """
    rows = found.rows[found.rows["low"].notna() & found.rows["source"].notna()]
    currency = found.currency or ""
    by_value = rules.measure == "value"
    scale = formats.money_scale(rows["value"]) if by_value else 1.0
    unit = formats.money_unit(scale, currency)
    bands = [
        formats.span(low / scale, high / scale, formats.decimals_of(high / scale))
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]

    def money(amount: float) -> str:
        return formats.money(amount, currency)

    if rules.margin != Credit().margin:
        heading = _("ROI at {margin} margin", margin=formats.percent(rules.margin / 100, 0))
        brought = Column(heading, rows["roi"], attribution_words.returns(rows["roi"]))
    else:
        worth = (rows["value"] / rows["spend"]).where(rows["spend"] > 0)
        brought = Column(_("Credited revenue per 1 spent"), worth, money)
    return [
        Column(
            labels.dimension_label(by), [segments.name(by, source) for source in rows["source"]]
        ),
        Column(
            _("Credit, {unit}", unit=unit) if by_value else _("Credit"),
            rows["value" if by_value else "credit"],
            lambda amount: formats.measure(amount / scale),
        ),
        Column(_("95% band"), bands),
        Column(_("Spend"), rows["spend"], money),
        Column(_("/ conversion"), rows["cost_per_credit"], money),
        brought,
    ]


def places(ranks: "pd.Series[int]") -> str:
    """The best and the worst of a source's places, one where they are the same: `1–3`, `2`."""
    best, worst = ranks.min(), ranks.max()
    return formats.span(best, worst) if best < worst else formats.number(best)


def _of_model(found: Attribution, model: str) -> pd.DataFrame:
    """The rows of a model, by source."""
    return found.rows[found.rows["model"] == model].set_index("source")
