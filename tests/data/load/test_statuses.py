"""A present status is data: it says where a lead stands, and two exports say what moved between."""

import pickle
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.load.loader import load
from data.load.notices import Notice
from data.load.statuses import UnknownStatuses
from data.load.summary import Summary
from data.mapping.mapping import Mapping
from data.store import Store
from tests.support.histories import stores

NOW = datetime(2024, 6, 1)
ZONE = timedelta(hours=7)
MAPPING = """
[[files]]
match = "moves*.csv"
table = "stage_history"
columns = { lead_id = "id", stage = "stage", entered_at = "at" }

[[files]]
match = "wide*.csv"
table = "stage_columns"
columns = { lead_id = "id", created_at = "created", stage = "status" }
stages = { mql = "became mql" }

[[files]]
match = "deals*.csv"
table = "leads"
[files.columns]
lead_id = "id"
created_at = "created"
stage = "status"
changed_at = "changed"
closed_at = "closed"

[[files]]
table = "leads"
columns = { lead_id = "id", created_at = "created", stage = "status" }
[files.values.stage]
"Đang chăm sóc" = "mql"
"Rác" = ""
"""


class Desk:
    """A folder of exports, and the store that they are loaded into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")

    def load(self, now: datetime = NOW, /, **files: str) -> Summary:
        paths = [self.folder / f"{name}.csv" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text)
        return load(self.store, paths, mapping=Mapping.parse(MAPPING), now=now)

    def moves(self, lead_id: str) -> list[tuple[Any, ...]]:
        """The moves of a lead: stage, local day, and since when it may have been, else `known`."""
        with self.store.cursor(self.store.generation()) as cursor:
            rows = cursor.execute(
                "select stage, entered_at, between_from, known from stage_history "
                "where lead_id = $lead order by entered_at, position",
                {"lead": lead_id},
            ).fetchall()
        return [
            (stage, day(at), day(since) if since else known) for stage, at, since, known in rows
        ]

    def reached(self) -> dict[str, int]:
        with self.store.cursor(self.store.generation()) as cursor:
            found = cursor.execute("select stage, count(*) from reaches group by all").fetchall()
        return dict(found)


def day(instant: datetime) -> str:
    return f"{instant + ZONE:%m-%d}"


def keys(summary: Summary) -> dict[str, dict[str, object]]:
    return {each.key: each.values for each in summary.notices if isinstance(each, Notice)}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


HEAD = "id,created,status\n"
JANUARY = HEAD + "A,2024-01-02,Đang chăm sóc\nB,2024-01-03,won\nC,2024-01-05,Rác\nD,2024-01-05,\n"
MARCH = HEAD + "A,2024-01-02,SQL\nB,2024-01-03,lost\nE,2024-03-31,lead\n"


def test_leads_have_reached_their_status(desk: Desk) -> None:
    said = keys(desk.load(january=JANUARY))
    assert desk.reached() == {
        "lead": 4, "iql": 2, "mql": 2, "sal": 1, "sql": 1, "opportunity": 1, "won": 1
    }  # fmt: skip
    assert said["known_from_status"] == {"file": "january.csv", "leads": 2, "header": "status"}
    assert desk.moves("A") == [("mql", "01-02", "status")]
    # What means no stage is where every lead begins, and is not timed either.
    assert desk.moves("C") == [("lead", "01-05", "status")]


def test_the_best_date_of_a_status(desk: Desk) -> None:
    head = "id,created,status,changed,closed\n"
    said = desk.load(
        deals=head
        + "A,2024-01-02,won,2024-05-01,2024-02-01\n"  # closed goes before changed
        + "B,2024-01-02,sql,2024-03-01,2024-12-31\n"  # an open one is only expected to be closed
        + "C,2024-01-02,lost,,2023-12-01\n"  # never before it came
        + "D,2024-01-02,mql,,\n"
    )
    days = {lead: desk.moves(lead)[-1][1] for lead in "ABCD"}
    assert days == {"A": "02-01", "B": "03-01", "C": "01-02", "D": "01-02"}
    assert keys(said)["changed_at_taken"]["header"] == "changed"
    assert said.refused == said.cells == 0


def test_the_next_export_tells_what_moved_between(desk: Desk) -> None:
    desk.load(january=JANUARY)
    said = keys(desk.load(march=MARCH))
    assert desk.moves("A") == [("mql", "01-02", "status"), ("sql", "03-31", "01-05")]
    assert desk.moves("B") == [("won", "01-03", "status"), ("lost", "03-31", "01-05")]
    assert said["moved_between_exports"] == {"leads": 2}
    assert said["missing_in_export"] == {"file": "march.csv", "leads": 2}
    assert desk.moves("C") == [("lead", "01-05", "status")]
    assert desk.load(march=MARCH).unchanged
    assert desk.load(january=JANUARY).unchanged


def test_an_export_of_the_same_latest_date_is_of_its_load(desk: Desk) -> None:
    desk.load(january=JANUARY)
    later = JANUARY.replace("Đang chăm sóc", "SQL")
    desk.load(datetime(2024, 2, 10), again=later)
    assert desk.moves("A") == [("mql", "01-02", "status"), ("sql", "02-10", "01-05")]
    assert desk.load(datetime(2024, 2, 20), again=later).unchanged
    back = desk.load(back=MARCH.replace("A,2024-01-02,SQL", "A,2024-01-02,lead"))
    assert keys(back)["moved_between_exports"] == {"leads": 2}
    assert desk.moves("A")[-1] == ("lead", "03-31", "02-10")


def test_moves_that_a_file_tells_of_go_before_statuses(desk: Desk) -> None:
    history = "id,stage,at\nA,mql,2024-01-10\nA,sal,2024-02-01\nB,sql,2024-01-04\n"
    desk.load(january=JANUARY, moves=history)
    assert [move[0] for move in desk.moves("A")] == ["mql", "sal"]
    assert [move[2] for move in desk.moves("B")] == ["moved", "01-04"]  # won since
    desk.load(march=MARCH)
    assert desk.moves("A")[-1] == ("sql", "03-31", "02-01")
    more = history + "A,sql,2024-03-02\nA,opportunity,2024-04-01\n"
    desk.load(moves=more)
    assert [move[2] for move in desk.moves("A")] == ["moved"] * 4


def test_a_stage_that_its_row_dates_is_no_news(desk: Desk) -> None:
    desk.load(
        wide="id,created,status,became mql\n"
        "A,2024-01-02,mql,2024-01-09\nB,2024-01-02,won,2024-01-10\nC,2024-01-02,,\n"
    )
    assert desk.moves("A") == [("mql", "01-09", "moved")]
    assert [move[0] for move in desk.moves("B")] == ["mql", "won"]
    assert desk.moves("C") == []


def test_sheets_of_months_in_one_file(desk: Desk) -> None:
    said = desk.load(
        all=HEAD + "A,2024-01-02,lead\nA,2024-01-02,lead\nA,2024-01-02,sql\nA,2024-01-02,won\n"
        "A,2024-01-02,lost\nB,2024-01-04,mql\n"
    )
    assert said.reasons == {"duplicate_lead_id": 1}
    assert said.leads == 2
    assert [move[0] for move in desk.moves("A")] == ["lead", "sql", "won", "lost"]
    deals = "id,created,status,changed,closed\n"
    deals += "X,2024-01-02,lost,,2024-03-01\nX,2024-01-02,sal,2024-04-01,\n"  # opened again
    desk.load(deals=deals)
    assert [move[:2] for move in desk.moves("X")] == [("lost", "03-01"), ("sal", "04-01")]


def test_statuses_that_nobody_knows_are_asked_about(desk: Desk) -> None:
    with pytest.raises(UnknownStatuses) as error:
        desk.load(odd=HEAD + "A,2024-01-02,Xanh\nB,2024-01-03,Xanh\nC,2024-01-03,Đỏ\n")
    found = pickle.loads(pickle.dumps(error.value))
    assert [status[:2] for status in found.statuses] == [("Xanh", 2), ("Đỏ", 1)]
    assert 'Xanh = ""' in found.mapping
    assert "'Xanh' 2" in str(found)
    assert desk.store.current() is None
    # Of those that are known some can be left: they are kept, and said not to be counted.
    assert desk.load(odd=HEAD + "A,2024-01-02,Xanh\nB,2024-01-03,SQL\n").moves == 2


STAGES = ("lead", "mql", "won", "lost")
LEADS = "abcdef"


@stores(30)
@given(
    exports=st.lists(
        st.dictionaries(st.sampled_from(LEADS), st.sampled_from(STAGES)), min_size=2, max_size=4
    ),
    data=st.data(),
)
def test_the_order_of_exports_decides_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    exports: list[dict[str, str]],
    data: st.DataObject,
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    texts = {
        # (a lead of the day itself, by which the export is dated)
        f"export{number}": HEAD
        + "".join(f"{lead},2024-01-01,{stage}\n" for lead, stage in export.items())
        + f"day{number},2024-02-{number + 1:02},lead\n"
        for number, export in enumerate(exports)
    }
    for name in data.draw(st.permutations(list(texts))):
        desk.load(NOW, **{name: texts[name]})
    for lead in LEADS:
        # The slow and obvious way: what each export shows, in order of their days.
        seen = [
            (f"02-{number + 1:02}", export[lead])
            for number, export in enumerate(exports)
            if lead in export
        ]
        expected = [(stage, "01-01", "status") for _day, stage in seen[:1]]
        expected += [
            (stage, shown, before)
            for (before, other), (shown, stage) in pairwise(seen)
            if stage != other
        ]
        assert desk.moves(lead) == expected
