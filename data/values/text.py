"""Text made comparable: headings and names without case, accents and stray marks."""

import re
import unicodedata
from functools import lru_cache

_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})


@lru_cache(maxsize=4_096)  # every name that a column may have is compared with every column
def heading(header: str) -> str:
    """A header as it is compared: no BOM, no trailing *, straight quotes, spaces, accents."""
    composed = unicodedata.normalize("NFC", header)
    text = composed.removeprefix("\ufeff").translate(_STRAIGHT).strip().rstrip("*")
    return " ".join(text.split()).casefold()


def plain(name: str) -> str:
    """A name without what does not distinguish it: case, accents, punctuation, double spaces."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


HIDDEN = r"[\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]"
"""What cannot be seen, as the engine writes it: marks of direction, spaces without width."""

NOTHING = r"(?i)(n/?a|null|none|nan|nil|[(](null|none|blank)[)]|-+)"
"""What stands for an empty cell, as the engine writes it."""


def is_nothing(text: str) -> str:
    """The SQL condition for a text, as SQL, that stands for an empty cell."""
    return f"(length({text}) <= 7 and regexp_full_match({text}, '{NOTHING}'))"


def tidy(value: str) -> str:
    """A value of a cell as it is compared: without case, spaces single, accents composed."""
    return " ".join(unicodedata.normalize("NFC", value).split()).lower()


def tidied(cell: str) -> str:
    """The SQL of a cell's value as `tidy` makes it."""
    spaces = "'[\\s\\x{00a0}]+'"
    return f"lower(trim(regexp_replace(nfc_normalize(\"{cell}\"), {spaces}, ' ', 'g')))"
