"""Criteria: how many leads at a stage are what was agreed on, and whether those go further.

Counted are visits to a stage as everywhere (see `analytics.bottlenecks.visits`): those of the
view's period that were followed for the usual time of their stage. Each is judged by every version
of the criterion of its stage that has a test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import pandas as pd

from analytics import certainty
from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks.visits import Window, all_visits, day_ends, segmented, windows
from analytics.criteria.judged import judged
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.companies import Across, Pairs, Sample, newcombe, p_value, wilson
from analytics.stats.significance import benjamini_hochberg
from analytics.view.scenario import Scenario
from analytics.view.view import View
from data.condition import Condition
from data.criterion import Criterion

LEAST = 30
"""With fewer leads of either kind it is not asked whether those who meet a test go further."""

State = Literal["in force", "earlier", "proposed", "tried"]

_COUNTS = ("met", "unmet", "unknown", "met_moved", "unmet_moved", "unknown_moved")
_RATES = (
    "met_rate", "met_rate_low", "met_rate_high", "met_moved_rate", "unmet_moved_rate",
    "difference", "difference_low", "difference_high", "p_value", "q_value",
)  # fmt: skip
COLUMNS = [
    "segment",
    "stage",
    "version",
    "state",
    "n",
    *_COUNTS,
    *_RATES,
    "certainty",
]


@dataclass(frozen=True)
class Judgement:
    """What is judged of a stage: a version of its criterion, or a test that is only tried."""

    stage: str
    version: int | None
    state: State
    condition: Condition


@dataclass(frozen=True)
class Criteria:
    """How many leads meet the criteria of their stages.

    rows: one row per stage, version with a test, and segment of the view's breakdown; the stages in
        order, all leads first, then the segments with the most of them.
    judgements: what was judged, in the order of the rows.
    windows: of which days the visits are, by stage.
    asked: the question of the counts; None where no stage has a test.

    Columns (COLUMNS):
        segment: as in other answers; null for all leads
        stage: its slug; version: of its criterion, null for a test that is `tried`
        state: `in force`; `earlier`, a version that was followed by another one; `proposed`, one
            that nobody has agreed on yet; `tried`
        n = met + unmet + unknown: visits to the stage whose lead meets the test, does not, or of
            whom what it asks for is not known
        met_moved, unmet_moved, unknown_moved: those of them that moved on in time; so by this
            version met are let through, met_moved of whom moved on, and unmet held back,
            unmet_moved of whom moved on all the same
        met_rate = met ÷ (met + unmet), with met_rate_low, met_rate_high: its 95% Wilson interval
        met_moved_rate = met_moved ÷ met; unmet_moved_rate = unmet_moved ÷ unmet
        difference: between the two; difference_low, difference_high: its 95% Newcombe interval;
            p_value; q_value (Benjamini–Hochberg) over all rows that are compared. Null, as the
            certainty is `too-few`, with fewer than LEAST that meet it or that do not
        certainty: see `analytics.certainty`
    """

    rows: pd.DataFrame
    judgements: tuple[Judgement, ...]
    windows: tuple[Window, ...]
    asked: Asked | None

    def of(self, stage: str) -> pd.DataFrame:
        """The rows of a stage, all leads together."""
        return self.rows[(self.rows["stage"] == stage) & self.rows["segment"].isna()]


def _decisive(view: View) -> View:
    return replace(of_visits(view), scenario=Scenario())


@question(_decisive)
def criteria(scope: Scope, stage: str | None = None, test: str | None = None) -> Criteria:
    """How many leads at each stage meet its criterion, and whether those go further.

    stage, test: a test that is tried for a stage beside its own.

    Raises:
        ConditionError: the test cannot be read.
        ValueError: there is no such stage, or the last one, which leads nowhere.

    Source:
        docs/counting.md, "Criteria of the stages".
    """
    found = windows(scope)
    judgements = (*_judgements(scope), *_tried(scope, stage, test))
    if not judgements:
        return Criteria(_frame([]), (), found, None)
    asked = _asked(scope, judgements, found)
    rows = [_row(row, judgement) for row, judgement in _counted(asked, judgements)]
    _compare(rows)
    return Criteria(_frame(_in_order(rows, judgements)), judgements, found, asked)


@question(lambda view: replace(_decisive(view), by=None))
def listing(scope: Scope, stage: str, version: int) -> Listing:
    """The visits that a version of a criterion counts, as many as its `n`.

    Those whose lead does not meet it come first, then those of whom it is not known.

    Columns:
        lead_id, company, name, owner, team, source, need, budget, authority, timing, score
        meets: whether the lead meets it, null where it is not known
        entered_at, outcome, seconds: of the visit, as in `time_in_stage.stays`

    Raises:
        KeyError: the stage has no such version with a test.
    """
    judgements = [each for each in _judgements(scope) if each.stage == stage]
    versions = [each.version for each in judgements]
    if version not in versions:
        raise KeyError(version)
    counts = _asked(scope, judgements, windows(scope))
    bound = {**counts.parameters, "test_number": versions.index(version)}
    return Listing(replace(counts, file="criteria/leads", parameters=bound))


def _judgements(scope: Scope) -> Iterator[Judgement]:
    """The tests of the pipeline's criteria; the last stage leads nowhere, and has no stays."""
    for stage in scope.generation.pipeline.stages[:-1]:
        for each in stage.criteria:
            if each.test is not None:
                state = _state(each, stage.criterion)
                yield Judgement(stage.slug, each.version, state, each.test)


