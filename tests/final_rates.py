"""How often the band of a projected final rate covers the true one, on made-up leads.

`python -m tests.final_rates` prints it for each size, fate and length of the follow-up, and whether
each is as it has to be. Leads come evenly over the follow-up, so that the last are hardly observed.
Those of one company have one fate, which nothing could make more alike; each takes its own time.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.final_rate import Companies, incidence
from analytics.stats.survival import of_durations

# What follows was fixed before any of it was tried, and is not to be changed by what comes out.
RUNS = 2_000
SEED = 11
LEADS = (30, 100, 1_000)
FATES = ((0.1, 0.9), (0.4, 0.6), (0.3, 0.3), (0.2, 0.0))
"""The shares that truly advance and are truly lost; the rest stays for ever."""
FOLLOW_UP = (2.0, 8.0, 30.0)
"""Since the first lead came, in mean times to advance; to be lost takes half as long again."""
TO_LOSE = 1.5
FATE = ("open", "advanced", "lost")
COMPANY_LEADS = 400
COMPANY_FOLLOW_UP = (8.0, 30.0)
LEADS_A_COMPANY = (1.5, 4.0)
"""Mean leads a company: one, and a Poisson number more."""
LEAST, MOST = 0.93, 0.97
"""Between which shares of the runs a band of 95 % has to cover the truth."""


@dataclass(frozen=True)
class Cell:
    """So many leads, of which such shares advance and are lost, followed for so long."""

    leads: int
    advance: float
    lose: float
    follow_up: float
    a_company: float = 1.0

    def companies(self, random: np.random.Generator, runs: int) -> Ints:
        """Runs × leads: the number of each one's company."""
        sizes = 1 + random.poisson(self.a_company - 1, (runs, self.leads))
        first = np.cumsum(sizes, axis=1) - sizes
        begins = np.zeros((runs, self.leads), dtype=np.int64)
        for row, starts in enumerate(first):
            begins[row, starts[starts < self.leads]] = 1
        return np.asarray(np.cumsum(begins, axis=1) - 1)

    def drawn(self, random: np.random.Generator, company: Ints) -> tuple[Floats, Ints]:
        """Runs × leads: how long each was observed, and whether it advanced (1) or was lost (2)."""
        shape = company.shape
        luck = np.take_along_axis(random.uniform(size=shape), company, axis=1)
        fate = np.select([luck < self.advance, luck < self.advance + self.lose], [1, 2], 0)
        slow = np.where(fate == 2, TO_LOSE, 1.0)
        ends = np.where(fate > 0, random.exponential(1.0, shape) * slow, np.inf)
        observed = random.uniform(0, self.follow_up, shape)
        return np.minimum(ends, observed), np.where(ends <= observed, fate, 0)


@dataclass(frozen=True)
class Covered:
    """Of a cell's runs: how many covered the truth, missed it, were final; and the mean band.

    unknown: the mean width of the bounds, without sampling error: what became of those who were
    not followed to the end.
    """

    cell: Cell
    runs: int
    inside: int
    too_high: int
    too_low: int
    final: int
    width: float
    unknown: float

    @property
    def share(self) -> float:
        """The share of the runs that covered the truth."""
        return self.inside / self.runs

    @property
    def is_known(self) -> bool:
        """Whether the truth is at an end of its bounds, where the band may cover no more than 95 %.

        So it is where (nearly) all were followed to their end, or those who stay never advance.
        """
        return self.cell.follow_up >= FOLLOW_UP[-1]

    @property
    def is_good(self) -> bool:
        """Whether it covers as it has to, or more where the bounds leave room."""
        return LEAST <= self.share <= (MOST if self.is_known else 1)


def cells() -> Iterator[Cell]:
    """All that are tried."""
    for leads, (advance, lose), follow_up in product(LEADS, FATES, FOLLOW_UP):
        yield Cell(leads, advance, lose, follow_up)
    for (advance, lose), follow_up, several in product(FATES, COMPANY_FOLLOW_UP, LEADS_A_COMPANY):
        yield Cell(COMPANY_LEADS, advance, lose, follow_up, several)


def covered(cell: Cell, runs: int = RUNS, seed: int = SEED) -> Covered:
    """How the bands of a cell's runs cover the truth."""
    random = np.random.default_rng([seed, cell.leads, int(100 * cell.advance)])
    company = cell.companies(random, runs)
    seconds, fate = cell.drawn(random, company)
    inside = too_high = too_low = final = 0
    width = unknown = 0.0
    for row in range(runs):
        parts = [seconds[row][fate[row] == number] for number in range(len(FATE))]
        curve = of_durations(parts, FATE)
        together = None
        if cell.a_company > 1:
            together = Companies(seconds[row], np.array(FATE)[fate[row]], company[row])
        found = incidence(curve, "advanced", companies=together)
        assert found is not None
        too_high += found.at_least > cell.advance
        too_low += found.at_most < cell.advance
        inside += found.at_least <= cell.advance <= found.at_most
        final += found.is_final
        width += found.at_most - found.at_least
        unknown += float(curve.survival[-1])
    return Covered(cell, runs, inside, too_high, too_low, final, width / runs, unknown / runs)


def main() -> None:
    """Prints how often each band covers."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args()
    print(
        f"{asked.runs:,} runs each. Covered: {LEAST:.0%} to {MOST:.0%}; more where the follow-up "
        "is short, as what\nbecomes of the leads still there is then not known, and the band has "
        "to hold whatever it is.\n"
    )
    print("leads (a company) advance lost follow-up | covered too high too low | final  width")
    missed = 0
    for cell in cells():
        found = covered(cell, asked.runs)
        missed += not found.is_good
        print(
            f"{cell.leads:5d} {cell.a_company:11.1f} {cell.advance:7.0%} {cell.lose:4.0%} "
            f"{cell.follow_up:9.0f} | "
            f"{found.share:7.1%} {found.too_high / found.runs:8.1%} "
            f"{found.too_low / found.runs:7.1%} | {found.final / found.runs:5.0%}  "
            f"{found.width:.3f}" + ("" if found.is_good else "  not as it has to be"),
            flush=True,
        )
    print(f"\n{missed} of {sum(1 for _ in cells())} are not as they have to be.")


if __name__ == "__main__":
    main()
