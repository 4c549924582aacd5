"""Medians of times, of those leads only that are known with all their times."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analytics.asked import Asked


def with_timed_medians(asked: Asked, rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """The rows of a question, `median_seconds` being that of the leads with known times.

    keys: the columns that tell the rows apart.
    """
    if not asked.scope.generation.untimed:
        return rows
    timed = replace(asked, of="timed").rows()[[*keys, "median_seconds"]]
    return rows.drop(columns="median_seconds").merge(timed, on=[*keys], how="left")[rows.columns]
