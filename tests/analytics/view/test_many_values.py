"""A dimension with very many values: the largest are named, and the others go together."""

from datetime import date, datetime, timedelta

import pytest

from analytics.bottlenecks.change import change
from analytics.funnel.funnel import funnel
from analytics.funnel.leads import listing
from analytics.scope import Scope
from analytics.sources.costs import costs
from analytics.sources.spend import spend
from analytics.time_in_stage.waiting import bands
from analytics.view import vocabulary
from analytics.view.view import Value, View, segment_value
from data.layout import OTHER_VALUES
from data.store import Generation
from tests.support.histories import SHORT, store_of

START = datetime(2024, 1, 1)
NAMED = [f"named {number:03d}" for number in range(vocabulary.MOST_NAMED)]
RARE = ["a rare one", "b rare one", "c rare one"]
SOME: list[tuple[Value, ...]] = [
    *((), (None,), (NAMED[0],), (OTHER_VALUES,), (RARE[0],)),
    *((RARE[1], OTHER_VALUES), (NAMED[0], NAMED[1], RARE[0], None)),
]


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Two leads of each source that is named, one of each that is not, and one without a source."""
    sources = [*(name for name in NAMED for _ in "ab"), *RARE, None]
    leads = [
        {
            "lead_id": f"L{number}",
            "created_at": START + timedelta(hours=number),
            "source": source,
            "channel": "event",
        }
        for number, source in enumerate(sources)
    ]
    moves = [
        (f"L{number}", stage, START + timedelta(days=20 + days, hours=number))
        for number, source in enumerate(sources)
        for days, stage in enumerate(("b", "c"))
        if source in RARE[:2] or number % 7 == 0
    ]
    paid = [
        {"day": date(2024, 1, 2), "source": source, "amount": 10.0, "currency": "VND"}
        for source in (*NAMED, *RARE)
    ]
    store = store_of(
        tmp_path_factory.mktemp("many"), leads, moves, spend=paid, pipeline=SHORT, time_zone="UTC"
    )
    return store.generation()


def reached(view: View, generation: Generation) -> dict[str, list[int]]:
    rows = funnel(Scope(view, generation)).rows
    return {str(name): own["reached"].tolist() for name, own in rows.groupby("segment")}


def test_the_largest_are_named_and_the_others_go_together(generation: Generation) -> None:
    found = reached(View(by="source", period="all", level="stage"), generation)
    assert set(found) == {*NAMED, OTHER_VALUES, "~"}
    assert found[OTHER_VALUES] == [3, 2, 2]
    whole = funnel(Scope(View(period="all", level="stage"), generation)).rows["reached"].tolist()
    assert [sum(step) for step in zip(*found.values(), strict=True)] == whole


@pytest.mark.parametrize("segment", [NAMED[7], OTHER_VALUES, "~"], ids=["named", "others", "none"])
def test_a_segment_opens_as_many_leads_as_it_counts(generation: Generation, segment: str) -> None:
    view = View(by="source", period="all", level="stage")
    inside = view.where("source", [segment_value(segment)])
    assert listing(Scope(inside, generation)).count() == reached(view, generation)[segment][0]
    assert reached(inside, generation) == {segment: reached(view, generation)[segment]}


def test_what_is_asked_for_by_name_is_named(generation: Generation) -> None:
    view = View(by="source", period="all").where("source", [RARE[2], NAMED[0]])
    assert set(reached(view, generation)) == {RARE[2], NAMED[0]}
    # Beside the others it is one of them, as it is when they are opened.
    beside = View(by="source", period="all").where("source", [RARE[2], OTHER_VALUES])
    assert {name: steps[0] for name, steps in reached(beside, generation).items()} == {
        OTHER_VALUES: 3
    }


def test_none_but_the_others_and_the_missing_one(generation: Generation) -> None:
    view = View(by="source", period="all").where("source", [OTHER_VALUES, None])
    found = {name: steps[0] for name, steps in reached(view, generation).items()}
    assert found == {OTHER_VALUES: 3, "~": 1}
    assert vocabulary.absent(view, generation) == ()
    assert vocabulary.absent(view.where("channel", [OTHER_VALUES]), generation) == (
        ("channel", OTHER_VALUES),
    )


@pytest.mark.parametrize("wanted", SOME)
@pytest.mark.parametrize("unwanted", SOME)
def test_a_view_says_which_values_it_lets_in(
    generation: Generation, wanted: tuple[Value, ...], unwanted: tuple[Value, ...]
) -> None:
    view = View(period="all").where("source", wanted).excluding("source", unwanted)
    there = listing(Scope(view, generation)).rows["source"].astype(object)
    known = [value for value, _leads in vocabulary.values(generation, "source")]
    let_in = {value for value in known if vocabulary.keeps(view, generation, "source", value)}
    assert let_in == {value if isinstance(value, str) else None for value in there}


def test_the_others_can_be_left_out(generation: Generation) -> None:
    view = View(by="source", period="all").excluding("source", [OTHER_VALUES])
    assert set(reached(view, generation)) == {*NAMED, "~"}
    assert OTHER_VALUES not in spend(Scope(view, generation))
    known = view.excluding("source", [OTHER_VALUES, None, NAMED[0]])
    assert set(reached(known, generation)) == set(NAMED[1:])
    fewer = View(by="source", period="all").excluding("source", [RARE[0]])
    assert reached(fewer, generation)[OTHER_VALUES][0] == 2
    opened = fewer.where("source", [OTHER_VALUES])
    assert listing(Scope(opened, generation)).count() == 2


def test_a_link_can_leave_the_others_out(generation: Generation) -> None:
    view, _strange = View.parse({"source-not": OTHER_VALUES})
    assert vocabulary.fitted(view, generation) == (view, ())
    # Of a dimension that names all of its values they are not understood.
    elsewhere, _strange = View.parse({"channel-not": OTHER_VALUES})
    (dropped,) = vocabulary.fitted(elsewhere, generation)[1]
    assert (dropped.parameter, dropped.allowed) == ("channel-not", ("event",))


def test_what_is_not_understood_is_told_some_values_not_all(generation: Generation) -> None:
    view, _strange = View.parse({"source-not": "nowhere"})
    (dropped,) = vocabulary.fitted(view, generation)[1]
    assert len(dropped.allowed) == 50


def test_money_goes_where_its_leads_go(generation: Generation) -> None:
    scope = Scope(View(by="source", period="all"), generation)
    found = spend(scope)
    assert found[OTHER_VALUES] == 30.0
    assert sum(amount or 0.0 for amount in found.values()) == 10.0 * (len(NAMED) + len(RARE))
    assert spend(scope, all_named=True)[RARE[1]] == 10.0
    opened = scope.at(scope.view.where("source", [OTHER_VALUES]))
    assert spend(opened) == {OTHER_VALUES: 30.0}
    rows = costs(scope).rows.set_index("segment")
    assert rows.loc[OTHER_VALUES, ["leads", "cost"]].tolist() == [3, 30.0]


def test_stays_and_parts_name_the_same(generation: Generation) -> None:
    scope = Scope(View(by="source", period="all"), generation)
    waiting = bands(scope).rows.groupby("segment")["open"].sum()
    assert waiting[OTHER_VALUES] == 1
    assert len(waiting) == len(NAMED) + 2
    compared = scope.at(
        View(by="source", level="stage").during(first=date(2024, 1, 9), last=date(2024, 1, 18))
    )
    assert OTHER_VALUES in set(change(compared).rows["segment"])


def test_a_dimension_with_few_values_names_all(generation: Generation) -> None:
    assert vocabulary.largest(generation, "channel") is None
    assert vocabulary.largest(generation, "source") == tuple(NAMED)
    assert "named_channel" not in Scope(View(by="channel"), generation).parameters
