"""The benchmark on few leads: the rows are what they are said to be, the engines agree."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib.util import find_spec
from itertools import chain, repeat
from multiprocessing.context import BaseContext
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import clock, credit, history, loading, results, screening
from benchmarks.bench import Bench
from benchmarks.comparison import Disagreement, compare
from benchmarks.engines import ENGINES, NEEDS, BareDuckDB, Engine
from benchmarks.history import DAYS, START, History
from benchmarks.program import TODAY
from benchmarks.question import POLICIES, Answer, Question
from benchmarks.results import Part, Results, Table
from benchmarks.stores import Stores
from data.pipeline import Pipeline

LEADS = 2_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> History:
    return history.write(tmp_path_factory.mktemp("history"), LEADS)


@pytest.fixture(scope="module", params=[name for name in ENGINES if ENGINES[name].ways])
def engine(
    request: pytest.FixtureRequest, made: History, tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    if request.param in NEEDS and not find_spec(NEEDS[request.param]):
        pytest.skip(f"{request.param} is not installed")
    found = ENGINES[request.param]()
    found.load(made.folder, tmp_path_factory.mktemp("scratch"))
    return found


@pytest.fixture(scope="module")
def leads(made: History) -> pd.DataFrame:
    return pd.read_csv(made.folder / "leads.csv", parse_dates=["created_at"])


@pytest.fixture(scope="module")
def moves(made: History) -> pd.DataFrame:
    return pd.read_csv(made.folder / "stage_history.csv", parse_dates=["entered_at"])


def _here(workers: int, mp_context: BaseContext | None = None) -> Executor:
    """Stands for processes: what they would do is done in this one."""
    assert mp_context is None or mp_context.get_start_method() == "spawn"
    return ThreadPoolExecutor(workers)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A run of few leads, once each; one of its processes is one, as to start all takes long."""
    first: list[Callable[..., Executor]] = [ProcessPoolExecutor]
    pools = chain(first, repeat(_here))

    def pool(workers: int, mp_context: BaseContext | None = None) -> Executor:
        return next(pools)(workers, mp_context=mp_context)

    for part in (credit, screening):
        monkeypatch.setattr(part, "ProcessPoolExecutor", pool)
    return Bench(
        scratch=tmp_path,
        leads=LEADS,
        runs=1,
        filters=1,
        viewers=1,
        seconds=5,
        programs=[TODAY],
        stores=Stores(tmp_path, LEADS),
        say=lambda _told: None,
    )


