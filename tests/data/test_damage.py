"""A damaged store: nothing finished is lost, nothing foreign is touched, and a way is said."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from data import check, scratch
from data.draft import writing
from data.errors import StoreError, StoreRefused, StoreUnsettled
from data.store import KEPT_GENERATIONS, Store
from tests.support.histories import fill, store_of
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
LEAD = {"lead_id": "x", "created_at": "2024-01-01"}
NEWEST = "3.duckdb"
FOREIGN = {
    "777.duckdb": b"not a database",
    "notes.tmp.xlsx": b"my notes",
    "x.tmp/mine.txt": b"mine",
    "unfinished-symphony/score.txt": b"b minor",
    "4.duckdb.tmp.tmp/duckdb_temp_storage-0.tmp": b"of an earlier version",
}

Damage = Callable[[Path], object]


def says(text: str) -> Damage:
    return lambda root: (root / "CURRENT").write_text(text)


def cut(name: str, size: int) -> Damage:
    return lambda root: os.truncate(root / name, size)


def folder(name: str) -> Damage:
    def make(root: Path) -> None:
        (root / name).unlink(missing_ok=True)
        (root / name).mkdir()

    return make


def swapped(root: Path) -> None:
    (root / "1.duckdb").rename(root / "between")
    (root / NEWEST).rename(root / "1.duckdb")
    (root / "between").rename(root / NEWEST)


def noise(root: Path) -> None:
    with (root / NEWEST).open("r+b") as file:
        file.seek(file.seek(0, os.SEEK_END) // 3)
        file.write(os.urandom(300_000))


def left_by_a_killed_load(root: Path) -> None:
    draft = root / f"{scratch.PREFIX}dead"
    (draft / "generation.duckdb.tmp").mkdir(parents=True)
    (draft / scratch.MARK).touch()
    (draft / "generation.duckdb").write_bytes(b"half")
    (draft / "generation.duckdb.tmp" / "spilled").write_bytes(b"leads")


DAMAGES: dict[str, tuple[Damage, bool | None]] = {
    # what is done, and whether a load may still add to what there is
    "current-missing": (lambda root: (root / "CURRENT").unlink(), False),
    "current-empty": (says(""), False),
    "current-older": (says("1\n"), True),
    "current-zero": (says("0\n"), False),
    "current-negative": (says("-3\n"), False),
    "current-a-word": (says("three\n"), False),
    "current-two-numbers": (says("2\n3\n"), False),
    "current-too-high": (says("999\n"), False),
    "current-enormous": (says("9" * 5_000), False),
    "current-foreign": (says("777\n"), False),
    "current-binary": (lambda root: (root / "CURRENT").write_bytes(b"\xff\x00\xfe"), False),
    "newest-half": (cut(NEWEST, 1_000_000), True),  # until it reads what is not there
    "newest-header-only": (cut(NEWEST, 12_288), False),
    "newest-empty": (cut(NEWEST, 0), False),
    "newest-text": (lambda root: (root / NEWEST).write_text("rubbish" * 1_000), False),
    "newest-removed": (lambda root: (root / NEWEST).unlink(), False),
    "newest-a-folder": (folder(NEWEST), False),
    "newest-noise": (noise, True),
    "newest-with-a-foreign-log": (
        lambda root: (root / f"{NEWEST}.wal").write_bytes(b"no log"),
        None,  # a server that has it open goes on
    ),
    "oldest-half": (cut("1.duckdb", 1_000_000), True),
    "swapped-files": (swapped, True),
    "number-taken": (lambda root: (root / "4.duckdb").write_text("somebody's"), True),
    "holder-a-folder": (folder("HOLDER"), True),
    "pins-a-file": (lambda root: (root / "PINS").write_text("3"), True),
    "killed-load": (left_by_a_killed_load, True),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three generations with one, two and three leads, and foreign files beside them."""
    root = tmp_path_factory.mktemp("whole") / "store"
    for leads in (1, 2, 3):
        store_of(root, [{**LEAD, "lead_id": f"{n}"} for n in range(leads)])
    for name, content in FOREIGN.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)
    return root


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to damage."""
    return Path(shutil.copytree(whole, tmp_path / "store"))


def contents(root: Path) -> dict[str, bytes]:
    """The files that no load may change: generations, and what is foreign."""
    ours = ("CURRENT", "LOCK", "HOLDER", "PINS", scratch.MARK)
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name not in ours and f"{scratch.PREFIX}dead" not in path.parts
    }


def count(store: Store) -> int:
    return int(store.generation().query("select count(*) as n from leads")["n"].iat[0])


@pytest.mark.parametrize("name", DAMAGES)
def test_whatever_is_damaged_nothing_finished_is_lost(root: Path, name: str) -> None:
    damage, may_add = DAMAGES[name]
    serving = Store(root)  # a server that runs on
    assert count(serving) == 3
    damage(root)
    before = contents(root)
    for store in (serving, Store(root)):
        said = ""
        try:
            with writing(store):
                pass
        except StoreError as error:
            said = str(error)
        assert may_add in (None, not said)
        assert not said or "data use N" in said
        assert contents(root) == before
    with writing(serving, anew=True) as draft:
        fill(draft, [LEAD])
        made = draft.publish()
    after = contents(root)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {f"{made.number}.duckdb"}
    assert not scratch.left_over(root)
    assert [count(store) for store in (serving, Store(root))] == [1, 1]
    check.report(serving)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("current-missing", "CURRENT, which names the generation in use, is missing"),
        ("current-too-high", "CURRENT names generation 999, which is not there"),
        ("current-a-word", "CURRENT should hold the number"),
        ("newest-half", "Generation 3 cannot be read"),
        ("newest-noise", "3.duckdb|Generation 3 cannot be read"),
        ("oldest-half", "Generation 1 cannot be read"),
    ],
    ids=(
        "current-missing current-too-high current-a-word newest-half newest-noise oldest-half"
    ).split(),
)
def test_what_is_wrong_is_found(root: Path, name: str, wrong: str) -> None:
    (root / "777.duckdb").unlink()
    left_by_a_killed_load(root)
    sound = check.report(Store(root))
    assert sound.is_right
    assert sound.left_over == (f"{scratch.PREFIX}dead",)
    assert set(sound.foreign) == {key.partition("/")[0] for key in FOREIGN} - {"777.duckdb"}
    DAMAGES[name][0](root)
    found = check.report(Store(root))
    said = [*found.wrong, *(line for each in found.generations for line in each.wrong)]
    assert not found.is_right
    assert re.search(wrong, "\n".join(said))


@pytest.mark.parametrize("name", ["LOCK", "CURRENT"])
def test_a_folder_in_the_place_of_a_file_is_said(root: Path, name: str) -> None:
    folder(name)(root)
    before = contents(root)
    with pytest.raises(StoreError, match=name), writing(Store(root), anew=True):
        pytest.fail("it cannot be published")
    assert contents(root) == before
    (root / name).rmdir()
    assert Store(root).use(3).number == 3


def test_without_current_foreign_files_alone_are_an_empty_store(root: Path) -> None:
    for name in ("1.duckdb", "2.duckdb", NEWEST, "CURRENT"):
        (root / name).unlink()
    assert Store(root).current() is None
    store_of(root, [LEAD])
    assert (Store(root).current(), count(Store(root))) == (1, 1)
    assert {name for name in FOREIGN if (root / name).exists()} == set(FOREIGN)


def test_nothing_is_old_while_anything_is_odd(root: Path) -> None:
    """An older generation in use may be a choice or a damage: only the load after it makes room."""
    for number in range(4, KEPT_GENERATIONS + 1):
        shutil.copy(root / NEWEST, root / f"{number}.duckdb")
    says("1\n")(root)
    store = store_of(root, [LEAD])
    assert store.generations() == list(range(1, KEPT_GENERATIONS + 2))
    store_of(root, [LEAD])
    assert store.generations() == list(range(3, KEPT_GENERATIONS + 3))


def test_a_way_back(root: Path) -> None:
    store = Store(root)
    (root / "CURRENT").unlink()
    with pytest.raises(StoreUnsettled):
        store.generation()
    assert store.use(2).number == 2
    assert count(store) == count(Store(root)) == 2
    with pytest.raises(StoreError):
        store.use(777)
    assert store.current() == 2


def test_a_load_that_replaces_keeps_the_settings_of_the_newest_that_can_be_read(
    tmp_path: Path,
) -> None:
    store_of(tmp_path, [LEAD], time_zone="Europe/Berlin")
    store_of(tmp_path, [LEAD], time_zone="Europe/Berlin")
    os.truncate(tmp_path / "2.duckdb", 0)
    with writing(Store(tmp_path), anew=True) as draft:
        assert (draft.number, draft.time_zone) == (3, "Europe/Berlin")


# --- a store made anew ------------------------------------------------------------------------


def test_a_store_made_anew_shows_its_new_data(tmp_path: Path) -> None:
    serving = store_of(tmp_path / "store", [LEAD])
    old = serving.generation()
    with old.session() as session:
        shutil.rmtree(tmp_path / "store")
        assert serving.current() is None
        store_of(tmp_path / "store", [{**LEAD, "lead_id": "1"}, {**LEAD, "lead_id": "2"}])
        assert session.query("select count(*) as n from leads")["n"].tolist() == [1]
    new = serving.generation()
    assert (new.number, count(serving)) == (1, 2)
    assert new != old
    assert len({old, new}) == 2
    with pytest.raises(StoreError, match="no longer kept"):
        serving.generation(1, old.id)
    assert serving.generation(1, new.id) == new


# --- scratch folders --------------------------------------------------------------------------


def test_a_scratch_folder_lasts_as_long_as_its_owner(root: Path) -> None:
    store = Store(root)
    with store.scratch() as mine:
        (mine / "leads.csv").write_text("leads")
        assert mine.parent == root
        store_of(root, [LEAD])  # which sweeps
        assert (mine / "leads.csv").exists()
    assert not mine.exists()


def test_only_marked_folders_are_swept(root: Path) -> None:
    left_by_a_killed_load(root)
    (root / f"{scratch.PREFIX}empty").mkdir()  # killed before it could be marked
    (root / f"{scratch.PREFIX}link").symlink_to(root / "x.tmp")
    assert [path.name for path in scratch.left_over(root)] == [f"{scratch.PREFIX}dead"]
    before = contents(root)
    scratch.sweep(root)
    assert not (root / f"{scratch.PREFIX}dead").exists()
    assert not (root / f"{scratch.PREFIX}empty").exists()
    assert (root / f"{scratch.PREFIX}link").is_symlink()
    assert contents(root) == before


def test_what_fails_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    names = {*os.listdir(root)}
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreRefused, match="the disk is full"):
        store_of(root, [LEAD])
    assert {*os.listdir(root)} - {"LOCK"} == names - {"LOCK"}
    assert count(Store(root)) == 3


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    for path in (tmp_path / "file", tmp_path / "file" / "store"):
        with pytest.raises(StoreRefused, match="Nothing was written"), writing(Store(path)):
            pytest.fail("there is no folder to write to")


TERMINATED = """
import sys
from pathlib import Path
from data import scratch
from data.draft import writing
from data.store import Store

