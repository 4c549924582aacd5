"""A change over the steps: from the customers of one period to those of the next, step by step."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics.bottlenecks.segment_counts import Counts
from analytics.stats import decomposition
from analytics.stats.arrays import Floats

BEFORE, LEADS, MIX, AFTER = "before", "leads", "mix", "after"
"""The keys of the waterfall beside those of the transitions."""

STEP_COLUMNS = ["transition", "before", "after", "log_part", "points"]
COLUMNS = ["key", "value", "start", "end"]


def step_rows(slugs: list[str], before: Floats, after: Floats) -> pd.DataFrame:
    """The change of the rate of all leads over the transitions, STEP_COLUMNS; mix is in it."""
    points = _points(before, after) if before[0] and after[0] else [None] * (len(slugs) - 1)
    rows = []
    for index, (name, point) in enumerate(zip(_transitions(slugs), points, strict=True)):
        old, new = (
            float(each[index + 1] / each[index]) if each[index] else None
            for each in (before, after)
        )
        log = math.log(new / old) if old and new else None
        rows.append(
            {"transition": name, "before": old, "after": new, "log_part": log, "points": point}
        )
    return pd.DataFrame(rows, columns=STEP_COLUMNS).astype(dict.fromkeys(STEP_COLUMNS[1:], float))


def _points(before: Floats, after: Floats) -> list[float]:
    """What each transition did to the share that reached the last step; they sum to its change.

    By the logarithmic mean (see `decomposition.steps`). A share that is 0 in one period has no
    logarithm: there the limit holds, in which all of the change is at the transition where no lead
    moved on.
    """
    rates = [
        np.divide(each[1:], each[:-1], where=each[:-1] > 0, out=np.zeros(len(each) - 1))
        for each in (before, after)
    ]
    old, new = float(before[-1] / before[0]), float(after[-1] / after[0])
    if old > 0 and new > 0:
        return list(decomposition.steps(rates[0].tolist(), rates[1].tolist()).points)
    points = [0.0] * (len(before) - 1)
    if old != new:
        points[int(np.argmin(rates[0] if old == 0 else rates[1]))] = new - old
    return points


def waterfall(slugs: list[str], parts: Counts, split: decomposition.Split | None) -> pd.DataFrame:
    """The bars from the customers before to those after, COLUMNS; none without a `split`."""
    if split is None:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(COLUMNS[1:], float))
    (n0, won0), (n1, won1) = (
        (float(each[:, 0].sum()), float(each[:, -1].sum())) for each in (parts.before, parts.after)
    )
    mean = (n0 + n1) / 2
    rates = [0.0] * (len(slugs) - 1)
    for index in range(len(parts.segments)):
        old, new = parts.before[index], parts.after[index]
        if old[0] and new[0]:  # the rest of them are all mix
            weight = mean * _share_of_leads(parts, index)
            points = _points(old, new)
            rates = [total + weight * point for total, point in zip(rates, points, strict=True)]
    effects = [
        (LEADS, (n1 - n0) * (split.before + split.after) / 2),
        (MIX, mean * split.mix_effect),
        *zip(_transitions(slugs), rates, strict=True),
    ]
    rows = [(BEFORE, won0, 0.0, won0)]
    start = won0
    for key, value in effects:
        rows.append((key, value, start, start + value))
        start += value
    rows.append((AFTER, won1, 0.0, won1))
    return pd.DataFrame(rows, columns=COLUMNS)


def _transitions(slugs: list[str]) -> list[str]:
    return [f"{start}>{end}" for start, end in pairwise(slugs)]


def _share_of_leads(parts: Counts, index: int) -> float:
    """The mean of the segment's shares of the leads in the two periods."""
    shares = (each[index, 0] / each[:, 0].sum() for each in (parts.before, parts.after))
    return float(sum(shares)) / 2
