"""Stores made from plain Python lists, and random histories to put into them."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import Phase, settings
from hypothesis import strategies as st

from analytics.view.parameters import LEVELS, MODES, NAMED_PERIODS, SKIPPED
from analytics.view.view import View
from data.draft import Draft, writing
from data.pipeline import Exit, Pipeline, Stage
from data.store import Generation, Store
from data.values.channels import channel_of
from tests.support.patience import PATIENCE

START = datetime(2024, 1, 1)
CI_EXAMPLES = 100
"""The examples of a property under the profile of CI."""

SOURCES = (None, "seo", "event", "unknown", 'O\'Brien, "Q"')
REGIONS = (None, "Hà Nội", "all", "~~")
SHOES = (None, "40", "41")
DIMENSIONS = ("source", "region", "temperature", "shoe")
ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/Sao_Paulo", "Pacific/Apia")

CAMPAIGNS = (None, "spring", "autumn, 'late'")
CURRENCIES = ("VND", "USD", "EUR")

Instant = datetime | str
Move = tuple[str, str, Instant] | tuple[str, str, Instant, str | None]
"""(lead_id, stage, entered_at), or besides them (changed_by)."""
Touch = (
    tuple[str, Instant]
    | tuple[str, Instant, str | None, str | None]
    | tuple[str, Instant, str | None, str | None, str | None]
)
"""(lead_id, touched_at), or besides them (source, campaign), or (source, campaign, kind)."""
Rate = tuple[date, str, float]
"""(day, currency, rate)."""
Told = tuple[str, str | None, Instant | None, str]
"""A reason: (lead_id, stage, said_at, kind)."""

SHORT = Pipeline(
    stages=(Stage("a", "lead"), Stage("b", "prospect"), Stage("c", "opportunity")),
    exits=(Exit("gone"),),
)
GAPPED = Pipeline(
    stages=(
        Stage("new", "lead"),
        Stage("quoted", "opportunity"),
        Stage("agreed", "opportunity"),
        Stage("paid", "customer"),
        Stage("paid_again", "customer"),
    ),
    exits=(Exit("lost"), Exit("junk", unusable=True)),
)
PIPELINES = (Pipeline.default(), SHORT, GAPPED)


def stores(examples: int) -> settings:
    """The settings of a property that makes a store for every example: so many of them in CI.

    By hand a tenth is drawn, the same tenth every time (see the profiles of tests/conftest.py).
    A failing example is shown as it was found: each step of making it smaller would build another
    store, and take minutes. Add Phase.shrink by hand when it is wanted.
    """
    profile = settings.default
    assert profile is not None
    return settings(
        max_examples=max(3, examples * profile.max_examples // CI_EXAMPLES),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )


@dataclass(frozen=True)
class History:
    """All that a store is made of. Leads are rows by column; moves stand in file order."""

    leads: tuple[Mapping[str, Any], ...]
    moves: tuple[tuple[str, str, datetime], ...] = ()
    touches: tuple[Any, ...] = ()
    """Each a Touch."""
    pipeline: Pipeline = PIPELINES[0]
    time_zone: str = "UTC"
    spend: tuple[Mapping[str, Any], ...] = ()
    rates: tuple[Rate, ...] = ()
    reasons: tuple[Told, ...] = ()

    @property
    def instants(self) -> list[datetime]:
        """Every instant in the data, in order."""
        created = [lead["created_at"] for lead in self.leads]
        moved = [at for _, _, at in self.moves]
        return sorted([*created, *moved, *(touch[1] for touch in self.touches)])

    def until(self, as_of: datetime) -> "History":
        """What was known at an instant: only what had happened by then."""
        return replace(
            self,
            leads=tuple(lead for lead in self.leads if lead["created_at"] <= as_of),
            moves=tuple(move for move in self.moves if move[2] <= as_of),
            touches=tuple(touch for touch in self.touches if touch[1] <= as_of),
        )


def instant(value: Instant) -> datetime:
    """A naive UTC instant, from one or from ISO 8601 text (naive meaning UTC)."""
    read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return read if read.tzinfo is None else read.astimezone(UTC).replace(tzinfo=None)


def store_of(
    root: Path,
    leads: Iterable[Mapping[str, Any]],
    moves: Iterable[Move] = (),
    *,
    touches: Iterable[Touch] = (),
    spend: Iterable[Mapping[str, Any]] = (),
    rates: Iterable[Rate] = (),
    reasons: Iterable[Told] = (),
    pipeline: Pipeline | None = None,
    time_zone: str = "UTC",
    sample: bool = False,
) -> Store:
    """A store in the folder `root` with one more generation, made of these rows.

    A lead is `{"lead_id": …, "created_at": …, column: value}`; columns that `leads` does not have
    are added as text. Moves, in file order, and touches are as Move and Touch say. Spend is a row
    by column, `{"day": …, "amount": …}`. The channel of a touch and of spend is that of its source.

    Where another test has had the same rows, and here is no store yet, it is a copy of theirs, with
    the same id: a generation does not change, and to derive one takes longer than most questions.
    """
    store = Store(root)
    tables = ([*leads], [*moves], [*touches], [*spend], [*rates], [*reasons])
    pipeline = pipeline or Pipeline.default()
    key = repr((tables, pipeline, time_zone, sample))
    is_new = not (root.exists() and any(root.iterdir()))
    if is_new and (made := _MADE.get(key)) and made.is_there:
        root.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made.path, store.path(1))
        (root / "CURRENT").write_text("1\n")
        (root / "LOCK").touch()  # as the load that made it left it
        return store
    with writing(store, wait=PATIENCE) as draft:
        draft.pipeline = pipeline
        draft.time_zone = time_zone
        draft.sample = sample
        fill(draft, *tables)
        draft.publish()
    if is_new:
        _MADE[key] = _Made.at(store.path(1))
    return store


@dataclass(frozen=True)
class _Made:
    """A generation that a test made, as long as its file is the one that was made."""

    path: Path
    seen: tuple[int, int, int]

    @classmethod
    def at(cls, path: Path) -> "_Made":
        return cls(path, cls._look(path))

    @staticmethod
    def _look(path: Path) -> tuple[int, int, int]:
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    @property
    def is_there(self) -> bool:
        """Whether no test has removed or damaged it."""
        return self.path.is_file() and self._look(self.path) == self.seen


_MADE: dict[str, _Made] = {}
"""What this process has made, by all that it is made of."""


def generation_of(root: Path, history: History) -> Generation:
    """The generation of a new store that holds a history."""
    return store_of(
        root,
        history.leads,
        history.moves,
        touches=history.touches,
        spend=history.spend,
        rates=history.rates,
        reasons=history.reasons,
        pipeline=history.pipeline,
        time_zone=history.time_zone,
    ).generation()


def fill(
    draft: Draft,
    leads: Iterable[Mapping[str, Any]],
    moves: Iterable[Move] = (),
    touches: Iterable[Touch] = (),
    spend: Iterable[Mapping[str, Any]] = (),
    rates: Iterable[Rate] = (),
    reasons: Iterable[Told] = (),
) -> None:
    """Puts rows, as `store_of` takes them, into a draft's input tables."""
    rows = [{**lead, "created_at": instant(lead["created_at"])} for lead in leads]
    known = {
        name for (name,) in draft.con.execute("select column_name from (describe leads)").fetchall()
    }
    for name in dict.fromkeys(name for row in rows for name in row):
        if name not in known:
            quoted = name.replace('"', '""')
            draft.con.execute(f'alter table leads add column "{quoted}" varchar')
    _insert(draft, "leads", rows)
    _insert(
        draft,
        "stage_history",
        [
            {
                "lead_id": lead,
                "stage": stage,
                "entered_at": instant(at),
                "position": position,
                "changed_by": by,
            }
            for position, (lead, stage, at, by) in enumerate((*move, None)[:4] for move in moves)
        ],
    )
    _insert(
        draft,
        "touches",
        [
            {
                "lead_id": lead,
                "touched_at": instant(at),
                "source": source,
                "channel": source and channel_of(source),
                "campaign": campaign,
                "kind": kind,
            }
            for lead, at, source, campaign, kind in (
                (*touch, None, None, None)[:5] for touch in touches
            )
        ],
    )
    _insert(
        draft,
        "spend",
        [{**row, "channel": (row.get("source") and channel_of(row["source"]))} for row in spend],
    )
    _insert(
        draft,
        "rates",
        [{"day": day, "currency": currency, "rate": rate} for day, currency, rate in rates],
    )
    _insert(
        draft,
        "reasons",
        [
            {
                "lead_id": lead,
                "stage": stage,
                "said_at": None if at is None else instant(at),
                "reason": kind,
                "kind": kind,
            }
            for lead, stage, at, kind in reasons
        ],
    )


