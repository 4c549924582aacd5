"""The engines. Each loads the two files as it likes best, then answers from its own rows.

Each of them but Pheu has the lead's source on every row of its stage history, and the history
sorted by lead and time: the best that can be done for a question asked of raw history.
"""

from abc import ABC, abstractmethod
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pandas as pd

from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from benchmarks.question import Answer, Question
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.store import Store

_MAPPING = Path(__file__).with_name("mapping.toml")
_COUNTS = """
select segment, stage, count(*) as reached from scope group by segment, stage
"""
_SCANNED = {
    "passed": ("created_at", "seconds_since_entry"),
    "strict": ("strict_group_entered_at", "strict_group_seconds"),
}
"""By policy: when a lead entered, and how long after that it reached the step."""


class Engine(ABC):
    """Something that takes the files in and, in one of `ways`, answers the question."""

    ways: ClassVar[tuple[str, ...]] = ("counts",)
    """The names of the methods that answer, `(question) -> Answer`; none when it only loads."""

    @property
    @abstractmethod
    def version(self) -> str:
        """What exactly it is."""

    @abstractmethod
    def load(self, folder: Path, scratch: Path) -> None:
        """Takes in `leads.csv` and `stage_history.csv`; may write into `scratch`."""


class Pheu(Engine):
    """The store's own way in, and the functions that the pages call."""

    ways = ("counts", "whole")

    @property
    def version(self) -> str:
        """What the store is made of."""
        return f"DuckDB {version('duckdb')}"

    def load(self, folder: Path, scratch: Path) -> None:
        """Loads the files like `python -m data load`, deriving what screens scan."""
        store = Store(scratch / "store")
        files = [folder / "leads.csv", folder / "stage_history.csv"]
        load(store, files, mapping=Mapping.read(_MAPPING))
        self.generation = store.generation()

    def counts(self, question: Question) -> Answer:
        """How many leads reached each step: what the other engines are asked."""
        scope = Scope(question.view, self.generation)
        counted = self.generation.query(
            f"with scope as ({scope.selects.reaches}){_COUNTS}", scope.parameters
        )
        levels: dict[str, dict[str, int]] = {step.opened_by: {} for step in scope.steps}
        for source, stage, reached in counted.itertuples(index=False):
            levels[stage][source] = reached
        return _together(list(levels.values()))

    def whole(self, question: Question) -> Answer:
        """The page's whole answer: with rates, intervals, open and lost, and medians."""
        table = funnel(Scope(question.view, self.generation)).rows
        levels: dict[str, dict[str, int]] = {}
        for source, stage, reached in zip(table.segment, table.stage, table.reached, strict=True):
            levels.setdefault(stage, {})[source] = reached
        return _together(list(levels.values()))

    def scan(self, question: Question) -> int:
        """Adds up what the question reads, of the rows of its year, and answers nothing.

        No engine could answer from these rows in less.
        """
        entered, seconds = _SCANNED[question.skipped]
        added = self.generation.query(
            f"""
            select
                sum(enum_code(source)) + sum(enum_code(stage)) + sum({seconds})
                + sum(cast(opens_group as integer)) as added
            from reaches
            where {entered} >= $period_start and {entered} < $period_end
            """,
            {"period_start": question.start, "period_end": question.end},
        )
        return int(added["added"].iat[0])


class BareDuckDB(Engine):
    """No engine of funnels: how fast DuckDB alone takes the files in, for scale."""

    ways = ()

    @property
    def version(self) -> str:
        """The version of DuckDB."""
        return version("duckdb")

    def load(self, folder: Path, scratch: Path) -> None:
        """Makes the two tables, nothing checked and nothing derived."""
        with duckdb.connect(str(scratch / "bare.duckdb")) as con:
            for table in ("leads", "stage_history"):
                con.execute(f"create table {table} as from read_csv('{folder / table}.csv')")


class ClickHouse(Engine):
    """ClickHouse in this process (chdb), a MergeTree sorted by lead and time, one part."""

    @property
    def version(self) -> str:
        """The version of chdb."""
        return f"chdb {version('chdb')}"

    def load(self, folder: Path, scratch: Path) -> None:
        """Makes the table of moves, each with its lead's source."""
        self.session: Any = import_module("chdb.session").Session(str(scratch / "clickhouse"))
        self.session.query("create database funnel")
        self.session.query(
            "create table funnel.moves (lead_id UInt64, entered_at DateTime('UTC'), "
            "stage LowCardinality(String), source LowCardinality(String)) "
            "engine = MergeTree order by (lead_id, entered_at)"
        )
        moves = "lead_id UInt64, stage String, entered_at DateTime(''UTC'')"
        leads = "lead_id UInt64, created_at DateTime(''UTC''), source String, owner String"
        self.session.query(
            "insert into funnel.moves select lead_id, entered_at, stage, source "
            f"from file('{folder}/stage_history.csv', CSVWithNames, '{moves}') as moves "
            f"join file('{folder}/leads.csv', CSVWithNames, '{leads}') as leads using (lead_id)"
        )
        self.session.query("optimize table funnel.moves final")

    def counts(self, question: Question) -> Answer:
        """Counts with windowFunnel, over the moves that can matter."""
        start, end = (
            f"toDateTime('{instant:%F %T}', 'UTC')" for instant in (question.start, question.end)
        )
        window = int(question.window.total_seconds())
        later = ", ".join(f"stage in {_sql_list(stages)}" for stages in question.steps)
        levels = range(1, len(question.steps) + 2)
        found = self.session.query(
            f"""
            select source, {", ".join(f"countIf(level >= {level})" for level in levels)}
            from (
                select
                    any(source) as source,
                    windowFunnel({window})(
                        entered_at,
                        stage = '{question.entry}' and entered_at >= {start} and entered_at < {end},
                        {later}
                    ) as level
                from funnel.moves
                where entered_at >= {start} and entered_at < {end} + {window}
                group by lead_id
            )
            group by source
            having countIf(level >= 1) > 0
            """,
            "TSV",
        )
        rows = [line.split("\t") for line in found.data().splitlines()]
        return {source: tuple(map(int, counts)) for source, *counts in rows}


