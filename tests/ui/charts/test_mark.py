"""A mark of several values is read back as it was written, whatever is in them."""

from hypothesis import given
from hypothesis import strategies as st

from ui.charts import mark


@given(st.lists(st.none() | st.text(), max_size=4))
def test_it_is_read_back(values: list[str | None]) -> None:
    assert mark.read(mark.write(*values)) == tuple(values)


@given(st.lists(st.none() | st.text(), max_size=3), st.lists(st.none() | st.text(), max_size=3))
def test_no_two_are_alike(one: list[str | None], other: list[str | None]) -> None:
    assert (mark.write(*one) == mark.write(*other)) == (one == other)
