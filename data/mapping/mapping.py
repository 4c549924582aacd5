"""What a company's files mean: which table each one feeds, and which column is what.

A mapping is a TOML file (the examples in `tests/mappings/` are real ones), or is guessed from the
headers by `data.headings`. It is a value: `Mapping.parse(mapping.to_toml()) == mapping`.
"""

import json
import re
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from data.calendar import Calendar
from data.errors import LoadError
from data.mapping.fields import FIELDS, REQUIRED, dimension_slug
from data.pipeline import Pipeline, PipelineError, calendar_of
from data.values.channels import channel_slugs
from data.values.dates import ORDERS

EARLY_MOVES = ("refuse", "at_creation")


class MappingError(LoadError):
    """A mapping that cannot be used; the message names the key, or the column that is missing."""


@dataclass(frozen=True)
class StageColumn:
    """A column that holds the date on which a stage was entered, on rows where `when` holds."""

    stage: str
    column: str
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs of a column and the values one of which it must have."""


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
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Rows that count: pairs of a column and the values one of which it must have."""
    ignore: tuple[str, ...] = ()
    """Headers that must not be kept as dimensions."""
    day_month_order: str | None = None
    early_moves: str = "refuse"
    sheet: str | None = None

    def headers_used(self) -> tuple[str, ...]:
        """Every header this mapping speaks of."""
        return (
            *self.columns.values(),
            *(stage.column for stage in self.stages),
            *(column for stage in self.stages for column, _ in stage.when),
            *(column for _, column in self.join),
            *(column for column, _ in self.only),
        )


@dataclass(frozen=True)
class Mapping:
    """All that a company says about its files."""

    files: tuple[FileMapping, ...] = ()
    time_zone: str | None = None
    """Of times without an offset; the store's when not said."""
    store_time_zone: str | None = None
    """What a day and a month are in the store; as it was when not said."""
    currency: str | None = None
    pipeline: Pipeline | None = None
    calendar: Calendar | None = None
    """When the company works, where the stages stay as they were; else it is the pipeline's."""
    channels: Table[str, str] = field(default_factory=dict)
    """The company's own source names to our channels."""

    @classmethod
    def read(cls, path: Path) -> "Mapping":
        """The mapping in a TOML file. Raises MappingError."""
        try:
            return cls.parse(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"The mapping {path} cannot be read: {error}.") from error
        except MappingError as error:
            raise MappingError(f"{path.name}: {error}") from error

    @classmethod
    def parse(cls, text: str) -> "Mapping":
        """The mapping in a TOML text. Raises MappingError."""
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(f"not valid TOML: {error}") from error
        _known_keys(table, "", {"files", "stages", "exits", "calendar", "channels", *_TEXT_KEYS})
        pipeline, calendar = None, None
        try:
            if "stages" in table or "exits" in table:
                pipeline = Pipeline.from_table(table)
            elif "calendar" in table:
                calendar = calendar_of(table)
        except PipelineError as error:
            raise MappingError(str(error)) from error
        channels = _texts(table.get("channels", {}), "channels")
        for name, channel in channels.items():
            _one_of(channel, f"channels.{name}", channel_slugs())
        files = table.get("files", [])
        if not isinstance(files, list):
            raise MappingError("files: write [[files]], with two brackets, for each file")
        return cls(
            files=tuple(_file(entry, f"files[{i}]") for i, entry in enumerate(files)),
            pipeline=pipeline,
            calendar=calendar,
            channels=channels,
            **{key: _text(table, key, "") for key in _TEXT_KEYS},
        )

    def entry_for(self, name: str) -> FileMapping | None:
        """What is said about a file of this name: the first entry whose pattern fits it."""
        for entry in self.files:
            if fnmatch(name.casefold(), entry.match.casefold()):
                return entry
        return None

    def to_toml(self) -> str:
        """The text that `parse` reads back to this mapping."""
        lines = [f"{key} = {_quoted(value)}" for key in _TEXT_KEYS if (value := getattr(self, key))]
        if self.pipeline is not None:
            lines += ["", self.pipeline.to_toml().rstrip()]
        if self.calendar is not None:
            lines += ["", self.calendar.to_toml().rstrip()]
        for entry in self.files:
            lines += ["", *_file_lines(entry)]
        if self.channels:
            lines += ["", "[channels]", *_pairs(self.channels)]
        return "\n".join(lines).lstrip("\n") + "\n"


_TEXT_KEYS = ("time_zone", "store_time_zone", "currency")
_FILE_TEXT_KEYS = ("match", "table", "day_month_order", "early_moves", "sheet")
_FILE_KEYS = {*_FILE_TEXT_KEYS, "columns", "values", "stages", "join", "only", "ignore"}


