"""Intervals on rates: how sure a share of n is.

Formulae: Wilson (1927) and Newcombe (1998, method 10), as in R's `prop.test(correct = FALSE)` and
`DescTools::BinomDiffCI(method = "score")`.
"""

import math

Z95 = 1.959963984540054
"""The standard normal's 97.5 % point: intervals are 95 %."""


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of successes / n, as fractions.

    Raises ValueError unless 0 ≤ successes ≤ n and n > 0.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share.")
    share = successes / n
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + (Z95 / (2 * n)) ** 2) / (1 + Z95**2 / n)
    # The ends are exact where they are 0 and 1, whatever the floating point makes of them.
    return 0.0 if successes == 0 else middle - half, 1.0 if successes == n else middle + half


def newcombe(successes: int, n: int, other_successes: int, other_n: int) -> tuple[float, float]:
    """The 95 % Newcombe interval of s/n − s'/n', as fractions.

    Raises ValueError as `wilson` does.
    """
    low, high = wilson(successes, n)
    other_low, other_high = wilson(other_successes, other_n)
    share, other = successes / n, other_successes / other_n
    difference = share - other
    return (
        difference - math.hypot(share - low, other_high - other),
        difference + math.hypot(high - share, other - other_low),
    )


def poisson_change(count: int, earlier: int) -> bool:
    """Whether two counts differ by more than chance at 5 %: the normal test on the square roots.

    The variance of √X is ¼ for a Poisson count, so 2(√a − √b)/√2 is standard normal.
    """
    return abs(math.sqrt(2) * (math.sqrt(count) - math.sqrt(earlier))) > Z95
