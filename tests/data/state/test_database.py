"""The state: on SQLite and on PostgreSQL, from nothing, from before, and by several processes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from traceback import format_exception

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, insert, select, text

from data.errors import StateRefused
from data.state import database, tables
from data.state.database import HEAD, State

ROOT = Path(__file__).resolve().parents[3]
CONFIG = Config()
CONFIG.set_main_option("script_location", str(database._MIGRATIONS))
CONFIG.set_main_option("path_separator", "os")
REVISIONS = [each.revision for each in ScriptDirectory.from_config(CONFIG).walk_revisions()]
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
WRITER = """
import sys
from data.state.database import State
state = State(sys.argv[1])
for _turn in range(10):
    with state.writing("turns"):
        pass
state.close()
"""


def note(**fields: object) -> dict[str, object]:
    return {"text": "Bảng giá mới", "author": "Lan", "written_at": NOW, "decided": False} | fields


def count(state: State) -> int:
    with state.reading() as connection:
        return connection.scalar(select(func.count()).select_from(tables.notes)) or 0


def test_what_is_written_is_read_again(state: State) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=7)))
    with state.writing() as connection:
        connection.execute(insert(tables.notes), note(edited_at=there, day=NOW.date()))
    with state.reading() as connection:
        found = connection.execute(select(tables.notes)).one()
    assert found.text == "Bảng giá mới"
    assert (found.written_at, found.edited_at) == (NOW, NOW)
    assert found.edited_at.utcoffset() == timedelta()
    assert (found.day, found.decided, found.due) == (NOW.date(), False, None)


def test_an_error_keeps_nothing(state: State) -> None:
    with suppress(ZeroDivisionError), state.writing("notes") as connection:
        connection.execute(insert(tables.notes), note())
        raise ZeroDivisionError
    assert count(state) == 0
    assert state.version("notes") == 0


def test_a_version_tells_that_something_was_written(state: State) -> None:
    assert state.version("notes") == 0
    for _each in range(2):
        with state.writing("notes"):
            pass
    assert (state.version("notes"), state.version("shares")) == (2, 0)


def test_an_opening_needs_its_share(state: State) -> None:
    opening = {"share_id": 7, "opened_at": NOW, "who": ""}
    with pytest.raises(StateRefused), state.writing() as connection:
        connection.execute(insert(tables.openings), opening)


def test_reading_makes_nothing(tmp_path: Path) -> None:
    state = State.of(tmp_path)
    assert count(state) == 0
    assert state.version("notes") == 0
    assert not list(tmp_path.iterdir())


def test_threads_read_what_is_not_there_at_once(tmp_path: Path) -> None:
    state = State.of(tmp_path)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _turn: count(state), range(40))) == [0] * 40


def test_a_store_has_its_state_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHEU_STATE_URL", raising=False)
    with State.of(tmp_path).writing("notes"):
        pass
    assert (tmp_path / database.FILE).is_file()
    assert State.of(tmp_path) is State.of(tmp_path / ".." / tmp_path.name)
    State.of(tmp_path).close()


def test_the_environment_names_another_database(
    tmp_path: Path, state_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHEU_STATE_URL", state_url)
    state = State.of(tmp_path / "store")
    with state.writing("notes"):
        pass
    assert state.version("notes") == 1
    state.close()
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgres",
        "mysql://me:secret@localhost/it",
        "postgresql://me:in@two:secret@localhost/it",
        "sqlite:////dev/null/state",
    ],
)
def test_what_is_no_database_is_said_without_its_password(url: str) -> None:
    with pytest.raises(StateRefused) as told, State(url).writing():
        pass
    assert "secret" not in "".join(format_exception(told.value))  # as a log has it


@pytest.mark.parametrize("before", [None, *REVISIONS])
def test_every_earlier_schema_becomes_the_one_in_use_with_what_is_in_it(
    state_url: str, state: State, before: str | None
) -> None:
    engine = create_engine(state_url)
    if before is not None:
        with engine.begin() as connection:
            CONFIG.attributes["connection"] = connection
            command.upgrade(CONFIG, before)
            connection.execute(insert(tables.notes), note())
    with state.writing():
        pass
    assert count(state) == (before is not None)
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == HEAD
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_the_head_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(CONFIG).get_heads() == [HEAD]


def test_what_a_later_version_made_stays_as_it_is(state_url: str, state: State) -> None:
    with state.writing("notes"):
        pass
    engine = create_engine(state_url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    later = State(state_url)
    with pytest.raises(StateRefused, match="later version"):
        later.version("notes")
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "9999"
    engine.dispose()
    later.close()


def test_processes_that_begin_at_once_take_turns(state_url: str, state: State) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, state_url], cwd=ROOT) for _each in range(2)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert state.version("turns") == 20


def test_the_server_begins_without_it() -> None:
    loads = "import sys, data.store, data.__main__, analytics.__main__; "
    heavy = "print([name for name in ('sqlalchemy', 'alembic', 'psycopg') if name in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", loads + heavy], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
