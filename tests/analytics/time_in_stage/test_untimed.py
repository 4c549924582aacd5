"""Nothing is timed by a present status: such leads are left out of times, and counted."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.bottlenecks.queues import queues
from analytics.bottlenecks.velocity import velocity
from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.funnel.time_to_step import reaching, summary
from analytics.funnel.trend import trend
from analytics.leads.overdue import overdue
from analytics.leads.story import story
from analytics.leads.to_do import to_do
from analytics.scope import Scope
from analytics.time_in_stage.time_in_stage import leaving, time_in_stage
from analytics.time_in_stage.untimed import untimed
from analytics.time_in_stage.waiting import bands, waiting
from analytics.view.view import View
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.store import Store
from tests.support.histories import stores

NOW = datetime(2024, 6, 1)
MAPPING = Mapping.parse("""
[[files]]
match = "moves.csv"
table = "stage_history"
columns = { lead_id = "id", stage = "stage", entered_at = "at", created_at = "created" }
[[files]]
table = "leads"
columns = { lead_id = "id", created_at = "created", stage = "status", source = "source" }
""")
MOVES = """id,created,stage,at
A,2024-01-01,mql,2024-01-05
A,2024-01-01,opportunity,2024-01-09
A,2024-01-01,won,2024-02-20
B,2024-01-02,mql,2024-02-01
C,2024-01-03,sal,2024-01-20
C,2024-01-03,lost,2024-03-01
D,2024-04-04,opportunity,2024-04-30
"""
STAGES = ("lead", "mql", "sal", "opportunity", "won", "lost")
VIEW = replace(View(), level="stage").during("all")


def loaded(folder: Path, *exports: str) -> Store:
    """The moves, and then exports of statuses one after the other."""
    store = Store(folder / "store")
    for number, rows in enumerate((MOVES, *exports)):
        path = folder / (f"export{number}.csv" if number else "moves.csv")
        path.write_text(rows if not number else "id,created,status,source\n" + rows)
        load(store, [path], mapping=MAPPING, now=NOW)
    return store


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The answers about time of the moves alone."""
    store = loaded(tmp_path_factory.mktemp("desk"))
    return times(Scope(VIEW, store.generation()))


def times(scope: Scope) -> dict[str, pd.DataFrame]:
    """Every answer about time."""
    answers = {
        each.__name__: each(scope).rows
        for each in (time_in_stage, bands, waiting, queues, to_do, overdue)
    }
    answers["leaving"] = leaving(scope, "mql").rows
    answers["velocity"] = velocity(scope).rows
    won = scope.at(replace(scope.view, stage="won", by="region"))
    answers["reaching"] = reaching(won).rows
    answers["summary"] = summary(won).rows[["segment", "median_seconds"]]
    answers["medians"] = funnel(scope).rows[["stage", "median_seconds"]]
    return answers


@stores(15)
@given(
    statuses=st.lists(
        st.tuples(st.sampled_from(STAGES), st.sampled_from(STAGES)), min_size=1, max_size=4
    )
)
def test_leads_known_from_statuses_change_no_time(
    tmp_path_factory: pytest.TempPathFactory,
    without: dict[str, pd.DataFrame],
    statuses: list[tuple[str, str]],
) -> None:
    exports = [
        "".join(
            f"S{number},2024-0{month}-1{number},{pair[month - 1]},Web\n"
            for number, pair in enumerate(statuses)
        )
        for month in (1, 2)
    ]
    store = loaded(tmp_path_factory.mktemp("desk"), *exports)
    scope = Scope(VIEW, store.generation())
    for name, rows in times(scope).items():
        columns = [column for column in rows.columns if column in without[name].columns]
        pd.testing.assert_frame_equal(rows[columns], without[name][columns], obj=name)
    assert untimed(scope).leads == len(statuses)
    # They are in the funnel all the same.
    assert funnel(scope).rows["reached"].iat[0] == 4 + len(statuses)


def test_a_store_of_statuses_alone(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = "".join(f"L{n},2024-01-0{n},{stage},Web\n" for n, stage in enumerate(STAGES, 1))
    path.write_text("id,created,status,source\n" + rows)
    store = Store(tmp_path / "store")
    load(store, [path], mapping=MAPPING, now=NOW)
    scope = Scope(VIEW, store.generation())
    found = funnel(scope).rows
    assert found["reached"].tolist() == [6, 4, 4, 3, 2, 2, 1]
    assert found["median_seconds"].isna().all()
    assert trend(scope).rows["median_seconds"].isna().all()
    assert not time_in_stage(scope).rows["stays"].any()
    assert not bands(scope).rows["open"].any()
    queue = queues(scope).rows
    assert not queue["open"].any()
    assert set(queue["state"]) == {"steady"}
    assert to_do(scope).rows.empty
    assert untimed(scope).leads == 6
    listed = leads(scope.at(replace(VIEW, stage="lead"))).rows.set_index("lead_id")
    assert listed["stage"].to_dict() == {f"L{n}": stage for n, stage in enumerate(STAGES, 1)}
    assert listed.loc["L2", "days_in_stage"] != listed.loc["L2", "days_in_stage"]
    assert reaching(scope.at(replace(VIEW, stage="won"))).rows.empty


def test_a_store_of_moves_is_not_asked(tmp_path: Path) -> None:
    scope = Scope(VIEW, loaded(tmp_path).generation())
    assert scope.generation.untimed == 0
    assert "is_timed" not in scope.selects.stays + scope.selects.timed
    assert untimed(scope).leads == 0


def test_the_story_says_between_which_days(tmp_path: Path) -> None:
    exports = ("S,2024-01-05,mql,Web\n", "S,2024-01-05,won,Web\nT,2024-03-31,lead,Web\n")
    scope = Scope(VIEW, loaded(tmp_path, *exports).generation())
    told = story(scope, "S")
    assert told["what"].tolist() == ["Web", "mql", "won"]
    assert told["is_timed"].tolist() == [True, False, False]
    assert told["seconds_since"].isna().all()
    assert [f"{each:%m-%d}" for each in told["between_from"].dropna()] == ["01-04"]
