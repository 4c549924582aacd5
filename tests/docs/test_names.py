"""The names of the numbers: the tables of `docs/counting.md`, and the help of the command line."""

import pytest
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.certainty import Certainty
from analytics.names import MATURE, NAMES, PERIOD, YEAR, Name, answered_by
from tests.support.markdown import code, section, tables, text_of
from tests.support.screen import PAGES

TEXT = text_of("counting.md")
OVER = {PERIOD: "the period", YEAR: "12 months", MATURE: "91 mature days"}


def said(name: Name) -> dict[str, str]:
    """The row of a number."""
    never = dict.fromkeys((*name.never_en, *name.never_vi))
    return {
        "name": name.en,
        "in Vietnamese": name.vi,
        "what it counts": name.counts_en,
        "over": OVER[name.window],
        "on the page": ", ".join(f"`{page}`" for page in name.pages),
        "not to be called": ", ".join(never) or "–",
    }


def test_the_table_is_that_of_the_code() -> None:
    (rows,) = tables(section(TEXT, "Names of the numbers"))
    assert rows == [said(name) for name in NAMES]


def test_a_name_stands_for_one_number_on_pages_that_exist() -> None:
    for lang in ("en", "vi"):
        labels = [name.label(lang).casefold() for name in NAMES]
        assert len(set(labels)) == len(labels)
        assert not {label for name in NAMES for label in name.never(lang)} & {
            name.label(lang) for name in NAMES
        }
    assert {page for name in NAMES for page in name.pages} <= set(PAGES)
    assert len({name.slug for name in NAMES}) == len(NAMES)


def test_the_words_of_certainty_are_those_of_the_code() -> None:
    (rows,) = tables(section(TEXT, "How sure a difference is"))
    assert [word for row in rows for word in code(row["word"])] == list(Certainty)


@pytest.mark.parametrize("question", ["", "funnel"])
def test_the_help_says_what_the_numbers_are_called(question: str) -> None:
    asked = [question, "--help"] if question else ["--help"]
    told = CliRunner().invoke(app, asked, env={"COLUMNS": "240", "TERMINAL_WIDTH": "240"}).output
    text = " ".join(told.split())
    names = answered_by(question) if question else NAMES
    assert names
    for name in names:
        assert f"{name.en}: {name.counts_en}" in text
