"""Lift: how many times as often a part of the leads succeeds as all of them do.

With p the rate of the part and r that of the rest, the lift is R n ÷ (m R + n − m), R = p ÷ r being
the ratio of the two and m the leads of the part. It grows with R, so its limits are those of R.
"""

import math

from analytics.stats.companies import NOT_ACROSS, Across, Sample, wilson


def lift(sample: Sample, rest: Sample, across: Across = NOT_ACROSS) -> tuple[float, float, float]:
    """The lift of a part over the part and the rest together, with its 95 % interval.

    The limits of the logarithm of R are put together from those of the two rates (MOVER), as far as
    leads of one company on both sides make them rise and fall together. Where the rest has no
    success the upper limit is that of a part which has them all.

    Raises:
        ValueError: nobody succeeded, or one of the two has no leads.

    Source:
        Zou and Donner (2008), Statistics in Medicine 27, for the ratio of two rates.
    """
    if not (sample.n and rest.n and sample.successes + rest.successes):
        raise ValueError("There is nothing to compare with.")
    n = sample.n + rest.n

    def of_ratio(ratio: float) -> float:
        return n / sample.n if math.isinf(ratio) else ratio * n / (sample.n * ratio + rest.n)

    p, r = sample.rate, rest.rate
    (p_low, p_high), (r_low, r_high) = wilson(sample), wilson(rest)
    if not sample.successes:
        return 0.0, 0.0, of_ratio(p_high / r)
    if not rest.successes:
        return of_ratio(math.inf), of_ratio(p_low / r_high), of_ratio(math.inf)
    spread = math.sqrt(sample.variance * rest.variance)
    moved = across.moved(p, r) / (sample.n * rest.n)
    together = max(-1.0, min(1.0, moved / spread)) if spread else 0.0
    low = math.exp(math.log(p / r) - _apart(math.log(p / p_low), math.log(r_high / r), together))
    high = math.exp(math.log(p / r) + _apart(math.log(p_high / p), math.log(r / r_low), together))
    return of_ratio(p / r), of_ratio(low), of_ratio(high)


def _apart(one: float, other: float, together: float) -> float:
    return math.sqrt(max(0.0, one**2 + other**2 - 2 * together * one * other))
