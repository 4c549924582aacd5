"""Leads of one company in every answer: the pairs that SQL counts, against leads one by one."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.bottlenecks import visits
from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.change import change
from analytics.bottlenecks.course import course
from analytics.funnel.funnel import funnel
from analytics.funnel.period_comparison import against_earlier
from analytics.funnel.segments import segments
from analytics.funnel.time_to_step import summary
from analytics.funnel.trend import conversions
from analytics.overview.cohort import cohort
from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.sources.costs import costs
from analytics.sources.paths import paths
from analytics.sources.touchpoints import journeys, touchpoints
from analytics.stats import companies, intervals
from analytics.stats.companies import Across, Pairs, Sample
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import store_of

START = datetime(2024, 1, 1)
STAGES = ("iql", "mql", "sal", "sql", "opportunity", "won")
FIRST_HALF, SECOND_HALF = "from=2024-01-01&to=2024-03-31", "from=2024-04-01&to=2024-06-29"
NOW = "from=2024-04-01&to=2024-06-29&compare=previous"


@dataclass(frozen=True)
class Lead:
    """A lead that went up the first `depth` stages of STAGES, a day each, and was then lost."""

    number: int
    company: str | None
    source: str
    day: int
    depth: int

    @property
    def month(self) -> date:
        """The first day of the month in which it came."""
        return (START + timedelta(days=self.day)).replace(day=1).date()

    @property
    def is_later(self) -> bool:
        """Whether it entered in the second half."""
        return self.day >= 91


def made_up(seed: int) -> list[Lead]:
    """Leads of which many are of one company, which sends most of them the same way."""
    drawn = random.Random(seed)
    found: list[Lead] = []
    for company in range(60):
        depth, source = drawn.randrange(7), drawn.choice("xyz")
        for _ in range(drawn.choice((1, 1, 2, 3, 5))):
            found.append(
                Lead(
                    number=len(found),
                    company=None if company % 7 == 0 else f"Company {company}",
                    source=source if drawn.random() < 0.6 else drawn.choice("xyz"),
                    day=drawn.randrange(1, 181),
                    depth=depth if drawn.random() < 0.7 else drawn.randrange(7),
                )
            )
    return found


LEADS = made_up(1)


def stored(root: Path, leads: Sequence[Lead]) -> Generation:
    rows: list[dict[str, Any]] = []
    moves = []
    for lead in leads:
        at = START + timedelta(days=lead.day, hours=1)
        # However a company is written, it is one.
        written = lead.company and (lead.company, f" {lead.company.upper()} ")[lead.number % 2]
        rows.append(
            {
                "lead_id": f"L{lead.number}",
                "created_at": at,
                "source": lead.source,
                "company": written,
            }
        )
        for place, stage in enumerate((*STAGES[: lead.depth], "lost")):
            if stage != "lost" or lead.depth < len(STAGES):
                moves.append((f"L{lead.number}", stage, at + timedelta(days=place + 1)))
    # Long after all of this, so that every lead was followed.
    rows.append({"lead_id": "last", "created_at": START + timedelta(days=400), "source": "x"})
    spend = [{"day": START.date(), "source": source, "amount": 900.0} for source in "xyz"]
    return store_of(root, rows, moves, spend=spend).generation()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return stored(tmp_path_factory.mktemp("known"), LEADS)


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The same leads, of which no company is known."""
    return stored(
        tmp_path_factory.mktemp("unknown"), [replace(lead, company=None) for lead in LEADS]
    )


