"""When a lead is overdue, and the chance that it is won: against counting leads one by one."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from analytics.leads.outlook import FEW, LET_GO_DAYS, MOST_DAYS, outlook
from analytics.scope import Scope
from analytics.view.view import View
from data.pipeline import Exit, Pipeline, Stage
from data.store import Generation
from tests.support.histories import store_of

START = datetime(2024, 1, 1)
PIPELINE = Pipeline(
    stages=(
        Stage("new", "lead"),
        Stage("quoted", "opportunity", limit_days=60.0),
        Stage("paid", "customer"),
    ),
    exits=(Exit("gone"),),
)
LEADS = 240


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Generation, list[list[str]]]:
    """Leads that have all ended: how they went, as stages and the days between them."""
    random = Random(7)
    leads, moves, ways = [], [], []
    for number in range(LEADS):
        name, at, way = f"L{number:03}", START, ["new"]
        leads.append({"lead_id": name, "created_at": at, "team": f"T{number % 2}"})
        while way[-1] not in ("paid", "gone"):
            days = random.choice((2, 5, 9, 20))
            # Who stays long goes more often.
            lost = 0.3 + days / 40
            following = "gone" if random.random() < lost else {"new": "quoted"}.get(way[-1], "paid")
            at += timedelta(days=days)
            moves.append((name, following, at))
            way += [str(days), following]
        ways.append(way)
    folder = tmp_path_factory.mktemp("ended")
    return store_of(folder, leads, moves, pipeline=PIPELINE).generation(), ways


def counted(ways: list[list[str]], stage: str, days: int) -> tuple[int, float]:
    """How many stayed at the stage for more than so many days, and the chance of those."""
    quoted = [way[way.index("quoted") + 2] for way in ways if "quoted" in way]
    won = {"quoted": quoted.count("paid") / len(quoted), "paid": 1.0, "gone": 0.0}
    later = [
        way[way.index(stage) + 2]
        for way in ways
        if stage in way and int(way[way.index(stage) + 1]) > days
    ]
    return len(later), sum(won[each] for each in later) / max(len(later), 1)


@pytest.mark.parametrize("stage", ["new", "quoted"])
def test_the_chance_is_that_of_those_who_waited_as_long(
    stage: str, ended: tuple[Generation, list[list[str]]]
) -> None:
    generation, ways = ended
    found = outlook(Scope(View(), generation))[stage]
    last = None
    for days, left in enumerate(found.left):
        there, expected = counted(ways, stage, days)
        if there >= FEW:
            last = (expected, there)
        assert left is not None
        assert (left.chance, left.there) == pytest.approx(last, abs=6e-5)
        assert left.low <= left.chance <= left.high
    assert found.left_after(2.5) == found.left[2]
    assert found.left_after(10_000) == found.left[MOST_DAYS]


def test_the_limit_is_promised_or_usual(ended: tuple[Generation, list[list[str]]]) -> None:
    generation, ways = ended
    found = outlook(Scope(View(), generation))
    stays = sorted(int(way[1]) for way in ways)
    day = 86_400
    assert found["new"].limit == stays[LEADS // 2 - 1] * day
    assert (found["quoted"].limit, found["quoted"].is_promised) == (60 * day, True)
    assert not found["new"].is_promised
    assert (found["new"].let_go, found["quoted"].let_go) == (LET_GO_DAYS * day, 120 * day)


def test_it_is_the_same_whoever_looks(ended: tuple[Generation, list[list[str]]]) -> None:
    generation, _ways = ended
    one_team = View(period="last-30d", by="team").where("team", ["T1"])
    assert outlook(Scope(one_team, generation)) == outlook(Scope(View(), generation))


def test_of_few_leads_nothing_is_known(ended: tuple[Generation, list[list[str]]]) -> None:
    generation, _ways = ended
    found = outlook(Scope(View(as_of=datetime(2024, 1, 2, tzinfo=UTC)), generation))
    assert (found["new"].limit, found["new"].left[0]) == (None, None)  # nobody has left
    assert set(found["quoted"].left) == {None}
