"""A merge of the leads that files touch alone gives what a merge of all leads gives, to the row."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data import layout
from data.draft import trying
from data.load import touched
from data.load.loader import load, put_together
from data.load.summary import NothingLoaded, Summary
from data.mapping.mapping import Mapping
from data.store import Store
from tests.support.histories import stores

NOW = datetime(2024, 6, 1)
MAPPING = """
store_time_zone = "UTC"

[[files]]
match = "moves*.csv"
table = "stage_history"
[files.columns]
lead_id = "id"
stage = "stage"
entered_at = "at"
reason = "why"
changed_by = "by"

[[files]]
match = "touches*.csv"
table = "touches"
[files.columns]
lead_id = "id"
touched_at = "at"
source = "source"
campaign = "campaign"
kind = "kind"

[[files]]
match = "spend*.csv"
table = "spend"
columns = { day = "at", source = "source", campaign = "campaign", amount = "amount" }

[[files]]
match = "sales*.csv"
table = "stage_history"
amounts = "add"
wins = "each"
[files.columns]
lead_id = "id"
stage = "stage"
entered_at = "at"
amount = "amount"
currency = "currency"

[[files]]
match = "statuses*.csv"
table = "leads"
columns = { lead_id = "id", created_at = "at", stage = "stage", reason = "why" }

[[files]]
match = "contacts*.csv"
table = "leads"
columns = { lead_id = "id", created_at = "at", email = "email", phone = "phone" }

[[files]]
match = "hats*.csv"
table = "leads"
columns = { lead_id = "id", created_at = "at" }

[[files]]
table = "leads"
[files.columns]
lead_id = "id"
created_at = "at"
source = "source"
campaign = "campaign"
owner = "owner"
company = "company"
"""
COLUMNS = {
    "leads": "id,at,source,campaign,owner,company,shoe",
    "moves": "id,stage,at,why,by",
    "touches": "id,at,source,campaign,kind",
    "spend": "at,source,campaign,amount",
    "sales": "id,stage,at,amount,currency",
    "statuses": "id,at,stage,why",
    "contacts": "id,at,email,phone",
    "hats": "id,at,hat",
}
OTHER_FACTS = "fact not in ('id', 'made_at', 'appended')"
"""The facts that say of which data a generation is, and not when and how it was made."""

# Few leads, days and names, so that files meet in all of them.
CELLS = {
    "id": st.sampled_from("abcdefgh"),
    "at": st.integers(1, 9).map("2024-01-0{}".format),
    "stage": st.sampled_from(["lead", "mql", "sql", "won", "lost", "Demo"]),
    "source": st.sampled_from(["Facebook", "Zalo", "Zalo", "zalo", "Google", ""]),
    "campaign": st.sampled_from(["", "", "spring", "autumn"]),
    "owner": st.sampled_from(["An", "Bình", "An", ""]),
    "company": st.sampled_from(["", "", "", "Acme", " ACME", "Beta"]),
    "shoe": st.sampled_from(["", "", "40", "41"]),
    "amount": st.integers(1, 9).map(str),
    "currency": st.sampled_from(["VND", "VND", "USD"]),
    "hat": st.just("red"),
    "why": st.sampled_from(["", "", "Price", "Price;Hẹn lại", "???"]),
    "by": st.sampled_from(["", "An", "automation"]),
    "kind": st.sampled_from(["", "visit", "sales_call", "email_reply"]),
    "email": st.sampled_from(["", "an@acme.vn", "binh@acme.vn"]),
    "phone": st.sampled_from(["", "0901234567"]),
}
BASE = {
    "leads": "a,2024-01-01,Facebook,,An,,40\nb,2024-01-02,Zalo,spring,An,,\nc,2024-01-02,,,,,40\n"
    "d,2024-01-04,Facebook,,Bình,,41\n",
    "moves": "a,mql,2024-01-03,,An\na,won,2024-01-05,,\nb,lost,2024-01-03,Price,An\n"
    "d,mql,2024-01-05,,automation\n",
    "touches": "a,2024-01-02,Zalo,spring,\nb,2024-01-03,Google,,sales_call\n",
}
"""Leads, moves and touches of the store that is added to, as rows of COLUMNS."""

Files = dict[str, str]
"""The rows of each file, by what it is of."""


@st.composite
def files_of(draw: st.DrawFn, kinds: Sequence[str]) -> Files:
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2, unique=True))
    files = {}
    for kind in chosen:
        row = st.tuples(*(CELLS[name] for name in COLUMNS[kind].split(",")))
        rows = draw(st.lists(row, min_size=1, max_size=3))
        files[kind] = "".join(",".join(cells) + "\n" for cells in rows)
    return files


@contextmanager
def narrowing(*, forced: bool, is_tight: bool = False) -> Iterator[pytest.MonkeyPatch]:
    """Merges go through touched leads only wherever that is right, or never.

    is_tight: few values are enough for a dimension to be grouped, or to be no list of texts.
    """
    with pytest.MonkeyPatch.context() as patch:
        if is_tight:
            patch.setattr(layout, "EXTRA_DIMENSION_VALUES", 1)
            patch.setattr(layout, "MOST_LISTED", 2)
        patch.setattr(touched, "FEWEST", 0)
        patch.setattr(touched, "MOST_TOUCHED", float("inf" if forced else "-inf"))
        yield patch


def written(folder: Path, files: Files, name: str = "") -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{kind}{name}.csv" for kind in files]
    for path, (kind, rows) in zip(paths, files.items(), strict=True):
        path.write_text(f"{COLUMNS[kind]}\n{rows}")
    return paths


def loaded(store: Store, paths: Sequence[Path], mapping: str = MAPPING) -> Summary:
    try:
        return load(store, paths, mapping=Mapping.parse(mapping), now=NOW)
    except NothingLoaded as nothing:
        return nothing.summary


def contents(store: Store) -> dict[str, list[Any]]:
    """The columns of each table with their types, and its rows in an order of their own."""
    found = {}
    with store.cursor(store.generation()) as cursor:
        tables = cursor.execute(
            "select table_name from duckdb_tables() where database_name = current_database()"
        ).fetchall()
        for (table,) in tables:
            where = f"where {OTHER_FACTS}" if table == "about" else ""
            columns = cursor.execute(f"select column_name, column_type from (describe {table})")
            found[table] = sorted(columns.fetchall())
            names = ", ".join(f'"{name}"' for name, _ in found[table])
            rows = cursor.execute(f"select {names} from {table} {where} order by all")
            found[table] += rows.fetchall()
    return found


def is_narrow(store: Store, paths: Sequence[Path], mapping: str = MAPPING) -> bool:
    """Whether a merge of files would go through the leads alone that they touch."""
    with trying(store) as draft:
        said = Mapping.parse(mapping)
        work = put_together(draft, paths, said, None, None, None, NOW, may_be_narrow=True)
        return work.is_narrow


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that is added to; to be copied."""
    folder = tmp_path_factory.mktemp("base")
    loaded(Store(folder / "store"), written(folder, BASE))
    return folder / "store"