APART = [
    # Those of w stay where they are, which tells nothing of how alike leads are.
    Lead(number, None, "wxyz"[number % 4], 1 + number * 7 % 80, number % 4 and number * 5 % 7)
    for number in range(120)
]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return stored(tmp_path_factory.mktemp("once"), APART)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Each lead of `once` with another of its company that does the same."""
    leads = [
        replace(lead, number=2 * lead.number + copy, company=f"Company {lead.number}")
        for lead in APART
        for copy in range(2)
    ]
    return stored(tmp_path_factory.mktemp("twice"), leads)


def of(generation: Generation, query: str) -> Scope:
    return Scope(View.from_link(query)[0], generation)


def sample(leads: Sequence[Lead], depth: int, *, of: int = 0) -> Sample:
    """Those of the leads that went so far, of those that went `of` stages up; by all pairs."""
    there = [lead for lead in leads if lead.depth >= of]
    pairs = [
        (a.depth >= depth, b.depth >= depth)
        for a in there
        for b in there
        if a is not b and a.company is not None and a.company == b.company
    ]
    sizes = [
        sum(lead.company == company for lead in there)
        for company in {lead.company for lead in there} - {None}
    ]
    return Sample(
        sum(lead.depth >= depth for lead in there),
        len(there),
        Pairs(
            len(pairs),
            sum(a for a, _ in pairs),
            sum(a and b for a, b in pairs),
            sum(size**4 for size in sizes if size > 1),
        ),
    )


def across(leads: Sequence[Lead], others: Sequence[Lead], depth: int, *, of: int = 0) -> Across:
    met = [
        (a.depth >= depth, b.depth >= depth)
        for a in leads
        for b in others
        if min(a.depth, b.depth) >= of and a.company is not None and a.company == b.company
    ]
    return Across(
        len(met), sum(a for a, _ in met), sum(b for _, b in met), sum(a and b for a, b in met)
    )


EARLIER = [lead for lead in LEADS if not lead.is_later]
LATER = [lead for lead in LEADS if lead.is_later]


def test_companies_of_two_leads_or_more_have_a_number(known: Generation) -> None:
    sizes = {lead.company: 0 for lead in LEADS}
    for lead in LEADS:
        sizes[lead.company] += 1
    expected = {company for company, size in sizes.items() if company and size > 1}
    assert known.companies == len(expected)
    rows = known.query(
        "select distinct lower(trim(leads.company)) as company, company_number from reaches "
        "join leads on leads.lead_number = reaches.lead_number where company_number is not null"
    )
    assert sorted(rows["company_number"]) == list(range(1, len(expected) + 1))
    assert set(rows["company"]) == {company.lower() for company in expected}


@pytest.mark.parametrize("by", ["", "&by=source"])
def test_funnel(known: Generation, by: str) -> None:
    rows = funnel(of(known, f"level=stage&{FIRST_HALF}{by}")).rows
    for row in rows.itertuples(index=False):
        place = ("lead", *STAGES).index(row.stage)
        if place:
            own = [lead for lead in EARLIER if row.segment in (None, lead.source)]
            previous = sample(own, place, of=place - 1)
            assert (row.of_previous_low, row.of_previous_high) == pytest.approx(
                companies.wilson(previous)
            )
            assert (row.of_first_low, row.of_first_high) == pytest.approx(
                companies.wilson(sample(own, place))
            )


def test_groups_under_the_strict_policy(known: Generation) -> None:
    """Everybody makes every step, so it is as good as any."""
    rows = funnel(of(known, f"skipped=strict&{FIRST_HALF}")).rows.set_index("stage")
    low, high = companies.wilson(sample(EARLIER, 5, of=3))
    assert tuple(rows.loc["opportunity", ["of_previous_low", "of_previous_high"]]) == (
        pytest.approx(low),
        pytest.approx(high),
    )


@pytest.mark.parametrize("way", ["first", "previous"])
def test_segments(known: Generation, way: str) -> None:
    start = 0 if way == "first" else 3
    found = segments(of(known, f"{FIRST_HALF}&by=source"), "opportunity", of=way)
    arrivals = {name: [lead for lead in EARLIER if lead.source == name] for name in "xyz"}
    assert found.horizon >= (5 - start) * 86_400 * 0.99, "All who arrive do so in time."
    samples = [sample(arrivals[name], 5, of=start) for name in found.rows["segment"]]
    rest = [[lead for lead in EARLIER if lead.source != name] for name in found.rows["segment"]]
    met = [
        across(arrivals[name], others, 5, of=start)
        for name, others in zip(found.rows["segment"], rest, strict=True)
    ]
    expected = companies.against_rest(samples, met)
    for row, own, other in zip(found.rows.itertuples(), samples, expected, strict=True):
        assert (row.n, row.reached) == (own.n, own.successes)
        assert (row.low, row.high) == pytest.approx(companies.wilson(own))
        assert other is not None
        assert (row.difference_low, row.difference_high) == pytest.approx((other.low, other.high))
        assert row.p_value == pytest.approx(other.p_value)


def test_trend(known: Generation) -> None:
    rows = conversions(of(known, f"{FIRST_HALF}&stage=prospect"), unit="month").rows
    for row in rows.itertuples(index=False):
        own = [lead for lead in EARLIER if lead.month == row.bucket]
        assert (row.low, row.high) == pytest.approx(companies.wilson(sample(own, 3)))


def test_periods(known: Generation) -> None:
    rows = against_earlier(of(known, f"{NOW}&level=group")).rows
    for row in rows.itertuples(index=False):
        depths = {"lead": 0, "prospect": 3, "opportunity": 5, "customer": 6}
        start, end = depths[row.of], depths[row.stage]
        expected = companies.newcombe(
            sample(LATER, end, of=start),
            sample(EARLIER, end, of=start),
            across(LATER, EARLIER, end, of=start),
        )
        assert (row.low, row.high) == pytest.approx(expected)
    now = cohort(of(known, NOW)).now
    assert (now.low, now.high) == pytest.approx(companies.wilson(sample(LATER, 6)))


def test_bottlenecks(known: Generation) -> None:
    """Visits of now and of the year before, and what they have to do with each other."""
    scope = of(known, SECOND_HALF)
    counted = visits.counts(scope, ("source",), visits.windows(scope)).rows
    losses = {(loss.stage, loss.segment): loss for loss in bottlenecks(scope).losses}
    for row in counted.itertuples(index=False):
        place = ("lead", *STAGES).index(row.stage)
        # A visit begins so many days after the lead came.
        there = [lead for lead in LEADS if row.segment in (None, lead.source)]
        now = [lead for lead in there if 91 <= lead.day + place < 181]
        before = [lead for lead in there if lead.day + place < 91]
        expected = sample(now, place + 1, of=place), sample(before, place + 1, of=place)
        assert visits.moved_on(row) == expected[0]
        assert visits.moved_on(row, before=True) == expected[1]
        met = across(now, before, place + 1, of=place)
        assert Across.of(row) == met
        loss = losses[row.stage, row.segment]
        if loss.n:
            assert (loss.low, loss.high) == pytest.approx(companies.wilson(expected[0]))
        if loss.p_value is not None:
            assert loss.p_value == pytest.approx(companies.lower(*expected, met))


def test_course(known: Generation) -> None:
    rows = course(of(known, ""), "lead").rows
    for row in rows[rows["n"] > 0].itertuples(index=False):
        own = [lead for lead in LEADS if lead.month == row.bucket]
        if sample(own, 1).n == row.n:
            assert (row.low, row.high) == pytest.approx(companies.wilson(sample(own, 1)))


def test_change(known: Generation) -> None:
    """The error of the rate effect is linearised over companies: of every lead, its influence."""
    found = change(of(known, f"{NOW}&stage=opportunity&by=source"))
    expected = companies.newcombe(sample(LATER, 5), sample(EARLIER, 5), across(LATER, EARLIER, 5))
    assert (found.low, found.high) == pytest.approx(expected)
    halves = {half: [lead for lead in LEADS if lead.is_later == half] for half in (False, True)}
    influence: dict[Any, float] = {}
    alone = 0.0
    for half, sign in ((False, -1), (True, 1)):
        for lead in halves[half]:
            own = [each for each in halves[half] if each.source == lead.source]
            share = np.mean(
                [
                    sum(each.source == lead.source for each in leads) / len(leads)
                    for leads in halves.values()
                ]
            )
            rate = sum(each.depth >= 5 for each in own) / len(own)
            moved = sign * float(share) / len(own) * ((lead.depth >= 5) - rate)
            alone += moved**2
            key = lead.company or lead.number
            influence[key] = influence.get(key, 0.0) + moved
    together = sum(value**2 for value in influence.values())
    assert together > alone
    assert found.rate_low is not None
    assert found.rate_high is not None
    width = (found.rate_high - found.rate_low) / 2
    # Wider by t than z, and by the company that the rates were fitted to; both small here.
    assert 1.96 * together**0.5 < width < 2.2 * together**0.5
    assert found.rate == pytest.approx((found.rate_low + found.rate_high) / 2)


def test_costs(known: Generation) -> None:
    rows = costs(of(known, f"{FIRST_HALF}&by=source")).rows
    for row in rows.itertuples(index=False):
        whole = not isinstance(row.segment, str)
        own = [lead for lead in EARLIER if whole or lead.source == row.segment]
        customers = sample(own, 6)
        assert row.customers == customers.successes
        low, high = companies.poisson(customers.successes, customers.pairs.both)
        assert (row.cac_low, row.cac_high) == pytest.approx((row.cost / high, row.cost / low))


@pytest.mark.parametrize("time", ["", "&as_of=2024-02-15"], ids=["followed", "cut-short"])
def test_final_rates_of_leads_that_stand_twice(
    once: Generation, twice: Generation, time: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two leads of one company that do the same say no more than one of them."""
    assert (once.companies, twice.companies) == (0, len(APART))
    asks = (funnel, summary, costs)
    query = f"{FIRST_HALF}&by=source{time}"
    for ask in asks:
        ours, theirs = (ask(of(each, query)).rows for each in (twice, once))
        ends = [name for name in ours if re.search("eventual_(at|low|high)|^(at_|low|high)", name)]
        assert len(ends) == 4
        # Wider still by t, as there are few companies.
        lower = [name for name in ends if name.endswith("least")]
        assert (ours[lower] < theirs[lower]).to_numpy().any()
        assert not (ours[lower] > theirs[lower]).to_numpy().any()
        with monkeypatch.context() as patched:
            patched.setattr(Sample, "wider", 1.0)
            ours = ask(of(twice, query)).rows
        for name in ends:
            assert ours[name].tolist() == pytest.approx(theirs[name].tolist(), nan_ok=True)


