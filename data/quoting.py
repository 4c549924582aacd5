"""Names of columns in SQL text: always quoted, so that any header of a file can be one."""

from datetime import date, datetime
from typing import Any


def quoted(identifier: str) -> str:
    """The identifier as SQL takes it literally, whatever is in it."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """A value as DuckDB reads it in a text."""
    match value:
        case None:
            text = "null"
        case bool():
            text = str(value).lower()
        case datetime():
            text = f"timestamp '{value.isoformat(sep=' ')}'"
        case date():
            text = f"date '{value.isoformat()}'"
        case str():
            text = "'" + value.replace("'", "''") + "'"
        case list() | tuple():
            text = f"[{', '.join(literal(part) for part in value)}]"
        case _:
            text = repr(value)
    return text
