"""Loading: files become a new generation of the store, or nothing changes at all."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.errors import LoadError
from data.files.table import TableFile, read_table
from data.load import history, marketing
from data.load import leads as load_leads
from data.load.rows import take_in
from data.load.staging import Intake, Setting, list_refused
from data.load.summary import FileSummary, NothingLoaded, Summary
from data.mapping.fields import OF_LEADS
from data.mapping.guess import guess
from data.mapping.mapping import FileMapping, Mapping, MappingError, check, with_order
from data.pipeline import Pipeline
from data.spreadsheet import write_csv
from data.store import DEFAULT_CURRENCY, DEFAULT_TIME_ZONE, Draft, Store
from data.values import currencies
from data.values.dates import utc, zone_exists

Progress = Callable[[str, float], None]

MODES = ("replace", "merge")
_SAMPLE_ROWS = 200
_REFUSED_COLUMNS = ("file", "line", "column", "value", "reason", "raw")


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

    `mode` is `replace`, `merge`, or None: merge, unless the store is empty or holds the sample.
    Without a `mapping`, what each file means is guessed from its headers. `now` is the moment after
    which, with a day's grace, dates are refused. Raises LoadError, MappingError, AmbiguousDates,
    StoreBusy; in each case, and when the process dies, the store stays as it was.
    """
    if not files:
        raise LoadError("There is no file to load.")
    with (
        store.writing(wait=wait, on_wait=on_wait) as draft,
        tempfile.TemporaryDirectory(prefix="pheu-") as scratch,
    ):
        work = _Load(draft, mapping or Mapping(), mode, day_month_order, progress, now)
        work.read_files(files, Path(scratch), guessed=mapping is None)
        return work.finish()


