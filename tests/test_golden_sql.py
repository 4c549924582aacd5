"""The SQL of every question, whole and as it is run: `tests/golden` holds it for telling views.

What a change does to it is read as a diff. `make golden` writes the files anew.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import duckdb
import pytest

from analytics import asked, meanwhile
from analytics.bottlenecks import (
    bottlenecks,
    change,
    course,
    queues,
    rate_or_mix,
    reasons,
    velocity,
    visits,
    what_if,
)
from analytics.criteria import criteria
from analytics.funnel import (
    cohorts,
    funnel,
    leads,
    period_comparison,
    segments,
    since_then,
    time_to_step,
    trend,
)
from analytics.handover import handover, people, returned
from analytics.leads import overdue, story, to_do
from analytics.overview import cohort, events
from analytics.overview.findings import overdue_of
from analytics.quality import batches, quality, verdict
from analytics.response import response, speed
from analytics.scope import Scope
from analytics.signals import signals, unasked
from analytics.sources import attribution, costs, forecast, path_file, paths, spend
from analytics.time_in_stage import time_in_stage, untimed, waiting
from analytics.view import vocabulary
from analytics.view.view import View
from data.quoting import literal
from data.session import Session
from data.store import Generation, Store
from tests.support.serving import ROOT

GOLDEN = ROOT / "tests" / "golden"
SOURCES = sorted((ROOT / "analytics").rglob("*.sql"))

EVERY_PART = "level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30"
"""A view that leaves no part of the scope out."""
FLOW = "mode=flow&period=last-180d&by=source&region=~"
COMPARED = "period=last-90d&compare=previous&by=channel"
WORKING = "level=stage&clock=working&by=owner&from=2026-01-01&to=2026-03-31"
STAGED = "stage=opportunity&by=team&as_of=2026-06-30"

Ask = Callable[[Scope], object]


def first_lead(scope: Scope) -> str:
    return str(scope.generation.query("select min(lead_id) as first from leads")["first"].iloc[0])


def most_travelled(scope: Scope) -> str:
    return str(paths.paths(scope).rows["path"].iloc[0])


def of_a_file(_scope: Scope) -> None:
    path_file.attribution(ROOT / "tests" / "golden" / "paths.csv")
    with path_file.paths(ROOT / "tests" / "golden" / "paths.csv") as found:
        found.ask("journey_totals")


QUESTIONS: Mapping[str, tuple[Ask, tuple[str, ...]]] = {
    "funnel/funnel": (funnel.funnel, ("", EVERY_PART, FLOW)),
    "funnel/is_empty": (funnel.is_empty, ("", FLOW)),
    "funnel/trend": (trend.trend, ("", EVERY_PART, FLOW)),
    "funnel/conversions": (trend.conversions, (STAGED, EVERY_PART, FLOW)),
    "funnel/reaching": (time_to_step.reaching, (STAGED, EVERY_PART)),
    "funnel/reaching_summary": (time_to_step.summary, (STAGED,)),
    "funnel/leads": (leads.leads, (STAGED, EVERY_PART, FLOW)),
    "funnel/leads_page": (
        lambda scope: (
            leads.listing(scope)
            .containing("090", "name", "owner", phones=("phone",))
            .ordered("value desc nulls last, lead_id")
            .page(200, 200)
        ),
        (STAGED,),
    ),
    "funnel/cohorts": (cohorts.cohorts, (STAGED, EVERY_PART)),
    "funnel/period_comparison": (period_comparison.against_earlier, (COMPARED,)),
    "funnel/since_then": (
        lambda scope: since_then.since_then(scope, scope.generation),
        ("period=last-90d&as_of=2026-06-30",),
    ),
    "funnel/segments_of_the_first": (
        lambda scope: segments.segments(scope, scope.steps[-1].slug, of="first"),
        ("by=source", EVERY_PART),
    ),
    "funnel/segments_of_the_previous": (
        lambda scope: segments.segments(scope, scope.steps[2].slug, of="previous"),
        ("by=source", FLOW),
    ),
    "overview/events": (events.events, (COMPARED, EVERY_PART)),
    "overview/cohort": (cohort.cohort, (COMPARED,)),
    "overview/overdue": (lambda scope: overdue_of(to_do.listing(scope)), ("by=team",)),
    "time_in_stage/time_in_stage": (
        time_in_stage.time_in_stage,
        ("", EVERY_PART, FLOW, WORKING),
    ),
    "time_in_stage/untimed": (lambda scope: untimed.untimed(scope).asked.rows(), ("",)),
    "time_in_stage/leaving": (lambda scope: time_in_stage.leaving(scope, "sql"), ("", WORKING)),
    "time_in_stage/by_month": (
        lambda scope: time_in_stage.by_month(scope, "sql"),
        ("", WORKING),
    ),
    "time_in_stage/stays": (lambda scope: time_in_stage.stays(scope, "sql"), ("", FLOW, WORKING)),
    "time_in_stage/waiting": (waiting.waiting, ("", EVERY_PART, WORKING)),
    "time_in_stage/waiting_groups": (
        lambda scope: waiting.groups(waiting.listing(scope).where("breached"), "owner"),
        ("by=team",),
    ),
    "time_in_stage/waiting_bands": (waiting.bands, ("", WORKING)),
    "time_in_stage/usual": (waiting.usual, ("", WORKING)),
    "quality/quality": (quality.quality, ("", EVERY_PART, FLOW)),
    "quality/reasons": (quality.reasons, ("by=team",)),
    "quality/months": (quality.months, ("period=last-180d",)),
    "quality/verdict": (
        lambda scope: verdict.verdict(scope.generation, first_lead(scope)),
        ("",),
    ),
    "quality/receipts": (batches.receipts, ("",)),
    "criteria/criteria": (
        lambda scope: criteria.criteria(scope, "sql", 'touch.kind in ["call"] or not need'),
        ("", EVERY_PART),
    ),
    "criteria/leads": (lambda scope: criteria.listing(scope, "mql", 3).rows, ("",)),
    "handover/handover": (handover.handover, ("by=team&taken_after=24", EVERY_PART)),
    "handover/listing": (
        lambda scope: (
            handover.listing(scope).rows,
            returned.for_reason(handover.listing(scope), "price").count(),
        ),
        ("",),
    ),
    "handover/reasons": (returned.reasons, ("",)),
    "handover/people": (lambda scope: people.people(scope, "owner"), ("",)),
    "handover/in_hand": (lambda scope: people.in_hand(scope, "owner"), ("team=TP.HCM 2",)),
    "handover/returned": (returned.returned, ("",)),
    "response/response": (response.response, ("", EVERY_PART, FLOW)),
    "response/response_at_a_stage": (lambda scope: response.response(scope, "sql"), ("",)),
    "response/arrivals": (response.arrivals, ("",)),
    "response/hours": (response.hours, ("",)),
    "response/waiting": (lambda scope: response.waiting(scope).rows, ("",)),
    "response/attempts": (response.attempts, ("",)),
    "response/acts": (lambda scope: response.acts(scope.generation), ("",)),
    "response/speed": (speed.speed, ("",)),
    "sources/attribution": (
        attribution.attribution,
        (STAGED, f"{FLOW}&model=markov&order=2&look_back=60", f"{STAGED}&conversions=all"),
    ),
    "sources/attribution_of_a_file": (of_a_file, ("",)),
    "sources/costs": (
        costs.costs,
        ("", "by=campaign&period=last-180d&source=facebook_ads", "conversions=all"),
    ),
    "sources/spend": (
        spend.spend,
        ("by=source", "by=campaign&period=last-180d&channel=paid_social"),
    ),
    "sources/forecast": (lambda scope: forecast.expected(scope, "source"), ("", EVERY_PART)),
    "sources/paths": (paths.paths, (STAGED, FLOW)),
    "sources/path_assists": (paths.assists, (STAGED,)),
    "sources/path_lengths": (paths.lengths, (STAGED,)),
    "sources/travels": (paths.travels, (STAGED,)),
    "sources/path_leads": (lambda scope: paths.leads(scope, most_travelled(scope)), (STAGED,)),
    "bottlenecks/bottlenecks": (bottlenecks.bottlenecks, ("", "by=team&region=~")),
    "bottlenecks/course": (
        lambda scope: course.course(scope, "sal", "team", "TP.HCM 2"),
        ("",),
    ),
    "bottlenecks/rate_or_mix": (
        lambda scope: rate_or_mix.rate_or_mix(scope, "sal", "team", "TP.HCM 2"),
        ("",),
    ),
    "bottlenecks/queues": (queues.queues, ("", "by=team")),
    "bottlenecks/reasons": (reasons.reasons, ("", "by=team")),
    "bottlenecks/reason_leads": (
        lambda scope: reasons.listing(scope, "lost", "sql", "price").rows,
        ("",),
    ),
    "bottlenecks/change": (change.change, (COMPARED,)),
    "bottlenecks/velocity": (velocity.velocity, (COMPARED,)),
    "bottlenecks/what_if": (what_if.what_if, ("", "scenario=rate:60:sal,volume:1.5:google_ads")),
    "bottlenecks/curves": (
        lambda scope: visits.curves(scope, visits.windows(scope)[0]),
        ("by=team&channel=event",),
    ),
    "leads/to_do": (lambda scope: to_do.listing(scope).rows, ("", WORKING)),
    "leads/to_do_groups": (
        lambda scope: to_do.groups(to_do.let_go(to_do.listing(scope)), "owner"),
        ("team=TP.HCM 2",),
    ),
    "leads/overdue": (overdue.overdue, ("team=TP.HCM 2",)),
    "leads/to_do_stages": (overdue.overdue, ("team=TP.HCM 2&call_cost=500000&margin=40",)),
    "signals/signals": (signals.signals, ("period=last-365d", "team=TP.HCM 2")),
    "signals/score_edges": (signals.signals, ("",)),
    "signals/unasked": (unasked.unasked, ("by=team",)),
    "signals/unasked_leads": (lambda scope: unasked.listing(scope, "sql").rows, ("",)),
    "leads/contact": (lambda scope: story.contact(scope.generation, first_lead(scope)), ("",)),
    "leads/history": (lambda scope: story.history(scope.generation, first_lead(scope)), ("",)),
    "view/values": (lambda scope: vocabulary.values(scope.generation, "source"), ("",)),
}


@pytest.fixture(scope="module")
def generation(sample_store: Path) -> Generation:
    found = Store(sample_store).generation()
    assert found.pipeline  # what it is, is asked once
    for dimension in found.dimensions:  # so is which of its values are named
        vocabulary.largest(found, dimension)
    return found


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are run from here on, each after what is bound in it, in order."""
    monkeypatch.setattr(meanwhile, "free", BoundedSemaphore(0))  # one after the other
    seen: list[str] = []
    run = Session._execute

    def recorded(
        self: Session, sql: str, parameters: Mapping[str, Any] | None
    ) -> duckdb.DuckDBPyConnection:
        bound = [
            f"-- ${name} = {short(value)}"
            for name, value in sorted((parameters or {}).items())
            if re.search(rf"\${name}\b", sql)
        ]
        seen.append("\n".join([*bound, *map(str.rstrip, sql.strip().splitlines()), ";\n"]))
        return run(self, sql, parameters)

    monkeypatch.setattr(Session, "_execute", recorded)
    return seen


