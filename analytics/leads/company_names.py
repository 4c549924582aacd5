"""Company names as people say them: without the legal form, which many of them share.

"Công ty TNHH TM DV Nhựa Nhật Quân" is "Nhựa Nhật Quân", "Acme Trading Co., Ltd" is "Acme Trading".
What a company does stays where it is written out ("Xây dựng Hòa Đạt"); the abbreviations that
follow a legal form (TM, DV, SX, XNK) are as good as a part of it.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from data.values.text import plain

_HEADS = frozenset(
    "cong ty|cty|tong cong ty|tct|doanh nghiep tu nhan|dntn|hop tac xa|htx|ctcp|tnhh".split("|")
)
"""What a name with a legal form begins with, in Vietnamese."""

_FORMS = frozenset(
    "trach nhiem huu han|tnhh|co phan|cp|hop danh|mot thanh vien|hai thanh vien|mtv|1tv|2tv|"
    "tm|dv|sx|xnk|tmdv|dvtm|sxtm|tmsx".split("|")
)
"""What may follow, any number of them."""

_TAILS = frozenset(
    "joint stock company|company limited|company|co|ltd|co ltd|limited|jsc|j s c|inc|incorporated|"
    "corp|corporation|llc|l l c|llp|plc|gmbh|pte|pty|tnhh|ctcp".split("|")
)
"""What a name with a legal form ends with, in English mostly; any number of them."""

_WORD = re.compile(r"[^\s,.()/&+–-]+")
_MOST_WORDS = 4


@lru_cache(maxsize=16_384)
def short(name: str) -> str:
    """What a company is called: its name without the legal form, which is found in any spelling.

    A name that is nothing but a legal form stays as it is, and so does one without any.
    """
    words = [found.span() for found in _WORD.finditer(name)]
    first = _after(name, words, 0, _HEADS)
    if first:
        while (later := _after(name, words, first, _FORMS)) > first:
            first = later
    last = len(words)
    while (sooner := _before(name, words, last, _TAILS)) < last:
        last = sooner
    if first >= last:
        return name.strip()
    start = words[first][0] if first else 0
    end = words[last - 1][1] if last < len(words) else len(name)
    return name[start:end].strip()


def _after(name: str, words: list[tuple[int, int]], first: int, forms: Collection[str]) -> int:
    """The place of the word after the longest of the forms that begins at `first`; else `first`."""
    for last in range(min(first + _MOST_WORDS, len(words)), first, -1):
        if plain(name[words[first][0] : words[last - 1][1]]) in forms:
            return last
    return first


def _before(name: str, words: list[tuple[int, int]], last: int, forms: Collection[str]) -> int:
    """The place of the first word of the longest of the forms that ends before `last`."""
    for first in range(max(last - _MOST_WORDS, 0), last):
        if plain(name[words[first][0] : words[last - 1][1]]) in forms:
            is_of_a_pair = first > 0 and "&" in name[words[first - 1][1] : words[first][0]]
            return last if is_of_a_pair else first
    return last
