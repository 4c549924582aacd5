"""What a page costs the store: statements, scans of the leads' tables, values handed to Python.

The budget is what each page needs when nothing of the store is known yet, and a little more. Where
a page goes over it, it asks for something twice, or for rows that it does not show: ask for less.
"""

from typing import NamedTuple

import pytest

from data.store import Store
from tests.support.screen import opened
from tests.support.workload import workload


class Budget(NamedTuple):
    """The most statements, scans and values that a page may need, of the small sample."""

    statements: int
    scans: int
    values: int


# By page and tab, "" for the first one.
BUDGETS = {
    "overview": Budget(46, 35, 59_000),
    "funnel": Budget(25, 25, 18_000),
    "funnel analysis": Budget(28, 27, 14_000),
    "leads": Budget(5, 10, 100),
    "time_in_stage": Budget(9, 10, 26_000),
    "time_in_stage analysis": Budget(34, 37, 65_000),
    "sources": Budget(30, 10, 21_000),
    "sources analysis": Budget(39, 18, 39_000),
    "bottlenecks": Budget(31, 35, 24_000),
    "bottlenecks queues": Budget(19, 21, 33_000),
    "bottlenecks what-if": Budget(19, 20, 46_000),
    "bottlenecks flow": Budget(13, 13, 11_000),
    "bottlenecks change": Budget(21, 21, 14_000),
    "bottlenecks analysis": Budget(29, 31, 37_000),
    "to_do": Budget(9, 12, 13_000),
    "quality": Budget(21, 17, 650),
    "handover": Budget(21, 32, 2_300),
    "response": Budget(9, 8, 3_600),
    "response analysis": Budget(23, 22, 4_700),
    "response untouched": Budget(6, 4, 1_300),
    "data": Budget(7, 0, 100),
    "definitions": Budget(0, 0, 0),
}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_asks_for_no_more_than_its_budget(
    name: str, sample: Store, unanswered: None
) -> None:
    page, _, tab = name.partition(" ")
    with workload() as asked:
        opened(page, lang="en", **({"tab": tab} if tab else {}))
    found = Budget(asked.statements, asked.scans_of_leads, asked.values)
    over = [each for each, most in zip(found, BUDGETS[name], strict=True) if each > most]
    assert not over, f"{name}: {found} is more than {BUDGETS[name]}"


def test_a_page_of_a_list_hands_over_no_more_than_it_shows(sample: Store, unanswered: None) -> None:
    with workload() as asked:
        opened("leads", lang="en", tab="all")
    assert asked.values < 100