def short(value: object) -> str:
    """A value as SQL has it; of a long list the beginning and how many there are."""
    if isinstance(value, list) and len(value) > 5:
        return f"{literal(value[:5])[:-1]}, …]  ({len(value)} values)"
    return literal(value)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_run_is_what_was_reviewed(
    question: str, generation: Generation, texts: list[str], request: pytest.FixtureRequest
) -> None:
    ask, links = QUESTIONS[question]
    whole: list[str] = []
    for link in links:
        view, lost = View.from_link(f"?{link}")
        assert lost == ()
        vocabulary.values.cache_clear()  # whichever test knows them already
        asked.forget()
        texts.clear()
        ask(Scope(view, generation))
        assert texts, "nothing was run"
        whole += [f"-- The view: {link or 'all leads'}", "", *dict.fromkeys(texts)]
    found = "\n".join(whole)
    golden = GOLDEN / f"{question}.sql"
    if request.config.getoption("--golden"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert golden.is_file(), "Write it by `make golden`, and read it."
    assert found == golden.read_text(encoding="utf-8"), "If that is meant: `make golden`."


def test_every_file_of_sql_is_in_one() -> None:
    golden = "\n".join(path.read_text(encoding="utf-8") for path in sorted(GOLDEN.rglob("*.sql")))
    for path in SOURCES:
        # The scope is put in behind the first `with`.
        text = path.read_text(encoding="utf-8").strip()
        assert text.partition("\nwith ")[2] in golden, f"no question of QUESTIONS runs {path.name}"
        assert text.partition("\nwith ")[0] in golden


def test_every_golden_file_is_of_a_question() -> None:
    files = {path.relative_to(GOLDEN).with_suffix("").as_posix() for path in GOLDEN.rglob("*.sql")}
    assert files == set(QUESTIONS)
