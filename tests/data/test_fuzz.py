"""Ten thousand made-up files: none ends in a traceback, and none loses a row.

Left out of `make test`; `make fuzz` runs it, `make fuzz ARGS=--files=50000` with more. A failure
names the seeds, and `tests.support.files.made(seed)` is the file.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from data.draft import Draft
from data.errors import StoreError
from data.files.preview import preview
from data.files.table import read_table
from data.load import outcome
from data.load.loader import load
from data.load.summary import NothingLoaded, Summary
from data.mapping.mapping import FileMapping, Mapping
from data.store import Store
from tests.support.files import HEADERS, made

pytestmark = pytest.mark.slow

TOGETHER = 25
"""So many files are loaded at once: a store costs more than a small file."""
PARTS = 8
NOW = datetime(2024, 6, 1)


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> range:
    return range(int(request.config.getoption("--files")))


@pytest.mark.parametrize("part", range(PARTS), ids=[f"part-{part}" for part in range(PARTS)])
def test_every_file_is_read_or_refused_in_words_and_its_rows_add_up(
    part: int, seeds: range, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    for number, batch in enumerate(_batches(seeds[part::PARTS])):
        folder = tmp_path / str(number)
        folder.mkdir()
        readable = list(_readable(batch, folder, outcomes, faults))
        with monkeypatch.context() as patch:
            if number % 20:  # now and then a whole load, with the tables of the screens
                patch.setattr(Draft, "publish", _not_published)
            _load(folder, readable, outcomes, faults)
        for path in folder.iterdir():
            if path.is_file():
                path.unlink()
    print(f"part {part}: {dict(sorted(outcomes.items()))}")  # noqa: T201
    assert not faults


class _Unpublished(Exception):
    pass


def _not_published(_draft: Draft, _progress: object = None) -> None:
    raise _Unpublished


def _batches(seeds: range) -> Iterator[range]:
    for start in range(0, len(seeds), TOGETHER):
        yield seeds[start : start + TOGETHER]


def _readable(
    seeds: range, folder: Path, outcomes: Counter[str], faults: list[str]
) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The files that can be read, with their headers; what cannot be says so."""
    scratch = folder / "scratch"
    scratch.mkdir()
    with duckdb.connect() as con:
        for seed in seeds:
            file = made(seed)
            path = folder / file.name
            path.write_bytes(file.content)
            outcomes["files"] += 1
            try:
                read = read_table(con, path, scratch)
            except StoreError as error:
                outcomes["refused in words"] += 1
                if file.name not in str(error):
                    faults.append(f"{seed}: does not name the file: {error}")
                continue
            except Exception as error:
                faults.append(f"{seed}: {type(error).__name__}: {error}")
                continue
            try:
                top = preview(path, scratch)
                if top.headers != read.headers and top.encoding == read.encoding:
                    faults.append(f"{seed}: the preview has other headers")
            except Exception as error:
                faults.append(f"{seed}: preview: {type(error).__name__}: {error}")
            outcomes["rows read"] += read.rows
            yield path, read.headers


def _load(
    folder: Path,
    files: list[tuple[Path, tuple[str, ...]]],
    outcomes: Counter[str],
    faults: list[str],
) -> None:
    """Loads all at once; where one of them is in the way, each by itself."""
    entries = {path: entry for path, headers in files if (entry := _entry(path, headers))}
    outcomes["without lead id or date"] += len(files) - len(entries)
    try:
        _balance(_summary(folder, entries), outcomes, faults)
    except Exception:
        for path, entry in entries.items():
            try:
                _balance(_summary(folder, {path: entry}), outcomes, faults)
            except StoreError:
                outcomes["load refused in words"] += 1
            except Exception as error:
                faults.append(f"{path.name}: load: {type(error).__name__}: {error}")


def _entry(path: Path, headers: tuple[str, ...]) -> FileMapping | None:
    known = {header.replace(" ", "_"): header for header in HEADERS if header in headers}
    if not {"lead_id", "created_at"} <= set(known):
        return None
    known["region"] = known.pop("note", known["lead_id"])
    return FileMapping("leads", path.name, known, day_month_order="dmy")


def _summary(folder: Path, entries: dict[Path, FileMapping]) -> Summary:
    """What a load of the files says, whether it goes on to make a generation or not."""
    summaries: list[Summary] = []
    summarize = outcome.summarize

    def noted(*arguments: object, **named: object) -> Summary:
        summaries.append(summarize(*arguments, **named))  # type: ignore[arg-type]
        return summaries[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcome, "summarize", noted)
        with suppress(_Unpublished, NothingLoaded):
            load(
                Store(folder / "store"),
                list(entries),
                mapping=Mapping(tuple(entries.values())),
                mode="replace",
                now=NOW,
            )
    return summaries[-1]


def _balance(summary: Summary, outcomes: Counter[str], faults: list[str]) -> None:
    for file in summary.files:
        outcomes["loaded files"] += 1
        outcomes["rows loaded"] += file.loaded
        outcomes["rows refused"] += file.refused
        if file.read != file.loaded + file.refused + file.skipped or file.loaded < 0:
            faults.append(f"{file.name}: {file}")