def plain_answer(leads: pd.DataFrame, moves: pd.DataFrame, question: Question) -> Answer:
    """The answer, lead by lead."""
    source = dict(zip(leads.lead_id, leads.source, strict=True))
    histories: dict[int, list[tuple[str, datetime]]] = {}
    for lead_id, stage, at in moves.itertuples(index=False):
        histories.setdefault(lead_id, []).append((stage, at))
    counts: Counter[tuple[str, int]] = Counter()
    for lead_id, entries in histories.items():
        entry = min(at for stage, at in entries if stage == question.entry)
        if not question.start <= entry < question.end:
            continue
        reached, level = entry, 1
        counts[source[lead_id], level] += 1
        for stages in question.steps:
            later = [at for stage, at in entries if stage in stages and at >= reached]
            if not later or min(later) > entry + question.window:
                break
            reached, level = min(later), level + 1
            counts[source[lead_id], level] += 1
    return {
        name: tuple(counts[name, level] for level in range(1, 5))
        for name in {name for name, _ in counts}
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_engines_give_the_plain_answer(
    engine: Engine, leads: pd.DataFrame, moves: pd.DataFrame, policy: str
) -> None:
    expected = plain_answer(leads, moves, Question(policy))
    assert len(expected) == 8
    for way in engine.ways:
        assert getattr(engine, way)(Question(policy)) == expected


def test_the_policies_differ(leads: pd.DataFrame, moves: pd.DataFrame) -> None:
    passed, strict = (plain_answer(leads, moves, Question(policy)) for policy in POLICIES)
    assert passed != strict


def test_steps_are_the_groups_after_the_first() -> None:
    assert Question("strict").steps == (("sal", "sql"), ("opportunity",), ("won",))
    assert Question("passed").steps == (
        ("sal", "sql", "opportunity", "won"),
        ("opportunity", "won"),
        ("won",),
    )


def test_history_is_as_described(leads: pd.DataFrame, moves: pd.DataFrame, made: History) -> None:
    assert len(leads) == made.leads == LEADS
    assert len(moves) == made.moves
    assert 1.8 * LEADS < made.moves < 2.6 * LEADS
    entries = moves[moves.stage == "lead"].merge(leads, on="lead_id")
    assert len(entries) == LEADS
    assert (entries.entered_at == entries.created_at).all()
    assert leads.created_at.min() >= START
    assert moves.entered_at.max() < START + timedelta(days=DAYS)
    assert not moves.duplicated(["lead_id", "entered_at"]).any()
    rank = moves.stage.map({slug: place for place, slug in enumerate(Pipeline.default().slugs)})
    assert (rank.groupby(moves.lead_id).diff().dropna() > 0).all()  # in order, an exit being none


def test_history_is_the_same_every_time(made: History, tmp_path: Path) -> None:
    again = history.write(tmp_path, LEADS)
    for name in ("leads.csv", "stage_history.csv"):
        assert (tmp_path / name).read_bytes() == (made.folder / name).read_bytes()
    assert again.rows == made.rows


def test_bare_duckdb_takes_the_files_in(made: History, tmp_path: Path) -> None:
    BareDuckDB().load(made.folder, tmp_path)
    assert (tmp_path / "bare.duckdb").is_file()


def test_another_answer_is_a_disagreement() -> None:
    compare({"one": {"Zalo": (2, 1)}, "other": {"Zalo": (2, 1)}})
    with pytest.raises(Disagreement, match="other"):
        compare({"one": {"Zalo": (2, 1)}, "other": {"Zalo": (2, 0)}})


def test_half_of_many_take_as_long_as_the_median_and_most_as_the_95th_percentile() -> None:
    times = [float(number) for number in range(1, 21)]
    assert (clock.p50(times), clock.p95(times)) == (10.5, 19.0)
    assert (clock.p50([]), clock.p95([])) == (None, None)


def test_a_part_measured_again_takes_the_place_of_what_was_known(tmp_path: Path) -> None:
    def table(seconds: float) -> Table:
        return Table("Start", ["what", "s"], [None, 2], [["cold", seconds], ["warm", None]], "Once")

    kept = tmp_path / "results.json"
    known = Results(kept)
    known.put("start", Part("On Monday", [table(2.5)]))
    known.put("viewers", Part("On Monday", [table(9.0)]))
    again = Results(kept)
    again.put("start", Part("On Friday", [table(1.25)]))
    written = Results(kept).markdown(["start"])
    assert "| cold | 1.25 |" in written
    assert "| warm |  |" in written
    assert "2.50" not in written
    assert written.index("*On Friday.*") < written.index("1.25") < written.index("*On Monday.*")
    assert written.endswith("| warm |  |\n")
    assert results.Table(**vars(table(1.0))) == table(1.0)


def test_so_many_rows_come_after_those_that_are_known(made: History, tmp_path: Path) -> None:
    history.write_more(tmp_path, made, 400)
    more = pd.read_csv(tmp_path / "leads.csv")
    moved = pd.read_csv(tmp_path / "stage_history.csv")
    assert len(more) + len(moved) == 400
    assert more.lead_id.min() == LEADS + 1
    assert set(moved.lead_id[moved.lead_id > LEADS]) == set(more.lead_id)


def test_loading_and_credit_are_measured_on_one_store(bench: Bench) -> None:
    (loads,) = loading.measure(bench)
    assert [row[0] for row in loads.rows] == [
        *("leads and moves", "10,000 rows more, merged", "leads, moves and touches")
    ]
    assert all(
        isinstance(cell, (int, float)) and cell > 0 for row in loads.rows for cell in row[1:]
    )
    (shared,) = credit.measure(bench)
    assert shared.title == f"Attribution, {bench.stores.size}"
    assert 4.5 * LEADS < bench.stores.touches < 5.5 * LEADS
    assert [str(row[0]).partition(",")[0] for row in shared.rows] == ["Pheu"] * 3 + ["pandas"]
    assert shared.rows[0][4] == 1.0


def test_other_credit_is_a_disagreement() -> None:
    credit.compare({("linear", "Zalo"): 2.0}, {("linear", "Zalo"): 2.0 + 1e-9})
    with pytest.raises(credit.Disagreement, match="Zalo"):
        credit.compare({("linear", "Zalo"): 2.0}, {("linear", "Zalo"): 1.0})


def test_screening_is_held_against_a_bare_load(bench: Bench) -> None:
    (table,) = screening.measure(bench)
    rows = pd.read_csv(bench.scratch / "screening" / "contacts.csv", dtype=str)
    assert len(rows) == LEADS
    found = {
        verdict: int(count.replace(",", ""))
        for count, verdict in re.findall(r"(\d[\d,]*) (\w+)", table.about.partition("Found: ")[2])
    }
    assert sum(found.values()) == LEADS
    assert found["duplicate"] > 20
    assert found["junk"] == pytest.approx((rows["name"] == "test").sum(), rel=0.1)
    assert [str(row[0]).split(",")[0] for row in table.rows] == [
        *("DuckDB read_csv", "screening alone", "Pheu's load")
    ]