scratch.remove_mine_on_termination()
with writing(Store(Path(sys.argv[1]))) as draft:
    (draft.scratch / "leads.csv").write_text("leads")
    print("here", flush=True)
    draft.con.execute("select sum(a.range * b.range) from range(10000000) a, range(1000000) b")
"""


def test_a_load_that_is_told_to_end_leaves_nothing(root: Path) -> None:
    names = {*os.listdir(root)}
    with subprocess.Popen(
        [sys.executable, "-c", TERMINATED, str(root)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as load:
        assert load.stdout is not None
        assert load.stdout.readline() == "here\n"
        assert list(root.glob(f"{scratch.PREFIX}*/leads.csv"))
        load.terminate()
        assert load.wait(PATIENCE) == 128 + 15
    assert {*os.listdir(root)} - names <= {"LOCK", "HOLDER"}
    assert count(store_of(root, [LEAD])) == 1


# --- pins -------------------------------------------------------------------------------------


def test_a_pinned_generation_stays(root: Path) -> None:
    store = Store(root)
    store.pin(1)
    store.pin(1)
    for number in range(4, KEPT_GENERATIONS + 1):
        shutil.copy(root / NEWEST, root / f"{number}.duckdb")
    says(f"{KEPT_GENERATIONS}\n")(root)
    store_of(root, [LEAD])
    store_of(root, [LEAD])
    assert store.generations() == [1, *range(3, KEPT_GENERATIONS + 3)]
    store.unpin(1)
    store_of(root, [LEAD])
    assert store.generations() == list(range(4, KEPT_GENERATIONS + 4))
    with pytest.raises(StoreError, match="no longer kept"):
        store.pin(1)
