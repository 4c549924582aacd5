"""The paths: through which sources, and in how many touches, leads come to the milestone.

Of the touches that count (see `analytics.touchpoints`). A path is written `a > b > c`: its sources
as an answer's segments, a touch that follows one of the same source left out, `>` inside a name
having a tilde before it; it is empty where no touch counts. `stops` reads it back.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from analytics.asked import Answer, of_leads, question
from analytics.funnel.leads import leads as lead_rows
from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.sources.touchpoints import Touchpoints, journeys, sql_of, touchpoints
from analytics.stats.intervals import wilson
from analytics.view.attribution_rules import Credit
from analytics.view.view import MISSING, View

LONGEST = 10
"""Paths of so many touches or more are told as one length."""

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


def _decisive(view: View) -> View:
    """Of the rules of credit, paths only depend on how far back touches count."""
    return replace(of_leads(view), credit=Credit(look_back=view.credit.look_back))


@question(_decisive)
def paths(scope: Scope, most: int = 50) -> Answer:
    """The commonest paths to the milestone, those of most conversions first.

    One row per path, no more than `most`. Columns (COLUMNS): path (text, see the module); leads
    that took it; conversions, of them by now at the milestone; rate, a fraction, with its 95 %
    Wilson interval low and high (null in flow mode, where leads and conversions are other people);
    value of the conversions in the store's currency, an unknown one counting nothing; touches, how
    many they are on average, repeated ones counted; median_seconds from the first touch to the
    milestone, null without conversions.
    """
    view = scope.view
    with touchpoints(scope) as found:
        _make_tracks(found)
        rows = found.ask("paths", most=most)
        rows["path"] = [_text(path, found) for path in rows["path"]]
    counts = {"leads": int, "conversions": int}
    rows = rows.astype(counts | dict.fromkeys(("value", "touches", "median_seconds"), float))
    rates = [
        (came / of, *wilson(came, of)) if view.mode == "cohort" else (None, None, None)
        for came, of in zip(rows["conversions"].tolist(), rows["leads"].tolist(), strict=True)
    ]
    names = ["rate", "low", "high"]
    rows[names] = pd.DataFrame(rates, columns=names, index=rows.index, dtype=float)
    return Answer(rows[COLUMNS], journeys(scope))


@question(_decisive)
def assists(scope: Scope) -> Answer:
    """How often each source was on a path to the milestone, and where on it.

    One row per source on any of them, the most of them first. Columns (ASSIST_COLUMNS): source, as
    an answer's segment; first, last: conversions of which it was the first, the last touch; middle:
    of which it was one between those; on_path: of which it was any; assisted: of which it was one,
    another source being the last; conversions: all there are, also those without any touch. A
    source may be counted several times on a path, so that the columns do not add up to each other.
    """
    with touchpoints(scope) as found:
        rows = found.ask("path_places")
        totals = found.ask("journey_totals")
        rows["source"] = [_name(number, found) for number in rows["source_id"]]
    rows = rows.rename(columns={"at_first": "first", "at_middle": "middle", "at_last": "last"})
    rows["assisted"] = rows["on_path"] - rows["last"]
    rows["conversions"] = totals["conversions"].sum()
    rows = rows.sort_values(["on_path", "source"], ascending=[False, True], ignore_index=True)
    rows = rows[ASSIST_COLUMNS].astype(dict.fromkeys(ASSIST_COLUMNS[1:], int))
    return Answer(rows, journeys(scope))


@question(_decisive)
def lengths(scope: Scope) -> Answer:
    """In how many touches leads came to the milestone, and how many had as many and did not.

    One row per number of touches from 1 to LONGEST, which stands for as many or more, after one for
    0 where there is any. Columns (LENGTH_COLUMNS): touches; conversions; losing, leads that have
    not come to the milestone; median_seconds from the first touch to it, null without conversions.
    """
    with touchpoints(scope) as found:
        rows = found.ask("path_lengths", most=LONGEST).set_index("touches")
    every = range(0 if 0 in rows.index else 1, LONGEST + 1)
    rows = rows.reindex(every).rename_axis("touches").reset_index()
    counts = ["conversions", "losing"]
    rows[counts] = rows[counts].fillna(0)
    types = dict.fromkeys(("touches", *counts), "int64") | {"median_seconds": "float64"}
    return Answer(rows[LENGTH_COLUMNS].astype(types), journeys(scope))


def leads(scope: Scope, path: str, *, converted: bool | None = None) -> pd.DataFrame:
    """The leads that took a path, those that came to the milestone or not, or all of them (None).

    One row per lead, as many as `paths` counts; columns as in `analytics.leads`, reached_at being
    when it came to the milestone, or entered where it did not.
    """
    view = scope.view
    frames = []
    end = transition(scope).end.slug
    with touchpoints(scope) as found:
        _make_tracks(found)
        numbers = _numbers(path, found)
        chosen = {
            came: set()
            if numbers is None
            else set(found.ask("path_leads", path=numbers or None, converted=came)["lead_id"])
            for came in ((True, False) if converted is None else (converted,))
        }
    for came, ids in chosen.items():
        rows = lead_rows(scope.at(replace(view, stage=end if came else None))).rows
        frames.append(rows[rows["lead_id"].isin(ids)])
    listed = pd.concat([frame for frame in frames if len(frame)] or frames[:1])
    return listed.sort_values(["created_at", "lead_id"], ascending=[False, True], ignore_index=True)


def stops(path: str) -> list[str]:
    """The sources of a path, as segments of an answer (see `analytics.view.segment_value`)."""
    return [stop.replace("~>", ">") for stop in path.split(_BETWEEN)] if path else []


def _make_tracks(found: Touchpoints) -> None:
    found.session.make("tracks", sql_of("tracks"))


def _text(numbers: Any, found: Touchpoints) -> str:
    if not hasattr(numbers, "__iter__"):
        return ""
    return _BETWEEN.join(_name(number, found).replace(">", "~>") for number in numbers)


def _name(number: int, found: Touchpoints) -> str:
    name = found.names[int(number)]
    return MISSING if name is None else name


def _numbers(path: str, found: Touchpoints) -> list[int] | None:
    """The source_ids of a path; None when one of its sources is not there."""
    known = {_name(number, found): number for number in found.names}
    named = stops(path)
    return [known[name] for name in named] if set(named) <= known.keys() else None
