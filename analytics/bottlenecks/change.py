"""Change: why the rate of a period differs from the one before, and the customers with it.

A change is the effect of the segments' own rates and that of the shares of the segments
(docs/counting.md, Rate and mix); the rates are split further over the steps in logs. The sums are
exact. Both periods are seen at the same age: otherwise the later one would only look worse because
it is less mature.
"""

import math
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from analytics.asked import Asked, of_periods, question
from analytics.bottlenecks import segment_counts, waterfall
from analytics.bottlenecks.periods import latest, with_earlier
from analytics.bottlenecks.segment_counts import Counts
from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.stats import decomposition
from analytics.stats.arrays import Floats
from analytics.stats.companies import Across, Pairs, Sample, newcombe
from analytics.stats.decomposition import Company
from analytics.view.periods import DAY, DAY_SECONDS
from analytics.view.view import segment_text
from data.dimensions import DIMENSIONS

MOST_VALUES = 60
"""A dimension with more values is not ranked: the finer, the more of any change is mix."""

RANKED = tuple(name for name in DIMENSIONS if name != "temperature")
"""The dimensions that are ranked. Others are often filled in on the way, such as the temperature or
a deal's state: by them any change is mix, as they say how far a lead got and not why."""

COLUMNS = [
    "segment",
    "rate_effect",
    "mix_effect",
    "before",
    "after",
    "leads_before",
    "leads_after",
    "reached_before",
    "reached_after",
    "rate_low",
    "rate_high",
]
DIMENSION_COLUMNS = ["dimension", "rate", "mix", "explained", "simpson", "values"]

_LONGEST_WINDOW = 36_500


@dataclass(frozen=True)
class Change:
    """The change of the share of leads that reached a step, `milestone`; all shares as fractions.

    milestone, window          the step, and the days within which it is reached (None: ever)
    first, last                the period, days of entry in the store's calendar
    first_before, last_before  the one before it
    is_complete                whether the data goes back to the start of the earlier period
    before, after              the share in each; None, like all that follows from it, when a
                               period has no leads
    low, high                  the 95 % interval of after − before (Newcombe); like the others as
                               wide as leads of one company make it
    leads_…, won_…             leads that entered, and those of them that reached the milestone, as
                               known when their period was as old as the later one is now
    dimension                  what `rows` are split by, None where there is nothing to split by
    rate, mix                  the effect of the segments' own rates and of their shares, together
                               after − before
    rate_low, rate_high        the 95 % interval of `rate`
    simpson                    every segment went one way and the whole another
    asked_before, asked        how many leads reached each step, by dimension, in each period

    Columns of `rows`, one per segment, the largest effect first (COLUMNS):
        segment
        rate_effect, mix_effect        together over all rows after − before
        before, after                  its own rates, null without leads
        leads_before, leads_after, reached_before, reached_after
        rate_low, rate_high            the 95 % interval of rate_effect, null for a segment that was
                                       there in one period only: all of it is mix

    Columns of `dimensions`, one per dimension of RANKED with 2 to MOST_VALUES values, and that of
    the breakdown whatever it is, the largest mix first (DIMENSION_COLUMNS). Dimensions overlap:
    each is a split of the same change, they do not add up.
        dimension, values    its name, and how many values it has
        rate, mix, simpson   as above, by it
        explained            mix as a share of the change (beyond 0 to 1 where rates and mix go
                             against each other; null without a change)

    Columns of `steps`, one per transition up to the milestone (waterfall.STEP_COLUMNS):
        transition           "lead>prospect"
        before, after        its rates
        log_part             ln(after / before), which sum to that of the whole; null where a rate
                             is 0 or unknown
        points               the same in shares of all leads, which sum to after − before

    Columns of `waterfall`, from the customers (leads at the milestone) before to those after
    (waterfall.COLUMNS). The effects sum to the change exactly.
        key                  BEFORE, LEADS (more or fewer leads at the mean rate), MIX, each
                             transition (the rates of the segments, at the mean of leads), AFTER
        value, start, end    customers, and from where to where its bar goes
    """

    milestone: str
    window: int | None
    first: date
    last: date
    first_before: date
    last_before: date
    is_complete: bool
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    leads_before: int
    leads_after: int
    won_before: int
    won_after: int
    dimension: str | None
    rate: float | None
    mix: float | None
    rate_low: float | None
    rate_high: float | None
    simpson: bool
    rows: pd.DataFrame
    dimensions: pd.DataFrame
    steps: pd.DataFrame
    waterfall: pd.DataFrame
    asked_before: Asked
    asked: Asked


