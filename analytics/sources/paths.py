"""The paths: through which sources, and in how many touches, leads reach the milestone.

Of the touches that count (see `touchpoints`). A path is written `a > b > c`: its sources as an
answer's segments, consecutive repeats collapsed, `>` inside a name preceded by a tilde; it is empty
where no touch counts. `stops` reads it back.
"""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analytics.asked import Answer, of_leads, question
from analytics.funnel.leads import leads as lead_rows
from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.sources.touchpoints import Touchpoints, journeys, touchpoints
from analytics.stats.companies import Pairs, Sample, wilson
from analytics.view.attribution_rules import Credit
from analytics.view.view import MISSING, View

LONGEST = 10
"""Paths of so many touches or more are one length."""

COLUMNS = [
    "path",
    "leads",
    "conversions",
    "rate",
    "low",
    "high",
    "value",
    "touches",
    "median_seconds",
]
ASSIST_COLUMNS = ["source", "first", "middle", "last", "assisted", "on_path", "conversions"]
LENGTH_COLUMNS = ["touches", "conversions", "losing", "median_seconds"]

_BETWEEN = " > "
_MOST = 50  # paths, where no other number is asked for


def _decisive(view: View) -> View:
    """Of the rules of attribution, paths depend on the look-back alone."""
    return replace(of_leads(view), credit=Credit(look_back=view.credit.look_back))


@dataclass(frozen=True)
class Travels:
    """What is asked of the journeys of a view, which are found once for all of it."""

    paths: Answer
    assists: Answer
    lengths: Answer


@question(_decisive)
def travels(scope: Scope) -> Travels:
    """The paths, the assists and the lengths of a view: the journeys are found once for all."""
    asked = journeys(scope)
    with touchpoints(asked) as found:
        return Travels(
            paths=Answer(_path_rows(scope, found, _MOST), asked),
            assists=Answer(_assist_rows(found), asked),
            lengths=Answer(_length_rows(found), asked),
        )


@question(_decisive)
def paths(scope: Scope, most: int = _MOST) -> Answer:
    """The most common paths to the milestone, those of most conversions first.

    One row per path, no more than `most`.

    Columns (COLUMNS):
        path: text, see the module
        leads that took it; conversions: of them, reached the milestone by now
        rate: conversions ÷ leads, with its 95 % Wilson interval low, high, as wide as leads of one
            company make it; null in flow mode, where leads and conversions are different people
        value of the conversions in the store's currency, an unknown one counting as 0
        touches: how many they are on average, repeated ones counted
        median_seconds from the first touch to the milestone, null without conversions
    """
    asked = journeys(scope)
    with touchpoints(asked) as found:
        return Answer(_path_rows(scope, found, most), asked)


def _path_rows(scope: Scope, found: Touchpoints, most: int) -> pd.DataFrame:
    # Most leads do not convert, and most of them take a path that is none of the most common.
    sets = found.ask("path_sets", most=most)["sources"].tolist() or None
    rows = found.ask("paths", most=most, sets=sets)
    rows["path"] = [_text(path, found) for path in rows["path"]]
    counts = {"leads": int, "conversions": int}
    rows = rows.astype(counts | dict.fromkeys(("value", "touches", "median_seconds"), float))
    samples = [
        Sample(row.conversions, row.leads, Pairs.of(row)) for row in rows.itertuples(index=False)
    ]
    rates = [
        (sample.rate, *wilson(sample)) if scope.view.mode == "cohort" else (None, None, None)
        for sample in samples
    ]
    names = ["rate", "low", "high"]
    rows[names] = pd.DataFrame(rates, columns=names, index=rows.index, dtype=float)
    return rows[COLUMNS]


@question(_decisive)
def assists(scope: Scope) -> Answer:
    """How often each source was on a path to the milestone, and where on it.

    One row per source on any of them, the most frequent first. A path may count several times in
    one source's row and counts in those of all its sources, so the columns do not add up.

    Columns (ASSIST_COLUMNS):
        source: as an answer's segment
        first, last: conversions of which it was the first, the last touch
        middle: of which it was one between those
        on_path: of which it was any; assisted: of which it was one, another source being the last
        conversions: all there are, also those without any touch
    """
    asked = journeys(scope)
    with touchpoints(asked) as found:
        return Answer(_assist_rows(found), asked)


