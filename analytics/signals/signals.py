"""Signals: whether temperature, answers, score and fit tell which leads are won.

Bands are cut, and a share is promised for each, on leads that entered in one period; how many were
won is counted of those that entered after it. So no signal is judged by the leads it was made of.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics import certainty
from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks.visits import LEAST_HORIZON, YEAR, day_ends, mature_day
from analytics.fit import fits
from analytics.scope import Scope
from analytics.stats.companies import (
    Across,
    Pairs,
    Sample,
    newcombe,
    p_value,
    rest_of,
    whole,
    wilson,
)
from analytics.stats.lift import lift
from analytics.stats.significance import benjamini_hochberg
from analytics.view.scenario import Scenario
from data.temperature import TEMPERATURES

SIGNALS = ("temperature", "answers", "score", "fit")

_COUNTS = ("n", "won", "earlier_n", "earlier_won")
_RATES = (
    "score_from", "score_below", "rate", "low", "high", "promised", "difference", "difference_low",
    "difference_high", "lift", "lift_low", "lift_high", "p_value", "q_value",
)  # fmt: skip
COLUMNS = ["signal", "band", *_COUNTS, *_RATES, "certainty"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """When leads entered that are counted, and the leads before them; days, both included.

    `horizon` is in seconds: how long each was followed. Where the last day is before the first,
    none of the later leads was followed for so long.
    """

    horizon: float
    first_day: date
    last_day: date
    earlier_first_day: date

    @property
    def earlier_last_day(self) -> date:
        """The day before the later leads."""
        return self.first_day - _DAY


@dataclass(frozen=True)
class Signals:
    """How often leads with each signal are won.

    rows: one row per signal and band, the unlikeliest to win first as they are meant, then the
        leads of which the signal is not known.
    window: of which days the leads are.
    asked: the question of the counts.

    Columns (COLUMNS):
        signal: one of SIGNALS: how hot, how many of need, budget, authority and timing are known to
            be there, the score, and whether it fits the company's rule, unknown of all without one
        band: a temperature; '0' to '4'; of scores their place from '0' on; 'no' or 'yes'; null
            where unknown
        score_from, score_below: of a band of scores, null where it is open
        n, won: leads of the window, and those of them that were won within its horizon
        rate = won ÷ n, with low, high: its 95% Wilson interval
        earlier_n, earlier_won: of the leads before; promised = earlier_won ÷ earlier_n
        difference = rate − promised, with its 95% Newcombe interval: the promise holds where it has
            zero in it
        lift: how many times as often these leads are won as all of whom the signal is known, with
            its 95% interval; p_value: of the rate against that of the others, q_value: corrected
            for all bands (Benjamini–Hochberg)
        certainty: of the lift, see `analytics.certainty`
    """

    rows: pd.DataFrame
    window: Window
    asked: Asked

    def of(self, signal: str) -> pd.DataFrame:
        """The bands of a signal, without the leads of which it is not known."""
        return self.rows[(self.rows["signal"] == signal) & self.rows["band"].notna()]


@question(lambda view: replace(of_visits(view), scenario=Scenario(), by=None))
def signals(scope: Scope) -> Signals:
    """How often leads are won by what is known of them, and whether that was to be expected.

    Source:
        docs/counting.md, "Signals".
    """
    pipeline = scope.generation.pipeline
    everybody = _all_leads(scope)
    (taken,) = everybody.ask(
        "funnel/horizon",
        of="timed",
        before=pipeline.slugs[0],
        step=pipeline.won,
        from_entry=True,
    )["most_arrived"]
    window = _window(scope, everybody, LEAST_HORIZON if pd.isna(taken) else float(taken))
    starts_earlier, starts, ends = (
        day_ends(scope, day)
        for day in (window.earlier_first_day - _DAY, window.earlier_last_day, window.last_day)
    )
    bound: dict[str, Any] = {"starts_earlier": starts_earlier, "starts": starts}
    edges = _edges(everybody.ask("signals/score_edges", of="timed", **bound))
    fitting, values = fits(scope)
    bound |= {
        **values,
        "won": pipeline.won,
        "horizon": window.horizon,
        "ends": max(starts, ends),
        "edges": edges,
    }
    asked = Asked(everybody, "signals/signals", "timed", bound, {"fits": fitting})
    counted = list(asked.rows().itertuples(index=False))
    rows: list[dict[str, Any]] = []
    for signal in SIGNALS:
        found = {_text(row.band): row for row in counted if row.signal == signal}
        known = [found[band] for band in _bands(signal, len(edges)) if band in found]
        rows += [_row(row, _against_rest(row, known), edges) for row in known]
        rows += [_row(found[None], {}, edges)] if None in found else []
    _correct(rows)
    return Signals(_frame(rows), window, asked)


def _all_leads(scope: Scope) -> Scope:
    """All leads within the view's filters by its `as_of`, each with how hot it is."""
    of_all = replace(scope.view.during("all"), level="stage", skipped="passed")
    return Scope(of_all, scope.generation, ("temperature",))


