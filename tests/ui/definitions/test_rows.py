"""Definitions as rows of tables: whole, and with our marks alone."""

import re
from html import unescape

import pytest

from analytics.names import NAMES
from data.condition import Condition
from data.temperature import Temperature
from ui.definitions import cards, rows
from ui.language import current, messages
from ui.language.glossary import field


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_all_seven_disagreements_stand_with_each_reading(lang: str) -> None:
    current.use(lang)
    written = rows.chapter(field.DISAGREEMENTS, unfolded=True)
    found = field.DISAGREEMENTS.disagreements
    assert len(found) == 7
    assert written.count("<tr><th scope='row'>") == 7
    for each in found:
        assert len(each.readings) >= 2
        for text in (each.matter, *each.readings, each.taken, each.otherwise):
            assert rows.inline(messages._(text)) in written


def test_a_word_of_ours_is_written_with_its_marks_and_nothing_else() -> None:
    assert rows.inline("**B**udget, *flow* & `a<b`") == (
        "<strong>B</strong>udget, <em>flow</em> &amp; <code>a&lt;b</code>"
    )


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_every_number_has_a_row_with_all_that_is_known_of_it(lang: str) -> None:
    current.use(lang)
    table = rows.numbers(NAMES)
    for name in NAMES:
        row = re.search(rf"<tr id='{name.anchor}'>.*?</tr>", table)
        assert row, name.slug
        said = unescape(row[0])
        assert name.en in said
        assert name.vi in said
        assert name.counts(lang) in said
        assert all(called in said for called in name.never(lang))
    assert cards.found_numbers("hop dong chot") == cards.found_numbers("deals won")


def test_a_company_reads_its_own_rules_of_temperature() -> None:
    current.use("en")
    told = rows.temperature(Temperature(hot=Condition("score < 9"), warm=Condition("need")))
    assert "<code>score &lt; 9</code>" in told
    assert told.index("Hot") < told.index("Warm") < told.index("Cold")
