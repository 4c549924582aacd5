"""Phone numbers as they are read and dialled."""

import pytest

from ui.language.phones import dialled, shown

NUMBERS = {
    "+84375396592": ("0375 396 592", "+84375396592"),
    "84375396592": ("0375 396 592", "84375396592"),
    "0375.396.592": ("0375 396 592", "0375396592"),
    "(037) 539-6592": ("0375 396 592", "0375396592"),
    "+1 415 555 0100": ("+1 415 555 0100", "+14155550100"),
    "028 3822 1234": ("028 3822 1234", "02838221234"),
    " 1900 ": ("1900", None),
    "gọi 0375396592": ("gọi 0375396592", None),
    "": ("", None),
}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_read_and_dialled(number: str) -> None:
    assert (shown(number), dialled(number)) == NUMBERS[number]