class _Load:
    """One load in progress."""

    def __init__(
        self,
        draft: Draft,
        mapping: Mapping,
        mode: str | None,
        day_month_order: str | None,
        progress: Progress | None,
        now: datetime | None,
    ) -> None:
        self.draft = draft
        self.con = draft.con
        self.mapping = mapping
        self.order = day_month_order
        self.tell: Progress = progress or (lambda _what, _share: None)
        self.now = utc(now or datetime.now(UTC))
        self.merge = _is_merge(draft, mode)
        self.intakes: list[Intake] = []
        self.notices: list[str] = []
        self._set_up()

    def _set_up(self) -> None:
        """The draft's own settings: the mapping's, else the store's, else the defaults."""
        draft, said = self.draft, self.mapping
        if draft.previous is not None and draft.previous.sample:
            # What the sample says about itself is not about these files.
            draft.pipeline, draft.time_zone = Pipeline.default(), DEFAULT_TIME_ZONE
            draft.currency = DEFAULT_CURRENCY
        for key in ("time_zone", "store_time_zone"):
            zone = getattr(said, key)
            if zone and not zone_exists(self.con, zone):
                raise MappingError(f"{key}: there is no time zone {zone!r}; write Area/City.")
        draft.sample = False
        draft.pipeline = said.pipeline or draft.pipeline
        if said.calendar is not None:
            draft.pipeline = replace(draft.pipeline, calendar=said.calendar)
        draft.time_zone = said.store_time_zone or draft.time_zone
        draft.currency = (said.currency or draft.currency).upper()
        if draft.currency not in currencies.codes():
            raise MappingError(
                f"currency: {said.currency!r} is not a code of ISO 4217, such as VND."
            )
        self.setting = Setting(
            zone=said.time_zone or draft.time_zone,
            currency=draft.currency,
            now=self.now,
        )
        self.con.execute(
            'create or replace temp table refusals (file varchar, line bigint, "column" varchar, '
            "value varchar, reason varchar, raw varchar, is_row boolean, slot integer)"
        )

    def read_files(self, paths: Sequence[Path], scratch: Path, *, guessed: bool) -> None:
        """Reads every file, lookups first, since the others are filled from them."""
        tables = []
        for slot, path in enumerate(paths, 1):
            self.tell(f"reading {path.name}", 0.4 * (slot - 1) / len(paths))
            known = None if guessed else self._entry(path.name)
            folder = scratch / str(slot)
            folder.mkdir()
            sheet = known.sheet if known else None
            table = read_table(self.con, path, folder, slot=slot, sheet=sheet)
            tables.append((table, with_order(known or self._guess(table), self.order)))
        lookups: list[Intake] = []
        for number, (table, entry) in enumerate(
            sorted(tables, key=lambda pair: pair[1].table != "lookup")
        ):
            self.tell(f"understanding {table.name}", 0.2 + 0.3 * number / len(tables))
            intake = take_in(self.con, table, entry, self.setting, lookups)
            self.notices += intake.notices
            (lookups if entry.table == "lookup" else self.intakes).append(intake)
            if entry.table == "lookup":
                self.intakes.append(intake)
        self.intakes.sort(key=lambda intake: intake.slot)

    def _entry(self, name: str) -> FileMapping:
        entry = self.mapping.entry_for(name)
        if entry is None:
            patterns = ", ".join(repr(known.match) for known in self.mapping.files) or "none"
            raise MappingError(
                f"{name}: the mapping has no [[files]] for a file of this name; its patterns are "
                f"{patterns}."
            )
        check(entry, name)
        return entry

    def _guess(self, table: TableFile) -> FileMapping:
        cells = ", ".join(f'"{cell}"' for cell in table.cells)
        rows = self.con.execute(
            f'select {cells} from "{table.table}" order by line limit {_SAMPLE_ROWS:d}'
        ).fetchall()
        entry = guess(table.headers, rows, self.draft.pipeline, table.name)
        try:
            check(entry)
        except MappingError as error:
            what = str(error).partition(": ")[2]
            raise MappingError(
                f"{table.name}: {what}. It was not recognised by its header. The file's columns "
                f"are: {', '.join(table.headers)}. Write that line under [files.columns] of a "
                "mapping, and load with --mapping."
            ) from error
        return entry

    def finish(self) -> Summary:
        """Puts everything together, and publishes it unless nothing is new or nothing is left."""
        self.tell("putting together", 0.5)
        load_leads.unite_leads(self.con, self.intakes, self.merge)
        history.gather_moves(self.con, self.intakes, self.draft.pipeline)
        strict = self._knows_its_leads()
        undated = load_leads.settle_leads(self.con, self.mapping.channels, strict=strict)
        if undated:
            self.notices.append(
                "No file says when leads came: each counts from its first move, and leads that "
                "never moved are not seen."
            )
        history.place_moves(self.con, self.draft.pipeline, self.setting.zone)
        history.refuse_rows(self.con, self.intakes)
        history.add_history(self.con, merge=self.merge)
        marketing.make_channels(self.con, self.intakes, self.mapping.channels, merge=self.merge)
        marketing.add_touches(self.con, self.intakes, merge=self.merge)
        self.notices += marketing.add_spend(self.con, self.intakes, merge=self.merge)
        self.notices += self._add_rates()
        for intake in self.intakes:
            list_refused(self.con, intake)
        self._write_refusals()
        summary = self._summary()
        if summary.loaded == 0:
            raise self._nothing_left(summary)
        if self._is_unchanged():
            return replace(summary, unchanged=True)
        self._write_files(summary)
        self._forget()
        generation = self.draft.publish(lambda what, share: self.tell(what, 0.6 + 0.4 * share))
        return replace(summary, generation=generation.number)

    def _add_rates(self) -> list[str]:
        """Adds the rates; says so when those of the store no longer mean anything."""
        before, currency = self.draft.previous, self.draft.currency
        is_same = before is not None and before.currency == currency
        marketing.add_rates(self.con, self.intakes, merge=self.merge and is_same)
        notices = []
        if (
            self.merge
            and before
            and not is_same
            and self._value("select count(*) from previous.rates")
        ):
            notices.append(
                f"The currency is {currency} now: the rates into {before.currency} are left out. "
                f"Load rates into {currency}."
            )
        lacking = marketing.currencies_without_rate(self.con, currency)
        if lacking:
            notices.append(
                f"There is no rate for {', '.join(lacking)}, so what was spent in it is not known "
                f"in {currency}: load a file with the columns day, currency, rate."
            )
        return notices

    def _knows_its_leads(self) -> bool:
        """Whether a list of leads has come in, so that a move of any other lead is refused."""
        if any(i.has_creation for i in self.intakes if i.entry.table in OF_LEADS):
            return True
        # (a generation made from moves alone has no list to hold new leads against)
        listed = "select count(*) from previous.loaded_files where \"table\" = 'leads'"
        return self.merge and self._value(listed) > 0

    def _write_refusals(self) -> None:
        if self.merge:
            self.con.execute("insert into rejected_rows select * from previous.rejected_rows")
        self.con.execute(
            "insert into rejected_rows select * exclude (is_row, slot) from refusals "
            "except all select * from rejected_rows"
        )

    def _summary(self) -> Summary:
        first, last = self.con.execute(
            "select min(instant), max(instant) from (select created_at as instant from leads "
            "union all select entered_at from stage_history)"
        ).fetchone() or (None, None)
        slugs = [*self.draft.pipeline.slugs, *self.draft.pipeline.exit_slugs]
        unknown = self.con.execute(
            "select stage, count(*) from placed where refusal is null "
            "and not list_contains($slugs, stage) group by 1 order by 2 desc, 1",
            {"slugs": slugs},
        ).fetchall()
        return Summary(
            generation=None,
            files=tuple(self._file_summary(intake) for intake in self.intakes),
            leads=self._value("select count(*) from leads"),
            moves=self._value("select count(*) from stage_history"),
            first_event=first,
            last_event=last,
            unknown_stages=dict(unknown),
            notices=tuple(self.notices),
        )

    def _file_summary(self, intake: Intake) -> FileSummary:
        counts: dict[bool, dict[str, int]] = {True: {}, False: {}}
        rows = self.con.execute(
            "select is_row, reason, count(*) from refusals where slot = $slot "
            "group by all order by 3 desc, 2",
            {"slot": intake.slot},
        ).fetchall()
        for is_row, reason, count in rows:
            counts[is_row][reason] = count
        refused = sum(counts[True].values())
        return FileSummary(
            name=intake.file.name,
            table=intake.entry.table,
            read=intake.file.rows,
            loaded=intake.file.rows - refused - intake.skipped,
            refused=refused,
            skipped=intake.skipped,
            reasons=counts[True],
            blanked=counts[False],
        )

    def _nothing_left(self, summary: Summary) -> NothingLoaded:
        path = self.draft.store.root / "refused.csv"
        rows = self.con.execute(
            "select * exclude (is_row, slot) from refusals order by slot, line, reason"
        )
        write_csv(path, _REFUSED_COLUMNS, iter(rows.fetchone, None))
        why = ", ".join(f"{reason} {count:,}" for reason, count in summary.reasons.items())
        return NothingLoaded(
            f"Not one of {summary.read:,} rows could be used ({why}), so the store stays as it "
            f"was. The refused rows and their reasons are in {path}.",
            summary,
        )

    def _is_unchanged(self) -> bool:
        before = self.draft.previous
        if not self.merge or before is None:
            return False
        settings = (self.draft.pipeline, self.draft.time_zone, self.draft.currency)
        if settings != (before.pipeline, before.time_zone, before.currency):
            return False
        columns = load_leads.columns_of(self.con, "previous", "leads")
        if set(columns) != set(load_leads.columns_of(self.con, None, "leads")):
            return False
        names = {"leads": ", ".join(f'"{name}"' for name in columns)}
        names |= dict.fromkeys(("touches", "spend", "rates", "rejected_rows"), "*")
        names["stage_history"] = "lead_id, stage, entered_at"
        return all(self._is_same(table, which) for table, which in names.items())

    def _is_same(self, table: str, columns: str) -> bool:
        count = "select count(*) from "
        if self._value(f"{count}{table}") != self._value(f"{count}previous.{table}"):
            return False
        added = f"(select {columns} from {table} except all select {columns} from previous.{table})"
        return int(self._value(f"{count}{added}")) == 0

    def _write_files(self, summary: Summary) -> None:
        if self.merge:
            self.con.execute("insert into loaded_files by name select * from previous.loaded_files")
        for intake, file in zip(self.intakes, summary.files, strict=True):
            fed = [file.table]
            if intake.has_creation and file.table in ("stage_history", "stage_columns"):
                fed.append("leads")
            for table in fed:
                self.con.execute(
                    "insert into loaded_files values ($file, $table, $shape, $read, $loaded, "
                    "$refused, $now, $encoding, $delimiter)",
                    {
                        "file": file.name,
                        "table": table,
                        "shape": "stage_columns" if intake.stages else "rows",
                        "read": file.read,
                        "loaded": file.loaded,
                        "refused": file.refused,
                        "now": self.now,
                        "encoding": intake.file.encoding,
                        "delimiter": intake.file.delimiter,
                    },
                )

    def _forget(self) -> None:
        """Lets go of the files' tables: what is derived next needs the memory."""
        made = self.con.execute(
            "select view_name, 'view' from duckdb_views() where database_name = 'temp' "
            "union all select table_name, 'table' from duckdb_tables() where temporary"
        ).fetchall()
        for name, kind in made:
            self.con.execute(f'drop {kind} temp."{name}"')

    def _value(self, sql: str) -> Any:
        row = self.con.execute(sql).fetchone()
        return row[0] if row else None


def _is_merge(draft: Draft, mode: str | None) -> bool:
    if mode not in (None, *MODES):
        raise LoadError(f"The mode {mode!r} is not one of {', '.join(MODES)}.")
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
