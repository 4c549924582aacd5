"""Figures of others: each with whose it is, of when, of how many, and by what right."""

import pytest

from analytics.response.published import Figure, figures


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: f"{figure.year}-{figure.sells}")
def test_each_says_whose_it_is_of_how_many_and_by_what_right(figure: Figure) -> None:
    assert figure.source.strip()
    assert 1990 < figure.year < 2027
    assert all(any(letter.isdigit() for letter in n) for n in figure.n.values())
    assert figure.licence == "cited, not copied"
    assert figure.says.keys() == figure.caveat.keys() == figure.n.keys() == {"en", "vi"}
    assert all(text.strip() for text in (*figure.says.values(), *figure.caveat.values()))


def test_what_a_fast_answer_brings_is_observed_and_not_caused() -> None:
    of_sales = [figure for figure in figures() if figure.sells]
    assert of_sales
    assert all("not caused" in figure.caveat["en"] for figure in of_sales)
