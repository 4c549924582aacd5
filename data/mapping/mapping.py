"""What a company's files mean: which table each one feeds, and which column is what.

A mapping is a TOML file (the examples in `tests/mappings/` are real ones), or is proposed for files
by `data.mapping.proposal`. It is a value: `Mapping.parse(mapping.to_toml()) == mapping`.
"""

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import tomli_w

from data.calendar import Calendar
from data.condition import Condition
from data.errors import LoadError
from data.fit import fit_of, fit_table
from data.mapping.fields import FIELDS, OF_LEADS, OUTCOME, REQUIRED, dimension_slug
from data.pipeline import Pipeline, PipelineError
from data.reason import Reason, reasons_of
from data.response import Response
from data.screening.rules import Rules
from data.targets import Targets
from data.temperature import Temperature
from data.toml import TomlError, TomlTable, place_of
from data.values.channels import channel_slugs
from data.values.dates import ORDERS

EARLY_MOVES = ("refuse", "at_creation")
AMOUNTS = ("first", "add")
WINS = ("first", "each")

Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of a column and the values one of which it must have."""


ERRORS = {
    "missing_field": (
        "{file}: a file of {kind} must say which column is {field}: {field} = "
        '"the header". It was not recognised by its header. The file\'s columns are: {columns}. '
        "Write that line under [files.columns] of a mapping, and load with --mapping:\n\n{mapping}"
    ),
    "which_id": (
        "{file}: is column {column!r} the id of the lead, or of the move? Of {rows:,} rows "
        "{ids:,} have one of their own, and the file's columns are: {columns}. Say which is the "
        "lead's in a mapping, also when it is {column!r}, and load with --mapping:\n\n{mapping}"
    ),
}
"""What only a person can say of a file, as the command line asks it; screens translate theirs."""


class MappingError(LoadError):
    """A mapping that cannot be used; the message names the key, or the column that is missing."""

    key: str | None = None
    """Of `ERRORS`; None where the message is about a mapping that somebody wrote."""
    values: Table[str, Any] = {}
    """What fills its sentence."""

    @classmethod
    def of(cls, key: str, **values: Any) -> "MappingError":
        """The error of a key."""
        error = cls(ERRORS[key].format(**values))
        error.key, error.values = key, values
        return error


@dataclass(frozen=True)
class StageColumn:
    """A column that holds the date on which a stage was entered, on rows where `when` holds."""

    stage: str
    column: str
    when: Conditions = ()
    others: tuple[str, ...] = ()
    """Further columns of the same stage: the earliest of all dates counts."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that dates the stage."""
        return (self.column, *self.others)


@dataclass(frozen=True)
class FileMapping:
    """What one file, or all files whose names fit a pattern, mean."""

    table: str
    match: str = "*"
    columns: Table[str, str] = field(default_factory=dict)
    """Our field to the file's header. Further names become dimensions of the lead."""
    values: Table[str, Table[str, str]] = field(default_factory=dict)
    """For a field: the file's value to ours."""
    stages: tuple[StageColumn, ...] = ()
    join: tuple[tuple[str, str], ...] = ()
    """Of a lookup: pairs of a lead's field and the lookup's column that it must equal."""
    only: Conditions = ()
    """What the rows that count fulfil."""
    ignore: tuple[str, ...] = ()
    """Headers that must not be kept as dimensions."""
    day_month_order: str | None = None
    early_moves: str = "refuse"
    amounts: str = "first"
    """Of several rows of one lead: `add` them up, or the `first` one counts."""
    wins: str = "first"
    """Of several wins of one lead: `each` is a conversion, or only the `first`."""
    sheet: str | None = None
    header: int | None = None
    """The line that the header is on; it is found where this is not said."""
    identity: tuple[tuple[str, ...], ...] = ()
    """Without a column of ids: what tells leads apart, the first group of headers that is filled in
    a row counting, such as the phone, else the name and company."""
    fixed: Table[str, str] = field(default_factory=dict)
    """Field to the value that all rows of the file have."""
    also: tuple[str, ...] = ()
    """Headers of further ids of the lead, by which other files of the same load know it."""
    prefixes: tuple[str, ...] = ()
    """What the file's maker puts before texts and must not be kept: `p:` before phones."""

    @property
    def may_repeat(self) -> bool:
        """Whether several rows of one lead in the file are several sales, and no mistake."""
        return self.amounts == "add" or self.wins == "each"

    def headers_used(self) -> tuple[str, ...]:
        """Every header this mapping speaks of."""
        return (
            *self.columns.values(),
            *(column for stage in self.stages for column in stage.columns),
            *(column for stage in self.stages for column, _ in stage.when),
            *(column for group in self.identity for column in group),
            *self.also,
            *(column for _, column in self.join),
            *(column for column, _ in self.only),
        )