def _window(scope: Scope, everybody: Scope, horizon: float) -> Window:
    """The days of the view, up to the last of which all leads were followed; else the last YEAR."""
    horizon = max(LEAST_HORIZON, round(horizon, 6))
    mature = mature_day(everybody, horizon)
    first, last = scope.days
    if scope.is_whole:
        first, last = mature - (YEAR - 1) * _DAY, mature
    return Window(horizon, first, min(last, mature), first - YEAR * _DAY)


def _edges(found: pd.DataFrame) -> list[float]:
    """The scores between two bands: whole ones where that leaves them apart; none of no scores."""
    (row,) = found.itertuples(index=False)
    exact = {float(edge) for edge in row if pd.notna(edge)}
    whole_ones = {float(round(edge)) for edge in exact}
    return sorted(whole_ones if len(whole_ones) == len(exact) else exact)


def _bands(signal: str, edges: int) -> tuple[str, ...]:
    """The bands of a signal, the unlikeliest to win first as they are meant."""
    if signal == "temperature":
        return TEMPERATURES
    if signal == "fit":
        return "no", "yes"
    return tuple(str(number) for number in range(5 if signal == "answers" else edges + 1))


def _row(row: Any, compared: dict[str, Any], edges: list[float]) -> dict[str, Any]:
    """A band with its rates; `compared` is what it is beside the others of its signal."""
    made = {
        "signal": row.signal,
        "band": _text(row.band),
        **{name: int(getattr(row, name)) for name in _COUNTS},
        "certainty": str(certainty.Certainty.TOO_FEW),
    }
    if row.signal == "score" and made["band"] is not None:
        place = int(row.band)
        made["score_from"] = edges[place - 1] if place else None
        made["score_below"] = edges[place] if place < len(edges) else None
    now, before = _sample(row), _sample(row, "earlier_")
    if now.n:
        low, high = wilson(now)
        made |= {"rate": now.rate, "low": low, "high": high}
    if before.n:
        made["promised"] = before.rate
    if now.n and before.n:
        low, high = newcombe(now, before, Across.of(row, "since"))
        made |= {
            "difference": now.rate - before.rate,
            "difference_low": low,
            "difference_high": high,
        }
    return made | compared


def _against_rest(row: Any, known: list[Any]) -> dict[str, Any]:
    """How a band does beside the others of its signal; nothing where there is too little."""
    own, across = _sample(row), Across.of(row)
    samples = [_sample(each) for each in known]
    everybody = whole(samples, [Across.of(each) for each in known])
    rest = rest_of(everybody, own, across)
    if not (own.n and rest.n and everybody.successes):
        return {}
    found, low, high = lift(own, rest, across)
    return {
        "lift": found,
        "lift_low": low,
        "lift_high": high,
        "p_value": p_value(own, rest, across),
    }


def _correct(rows: list[dict[str, Any]]) -> None:
    """Adds to the bands that are compared how sure their lift is, corrected for all of them."""
    compared = [row for row in rows if "p_value" in row]
    q_values = benjamini_hochberg([row["p_value"] for row in compared])
    for row, q_value in zip(compared, q_values, strict=True):
        row["q_value"] = q_value
        sure = certainty.of(row["lift_low"], row["lift_high"], q=q_value, n=row["n"], zero=1.0)
        row["certainty"] = str(sure)


def _sample(row: Any, prefix: str = "") -> Sample:
    """The later leads of a band, or the earlier ones."""
    won, n = (int(getattr(row, prefix + name)) for name in ("won", "n"))
    return Sample(won, n, Pairs.of(row, prefix))


def _text(band: object) -> str | None:
    return band if isinstance(band, str) else None


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_RATES, float))