class Polars(Engine):
    """Polars, in memory, with lazy queries."""

    @property
    def version(self) -> str:
        """The version of Polars."""
        return version("polars")

    def load(self, folder: Path, scratch: Path) -> None:
        """Reads the moves, each with its lead's source."""
        self.pl: Any = import_module("polars")
        moves, leads = (
            self.pl.read_csv(folder / f"{table}.csv", try_parse_dates=True)
            for table in ("stage_history", "leads")
        )
        self.moves = (
            moves.join(leads.select("lead_id", "source"), on="lead_id")
            .sort("lead_id", "entered_at")
            .with_columns(self.pl.col("stage", "source").cast(self.pl.Categorical))
        )

    def counts(self, question: Question) -> Answer:
        """Counts step by step: who is here, and who of them comes to the next step."""
        col = self.pl.col
        entered = (col("entered_at") >= question.start) & (col("entered_at") < question.end)
        reached = (
            self.moves.lazy()
            .filter(entered, col("stage") == question.entry)
            .select("lead_id", "source", col("entered_at").alias("entry"), reached="entered_at")
        )
        levels = [reached]
        for stages in question.steps:
            moves = self.moves.lazy().filter(col("stage").is_in(list(stages)))
            reached = (
                reached.join(moves.select("lead_id", "entered_at"), on="lead_id")
                .filter(
                    col("entered_at") >= col("reached"),
                    col("entered_at") <= col("entry") + question.window,
                )
                .group_by("lead_id")
                .agg(col("source", "entry").first(), reached=col("entered_at").min())
            )
            levels.append(reached)
        counted = self.pl.collect_all([level.group_by("source").len() for level in levels])
        return _together([dict(level.iter_rows()) for level in counted])


class Pandas(Engine):
    """pandas, in memory."""

    @property
    def version(self) -> str:
        """The version of pandas."""
        return version("pandas")

    def load(self, folder: Path, scratch: Path) -> None:
        """Reads the moves, each with its lead's source."""
        moves = pd.read_csv(folder / "stage_history.csv", parse_dates=["entered_at"])
        leads = pd.read_csv(folder / "leads.csv", usecols=["lead_id", "source"])
        self.moves = (
            moves.merge(leads, on="lead_id")
            .astype({"stage": "category", "source": "category"})
            .sort_values(["lead_id", "entered_at"], ignore_index=True)
        )

    def counts(self, question: Question) -> Answer:
        """Counts step by step: who is here, and who of them comes to the next step."""
        moves = self.moves
        reached = moves[
            (moves.stage == question.entry)
            & (moves.entered_at >= question.start)
            & (moves.entered_at < question.end)
        ]
        reached = reached.assign(entry=reached.entered_at, reached=reached.entered_at)
        reached = reached[["lead_id", "source", "entry", "reached"]]
        levels = [reached.source.value_counts()]
        for stages in question.steps:
            later = moves.loc[moves.stage.isin(stages), ["lead_id", "entered_at"]]
            later = reached.merge(later, on="lead_id")
            later = later[
                (later.entered_at >= later.reached)
                & (later.entered_at <= later.entry + question.window)
            ]
            # Moves are in order of time, so a lead's first is the earliest.
            reached = later.drop_duplicates("lead_id").drop(columns="reached")
            reached = reached.rename(columns={"entered_at": "reached"})
            levels.append(reached.source.value_counts())
        return _together([level.to_dict() for level in levels])


ENGINES: dict[str, type[Engine]] = {
    "Pheu": Pheu,
    "ClickHouse": ClickHouse,
    "Polars": Polars,
    "pandas": Pandas,
    "DuckDB read_csv": BareDuckDB,
}
NEEDS = {"ClickHouse": "chdb", "Polars": "polars"}
"""The module that an engine needs beyond what Pheu runs on."""


def _together(levels: list[dict[str, int]]) -> Answer:
    """Each step's counts by source as an answer."""
    return {
        source: tuple(level.get(source, 0) for level in levels)
        for source, entered in levels[0].items()
        if entered
    }


def _sql_list(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"
