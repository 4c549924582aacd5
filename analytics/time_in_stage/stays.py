"""The stays behind the numbers of time in stage."""

import pandas as pd

from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation


def stays(view: View, generation: Generation, stage: str) -> pd.DataFrame:
    """The visits to a stage that `time_in_stage` counts there, the latest first.

    One row per visit, as many as the answer's `stays`. Columns: lead_id, company, owner, team,
    source, entered_at (naive UTC), outcome ('advanced', 'lost', 'went_back', 'open'), next_stage
    (a stage's or an exit's slug), seconds (open ones to `as_of`; by the view's clock).
    """
    return Scope(view, generation).ask("time_in_stage/stays", of="stays", stage=stage)
