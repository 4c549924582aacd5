"""The audit log: what was done stays in it, by whom and when, on either database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data import audit, shares
from data.__main__ import app
from data.shares import Share
from data.state.database import State
from data.store import Store


@pytest.fixture
def store(tmp_path: Path, state_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("PHEU_STATE_URL", state_url)
    yield Store(tmp_path / "store")
    State.of(tmp_path / "store").close()


def test_what_was_done_is_read_with_the_latest_first(store: Store) -> None:
    assert audit.read(store) == []
    audit.write(store, "loaded", "ann@example.com", generation=7, files=["Khách.csv"])
    audit.write(store, "used")
    latest, first = audit.read(store)
    assert (latest.what, latest.who, latest.about) == ("used", "", {})
    assert first.about == {"generation": 7, "files": ["Khách.csv"]}
    assert timedelta(0) <= datetime.now(UTC) - first.happened_at < timedelta(minutes=5)
    assert audit.read(store, 1) == [latest]


def test_a_share_is_in_it_with_who_made_and_who_ended_it(store: Store) -> None:
    token = shares.make(store, Share("funnel", {"by": "team"}, owner="lan"))
    shares.revoke(store, token, "ann")
    said = [(entry.what, entry.who) for entry in audit.read(store)]
    assert said == [("unshared", "ann"), ("shared", "lan")]
    assert token not in repr(audit.read(store))


def test_what_cannot_be_written_down_is_done_all_the_same(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PHEU_STATE_URL", f"sqlite:///{tmp_path / 'file' / 'state.sqlite'}")
    audit.write(store, "loaded", "ann@example.com")
    assert "The audit log lacks that somebody loaded" in caplog.text
    assert "ann@" not in caplog.text


def test_the_command_line_writes_and_shows_it(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("lead_id,created_at\nL1,2026-01-01\n", encoding="utf-8")
    there = ["--store", str(tmp_path / "store")]
    assert CliRunner().invoke(app, ["load", str(tmp_path / "leads.csv"), *there]).exit_code == 0
    (entry,) = audit.read(Store(tmp_path / "store"))
    assert (entry.what, entry.who) == ("loaded", "")
    assert entry.about == {"generation": 1, "rows": 1, "files": ["leads.csv"]}
    shown = CliRunner().invoke(app, ["log", *there]).output
    assert "loaded" in shown
    assert "leads.csv" in shown
