"""Loading: files become a new generation of the store, or nothing changes at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from data.connection import row, value
from data.derive import EXTRA_DIMENSION_VALUES, OTHER_VALUES
from data.draft import DEFAULT_CURRENCY, DEFAULT_TIME_ZONE, Draft, writing
from data.errors import LoadError
from data.files.header import twins
from data.files.table import TableFile, read_table
from data.load import (
    history,
    identity,
    leads,
    marketing,
    memory,
    outcome,
    reasons,
    renewed,
    sales,
    screened,
    spellings,
    staging,
    statuses,
    touched,
)
from data.load.columns import FURTHER_COLUMNS
from data.load.intake import Intake, Setting
from data.load.notices import Notice
from data.load.rejects import hold_refused, list_refused
from data.load.rows import refuse_doubled, take_in
from data.load.summary import Summary
from data.load.understanding import notices_of, understood
from data.mapping.fields import OF_LEADS, dimension_slug
from data.mapping.guess import ENOUGH_MOVES, is_one_move_each
from data.mapping.mapping import FileMapping, Mapping, MappingError, check, with_order
from data.pipeline import Pipeline
from data.progress import Progress, silent
from data.store import Generation, Store
from data.values import currencies
from data.values.text import heading
from data.values.zones import steady, utc, zone_exists

MODES = ("replace", "merge")


def load(
    store: Store,
    files: Sequence[Path],
    *,
    mapping: Mapping | None = None,
    mode: str | None = None,
    day_month_order: str | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
    wait: float = 600,
    on_wait: Callable[[str], None] | None = None,
) -> Summary:
    """Loads files into the store as one new generation.

    Whatever is raised, and when the process dies, the store stays as it was.

    mapping: without one, files mean what `data.mapping.proposal` proposes where that is certain.
    mode: `replace` or `merge`; None merges, unless the store is empty or holds the sample.
    day_month_order: `dmy` or `mdy`, goes before what the mapping says.
    progress: is told what is being done, and which part of the whole is done (0 to 1).
    now: dates more than a day after this moment are refused.
    wait: how many seconds to wait for another load; on_wait is told who holds the store.

    Raises:
        LoadError: there is nothing to load, a file cannot be read, or the mode cannot be used.
        NothingLoaded: not one row could be used.
        MappingError: the mapping does not fit the files.
        AmbiguousDates: whether the day or the month comes first has to be said.
        StoreBusy: another load did not end in time.
        StoreError: the store is not in order (a load that replaces does not mind), or the system
            refuses.
    """
    if not files:
        raise LoadError("There is no file to load.")

    def attempt(ample: bool) -> Summary:
        with writing(store, anew=mode == "replace", wait=wait, on_wait=on_wait) as draft:
            work = put_together(
                draft,
                files,
                mapping,
                mode,
                day_month_order,
                progress,
                now,
                may_be_narrow=True,
                ample=ample,
            )
            return _publish(work)

    return memory.within(attempt)


def put_together(
    draft: Draft,
    files: Sequence[Path],
    mapping: Mapping | None,
    mode: str | None,
    day_month_order: str | None,
    progress: Progress | None,
    now: datetime | None,
    *,
    may_be_narrow: bool = False,
    ample: bool = False,
    holds_cells: bool = False,
) -> "Load":
    """A load made whole in a draft, of which nothing is published; what it raises `load` does.

    may_be_narrow: whether a merge goes through those leads only that its files touch, if it can.
    ample: whether it may take all the memory that there is.
    holds_cells: whether the cells of the files are kept, to be looked over afterwards.
    """
    work = Load(
        draft,
        mapping or Mapping(),
        _is_merge(draft, mode),
        _settle(draft, mapping or Mapping(), utc(now or datetime.now(UTC))),
        progress or silent,
        is_guessed=mapping is None,
        holds_cells=holds_cells,
    )
    if ample:
        memory.give_all(draft)
    else:
        previous = draft.previous if work.merge else None
        before = draft.store.path(previous.number) if previous else None
        memory.hold(draft, memory.needed(files, before))
    staging.make_refusals(draft.con)
    _take_in(work, files, day_month_order)
    work.progress("putting together", 0.5)
    work.is_narrow = (
        may_be_narrow and work.merge and touched.narrow(draft, work.intakes, work.mapping)
    )
    for step in _STEPS:
        step(work)
    return work


@dataclass
class Load:
    """One load in progress, as its steps hand it on."""

    draft: Draft
    mapping: Mapping
    merge: bool
    setting: Setting
    progress: Progress
    holds_cells: bool = False
    """Whether the cells of the files are kept, to be looked over when all is put together."""
    is_narrow: bool = False
    """Whether the steps see the leads alone that files touch; see `data.load.touched`."""
    is_guessed: bool = False
    """Whether nobody said what the files mean."""
    intakes: list[Intake] = field(default_factory=list)
    """The files in the order in which they were given."""
    notices: list[str] = field(default_factory=list)
    """Those with a key are `data.load.notices.Notice`."""

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The draft's connection, on which the tables of `data.load.staging` live."""
        return self.draft.con


