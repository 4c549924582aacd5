"""How sure a difference is, in the five words that screens, files and the command line use."""

from enum import StrEnum

SURE = 0.05
"""A difference is called one below this q, the share of false alarms to expect among those.

A q value below it survives the correction for everything that was looked at.
"""

FEW = 100
"""Fewer leads than this say nothing of a rate."""


class Certainty(StrEnum):
    """How sure a difference is.

    CERTAIN: it survives the correction for all that was looked at; for counts, its interval leaves
        zero out.
    LIKELY: its own 95% interval leaves zero out, but it does not survive the correction.
    UNCLEAR: its interval touches zero.
    TOO_FEW: there is too little to judge by.
    YOUNG: the leads have not been followed long enough.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    UNCLEAR = "unclear"
    TOO_FEW = "too-few"
    YOUNG = "young"


def of(
    low: float | None,
    high: float | None,
    *,
    q: float | None = None,
    n: int | None = None,
    zero: float = 0.0,
) -> Certainty:
    """How sure a difference with the 95% interval from `low` to `high` is.

    q: its q value over all that was looked at; None where only one thing was.
    n: the leads that it rests on, None where they do not decide.
    zero: what no difference is; 1 for a ratio.
    """
    if low is None or high is None or not low <= high or (n is not None and n < FEW):
        return Certainty.TOO_FEW
    if low <= zero <= high:
        return Certainty.UNCLEAR
    return Certainty.CERTAIN if q is None or q < SURE else Certainty.LIKELY
