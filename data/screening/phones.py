"""Phone numbers: whether one can be dialled, and what it is in the form of E.164.

Source: ITU-T E.164 and the numbering plans of the package phonenumbers; the prefixes of Vietnamese
mobile numbers that went from 11 digits to 10: the Ministry of Information and Communications'
plan 798/QD-BTTTT, in force since 15 September 2018.
"""

import re

from data.screening.emails import Contact
from data.screening.rules import Rules
from data.values.text import plain

NEW_PREFIXES = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38",
    "169": "39", "186": "56", "188": "58", "199": "59",
}  # fmt: skip
"""What the first three digits of an old number, without its zero, became in 2018."""

_SEVERAL = re.compile(r"[;|/,]| - |\n")
_OLD = re.compile(r"(\+?84|0084|0|)(" + "|".join(NEW_PREFIXES) + r")(\d{7})")
# A Vietnamese mobile number in a range that is in use: nobody needs to ask the slower reader.
_PLAIN = re.compile(r"(?:\+?84|0084|0|)((?:3[2-9]|5[689]|7[06-9]|8[1-8]|9[0-8])\d{7})")
_WHOLE_NUMBER = re.compile(r"\.0\Z")  # as of a column that was taken for numbers
_MARKS = re.compile(r"[\s.()\-–·_]|\u00a0")
_LEAST_DIGITS = 6
_RUNS = ("01234567890123456789", "9876543210")


def look(cell: str, rules: Rules) -> Contact | None:
    """What is in a cell of numbers: of several the first good one; None when it says nothing."""
    text = cell.strip()
    if not any(sign.isdigit() for sign in text):
        bare = plain(text)
        return None if not bare or bare in rules.lists["empty"] else _invalid(rules)
    first: Contact | None = None
    for part in _SEVERAL.split(text):
        if any(sign.isdigit() for sign in part):
            found = _look(part, rules)
            if found.reason is None:
                return found
            first = first or found
    return first


def _look(text: str, rules: Rules) -> Contact:
    bare = _MARKS.sub("", _WHOLE_NUMBER.sub("", text.strip().removeprefix("p:")))
    if rules.is_on("fake_phone") and is_fake(bare):
        return Contact("fake_phone")
    if rules.region == "VN":
        if old := _OLD.fullmatch(bare):
            bare = f"{old[1]}{NEW_PREFIXES[old[2]]}{old[3]}"
        if found := _PLAIN.fullmatch(bare):
            return Contact(None, f"+84{found[1]}")
    number, is_line = e164(bare, rules)
    return _invalid(rules) if number is None else Contact(None, number, is_line)


def _invalid(rules: Rules) -> Contact:
    return Contact("invalid_phone") if rules.is_on("invalid_phone") else Contact()


def is_fake(digits: str) -> bool:
    """Whether nobody meant a number: all of its digits are alike, or run up or down."""
    own = re.sub(r"\D", "", digits)
    if own.startswith("84") and len(own) > _LEAST_DIGITS + 2 and len(set(own[2:])) == 1:
        return True
    if len(own) < _LEAST_DIGITS:
        return False
    rest = own.lstrip("0")
    is_run = any(own in run for run in _RUNS)
    return len(set(own)) == 1 or is_run or (len(own) > 8 and len(rest.rstrip("0")) <= 1)


def e164(text: str, rules: Rules) -> tuple[str | None, bool]:
    """A number in the form of E.164, None when it is none; and whether it is a fixed line."""
    # Here, because it is slow to import and most numbers are plain.
    import phonenumbers

    try:
        number = phonenumbers.parse(text, rules.region)
    except phonenumbers.NumberParseException:
        return None, False
    is_valid, is_possible = phonenumbers.is_valid_number, phonenumbers.is_possible_number
    if not (is_valid if rules.phones == "valid" else is_possible)(number):
        return None, False
    is_line = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), is_line
