"""A trial: a load made whole and never published, to see beforehand what would come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.connection import value
from data.draft import trying
from data.errors import LoadError
from data.load import memory
from data.load.findings import Finding, find, write_refused
from data.load.loader import put_together, summarize
from data.load.staging import REFUSALS
from data.load.summary import Summary
from data.load.work import Load
from data.mapping.mapping import Mapping as FilesMapping
from data.progress import Progress
from data.store import Store

MOST_REFUSED = 100
"""So many refused rows and cells a trial shows; all of them are in its lists."""


@dataclass(frozen=True)
class Refused:
    """A row that would be refused, or a cell in a row that would be kept without it."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    reason: str
    """A key of `data.load.rejects.REASONS`."""
    is_row: bool = True


@dataclass(frozen=True)
class Trial:
    """What a load would do."""

    summary: Summary
    """Its `generation` is None: none was made. `read = loaded + refused + left out`."""
    reached: Mapping[str, int]
    """Stage to the leads that would have reached it or a later one, in the pipeline's order."""
    known_from_status: int
    """Leads whose stage would be known from a present status only."""
    findings: tuple[Finding, ...] = ()
    refused: tuple[Refused, ...] = ()
    """The first ones, in the order of files and lines."""

    @property
    def is_empty_funnel(self) -> bool:
        """Whether no lead reaches a second step."""
        return not any([*self.reached.values()][1:])


def trial(
    store: Store,
    files: Sequence[Path],
    *,
    mapping: FilesMapping | None = None,
    mode: str | None = None,
    day_month_order: str | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
    lists: Path | None = None,
) -> Trial:
    """What loading these files would do: all of it is done, in a draft that is never published.

    It waits for no other load, and none waits for it. Other than a load it does not mind that
    nothing could be used: then its summary says why.

    lists: a folder in which each finding, and all that is refused, is written down as CSV.

    Raises:
        LoadError, MappingError, AmbiguousDates, StoreError: as `data.load.loader.load` does.
    """
    if not files:
        raise LoadError("There is no file to load.")

    def attempt(ample: bool) -> Trial:
        with trying(store, anew=mode == "replace") as draft:
            work = put_together(
                draft,
                files,
                mapping,
                mode,
                day_month_order,
                progress,
                now,
                ample=ample,
                holds_cells=True,
            )
            return _look(work, lists)

    return memory.within(attempt)


def _look(work: Load, lists: Path | None) -> Trial:
    """What a load that was put together would do."""
    work.progress("looking at it", 0.9)
    findings = find(
        work.con,
        work.intakes,
        work.draft.pipeline,
        work.draft.currency,
        is_zone_said=work.mapping.time_zone is not None,
        lists=lists,
    )
    if lists is not None:
        write_refused(work.con, lists / "refused.csv")
    found = Trial(summarize(work), _reached(work), _from_status(work), findings, _refused(work))
    work.progress("done", 1.0)
    return found


def _from_status(work: Load) -> int:
    """How many leads have no move that a file tells of, but a present status."""
    return int(
        value(
            work.con,
            "select count(*) from (select lead_id from stage_history group by lead_id "
            "having bool_and(known = 'status'))",
        )
    )


def _reached(work: Load) -> dict[str, int]:
    """How many of the leads reach each stage, where one that is skipped counts as passed."""
    slugs = work.draft.pipeline.slugs
    counts = dict(
        work.con.execute(
            "with furthest as (select lead_id, max(list_position($slugs, stage)) as place "
            "from leads left join stage_history using (lead_id) group by lead_id) "
            "select coalesce(nullif(place, 0), 1) as place, count(*) from furthest group by all",
            {"slugs": list(slugs)},
        ).fetchall()
    )
    return {
        slug: sum(count for place, count in counts.items() if place >= number)
        for number, slug in enumerate(slugs, 1)
    }


def _refused(work: Load) -> tuple[Refused, ...]:
    rows = work.con.execute(
        f'select file, line, "column", value, reason, is_row from {REFUSALS} '
        f"order by slot, line, reason limit {MOST_REFUSED:d}"
    ).fetchall()
    return tuple(Refused(*row) for row in rows)