def test_paths(known: Generation) -> None:
    for row in paths(of(known, FIRST_HALF)).rows.itertuples(index=False):
        expected = sample([lead for lead in EARLIER if lead.source == row.path], 6)
        assert (row.conversions, row.leads) == (expected.successes, expected.n)
        assert (row.low, row.high) == pytest.approx(companies.wilson(expected))


@pytest.mark.parametrize("conversions", ["", "conversions=all"], ids=["first", "all"])
def test_leads_of_a_company_are_resampled_together(known: Generation, conversions: str) -> None:
    with touchpoints(journeys(of(known, conversions))) as found:
        rows = found.session.query(
            "select lead_id, bucket from journeys join leads using (lead_number)"
        )
    bucket_of = dict(zip(rows["lead_id"], rows["bucket"], strict=True))
    buckets: dict[str, set[int]] = {}
    for lead in LEADS:
        if lead.company:
            buckets.setdefault(lead.company, set()).add(bucket_of[f"L{lead.number}"])
    assert all(len(of_one) == 1 for of_one in buckets.values())
    assert len(set().union(*buckets.values())) > 20


def test_counts_are_the_same_whether_companies_are_known(
    known: Generation, unknown: Generation
) -> None:
    assert unknown.companies == 0
    asks: tuple[Callable[[Scope], Any], ...] = (funnel, costs, attribution, conversions)
    for ask in asks:
        ours, theirs = (ask(of(each, "by=source")).rows for each in (known, unknown))
        uncertain = [name for name in ours if re.search("low|high|least|most|deff", name)]
        assert ours.drop(columns=uncertain).equals(theirs.drop(columns=uncertain))
        assert not ours.equals(theirs)


def test_without_companies_intervals_are_those_of_leads_apart(unknown: Generation) -> None:
    rows = funnel(of(unknown, FIRST_HALF)).rows
    for before, row in zip(
        rows.iloc[:-1].itertuples(index=False), rows.iloc[1:].itertuples(index=False), strict=True
    ):
        expected = intervals.wilson(row.reached, before.reached)
        assert (row.of_previous_low, row.of_previous_high) == expected
    after = against_earlier(of(unknown, NOW)).rows
    for row in after.itertuples(index=False):
        expected = intervals.newcombe(row.reached, row.n, row.earlier_reached, row.earlier_n)
        assert (row.low, row.high) == expected
