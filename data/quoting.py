"""SQL as text: names and values written into it, and the parameters that it binds."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
"""A named parameter; its name is the first group."""


def quoted(identifier: str) -> str:
    """A name as an identifier, so that any header of a file can name a column."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """A value as DuckDB reads it in a text of SQL."""
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


def one_of(texts: Iterable[str]) -> str:
    """The type of one of a few texts: a row then holds the number of it, and not the text."""
    return f"enum({', '.join(map(literal, texts))})"


def used(sql: str, parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    """Those of the parameters that a text of SQL names: DuckDB refuses to be given any other."""
    names = set(PARAMETER.findall(sql))
    return {name: value for name, value in (parameters or {}).items() if name in names}
