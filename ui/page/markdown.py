"""Text for Markdown: muted lines, and text that came with the data taken literally."""

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:@-])")


def gray(text: str) -> str:
    """Markdown for a small muted line."""
    return f":small[:gray[{text}]]"


def plain(text: str) -> str:
    """Text that came with the data, so that Markdown takes it literally."""
    return _MARKDOWN.sub(r"\\\1", text)
