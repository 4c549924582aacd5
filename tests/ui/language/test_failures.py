"""What a reader is told of an error: in their language, and nothing about the machine."""

import logging
import os
import re
import socket
from pathlib import Path

import pytest

from data import errors
from data.errors import LoadError, StoreBusy, StoreError
from data.lock import held
from data.store import Store
from ui.language import current, failures

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, StoreError) and not issubclass(kind, LoadError)
]
SECRET = "IO Error: /srv/pheu/store/7.duckdb is locked by process 4711 on crm-host-3"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_error_has_words_in_both_languages(kind: type[StoreError], lang: str) -> None:
    current.use(lang)
    told = failures.said(kind(SECRET))
    assert told.endswith(f"({failures.code(kind(SECRET))})")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", failures.code(kind(SECRET)))
    assert not set(SECRET.split()) & set(told.split()) - {"on", "by", "is", "Error:"}
    assert ("Pheu" in told or lang == "en") or not told.isascii()


def test_the_log_has_the_details(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "pheu"):
        failures.said(StoreBusy(SECRET))
    assert "store-busy" in caplog.text
    assert SECRET in caplog.text


def test_whatever_else_happens_is_told_in_general() -> None:
    current.use("en")
    told = failures.said(ZeroDivisionError(SECRET))
    assert told.startswith("Something went wrong.")
    assert "crm-host-3" not in told


def test_who_holds_the_lock_is_not_told(tmp_path: Path) -> None:
    Store(tmp_path)
    with (
        held(tmp_path, wait=0),
        pytest.raises(StoreBusy) as busy,
        held(tmp_path, wait=0),
    ):
        pass
    assert str(os.getpid()) in str(busy.value)
    for lang in current.LANGUAGES:
        current.use(lang)
        told = failures.said(busy.value)
        assert str(os.getpid()) not in told
        assert socket.gethostname() not in told


@pytest.mark.parametrize("key", errors.FILES_REFUSED)
def test_a_file_without_a_table_is_told_in_both_languages(key: str) -> None:
    error = errors.FileRefused(key, file="leads.csv", inside="a.csv, b.csv")
    current.use("en")
    english = failures.said(error)
    assert english == str(error)
    current.use("vi")
    assert failures.said(error) != english
    assert "leads.csv" in failures.said(error)


def test_an_error_about_a_file_speaks_for_itself() -> None:
    assert failures.said(LoadError("leads.csv: the file is empty.")) == (
        "leads.csv: the file is empty."
    )
