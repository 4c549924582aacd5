"""The scope: which days, up to when, against what; and that every question is bound."""

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.queues import queues
from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.funnel.trend import trend
from analytics.overview.events import events
from analytics.scope import Scope
from analytics.view.parameters import NAMED_PERIODS
from analytics.view.periods import named_period, previous_period
from analytics.view.view import View, segment_value
from data.store import Generation
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views
from tests.support.reference import is_in

some_days = st.dates(date(1, 3, 1), date(9999, 12, 30))
names = st.sampled_from(NAMED_PERIODS) | st.integers(1, 40).map("last-{}d".format)


@given(names, st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_named_period_is_its_days(name: str, today: date) -> None:
    first, last = named_period(name, today)
    days = {today - timedelta(days=back) for back in range(-3, 800)}
    inside = {day for day in days if is_in(name, day, today)}
    assert inside == {day for day in days if first <= day <= last}
    assert first in inside
    assert last in inside


@given(some_days.filter(lambda day: day.year > 5), st.integers(0, 500))
def test_the_period_before_ends_the_day_before(first: date, length: int) -> None:
    last = min(first, date(9990, 1, 1)) + timedelta(days=length)
    first = last - timedelta(days=length)
    before_first, before_last = previous_period(first, last)
    assert before_last == first - timedelta(days=1)
    if not (first.day == 1 and (last + timedelta(days=1)).day == 1):
        assert before_last - before_first == last - first


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2024-03-01", "2024-03-31", ("2024-02-01", "2024-02-29")),
        ("2024-01-01", "2024-03-31", ("2023-10-01", "2023-12-31")),
        ("2024-01-01", "2024-12-31", ("2023-01-01", "2023-12-31")),
        ("2024-03-02", "2024-03-31", ("2024-02-01", "2024-03-01")),
    ],
)
def test_the_period_before(first: str, last: str, expected: tuple[str, str]) -> None:
    found = previous_period(date.fromisoformat(first), date.fromisoformat(last))
    assert tuple(day.isoformat() for day in found) == expected


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Leads of January to March 2024 in Hồ Chí Minh City; the last event is on 31 March, 12:00."""
    rows = [
        {"lead_id": f"{month}-{day}", "created_at": datetime(2024, month, day, 12), "source": "seo"}
        for month in (1, 2, 3)
        for day in range(1, 30)
    ]
    moves = [("1-1", "c", "2024-03-31T05:00:00")]
    root = tmp_path_factory.mktemp("winter")
    store = store_of(root, rows, moves, pipeline=SHORT, time_zone="Asia/Ho_Chi_Minh")
    return store.generation()


@pytest.mark.parametrize(
    ("view", "first", "last"),
    [
        (View(), "2024-01-01", "2024-03-31"),
        (View(as_of=date(2024, 2, 10)), "2024-01-01", "2024-02-10"),
        (View(period="this-month"), "2024-03-01", "2024-03-31"),
        (View(period="last-week"), "2024-03-18", "2024-03-24"),
        (View(period="last-7d", as_of=date(2024, 2, 10)), "2024-02-04", "2024-02-10"),
        (View(period=None, first=date(2024, 2, 1)), "2024-02-01", "2024-03-31"),
        (View(period=None, last=date(2024, 2, 1)), "2024-01-01", "2024-02-01"),
        (View(period=None, first=date(2025, 2, 1)), "2025-02-01", "2025-02-01"),
        (View(period=None, last=date(2023, 2, 1)), "2023-02-01", "2023-02-01"),
    ],
)
def test_the_days_of_a_view(generation: Generation, view: View, first: str, last: str) -> None:
    assert Scope(view, generation).days == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (None, datetime(2024, 3, 31, 5)),
        (date(2030, 1, 1), datetime(2024, 3, 31, 5)),
        (datetime(2030, 1, 1, tzinfo=UTC), datetime(2024, 3, 31, 5)),
        (date(2024, 2, 1), datetime(2024, 2, 1, 16, 59, 59, 999_999)),
        (datetime(2024, 2, 1, 3, tzinfo=UTC), datetime(2024, 2, 1, 3)),
    ],
)
def test_as_of_is_an_instant_of_the_data(
    generation: Generation, as_of: date | None, expected: datetime
) -> None:
    assert Scope(View(as_of=as_of), generation).as_of == expected


def test_a_day_is_that_of_the_store(tmp_path: Path) -> None:
    # 18:00 in London is the next day in Hồ Chí Minh City.
    rows = [{"lead_id": "x", "created_at": "2024-01-31T18:00:00"}]
    generation = store_of(tmp_path, rows, time_zone="Asia/Ho_Chi_Minh").generation()

    def reached(day: date) -> int:
        return int(
            funnel(Scope(View(period=None, first=day, last=day), generation)).rows["reached"].iat[0]
        )

    assert (reached(date(2024, 1, 31)), reached(date(2024, 2, 1))) == (0, 1)


@pytest.mark.parametrize(
    ("period", "as_of", "compare", "whole", "before", "cut"),
    [
        ("this-quarter", "2024-02-10", "previous", "2024-03-31", ("2023-10-01", "2023-11-10"), 92),
        ("this-month", "2024-03-30", "previous", "2024-03-31", ("2024-02-01", "2024-02-29"), 29),
        ("this-week", "2024-02-07", "previous", "2024-02-11", ("2024-01-29", "2024-01-31"), 7),
        ("this-year", "2024-02-10", "last-year", "2024-12-31", ("2023-01-01", "2023-02-10"), 365),
    ],
    ids=["quarter", "month-longer-than-the-one-before", "week", "year-against-last-year"],
)
def test_a_running_period_is_compared_with_as_many_days(
    generation: Generation,
    period: str,
    as_of: str,
    compare: str,
    whole: str,
    before: tuple[str, str],
    cut: int,
) -> None:
    view = View(period=period, compare=compare, as_of=date.fromisoformat(as_of))
    scope = Scope(view, generation)
    assert scope.is_running
    assert (scope.days[1].isoformat(), scope.whole_days[1].isoformat()) == (as_of, whole)
    earlier = scope.earlier()
    assert earlier is not None
    assert tuple(day.isoformat() for day in earlier.days) == before
    assert scope.as_of - earlier.as_of == timedelta(days=cut)
    frozen = Scope(scope.frozen_view(), generation)
    again = frozen.earlier()
    assert again is not None
    assert (frozen.days, again.days, again.as_of) == (scope.days, earlier.days, earlier.as_of)
    # The whole quarter by its days, of which some are still to come, is the same.
    dated = Scope(view.during(first=scope.days[0], last=scope.whole_days[1]), generation).earlier()
    assert dated is not None
    assert (dated.days, dated.as_of) == (earlier.days, earlier.as_of)


def test_a_period_that_is_over_does_not_run(generation: Generation) -> None:
    assert not Scope(View(period="last-quarter"), generation).is_running
    assert not Scope(View(period="this-month", as_of=date(2024, 1, 31)), generation).is_running
    tomorrow = View(period=None, first=date(2199, 1, 1), last=date(2199, 1, 31))
    assert not Scope(tomorrow, generation).is_running


def test_the_scope_to_compare_with_is_as_mature(generation: Generation) -> None:
    march = View(period="this-month", compare="previous")
    earlier = Scope(march, generation).earlier()
    assert earlier is not None
    assert earlier.days == (date(2024, 2, 1), date(2024, 2, 29))
    assert earlier.as_of == datetime(2024, 2, 29, 5)
    year = Scope(replace(march, compare="last-year"), generation).earlier()
    assert year is not None
    assert year.days == (date(2023, 3, 1), date(2023, 3, 31))
    leap = View(period=None, first=date(2024, 2, 29), last=date(2024, 2, 29), compare="last-year")
    found = Scope(leap, generation).earlier()
    assert found is not None
    assert found.days == (date(2023, 2, 28), date(2023, 2, 28))
    assert Scope(View(compare="previous"), generation).earlier() is None
    assert Scope(View(period="this-month"), generation).earlier() is None


QUESTIONS: list[Callable[[Scope], Any]] = [
    funnel,
    leads,
    trend,
    events,
    bottlenecks,
    queues,
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_hostile_values_are_only_values(
    generation: Generation, question: Callable[[Scope], Any]
) -> None:
    for text in ("'; drop table leads; --", "$as_of", '"', "%", "seo' or '1'='1"):
        question(Scope(View(by="source").where("source", [text, None]), generation))
    assert (
        funnel(Scope(View().where("source", ["seo' or '1'='1"]), generation)).rows["reached"].iat[0]
        == 0
    )


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "link",
    [
        "as_of=9999-12-31",
        "as_of=0001-01-01",
        "as_of=0001-01-01T00:00:00Z",
        "as_of=9999-12-31T23:59:59Z",
        "as_of=0050-01-01&window=36500",
        "from=0001-01-01",
        "to=9999-12-31",
        "to=0001-01-01",
        "from=9999-12-31",
        "from=0001-01-01&to=0001-01-02&compare=previous",
        "from=0001-01-01&to=0001-01-02&compare=last-year",
        "period=last-9999d&compare=previous&as_of=0001-06-01",
        "period=last-week&as_of=0001-01-01",
        "period=last-year&as_of=0001-06-01",
    ],
)
def test_no_date_is_too_far(
    generation: Generation, question: Callable[[Scope], Any], link: str
) -> None:
    view, _ = View.from_link(link)
    question(Scope(view, generation))


def test_an_unknown_dimension_is_no_sql(generation: Generation) -> None:
    with pytest.raises(KeyError):
        funnel(Scope(View(by="nowhere"), generation))
    with pytest.raises(KeyError):
        funnel(Scope(View().where("nowhere", ["x"]), generation))


@pytest.mark.parametrize("of", ["reaches", "stays"])
def test_dimensions_are_carried_as_parts(generation: Generation, of: str) -> None:
    asked = Scope(View(), generation, ("source", "region"))
    plain = Scope(View(), generation)
    assert "parts" not in plain.text("funnel/funnel", of=of)
    scope = asked.text("funnel/funnel", of=of).partition("\n),\n")[0] + "\n)\nselect * from scope"
    rows = generation.query(scope, asked.parameters)
    assert [*rows.columns[-4:]] == ["parts", "part_0", "part_1", "part_2"]
    assert {tuple(parts) for parts in rows["parts"]} == {("seo", None)}
    columns = rows[["part_0", "part_1", "part_2"]].astype(object)
    assert {*columns.where(columns.notna(), None).itertuples(index=False, name=None)} == {
        (None, "seo", None)
    }
    nothing = Scope(View(), generation, ())
    scope = nothing.text("funnel/funnel", of=of).partition("\n),\n")[0] + "\n)\nselect * from scope"
    assert {len(parts) for parts in generation.query(scope, nothing.parameters)["parts"]} == {0}
    with pytest.raises(KeyError):
        Scope(View(), generation, ("nowhere",)).text("funnel/funnel", of=of)


def test_an_earlier_scope_carries_the_same(generation: Generation) -> None:
    march = View(period="this-month", compare="previous")
    earlier = Scope(march, generation, ("source",)).earlier()
    assert earlier is not None
    assert earlier.dimensions == ("source",)


@stores(10)
@given(st.data())
def test_what_is_left_out_and_what_is_kept_are_all_there_is(data: st.DataObject) -> None:
    """Row for row, of reaches and of stays; and a list has as many leads as its number says."""
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for view in data.draw(st.lists(views(history), min_size=4, max_size=4)):
            for dimension, values in view.filters:
                every = view.unfiltered(dimension)
                kept, rest = every.where(dimension, values), every.excluding(dimension, values)
                for of in ("reaches", "stays"):
                    found = [rows_of(Scope(each, generation), of) for each in (kept, rest, every)]
                    assert found[0] + found[1] == found[2]
                for row in funnel(Scope(rest, generation)).rows.itertuples():
                    behind = replace(rest, by=None, stage=row.stage)
                    if rest.by is not None:
                        behind = behind.where(rest.by, [segment_value(row.segment)])
                    # Within a filter of the breakdown its own segments are all that there is.
                    if not rest.values(rest.by or ""):
                        assert len(leads(Scope(behind, generation)).rows) == row.reached


def rows_of(scope: Scope, of: str) -> Counter[tuple[Any, ...]]:
    """The leads and stages of a scope's rows, and how often each is there."""
    select = getattr(scope.selects, of)
    found = scope.generation.query(f"select lead_number, stage from ({select})", scope.parameters)
    return Counter(found.itertuples(index=False, name=None))
