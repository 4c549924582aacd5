"""Loading: files become a new generation of the store, or nothing changes at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from data.draft import DEFAULT_CURRENCY, DEFAULT_TIME_ZONE, Draft, writing
from data.errors import LoadError
from data.layout import EXTRA_DIMENSION_VALUES, OTHER_VALUES
from data.load import memory, outcome, renewed, staging, touched
from data.load.intake import Setting
from data.load.notices import Notice
from data.load.reading import read_files
from data.load.steps import STEPS
from data.load.summary import Summary
from data.load.work import Load
from data.mapping.mapping import Mapping, MappingError
from data.pipeline import Pipeline
from data.progress import Progress, silent
from data.store import Generation, Store
from data.values import currencies
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
    progress: is called with what is being done, and which part of the whole is done (0 to 1).
    now: dates more than a day after this moment are refused.
    wait: how many seconds to wait for another load; on_wait is called with who holds the store.

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
) -> Load:
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
    read_files(work, files, day_month_order)
    work.progress("putting together", 0.5)
    work.is_narrow = (
        may_be_narrow and work.merge and touched.narrow(draft, work.intakes, work.mapping)
    )
    for step in STEPS:
        step(work)
    return work


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
    if mapping.temperature is not None:
        draft.pipeline = replace(draft.pipeline, temperature=mapping.temperature)
    if mapping.fit is not None:
        draft.pipeline = replace(draft.pipeline, fit=mapping.fit)
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
