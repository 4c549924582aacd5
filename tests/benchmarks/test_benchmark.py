"""The benchmark on few leads: the rows are what they are said to be, the engines agree."""

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

from benchmarks import credit, history, screening
from benchmarks.__main__ import Disagreement, compare
from benchmarks.engines import ENGINES, NEEDS, BareDuckDB, Engine
from benchmarks.history import DAYS, START, History
from benchmarks.question import POLICIES, Answer, Question
from benchmarks.results import HEADINGS, Measured, Results
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


def _here(workers: int, *, mp_context: BaseContext) -> Executor:
    """Stands for processes: what they would do is done in this one."""
    assert mp_context.get_start_method() == "spawn"
    return ThreadPoolExecutor(workers)


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


def test_the_table_compares_with_the_first(made: History) -> None:
    asked = {"passed": 0.01, "strict": 0.02}
    slower = {policy: 3 * seconds for policy, seconds in asked.items()}
    results = Results(
        made,
        7,
        [
            Measured("Pheu", "1.0", asked, load=2.0, peak_memory=10**9),
            Measured("Slow", "1.0", slower, load=1.0, peak_memory=10**9),
            Measured("Bare", "1.0", {}, load=1.0, peak_memory=10**9),
        ],
        {"funnel": 0.05},
    )
    first, second, third = results.rows()
    assert first[:5] == ("Pheu (1.0)", "10.0", "20.0", "1.0", "1.0")
    assert second[3:6] == ("3.0", "3.0", "1.0")
    assert third[1:5] == ("", "", "", "")
    assert len(HEADINGS) == len(first)
    assert "| Slow (1.0) |" in results.markdown()
    assert "| funnel | 50 | 5.0 |" in results.markdown()


def test_pandas_shares_the_same_credit(tmp_path: Path) -> None:
    found = credit.measure(tmp_path, LEADS, runs=1)
    assert found.leads == LEADS
    assert 4.5 * LEADS < found.touches < 5.5 * LEADS
    assert found.conversions > 200
    lines = found.markdown().splitlines()
    assert lines[0] == f"## Attribution, 2,000 leads, {found.touches:,} touches"
    assert len([line for line in lines if line.startswith("| Pheu, ")]) == 3
    assert [line for line in lines if line.startswith("| pandas, linear and time decay |")]


def test_other_credit_is_a_disagreement() -> None:
    credit.compare({("linear", "Zalo"): 2.0}, {("linear", "Zalo"): 2.0 + 1e-9})
    with pytest.raises(credit.Disagreement, match="Zalo"):
        credit.compare({("linear", "Zalo"): 2.0}, {("linear", "Zalo"): 1.0})


def test_screening_is_held_against_a_bare_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One way works in a process of its own, as all do; to start one for each takes most of a test.
    first: list[Callable[..., Executor]] = [ProcessPoolExecutor]
    pools = chain(first, repeat(_here))

    def pool(workers: int, mp_context: BaseContext) -> Executor:
        return next(pools)(workers, mp_context=mp_context)

    monkeypatch.setattr(screening, "ProcessPoolExecutor", pool)
    found = screening.measure(tmp_path, LEADS)
    assert sum(found.found.values()) == LEADS
    rows = pd.read_csv(tmp_path / "contacts.csv", dtype=str)
    assert len(rows) == LEADS
    assert found.found["duplicate"] > 20
    assert found.found["junk"] == pytest.approx((rows["name"] == "test").sum(), rel=0.1)
    lines = found.markdown().splitlines()
    assert lines[0] == "## Screening, 2,000 leads"
    assert (
        len([line for line in lines if line.startswith(("| DuckDB", "| screening", "| Pheu"))]) == 3
    )
