"""The funnel: how many leads reached each step, and at what rates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import Answer, Asked, of_leads, question
from analytics.funnel.timed import with_timed_medians
from analytics.scope import Scope
from analytics.stats.companies import Pairs, Sample, wilson
from analytics.stats.final_rate import Companies, Incidence, incidence
from analytics.stats.survival import of_durations

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
    "eventual_at_least",
    "eventual_at_most",
    "eventual_is_final",
]
_TYPES = {
    name: "Int64" if name in ("open", "lost") else float
    for name in COLUMNS
    if name not in ("segment", "stage", "reached", "eventual_is_final")
} | {"eventual_is_final": "boolean"}

_NONE = {"pairs": 0.0, "pairs_moved": 0.0, "pairs_entered": 0.0, "pairs_fourths": 0.0}
_Segment = str | None
_Fates = dict[tuple[_Segment, str], Incidence]


@dataclass(frozen=True)
class Count:
    """One step of one segment: the rows of `funnel.sql`, with nobody where there is none."""

    reached: int = 0
    over: int = 0
    median_seconds: float | None = None
    pairs: float = 0.0
    pairs_moved: float = 0.0
    pairs_entered: float = 0.0
    pairs_fourths: float = 0.0


def sample(steps: Sequence[Count], start: int, end: int) -> Sample:
    """The leads at one step that reached another: the next one, or any where `start` is the first.

    Raises:
        ValueError: for other steps, as nothing is known of companies there.
    """
    if start and end != start + 1:
        raise ValueError("A rate is of the first step, or of the one before.")
    first = steps[end].pairs_entered if start == 0 else steps[start].pairs_moved
    of = steps[start]
    pairs = Pairs(of.pairs, first, steps[end].pairs, of.pairs_fourths)
    return Sample(steps[end].reached, of.reached, pairs)


@question(lambda view: replace(of_leads(view), stage=None))
def funnel(scope: Scope) -> Answer:
    """How many leads reached each step of the view's funnel.

    In flow mode the numerator and the denominator of a rate are different leads: rates may exceed
    1, and have neither an interval nor open, lost and eventual.

    Columns: (COLUMNS; one row per segment and step, all steps of every segment, segments by size)
        segment: null without a breakdown, '~' for the missing value.
        stage: a group's or a stage's slug.
        reached: leads that reached the step.
        of_first, of_previous: fractions of the first step and of the one before, null where no lead
            could; …_low and …_high are their 95% Wilson intervals, as wide as leads of one company
            make them.
        open, lost: leads that reached the step and not the next one, and still could by `as_of`, or
            not (they left, or their window is over):
            reached = the next step's reached + open + lost.
        median_seconds: from entry to the step, of leads known with all their times.
        eventual: the projected final value of of_previous: Aalen–Johansen, lost being the competing
            risk, open leads right-censored at `as_of`.
        eventual_at_least, eventual_at_most: between which it truly is, with 95% confidence, what
            may become of those not followed to the end included.
        eventual_is_final: whether the follow-up is long enough for eventual to be final.
        eventual_low, eventual_high: its 95% interval, the same two; null where it is not final.

    Source:
        docs/counting.md, "Stage conversion", "Leads of one company" and "Projected final rate".
    """
    view = scope.view
    return of_scope(scope, _fates(scope) if view.mode == "cohort" else {})


@question(lambda view: replace(of_leads(view), by=None, stage=None))
def is_empty(scope: Scope) -> bool:
    """Whether nobody is in the view's funnel: what it takes less to see than to count them."""
    return not scope.ask("funnel/any_lead")["leads"].any()


def of_scope(scope: Scope, fates: _Fates | None = None) -> Answer:
    """The funnel of a scope, as `funnel` describes it; eventual only for the `fates` given."""
    asked = Asked(scope, "funnel/funnel")
    by_segment = counts(asked)
    largest_first = sorted(
        by_segment.items(), key=lambda entry: (-entry[1][0].reached, entry[0] or "")
    )
    rows = [
        row for segment, steps in largest_first for row in _rows(scope, segment, steps, fates or {})
    ]
    return Answer(pd.DataFrame(rows, columns=COLUMNS).astype(_TYPES), asked)


def counts(asked: Asked) -> Mapping[_Segment, list[Count]]:
    """How many leads of each segment reached each step: the question `funnel/funnel`."""
    scope = asked.scope
    openers = {step.opened_by: index for index, step in enumerate(scope.steps)}
    stages = scope.generation.pipeline.slugs
    found: dict[_Segment, list[Count]] = {}
    if scope.view.by is None:
        found[None] = [Count()] * len(openers)
    rows = with_timed_medians(asked, asked.rows(), ("segment", "stage_rank"))
    for segment, rank, *count in rows.fillna(_NONE).itertuples(index=False):
        steps = found.setdefault(_named(segment), [Count()] * len(openers))
        steps[openers[stages[rank]]] = Count(*count)
    return found


def _fates(scope: Scope) -> _Fates:
    """What becomes of leads that reach a step, by segment and the stage that opens the step."""
    groups = scope.ask("funnel/eventual")
    fates = {}
    for (segment, stage), rows in groups.groupby(["segment", "stage"], dropna=False):
        waited = of_durations(rows["seconds"], rows["outcome"])
        together = Companies.of_runs(rows["company_seconds"], rows["outcome"], rows["companies"])
        if found := incidence(waited, "advanced", companies=together):
            fates[_named(segment), stage] = found
    return fates


def _rows(
    scope: Scope, segment: _Segment, steps: Sequence[Count], fates: _Fates
) -> Iterator[dict[str, object]]:
    cohort = scope.view.mode == "cohort"
    for index, (step, count) in enumerate(zip(scope.steps, steps, strict=True)):
        previous = steps[index - 1] if index else None
        row: dict[str, object] = {
            "segment": segment,
            "stage": step.slug,
            "reached": count.reached,
            "of_first": _share(count.reached, steps[0].reached),
            "median_seconds": count.median_seconds,
        }
        if previous is not None:
            row["of_previous"] = _share(count.reached, previous.reached)
            row |= eventual(fates.get((segment, scope.steps[index - 1].opened_by)))
        if cohort and previous is not None:
            for rate, start in (("of_first", 0), ("of_previous", index - 1)):
                if steps[start].reached:
                    low, high = wilson(sample(steps, start, index))
                    row |= {f"{rate}_low": low, f"{rate}_high": high}
        if cohort:
            # Leads that reached the next step reached this one: out here, less out there, is lost
            # in between. From the last step no lead moves on, and none is lost.
            following = steps[index + 1] if index + 1 < len(steps) else None
            lost = count.over - following.over if following else 0
            row["lost"] = lost
            row["open"] = count.reached - following.reached - lost if following else 0
        yield row


def eventual(fate: Incidence | None) -> dict[str, object]:
    """What becomes of leads, as the columns of a row; none of them for no leads."""
    if fate is None:
        return {}
    return {
        "eventual": fate.value,
        "eventual_low": fate.low,
        "eventual_high": fate.high,
        "eventual_at_least": fate.at_least,
        "eventual_at_most": fate.at_most,
        "eventual_is_final": fate.is_final,
    }


def _named(segment: object) -> _Segment:
    return segment if isinstance(segment, str) else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
