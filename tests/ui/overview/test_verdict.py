"""The verdict in words: one sentence that fits its row, the good half first, in both languages."""

from dataclasses import replace
from datetime import date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.certainty import Certainty
from analytics.overview.cohort import Age, Cohort, Outcome
from analytics.overview.events import MEASURES, Event, Events
from analytics.overview.findings import Leak
from analytics.overview.verdict import verdict
from analytics.scope import Scope
from analytics.view.view import View
from tests.support.histories import store_of
from ui.language import current
from ui.language.current import LANGUAGES
from ui.overview import spans
from ui.overview.verdict import MOST, sentence
from ui.page.headline import Tone

LEAK = Leak("sal", "sql", "team", "TP.HCM 2", 0.23, 0.4, "past", 9.4, 1.7e9, Certainty.CERTAIN)
Q2, Q3 = (date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 9, 30))
YOUNG = Outcome(*Q3, 10, 1, None, None, 5, None, is_least=False)
FOLLOWED = Cohort(YOUNG, None, Age.YOUNG, None, None)  # type: ignore[arg-type]  # asks nothing


@pytest.fixture(scope="module")
def scope(tmp_path_factory: pytest.TempPathFactory) -> Scope:
    folder = tmp_path_factory.mktemp("one")
    lead = {"lead_id": "1", "created_at": datetime(2026, 9, 1)}
    return Scope(View(), store_of(folder, [lead]).generation())


def of(*events: Event, **fields: object) -> Events:
    held = Events(tuple(events), *Q3, Q3, Q2, Q2, 0.0, "VND", 0, {})
    return replace(held, **fields)  # type: ignore[arg-type]


def said(scope: Scope, events: Events, leak: Leak | None, cohort: Cohort = FOLLOWED) -> str:
    names = spans.of(events, "previous")
    return sentence(scope, verdict(events, leak), events, cohort, names)


WON = Event("won", 222, 218, 0.1, 0.2, Certainty.UNCLEAR)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            "vi",
            "Quý 3 chốt 222 hợp đồng, ngang quý 2; nhưng đội TP.HCM 2 làm hụt khoảng 9 khách hàng "
            "mỗi quý.",
        ),
        (
            "en",
            "Q3 closed 222 deals, level with Q2; but team TP.HCM 2 now loses about 9 customers a "
            "quarter.",
        ),
    ],
    ids=["vi", "en"],
)
def test_the_sample_in_one_sentence(scope: Scope, lang: str, text: str) -> None:
    current.use(lang)
    assert said(scope, of(WON), LEAK) == text


def test_nothing_wrong_says_so(scope: Scope) -> None:
    current.use("en")
    assert said(scope, of(WON), None) == (
        "Q3 closed 222 deals, level with Q2; no bottleneck stands out."
    )
    more = replace(WON, now=300, certainty=Certainty.CERTAIN)
    assert said(scope, of(more), None).startswith("Q3 closed 300 deals, more than Q2 (218);")
    apart = replace(WON, now=190)
    assert "not clearly apart from Q2 (218)" in said(scope, of(apart), None)


def test_a_young_period_says_from_when_there_is_a_rate(scope: Scope) -> None:
    current.use("en")
    cohort = replace(FOLLOWED, age=Age.TOO_YOUNG, known_from=date(2026, 12, 9))
    events = of(
        replace(WON, now=72, earlier=79),
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        whole=(date(2026, 10, 1), date(2026, 12, 31)),
        before=(date(2026, 7, 1), date(2026, 7, 31)),
        reference=Q3,
        left=0.66,
    )
    assert said(scope, events, None, cohort) == (
        "The first 31 days of Q4 closed 72 deals; the rate of these leads will be known on "
        "9 Dec 2026."
    )


def test_what_is_wrong_is_said_as_surely_as_it_is(scope: Scope) -> None:
    current.use("en")
    fewer = replace(WON, now=100, certainty=Certainty.CERTAIN)
    opportunities = Event("opportunities", 686, 605, certainty=Certainty.CERTAIN)
    assert said(scope, of(fewer, opportunities), LEAK) == (
        "Q3 brought 686 new opportunities, more than Q2 (605); but deals won fell from 218 to 100."
    )
    likely = replace(fewer, now=3, earlier=9, certainty=Certainty.LIKELY)
    assert said(scope, of(likely), None) == "Q3: deals won seems to have fallen from 9 to 3."
    short = Event("value", 5.1e10, target=6.5e10)
    assert said(scope, of(WON, short), None).endswith(
        "but the value won reached 78% of the target."
    )


amounts = st.integers(0, 10**13)
certainties = st.none() | st.sampled_from(Certainty)
days = st.sampled_from(
    (Q3, (date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 2, 1), date(2026, 2, 28)))
)
words = st.text("aăâbcđeêghiklmnoôơpqrstuưvxy ÁẰ 0123456789", min_size=1, max_size=90)


@st.composite
def leaks(draw: st.DrawFn) -> Leak | None:
    segment = draw(st.none() | words)
    dimension = None if segment is None else draw(st.sampled_from(("team", "owner", "my region")))
    named = replace(LEAK, segment=segment, dimension=dimension)
    found = replace(
        named, customers=draw(st.floats(0, 1e6)), certainty=draw(st.sampled_from(Certainty))
    )
    return draw(st.sampled_from((None, found)))


@given(st.data())
def test_it_fits_its_row_whatever_happened(scope: Scope, data: st.DataObject) -> None:
    current.use(data.draw(st.sampled_from(sorted(LANGUAGES))))
    events = of(
        *(
            Event(
                measure,
                data.draw(amounts),
                data.draw(st.none() | amounts),
                certainty=data.draw(certainties),
                target=data.draw(st.none() | st.integers(1, 10**13)),
            )
            for measure in MEASURES
        ),
        whole=data.draw(days),
        reference=data.draw(days),
        left=data.draw(st.sampled_from((0.0, 0.2, 0.9))),
    )
    leak = data.draw(leaks())
    age = data.draw(st.sampled_from((*Age, None)))
    cohort = replace(FOLLOWED, age=age, known_from=data.draw(st.none() | st.just(Q3[1])))
    found = verdict(events, leak)
    names = spans.of(events, data.draw(st.sampled_from(("previous", "last-year"))))
    text = sentence(scope, found, events, cohort, names)
    assert len(text) <= MOST
    assert text.endswith(".")
    assert text[0] == text[0].upper()
    assert "{" not in text
    assert found.good is None or text.startswith(spans.capitalised(names.passed))


def test_every_tone_is_one_of_the_row() -> None:
    assert set(get_args(Tone)) == {"ok", "watch", "bad"}
