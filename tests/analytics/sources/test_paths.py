"""The paths to the milestone: walked lead by lead, and by hand."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.scope import Scope
from analytics.sources.paths import (
    ASSIST_COLUMNS,
    COLUMNS,
    LENGTH_COLUMNS,
    LONGEST,
    assists,
    leads,
    lengths,
    paths,
    stops,
    travels,
)
from analytics.sources.spend import DIMENSIONS
from analytics.sources.touchpoints import NAMED, OTHERS
from analytics.stats.intervals import wilson
from analytics.view.attribution_rules import Credit
from analytics.view.view import View
from data.store import Generation, Store
from data.values.channels import channel_of
from tests.analytics.funnel.test_time_to_step import named
from tests.analytics.sources.test_costs import rate_of
from tests.support.histories import (
    SHORT,
    History,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference
from tests.support.workload import workload

START = datetime(2024, 1, 1)
ENDS = (True, False, None)
"""Converted, not, and either."""


@dataclass(frozen=True)
class Walk:
    """A lead's way: its touches that count, and how it ended."""

    lead_id: str
    sources: tuple[str, ...]
    converted: bool
    seconds: float | None
    value: float

    @property
    def path(self) -> str:
        stations = [name.replace(">", "~>") for name, _ in groupby(self.sources)]
        return " > ".join(stations)


@dataclass(frozen=True)
class Slow:
    """The definition, lead by lead."""

    history: History
    view: View

    @cached_property
    def reference(self) -> Reference:
        return Reference(self.history, replace(self.view, by=None))

    @cached_property
    def walks(self) -> list[Walk]:
        steps = self.reference.steps
        place = steps.index(self.view.stage) if self.view.stage in steps[1:] else len(steps) - 1
        found = []
        for lead in self.history.leads:
            counted = self.reference.counted(lead)
            if counted[place] is not None or counted[0] is not None:
                found.append(self.walk(lead, counted[place]))
        return found

    def walk(self, lead: Mapping[str, Any], milestone: datetime | None) -> Walk:
        as_of, credit = self.reference.as_of, self.view.credit
        end = milestone or as_of
        known = sorted(
            (at, source is None, source or "", campaign is None, campaign or "")
            for lead_id, at, source, campaign in self.history.touches
            if lead_id == lead["lead_id"] and at <= as_of
        )
        touches = [
            (at, {"source": source or None, "campaign": campaign or None})
            for at, _, source, _, campaign in known
        ]
        for _, values in touches:
            values["channel"] = channel_of(values["source"]) if values["source"] else None
        touches = touches or [(lead["created_at"], dict(lead))]
        counting = [
            (at, values)
            for at, values in touches
            if at <= end
            and (credit.look_back is None or end - at <= timedelta(days=credit.look_back))
        ]
        by = self.view.by if self.view.by in DIMENSIONS else "source"
        value = 0.0
        if milestone is not None and lead["amount"] is not None:
            day = self.reference.day(milestone)
            value = lead["amount"] * (rate_of(self.history, lead["currency"], day) or 0.0)
        seconds = (end - counting[0][0]).total_seconds() if milestone and counting else None
        sources = tuple(named(values.get(by)) for _, values in counting)
        return Walk(lead["lead_id"], sources, milestone is not None, seconds, value)


def drawn_view(data: st.DataObject, history: History) -> View:
    drawn = data.draw(views(history))
    steps = Reference(history, replace(drawn, by=None)).steps
    return replace(
        drawn,
        by=data.draw(st.sampled_from((drawn.by, *DIMENSIONS))),
        stage=data.draw(st.sampled_from((None, *steps))),
        credit=Credit(look_back=data.draw(st.sampled_from((None, 1, 5, 40)))),
    )