@dataclass(frozen=True)
class Mapping:
    """What all files of a company mean, and what a load of them sets."""

    files: tuple[FileMapping, ...] = ()
    time_zone: str | None = None
    """Of times without an offset; the store's when not said."""
    store_time_zone: str | None = None
    """What a day and a month are in the store; as it was when not said."""
    currency: str | None = None
    pipeline: Pipeline | None = None
    calendar: Calendar | None = None
    """When the company works, where the stages stay as they were; else it is the pipeline's."""
    targets: Targets | None = None
    """What it means to reach, where the stages stay as they were; else they are the pipeline's."""
    reasons: tuple[Reason, ...] = ()
    """The kinds of reasons that it tells apart, where the stages stay as they were; none is those
    that are there already."""
    response: Response | None = None
    """Who answers its leads, where the stages stay as they were; else it is the pipeline's."""
    temperature: Temperature | None = None
    """How hot a lead is, where the stages stay as they were; else it is the pipeline's."""
    fit: Condition | None = None
    """Whom it means to sell to, where the stages stay as they were; else it is the pipeline's."""
    channels: Table[str, str] = field(default_factory=dict)
    """The company's names of sources to our channels."""
    screening: str = ""
    """What it says otherwise of `data/screening.toml`, as TOML; '' is nothing."""

    @classmethod
    def read(cls, path: Path) -> "Mapping":
        """The mapping in a TOML file. Raises MappingError."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"The mapping {path} cannot be read: {error}.") from error
        try:
            return cls.parse(text)
        except MappingError as error:
            raise MappingError(f"{path.name}{place_of(str(error), text)}: {error}") from error

    @classmethod
    def parse(cls, text: str) -> "Mapping":
        """The mapping in a TOML text. Raises MappingError."""
        try:
            return cls._from_table(TomlTable.parse(text))
        except (TomlError, PipelineError) as error:
            raise MappingError(str(error)) from error

    @classmethod
    def _from_table(cls, table: TomlTable) -> "Mapping":
        table.has_only(*_TEXT_KEYS, *_PIPELINE_KEYS, "files", "channels", "screening")
        pipeline, calendar, targets, response, temperature = None, None, None, None, None
        fit: Condition | None = None
        reasons: tuple[Reason, ...] = ()
        if "stages" in table or "exits" in table:
            pipeline = Pipeline.from_table(table.entries)
        else:
            if "calendar" in table:
                calendar = Calendar.from_table(table.table("calendar"))
            if "targets" in table:
                targets = Targets.from_table(table.table("targets"))
            if "temperature" in table:
                temperature = Temperature.from_table(table.table("temperature"))
            fit = fit_of(table)
            reasons = reasons_of(table)
            if "response" in table:
                response = Response.from_table(table.table("response"))
        channels = table.table("channels")
        screening = table.table("screening")
        Rules.default().changed(screening)  # so that what cannot be used is named now
        return cls(
            files=tuple(_file(entry) for entry in table.tables("files")),
            pipeline=pipeline,
            calendar=calendar,
            targets=targets,
            temperature=temperature,
            fit=fit,
            reasons=reasons,
            response=response,
            channels={name: channels.choice(name, channel_slugs()) or "" for name in channels},
            screening=tomli_w.dumps(dict(screening.entries)),
            **{key: table.text(key) for key in _TEXT_KEYS},
        )

    def entry_for(self, name: str) -> FileMapping | None:
        """The entry for a file of this name: the first one whose pattern fits it."""
        for entry in self.files:
            if fnmatch(name.casefold(), entry.match.casefold()):
                return entry
        return None

    def to_toml(self) -> str:
        """The text that `parse` reads back to this mapping."""
        table = {key: value for key in _TEXT_KEYS if (value := getattr(self, key))}
        if self.pipeline is not None:
            table |= self.pipeline.to_table()
        if self.calendar is not None:
            table["calendar"] = self.calendar.to_table()
        if self.targets is not None:
            table["targets"] = self.targets.to_table()
        if self.temperature is not None:
            table["temperature"] = self.temperature.to_table()
        if self.fit is not None:
            table["fit"] = fit_table(self.fit)
        if self.reasons:
            table["reasons"] = [reason.to_table() for reason in self.reasons]
        if self.response is not None:
            table["response"] = self.response.to_table()
        if self.files:
            table["files"] = [_file_table(entry) for entry in self.files]
        if self.channels:
            table["channels"] = dict(self.channels)
        if self.screening:
            table["screening"] = tomllib.loads(self.screening)
        return tomli_w.dumps(table)


_TEXT_KEYS = ("time_zone", "store_time_zone", "currency")
_PIPELINE_KEYS = (
    "stages", "exits", "reasons", "calendar", "targets", "response", "temperature", "fit",
)  # fmt: skip
_FILE_KEYS = (
    "match", "table", "day_month_order", "early_moves", "amounts", "wins", "sheet", "header",
    "ignore",
    "only", "columns", "values", "stages", "join", "identity", "also", "fixed",
    "prefixes",
)  # fmt: skip


def _file(entry: TomlTable) -> FileMapping:
    entry.has_only(*_FILE_KEYS)
    entry.needs("table", f", one of {', '.join(REQUIRED)}")
    texts = {
        "match": entry.text("match"),
        "table": entry.choice("table", tuple(REQUIRED)),
        "day_month_order": entry.choice("day_month_order", ORDERS),
        "early_moves": entry.choice("early_moves", EARLY_MOVES),
        "amounts": entry.choice("amounts", AMOUNTS),
        "wins": entry.choice("wins", WINS),
        "sheet": entry.text("sheet"),
    }
    values = entry.table("values")
    found = FileMapping(
        **{key: text for key, text in texts.items() if text is not None},
        columns=entry.texts("columns"),
        values={name: values.texts(name) for name in values},
        stages=_stage_columns(entry.table("stages")),
        join=tuple(entry.texts("join").items()),
        only=_conditions(entry.table("only")),
        ignore=tuple(str(header) for header in entry.list_of("ignore", '["Internal note"]')),
        identity=_identity(entry),
        also=entry.list_of_texts("also", '["Converted Opportunity ID"]'),
        fixed=entry.texts("fixed"),
        prefixes=entry.list_of_texts("prefixes", '["p:"]'),
        header=entry.line("header"),
    )
    check(found, entry.where)
    return found


def check(entry: FileMapping, where: str = "files") -> None:
    """Raises MappingError when a file's mapping lacks something or contradicts itself."""
    has_month = entry.table == "spend" and "month" in entry.columns
    if has_month and "day" in entry.columns:
        raise MappingError(
            f"{where}.columns: spend is by day or by month; say which column is the one or the "
            "other, and not both"
        )
    said = {*entry.columns, "day"} if has_month else set(entry.columns)
    if _has_identity(entry, where):
        said.add("lead_id")
    lacking = [name for name in REQUIRED[entry.table] if name not in said]
    if lacking:
        raise MappingError(
            f"{where}.columns: a file of {entry.table} must say which column is {lacking[0]}: "
            f'{lacking[0]} = "the header"'
        )
    _check_stages(entry, where)
    if (entry.table == "lookup") != bool(entry.join):
        raise MappingError(f"{where}.join: a lookup has it, and nothing else does")
    if entry.may_repeat and entry.table not in OF_LEADS:
        key = "amounts" if entry.amounts == "add" else "wins"
        raise MappingError(f"{where}.{key}: only files of leads and of their moves have it")
    if entry.amounts == "add" and "amount" not in entry.columns:
        raise MappingError(f'{where}.columns: say which column adds up: amount = "the header"')
    for name in entry.columns:
        if name in FIELDS[entry.table]:
            continue
        if entry.table in ("touches", "spend", "rates"):
            raise MappingError(
                f"{where}.columns.{name}: {entry.table} has no such field, only "
                f"{', '.join(FIELDS[entry.table])}"
            )
        if dimension_slug(name) != name:
            raise MappingError(
                f"{where}.columns.{name}: a further dimension is named in lower case letters, "
                f"digits and _, and not {name!r}"
            )


