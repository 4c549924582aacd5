"""The touchpoints: the touches before a milestone that share the credit for it.

Found once for a view, as temporary tables of one session; several small questions are then asked of
them, by one answer and by those after it (see `shelf`). A file of paths makes the same tables (see
`path_file`).

Which touches count: those of the leads of the view's scope that are known at `as_of`, are no later
than the milestone (or than `as_of`, where the lead has not reached it) and no longer before that
than `look_back`. A lead without a known touch has its own source as its only touch.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import pandas as pd

from analytics.asked import Asked
from analytics.funnel.transition import transition
from analytics.scope import Scope, written
from analytics.sources.shelf import Shelf
from analytics.sources.spend import dimension_of
from analytics.view.view import segment_text
from data.quoting import used
from data.session import Session

NAMED = 30
"""So many sources, those with the most touches, keep their names: the others go together."""

OTHERS = "~other"
"""Their name. No answer writes a source like that: one that begins with a tilde has two."""

BUCKETS = 200
"""How many groups journeys are dealt into for resampling."""

MOST_KEPT = 8_000_000
"""So many touches and journeys are kept for further answers, about 300 MB; with more of them those
of a view are found for each answer."""

UNNAMED_ID, OTHERS_ID = 0, NAMED + 1


@dataclass(frozen=True, eq=False)
class Touchpoints:
    """Touches and their journeys, in temporary tables of `session`, which must still be open.

    Tables:
        journeys: one row per lead, or per conversion. journey (integer); lead_number; converted
            (reached the milestone); conversions and losses (1 and 0 or 0 and 1; in a file as many
            as it says); value (of the conversions, in `currency`; null when unknown or not
            converted); began_at (its first touch, null for none); ended_at (the milestone, else
            as_of); is_own (its own source is its only touch); bucket (group for resampling); size
            (touches, 0 for none); created_place; opportunity_place; stops (the source_ids of its
            touches in order, 0 for the missing source); sources (a set: bit i stands for source_id
            i)
        journey_touches: one row per journey. journey; touched_at (when each of its touches was,
            of those that converted; null in a file); sources (as stored)
        tracks: a view of journeys, with the path of each. path (source_ids, consecutive repeats
            collapsed; null without a touch)
        source_ids: source (as stored), source_id
    """

    session: Session
    currency: str | None = None
    has_times: bool = True
    """Whether the times of touches and of the lead's creation are known: not in a file of paths."""
    by_company: bool = False
    """Whether some leads are of one company, and are dealt into one bucket."""
    _moves: dict[int, pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def rows(self) -> int:
        """How many touches and journeys there are."""
        counted = "select count(*) + coalesce(sum(size), 0) as rows from journeys"
        return int(self.session.query(counted)["rows"].iloc[0])

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The rows of `journey_totals.sql`."""
        return self.ask("journey_totals").astype(float)

    @cached_property
    def members(self) -> pd.DataFrame:
        """The sources: columns source (as stored) and source_id; several may go together."""
        return self.session.query("select source, source_id from source_ids order by source")

    @property
    def grouped(self) -> int:
        """How many sources go together as OTHERS."""
        return int((self.members["source_id"] == OTHERS_ID).sum())

    @cached_property
    def names(self) -> dict[int, str | None]:
        """The name of each source_id in an answer; None for the missing source."""
        named = {
            number: segment_text(source)
            for source, number in self.members.itertuples(index=False)
            if number != OTHERS_ID
        }
        others: dict[int, str | None] = {OTHERS_ID: OTHERS} if self.grouped else {}
        return {UNNAMED_ID: None, **named, **others}

    def ask(self, question: str, **parameters: Any) -> pd.DataFrame:
        """The rows of `sql/{question}.sql` over these tables."""
        return self.session.query(sql_of(question), parameters)

    def moves(self, *, remembered: int, by_bucket: bool) -> pd.DataFrame:
        """The rows of `touch_moves.sql`.

        Those of all buckets together are kept: several answers need them, and they take longest.
        """
        if by_bucket:
            return self.ask("touch_moves", remembered=remembered, by_bucket=True)
        if remembered not in self._moves:
            found = self.ask("touch_moves", remembered=remembered, by_bucket=False)
            self._moves[remembered] = found
        return self._moves[remembered]


def journeys(scope: Scope, *, losing: bool = True) -> Asked:
    """Whose touches count: the question that all touchpoints of a view rest on.

    The milestone is the view's step, or the last one where the view has none behind the first. In
    cohort mode the leads are those that entered in the period. In flow mode the converted ones are
    those that reached the milestone in it, the others those that entered in it. The others are left
    out unless `losing`. A lead has one journey, or one for each of its conversions where the view's
    rules count all. The dimension that gets the credit is that of `dimension_of`: the breakdown
    decides nothing else, so that views that differ in it share what is found.
    """
    step, view = transition(scope), scope.view
    scope = scope.at(replace(view, by=None))
    look_back = view.credit.look_back
    bound = {
        "milestone": step.end.opened_by,
        "won": scope.generation.pipeline.won,
        "asked_stages": [step.end.opened_by, *([step.entry.opened_by] if losing else [])],
        "buckets": BUCKETS,
        "by": dimension_of(view),
        "look_back": None if look_back is None else look_back * 86_400_000_000,
    }
    if view.credit.conversions == "all":
        return Asked(scope, "sources/journey_wins", of="wins", parameters=bound)
    return Asked(scope, "sources/journey_leads", parameters=bound)


@contextmanager
def touchpoints(asked: Asked) -> Iterator[Touchpoints]:
    """The touchpoints of the `journeys` asked for, for as long as the context lasts.

    Who makes further tables in their session drops them again: others will ask it, too.
    """
    scope, by = asked.scope, asked.parameters["by"]
    leads, touches = scope.text(asked.file, of=asked.of), sql_of("journey_touches")
    bound = used(leads + touches, {**scope.parameters, **asked.parameters})
    key = scope.generation, leads, by, repr(sorted(bound.items()))
    find = partial(_found, scope, leads, touches, bound, by)
    with _SHELF.lent(key, scope.generation, find) as found:
        yield found


@contextmanager
def _found(
    scope: Scope, leads: str, touches: str, bound: Mapping[str, Any], by: str
) -> Iterator[Touchpoints]:
    with scope.generation.session() as session:
        session.make("journey_leads", leads, bound)
        # By its name, as one column for any dimension would be of texts.
        session.show(
            "credited",
            "select lead_number, created_at, opportunity_at, is_own, touched_at, by_creation, "
            f"by_opportunity, {by} as source, {by}s as sources from contacts",
        )
        session.make("journey_touches", touches, bound)
        make_journeys(session, "journey_sources")
        yield Touchpoints(
            session, scope.generation.currency, by_company=bool(scope.generation.companies)
        )


_SHELF = Shelf[Touchpoints](MOST_KEPT)


def make_journeys(session: Session, sources: str) -> None:
    """Makes the tables of Touchpoints from `journey_touches`.

    sources: the question which sources there are, and how many touches each has.
    """
    session.drop("journey_leads")
    session.make("journey_sources", sql_of(sources))
    _put_sources(session)
    session.make("journeys", sql_of("journeys"), {"others": OTHERS_ID})
    session.show("tracks", sql_of("tracks"))


def _put_sources(session: Session) -> None:
    """Makes `source_ids` of `journey_sources`."""
    most_first = "select source from journey_sources order by touches desc, source"
    sources: list[str] = session.query(most_first)["source"].tolist()
    # Numbered by name, so that the numbers do not depend on which sources are rare.
    ids = {source: number for number, source in enumerate(sorted(sources[:NAMED]), 1)}
    ids |= dict.fromkeys(sources[NAMED:], OTHERS_ID)
    rows = pd.DataFrame(list(ids.items()), columns=["source", "source_id"])
    session.put("source_ids", rows.astype({"source": "str", "source_id": "int32"}))


def sql_of(question: str) -> str:
    """The text of a question of these tables."""
    return written(f"sources/{question}")
