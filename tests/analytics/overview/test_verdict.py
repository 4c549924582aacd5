"""The verdict and the findings: the written rule, tried over everything that can have happened."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.certainty import Certainty
from analytics.overview.events import MEASURES, Event, Events
from analytics.overview.findings import Finding, Leak, Overdue, PaidSource, ranked
from analytics.overview.verdict import Reason, State, Verdict, verdict

SURE = (Certainty.CERTAIN, Certainty.LIKELY)
LEAK = Leak("sal", "sql", "team", "TP.HCM 2", 0.23, 0.4, "past", 9.0, 1.7e9, Certainty.CERTAIN)
OVERDUE = Overdue(375, 5e8)
SOURCE = PaidSource("source", "webinar", 3.3e6, 7.8e6, 1e8, Certainty.CERTAIN)

counts = st.floats(0, 1e4)
certainties = st.sampled_from(Certainty)


def of(*events: Event, left: float = 0.0) -> Events:
    days = (date(2026, 7, 1), date(2026, 9, 30))
    return Events(tuple(events), *days, days, days, days, left, "VND", 0, {})


@st.composite
def happened(draw: st.DrawFn) -> Events:
    """Anything that can have happened."""
    compared = draw(st.booleans())
    events = [
        Event(
            measure,
            draw(st.none() | counts if measure == "value" else counts),
            earlier=draw(counts) if compared else None,
            certainty=draw(certainties) if compared else None,
            target=draw(st.none() | st.floats(1, 1e4)),
        )
        for measure in MEASURES
        if measure != "opportunities" or draw(st.booleans())
    ]
    return of(*events, left=draw(st.floats(0, 0.99)))


leaks = st.none() | st.builds(lambda sure: replace(LEAK, certainty=sure), certainties)


@given(happened(), leaks)
def test_the_state_is_that_of_the_first_rule_that_fits(events: Events, leak: Leak | None) -> None:
    """The rule as it is written, spelled out a second time."""
    found = verdict(events, leak)
    judged = [each for each in events.events if each.measure != "leads"]
    late = events.left < 1 / 3

    def less(certainty: Certainty) -> bool:
        return any(
            each.certainty is certainty
            and each.now is not None
            and each.earlier is not None
            and each.now < each.earlier
            for each in judged
        )

    def under(share: float) -> bool:
        return late and any(
            each.target is not None and each.now is not None and each.now / each.target < share
            for each in judged
        )

    if less(Certainty.CERTAIN) or under(0.8):
        expected = State.WORRY
    elif (
        (leak is not None and leak.certainty is Certainty.CERTAIN)
        or less(Certainty.LIKELY)
        or under(0.95)
    ):
        expected = State.WATCH
    else:
        expected = State.WELL
    assert found.state is expected
    assert (found.reason is None) == (found.state is State.WELL)
    assert (found.bad is None) == (found.reason is None)
    assert (found.reason is Reason.LEAK) == isinstance(found.bad, Leak)


@given(happened(), leaks)
def test_what_is_said_first_is_good(events: Events, leak: Leak | None) -> None:
    found = verdict(events, leak)
    if found.good is not None:
        assert found.good.now
        assert found.good != found.bad
        assert not (found.good.is_less and found.good.certainty in SURE)
    nothing_wrong = of(*(replace(each, earlier=None, target=None) for each in events.events))
    assert verdict(nothing_wrong, None) == Verdict(State.WELL, verdict(nothing_wrong, None).good)


@given(happened(), leaks, st.sampled_from(MEASURES), st.floats(1, 1e4))
def test_more_of_anything_never_makes_it_worse(
    events: Events, leak: Leak | None, measure: str, more: float
) -> None:
    order = list(State)
    raised = of(
        *(
            replace(each, now=each.now + more)
            if each.measure == measure and each.now is not None
            else each
            for each in events.events
        ),
        left=events.left,
    )
    assert order.index(verdict(raised, leak).state) <= order.index(verdict(events, leak).state)
    assert order.index(verdict(events, None).state) <= order.index(verdict(events, leak).state)


def test_the_sample_needs_attention() -> None:
    """222 deals as before, but one team surely loses customers."""
    won = Event("won", 222, 218, certainty=Certainty.UNCLEAR)
    leads = Event("leads", 4_438, 4_672, certainty=Certainty.CERTAIN)
    assert verdict(of(leads, won), LEAK) == Verdict(State.WATCH, won, Reason.LEAK, LEAK)
    assert verdict(of(leads, won), None) == Verdict(State.WELL, won)


def test_a_target_is_judged_late_only() -> None:
    won = Event("won", 30, target=100)
    assert verdict(of(won, left=0.5), None).state is State.WELL
    assert verdict(of(won, left=0.3), None) == Verdict(State.WORRY, None, Reason.SHORT, won)
    near = Event("won", 93, target=100)
    assert verdict(of(near), None) == Verdict(State.WATCH, None, Reason.SHORT, near)
    assert verdict(of(replace(near, now=95)), None).state is State.WELL


money = st.none() | st.floats(0, 1e12)
candidates: st.SearchStrategy[Finding | None] = st.one_of(
    st.none(),
    st.builds(lambda sure, worth: replace(LEAK, certainty=sure, money=worth), certainties, money),
    st.builds(Overdue, st.integers(1, 999), money),
    st.builds(
        lambda sure, worth: replace(SOURCE, certainty=sure, money=worth),
        certainties,
        st.floats(0, 1e12),
    ),
)


@given(st.lists(candidates, max_size=6))
def test_things_to_do_are_sure_and_by_money(drawn: list[Finding | None]) -> None:
    found = ranked(drawn)
    assert len(found) <= 3
    assert all(each in drawn for each in found)
    assert all(each.certainty in (None, *SURE) for each in found)
    if found:
        assert found[0].certainty is not Certainty.LIKELY
    # The first may be worth less than one that is only likely; the others are by money.
    worth = [-1.0 if each.money is None else each.money for each in found[1:]]
    assert worth == sorted(worth, reverse=True)
    sure = [each for each in drawn if each is not None and each.certainty in (None, SURE[0])]
    assert bool(found) == bool(sure)
    if sure:
        assert found[0].money == max(
            (each.money for each in sure if each.money is not None), default=None
        )


@pytest.mark.parametrize(
    ("given_things", "said"),
    [
        ([SOURCE, OVERDUE, LEAK], [LEAK, OVERDUE, SOURCE]),
        ([replace(LEAK, certainty=Certainty.UNCLEAR), OVERDUE], [OVERDUE]),
        ([replace(LEAK, certainty=Certainty.LIKELY), None], []),
        ([replace(LEAK, certainty=Certainty.LIKELY), OVERDUE], [OVERDUE, "likely"]),
        ([], []),
    ],
    ids=["by-money", "never-unclear", "likely-alone", "likely-second", "nothing"],
)
def test_what_is_worth_doing(given_things: list[Any], said: list[Any]) -> None:
    found = ranked(given_things)
    assert [each if each in said else "likely" for each in found] == said