def _is_merge(draft: Draft, mode: str | None) -> bool:
    if mode not in (None, *MODES):
        raise LoadError(f"The mode {mode!r} is not one of {', '.join(MODES)}.")
    if draft.is_after_outdated and mode != "replace":
        raise LoadError(
            "The data in the store was made by another version of Pheu, so nothing can be added to "
            "it: load all of its files again, with --replace. What is there is kept beside it."
        )
    if draft.previous is None:
        return False
    if draft.previous.sample:
        if mode == "merge":
            raise LoadError(
                "The store holds the sample, and real leads are never mixed with it: load without "
                "--merge to put yours in its place."
            )
        return False
    return mode != "replace"


def _settle(draft: Draft, mapping: Mapping, now: datetime) -> Setting:
    """Sets the draft to what the mapping says, else the store, else the defaults."""
    if draft.previous is not None and draft.previous.sample:
        # What the sample says about itself is not about these files.
        draft.pipeline, draft.time_zone = Pipeline.default(), DEFAULT_TIME_ZONE
        draft.currency = DEFAULT_CURRENCY
    for key in ("time_zone", "store_time_zone"):
        zone = getattr(mapping, key)
        if zone and not zone_exists(draft.con, zone):
            raise MappingError(f"{key}: there is no time zone {zone!r}; write Area/City.")
    draft.sample = False
    if mapping.pipeline is not None:
        draft.pipeline = mapping.pipeline.keeping_criteria(draft.pipeline)
    if mapping.calendar is not None:
        draft.pipeline = replace(draft.pipeline, calendar=mapping.calendar)
    if mapping.targets is not None:
        draft.pipeline = replace(draft.pipeline, targets=mapping.targets)
    if mapping.reasons:
        draft.pipeline = replace(draft.pipeline, reasons=mapping.reasons)
    if mapping.response is not None:
        draft.pipeline = replace(draft.pipeline, response=mapping.response)
    draft.time_zone = mapping.store_time_zone or draft.time_zone
    draft.currency = (mapping.currency or draft.currency).upper()
    if draft.currency not in currencies.codes():
        raise MappingError(
            f"currency: {mapping.currency!r} is not a code of ISO 4217, such as VND."
        )
    zone = mapping.time_zone or draft.time_zone
    return Setting(zone, draft.currency, now, draft.pipeline, steady(draft.con, zone, now))


Meant = tuple[TableFile, FileMapping]
"""A file that was read, and what it means."""


def _as_said(work: Load, paths: Sequence[Path]) -> Iterator[Meant]:
    """Reads the files that the mapping is of one by one, so that not all are held together."""
    said = [(slot, path, _entry(work.mapping, path.name)) for slot, path in enumerate(paths, 1)]
    in_turn = sorted(said, key=lambda each: _goes_later(each[2]))
    for number, (slot, path, entry) in enumerate(in_turn):
        work.progress(f"reading {path.name}", 0.2 + 0.3 * number / len(paths))
        yield _table(work, slot, path, entry.sheet, entry.header), entry


def _as_understood(work: Load, paths: Sequence[Path]) -> Iterator[Meant]:
    """Reads the files, and finds what each means from all of them."""
    tables = []
    for slot, path in enumerate(paths, 1):
        work.progress(f"reading {path.name}", 0.2 * (slot - 1) / len(paths))
        tables.append(_table(work, slot, path))
    proposals = understood(work.con, tables, work.draft.pipeline)
    for table, proposal in zip(tables, proposals, strict=True):
        work.notices += notices_of(table, proposal)
    meant = [(table, each.entry) for table, each in zip(tables, proposals, strict=True)]
    yield from sorted(meant, key=lambda each: _goes_later(each[1]))


def _goes_later(entry: FileMapping) -> bool:
    """Whether a file is taken in after the lookups, from which the others are filled."""
    return entry.table != "lookup"


def _table(
    work: Load, slot: int, path: Path, sheet: str | None = None, header: int | None = None
) -> TableFile:
    folder = work.draft.scratch / str(slot)
    folder.mkdir()
    return read_table(work.con, path, folder, slot=slot, sheet=sheet, header=header)


def _cells_used(work: Load, table: TableFile, entry: FileMapping) -> list[str]:
    """The columns of a file that become fields, stages or dimensions, by their cells."""
    known = leads.further_dimensions(work.con) if work.merge else set()
    used = {heading(header) for header in entry.headers_used()}
    ignored = {heading(header) for header in entry.ignore}
    cells, room = [], FURTHER_COLUMNS
    for header, cell in zip(table.headers, table.cells, strict=True):
        is_free = heading(header) not in ignored and room > 0
        if heading(header) in used or is_free or (known and dimension_slug(header) in known):
            cells.append(cell)
        room -= is_free and heading(header) not in used
    return cells


