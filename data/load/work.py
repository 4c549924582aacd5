"""A load in progress: what its steps hand on to each other."""

from dataclasses import dataclass, field

import duckdb

from data.draft import Draft
from data.load.intake import Intake, Setting
from data.mapping.mapping import Mapping
from data.progress import Progress


@dataclass
class Load:
    """One load, and what has become of it so far."""

    draft: Draft
    mapping: Mapping
    merge: bool
    setting: Setting
    progress: Progress
    holds_cells: bool = False
    """Whether the cells of the files are kept, to be looked over when all is put together."""
    is_narrow: bool = False
    """Whether the steps see the leads alone that files touch; see `data.load.touched`."""
    is_guessed: bool = False
    """Whether nobody said what the files mean."""
    intakes: list[Intake] = field(default_factory=list)
    """The files in the order in which they were given."""
    notices: list[str] = field(default_factory=list)
    """Those with a key are `data.load.notices.Notice`."""

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The draft's connection, on which the tables of `data.load.staging` live."""
        return self.draft.con
