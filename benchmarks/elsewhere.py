"""Figures of another tool that this run did not measure, to be read with that in mind."""

from benchmarks.bench import Bench
from benchmarks.results import Cell, Table

SUPERSET: list[list[Cell]] = [
    ["Apache Superset 6.1, over the history of moves", 2.11, 2.80],
    ["Apache Superset 6.1, over a flat table, one row a lead", 1.24, 1.46],
]
"""Seconds of a dashboard of the same funnel: measured elsewhere, and quoted."""


def measure(_bench: Bench) -> list[Table]:
    """The figures, as they were told."""
    return [
        Table(
            title="Apache Superset 6.1: measured elsewhere, not in this run",
            headings=["dashboard", "lower, s", "upper, s"],
            digits=[None, 2, 2],
            rows=SUPERSET,
            about="Two figures for each, told without the machine and how they were taken. They "
            "stand beside the pages above for scale, and prove nothing.",
        )
    ]
