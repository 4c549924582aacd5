"""Student's t by way of the normal distribution, for any number of degrees of freedom.

Wallace's transformation is within 2 % of the 97.5 % point from five degrees of freedom on, and too
wide below: 3.22 for 3.18 at three. With degrees without end it is the normal distribution itself.

Source:
    Wallace (1959), *Bounds on normal approximations to Student's and the chi-square distributions*,
    Annals of Mathematical Statistics 30; docs/counting.md, Leads of one company.
"""

import math
from statistics import NormalDist

from analytics.stats.intervals import Z95

_NORMAL = NormalDist()
_LEAST = 1e-300


def t95(freedom: float) -> float:
    """The 97.5 % point of t: how many standard errors a 95 % interval is wide to either side."""
    if math.isinf(freedom):
        return Z95
    bent = Z95 / _bend(freedom)
    # Beyond this the interval is all there is, and the exponential would overflow.
    return math.sqrt(freedom * math.expm1(min(bent**2 / freedom, 50.0)))


def upper_tail(p_value: float, freedom: float) -> float:
    """The upper tail of t at the point whose upper tail under the normal distribution is given.

    So a p value for a known variance becomes that for an estimated one.
    """
    if math.isinf(freedom) or not _LEAST < p_value < 1:
        return p_value
    point = -_NORMAL.inv_cdf(p_value)
    bent = _bend(freedom) * math.sqrt(freedom * math.log1p(point**2 / freedom))
    return math.erfc(math.copysign(bent, point) / math.sqrt(2)) / 2


def _bend(freedom: float) -> float:
    return (8 * freedom + 1) / (8 * freedom + 3)
