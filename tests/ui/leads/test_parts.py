"""The parts of the work list are tabs of a link, which anybody may write."""

import pytest

from analytics.leads.to_do import listing
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from ui.leads import parts


@pytest.mark.parametrize("slug", ["sql", "won", "closed-won"])
def test_a_tab_says_its_stage(slug: str) -> None:
    assert parts.stage_of(parts.at_stage(slug)) == slug


@pytest.mark.parametrize("slug", ["", "sql_2", "x" * 30, "sql&tab=let-go"])
def test_a_stage_that_no_link_can_name_has_no_tab(slug: str) -> None:
    assert parts.at_stage(slug) is None


@pytest.mark.parametrize("tab", [None, "", parts.LET_GO, "at-", "at-SQL", "sql"])
def test_other_tabs_are_of_no_stage(tab: str | None) -> None:
    assert parts.stage_of(tab) is None


def test_the_parts_of_the_stages_are_all_that_is_to_be_called(whole_sample: Generation) -> None:
    found = listing(Scope(View(), whole_sample))
    every = set(parts.of(found, None).rows["lead_id"])
    at_stages = [
        set(parts.of(found, parts.at_stage(slug)).rows["lead_id"])
        for slug in whole_sample.pipeline.slugs[:-1]
    ]
    assert every
    assert set.union(*at_stages) == every
    assert sum(map(len, at_stages)) == len(every)
    assert not every & set(parts.of(found, parts.LET_GO).rows["lead_id"])
