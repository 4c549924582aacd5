"""Intervals of rates and counts: how certain a share of n is, or a number of rare events.

Source:
    Wilson (1927), JASA 22, as R's `prop.test(correct = FALSE)`; Newcombe (1998), Statistics in
    Medicine 17, method 10, as R's `DescTools::BinomDiffCI(method = "score")`; Garwood (1936),
    Biometrika 28, as R's `poisson.test`; docs/counting.md, Intervals and tests.
"""

import math

Z95 = 1.959963984540054
"""The standard normal's 97.5 % point: intervals are 95 %."""

_TAIL = 0.025
_PRECISION = 1e-14
_TINY = 1e-300


def wilson(successes: float, n: float) -> tuple[float, float]:
    """The 95 % Wilson interval of successes / n, as fractions.

    Raises:
        ValueError: unless 0 ≤ successes ≤ n and n > 0.

    Source:
        Wilson (1927).
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share.")
    share = successes / n
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + (Z95 / (2 * n)) ** 2) / (1 + Z95**2 / n)
    # The ends are exact where they are 0 and 1, which floating point would miss.
    return 0.0 if successes == 0 else middle - half, 1.0 if successes == n else middle + half


def newcombe(
    successes: float,
    n: float,
    other_successes: float,
    other_n: float,
    dependence: float = 0.0,
) -> tuple[float, float]:
    """The 95 % Newcombe interval of the difference of two rates, as fractions.

    `dependence` is the correlation of the two rates, 0 where no lead has to do with one of the
    other group.

    Raises:
        ValueError: as `wilson` does.

    Source:
        Newcombe (1998), the hybrid score interval (method 10); Zou and Donner (2008), Statistics in
        Medicine 27, where the two are dependent.
    """
    low, high = wilson(successes, n)
    other_low, other_high = wilson(other_successes, other_n)
    share, other = successes / n, other_successes / other_n
    difference = share - other
    return (
        difference - _apart(share - low, other_high - other, dependence),
        difference + _apart(high - share, other - other_low, dependence),
    )


def _apart(distance: float, other: float, dependence: float) -> float:
    """How far the difference of two numbers reaches that reach so far themselves."""
    if dependence == 0:
        return math.hypot(distance, other)
    return math.sqrt(max(0.0, distance**2 - 2 * dependence * distance * other + other**2))


def poisson(count: float) -> tuple[float, float]:
    """The exact 95 % interval of the mean of a Poisson count: (0, 3.689) for none.

    Its ends are the means at which a count so high, or so low, has a probability of 2.5 %.

    Raises:
        ValueError: the count is negative.

    Source:
        Garwood (1936).
    """
    if count < 0:
        raise ValueError(f"{count} is not a count.")
    # A count of n or more has the probability P(n, mean), one of n or less Q(n + 1, mean).
    low = 0.0 if count == 0 else _gamma_quantile(count, _TAIL)
    return low, _gamma_quantile(count + 1, 1 - _TAIL)


def poisson_p(count: float, mean: float) -> float:
    """The two-sided p value of a Poisson count, were its mean `mean`.

    Below 5 % where, and only where, the mean is outside the interval of `poisson`.

    Raises:
        ValueError: the count is negative, or the mean not positive.

    Source:
        Garwood (1936).
    """
    if count < 0 or not mean > 0:
        raise ValueError(f"{count} is not a count of mean {mean}.")
    as_high = 1.0 if count == 0 else _gamma_share(count, mean)
    as_low = 1 - _gamma_share(count + 1, mean)
    return min(1.0, 2 * as_high, 2 * as_low)


def _gamma_quantile(shape: float, share: float) -> float:
    """The quantile of the gamma distribution, by Newton's method within a bracket.

    The first guess is the cube of a normal (Wilson and Hilferty 1931).
    """
    bend = 1 / (9 * shape)
    at = shape * max(1 - bend + math.copysign(Z95, share - 0.5) * math.sqrt(bend), 0.05) ** 3
    low, high = 0.0, math.inf
    for _ in range(100):
        excess = _gamma_share(shape, at) - share
        low, high = (at, high) if excess < 0 else (low, at)
        density = math.exp((shape - 1) * math.log(at) - at - math.lgamma(shape))
        step = at - excess / density if density > 0 else math.inf
        following = step if low < step < high else (low + min(high, 2 * at)) / 2
        if abs(following - at) <= _PRECISION * at:
            break
        at = following
    return at


def _gamma_share(shape: float, at: float) -> float:
    """The regularised incomplete gamma function P(shape, at), at > 0.

    Its series below shape + 1, beyond that its continued fraction, by Lentz's method (Press and
    others, *Numerical Recipes*, § 6.2).
    """
    front = math.exp(shape * math.log(at) - at - math.lgamma(shape))
    if at < shape + 1:
        term = total = 1 / shape
        place = float(shape)
        while term > total * _PRECISION:
            place += 1
            term *= at / place
            total += term
        return front * total
    base = at + 1 - shape
    ratio, inverse = 1 / _TINY, 1 / base
    fraction, change, place = inverse, 0.0, 0.0
    while abs(change - 1) > _PRECISION:
        place += 1
        factor = -place * (place - shape)
        base += 2
        inverse = 1 / (factor * inverse + base)
        ratio = base + factor / ratio
        change = inverse * ratio
        fraction *= change
    return 1 - front * fraction
