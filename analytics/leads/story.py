"""The story of one lead: who it is, and what happened to it."""

from pathlib import Path

import pandas as pd

from data.store import Generation

_HISTORY = Path(__file__).with_name("sql") / "history.sql"


def contact(generation: Generation, lead_id: str) -> pd.DataFrame:
    """Everything the store holds of one lead: its row of `leads`, no row when it is unknown."""
    return generation.query("select * from leads where lead_id = $lead_id", {"lead_id": lead_id})


def history(generation: Generation, lead_id: str) -> pd.DataFrame:
    """What happened to one lead, in order.

    Columns: (one row per event)
        happened_at: naive UTC.
        kind: 'created', 'stage' or 'touch'.
        what: the stage's slug, or the touch's kind.
        detail: who moved it, or the touch's source.
    """
    return generation.query(_HISTORY.read_text(encoding="utf-8"), {"lead_id": lead_id})