def _check_stages(entry: FileMapping, where: str) -> None:
    if entry.table == "stage_columns" and not entry.stages and "stage" not in entry.columns:
        raise MappingError(f'{where}.stages: say which column dates each stage: won = "Won on"')
    if OUTCOME in entry.columns and "stage" not in entry.columns:
        raise MappingError(
            f'{where}.columns: {OUTCOME} stands beside a stage: stage = "the header", else say '
            "what was won and lost as the stage"
        )
    if entry.stages and entry.table not in ("stage_columns", "leads"):
        raise MappingError(f"{where}.stages: only a file of stage_columns has them")


def _has_identity(entry: FileMapping, where: str) -> bool:
    """Whether something else than a column of ids tells the leads apart."""
    if entry.identity and (
        "lead_id" in entry.columns or entry.table not in ("leads", "stage_columns")
    ):
        raise MappingError(f"{where}.identity: only a file of leads without a column of ids has it")
    return bool(entry.identity)


def with_order(entry: FileMapping, order: str | None) -> FileMapping:
    """The same mapping, its day-month order being the one given, if any."""
    return replace(entry, day_month_order=order) if order else entry


def _identity(entry: TomlTable) -> tuple[tuple[str, ...], ...]:
    """A list of headers, or of lists of those that tell leads apart together."""
    return tuple(
        tuple(str(header) for header in (group if isinstance(group, list) else [group]))
        for group in entry.list_of("identity", '["Phone", ["Name", "Company"]]')
    )