def _file(entry: Any, where: str) -> FileMapping:
    if not isinstance(entry, dict):
        raise MappingError(f"{where}: write [[files]], with two brackets, for each file")
    _known_keys(entry, where, _FILE_KEYS)
    texts = {key: _text(entry, key, where) for key in _FILE_TEXT_KEYS}
    given = {key: value for key, value in texts.items() if value is not None}
    if "table" not in given:
        raise MappingError(f"{where}: lacks the key table, one of {', '.join(REQUIRED)}")
    _one_of(given["table"], f"{where}.table", tuple(REQUIRED))
    _one_of(given.get("day_month_order", "dmy"), f"{where}.day_month_order", ORDERS)
    _one_of(given.get("early_moves", "refuse"), f"{where}.early_moves", EARLY_MOVES)
    found = FileMapping(
        **given,
        columns=_texts(entry.get("columns", {}), f"{where}.columns"),
        values={
            name: _texts(values, f"{where}.values.{name}")
            for name, values in _table(entry.get("values", {}), f"{where}.values").items()
        },
        stages=_stage_columns(entry.get("stages", {}), f"{where}.stages"),
        join=tuple(_texts(entry.get("join", {}), f"{where}.join").items()),
        only=_conditions(entry.get("only", {}), f"{where}.only"),
        ignore=tuple(str(header) for header in entry.get("ignore", ())),
    )
    check(found, where)
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
    lacking = [name for name in REQUIRED[entry.table] if name not in said]
    if lacking:
        raise MappingError(
            f"{where}.columns: a file of {entry.table} must say which column is {lacking[0]}: "
            f'{lacking[0]} = "the header"'
        )
    if entry.table == "stage_columns" and not entry.stages and "stage" not in entry.columns:
        raise MappingError(f'{where}.stages: say which column dates each stage: won = "Won on"')
    if entry.stages and entry.table not in ("stage_columns", "leads"):
        raise MappingError(f"{where}.stages: only a file of stage_columns has them")
    if (entry.table == "lookup") != bool(entry.join):
        raise MappingError(f"{where}.join: a lookup has it, and nothing else does")
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


def with_order(entry: FileMapping, order: str | None) -> FileMapping:
    """The same mapping, its day-month order being the one given, if any."""
    return replace(entry, day_month_order=order) if order else entry


def _known_keys(table: Table[str, Any], where: str, known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise MappingError(
            f"{where + '.' if where else ''}{unknown[0]}: no such key; there are "
            f"{', '.join(sorted(known))}"
        )


def _one_of(value: str, key: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise MappingError(f"{key}: {value!r} is not one of {', '.join(allowed)}")


def _text(table: Table[str, Any], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise MappingError(f"{where + '.' if where else ''}{key}: must be a text in quotes")
    return value


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MappingError(f"{where}: must be a table of key = value")
    return value


def _texts(value: Any, where: str) -> dict[str, str]:
    for key, text in _table(value, where).items():
        if not isinstance(text, str):
            raise MappingError(f"{where}.{key}: must be a text in quotes")
    return dict(value)


def _conditions(value: Any, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (column, tuple(str(one) for one in (wanted if isinstance(wanted, list) else [wanted])))
        for column, wanted in _table(value, where).items()
    )


def _stage_columns(value: Any, where: str) -> tuple[StageColumn, ...]:
    found = []
    for stage, said in _table(value, where).items():
        if isinstance(said, str):
            found.append(StageColumn(stage, said))
            continue
        _known_keys(_table(said, f"{where}.{stage}"), f"{where}.{stage}", {"column", "when"})
        if not isinstance(said.get("column"), str):
            raise MappingError(f"{where}.{stage}: lacks column, the header of its date")
        when = _conditions(said.get("when", {}), f"{where}.{stage}.when")
        found.append(StageColumn(stage, said["column"], when))
    return tuple(found)


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string.
    return json.dumps(text, ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _pairs(table: Table[str, str]) -> list[str]:
    return [f"{_key(name)} = {_quoted(value)}" for name, value in table.items()]


def _condition_text(conditions: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    inner = ", ".join(
        f"{_key(column)} = [{', '.join(map(_quoted, wanted))}]" for column, wanted in conditions
    )
    return f"{{ {inner} }}"


def _file_lines(entry: FileMapping) -> list[str]:
    lines = ["[[files]]", f"match = {_quoted(entry.match)}", f"table = {_quoted(entry.table)}"]
    for key in ("day_month_order", "sheet"):
        if value := getattr(entry, key):
            lines.append(f"{key} = {_quoted(value)}")
    if entry.early_moves != "refuse":
        lines.append(f"early_moves = {_quoted(entry.early_moves)}")
    if entry.ignore:
        lines.append(f"ignore = [{', '.join(map(_quoted, entry.ignore))}]")
    if entry.only:
        lines.append(f"only = {_condition_text(entry.only)}")
    if entry.columns:
        lines += ["[files.columns]", *_pairs(entry.columns)]
    for name, values in entry.values.items():
        lines += [f"[files.values.{_key(name)}]", *_pairs(values)]
    if entry.stages:
        lines.append("[files.stages]")
        for stage in entry.stages:
            said = _quoted(stage.column)
            if stage.when:
                said = f"{{ column = {said}, when = {_condition_text(stage.when)} }}"
            lines.append(f"{_key(stage.stage)} = {said}")
    if entry.join:
        lines += ["[files.join]", *_pairs(dict(entry.join))]
    return lines
