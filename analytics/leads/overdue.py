"""Overdue leads by stage: how many open leads are late where, and how many can still be saved."""

from dataclasses import replace

import pandas as pd

from analytics.asked import Answer, question
from analytics.leads import to_do
from analytics.leads.outlook import outlook
from analytics.scope import Scope

COLUMNS = ["stage", "open", "overdue", "let_go", "in_time", "limit_days", "is_promised"]


@question(to_do.of_today)
def overdue(scope: Scope) -> Answer:
    """How many of the open leads are late at each stage, as the work list counts them.

    Grain: one row per stage but the last, in order, whenever the leads came.

    Columns: (COLUMNS)
        stage: slug
        open: the sum of the three that follow
        overdue, let_go, in_time: leads by their state in `to_do`: late and to be called, late for
            so long that others come first, and not late
        limit_days: beyond which a lead is late, by the view's clock; null where there is none
        is_promised: whether that is the pipeline's limit, and not the median stay
    """
    found = to_do.listing(scope)
    asked = found.asked
    if scope.view.call_cost is None:
        # What a lead is worth decides nothing, so that none has to be looked up.
        asked = replace(asked, file="leads/overdue")
        rows = asked.rows()
    else:
        rows = found.summed("leads/to_do_stages")
    counted = rows.set_index("stage")
    stages = outlook(scope)
    rows = counted.reindex(list(stages)).fillna(0).astype(int).reset_index(names="stage")
    limits = [each.limit for each in stages.values()]
    rows["limit_days"] = pd.Series(limits, dtype=float) / scope.day_seconds
    rows["is_promised"] = [each.is_promised for each in stages.values()]
    return Answer(rows[COLUMNS], asked)