def _filled(table: TableFile, entry: FileMapping) -> dict[str, list[str]]:
    """The cells of fields that another column of the same name may have, and the cells of those.

    Exports of several tables joined have such, as `Create Date` and `Create Date (2)`.
    """
    used = {heading(header) for header in entry.headers_used()}
    cells = dict(zip(map(heading, table.headers), table.cells, strict=True))
    fields = {heading(header) for header in entry.columns.values()}
    return {
        cells[heading(header)]: [
            cells[heading(each)] for each in others if heading(each) not in used
        ]
        for header, others in twins(table.headers).items()
        if heading(header) in fields and any(heading(each) not in used for each in others)
    }


def _entry(mapping: Mapping, name: str) -> FileMapping:
    entry = mapping.entry_for(name)
    if entry is None:
        patterns = ", ".join(repr(known.match) for known in mapping.files) or "none"
        raise MappingError(
            f"{name}: the mapping has no [[files]] for a file of this name; its patterns are "
            f"{patterns}."
        )
    check(entry, name)
    return entry


def _take_in(work: Load, paths: Sequence[Path], order: str | None) -> None:
    """Reads the rows of every file, lookups first."""
    lookups: list[Intake] = []
    dimensions = leads.further_dimensions(work.con) if work.merge else set()
    meant = _as_understood(work, paths) if work.is_guessed else _as_said(work, paths)
    for number, (table, said) in enumerate(meant):
        entry = with_order(said, order)
        filled = _filled(table, entry)
        table.show(work.con, _cells_used(work, table, entry), filled)
        work.progress(f"understanding {table.name}", 0.2 + 0.3 * number / len(paths))
        statuses.ask_what_they_mean(
            work.con, table, entry, work.draft.pipeline, is_guessed=work.is_guessed
        )
        intake = take_in(work.con, table, entry, work.setting, lookups, dimensions)
        if not (filled or work.holds_cells):
            intake.let_go(work.con)
        dimensions.update(intake.dimensions)
        work.notices += intake.notices
        work.intakes.append(intake)
        if entry.table == "lookup":
            lookups.append(intake)
    work.intakes.sort(key=lambda intake: intake.slot)


def _unite_ids(work: Load) -> None:
    rewritten = [
        *identity.unite_forms(work.con, work.intakes, merge=work.merge),
        *identity.unite_further_ids(work.con, work.intakes),
    ]
    for intake in rewritten:
        refuse_doubled(work.con, intake)


def _unite_leads(work: Load) -> None:
    leads.unite_leads(work.con, work.intakes, work.merge)


def _agree_on_spellings(work: Load) -> None:
    work.notices += spellings.agree(work.con, work.intakes, merge=work.merge)


def _gather_moves(work: Load) -> None:
    history.gather_moves(work.con, work.intakes, work.draft.pipeline)


def _settle_leads(work: Load) -> None:
    strict = _has_list_of_leads(work)
    if leads.settle_leads(
        work.con, work.intakes, work.mapping.channels, strict=strict, merge=work.merge
    ):
        work.notices.append(Notice.of("came_with_moves"))
    spellings.correct(work.con, "leads")


def _has_list_of_leads(work: Load) -> bool:
    """Whether a list of leads has come in, so that a move of any other lead is refused."""
    if any(each.has_creation for each in work.intakes if each.entry.table in OF_LEADS):
        return True
    # (a generation made from moves alone has no list to hold new leads against)
    listed = "select count(*) > 0 from previous.loaded_files where \"table\" = 'leads'"
    return work.merge and bool(value(work.con, listed))


def _keep_further(work: Load) -> None:
    leads.keep_further(work.con, work.intakes, merge=work.merge)


def _place_moves(work: Load) -> None:
    history.place_moves(work.con, work.draft.pipeline, work.setting.zone)


def _refuse_rows(work: Load) -> None:
    history.refuse_rows(work.con, work.intakes)


def _add_history(work: Load) -> None:
    history.add_history(work.con, merge=work.merge)


def _add_statuses(work: Load) -> None:
    work.notices += statuses.add_statuses(
        work.con, work.intakes, work.draft.pipeline, work.setting.now, merge=work.merge
    )


def _add_reasons(work: Load) -> None:
    reasons.add_reasons(work.con, work.intakes, work.draft.pipeline, merge=work.merge)


def _add_sales(work: Load) -> None:
    work.notices += sales.add_sales(work.con, work.intakes, work.draft.pipeline, merge=work.merge)


