"""Numbers are written as the locale has it: like Babel, digit for digit."""

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from ui.language import current, formats

NUMBERS = st.one_of(
    st.floats(-1e15, 1e15), st.integers(-(10**15), 10**15), st.decimals(-9_999, 9_999, places=3)
)


@pytest.mark.parametrize("lang", current.LANGUAGES)
@given(value=NUMBERS.map(float), digits=st.integers(0, 3))
def test_a_number_is_written_as_its_locale_has_it(lang: str, value: float, digits: int) -> None:
    current.use(lang)
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
    written = format_decimal(value, pattern, locale=lang)
    if not any(digit in written for digit in "123456789"):
        written = written.removeprefix("-")
    assert formats.number(value, digits) == written.replace("-", "−")
