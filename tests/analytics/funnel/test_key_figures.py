"""The figures of the overview are those of the funnel, now and one period before."""

import tempfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import of_scope
from analytics.funnel.key_figures import health
from analytics.scope import Scope
from analytics.stats.intervals import newcombe, wilson
from analytics.view.view import COMPARE, View
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views


@stores(10)
@given(st.data())
def test_they_are_the_funnel_now_and_before(data: st.DataObject) -> None:
    held = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=5, max_size=5)):
            view = replace(drawn, compare=data.draw(st.sampled_from(COMPARE)))
            found = health(Scope(view, generation))
            scope = Scope(replace(view, level="group", by=None), generation)
            before = scope.earlier()
            now = of_scope(scope).rows["reached"].tolist()
            then = (
                [None] * len(now) if before is None else of_scope(before).rows["reached"].tolist()
            )
            assert [figure.value for figure in found.counts] == now
            assert [figure.earlier for figure in found.counts] == then
            assert [figure.name for figure in found.counts] == [step.slug for step in scope.steps]
            conversion = found.conversion
            assert conversion.n == now[0]
            assert conversion.value == (now[-1] / now[0] if now[0] else None)
            if conversion.low is not None:
                assert (conversion.low, conversion.high) == wilson(now[-1], now[0])
            if view.compare == "none" or before is None:
                assert {conversion.earlier, found.seconds.earlier} == {None}
            assert found.seconds.n == now[-1]


def test_a_change_beyond_chance_is_told_from_one_within(tmp_path: Path) -> None:
    leads: list[dict[str, Any]] = [
        {"lead_id": f"{month}-{n}", "created_at": datetime(2024, month, 1), "source": source}
        for month, source, size in (
            (1, "up", 200),
            (2, "up", 300),
            (1, "flat", 50),
            (2, "flat", 55),
        )
        for n in range(size)
    ]
    leads = [{**lead, "lead_id": f"{place}"} for place, lead in enumerate(leads)]
    moves = [
        (lead["lead_id"], "c", lead["created_at"].replace(day=11))
        for place, lead in enumerate(leads)
        if place % (10 if lead["created_at"].month == 1 else 2) == 0
    ]
    generation = store_of(
        tmp_path, leads, moves, pipeline=SHORT, touches=[("x", "2024-02-29T23:00:00")]
    ).generation()
    february = View(period=None, first=date(2024, 2, 1), last=date(2024, 2, 29), compare="previous")
    up = health(Scope(february.where("source", ["up"]), generation))
    assert [(figure.value, figure.earlier, figure.sure) for figure in up.counts] == [
        (300, 200, True),
        (150, 20, True),
        (150, 20, True),
    ]
    least, _ = newcombe(150, 300, 20, 200)
    assert least > 0
    assert (up.conversion.value, up.conversion.earlier, up.conversion.sure) == (0.5, 0.1, True)
    assert (up.seconds.value, up.seconds.earlier, up.seconds.n) == (864_000, 864_000, 150)
    flat = health(Scope(february.where("source", ["flat"]), generation))
    assert flat.counts[0].sure is False


def test_rates_of_other_people_have_no_interval(tmp_path: Path) -> None:
    leads = [{"lead_id": f"{n}", "created_at": datetime(2024, 1, 1 + n)} for n in range(10)]
    moves = [("0", "c", datetime(2024, 1, 9))]
    generation = store_of(tmp_path, leads, moves, pipeline=SHORT).generation()
    view = View(
        period=None, first=date(2024, 1, 6), last=date(2024, 1, 10), mode="flow", compare="previous"
    )
    conversion = health(Scope(view, generation)).conversion
    assert (conversion.value, conversion.n) == (0.2, 5)
    assert (conversion.low, conversion.high, conversion.sure) == (None, None, None)


def test_nobody_has_no_rate(tmp_path: Path) -> None:
    generation = store_of(
        tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}], pipeline=SHORT
    ).generation()
    view = View(period="this-month", compare="previous").where("source", ["nowhere"])
    found = health(Scope(view, generation))
    assert [figure.value for figure in found.counts] == [0, 0, 0]
    assert (found.conversion.value, found.conversion.n) == (None, 0)
    assert found.seconds.value is None


@pytest.mark.parametrize("stage", ["lead", "customer"])
def test_the_selected_stage_and_the_level_do_not_matter(tmp_path: Path, stage: str) -> None:
    generation = store_of(tmp_path, [{"lead_id": "x", "created_at": "2024-01-01"}]).generation()
    assert health(Scope(View(stage=stage, by="source"), generation)) == health(
        Scope(View(), generation)
    )
    assert health(Scope(View(level="stage"), generation)) == health(Scope(View(), generation))
