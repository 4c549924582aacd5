"""Attribution measured: all models over millions of touches, and two of them beside pandas.

Each side works in a process of its own. Pheu asks a store that another process has loaded; pandas
has its frames in memory. Both share the credit of the same touches, and must agree, before any
clock is started.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.view.attribution_rules import MODELS, Credit
from analytics.view.view import View
from benchmarks.bench import Bench, Skipped
from benchmarks.clock import Taken, p50, summary, timed
from benchmarks.costing import peak_memory
from benchmarks.program import TODAY
from benchmarks.results import Cell, Table
from data.store import Store

BESIDE = ("linear", "decay")
"""The models that pandas is asked for too."""

_VIEW = View(stage="prospect")
_REACHED = ("sal", "sql", "opportunity", "won")
"""The stages that make a lead a prospect, or that it has been one before."""

Credits = dict[tuple[str, str], float]
"""By model and source."""


class Disagreement(Exception):
    """Pheu and pandas give different credit, so their times cannot be compared."""


_BOTH = "linear and time decay"
_MORE = ("all models", "all models, band of Markov")
_PANDAS = f"pandas, {_BOTH}"
_questions: dict[str, Callable[[], object]] = {}
"""Of the process, once it is prepared."""


def measure(bench: Bench) -> list[Table]:
    """What sharing the credit takes, of Pheu and of pandas in turn. Raises Disagreement."""
    if not bench.stores.touches:
        raise Skipped("so many leads are made up without touches")
    store, folder = bench.stores.large(TODAY), bench.stores.made.folder
    with _apart() as pheu, _apart() as pandas:
        ours, conversions = pheu.submit(_prepare_pheu, store).result()
        compare(ours, pandas.submit(_prepare_pandas, folder).result())
        asked: dict[str, list[Taken]] = {}
        for _ in range(1 + bench.runs):
            for name in (_BOTH, *_MORE):
                asked.setdefault(f"Pheu, {name}", []).append(pheu.submit(_ask, name).result())
            asked.setdefault(_PANDAS, []).append(pandas.submit(_ask, _BOTH).result())
        memory = {name: pheu.submit(peak_memory).result() for name in asked}
        memory[_PANDAS] = pandas.submit(peak_memory).result()
    warm = {name: taken[1:] for name, taken in asked.items()}
    base = p50([each.seconds for each in warm[f"Pheu, {_BOTH}"]])
    rows: list[list[Cell]] = []
    for name, taken in warm.items():
        middle, late, cpu = summary(taken)
        assert middle is not None
        assert base is not None
        rows.append([name, middle, late, cpu, middle / base, memory[name] / 1e6])
    return [
        Table(
            title=f"Attribution, {bench.stores.size}",
            headings=["answer", "p50 s", "p95 s", "CPU s", "×", "peak, MB"],
            digits=[None, 2, 2, 2, 1, 0],
            rows=rows,
            about=f"The credit for {conversions:,.0f} prospects, by source. Pheu's times include "
            "finding the touches that count and computing a band; pandas starts with all "
            "touches and the milestones of their leads in memory. Both gave the same credit. "
            "Markov and Shapley also use the journeys that did not convert. Memory is the peak of "
            f"each process over all its answers; {bench.runs} warm runs.",
        )
    ]


def compare(ours: Credits, theirs: Credits) -> None:
    """Raises Disagreement unless the credit is the same."""
    for key in ours.keys() | theirs.keys():
        one, other = ours.get(key, 0.0), theirs.get(key, 0.0)
        if abs(one - other) > 1e-6 * max(1.0, abs(one)):
            raise Disagreement(f"{key}: Pheu says {one}, pandas says {other}")


def _apart() -> ProcessPoolExecutor:
    """A process by itself."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _ask(name: str) -> Taken:
    return timed(_questions[name])[1]


def _prepare_pheu(store: Path) -> tuple[Credits, float]:
    generation = Store(store).generation()
    scope, markov = (
        Scope(view, generation) for view in (_VIEW, replace(_VIEW, credit=Credit(model="markov")))
    )
    _questions[_BOTH] = lambda: attribution(scope, BESIDE)
    all_models, band = _MORE
    _questions[all_models] = lambda: attribution(scope, MODELS)
    _questions[band] = lambda: attribution(markov, MODELS)
    found = attribution(scope, BESIDE)
    credits = {
        (row.model, row.source): row.credit
        for row in found.rows.itertuples()
        if isinstance(row.source, str)
    }
    return credits, found.conversions


def _prepare_pandas(folder: Path) -> Credits:
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

    _questions[_BOTH] = credits
    return credits()
