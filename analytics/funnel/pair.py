"""A pair of funnels on one scale: how far these leads get beside others, to date and finally."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from analytics import certainty
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.stats.intervals import Z95
from analytics.stats.significance import benjamini_hochberg


@dataclass(frozen=True)
class Share:
    """How many of the leads at the first step reach a step.

    stage: the slug of the step.
    reached: leads.
    now: a fraction of those at the first step, None without any.
    expected: the product of the projected final rates of the steps up to it; None where one of them
        is not known, as for moves.
    is_least: whether a rate in the product is not final, so that more may come.
    """

    stage: str
    reached: int
    now: float | None
    expected: float | None
    is_least: bool = False


@dataclass(frozen=True)
class Change:
    """The rate of a step against the same rate of other leads.

    stage: the slug of the step; the rate is of the leads at the one before.
    certainty: whether they differ beyond chance, corrected for all steps; YOUNG where it is too
        early to say that they do not.
    difference, low, high: of the two rates, with its 95% interval; None where one is not known.
    """

    stage: str
    certainty: Certainty
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def shares(scope: Scope, rows: pd.DataFrame, groups: Sequence[Share] = ()) -> tuple[Share, ...]:
    """Of the leads of a funnel, how many reach each step, to date and finally.

    `rows` are those of `funnel` for one segment. At the level of stages `groups` are the shares at
    the level of groups: a stage that opens a group is expected to be reached by as many as the
    group, so that a number is the same whatever the level.

    Source:
        docs/counting.md, "Pairs of funnels".
    """
    openers = {step.opened_by: step.slug for step in scope.generation.pipeline.steps("group")}
    known = {share.stage: share for share in groups}
    found: list[Share] = []
    for row in rows.itertuples(index=False):
        group = known.get(openers.get(row.stage, "")) if groups else None
        expected, is_least = (
            (group.expected, group.is_least) if group else _expected(row, found[-1:])
        )
        now = None if pd.isna(row.of_first) else float(row.of_first)
        if expected is not None and now is not None:
            expected = max(expected, now)
        found.append(Share(row.stage, int(row.reached), now, expected, is_least))
    return tuple(found)


def _expected(row: Any, before: Sequence[Share]) -> tuple[float | None, bool]:
    """The final share that reaches a step, and whether that is a lower limit."""
    if not before:
        return (1.0 if row.reached else None), False
    last = before[0]
    if last.expected is None or pd.isna(row.eventual):
        return None, False
    return last.expected * float(row.eventual), last.is_least or not row.eventual_is_final


def changes(rows: pd.DataFrame, others: pd.DataFrame) -> tuple[Change, ...]:
    """How the final rate of each step after the first differs from that of other leads.

    Both are rows of `funnel` for one segment, of one level. The interval of a difference is made of
    those of the two rates. A step whose rate is not final is YOUNG.

    Source:
        docs/counting.md, "Pairs of funnels".
    """
    pairs = list(zip(rows.to_dict("records"), others.to_dict("records"), strict=True))
    found = []
    for (before, other_before), (now, other) in pairwise(pairs):
        n = int(min(before["reached"], other_before["reached"]))
        found.append(_Difference(now["stage"], n, True, *(_of_finals(now, other) or ())))
    return _judged(found)


def changes_since(compared: pd.DataFrame, rows: pd.DataFrame) -> tuple[Change, ...]:
    """How the rate of each step after the first differs from that of an earlier period.

    `compared` are rows of `against_earlier`, both periods at the same age; `rows` are those of
    `funnel` now. A step that does not differ and whose rate is not final is YOUNG.

    Source:
        docs/counting.md, "Pairs of funnels".
    """
    final = dict(zip(rows["stage"], rows["eventual_is_final"].fillna(True), strict=True))
    found = []
    # The last row of several is that of all steps together.
    for row in compared.head(len(rows) - 1).to_dict("records"):
        limits = () if pd.isna(row["low"]) else (row["difference"], row["low"], row["high"])
        n = int(min(row["n"], row["earlier_n"]))
        found.append(_Difference(row["stage"], n, bool(final[row["stage"]]), *limits))
    return _judged(found)


@dataclass(frozen=True)
class _Difference:
    """A difference of two rates of n leads each, or more; None where one of them is not known."""

    stage: str
    n: int
    is_final: bool
    value: float | None = None
    low: float = math.nan
    high: float = math.nan

    @property
    def p_value(self) -> float:
        """The two-sided p value, by how far the interval is from zero."""
        difference = self.value or 0.0
        error = (difference - self.low if difference > 0 else self.high - difference) / Z95
        return math.erfc(abs(difference) / error / math.sqrt(2)) if error > 0 else 1.0


def _judged(found: Sequence[_Difference]) -> tuple[Change, ...]:
    """How sure each difference is, corrected for all steps."""
    q_values = iter(benjamini_hochberg([each.p_value for each in found if each.value is not None]))
    told = []
    for each in found:
        if each.value is None:
            sure = Certainty.YOUNG if each.n else Certainty.TOO_FEW
            told.append(Change(each.stage, sure))
            continue
        sure = certainty.of(each.low, each.high, q=next(q_values), n=each.n)
        if sure is Certainty.UNCLEAR and not each.is_final:
            sure = Certainty.YOUNG
        told.append(Change(each.stage, sure, each.value, each.low, each.high))
    return tuple(told)


def _of_finals(
    now: Mapping[str, Any], other: Mapping[str, Any]
) -> tuple[float, float, float] | None:
    """The difference of two final rates with its limits, None where either is not final."""
    if any(pd.isna(row["eventual_low"]) for row in (now, other)):
        return None
    rate, low, high = (float(now[name]) for name in ("eventual", "eventual_low", "eventual_high"))
    other_rate, other_low, other_high = (
        float(other[name]) for name in ("eventual", "eventual_low", "eventual_high")
    )
    difference = rate - other_rate
    return (
        difference,
        difference - math.hypot(rate - low, other_high - other_rate),
        difference + math.hypot(high - rate, other_rate - other_low),
    )
