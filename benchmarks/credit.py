"""Attribution measured: all models over millions of touches, and two of them beside pandas.

Each side works in a process of its own. Pheu asks a store that another process has loaded; pandas
has its frames in memory. Both share the credit of the same touches, and must agree, before any
clock is started.
"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.view.attribution_rules import MODELS, Credit
from analytics.view.view import View
from benchmarks import history
from benchmarks.worker import peak_memory
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.store import Store

BESIDE = ("linear", "decay")
"""The models that pandas is asked for too."""

_MAPPING = Path(__file__).with_name("mapping_touches.toml")
_VIEW = View(stage="prospect")
_REACHED = ("sal", "sql", "opportunity", "won")
"""The stages that make a lead a prospect, or that it has been one before."""

Credits = dict[tuple[str, str], float]
"""By model and source."""


class Disagreement(Exception):
    """Pheu and pandas give different credit, so their times cannot be compared."""


@dataclass(frozen=True)
class Shared:
    """What was measured. Seconds (medians) and bytes; `asked` by question."""

    leads: int
    touches: int
    conversions: float
    asked: dict[str, float]
    memory: int
    pandas_seconds: float
    pandas_memory: int

    def markdown(self) -> str:
        """The section of `RESULTS.md`."""
        both = self.asked[_BOTH]
        rows = [
            *(
                f"| Pheu, {name} | {took:.2f} | {self.memory / 1e6:,.0f} | {took / both:.1f} |"
                for name, took in self.asked.items()
            ),
            f"| pandas, {_BOTH} | {self.pandas_seconds:.2f} | {self.pandas_memory / 1e6:,.0f} | "
            f"{self.pandas_seconds / both:.1f} |",
        ]
        return "\n".join(
            [
                f"## Attribution, {self.leads:,} leads, {self.touches:,} touches",
                "",
                f"The credit for {self.conversions:,.0f} prospects, by source; medians. Pheu's "
                "times include finding the",
                "touches that count and computing a band; pandas starts with all touches and",
                "the milestones of their leads in memory. Both gave the same credit. Markov and",
                "Shapley also use the journeys that did not convert. Memory is the peak of each "
                "process over all its",
                "answers.",
                "",
                "| answer | s | memory, MB | × Pheu |",
                "| -- | --: | --: | --: |",
                *rows,
                "",
            ]
        )


_BOTH = "linear and time decay"


def measure(scratch: Path, leads: int, runs: int) -> Shared:
    """Generates, loads, compares, then times. Raises Disagreement."""
    folder = scratch / "credit"
    folder.mkdir()
    history.write(folder, leads)
    touches = history.write_touches(folder, leads)
    _apart(_load, folder)
    asked, ours, conversions, memory = _apart(_ask_pheu, folder, runs)
    seconds, theirs, pandas_memory = _apart(_ask_pandas, folder, runs)
    compare(ours, theirs)
    return Shared(leads, touches, conversions, asked, memory, seconds, pandas_memory)


def compare(ours: Credits, theirs: Credits) -> None:
    """Raises Disagreement unless the credit is the same."""
    for key in ours.keys() | theirs.keys():
        one, other = ours.get(key, 0.0), theirs.get(key, 0.0)
        if abs(one - other) > 1e-6 * max(1.0, abs(one)):
            raise Disagreement(f"{key}: Pheu says {one}, pandas says {other}")


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """What the work gives, done in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _load(folder: Path) -> None:
    files = [folder / f"{table}.csv" for table in ("leads", "stage_history", "touches")]
    load(Store(folder / "store"), files, mapping=Mapping.read(_MAPPING))


def _ask_pheu(folder: Path, runs: int) -> tuple[dict[str, float], Credits, float, int]:
    generation = Store(folder / "store").generation()
    rows = attribution(Scope(_VIEW, generation), BESIDE)
    ours = {
        (row.model, row.source): row.credit
        for row in rows.rows.itertuples()
        if isinstance(row.source, str)
    }
    markov = replace(_VIEW, credit=Credit(model="markov"))
    questions: dict[str, Callable[[], object]] = {
        _BOTH: lambda: attribution(Scope(_VIEW, generation), BESIDE),
        "all models": lambda: attribution(Scope(_VIEW, generation), MODELS),
        "all models, band of Markov": lambda: attribution(Scope(markov, generation), MODELS),
    }
    asked = {name: _median_seconds(ask, runs) for name, ask in questions.items()}
    return asked, ours, rows.conversions, peak_memory()


def _ask_pandas(folder: Path, runs: int) -> tuple[float, Credits, int]:
    touches = pd.read_csv(folder / "touches.csv", parse_dates=["touched_at"])
    touches["source"] = touches["source"].astype("category")
    moves = pd.read_csv(folder / "stage_history.csv", parse_dates=["entered_at"])
    won = moves[moves["stage"].isin(_REACHED)].groupby("lead_id")["entered_at"].min()
    leads = pd.read_csv(folder / "leads.csv", parse_dates=["created_at"])

    def credits() -> Credits:
        ended = touches["lead_id"].map(won)
        counted = touches[touches["touched_at"] <= ended]
        days = (ended - counted["touched_at"]).dropna() / pd.Timedelta(days=1)
        faded = 2.0 ** (-days / Credit().half_life)
        by_lead = counted.groupby("lead_id")
        weights = {
            "linear": 1 / by_lead["source"].transform("size"),
            "decay": faded / faded.groupby(counted["lead_id"]).transform("sum"),
        }
        # Those of whom no touch is known have their own source instead.
        bare = leads[leads["lead_id"].isin(won.index) & ~leads["lead_id"].isin(touches["lead_id"])]
        own = bare["source"].value_counts()
        return {
            (model, str(source)): float(credit)
            for model, weight in weights.items()
            for source, credit in weight.groupby(counted["source"], observed=True)
            .sum()
            .add(own, fill_value=0)
            .items()
        }

    theirs = credits()
    return _median_seconds(credits, runs), theirs, peak_memory()


def _median_seconds(ask: Callable[[], object], runs: int) -> float:
    taken = []
    for _ in range(runs + 1):
        before = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - before)
    return statistics.median(taken[1:])  # the first one warms up
