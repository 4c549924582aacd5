"""Asking a store as anybody would: by the command line, whatever functions are behind it."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from analytics.__main__ import app


def ask(store: Path, question: str, query: str = "") -> list[dict[str, Any]]:
    """The rows that `python -m analytics` answers, as JSON has them."""
    arguments = [question, query, "--store", str(store), "--format", "json"]
    result = CliRunner().invoke(app, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return rows
