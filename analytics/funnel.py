"""The funnel: how many leads reached each step, and at what rates."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analytics.interval import wilson
from analytics.scope import Scope
from analytics.view import View
from data.store import Generation

COLUMNS = [
    "segment",
    "stage",
    "reached",
    "of_first",
    "of_previous",
    "of_previous_low",
    "of_previous_high",
    "open",
    "lost",
    "eventual",
    "eventual_low",
    "eventual_high",
    "median_seconds",
    "of_first_low",
    "of_first_high",
]
_TYPES = {
    name: "Int64" if name in ("open", "lost") else float
    for name in COLUMNS
    if name not in ("segment", "stage", "reached")
}


@dataclass(frozen=True)
class _Count:
    """One step of one segment: leads that reached it, open and lost ones, median seconds."""

    reached: int = 0
    open: int = 0
    lost: int = 0
    median_seconds: float | None = None


def funnel(view: View, generation: Generation) -> pd.DataFrame:
    """How many leads reached each step of the view's funnel.

    One row per segment and step, all steps of every segment, segments by size. Columns (COLUMNS):
    segment, null without `by`, '~' for the missing value; stage, a group's or a stage's slug;
    reached, leads; of_first and of_previous, fractions, null where nobody could, with their 95 %
    Wilson intervals (…_low, …_high); open and lost, those who reached the step, not the next one,
    and could still at `as_of` or not (they left, or their window is over), so that
    reached = the next step's reached + open + lost; median_seconds from entry to the step.

    In flow mode numerators and denominators are other people: rates may exceed 1, and they have
    neither an interval nor open and lost. `eventual…` is reserved and null.
    """
    return of_scope(Scope(view, generation))


def of_scope(scope: Scope) -> pd.DataFrame:
    """The funnel of a scope, as `funnel` describes it."""
    counts = scope.ask("funnel")
    by_segment: dict[str | None, dict[str, _Count]] = {}
    for segment, stage, *count in counts.itertuples(index=False):
        name = segment if isinstance(segment, str) else None
        by_segment.setdefault(name, {})[stage] = _Count(*count)
    if scope.view.by is None:
        by_segment.setdefault(None, {})
    first = scope.steps[0].opened_by
    largest_first = sorted(
        by_segment.items(),
        key=lambda entry: (-entry[1].get(first, _Count()).reached, entry[0] or ""),
    )
    rows = [row for segment, steps in largest_first for row in _rows(scope, segment, steps)]
    return pd.DataFrame(rows, columns=COLUMNS).astype(_TYPES)


def _rows(
    scope: Scope, segment: str | None, counts: dict[str, _Count]
) -> Iterator[dict[str, object]]:
    cohort = scope.view.mode == "cohort"
    steps = [counts.get(step.opened_by, _Count()) for step in scope.steps]
    for place, (step, count) in enumerate(zip(scope.steps, steps, strict=True)):
        previous = steps[place - 1] if place else None
        row: dict[str, object] = {
            "segment": segment,
            "stage": step.slug,
            "reached": count.reached,
            "of_first": _share(count.reached, steps[0].reached),
            "median_seconds": count.median_seconds,
        }
        if previous is not None:
            row["of_previous"] = _share(count.reached, previous.reached)
        if cohort and previous is not None:
            for rate, whole in (("of_first", steps[0]), ("of_previous", previous)):
                if whole.reached:
                    low, high = wilson(count.reached, whole.reached)
                    row |= {f"{rate}_low": low, f"{rate}_high": high}
        if cohort:
            # Nobody waits to go on from the last step, and nobody is lost to it.
            last = step is scope.steps[-1]
            row |= {"open": 0 if last else count.open, "lost": 0 if last else count.lost}
        yield row


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
