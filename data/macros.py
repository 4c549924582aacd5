"""The macros of SQL that every session knows, and which of them a text uses."""

import re
from pathlib import Path

MACROS = Path(__file__).with_name("macros.sql").read_text(encoding="utf-8")
"""The statements that make them."""

_EACH = re.compile(r"^create macro (\w+)\(.*?;$", re.MULTILINE | re.DOTALL)


def used_by(sql: str) -> list[str]:
    """The statements that make the macros of a text for one session of its own."""
    return [
        found[0].replace("create macro", "create temp macro")
        for found in _EACH.finditer(MACROS)
        if f"{found[1]}(" in sql
    ]