def _insert(draft: Draft, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    draft.con.register("arriving", pd.DataFrame(rows, dtype=object))
    draft.con.execute(f"insert into {table} by name select * from arriving")
    draft.con.unregister("arriving")


# A coarse grid, so that equal instants and the edges of days and windows come up often.
_steps = st.builds(
    lambda halves, nudge: timedelta(hours=12 * halves, microseconds=nudge),
    st.integers(0, 3) | st.integers(0, 60),
    st.sampled_from((0, 0, 0, 0, 1, -1)),
).map(lambda step: max(step, timedelta(0)))

_amounts = st.sampled_from((None, 0.0, 100.0, 250.5))
_campaigns = st.sampled_from(CAMPAIGNS)
_nudges = st.sampled_from(
    [timedelta(0)] * 3
    + [timedelta(days=days) for days in (-30, -2, 1, 9, 80)]
    + [timedelta(microseconds=1), timedelta(microseconds=-1)]
)

# Midnights there. São Paulo soon has a night without one, Apia a day that never was.
_STARTS = {
    "UTC": START,
    "Asia/Ho_Chi_Minh": START - timedelta(hours=7),
    "America/Sao_Paulo": datetime(2017, 10, 10, 3),
    "Pacific/Apia": datetime(2011, 12, 24, 10),
}


@st.composite
def histories(draw: st.DrawFn, least: int = 8, most: int = 30) -> History:
    """Any history: skips, loops, exits, re-opening, equal times, unknown stages, no moves at all.

    The file's order is not that of time; a lead may be created long before its first move.
    """
    pipeline = draw(st.sampled_from(PIPELINES))
    zone = draw(st.sampled_from(ZONES))
    start = _STARTS[zone]
    stages = st.sampled_from((*pipeline.slugs, *pipeline.slugs, *pipeline.exit_slugs, "mystery"))
    answers = st.sampled_from((None, True, False))
    leads = []
    moves = []
    for number in range(draw(st.integers(least, most))):
        created = start + draw(_steps)
        leads.append(
            {
                "lead_id": f"L{number}",
                "created_at": created,
                "source": draw(st.sampled_from(SOURCES)),
                "campaign": draw(st.sampled_from(CAMPAIGNS)),
                "amount": (amount := draw(_amounts)),
                "currency": None if amount is None else draw(st.sampled_from(CURRENCIES)),
                "region": draw(st.sampled_from(REGIONS)),
                "need": draw(answers),
                "budget": draw(answers),
                "timing": True,
                # An extra column is a dimension when somebody has a value.
                "shoe": draw(st.sampled_from(SHOES)) if number else "40",
            }
        )
        steps = draw(st.lists(st.tuples(stages, _steps), max_size=8))
        moves += [(f"L{number}", stage, created + step) for stage, step in steps]
    return History(
        tuple(leads),
        tuple(moves),
        touches=draw(_touches(tuple(leads), tuple(moves))),
        pipeline=pipeline,
        time_zone=zone,
        spend=draw(_spend(start.date())),
        rates=draw(_rates(start.date())),
    )


@st.composite
def _touches(
    draw: st.DrawFn,
    leads: tuple[Mapping[str, Any], ...],
    moves: tuple[tuple[str, str, datetime], ...],
) -> tuple[Touch, ...]:
    """Touches of some leads: before and at their creation, at their moves, later than everything.

    Some leads have none, some several at one instant; nobody's touch counts for nobody.
    """
    found: list[Touch] = []
    for lead in leads:
        edges = [
            lead["created_at"],
            *(at for lead_id, _, at in moves if lead_id == lead["lead_id"]),
        ]
        for _ in range(draw(st.sampled_from((0, 0, 1, 2, 4)))):
            at = draw(st.sampled_from(edges)) + draw(_nudges)
            found.append((lead["lead_id"], at, draw(st.sampled_from(SOURCES)), draw(_campaigns)))
    if len(found) > 0 and draw(st.booleans()):
        found += [("nobody", found[0][1], "seo", None), found[-1]]
    return tuple(found)


@st.composite
def _spend(draw: st.DrawFn, start: date) -> tuple[Mapping[str, Any], ...]:
    """Spend by day and over several days, in currencies with and without a rate."""
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        day = start + timedelta(days=draw(st.integers(-3, 40)))
        more = draw(st.none() | st.integers(0, 30))
        rows.append(
            {
                "day": day,
                "until": None if more is None else day + timedelta(days=more),
                "source": draw(st.sampled_from(SOURCES)),
                "campaign": draw(_campaigns),
                "amount": draw(st.sampled_from((0.0, 31.0, 1000.0))),
                "currency": draw(st.sampled_from(CURRENCIES)),
            }
        )
    return tuple(rows)


@st.composite
def _rates(draw: st.DrawFn, start: date) -> tuple[Rate, ...]:
    days = draw(st.sets(st.integers(-5, 30), max_size=3))
    return tuple(
        (start + timedelta(days=day), "USD", draw(st.sampled_from((0.5, 20.0))))
        for day in sorted(days)
    )


@st.composite
def views(draw: st.DrawFn, history: History) -> View:
    """Any view worth asking of a history; its values exist, or nearly."""
    instants = history.instants
    near = st.sampled_from(instants).flatmap(
        lambda at: st.sampled_from((-1, 0, 0, 1)).map(
            lambda nudge: (at + timedelta(microseconds=nudge)).replace(tzinfo=UTC)
        )
    )
    days = st.integers(-2, 70).map(lambda days: instants[0].date() + timedelta(days=days))
    fields: dict[str, Any] = {
        "level": draw(st.sampled_from(LEVELS)),
        "mode": draw(st.sampled_from(MODES)),
        "skipped": draw(st.sampled_from(SKIPPED)),
        "window": draw(st.none() | st.sampled_from((1, 2, 7, 30))),
        "as_of": draw(st.none() | near | days),
        "filters": draw(_filters()),
        "by": draw(st.none() | st.sampled_from(DIMENSIONS)),
    }
    fields |= draw(_periods(days))
    return View(**fields)


@st.composite
def _filters(draw: st.DrawFn) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    choices = {
        "source": SOURCES,
        "region": (*REGIONS, "nowhere"),
        "temperature": (None, "hot", "warm", "cold"),
        "shoe": SHOES,
    }
    names = draw(st.sets(st.sampled_from(DIMENSIONS), max_size=2))
    return tuple(
        (name, tuple(draw(st.sets(st.sampled_from(choices[name]), min_size=1, max_size=4))))
        for name in sorted(names)
    )


@st.composite
def _periods(draw: st.DrawFn, days: st.SearchStrategy[date]) -> dict[str, Any]:
    kind = draw(st.sampled_from(("all", "named", "last", "days", "from", "to")))
    if kind == "named":
        return {"period": draw(st.sampled_from(NAMED_PERIODS))}
    if kind == "last":
        return {"period": f"last-{draw(st.integers(1, 40))}d"}
    if kind == "all":
        return {"period": "all"}
    first, last = sorted((draw(days), draw(days)))
    return {
        "period": None,
        "first": None if kind == "to" else first,
        "last": None if kind == "from" else last,
    }
