"""Answers to what pages ask, timed: `python -P answering.py STORE` reads a question a line.

A script by itself: the functions are those of the program that PYTHONPATH names, and are looked for
by their names, so that any version of Pheu can be asked. Each line is answered by one of JSON:
`seconds` and `cpu`, or null where this version has no such question.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

ALL: dict[str, Any] = {"period": "all"}
BY_SOURCE = ALL | {"by": "source"}
QUESTIONS: dict[str, tuple[str, dict[str, Any], tuple[Any, ...], dict[str, Any]]] = {
    "funnel": ("funnel.funnel.funnel", ALL, (), {}),
    "funnel by source": ("funnel.funnel.funnel", BY_SOURCE, (), {}),
    "sources, each against the rest": (
        *("funnel.segments.segments", BY_SOURCE),
        *(("customer",), {"of": "previous"}),
    ),
    "overview against the year before": (
        *("overview.overview.overview", {"period": "last-365d", "compare": "last-year"}),
        *((), {}),
    ),
    "time in stage by source": ("time_in_stage.time_in_stage.time_in_stage", BY_SOURCE, (), {}),
    "trend": ("funnel.trend.conversions", ALL, (), {}),
    "cohorts": ("funnel.cohorts.cohorts", ALL, (), {}),
    "waiting": ("time_in_stage.waiting.bands", ALL, (), {}),
    "all opportunities, as a file": ("funnel.leads.leads", ALL | {"stage": "opportunity"}, (), {}),
    "time to customer by source": ("funnel.time_to_step.reaching", BY_SOURCE, (), {}),
    "costs by source": ("sources.costs.costs", BY_SOURCE, (), {}),
    "bottlenecks by source": ("bottlenecks.bottlenecks.bottlenecks", BY_SOURCE, (), {}),
    "bottlenecks by source and owner": ("bottlenecks.bottlenecks.bottlenecks", ALL, (), {}),
    "queues": ("bottlenecks.queues.queues", ALL, (), {}),
    "change by source and owner": ("bottlenecks.change.change", ALL, (), {}),
    "what if, before a slider moves": ("bottlenecks.baseline.baseline", ALL, (), {}),
    "credit, all models": ("sources.attribution.attribution", ALL, (), {}),
    "scoreboard": ("sources.scoreboard.scoreboard", ALL, (), {}),
    "paths": ("sources.paths.travels", ALL, (), {}),
}
"""By name: the function, what its view says, and what it is told beside the scope."""


def main() -> None:
    """Answers until there are no more questions."""
    generation = found("data.store").Store(Path(sys.argv[1])).generation()
    # What a library prints is not taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        word = line.strip()
        told = list(QUESTIONS) if word == "names" else answered(word, generation)
        print(json.dumps(told), file=answers, flush=True)


def answered(name: str, generation: Any) -> dict[str, float] | None:
    """What one answer took; None where there is no such question here."""
    place, said, about, more = QUESTIONS[name]
    ask = function(place)
    if ask is None:
        return None
    view = found("analytics.view.view", "analytics.view").View(**said)
    scope = found("analytics.scope").Scope(view, generation)
    with suppress(ImportError, AttributeError):
        found("analytics.asked").forget()  # what it has kept of the answers before
    cpu, seconds = time.process_time(), time.perf_counter()
    ask(scope, *about, **more)
    return {"seconds": time.perf_counter() - seconds, "cpu": time.process_time() - cpu}


def function(place: str) -> Callable[..., Any] | None:
    """The function, also where it stood before there were rooms, in a module of either name."""
    room, module, name = place.split(".")
    for where in (f"{room}.{module}", module, name):
        with suppress(ImportError, AttributeError):
            ask: Callable[..., Any] = getattr(import_module(f"analytics.{where}"), name)
            if callable(ask):
                return ask
    return None


def found(*modules: str) -> Any:
    """The first of the modules that there is and that has what the last name says."""
    for module in modules[:-1]:
        with suppress(ImportError):
            return import_module(module)
    return import_module(modules[-1])


if __name__ == "__main__":
    main()