def _state(criterion: Criterion, in_force: Criterion | None) -> State:
    if criterion.is_proposed:
        return "proposed"
    return "in force" if criterion is in_force else "earlier"


def _tried(scope: Scope, stage: str | None, test: str | None) -> Iterator[Judgement]:
    if stage is None and test is None:
        return
    if stage is None or test is None:
        raise ValueError("A test is tried for a stage: say both.")
    slugs = scope.generation.pipeline.slugs[:-1]
    if stage not in slugs:
        raise ValueError(
            f"There is no stage {stage!r} with a next one; there are {', '.join(slugs)}."
        )
    yield Judgement(stage, None, "tried", Condition(test))


def _asked(scope: Scope, judgements: Sequence[Judgement], found: tuple[Window, ...]) -> Asked:
    slugs = scope.generation.pipeline.slugs
    by_rank: dict[int, list[Condition]] = {}
    for each in judgements:
        by_rank.setdefault(slugs.index(each.stage), []).append(each.condition)
    columns = scope.generation.query("select * from leads limit 0").columns
    judging = judged(by_rank, columns)
    by = scope.view.by
    before = timedelta(days=1)
    starts = [day_ends(scope, window.first_day - before) for window in found]
    ends = [day_ends(scope, window.last_day) for window in found]
    bound = {
        "horizons": [window.horizon for window in found],
        "starts": starts,
        "ends": ends,
        **judging.parameters,
    }
    within = all_visits(scope, () if by is None else (by,))
    return Asked(within, "criteria/criteria", "stays", bound, judging.ctes)


def _counted(asked: Asked, judgements: tuple[Judgement, ...]) -> Iterator[tuple[Any, Judgement]]:
    """The rows of the SQL, each with what it is of."""
    slugs = asked.scope.generation.pipeline.slugs
    of_stage = {
        stage: [each for each in judgements if each.stage == stage]
        for stage in {each.stage for each in judgements}
    }
    for row in segmented(asked).itertuples(index=False):
        yield row, of_stage[slugs[row.stage_rank]][row.test_number]


def _row(row: Any, judgement: Judgement) -> dict[str, Any]:
    """A row of counts with its rates; what is compared is added later."""
    counts = {name: int(getattr(row, name)) for name in _COUNTS}
    known = counts["met"] + counts["unmet"]
    made: dict[str, Any] = {
        "segment": row.segment,
        "stage": judgement.stage,
        "version": judgement.version,
        "state": judgement.state,
        "n": known + counts["unknown"],
        **counts,
        "certainty": str(certainty.Certainty.TOO_FEW),
    }
    if known:
        agreed = Sample(counts["met"], known, Pairs.of(row))
        low, high = wilson(agreed)
        made |= {"met_rate": agreed.rate, "met_rate_low": low, "met_rate_high": high}
    met, unmet = (_moved(row, counts, kind) for kind in ("met", "unmet"))
    for kind, sample in (("met", met), ("unmet", unmet)):
        if sample.n:
            made[f"{kind}_moved_rate"] = sample.rate
    if min(met.n, unmet.n) >= LEAST:
        across = Across.of(row)
        low, high = newcombe(met, unmet, across)
        made |= {
            "difference": met.rate - unmet.rate,
            "difference_low": low,
            "difference_high": high,
            "p_value": p_value(met, unmet, across),
        }
    return made


def _moved(row: Any, counts: Mapping[str, int], kind: str) -> Sample:
    """The leads that meet the test, or do not, and those of them that moved on."""
    return Sample(counts[f"{kind}_moved"], counts[kind], Pairs.of(row, f"{kind}_"))


def _compare(rows: list[dict[str, Any]]) -> None:
    """Adds to the rows that are compared how sure their difference is, corrected for all."""
    compared = [row for row in rows if "p_value" in row]
    q_values = benjamini_hochberg([row["p_value"] for row in compared])
    for row, q_value in zip(compared, q_values, strict=True):
        low, high = row["difference_low"], row["difference_high"]
        few = min(row["met"], row["unmet"])
        row["q_value"] = q_value
        row["certainty"] = str(certainty.of(low, high, q=q_value, n=few))


def _in_order(
    rows: list[dict[str, Any]], judgements: tuple[Judgement, ...]
) -> list[dict[str, Any]]:
    places = {(each.stage, each.version): place for place, each in enumerate(judgements)}
    return sorted(
        rows,
        key=lambda row: (
            places[row["stage"], row["version"]],
            row["segment"] is not None,
            -row["n"],
            row["segment"] or "",
        ),
    )


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    counts = dict.fromkeys(("n", *_COUNTS), "int64") | {"version": "Int64"}
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(counts | dict.fromkeys(_RATES, float))
    frame["segment"] = pd.Series([row["segment"] for row in rows], dtype=object)
    return frame
