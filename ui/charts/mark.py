"""A mark of a chart that stands for several values, as the one text that a click on it brings."""

import json


def write(*values: str | None) -> str:
    """The text that stands for the values."""
    return json.dumps(values, ensure_ascii=False)


def read(text: str) -> tuple[str | None, ...]:
    """The values that a text of `write` stands for."""
    return tuple(json.loads(text))
