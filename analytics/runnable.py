"""SQL to take away: a question's text with its values written in, to run in a DuckDB shell."""

from collections.abc import Mapping
from typing import Any

from data.quoting import PARAMETER, literal


def runnable(sql: str, parameters: Mapping[str, Any], number: int) -> str:
    """The text as it runs in `duckdb N.duckdb` in the store's folder: the same rows.

    For reading and for checking; answers themselves always bind their values.

    Raises:
        KeyError: for a parameter without a value.
    """
    lines = (
        # Comments speak of the parameters by name.
        line
        if line.startswith("--")
        else PARAMETER.sub(lambda found: literal(parameters[found[1]]), line)
        for line in sql.splitlines()
    )
    return f"-- duckdb {number}.duckdb\n" + "\n".join(lines) + ";\n"
