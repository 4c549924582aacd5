"""The spend: what was paid for the leads of a view, as far as it can be split like them."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View, segment_text
from data.layout import OTHER_VALUES

DIMENSIONS = ("source", "channel", "campaign")
"""The dimensions that spend has; by others it cannot be split."""

_SQL = Path(__file__).with_name("sql") / "spend.sql"


def dimension_of(view: View) -> str:
    """The dimension that money is broken down by: the view's if spend has it, else the source."""
    return view.by if view.by in DIMENSIONS else "source"


def unsplit(view: View) -> tuple[str, ...]:
    """The dimensions that the view filters leads by and spend does not have."""
    return tuple(name for name in view.filtered if name not in DIMENSIONS)


def spend(scope: Scope, *, all_named: bool = False) -> dict[str, float | None]:
    """What was spent by segment of `dimension_of`, in the store's currency.

    The segments are those of the leads; of a dimension with very many values they are its values
    themselves where `all_named` says so.

    Of the days of the view's period up to that of `as_of`; a period without a beginning, or of all
    the data, includes what was paid before the first lead entered. A segment that is absent, or
    whose amount is None, has an unknown spend, which is not the same as none. Where the view
    filters by what spend does not have (`unsplit`), all of it is unknown.
    """
    view, generation = scope.view, scope.generation
    if unsplit(view):
        return {}
    first, last = scope.days
    opens = view.period == "all" or (view.period is None and view.first is None)
    bound: dict[str, Any] = {
        "by": dimension_of(view),
        "first_day": None if opens else first,
        "last_day": min(last, scope.as_of.replace(tzinfo=UTC).astimezone(scope.zone).date()),
    }
    named = None if all_named else vocabulary.named(view, generation, bound["by"])
    bound["named"] = None if named is None else list(named)
    bound["others"] = OTHER_VALUES
    for name in DIMENSIONS:
        values = view.values(name)
        others = vocabulary.named(view, generation, name) if OTHER_VALUES in values else None
        bound[f"out_{name}"] = None if others is None else list(others)
        bound[f"in_{name}"] = [value for value in values if value is not None] if values else None
        bound[f"no_{name}"] = None in values
        excluded = view.excluded_values(name)
        bound[f"not_{name}"] = [value for value in excluded if value is not None]
        bound[f"known_{name}"] = None in excluded
        others = vocabulary.named(view, generation, name) if OTHER_VALUES in excluded else None
        bound[f"only_{name}"] = None if others is None else list(others)
    rows = generation.query(_SQL.read_text(encoding="utf-8"), bound)
    return {
        segment_text(segment if isinstance(segment, str) else None): (
            None if pd.isna(amount) else float(amount)
        )
        for segment, amount in zip(rows["segment"], rows["amount"].astype(float), strict=True)
    }
