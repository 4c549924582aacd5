"""What the leads of a period became: the funnel's counts, and days worked out by hand."""

import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.overview.cohort import Age, Cohort, cohort
from analytics.scope import Scope
from analytics.view.parameters import COMPARE
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import generation_of, histories, store_of, stores, views
from tests.support.reference import Reference


@stores(9)
@given(st.data())
def test_the_counts_are_those_of_the_leads(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=4, max_size=4)):
            view = replace(drawn, compare=data.draw(st.sampled_from(COMPARE)))
            scope = Scope(view, generation)
            found = cohort(scope)
            asked = replace(view, level=scope.at(replace(view, level="group")).view.level)
            slow = Reference(held, replace(asked, mode="cohort", by=None)).funnel()
            rows = list(slow.values())
            assert found.now.leads == rows[0]["reached"]
            assert found.now.customers == rows[-1]["reached"]
            assert found.now.open == sum(row["open"] for row in rows)
            assert (found.age is None) == (not found.now.leads)
            assert (found.age is Age.MATURE) == (
                bool(found.now.leads) and found.now.open_share < 0.05
            )
            if found.now.expected is not None:
                assert found.now.rate is not None
                assert found.now.rate <= found.now.expected <= 1
            if found.known_from is not None:
                assert found.known_from > scope.day(scope.as_of)
            assert len(found.rows) == 1 + (found.reference is not None)


def steady(folder: Path, as_of: date) -> Generation:
    """A hundred leads on the first of each month of 2024: 40 lost on day 10, 60 won on day 20."""
    leads, moves = [], []
    for month in range(1, 13):
        for number in range(100):
            created = datetime(2024, month, 1, 12)
            if created.date() > as_of:
                continue
            lead_id = f"{month}-{number}"
            leads.append({"lead_id": lead_id, "created_at": created})
            for stage, days in (("lost", 10),) if number < 40 else (("won", 20),):
                at = created + timedelta(days=days)
                if at.date() <= as_of:
                    moves.append((lead_id, stage, at))
    last = datetime.combine(as_of, datetime.min.time()) + timedelta(hours=23)
    return store_of(folder, leads, moves, touches=[("x", last)]).generation()


def of_june(folder: Path, as_of: date, compare: str = "previous") -> Cohort:
    june = View(period=None, first=date(2024, 6, 1), last=date(2024, 6, 30), compare=compare)
    return cohort(Scope(june, steady(folder, as_of)))


def test_leads_too_young_for_a_rate_have_a_day_for_it(tmp_path: Path) -> None:
    """On the 14th no lead of 1 June is won; from the 21st all are that will be."""
    found = of_june(tmp_path, date(2024, 6, 14))
    assert (found.age, found.known_from) == (Age.TOO_YOUNG, date(2024, 6, 21))
    assert (found.now.customers, found.now.open) == (0, 60)
    assert found.reference is not None
    assert found.reference.rate == 0.6
    assert found.reference.expected == pytest.approx(0.6)
    assert not found.reference.is_least


def test_ripe_leads_wait_for_nothing(tmp_path: Path) -> None:
    found = of_june(tmp_path, date(2024, 6, 22))
    assert (found.age, found.known_from, found.now.rate) == (Age.MATURE, None, 0.6)
    assert found.now.expected == pytest.approx(0.6)


def test_young_leads_are_known_once_few_are_open(tmp_path: Path) -> None:
    """Of May and June together half are decided on 14 June, and all on the 21st."""
    generation = steady(tmp_path, date(2024, 6, 14))
    both = View(period=None, first=date(2024, 5, 1), last=date(2024, 6, 30))
    found = cohort(Scope(both, generation))
    assert (found.age, found.known_from) == (Age.YOUNG, date(2024, 6, 21))
    assert (found.now.rate, found.now.open_share) == (0.3, 0.3)
    assert found.reference is None


def test_what_never_ended_has_no_day(tmp_path: Path) -> None:
    leads = [{"lead_id": str(n), "created_at": datetime(2024, 1, 1 + n)} for n in range(10)]
    found = cohort(Scope(View(), store_of(tmp_path, leads).generation()))
    assert (found.age, found.known_from) == (Age.TOO_YOUNG, None)
    assert (found.now.leads, found.now.rate) == (10, 0.0)


def test_nobody_has_no_age(tmp_path: Path) -> None:
    found = cohort(Scope(View().where("source", ["none"]), steady(tmp_path, date(2024, 2, 1))))
    assert (found.age, found.now.rate, found.now.expected) == (None, None, None)


def test_leads_that_the_data_does_not_have_are_no_reference(tmp_path: Path) -> None:
    found = of_june(tmp_path, date(2024, 7, 30), compare="last-year")
    assert found.reference is None


def test_the_sample_says_what_is_known_of_it(whole_sample: Generation) -> None:
    found = cohort(Scope(View(period="last-quarter", compare="previous"), whole_sample))
    assert (found.now.customers, found.now.leads, found.now.open) == (106, 4_438, 826)
    assert found.now.expected == pytest.approx(0.043, abs=5e-4)
    assert (found.age, found.now.is_least) == (Age.YOUNG, True)
    young = cohort(Scope(View(period="this-quarter", compare="previous"), whole_sample))
    assert young.age is Age.TOO_YOUNG
    assert young.known_from == date(2026, 12, 9)
    assert young.reference == found.now
