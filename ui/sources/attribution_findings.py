"""What the models of attribution say together, in sentences no surer than they agree."""

from typing import Any

import pandas as pd

from analytics.sources.attribution import Attribution
from analytics.view.attribution_rules import MODELS, Credit
from ui.language import formats, quantities
from ui.language.messages import _
from ui.sources import attribution_words, segments

_STEADY = 3  # places that make the lead


def grid(found: Attribution, measure: str, *, with_unnamed: bool = False) -> pd.DataFrame:
    """The amounts: a row per source, those with most under the asked model first, by model.

    The row of what no source is credited with is left out unless asked for.
    """
    column = "value" if measure == "value" else "credit"
    rows = found.rows if with_unnamed else found.rows[found.rows["source"].notna()]
    models = [model for model in MODELS if model not in found.left_out]
    by_model = dict(list(rows.groupby("model", sort=False)))
    none = rows.iloc[:0]  # no source is named
    parts = {model: by_model.get(model, none) for model in models}
    return pd.DataFrame(
        {model: part[column].to_numpy(dtype=float) for model, part in parts.items()},
        index=pd.Index(parts[models[0]]["source"].tolist(), dtype=object),
    )


def answered(found: Attribution, model: str) -> str:
    """The model, or one that can be answered where what it needs is not known."""
    return model if model not in found.left_out else "linear"


def places(found: Attribution, measure: str) -> pd.DataFrame:
    """The place of each source under each model, 1 for the most."""
    return grid(found, measure).rank(ascending=False, method="min").astype(int)


def side_by_side(found: Attribution, shown: pd.DataFrame, by: str, credit: Credit) -> str:
    """Which source is first, whatever the model or only under some.

    `shown`: the amounts under the models that are shown side by side.
    """
    if found.few:
        return _("Too few conversions to say who deserves the credit")
    if shown.empty or not _total(found, credit):
        return _("Not enough data to conclude from")
    best, worst, leader = _leader(shown)
    about = {"source": segments.plain(by, leader)}
    if len(shown) == 1:
        return _("All credit goes to {source}", **about)
    if worst[leader] > 1:
        return _(
            "{source} ranks {best} to {worst}, by how credit is shared",
            best=formats.number(best[leader]),
            worst=formats.number(worst[leader]),
            **about,
        )
    if not _is_significantly_first(found, str(leader), credit):
        return _("{source} comes first in every model, but within noise", **about)
    return _("{source} comes first however credit is shared", **about)


def also(shown: pd.DataFrame, by: str) -> str:
    """Who is among the first whatever the model, else who moves most between them; or nothing."""
    if len(shown) < 2:
        return ""
    best, worst, leader = _leader(shown)
    others = shown.index[shown.index != leader]
    steady = worst[others].idxmin()
    if worst[leader] > 1 and worst[steady] <= _STEADY:
        return _(
            "{source} is always among the first {n}.",
            source=segments.plain(by, steady),
            n=formats.number(_STEADY),
        )
    # Places among small ones are noise: only sources that are large under some model are named.
    weighty = [each for each in others if best[each] <= 2 * _STEADY]
    moves = (worst - best)[weighty] if weighty else pd.Series(dtype=int)
    if moves.empty or moves.max() < _STEADY:
        return ""
    mover = moves.idxmax()
    return _(
        "{source} moves from rank {best} to {worst}.",
        source=segments.plain(by, mover),
        best=formats.number(best[mover]),
        worst=formats.number(worst[mover]),
    )


def compared(found: Attribution, amounts: pd.DataFrame, by: str, credit: Credit) -> str:
    """Which source gains or loses most between the two models."""
    if credit.model == credit.versus:
        return _("Choose two different models")
    if found.few:
        return _("Too few conversions to compare")
    pair = [model for model in (credit.versus, credit.model) if model in amounts]
    if len(pair) < 2:
        return _("What is known does not suffice for this model")
    change = amounts[pair[1]] - amounts[pair[0]]
    total = _total(found, credit)
    if not total:
        return _("Not enough data to conclude from")
    if change.abs().max() < 0.01 * abs(total):
        return _("The two models agree within 1%")
    mover = change.abs().idxmax()
    about = {
        "source": segments.plain(by, mover),
        "change": quantities.points(change[mover] / total, 0),
        "model": attribution_words.model(credit.model),
        "versus": attribution_words.model(credit.versus),
    }
    return (
        _("{source} gains most: {change} of all credit", **about)
        if change[mover] > 0
        else _("{source} loses most: {change} of all credit", **about)
    )


def cost_of_credit(found: Attribution, by: str, credit: Credit) -> str:
    """The sources whose credited conversions cost significantly less and more than all others'."""
    rows = found.rows[found.rows["low"].notna() & found.rows["source"].notna()]
    paid = rows[(rows["spend"] > 0) & (rows["credit"] > 0)]
    if paid.empty:
        return _("What the credit cost is unknown")
    name = attribution_words.model(str(paid["model"].iat[0]))
    if found.few or credit.measure == "value":
        return _("Credit and its cost by {model}", model=name)
    overall = paid["spend"].sum() / paid["credit"].sum()
    dearest_at = (paid["spend"] / paid["low"]).where(paid["low"] > 0)
    cheap = paid[dearest_at < overall].nsmallest(1, "cost_per_credit")
    dear = paid[paid["spend"] / paid["high"] > overall].nlargest(1, "cost_per_credit")
    currency = found.currency or ""
    said = [
        (segments.plain(by, row.source), formats.money(row.cost_per_credit, currency))
        for row in (*cheap.itertuples(), *dear.itertuples())
    ]
    if len(cheap) and len(dear):
        return _(
            "Credit is cheapest with {cheap}, dearest with {dear}",
            cheap=said[0][0],
            dear=said[1][0],
        )
    if said:
        return _(
            "A conversion credited to {source} cost {cost}", source=said[0][0], cost=said[0][1]
        )
    return _("No cost clearly stands apart")


def _leader(shown: pd.DataFrame) -> tuple["pd.Series[int]", "pd.Series[int]", Any]:
    """The best and the worst place of each source, and who leads: first under most models."""
    ranks = shown.rank(ascending=False, method="min")
    best, worst = ranks.min(axis=1).astype(int), ranks.max(axis=1).astype(int)
    leaders = best.index[best == 1]
    return best, worst, (ranks.loc[leaders] == 1).sum(axis=1).idxmax()


def _total(found: Attribution, credit: Credit) -> float:
    """What is shared out, by the asked measure; 0 where no value is known."""
    return found.value if credit.measure == "value" else found.conversions


def _is_significantly_first(found: Attribution, leader: str, credit: Credit) -> bool:
    """Whether the band of the first under the asked model lies above that of the next."""
    column = "value" if credit.measure == "value" else "credit"
    rows = found.rows[found.rows["low"].notna() & found.rows["source"].notna()]
    rows = rows.set_index("source")
    if leader not in rows.index or len(rows) < 2:
        return False
    following = rows.drop(index=leader).nlargest(1, column)
    return bool(rows.loc[leader, "low"] > following["high"].iat[0])