def _look_at_ids(work: Load) -> None:
    """Says so when nearly every lead of a history that was guessed at has one move."""
    leads = value(work.con, "select count(*) from leads")
    for intake in work.intakes:
        if intake.entry.table != "stage_history" or not work.is_guessed:
            continue
        # (the history has all that the file has, of no more leads than there are)
        written = value(work.con, f'select count(*) from "{intake.table}" where refusal is null')
        if written >= ENOUGH_MOVES and not is_one_move_each(written, leads):
            continue
        moves, moved = row(
            work.con,
            "select count(*), count(distinct lead_id) from stage_history "
            f'semi join (select lead_id from "{intake.table}" where refusal is null) '
            "using (lead_id)",
        )
        if moves >= ENOUGH_MOVES and is_one_move_each(moves, moved):
            work.notices.append(
                Notice.of(
                    "one_move_each",
                    file=intake.file.name,
                    leads=moved,
                    moves=moves,
                    header=intake.entry.columns["lead_id"],
                )
            )


def _add_touches_and_spend(work: Load) -> None:
    marketing.make_channels(work.con, work.intakes, work.mapping.channels, merge=work.merge)
    marketing.add_touches(work.con, work.intakes, merge=work.merge)
    work.notices += marketing.add_spend(work.con, work.intakes, merge=work.merge)


def _add_rates(work: Load) -> None:
    """Adds the rates; says so when those of the store no longer mean anything."""
    before, currency = work.draft.previous, work.draft.currency
    is_same = before is not None and before.currency == currency
    marketing.add_rates(work.con, work.intakes, merge=work.merge and is_same)
    if (
        work.merge
        and before
        and not is_same
        and value(work.con, "select count(*) from previous.rates")
    ):
        work.notices.append(Notice.of("rates_left_out", currency=currency, before=before.currency))
    lacking = marketing.currencies_without_rate(work.con, currency)
    if lacking:
        work.notices.append(Notice.of("no_rate", currencies=", ".join(lacking), currency=currency))


def _widen(work: Load) -> None:
    if work.is_narrow:
        touched.widen(work.draft)


def _screen(work: Load) -> None:
    screened.screen_leads(
        work.con,
        work.intakes,
        work.mapping,
        merge=work.merge,
        progress=lambda what, share: work.progress(what, 0.5 + 0.1 * share),
    )


def _list_refused(work: Load) -> None:
    for intake in work.intakes:
        hold_refused(work.con, intake)
        history.list_early_cells(work.con, intake)
        list_refused(work.con, intake)
    outcome.keep_refused(work.con, merge=work.merge)


_STEPS: tuple[Callable[[Load], None], ...] = (
    _unite_ids,
    _unite_leads,
    _agree_on_spellings,
    _gather_moves,
    _settle_leads,
    _keep_further,
    _place_moves,
    _refuse_rows,
    _add_history,
    _add_statuses,
    _add_reasons,
    _add_sales,
    _look_at_ids,
    _add_touches_and_spend,
    _add_rates,
    _widen,
    _screen,
    _list_refused,
)
"""In this order: a lead without a creation date came with its first move, so that leads are settled
after the moves are gathered and before these are placed on them. How sources are spelled is agreed
before channels are looked up by them; what sales were needs the moves as they were placed, and
reasons are of these or of a status. Rows
whose lead is not there are refused before the history, touches and spend take what is left; then
all refusals are known."""


def summarize(work: Load) -> Summary:
    """What a load did, before it is published."""
    summary = outcome.summarize(work.con, work.intakes, work.draft.pipeline, work.notices)
    return replace(summary, time_zone=work.draft.time_zone)


def _publish(work: Load) -> Summary:
    """Makes the generation, unless nothing is new. Raises NothingLoaded when nothing is left."""
    draft = work.draft
    summary = summarize(work)
    if summary.loaded == 0:
        raise outcome.nothing_loaded(work.con, draft.store.root / "refused.csv", summary)
    if work.merge and outcome.is_unchanged(draft):
        return replace(summary, unchanged=True)
    outcome.keep_files(work.con, work.intakes, summary, work.setting.now, merge=work.merge)
    staging.drop_all(work.con)
    generation = draft.publish(
        lambda what, share: work.progress(what, 0.6 + 0.4 * share),
        partial(renewed.derive_touched, draft) if work.is_narrow else None,
    )
    notices = (*summary.notices, *_about_dimensions(generation))
    return replace(summary, generation=generation.number, notices=notices)


def _about_dimensions(generation: Generation) -> Iterator[Notice]:
    """What to say of the columns that have more values than anybody chooses from."""
    for name, values in generation.grouped.items():
        if name in generation.dimensions:
            yield Notice.of(
                "grouped_dimension",
                dimension=name,
                values=values,
                kept=EXTRA_DIMENSION_VALUES,
                rest=OTHER_VALUES,
            )
        else:
            yield Notice.of("own_values", dimension=name, values=values)