@question(lambda view: replace(of_periods(view), mode="cohort", clock="calendar"))
def change(scope: Scope) -> Change:
    """Why the share that reaches the milestone changed: by segments of `view.by`, and by steps.

    Without a breakdown the dimension is the one with the largest mix. The periods are those of
    `periods`. Leads are those that entered in the period, in flow mode too: rates whose parts are
    other leads than the whole say nothing about why.

    Raises what `transition` does.
    """
    view = scope.view
    earlier, later = periods(scope)
    milestone = transition(later).end
    steps = later.steps[: later.steps.index(milestone) + 1]
    asked_before, asked = (
        Asked(
            replace(each, dimensions=_dimensions(scope)),
            "bottlenecks/change",
            parameters={"asked_stages": [step.opened_by for step in steps]},
        )
        for each in (earlier, later)
    )
    counts = segment_counts.counted(asked_before, asked)
    whole = segment_counts.whole(counts)
    known = bool(whole.before[0, 0] and whole.after[0, 0])
    splits = {name: found.split() for name, found in counts.items()} if known else {}
    ranked = _ranked(counts, splits, view.by)
    chosen = view.by or (str(ranked["dimension"].iat[0]) if len(ranked) else None)
    parts = counts[chosen] if chosen else whole
    companies = segment_counts.companies(asked_before, asked, chosen, parts) if known else None
    split = parts.split(companies) if known else None
    limits = _limits(whole, companies) if known else (None, None)
    before, after = whole.before[0], whole.after[0]
    slugs = [step.slug for step in steps]
    low, high = split.rate_interval if split else (None, None)
    return Change(
        milestone=milestone.slug,
        window=later.view.window,
        first=later.days[0],
        last=later.days[1],
        first_before=earlier.days[0],
        last_before=earlier.days[1],
        is_complete=earlier.known_days[0] == earlier.days[0],
        before=_share(before),
        after=_share(after),
        low=limits[0],
        high=limits[1],
        leads_before=int(before[0]),
        leads_after=int(after[0]),
        won_before=int(before[-1]),
        won_after=int(after[-1]),
        dimension=chosen,
        rate=split.rate_effect if split else None,
        mix=split.mix_effect if split else None,
        rate_low=low,
        rate_high=high,
        simpson=split.is_reversal if split else False,
        rows=_rows(parts, split, named=chosen is not None),
        dimensions=ranked,
        steps=waterfall.step_rows(slugs, before, after),
        waterfall=waterfall.waterfall(slugs, parts, split),
        asked_before=asked_before,
        asked=asked,
    )


def periods(scope: Scope) -> tuple[Scope, Scope]:
    """The two scopes that a change is between, the earlier one first, at equal maturity.

    The view's period and the one that it compares with, the previous one by default. All of the
    data is no period: then they are the `latest` whose leads were observed for the horizon by
    `as_of`, in a window of the horizon: that of the view, else the time within which nine in ten of
    those that reached the milestone did so, or for which half of the leads were observed, if that
    is shorter; in whole days.
    """
    view = scope.view
    scope = scope.at(replace(view, by=None, mode="cohort", compare="none"))
    if not scope.is_whole:
        return with_earlier(scope, view.compare)
    window = view.window or _horizon(scope)
    first, today = scope.known_days
    last = today - (window + 1) * DAY  # all of that day's leads were observed for the window
    return latest(scope.at(replace(scope.view, window=window)), first, last)


