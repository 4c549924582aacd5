"""A desk where files are written and loaded, and what is in the store then."""

from datetime import datetime
from pathlib import Path
from typing import Any

from data.load.loader import load
from data.load.summary import Summary
from data.mapping.mapping import Mapping
from data.store import Store

NOW = datetime(2024, 6, 1)
LEADS = "lead_id,created_at,source\nL1,2024-01-01,Facebook\nL2,2024-01-02 10:00,Hội chợ\n"
MOVES = "lead_id,stage,entered_at\nL1,mql,2024-01-05\nL1,won,2024-02-01\nL2,MQL,2024-01-03\n"


class Desk:
    """A folder of files, and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")

    def load(self, mapping: str | None = None, /, *, now: datetime = NOW, **files: str) -> Summary:
        return self.load_as(None, mapping, now=now, **files)

    def load_as(
        self, mode: str | None, mapping: str | None = None, *, now: datetime = NOW, **files: str
    ) -> Summary:
        paths = [self.folder / f"{name}.csv" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text)
        said = Mapping.parse(mapping) if mapping else None
        return load(self.store, paths, mapping=said, mode=mode, now=now)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.cursor(self.store.generation()) as cursor:
            return cursor.execute(sql).fetchall()

    def refused(self) -> list[tuple[Any, ...]]:
        return self.rows('select line, "column", value, reason from rejected_rows order by all')

    def history(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "select lead_id, stage, cast(entered_at as varchar) from stage_history "
            "order by position"
        )