@pytest.fixture(scope="module")
def screened_base(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That store, whose leads have contacts."""
    folder = tmp_path_factory.mktemp("screened")
    contacts = {"contacts": "a,,an@acme.vn,\nd,,,0901234567\n"}
    loaded(copied(base, folder / "store"), written(folder, contacts))
    return folder / "store"


def copied(base: Path, folder: Path) -> Store:
    shutil.copytree(base, folder)
    return Store(folder)


# Contacts only where the store has some: else who of several came first at one instant is decided
# by the order in which an engine of many threads has written the leads of an earlier merge.
LOADS = {
    "base": st.lists(
        files_of([kind for kind in COLUMNS if kind != "contacts"]), min_size=1, max_size=2
    ),
    "screened_base": st.lists(files_of([*COLUMNS]), min_size=1, max_size=1),
}


@pytest.mark.parametrize("name", LOADS)
@stores(20)
@given(data=st.data())
def test_what_is_touched_alone_gives_what_all_leads_give(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    data: st.DataObject,
) -> None:
    base, loads = request.getfixturevalue(name), data.draw(LOADS[name])
    folder = tmp_path_factory.mktemp("desk")
    paths = [written(folder, files, f"{number}") for number, files in enumerate(loads)]
    whole, narrow = copied(base, folder / "whole"), copied(base, folder / "narrow")
    for each in paths:
        with narrowing(forced=False, is_tight=name == "screened_base"):
            said = loaded(whole, each)
        with narrowing(forced=True, is_tight=name == "screened_base"):
            assert loaded(narrow, each) == said
        assert contents(narrow) == contents(whole)


@stores(10)
@given(loads=st.lists(files_of(["leads", "spend"]), min_size=1, max_size=3))
@example(loads=[{"leads": "b,2024-01-06,,,,,\n"}])  # the move that has a reason is too early now
def test_merges_of_what_is_touched_give_what_one_load_gives(
    base: Path, tmp_path_factory: pytest.TempPathFactory, loads: list[Files]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    paths = [written(folder, files, f"{number}") for number, files in enumerate(loads)]
    narrow = copied(base, folder / "narrow")
    with narrowing(forced=True):
        for each in paths:
            loaded(narrow, each)
    at_once = Store(folder / "at-once")
    loaded(at_once, [*written(folder, BASE), *(path for each in paths for path in each)])
    found, expected = contents(narrow), contents(at_once)
    for table in ("loaded_files", "rejected_rows"):
        # (a load that says nothing new is no load, and what is refused later is of the store)
        del found[table], expected[table]
    assert found == expected


def test_a_merge_goes_through_the_leads_that_its_files_touch(base: Path, tmp_path: Path) -> None:
    store = copied(base, tmp_path / "store")
    files = {"leads": "b,,,,Bình,,\nz,2024-01-03,Google,,,,\n", "moves": "c,won,2024-01-09,,An\n"}
    lost = written(tmp_path, {"moves": "c,lost,2024-01-09,Price,\na,lost,2024-01-09,,\n"}, "-lost")
    with narrowing(forced=True) as patch:
        loaded(store, written(tmp_path, files))
        assert store.generation().appended == 3
        # Of five leads three are at the end, and two more would be.
        patch.setattr(touched, "MOST_TOUCHED", 5 / 5)
        assert is_narrow(store, lost)
        patch.setattr(touched, "MOST_TOUCHED", 4 / 5)
        assert not is_narrow(store, lost)
        loaded(store, lost)
        assert store.generation().appended == 0
        patch.setattr(touched, "FEWEST", 6)
        assert not is_narrow(store, lost)


def test_a_value_that_no_lead_has_any_more_is_none(base: Path, tmp_path: Path) -> None:
    """Of the lead that had it alone, in all that is known of it."""
    paths = written(tmp_path, {"leads": "d,,Facebook,,An,,40\n"}, "-reassigned")
    whole, narrow = copied(base, tmp_path / "whole"), copied(base, tmp_path / "narrow")
    with narrowing(forced=False):
        said = loaded(whole, paths)
    with narrowing(forced=True):
        assert is_narrow(narrow, paths)
        assert loaded(narrow, paths) == said
    assert contents(narrow) == contents(whole)
    assert contents(narrow)["reached"] != contents(copied(base, tmp_path / "before"))["reached"]


MIXED = {"sales": "a,won,2024-01-05,5,VND\na,won,2024-01-06,5,USD\n"}
USD = 'currency = "USD"\n'
CHANNEL = 'channels.Google = "event"\n'
HISTORY = 'screening.merge = "history"\n'


@pytest.mark.parametrize(
    ("before", "files", "said"),
    [
        pytest.param({}, {"leads": "z,2024-01-03,FACEBOOK,,,,\n"}, "", id="another-spelling"),
        pytest.param({}, {"touches": "a,2024-01-03,zalo,,\n"}, "", id="touch-in-another-spelling"),
        pytest.param({}, {"hats": "z,2024-01-03,red\n"}, "", id="a-new-column"),
        pytest.param({}, {"moves": "a,won,2024-01-09,,\n"}, USD, id="another-currency"),
        pytest.param({}, {"moves": "a,won,2024-01-09,,\n"}, CHANNEL, id="another-channel"),
        pytest.param({}, {"moves": "a,won,2024-01-09,,\n"}, HISTORY, id="histories-of-duplicates"),
        pytest.param(MIXED, {"moves": "b,won,2024-01-09,,\n"}, "", id="amounts-in-two-currencies"),
    ],
)
def test_a_merge_goes_through_all_leads_where_it_may_change_others(
    base: Path, tmp_path: Path, before: Files, files: Files, said: str
) -> None:
    store = copied(base, tmp_path / "store")
    with narrowing(forced=True):
        if before:
            loaded(store, written(tmp_path, before, "-before"))
            assert is_narrow(store, written(tmp_path, {"leads": "z,2024-01-03,,,,,\n"})) != (
                before is MIXED
            )
        assert not is_narrow(store, written(tmp_path, files), said + MAPPING)
