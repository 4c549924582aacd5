"""What a guest may move: whatever is asked for, no view comes out that the share does not allow."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.view import guest
from analytics.view.scenario import Scenario
from analytics.view.view import Value, View
from data.shares import GUESTS

VALUES: tuple[Value, ...] = (None, "a", "b", "c")
DIMENSIONS = ("source", "team")
LEADS = [dict(zip(DIMENSIONS, values, strict=True)) for values in product(VALUES, repeat=2)]
SOME = st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True).map(tuple)
FILTERS = st.dictionaries(st.sampled_from(DIMENSIONS), SOME).map(lambda found: tuple(found.items()))
VIEWS = st.builds(
    View,
    period=st.sampled_from(["all", "last-90d", "last-quarter"]),
    filters=FILTERS,
    excluded=FILTERS,
    level=st.sampled_from(["group", "stage"]),
    mode=st.sampled_from(["cohort", "flow"]),
    window=st.sampled_from([None, 30]),
    compare=st.sampled_from(["none", "previous"]),
    by=st.sampled_from([None, "source", "owner"]),
    stage=st.sampled_from([None, "customer"]),
    as_of=st.sampled_from([None, datetime(2026, 1, 31, tzinfo=UTC)]),
    data=st.sampled_from([None, 1, 2]),
    tab=st.sampled_from([None, "analysis"]),
    lead=st.sampled_from([None, "L1"]),
    scenario=st.sampled_from([Scenario(), Scenario(rates=(("sal", 60.0),))]),
    lang=st.sampled_from(["vi", "en"]),
)
MAY_MOVE = {
    "nothing": set[str](),
    "period": {"period", "first", "last", "compare"},
    "breakdown": {"by", "level"},
}
OF_THE_READER = {"tab", "place", "list_page", "coloured", "lang"}


def counts(view: View, lead: Mapping[str, Value]) -> bool:
    return all(lead[name] in values for name, values in view.filters) and not any(
        lead[name] in values for name, values in view.excluded
    )


def differences(view: View, other: View) -> set[str]:
    return {
        each.name for each in fields(View) if getattr(view, each.name) != getattr(other, each.name)
    }


@given(VIEWS, VIEWS, st.sampled_from(GUESTS), st.booleans())
def test_no_guest_counts_a_lead_that_is_not_shared(
    asked: View, shared: View, who: str, lists: bool
) -> None:
    view = guest.confined(asked, shared, who, lists=lists)
    assert [lead for lead in LEADS if counts(view, lead) and not counts(shared, lead)] == []
    assert (view.data, view.data_id, view.as_of) == (shared.data, shared.data_id, shared.as_of)
    assert guest.confined(view, shared, who, lists=lists) == view


@pytest.mark.parametrize("who", MAY_MOVE)
@given(VIEWS, VIEWS)
def test_a_guest_moves_what_is_named_and_no_more(who: str, asked: View, shared: View) -> None:
    view = guest.confined(asked, shared, who, lists=False)
    assert differences(view, shared) <= MAY_MOVE[who] | OF_THE_READER
    assert differences(view, asked).isdisjoint(MAY_MOVE[who] | OF_THE_READER)


@given(VIEWS, VIEWS)
def test_a_guest_of_all_moves_everything_but_the_data_and_the_leads(
    asked: View, shared: View
) -> None:
    view = guest.confined(asked, shared, "all", lists=True)
    held = {"data", "data_id", "as_of", "filters", "excluded"}
    assert differences(view, asked) <= held


@given(VIEWS, VIEWS)
def test_who_looks_closer_sees_the_leads_of_both(asked: View, shared: View) -> None:
    view = guest.confined(asked, shared, "all", lists=False)
    for name, values in view.filters:
        both = set(asked.values(name) or VALUES) & set(shared.values(name) or VALUES)
        assert set(values) == (both or set(shared.values(name)))


@given(VIEWS, VIEWS, st.sampled_from(GUESTS), st.booleans())
def test_a_guests_address_says_what_was_moved_and_opens_the_same_view(
    asked: View, shared: View, who: str, lists: bool
) -> None:
    view = guest.confined(asked, shared, who, lists=lists)
    moved = guest.moved(view, shared)
    read, dropped = View.parse(guest.opened(shared, moved))
    assert dropped == ()
    assert guest.confined(read, shared, who, lists=lists) == view
    if view == shared:
        assert moved == {}


def test_days_take_the_place_of_a_named_period() -> None:
    shared = View(period="last-quarter")
    query = guest.opened(shared, {"from": "2026-01-01", "to": "2026-01-31"})
    view, dropped = View.parse(query)
    assert view == replace(shared, period=None, first=view.first, last=view.last)
    assert dropped == ()
