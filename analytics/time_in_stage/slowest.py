"""The slowest stage: where leads stay longest, and how sure it is that no other stage is slower."""

import math
from dataclasses import dataclass

import pandas as pd

from analytics import certainty
from analytics.certainty import Certainty
from analytics.stats.intervals import Z95


@dataclass(frozen=True)
class Slowest:
    """The stage with the longest median stay.

    stage, following: the slugs of it, and of the next slowest; the latter None where it is alone.
    median: in seconds; None where fewer than half have left by now.
    certainty: whether it is slower than every other stage; YOUNG without a median.
    """

    stage: str
    following: str | None
    median: float | None
    certainty: Certainty


def slowest(rows: pd.DataFrame) -> Slowest | None:
    """The stage where leads stay longest, of the rows of `time_in_stage` without a breakdown.

    A stage that half have not left yet is slower than those that half have left. The interval of
    the difference of two medians is made of those of the two; q is corrected for all other stages.
    None where no lead reached a stage.
    """
    seen = rows[rows["stays"] > 0]
    if seen.empty:
        return None
    endless = seen[seen["median_seconds"].isna()]
    if len(endless):
        return Slowest(endless["stage"].iat[-1], None, None, Certainty.YOUNG)
    first, *others = seen.sort_values("median_seconds", ascending=False).to_dict("records")
    median = float(first["median_seconds"])
    if not others:
        return Slowest(first["stage"], None, median, Certainty.TOO_FEW)
    second = others[0]
    difference = median - float(second["median_seconds"])
    down = math.hypot(median - first["median_low"], _above(second))
    up = math.hypot(_above(first), second["median_seconds"] - second["median_low"])
    p_value = math.erfc(difference / down * Z95 / math.sqrt(2)) if down > 0 else 0.0
    sure = certainty.of(
        difference - down,
        difference + up,
        q=min(1.0, p_value * len(others)),
        n=int(min(first["stays"], second["stays"])),
    )
    return Slowest(first["stage"], second["stage"], median, sure)


def is_rising(rows: pd.DataFrame) -> bool:
    """Whether leads stay significantly longer at each stage than at the one before.

    Of the rows of `time_in_stage` without a breakdown: no interval of a median meets that of the
    stage before.
    """
    seen = rows[rows["stays"] > 0]
    highs, lows = seen["median_high"].tolist()[:-1], seen["median_low"].tolist()[1:]
    # A limit that is not reached is not a number, and nothing is above that.
    return len(lows) > 0 and all(low > high for high, low in zip(highs, lows, strict=True))


def _above(row: dict[str, float]) -> float:
    """How far a median's interval reaches above it."""
    high = row["median_high"]
    return math.inf if pd.isna(high) else float(high) - float(row["median_seconds"])