def _conditions(table: TomlTable) -> Conditions:
    return tuple(
        (column, tuple(str(one) for one in (wanted if isinstance(wanted, list) else [wanted])))
        for column, wanted in table.entries.items()
    )


def _stage_columns(table: TomlTable) -> tuple[StageColumn, ...]:
    found = []
    for stage, column in table.entries.items():
        if isinstance(column, str):
            found.append(StageColumn(stage, column))
            continue
        if isinstance(column, list) and column:
            several = table.list_of_texts(stage, '["Won on", "Won again"]')
            found.append(StageColumn(stage, several[0], others=several[1:]))
            continue
        entry = table.table(stage)
        entry.has_only("column", "when", "others")
        entry.needs("column", ", the header of its date")
        when = _conditions(entry.table("when"))
        others = entry.list_of_texts("others", '["Won again"]')
        found.append(StageColumn(stage, entry.required_text("column"), when, others))
    return tuple(found)


def _file_table(entry: FileMapping) -> dict[str, Any]:
    """The table [[files]] of a file; what is as it is by default is left out."""
    table = {
        "match": entry.match,
        "table": entry.table,
        "day_month_order": entry.day_month_order,
        "sheet": entry.sheet,
        "header": entry.header,
        "early_moves": entry.early_moves if entry.early_moves != "refuse" else None,
        "amounts": entry.amounts if entry.amounts != "first" else None,
        "wins": entry.wins if entry.wins != "first" else None,
        "ignore": list(entry.ignore),
        "identity": [group[0] if len(group) == 1 else list(group) for group in entry.identity],
        "also": list(entry.also),
        "prefixes": list(entry.prefixes),
        "only": _condition_table(entry.only),
        "columns": dict(entry.columns),
        "fixed": dict(entry.fixed),
        "values": {name: dict(values) for name, values in entry.values.items()},
        "stages": _stages_table(entry.stages),
        "join": dict(entry.join),
    }
    return {key: value for key, value in table.items() if value}


def _stages_table(stages: tuple[StageColumn, ...]) -> dict[str, Any]:
    """The table [files.stages]: each stage and its header, or tables if one of them has more.

    They are written alike because tables come after texts, and stages must stay in their order.
    """
    if not any(stage.when for stage in stages):
        return {
            stage.stage: list(stage.columns) if stage.others else stage.column for stage in stages
        }
    return {
        stage.stage: {"column": stage.column}
        | ({"others": list(stage.others)} if stage.others else {})
        | ({"when": _condition_table(stage.when)} if stage.when else {})
        for stage in stages
    }


def _condition_table(conditions: Conditions) -> dict[str, list[str]]:
    return {column: list(wanted) for column, wanted in conditions}
