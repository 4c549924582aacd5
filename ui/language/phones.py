"""Phone numbers as they are read and dialled."""

import re

_VIETNAMESE = re.compile(r"(?:\+?84|0)(\d{9})")
_LEAST_DIGITS = 6


def shown(number: str) -> str:
    """A number as it is read: a Vietnamese one as `0375 396 592`, any other as it came."""
    found = _VIETNAMESE.fullmatch(re.sub(r"[\s().-]", "", number))
    if not found:
        return number.strip()
    digits = "0" + found[1]
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def dialled(number: str) -> str | None:
    """What a phone is to call; None where it is no number to call, such as an extension alone."""
    digits = re.sub(r"\D", "", number)
    if len(digits) < _LEAST_DIGITS or re.search(r"[^\W\d]", number):
        return None
    return f"+{digits}" if number.strip().startswith("+") else digits
