"""The sentence at the top: the source whose leads are significantly the worst, or the best."""

from dataclasses import replace
from typing import Any

import pandas as pd

from analytics.certainty import Certainty
from analytics.quality.quality import BETTER, WORSE, Quality
from analytics.scope import Scope
from ui.language import formats
from ui.language.messages import _
from ui.page import headline
from ui.sources import segments


def show(scope: Scope, found: Quality) -> None:
    """One sentence, how sure it is, and the way to the money."""
    worst = worst_of(found)
    link = ("sources", _("See where to put money →"), replace(scope.view, by=None))
    if worst is not None:
        headline.show(_of_worst(found, worst), certainty=Certainty.CERTAIN, link=link)
        return
    best = _surest(found, BETTER, ascending=False)
    if best is not None:
        text = _(
            "{source}: {n} of 100 leads are usable, the most of all.",
            source=segments.plain(found.by, best.source),
            n=formats.number(100 * best.usable_rate),
        )
        headline.show(text, certainty=Certainty.CERTAIN, link=link)
        return
    text = _("All sources are about as clean: {n} of 100 leads are usable.", n=_usual(found))
    headline.show(text, certainty=Certainty.UNCLEAR, link=link)


def worst_of(found: Quality) -> Any:
    """The row of the lowest share of usable leads that is significantly below the others."""
    return _surest(found, WORSE, ascending=True)


def _surest(found: Quality, finding: str, *, ascending: bool) -> Any:
    rows = found.rows[found.rows["finding"] == finding]
    rows = rows.sort_values("usable_rate", ascending=ascending)
    return next(rows.itertuples(index=False), None)


def _of_worst(found: Quality, row: Any) -> str:
    source = segments.plain(found.by, row.source)
    n = formats.number(100 * row.usable_rate)
    if pd.isna(row.cost_per_usable) or not row.cost:
        return _(
            "{source}: only {n} of 100 leads are usable; over all sources {all}.",
            source=source,
            n=n,
            all=_usual(found),
        )
    return _(
        "{source}: only {n} of 100 leads are usable, so a usable one costs {cost}, not {price}.",
        source=source,
        n=n,
        cost=formats.money(row.cost_per_usable, found.currency),
        price=formats.money(row.cost_per_lead, found.currency),
    )


def _usual(found: Quality) -> str:
    return formats.number(100 * found.total["usable_rate"])
