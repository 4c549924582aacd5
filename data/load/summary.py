"""What a load did: file by file, and as a whole."""

from dataclasses import dataclass, field
from datetime import datetime

from data.errors import LoadError


@dataclass(frozen=True)
class FileSummary:
    """What became of one file's rows. `read = loaded + refused + skipped`."""

    name: str
    table: str
    read: int
    loaded: int
    refused: int
    skipped: int
    """Rows that the mapping leaves out on purpose, and lines of the file that are no rows."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Rows refused, by reason."""
    blanked: dict[str, int] = field(default_factory=dict)
    """Cells refused in rows that were loaded, by reason."""
    rule: str = ""
    """What rows must fulfil not to be left out: `Pipeline = Sales`."""
    lines: int = 0
    """Those of `skipped` that are no rows, but totals, notes, or the header once more."""

    @property
    def cells(self) -> int:
        """How many cells were refused in rows that were loaded."""
        return sum(self.blanked.values())


@dataclass(frozen=True)
class Summary:
    """What a load did."""

    generation: int | None
    """The generation that it made; None when it made none."""
    files: tuple[FileSummary, ...]
    leads: int
    """Leads in the store after it."""
    moves: int
    first_event: datetime | None
    """Naive UTC, like `last_event`; None when nothing was loaded."""
    last_event: datetime | None
    time_zone: str = "UTC"
    """The zone of the store, in which days are to be said."""
    unknown_stages: dict[str, int] = field(default_factory=dict)
    """Stages that the pipeline does not have, and how many moves of them are kept."""
    notices: tuple[str, ...] = ()
    unchanged: bool = False
    """Whether the store had all of it already; then no generation was made."""

    @property
    def read(self) -> int:
        """Rows read from all files."""
        return sum(file.read for file in self.files)

    @property
    def loaded(self) -> int:
        """Rows that are in the store now."""
        return sum(file.loaded for file in self.files)

    @property
    def refused(self) -> int:
        """Rows refused in all files."""
        return sum(file.refused for file in self.files)

    @property
    def cells(self) -> int:
        """Cells refused in rows that were loaded."""
        return sum(file.cells for file in self.files)

    @property
    def left_out(self) -> dict[str, int]:
        """Rows that mappings leave out, by the rule that does."""
        total: dict[str, int] = {}
        for file in self.files:
            if file.skipped > file.lines:
                total[file.rule] = total.get(file.rule, 0) + file.skipped - file.lines
        return total

    @property
    def reasons(self) -> dict[str, int]:
        """Rows and cells refused in all files, by reason, most frequent first."""
        total: dict[str, int] = {}
        for file in self.files:
            for reason, count in (*file.reasons.items(), *file.blanked.items()):
                total[reason] = total.get(reason, 0) + count
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


class NothingLoaded(LoadError):
    """The files were read, but nothing in them could be used: `summary` says why."""

    def __init__(self, message: str, summary: Summary) -> None:
        super().__init__(message)
        self.summary = summary

    def __reduce__(self) -> tuple[type["NothingLoaded"], tuple[str, Summary]]:
        return NothingLoaded, (str(self), self.summary)