def _assist_rows(found: Touchpoints) -> pd.DataFrame:
    rows = found.ask("path_places")
    rows["source"] = [_name(number, found) for number in rows["source_id"]]
    rows = rows.rename(columns={"at_first": "first", "at_middle": "middle", "at_last": "last"})
    rows["assisted"] = rows["on_path"] - rows["last"]
    rows["conversions"] = found.totals["conversions"].sum()
    rows = rows.sort_values(["on_path", "source"], ascending=[False, True], ignore_index=True)
    return rows[ASSIST_COLUMNS].astype(dict.fromkeys(ASSIST_COLUMNS[1:], int))


@question(_decisive)
def lengths(scope: Scope) -> Answer:
    """How many touches leads needed to reach the milestone, and how many had as many in vain.

    One row per number of touches from 1 to LONGEST, which stands for as many or more; before them
    one for 0, where there is any.

    Columns (LENGTH_COLUMNS):
        touches; conversions
        losing: leads that have not reached the milestone
        median_seconds from the first touch to it, null without conversions
    """
    asked = journeys(scope)
    with touchpoints(asked) as found:
        return Answer(_length_rows(found), asked)


def _length_rows(found: Touchpoints) -> pd.DataFrame:
    rows = found.ask("path_lengths", most=LONGEST).set_index("touches")
    every = range(0 if 0 in rows.index else 1, LONGEST + 1)
    rows = rows.reindex(every).rename_axis("touches").reset_index()
    counts = ["conversions", "losing"]
    rows[counts] = rows[counts].fillna(0)
    types = dict.fromkeys(("touches", *counts), "int64") | {"median_seconds": "float64"}
    return rows[LENGTH_COLUMNS].astype(types)


def leads(scope: Scope, path: str, *, converted: bool | None = None) -> pd.DataFrame:
    """The leads that took a path: those that reached the milestone or not, or all of them (None).

    One row per lead, as many as `paths` counts.

    Columns: as in `analytics.funnel.leads`; reached_at is when it reached the milestone, or entered
    where it did not.
    """
    view = scope.view
    frames = []
    end = transition(scope).end.slug
    with touchpoints(journeys(scope)) as found:
        numbers = _numbers(path, found)
        chosen = {
            reached: set() if numbers is None else _takers(numbers, found, converted=reached)
            for reached in ((True, False) if converted is None else (converted,))
        }
    for reached, ids in chosen.items():
        rows = lead_rows(scope.at(replace(view, stage=end if reached else None))).rows
        frames.append(rows[rows["lead_id"].isin(ids)])
    listed = pd.concat([frame for frame in frames if len(frame)] or frames[:1])
    return listed.sort_values(["created_at", "lead_id"], ascending=[False, True], ignore_index=True)


def stops(path: str) -> list[str]:
    """The sources of a path, as segments of an answer (see `segment_value`)."""
    return [stop.replace("~>", ">") for stop in path.split(_BETWEEN)] if path else []


def _takers(path: list[int], found: Touchpoints, *, converted: bool) -> set[str]:
    """The leads that took a path, given by its source_ids."""
    sets = [sum(1 << number for number in set(path))]
    takers = found.ask("path_leads", path=path or None, converted=converted, sets=sets)
    return set(takers["lead_id"])


def _text(numbers: Any, found: Touchpoints) -> str:
    if not hasattr(numbers, "__iter__"):
        return ""
    return _BETWEEN.join(_name(number, found).replace(">", "~>") for number in numbers)


def _name(number: int, found: Touchpoints) -> str:
    name = found.names[int(number)]
    return MISSING if name is None else name


def _numbers(path: str, found: Touchpoints) -> list[int] | None:
    """The source_ids of a path; None when one of its sources is unknown."""
    known = {_name(number, found): number for number in found.names}
    named = stops(path)
    return [known[name] for name in named] if set(named) <= known.keys() else None
