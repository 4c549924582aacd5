"""JSON as interfaces hand it out: an array of records, or one record a line, as columns of text."""

import codecs
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.connection import row, value
from data.errors import FileRefused
from data.files import limits
from data.files.cells import WIDE, cell_names
from data.quoting import literal

_LARGEST = 1 << 26  # bytes of one record; a list inside a record of its own is one
_WRAPPED = 1 << 29


def look_at(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> tuple[str, list[str], str]:
    """Reads the records into a table: its name, their headers, and their cells as SQL of it.

    The parts of a record inside a record are columns of their own: `properties.email`.

    Raises:
        LoadError: it is damaged, or no list of records.
    """
    path = _without_mark(path)
    with _clear_errors(name):
        con.execute(
            "create or replace temp table json_records as select row_number() over () as line, "
            "json from read_json_objects($path, format = 'auto', maximum_object_size = $largest)",
            {"path": str(path), "largest": min(max(path.stat().st_size + 64, _LARGEST), _WRAPPED)},
        )
        _unwrap(con)
        headers, pointers = _columns(con)
        limits.check_columns(name, len(headers))
        count = int(value(con, "select count(*) from json_records"))
        limits.check_unpacked(name, path.stat().st_size, count * len(headers) // 8)
    if not headers:
        raise FileRefused("damaged_json", file=name)
    texts = [f"nullif(json ->> {literal(pointer)}, '')" for pointer in pointers]
    if len(headers) > WIDE:
        return "json_records", headers, f"[{', '.join(texts)}] as cells"
    named = zip(texts, cell_names(len(headers)), strict=True)
    return "json_records", headers, ", ".join(f'{text} as "{cell}"' for text, cell in named)


def _without_mark(path: Path) -> Path:
    """The text without the mark of its encoding, which is no part of JSON."""
    with path.open("rb") as text:
        if text.read(3) != codecs.BOM_UTF8:
            return path
        bare = path.with_name(f"{path.name}.bare")
        with bare.open("wb") as out:
            shutil.copyfileobj(text, out)
    return bare


def _unwrap(con: duckdb.DuckDBPyConnection) -> None:
    """Takes the list out of the answer of an interface: `{"results": [{…}, …]}`."""
    if value(con, "select count(*) from json_records") != 1:
        return
    lists = con.execute(
        "select key from (select json, unnest(json_keys(json)) as key from json_records) "
        "where json_type(json -> ('/' || replace(replace(key, '~', '~0'), '/', '~1'))) = 'ARRAY' "
        "and json_type(json -> ('/' || replace(replace(key, '~', '~0'), '/', '~1') || '/0')) "
        "= 'OBJECT'"
    ).fetchall()
    if len(lists) == 1:
        con.execute(
            "create or replace temp table json_records as select row_number() over () as line, "
            "json from (select unnest(cast(json -> $pointer as json[])) as json "
            "from json_records)",
            {"pointer": _pointer(lists[0][0])},
        )


def _columns(con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
    """The headers of the records in the order in which they first come, and where each is."""
    headers, pointers = [], []
    for key, is_record in _keys(con, "json"):
        pointer = _pointer(key)
        if not is_record:
            headers.append(key)
            pointers.append(pointer)
            continue
        for inner, _ in _keys(con, f"json -> {literal(pointer)}"):
            headers.append(f"{key}.{inner}")
            pointers.append(pointer + _pointer(inner))
    return headers, pointers


def _keys(con: duckdb.DuckDBPyConnection, record: str) -> list[tuple[str, bool]]:
    """The keys of records, and whether what they hold is records again."""
    if not row(con, f"select count(*) from json_records where json_type({record}) = 'OBJECT'")[0]:
        return []
    at = "'/' || replace(replace(key, '~', '~0'), '/', '~1')"
    return [
        (key, bool(is_record))
        for key, is_record, _ in con.execute(
            f"""
            with keyed as (
                select line, {record} as record, json_keys({record}) as keys from json_records
                where json_type({record}) = 'OBJECT'
            ),
            single as (
                select line, record, unnest(keys) as key, unnest(range(len(keys))) as number
                from keyed
            )
            select
                key,
                bool_or(json_type(record -> ({at})) = 'OBJECT'),
                min((line, number))
            from single
            group by key
            order by 3
            """
        ).fetchall()
    ]


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


@contextmanager
def _clear_errors(name: str) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise FileRefused("damaged_json", file=name) from error