@stores(10)
@given(st.data())
def test_they_are_walked_lead_by_lead(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for turn in range(5):
            view = drawn_view(data, history)
            walks = Slow(history, view).walks
            assert_paths(view, generation, walks, ENDS[turn % 3 :] + ENDS[: turn % 3])
            assert_assists(view, generation, [walk for walk in walks if walk.converted])
            assert_lengths(view, generation, walks)


def assert_paths(
    view: View, generation: Generation, walks: list[Walk], ends: tuple[bool | None, ...]
) -> None:
    """The paths, and who went the two most common ones and the rarest one and ended so."""
    rows = paths(Scope(view, generation), most=10_000).rows
    assert rows.columns.tolist() == COLUMNS
    assert sorted(rows["path"]) == sorted({walk.path for walk in walks})
    order = list(zip(-rows["conversions"], -rows["leads"], strict=True))
    assert order == sorted(order)
    listed_ones = dict(zip([*rows["path"].iloc[:2], *rows["path"].iloc[-1:]], ends, strict=False))
    for row in rows.to_dict("records"):
        own = [walk for walk in walks if walk.path == row["path"]]
        came = [walk for walk in own if walk.converted]
        assert (row["leads"], row["conversions"]) == (len(own), len(came))
        assert row["value"] == pytest.approx(sum(walk.value for walk in came))
        assert row["touches"] == pytest.approx(sum(len(w.sources) for w in own) / len(own))
        seconds = [walk.seconds for walk in came if walk.seconds is not None]
        assert_number(row["median_seconds"], median(seconds) if seconds else None)
        if view.mode == "cohort":
            assert (row["low"], row["high"]) == wilson(len(came), len(own))
        assert_number(row["rate"], len(came) / len(own) if view.mode == "cohort" else None)
        if row["path"] in listed_ones:
            converted = listed_ones[row["path"]]
            listed = leads(Scope(view, generation), row["path"], converted=converted)
            expected = [w.lead_id for w in own if converted is None or w.converted == converted]
            assert sorted(listed["lead_id"]) == sorted(expected)
    assert paths(Scope(view, generation), most=2).rows["path"].tolist() == rows["path"].tolist()[:2]


def assert_assists(view: View, generation: Generation, came: list[Walk]) -> None:
    rows = assists(Scope(view, generation)).rows
    assert rows.columns.tolist() == ASSIST_COLUMNS
    assert set(rows["source"]) == {source for walk in came for source in walk.sources}
    for row in rows.to_dict("records"):
        own = [walk.sources for walk in came if row["source"] in walk.sources]
        assert row["on_path"] == len(own)
        assert row["first"] == sum(sources[0] == row["source"] for sources in own)
        assert row["last"] == sum(sources[-1] == row["source"] for sources in own)
        assert row["middle"] == sum(row["source"] in sources[1:-1] for sources in own)
        assert row["assisted"] == sum(sources[-1] != row["source"] for sources in own)
        assert row["conversions"] == len(came)


def assert_lengths(view: View, generation: Generation, walks: list[Walk]) -> None:
    rows = lengths(Scope(view, generation)).rows
    assert rows.columns.tolist() == LENGTH_COLUMNS
    counts = Counter((min(len(walk.sources), LONGEST), walk.converted) for walk in walks)
    first = 0 if any(not walk.sources for walk in walks) else 1
    assert rows["touches"].tolist() == list(range(first, LONGEST + 1))
    for row in rows.to_dict("records"):
        assert row["conversions"] == counts[row["touches"], True]
        assert row["losing"] == counts[row["touches"], False]
        seconds = [
            walk.seconds
            for walk in walks
            if min(len(walk.sources), LONGEST) == row["touches"] and walk.seconds is not None
        ]
        assert_number(row["median_seconds"], median(seconds) if seconds else None)


def assert_number(found: float, expected: float | None) -> None:
    assert found == pytest.approx(float("nan") if expected is None else expected, nan_ok=True)


def built(root: Path, ways: Mapping[str, list[str]], won: str) -> Generation:
    """A store of leads by name, each touched by these sources on the days before the last ones."""
    rows = [{"lead_id": name, "created_at": START} for name in ways]
    touches = [
        (name, START + timedelta(days=day), source, None)
        for name, sources in ways.items()
        for day, source in enumerate(sources)
    ]
    moves = [(name, "c", START + timedelta(days=50)) for name in won]
    return store_of(root, rows, moves, touches=touches, pipeline=SHORT).generation()


def test_by_hand(tmp_path: Path) -> None:
    ways = {
        "A": ["seo", "seo", "event"],
        "B": ["seo", "event"],
        "C": ["seo", "event", "event"],
        "D": ["event", "seo", "event"],
        "E": [],
    }
    generation = built(tmp_path, ways, won="ABD")
    rows = paths(Scope(View(), generation)).rows
    assert rows["path"].tolist() == ["seo > event", "event > seo > event", "~"]
    assert rows["leads"].tolist() == [3, 1, 1]
    assert rows["conversions"].tolist() == [2, 1, 0]
    assert rows["rate"].tolist() == pytest.approx([2 / 3, 1, 0])
    assert rows["touches"].tolist() == pytest.approx([8 / 3, 3, 1])
    assert rows["median_seconds"].iloc[0] == 50 * 86_400
    assert leads(Scope(View(), generation), "seo > event", converted=True)["lead_id"].tolist() == [
        "A",
        "B",
    ]
    assert leads(Scope(View(), generation), "seo > tv").empty
    helped = assists(Scope(View(), generation)).rows.set_index("source")
    assert helped.loc["seo"].tolist() == [2, 2, 0, 3, 3, 3]
    assert helped.loc["event"].tolist() == [1, 0, 3, 0, 3, 3]
    long = lengths(Scope(View(), generation)).rows.set_index("touches")
    assert long["conversions"].tolist()[:4] == [0, 1, 2, 0]
    assert long["losing"].tolist()[:4] == [1, 0, 1, 0]


@pytest.mark.parametrize("source", [">", " > ", "a > b", "~>", "~", "a~> b", "~other", "->-"])
def test_a_name_with_an_arrow_is_no_two(source: str, tmp_path: Path) -> None:
    generation = built(tmp_path, {"A": [source, "b", source], "B": ["a", "b"]}, won="A")
    path = paths(Scope(View(), generation)).rows["path"].iloc[0]
    assert stops(path) == [named(source), "b", named(source)]
    assert leads(Scope(View(), generation), path)["lead_id"].tolist() == ["A"]


def test_rare_sources_go_together(tmp_path: Path) -> None:
    """Of those beyond the ones that have a name, touches in a row are one stop, too."""
    ways = {f"L{n}": [f"s{n:02}", f"s{n:02}"] for n in range(NAMED)}
    ways["rare"] = ["x", "y"]
    generation = built(tmp_path, ways, won="")
    rows = paths(Scope(View(), generation)).rows
    assert OTHERS in rows["path"].tolist()
    assert leads(Scope(View(), generation), OTHERS)["lead_id"].tolist() == ["rare"]


def test_nobody_at_all(tmp_path: Path) -> None:
    generation = built(tmp_path, {"A": ["seo"]}, won="")
    view = View().during(last=date(2020, 1, 1))
    assert paths(Scope(view, generation)).rows.columns.tolist() == COLUMNS
    assert paths(Scope(view, generation)).rows.empty
    assert assists(Scope(view, generation)).rows.empty
    assert lengths(Scope(view, generation)).rows["conversions"].tolist() == [0] * LONGEST
    assert leads(Scope(view, generation), "seo").empty
    assert stops("") == []


def test_the_longest_go_together(tmp_path: Path) -> None:
    generation = built(tmp_path, {"A": ["a", "b"] * 6, "B": ["a", "b"] * 5}, won="A")
    rows = lengths(Scope(View(), generation)).rows.set_index("touches")
    assert rows.loc[LONGEST].tolist() == [1, 1, 50 * 86_400]


def test_the_stops_of_a_long_journey_are_in_order_of_time(tmp_path: Path) -> None:
    """Of more touches than there are names, the one with the highest number of all among them."""
    ways = {f"L{n}": [f"s{n:02}"] * 2 for n in range(NAMED)}
    ways["long"] = [stop for n in range(10) for stop in ("s29", f"rare {n}", "s00", "s00")]
    generation = built(tmp_path, ways, won="")
    rows = paths(Scope(View(), generation)).rows.set_index("touches")
    assert stops(rows.loc[40, "path"]) == ["s29", OTHERS, "s00"] * 10


def test_the_samples_paths_add_up(whole_sample: Generation) -> None:
    """Every lead is on one path; the credit of first and last touches is that of the paths."""
    rows = paths(Scope(View(), whole_sample), most=1_000_000).rows
    assert rows["leads"].sum() == 30_000
    won = rows["conversions"].sum()
    helped = assists(Scope(View(), whole_sample)).rows
    assert set(helped["conversions"]) == {won}
    long = lengths(Scope(View(), whole_sample)).rows
    assert (long["conversions"].sum(), long["losing"].sum()) == (won, 30_000 - won)
    for end, column in ((0, "first"), (-1, "last")):
        by_path = rows.groupby(rows["path"].map(lambda path, end=end: stops(path)[end]))
        said = helped.set_index("source")[column]
        counted = by_path["conversions"].sum()
        assert said[said > 0].to_dict() == counted[counted > 0].to_dict()


@pytest.mark.parametrize("link", ["", "mode=flow&level=stage&stage=sql"])
@pytest.mark.parametrize("most", [1, 7, 50])
def test_fewer_paths_are_the_first_of_all(most: int, link: str, sample_store: Path) -> None:
    """Leads that did not convert are only asked for the paths that may be among them."""
    view, _ = View.from_link(f"?{link}")
    scope = Scope(view, Store(sample_store).generation())
    every = paths(scope, most=1_000_000).rows
    assert len(every) > 50
    pd.testing.assert_frame_equal(paths(scope, most=most).rows, every.head(most))


def test_journeys_are_found_once_for_all_that_is_told_of_them(sample_store: Path) -> None:
    scope = Scope(View(by="source"), Store(sample_store).generation())
    with workload() as work:
        found = travels(scope)
    assert work.scans["contacts"] == 1
    assert work.scans["journey_touches"] <= 2  # which sources there are, and the journeys
    for told, ask in ((found.paths, paths), (found.assists, assists), (found.lengths, lengths)):
        pd.testing.assert_frame_equal(told.rows, ask(scope).rows)