def _horizon(scope: Scope) -> int:
    """The time that most need to the milestone, in days; 1 where no lead reached it."""
    step = transition(scope)
    spans = scope.ask(
        "funnel/horizon", before=step.entry.opened_by, step=step.end.opened_by, from_entry=True
    ).iloc[0]
    known = [float(span) for span in spans if pd.notna(span)]
    return min(max(1, math.ceil(min(known, default=0.0) / DAY_SECONDS)), _LONGEST_WINDOW)


def _dimensions(scope: Scope) -> tuple[str, ...]:
    """The dimensions that are asked about."""
    view, generation = scope.view, scope.generation
    return tuple(name for name in generation.dimensions if name in (*RANKED, view.by))


def _limits(whole: Counts, companies: tuple[Company, Company] | None) -> tuple[float, float]:
    """The 95 % interval of the change of the share of all leads."""
    (n0, x0), (n1, x1) = (
        (int(each[0, 0]), int(each[0, -1])) for each in (whole.before, whole.after)
    )
    if companies is None:
        return newcombe(Sample(x1, n1), Sample(x0, n0))
    most = max(int(each.company.max(initial=0)) for each in companies) + 1
    (m0, y0), (m1, y1) = (
        (
            np.bincount(each.company, each.leads, most).astype(np.float64),
            np.bincount(each.company, each.successes, most).astype(np.float64),
        )
        for each in companies
    )
    across = Across(float(m1 @ m0), float(y1 @ m0), float(m1 @ y0), float(y1 @ y0))
    return newcombe(
        Sample(x1, n1, Pairs.among(m1, y1)), Sample(x0, n0, Pairs.among(m0, y0)), across
    )


def _ranked(
    counts: dict[str, Counts], splits: dict[str, decomposition.Split], by: str | None
) -> pd.DataFrame:
    """The dimensions, by what their mix explains."""
    sizes = {name: len(counts[name].segments) for name in splits}
    names = [name for name in splits if 2 <= sizes[name] <= MOST_VALUES or name == by]
    names.sort(key=lambda name: (-abs(splits[name].mix_effect), sizes[name], name))
    rows = []
    for name in names:
        split = splits[name]
        explained = split.mix_effect / split.change if split.change else None
        rows.append(
            {
                "dimension": name,
                "rate": split.rate_effect,
                "mix": split.mix_effect,
                "explained": explained,
                "simpson": split.is_reversal,
                "values": sizes[name],
            }
        )
    return pd.DataFrame(rows, columns=DIMENSION_COLUMNS).astype(
        {"rate": float, "mix": float, "explained": float, "simpson": bool, "values": int}
    )


def _rows(parts: Counts, split: decomposition.Split | None, named: bool) -> pd.DataFrame:
    rows = []
    for index, segment in enumerate(parts.segments):
        old, new = parts.before[index], parts.after[index]
        row: dict[str, object] = {
            "segment": segment_text(segment) if named else None,
            "before": _share(old),
            "after": _share(new),
            "leads_before": int(old[0]),
            "leads_after": int(new[0]),
            "reached_before": int(old[-1]),
            "reached_after": int(new[-1]),
        }
        if split is not None:
            effect = float(split.rate[index])
            row |= {"rate_effect": effect, "mix_effect": float(split.mix[index])}
            if old[0] and new[0]:
                low, high = split.interval(index)
                row |= {"rate_low": low, "rate_high": high}
        rows.append(row)
    whole = ("leads_before", "leads_after", "reached_before", "reached_after")
    types = dict.fromkeys(COLUMNS[1:], float) | dict.fromkeys(whole, int)
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(types)
    effect = (frame["rate_effect"] + frame["mix_effect"]).abs()
    order = pd.DataFrame({"effect": -effect, "leads": -frame["leads_after"]})
    return frame.loc[order.sort_values(["effect", "leads"], kind="stable").index].reset_index(
        drop=True
    )


def _share(counts: Floats) -> float | None:
    return float(counts[-1] / counts[0]) if counts[0] else None
