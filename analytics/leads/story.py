"""The story of one lead: who it is, and what happened to it."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from analytics.fit import fits
from analytics.scope import Scope
from data.store import Generation

KINDS = ("created", "stage", "exit", "touch")
COLUMNS = [
    "happened_at",
    "kind",
    "what",
    "detail",
    "seconds_since",
    "is_timed",
    "between_from",
    "reasons",
    "written",
]

_HISTORY = Path(__file__).with_name("sql") / "history.sql"


def contact(generation: Generation, lead_id: str) -> pd.DataFrame:
    """Everything the store holds of one lead: its row of `leads`, no row when it is unknown.

    Raises NotShown where single leads may not be seen; so does `history`.
    """
    generation.sight.require_leads()
    return generation.query(
        "select * exclude (lead_number) from leads where lead_id = $lead_id", {"lead_id": lead_id}
    )


def history(generation: Generation, lead_id: str) -> pd.DataFrame:
    """What happened to one lead, in order.

    Columns: (one row per event)
        happened_at: naive UTC.
        kind: 'created', 'stage' or 'touch'.
        what: the stage's slug, or the touch's kind.
        detail: who moved it, or the touch's source.
        is_timed: whether it is known when; not of a stage that only a present status tells.
        between_from: where two exports differ in it, the day of the earlier one: naive UTC.
        reasons: of leaving or going back, the kinds of reasons, parted by `;`; null where none is
            known.
        written: the same as the files have it.
    """
    generation.sight.require_leads()
    return generation.query(_HISTORY.read_text(encoding="utf-8"), {"lead_id": lead_id})


def fit(scope: Scope, lead_id: str) -> str | None:
    """Whether a lead fits, 'yes' or 'no'; None where it is not known. Raises as `contact`."""
    scope.generation.sight.require_leads()
    select, values = fits(scope)
    bound = {**values, "lead_id": lead_id}
    found = scope.generation.query(f"select fit from ({select}) where lead_id = $lead_id", bound)
    return next((each for each in found["fit"] if isinstance(each, str)), None)


def story(scope: Scope, lead_id: str | None) -> pd.DataFrame:
    """What happened to one lead by `as_of`, told once: its moves, and its touches between them.

    Being created is entering the first stage, a stage that is told again is no move, and one that
    the pipeline does not know is left out.

    Columns: (one row per event, in order; none for a lead that is not there)
        happened_at: naive UTC
        kind: one of KINDS
        what: of 'created' its source, of a move the stage's or exit's slug, of a touch its kind
        detail: of 'created' its campaign, of a move who made it, of a touch its source
        seconds_since: of a move, since the one before it or since it was created; null where one of
            the two is not known with its time, and of all else
        is_timed, between_from, reasons, written: as in `history`

    Raises:
        ValueError: no lead is named.
    """
    if lead_id is None:
        raise ValueError("The link names no lead: write lead=ID in it.")
    pipeline = scope.generation.pipeline
    told: list[tuple[object, ...]] = []
    stood, is_since_known = None, True
    since: datetime | None = None
    for event in history(scope.generation, lead_id).itertuples(index=False):
        if event.happened_at > scope.as_of:
            break
        kind, before = event.kind, since
        if kind == "touch":
            told.append(
                (event.happened_at, kind, event.what, event.detail, None, True, None, None, None)
            )
            continue
        if kind == "stage":
            is_first = stood is None and event.what == pipeline.slugs[0]
            if event.what == stood or (is_first and event.happened_at == since):
                stood, is_since_known = event.what, is_since_known and event.is_timed
                continue
            if event.what not in (*pipeline.slugs, *pipeline.exit_slugs):
                continue
            stood = event.what
            kind = "exit" if event.what in pipeline.exit_slugs else "stage"
        since = event.happened_at
        passed = None
        if before is not None and is_since_known and event.is_timed:
            passed = (since - before).total_seconds()
        is_since_known = bool(event.is_timed)
        told.append(
            (
                *(since, kind, event.what, event.detail, passed, is_since_known),
                *(event.between_from, event.reasons, event.written),
            )
        )
    rows = pd.DataFrame(told, columns=COLUMNS)
    types = {"happened_at": "datetime64[us]", "between_from": "datetime64[us]"}
    return rows.astype(types | {"seconds_since": "float64", "is_timed": "bool"})
