"""Names of people and companies: which are rubbish, and how each is compared with others."""

import re
from functools import cache

from data.screening.rules import Rules
from data.values.text import plain

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS_IN_A_ROW = 4
_LONGEST_WITHOUT_VOWEL = 5
_DIGITS_OF_A_PHONE = 9
_SHORT = 2
_ONE_SIGN = re.compile(r"(.)\1{2,}")
_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xz]+")

_FORMS = (
    "cong ty trach nhiem huu han mot thanh vien", "cong ty trach nhiem huu han", "cong ty co phan",
    "cong ty tnhh mot thanh vien", "cong ty tnhh mtv", "cong ty tnhh 1tv", "cong ty tnhh",
    "cong ty cp", "cty tnhh mtv", "cty tnhh", "cty cp", "cty co phan", "tong cong ty", "tap doan",
    "doanh nghiep tu nhan", "dntn", "ho kinh doanh", "hkd", "cong ty", "cty", "ctcp", "ct",
    "tnhh mtv", "tnhh", "jsc", "joint stock company", "co ltd", "company limited", "limited", "ltd",
    "inc", "corp", "corporation", "llc", "gmbh", "company", "co",
)  # fmt: skip
_OUTER_FORM = re.compile(rf"^(?:{'|'.join(_FORMS)})\b\s*|\s*\b(?:{'|'.join(_FORMS)})$")
_INNER_FORM = re.compile(r"\b(?:tnhh|mtv|cp|co phan|jsc)\b")
_TRADE_AND_SERVICES = re.compile(r"\b(?:tmdv|tm (?:va )?dv|thuong mai (?:va )?dich vu)\b")
"""Half of all companies have it in their name, each in its own spelling."""


@cache
def _runs() -> frozenset[str]:
    """Every row of keys that lie side by side, in either direction."""
    rows = [*_KEYBOARD, *(row[::-1] for row in _KEYBOARD)]
    return frozenset(
        row[first:last]
        for row in rows
        for first in range(len(row))
        for last in range(first + _KEYS_IN_A_ROW, len(row) + 1)
    )


def person(name: str, rules: Rules) -> tuple[bool, str | None]:
    """Whether a name is rubbish; and as it is compared with others, None where it says nothing."""
    bare = plain(name)
    if _says_nothing(bare, rules):
        return False, None
    letters = bare.replace(" ", "")
    if letters.isdigit() and len(letters) >= _DIGITS_OF_A_PHONE:
        return False, None  # a number in place of a name: the lead can be called all the same
    is_rubbish = (
        _is_rubbish(bare, rules.lists["rubbish_names"])
        or "test" in bare.split()
        or (len(letters) >= _LONGEST_WITHOUT_VOWEL and bool(_CONSONANTS.fullmatch(letters)))
    )
    return (True, None) if is_rubbish else (False, bare)


def company(name: str, rules: Rules) -> tuple[bool, str | None]:
    """As `person`, of a company: it is compared without what it is in law."""
    bare = plain(name)
    if _says_nothing(bare, rules):
        return False, None
    if _is_rubbish(bare, rules.lists["rubbish_companies"]):
        return True, None
    return False, core(bare)


def core(bare: str) -> str | None:
    """A company's name, already plain, without its legal form; None when nothing is left."""
    rest = bare
    while (shorter := _OUTER_FORM.sub("", rest).strip()) != rest:
        rest = shorter
    rest = _TRADE_AND_SERVICES.sub("tm dv", _INNER_FORM.sub(" ", rest))
    return " ".join(rest.split()) or None


def _says_nothing(bare: str, rules: Rules) -> bool:
    return not bare or bare in rules.lists["empty"]


def _is_rubbish(bare: str, listed: frozenset[str]) -> bool:
    words = bare.split()
    letters = "".join(words)
    if bare in listed or letters.isdigit() or len(letters) < _SHORT:
        return True
    stripped = [word.rstrip("0123456789") or word for word in words]
    if " ".join(stripped) in listed or (len(set(stripped)) == 1 and stripped[0] in listed):
        return True
    return bool(_ONE_SIGN.fullmatch(letters)) or all(word in _runs() for word in words)
