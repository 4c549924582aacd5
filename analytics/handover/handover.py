"""The ledger of the hand-over: what sales answered for the leads that marketing handed over.

Source:
    docs/counting.md, Hand-over; Kaplan and Meier (1958) for the time to an answer.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics import certainty
from analytics.asked import Asked, of_stays, question
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.arrays import Floats
from analytics.stats.companies import Across, Pairs, Sample, against_rest, whole, wilson
from analytics.stats.survival import Curve, of_durations, quantile
from analytics.view.view import View
from data.pipeline import Handover as Between

ANSWERS = ("accepted", "sent_back", "exited", "waiting")
"""What became of a lead that was handed over; one that is waiting has no answer yet."""

_COUNTS = ("handed_over", *ANSWERS)
COLUMNS = [
    "segment",
    *_COUNTS,
    "median_seconds",
    "p90_seconds",
    "accepted_low",
    "accepted_high",
    "accepted_rate",
    "taken",
    "median_low",
    "median_high",
    "difference",
    "difference_low",
    "difference_high",
    "q_value",
    "certainty",
]
_NUMBERS = [name for name in COLUMNS if name not in ("segment", "certainty", "taken", *_COUNTS)]


@dataclass(frozen=True)
class Handover:
    """What became of the leads handed over in the view's period, whenever they came.

    rows: one row per segment of the view's breakdown, the most leads first.
    total: the same of all leads, as one row without a segment. sample: how many of them were
        accepted, as certain as leads of one company leave it.
    between: the stages of the hand-over; None where the pipeline has none, and so no lead is handed
        over. taken_after: the working hours after which silence is
        taken as yes; None for never.
    asked: the question of the counts.

    Columns (COLUMNS):
        segment: as in other answers; null without a breakdown
        handed_over = accepted + sent_back + exited + waiting, at `as_of`
        median_seconds, p90_seconds: working time up to the answer, Kaplan–Meier quantiles with
            those still waiting among them; null where not reached. median_low, median_high: the
            95% interval of the former
        accepted_rate = accepted ÷ handed_over; accepted_low, accepted_high: its 95% Wilson interval
        taken: of those accepted, the ones that nobody answered for in time: see View.taken_after
        difference: of the rate from that of all other segments, with its 95% Newcombe interval;
            q_value (Benjamini–Hochberg) over all segments; null where there is no other
        certainty: see `analytics.certainty`
    """

    rows: pd.DataFrame
    total: pd.Series
    sample: Sample
    between: Between | None
    taken_after: int | None
    asked: Asked


def of_handovers(view: View) -> View:
    """What decides answers about hand-overs: those of the period, in working hours."""
    decided = replace(of_stays(view), mode="flow", clock="working")
    return replace(decided, taken_after=view.taken_after)


@question(of_handovers)
def handover(scope: Scope) -> Handover:
    """What became of the leads that were handed over, by segment.

    Source:
        docs/counting.md, Hand-over.
    """
    asked = Asked(scope, "handover/ledger", of="handovers")
    counted = asked.rows()
    samples = [
        (Sample(int(row.accepted), int(row.handed_over), Pairs.of(row)), Across.of(row))
        for row in counted.itertuples(index=False)
    ]
    rows = [
        _row(row, sample, _curve([row.answered_seconds], [row.waiting_seconds]))
        for row, (sample, _across) in zip(counted.itertuples(index=False), samples, strict=True)
    ]
    _compare(rows, samples)
    sums = counted[[*_COUNTS, "taken"]].sum().to_dict() | {"segment": None}
    everybody = whole([sample for sample, _ in samples], [across for _, across in samples])
    waits = _curve(counted["answered_seconds"], counted["waiting_seconds"])
    of_all = _row(pd.Series(sums), everybody, waits)
    if not rows and scope.view.by is None:
        rows = [of_all]
    return Handover(
        rows=_frame(rows),
        total=_frame([of_all]).iloc[0],
        sample=everybody,
        between=scope.generation.pipeline.handover,
        taken_after=scope.selects.taken_after,
        asked=asked,
    )


@question(lambda view: replace(of_handovers(view), by=None))
def listing(scope: Scope) -> Listing:
    """The leads that were handed over: those without an answer first, the longest waiting of them.

    Columns:
        lead_id, company, name, phone, email, owner, team, source: of the lead
        handed_at: naive UTC; answer: one of ANSWERS; is_taken: whether it is accepted because
            nobody answered in time
        why: the kinds of reasons given for sending it back, or for its exit; null where none was
        decided_at: when it left the stage; null while it is there. back_at: since when it is back
        seconds: working time up to the answer, of those waiting to `as_of`
    """
    return Listing(Asked(scope, "handover/leads", of="handovers"))


def _row(row: Any, sample: Sample, waits: Curve) -> dict[str, Any]:
    """A row of counts, with what follows from them; what is compared is added later."""
    made = {name: getattr(row, name) for name in ("segment", *_COUNTS, "taken")}
    median, low, high = quantile(waits, 0.5)
    made |= {"median_seconds": median, "median_low": low, "median_high": high}
    made |= {"p90_seconds": quantile(waits, 0.9)[0]}
    made |= {"certainty": str(certainty.Certainty.TOO_FEW)}
    if sample.n:
        low, high = wilson(sample)
        made |= {"accepted_rate": sample.rate, "accepted_low": low, "accepted_high": high}
    return made


def _curve(answered: Any, waiting: Any) -> Curve:
    """The curve of the time to an answer, of runs of working seconds."""
    runs = [("answered", run) for run in answered] + [("open", run) for run in waiting]
    known = [(cause, _seconds(run)) for cause, run in runs if run is not None]
    return of_durations([run for _, run in known], [cause for cause, _ in known])


def _seconds(run: Any) -> Floats:
    return np.asarray(run if isinstance(run, list | np.ndarray) else [], dtype=np.float64)


def _compare(rows: list[dict[str, Any]], samples: list[tuple[Sample, Across]]) -> None:
    """Adds how the rate of each segment differs from that of all others, and how sure that is."""
    rests = against_rest([sample for sample, _ in samples], [across for _, across in samples])
    for row, (sample, _across), rest in zip(rows, samples, rests, strict=True):
        if rest is not None:
            sure = certainty.of(rest.low, rest.high, q=rest.q_value, n=sample.n)
            row |= {
                "difference": rest.difference,
                "difference_low": rest.low,
                "difference_high": rest.high,
                "q_value": rest.q_value,
                "certainty": str(sure),
            }


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    types = dict.fromkeys((*_COUNTS, "taken"), "int64") | dict.fromkeys(_NUMBERS, "float64")
    frame = frame.astype(types)
    frame["segment"] = pd.Series([row["segment"] for row in rows], dtype=object)
    return frame
