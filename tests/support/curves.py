"""Stays to make curves of, and what follows from their definitions, in fractions, lead by lead."""

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pandas as pd
import scipy
from hypothesis import strategies as st

from analytics.stats import survival
from analytics.stats.intervals import Z95
from analytics.stats.survival import Curve

Stay = tuple[int, str]
Step = tuple[int, Fraction, Fraction]
Answer = Callable[[list[Step]], Fraction]

CODES = {"": 0, "open": 0, "advanced": 1, "lost": 2}

TEN = list(
    zip(
        [2, 3, 3, 5, 6, 8, 9, 12, 15, 20],
        "advanced advanced open lost advanced open advanced open lost open".split(),
        strict=True,
    )
)

stays = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(list(CODES))), min_size=1)
groups = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(list(CODES)), st.integers(0, 40)), min_size=1
).filter(lambda rows: sum(leads for *_, leads in rows) > 0)


def of(rows: list[Stay]) -> Curve:
    return survival.curve([at for at, _ in rows], [cause for _, cause in rows], [1] * len(rows))


def of_frame(rows: pd.DataFrame, at: str, left: "pd.Series[bool]") -> Curve:
    causes = np.where(left, "left", "open")
    return survival.curve(rows[at].to_numpy(), causes, np.ones(len(rows), dtype=int))


# The definitions, in fractions, lead by lead.


def hazards(rows: list[Stay], until: float) -> list[Step]:
    """At each time up to one: leads at risk, the share of them that advanced, that was lost."""
    found = []
    for at in sorted({at for at, _ in rows if at <= until}):
        there = sum(other >= at for other, _ in rows)
        gone = Counter(cause for other, cause in rows if other == at)
        found.append((there, Fraction(gone["advanced"], there), Fraction(gone["lost"], there)))
    return found


def advanced_share(steps: list[Step]) -> tuple[Fraction, Fraction]:
    """S and the incidence of advancing at the end of the steps."""
    still, advanced = Fraction(1), Fraction(0)
    for _, advancing, losing in steps:
        advanced += still * advancing
        still *= 1 - advancing - losing
    return still, advanced


def delta_variance(steps: list[Step], answer: Answer) -> Fraction:
    """The delta method to the letter: the departures at each time are multinomial.

    The answers are linear in each hazard, so their slope is the change when one grows by 1.
    """
    variance = Fraction(0)
    for place, (there, advancing, losing) in enumerate(steps):
        more = [(there, advancing + 1, losing), (there, advancing, losing + 1)]
        slopes = [
            answer([*steps[:place], step, *steps[place + 1 :]]) - answer(steps) for step in more
        ]
        mean = slopes[0] * advancing + slopes[1] * losing
        variance += (slopes[0] ** 2 * advancing + slopes[1] ** 2 * losing - mean**2) / there
    return variance


def log_log(share: float, variance: float, z: float = Z95) -> tuple[float, float]:
    middle = math.log(-math.log(share))
    half = z * math.sqrt(variance) / abs(share * math.log(share))
    return math.exp(-math.exp(middle + half)), math.exp(-math.exp(middle - half))


def band(rows: list[Stay]) -> tuple[float, float, bool]:
    """Imbens and Manski's interval of the share that advances in the end; whether it is final."""
    place = max(
        place for place, at in enumerate(sorted({at for at, _ in rows})) if followed(rows, at)
    )
    steps = hazards(rows, sorted({at for at, _ in rows})[place])
    still, least = advanced_share(steps)
    errors = [
        math.sqrt(delta_variance(steps, answer))
        for answer in (
            lambda steps: advanced_share(steps)[1],
            lambda steps: sum(advanced_share(steps), Fraction(0)),
        )
    ]
    c = Z95
    if still:
        apart = float(still) / max(errors) if any(errors) else math.inf
        cdf = scipy.stats.norm.cdf
        c = scipy.optimize.brentq(lambda c: cdf(c + apart) - cdf(-c) - 0.95, 1.6, 2)
    there = steps[-1][0] / advanced_share(steps[:-1])[0]
    low, high = (
        limits(float(share), error**2, float(there), c)
        for share, error in zip((least, least + still), errors, strict=True)
    )
    return low[0], high[1], still <= Fraction(1, 20)


def followed(rows: list[Stay], at: float) -> bool:
    """Whether a lead still there just before a time stands for few enough of the whole."""
    before = hazards(rows, at)[:-1]
    there = sum(other >= at for other, _ in rows)
    return advanced_share(before)[0] / there <= max(Fraction(1, 20), Fraction(2, len(rows)))


def limits(share: float, variance: float, there: float, z: float) -> tuple[float, float]:
    """log(−log) limits, and Wilson's of all or none of `there`."""
    if 0 < share < 1:
        return log_log(share, variance, z)
    return (there / (there + z**2), 1.0) if share else (0.0, z**2 / (there + z**2))
