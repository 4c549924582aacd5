"""`docs/counting.md`: every number under "Worked example" comes out of the code."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import certainty
from analytics.bottlenecks import baseline, loss, queues, reasons, visits
from analytics.criteria import criteria
from analytics.funnel import cohorts
from analytics.handover import people
from analytics.handover import verdict as handover_verdict
from analytics.leads.outlook import left_of
from analytics.overview import cohort, events, verdict
from analytics.response import speed
from analytics.sources import (
    attribution,
    attribution_models,
    forecast,
    path_file,
    reallocation,
    rule,
)
from analytics.sources.costs import NONE_YET
from analytics.stats import (
    change_point,
    companies,
    decomposition,
    final_rate,
    removal_effect,
    shapley,
    shrinkage,
    significance,
    stopping,
    sums,
    survival,
)
from analytics.stats.absorbing_chain import Chain
from analytics.stats.companies import Pairs, Sample
from analytics.stats.final_rate import incidence
from analytics.stats.intervals import newcombe, poisson, wilson
from analytics.stats.significance import benjamini_hochberg, fisher, p_value, pooled_z
from analytics.stats.survival import Curve, curve, quantile
from analytics.view.attribution_rules import MODELS, Credit
from data.load.loader import load
from data.store import Store
from tests.support.asking import ask
from tests.support.markdown import ROOT, code, files, section, tables, text_of

TEXT = text_of("counting.md")
DAY = 86_400.0
Rows = list[dict[str, str]]
Check = Callable[[list[Rows], Path], None]
CHECKS: dict[str, Check] = {}


def worked(title: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        CHECKS[f"Worked example: {title}"] = check
        return check

    return register


def test_every_worked_example_is_recomputed() -> None:
    assert re.findall(r"^### (.+)$", TEXT, flags=re.M) == list(CHECKS)


@pytest.mark.parametrize("title", CHECKS)
def test_worked_example(title: str, tmp_path: Path) -> None:
    found = tables(section(TEXT, title))
    assert found
    CHECKS[title](found, tmp_path)


def said(value: float, like: str) -> str:
    """A number as the page writes it: with as many decimals as the text beside it has."""
    decimals = len(like.partition(".")[2])
    text = f"{value:.{decimals}f}".replace("-", "−")
    return re.sub(r"^(−?)0\.", r"\1.", text) if re.match(r"−?\.", like) else text


def check(like: str, value: float) -> None:
    assert like == said(value, like)


def store_of(folder: Path, **tables_of: str) -> Path:
    for name, content in tables_of.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    load(Store(folder), [folder / f"{name}.csv" for name in tables_of])
    return folder


@worked("skipped stages")
def _skipped(found: list[Rows], folder: Path) -> None:
    store = store_of(
        folder,
        leads="lead_id,created_at\nA,2026-01-01\nB,2026-01-01\nC,2026-01-01\n",
        moves="lead_id,stage,entered_at\nA,sal,2026-01-02\nA,opportunity,2026-01-05\n"
        "B,opportunity,2026-01-06\nB,won,2026-01-09\nC,sal,2026-01-04\nC,lost,2026-01-10\n",
    )
    for row in found[0]:
        counted = ask(store, "funnel", f"skipped={row.pop('skipped')}")
        assert row == {step["stage"]: str(step["reached"]) for step in counted}


@worked("cohort against flow")
def _flow(found: list[Rows], folder: Path) -> None:
    leads, made = ["lead_id,created_at"], ["lead_id,stage,entered_at"]
    for month, intake in enumerate((1250, 1500, 1800, 2160), start=1):
        leads += [f"{month}-{number},2026-0{month}-15" for number in range(intake)]
        made += [f"{month}-{number},mql,2026-0{month + 2}-15" for number in range(intake * 2 // 5)]
    store = store_of(folder, leads="\n".join(leads), moves="\n".join(made))
    march = "level=stage&mode=flow&from=2026-03-01&to=2026-03-31"
    cohort = {step["stage"]: step for step in ask(store, "funnel", "level=stage")}
    flow = {step["stage"]: step for step in ask(store, "funnel", march)}
    (row,) = found[0]
    check(row["cohort rate"], cohort["mql"]["of_first"])
    check(row["flow rate"], flow["mql"]["reached"] / flow["lead"]["reached"])
    check(row["flow rate"], 0.4 / 1.2**2)


def ten_leads() -> Curve:
    days = [2, 3, 3, 5, 6, 8, 9, 12, 15, 20]
    ends = ["on", "on", "", "lost", "on", "", "on", "", "lost", ""]
    return curve([day * DAY for day in days], ends, [1] * 10)


@worked("ten leads in one stage")
def _ten_leads(found: list[Rows], _folder: Path) -> None:
    steps, rates, bands = found
    ten = ten_leads()
    for row in steps:
        place = ten.times.tolist().index(float(row["day"]) * DAY)
        check(row["S"], ten.survival[place])
        check(row["CIF advanced"], ten.incidence["on"][place])
        check(row["CIF lost"], ten.incidence["lost"][place])
    (row,) = rates
    on, lost = (int(ten.left[cause].sum()) for cause in ("on", "lost"))
    check(row["advanced ÷ entered"], on / ten.leads)
    check(row["advanced ÷ resolved"], on / (on + lost))
    check(row["Aalen–Johansen"], ten.incidence["on"][-1])
    naive = np.prod(1 - ten.left["on"] / ten.at_risk)
    check(row["1 − KM, losses censored"], float(1 - naive))
    (row,) = bands
    place, fate = ten.times.tolist().index(12 * DAY), incidence(ten, "on")
    assert fate is not None
    assert int(ten.at_risk[place]) == 3
    least = float(ten.incidence["on"][place])
    check(row["L"], least)
    check(row["U"], least + float(ten.survival[place]))
    check(row["at least"], fate.at_least)
    check(row["at most"], fate.at_most)
    usual, low = (
        math.log(-math.log(limit)) - math.log(-math.log(least))
        for limit in (ten.incidence_limits("on")[0][place], fate.at_least)
    )
    check(row["c"], 1.959964 * low / usual)


@worked("Wilson intervals")
def _wilson(found: list[Rows], _folder: Path) -> None:
    for row in found[0]:
        low, high = wilson(int(row["successes"]), int(row["n"]))
        check(row["low"], low)
        check(row["high"], high)


@worked("two rates")
def _two_rates(found: list[Rows], _folder: Path) -> None:
    counts = tuple(map(int, re.findall(r"\d+", section(TEXT, "Worked example: two rates"))[:4]))
    assert counts == (30, 200, 18, 210)
    (row,) = found[0]
    low, high = newcombe(*counts)
    check(row["difference"], counts[0] / counts[1] - counts[2] / counts[3])
    check(row["low"], low)
    check(row["high"], high)
    check(row["z"], pooled_z(*counts))
    check(row["p"], p_value(*counts))
    check(row["Fisher p"], fisher(*counts))


@worked("Poisson counts")
def _poisson(found: list[Rows], _folder: Path) -> None:
    for row in found[0]:
        low, high = poisson(int(row["count"]))
        check(row["low"], low)
        check(row["high"], high)


@worked("eight comparisons")
def _comparisons(found: list[Rows], _folder: Path) -> None:
    (row,) = found[0]
    ps, qs = list(row)[1:], list(row.values())[1:]
    answers = benjamini_hochberg([float(p) for p in ps])
    for like, value in zip(qs, answers, strict=True):
        check(like, value)
    assert sum(float(p) < 0.05 for p in ps) == 5
    assert sum(value < 0.05 for value in answers) == 2


def companies_of_four(number: int, won: int) -> Sample:
    leads = np.full(number, 4.0)
    return Sample(4 * won, 4 * number, Pairs.among(leads, leads * (np.arange(number) < won)))


@worked("companies of four leads")
def _companies(found: list[Rows], _folder: Path) -> None:
    for row, own in zip(found[0], (companies_of_four(20, 6), Sample(24, 80)), strict=True):
        assert (row["won"], row["leads"]) == (str(own.successes), str(own.n))
        check(row["deff"], own.deff)
        assert row["d"] == ("∞" if math.isinf(own.freedom) else f"{own.freedom:.0f}")
        low, high = companies.wilson(own)
        check(row["low"], low)
        check(row["high"], high)


@worked("the same two rates, by lead and by company")
def _two_rates_of_companies(found: list[Rows], _folder: Path) -> None:
    pairs = (
        (Sample(40, 160), Sample(72, 160)),
        (companies_of_four(40, 10), companies_of_four(40, 18)),
    )
    for row, (own, other) in zip(found[0], pairs, strict=True):
        low, high = companies.newcombe(own, other)
        check(row["low"], low)
        check(row["high"], high)
        check(row["p"], companies.p_value(own, other))


@worked("two counts")
def _two_counts(found: list[Rows], _folder: Path) -> None:
    for row in found[0]:
        now, before = int(row["now"]), int(row["before"])
        low, high = companies.poisson_ratio(now, before) or (0.0, 0.0)
        check(row["change"], now / before - 1)
        check(row["low"], low - 1)
        check(row["high"], high - 1)


@worked("the mean of completed stays")
def _mean(found: list[Rows], _folder: Path) -> None:
    ten = ten_leads()
    (row,) = found[0]
    check(row["mean of completed stays"], (ten.times * ten.left_any).sum() / 6 / DAY)
    median = quantile(ten, 0.5)[0]
    assert median is not None
    check(row["Kaplan–Meier median"], median / DAY)


@worked("six conversions")
def _six(found: list[Rows], folder: Path) -> None:
    path = folder / "paths.csv"
    path.write_text(files(text_of("link.md"))["paths.csv"], encoding="utf-8")
    rows = path_file.attribution(path, Credit()).rows.dropna(subset="source")
    credit = rows.set_index(["model", "source"])["credit"]
    journeys = pd.read_csv(path)
    sets = [set(text.split(" > ")) for text in journeys["path"]]
    won = journeys["total_conversions"].to_numpy(float)
    all_of = won + journeys["total_null"].to_numpy(float)
    who = np.array([[source in members for source in "ABC"] for members in sets])
    game = shapley.rate_game(who, won, all_of)
    for place, row in enumerate(found[0]):
        source = row["source"]
        check(row["markov"], credit["markov", source])
        check(row["shapley"], credit["shapley", source])
        check(row["rate game"], game.values[place])
        check(row["removal effect"], _removal(journeys)[place])
        assert math.isclose(
            credit["shapley_rate", source], game.values[place] * 6 / game.values.sum()
        )


def _removal(journeys: pd.DataFrame) -> list[float]:
    ends: list[tuple[int, int, float]] = []
    starts = np.zeros(3)
    for path, won, _value, lost in journeys.itertuples(index=False):
        states = ["ABC".index(source) for source in path.split(" > ")]
        starts[states[0]] += won + lost
        ends += [(state, following, won + lost) for state, following in pairwise(states)]
        ends += [(states[-1], removal_effect.WON, won), (states[-1], removal_effect.LOST, lost)]
    before, after, weights = (np.array(column) for column in zip(*ends, strict=True))
    chain = removal_effect.Moves(before, after, np.arange(3))
    effects = removal_effect.removal(chain, weights.astype(float), starts).effects
    return [float(effect) for effect in effects]


@worked("time decay")
def _decay(found: list[Rows], folder: Path) -> None:
    won = datetime(2026, 6, 1)
    for row in found[0]:
        days = [int(day) for day in row["days before the last touch"].split(", ")]
        touches = "lead_id,touched_at,source\n" + "".join(
            f"1,{won - timedelta(days=day)},{source}\n"
            for day, source in zip(days, "abc", strict=True)
        )
        case = folder / row["half-life"]
        case.mkdir()
        store = store_of(
            case,
            leads="lead_id,created_at\n1,2026-03-01\n",
            moves=f"lead_id,stage,entered_at\n1,won,{won}\n",
            touches=touches,
        )
        query = f"stage=customer&model=decay&half_life={row['half-life']}"
        credit = {
            answer["source"]: answer["credit"]
            for answer in ask(store, "attribution", query)
            if answer["model"] == "decay"
        }
        for source, like in zip("abc", row["credit"].split(", "), strict=True):
            check(like, credit[source])


@worked("120 million spent")
def _spent(found: list[Rows], _folder: Path) -> None:
    some, none = found[0]
    low, high = poisson(int(some["customers"]))
    check(some["CAC"], 120 / int(some["customers"]))
    check(some["low"], 120 / high)
    check(some["high"], 120 / low)
    check(none["at least"], 120 / NONE_YET)


@worked("four sources")
def _four_sources(found: list[Rows], _folder: Path) -> None:
    said_of = pd.DataFrame(found[0])
    numbers = {name: said_of[name].astype(float) for name in ("cost", "customers", "expected")}
    given = pd.DataFrame({"segment": said_of["source"], "leads": 300, **numbers})
    rows = rule.judged(given.assign(revenue=given["cost"], is_ripe=True, deff=1.0)).set_index(
        "segment"
    )
    for row in found[0]:
        judged = rows.loc[row["source"]]
        check(row["low"], judged["cost_low"])
        check(row["high"], judged["cost_high"])
        assert (row["recommendation"], row["certainty"]) == (
            judged["recommendation"],
            judged["certainty"],
        )


@worked("still open after seven days")
def _open(found: list[Rows], _folder: Path) -> None:
    ten = ten_leads()
    ever, by_now = incidence(ten, "on"), incidence(ten, "on", 7 * DAY)
    there = survival.remaining(ten, 7 * DAY)
    assert ever is not None
    assert by_now is not None
    assert there is not None
    (row,) = found[0]
    check(row["CIF(∞)"], ever.value)
    check(row["CIF(7)"], by_now.value)
    check(row["S(7)"], there[0])
    check(row["probability"], (ever.value - by_now.value) / there[0])


@worked("the chance of a lead that waits")
def _waits(found: list[Rows], folder: Path) -> None:
    course = ten_leads()
    left = left_of(course, {"on": 0.5}, few=1)
    for row in found[0]:
        days = int(row["days in the stage"])
        index = survival.index_at(course, days * DAY)
        still = 1.0 if index < 0 else float(course.survival[index])
        gone = 0.0 if index < 0 else float(course.incidence_of("on")[index])
        check(row["S"], still)
        check(row["CIF still to come"], float(course.incidence_of("on")[-1]) - gone)
        found_left = left[days]
        assert found_left is not None
        check(row["chance"], found_left.chance)
        check(row["low"], found_left.low)
        check(row["high"], found_left.high)
        check(row["observed to stay longer"], found_left.there)


@worked("a chain with loops")
def _chain(found: list[Rows], _folder: Path) -> None:
    shares = np.zeros((4, 4))
    for since, to, share in ((0, 1, 0.45), (1, 2, 0.55), (2, 0, 0.1), (2, 3, 0.5), (3, 2, 0.05)):
        shares[since, to] = share
    chain = Chain(shares, np.array([0, 0, 0, 0.4]))
    days = chain.days(np.array([6.0, 10.0, 15.0, 30.0]))
    for row in found[0]:
        stage = int(row["stage"])
        check(row["P(won)"], chain.win[stage])
        check(row["days to the end"], days[stage])
    check(".0495", 0.45 * 0.55 * 0.5 * 0.4)


@worked("shrinkage")
def _shrinkage(found: list[Rows], _folder: Path) -> None:
    successes = [int(row["successes"]) for row in found[0]]
    n = [int(row["n"]) for row in found[0]]
    for row, x, size, rate in zip(
        found[0], successes, n, shrinkage.shrunk(successes, n), strict=True
    ):
        check(row["rate"], x / size)
        check(row["shrunk"], rate)


@worked("eighteen months")
def _turn(found: list[Rows], _folder: Path) -> None:
    turn = change_point.find([20] * 12 + [10] * 6, [50] * 18)
    assert turn is not None
    (row,) = found[0]
    assert row["first month of the new rate"] == str(turn.place + 1)
    check(row["before"], turn.before)
    check(row["after"], turn.after)
    check(row["p"], turn.p_value)


@worked("every source improves, the total falls")
def _mix(found: list[Rows], _folder: Path) -> None:
    *rows, total = found[0]
    n0, n1 = ([float(row[name]) for row in rows] for name in ("leads before", "leads after"))
    r0, r1 = ([float(row[name]) for row in rows] for name in ("rate before", "rate after"))
    x0, x1 = (np.multiply(n, r) for n, r in ((n0, r0), (n1, r1)))
    split = decomposition.split(n0, x0, n1, x1)
    for place, row in enumerate(rows):
        check(row["rate effect"], split.rate[place])
        check(row["mix effect"], split.mix[place])
    check(total["rate before"], split.before)
    check(total["rate after"], split.after)
    check(total["rate effect"], split.rate_effect)
    check(total["mix effect"], split.mix_effect)
    assert (total["leads before"], total["leads after"]) == (f"{sum(n0):.0f}", f"{sum(n1):.0f}")
    assert split.is_reversal


@worked("four levers")
def _velocity(found: list[Rows], _folder: Path) -> None:
    names = ("open", "win rate", "value", "days")
    before, after, logs = found[0]
    levers = [
        decomposition.Factors(*(float(row[name]) for name in names)) for row in (before, after)
    ]
    change = decomposition.velocity(*levers)
    for row, lever in zip((before, after), levers, strict=True):
        check(row["per day"], lever.per_day)
    for name, log in zip(names, change.logs, strict=True):
        check(logs[name], log)
    check(logs["per day"], change.log)
    faster = replace(levers[0], days=levers[0].days * 0.9)
    assert f"{decomposition.velocity(levers[0], faster).ratio - 1:.1%}" == "11.1%"


@worked("a list of 200")
def _stop_rule(found: list[Rows], _folder: Path) -> None:
    stops = stopping.stop_rule(0.6, stopping.planned_looks(200))
    assert [(int(row["numbers"]), int(row["good at the most"])) for row in found[0]] == list(
        zip(stops.looks, stops.bounds, strict=True)
    )
    assert f"looks is {100 * stops.error:.1f} %" in section(TEXT, "Worked example: a list of 200")


def test_thresholds_are_those_of_the_code() -> None:
    (rows,) = tables(section(TEXT, "Thresholds"))
    assert {row["threshold"]: float(row["value"]) for row in rows} == {
        "leads still there at the end of the follow-up of a final rate": final_rate.SLIGHT,
        "departures that a picture of a curve has a point for": survival.DRAWN,
        "q of a segment that differs": certainty.SURE,
        "draws of a sum": sums.RESAMPLES,
        "companies from which on a sum is normal": sums.LARGE,
        "events under which a difference is likely at the most": events.FEW_EVENTS,
        "open share under which leads are mature": cohort.OPEN,
        "share of the expected customers from which on a rate is told": cohort.TOLD,
        "share of a target that is far from it": verdict.FAR,
        "share of a target that is near it": verdict.NEAR,
        "q of a ranked bottleneck": loss.MOST_Q,
        "share of the visits of a segment that lies within another": visits.NEARLY_ALL,
        "visits before a step is tested": loss.LEAST_VISITS,
        "leads of either kind before a test of a criterion is compared": criteria.LEAST,
        "leads of either group before it is asked whether speed matters": speed.LEAST,
        "mornings before it is asked whether speed matters": speed.LEAST_MORNINGS,
        "standardised difference of groups that are not alike": speed.UNBALANCED,
        "leads that left, now and before, before a reason is compared": reasons.LEAST,
        "days of a quarter": visits.QUARTER,
        "days of the own past": visits.YEAR,
        "shortest horizon of a step, days": visits.LEAST_HORIZON / DAY,
        "conversions below which attribution warns": attribution.FEW,
        "resamples of a band": attribution_models.RESAMPLES,
        "sources up to which Shapley is exact": shapley.MOST_EXACT,
        "leads before a segment has its own curve": forecast.ENOUGH,
        "leads before a source has its own shares": baseline.ENOUGH,
        "leads before a source is judged": rule.FEW_LEADS,
        "customers before money is certain": rule.FEW_CUSTOMERS,
        "times the money ever spent that a source is taken to": reallocation.TIMES_EVER_SPENT,
        "draws of a scenario": baseline.DRAWS,
        "permutations of a change point": change_point.DRAWS,
        "p of a change point": change_point.ALPHA,
        "weeks of a queue's arrivals and exits": queues.WEEKS,
        "days of a month of age": cohorts.DAYS_OF_A_MONTH,
        "leads up to which a fixed rate is tested exactly": significance.LARGE,
        "leads of one source and size before they are gone by": people.LEAST,
        "share of leads without an answer that is to be watched": handover_verdict.SILENT,
        "numbers between two looks at a list": stopping.BLOCK,
        "looks at a list at the most": stopping.MOST_LOOKS,
        "share of kept promises that are stopped": stopping.ERROR,
    }


def test_every_model_is_explained() -> None:
    table = tables(section(TEXT, "Attribution").split("###")[0])[0]
    named = [name for row in table for name in code(row["model"])]
    assert named == list(MODELS)


def test_every_module_that_is_named_exists() -> None:
    named = re.findall(r"`([a-z_/]+\.py)`", TEXT)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_every_section_names_its_module() -> None:
    for title in re.findall(r"^## (.+)$", TEXT, flags=re.M):
        if title not in ("Thresholds", "Sources"):
            assert re.search(r"^Code: `", section(TEXT, title), flags=re.M), title


def test_every_source_that_the_code_names_is_listed() -> None:
    entries = section(TEXT, "Sources").split("\n- ")
    cited = {
        found
        for file in (ROOT / "analytics").rglob("*.py")
        for found in re.findall(
            r"(\w+)(?:,? and \w+)* \((\d{4})\)", " ".join(file.read_text(encoding="utf-8").split())
        )
    }
    assert ("Mantel", "1966") in cited
    missing = {
        f"{name} ({year})"
        for name, year in cited
        if not any(name in entry and f"({year})" in entry for entry in entries)
    }
    assert missing == set()
