"""The terminal: a console that shows text as it is, whatever a file or a company is called.

Rich reads `[bold]` and `:smile:` in a text as markup, and a terminal reads an escape sequence as an
order to itself; what came with the data is neither.
"""

import unicodedata
from typing import Any

from rich.console import Console

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def console(**options: Any) -> Console:
    """A console that takes no text for markup, for an emoji or for a number to colour."""
    return Console(markup=False, emoji=False, highlight=False, **options)


def visible(text: str) -> str:
    r"""The text with every character written out that would act on the terminal: `\x1b`."""
    return "".join(
        letter.encode("unicode_escape").decode() if _acts(letter) else letter for letter in text
    )


def _acts(letter: str) -> bool:
    """Whether it moves the cursor, changes colours or turns around what is written after it."""
    is_control = unicodedata.category(letter) in ("Cc", "Zl", "Zp") and letter not in "\n\t"
    return is_control or letter in _TURNING
