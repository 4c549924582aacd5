"""How many leads of two periods reached each step, by segment, and their companies."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.asked import Asked
from analytics.stats import decomposition
from analytics.stats.arrays import Floats
from analytics.stats.decomposition import Company


@dataclass(frozen=True, eq=False)
class Counts:
    """Leads by segment (rows) and step (columns) in both periods, segments in the same order."""

    segments: list[str | None]
    before: Floats
    after: Floats

    def split(self, companies: tuple[Company, Company] | None = None) -> decomposition.Split:
        """The change of the share at the last step; a period without leads is a ValueError."""
        return decomposition.split(
            self.before[:, 0], self.before[:, -1], self.after[:, 0], self.after[:, -1], companies
        )


def counted(asked_before: Asked, asked: Asked) -> dict[str, Counts]:
    """How many leads of both periods reached each step, by each of the dimensions."""
    stages: list[str] = asked.parameters["asked_stages"]
    answers = [asked_before.rows(), asked.rows()]
    counts = {}
    for index, name in enumerate(asked.scope.dimensions or ()):
        tables = [_table(rows[rows["dimension"] == index], stages) for rows in answers]
        segments = sorted(set().union(*tables), key=lambda value: (value is None, value or ""))
        nobody = [0] * len(stages)
        before, after = (
            np.array([table.get(each, nobody) for each in segments], dtype=np.float64).reshape(
                len(segments), len(stages)
            )
            for table in tables
        )
        counts[name] = Counts(segments, before, after)
    return counts


def _table(rows: pd.DataFrame, stages: list[str]) -> dict[str | None, list[int]]:
    """Leads by step, by the segments of one dimension."""
    table: dict[str | None, list[int]] = {}
    for value, stage, reached in zip(rows["value"], rows["stage"], rows["reached"], strict=True):
        own = table.setdefault(value if isinstance(value, str) else None, [0] * len(stages))
        own[stages.index(stage)] = int(reached)
    return table


def whole(counts: dict[str, Counts]) -> Counts:
    """The leads of all segments together: those of any dimension."""
    any_of = next(iter(counts.values()))
    before, after = (each.sum(axis=0, keepdims=True) for each in (any_of.before, any_of.after))
    return Counts([None], before, after)


def companies(
    asked_before: Asked, asked: Asked, chosen: str | None, parts: Counts
) -> tuple[Company, Company] | None:
    """The companies with several leads in each period, by the segments; None without any."""
    if not asked.scope.generation.companies:
        return None
    before, after = (_of_period(each, chosen, parts.segments) for each in (asked_before, asked))
    return before, after


def _of_period(asked: Asked, chosen: str | None, segments: list[str | None]) -> Company:
    names = asked.scope.dimensions or ()
    stages = asked.parameters["asked_stages"]
    rows = asked.scope.ask(
        "bottlenecks/change_companies",
        dimension=names.index(chosen or names[0]) + 1,
        first_step=stages[0],
        last_step=stages[-1],
    )
    values = rows["value"].astype(object).where(rows["value"].notna(), None)
    places = {value: index for index, value in enumerate(segments)}
    # Without a dimension that was chosen all leads are one segment.
    segment = [0 if chosen is None else places[value] for value in values]
    return Company(
        company=rows["company_number"].to_numpy(dtype=np.int64),
        segment=np.array(segment, dtype=np.int64),
        leads=rows["leads"].to_numpy(dtype=np.float64),
        successes=rows["reached"].to_numpy(dtype=np.float64),
    )
