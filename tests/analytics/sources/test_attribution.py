"""Credit is shared among sources as the definitions say, lead by lead; with what it has cost."""

import itertools
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.leads import leads
from analytics.scope import Scope
from analytics.sources.attribution import COLUMNS, OF_ALL_JOURNEYS, Attribution, attribution, shared
from analytics.sources.touchpoints import NAMED, OTHERS, touchpoints
from analytics.sources.touchpoints import journeys as touch_journeys
from analytics.view.attribution_rules import MODELS, POSITIONS, Credit
from analytics.view.view import View, segment_text
from data.store import Generation
from tests.support.by_hand import DAY, JAN, assert_adds_up, given_by
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
from tests.support.reference_credit import Journey, credits, is_valued, journeys


@st.composite
def rules(draw: st.DrawFn) -> Credit:
    """Any rules of attribution, the weights in whole percents."""
    weights = []
    for _ in POSITIONS:
        cuts = sorted(draw(st.lists(st.sampled_from((0, 20, 50, 100)), min_size=4, max_size=4)))
        edges = [0, *cuts, 100]
        weights.append(tuple(float(b - a) for a, b in itertools.pairwise(edges)))
    return Credit(
        model=draw(st.sampled_from(MODELS)),
        measure=draw(st.sampled_from(("count", "value"))),
        weights=tuple(weights),
        half_life=draw(st.sampled_from((1, 7, 30))),
        look_back=draw(st.none() | st.sampled_from((1, 9, 40))),
        order=draw(st.integers(1, 3)),
        margin=draw(st.sampled_from((100, 30))),
    )


def assert_same(found: dict[str | None, float], expected: dict[str | None, float]) -> None:
    texts = {None if s is None else segment_text(s): credit for s, credit in expected.items()}
    for source in found.keys() | texts.keys():
        assert found.get(source, 0.0) == pytest.approx(texts.get(source, 0.0), abs=1e-7), source


@stores(12)
@given(st.data())
def test_credit_is_shared_lead_by_lead(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=3, max_size=3)):
            steps = [None, *Reference(history, drawn).steps]
            view = replace(
                drawn,
                by=data.draw(st.sampled_from((drawn.by, "source", "channel", "campaign"))),
                stage=data.draw(st.sampled_from(steps)),
                credit=data.draw(rules()),
            )
            found = attribution(Scope(view, generation))
            expected = journeys(history, view)
            assert list(found.rows.columns) == COLUMNS
            assert_adds_up(found)
            assert_totals(found, expected, history, view)
            for model in MODELS:
                credit = view.credit
                assert_same(given_by(found, model), credits(expected, model, credit))
                by_value = credits(expected, model, credit, by_value=True)
                assert_same(given_by(found, model, "value"), by_value)
            assert_touchpoints(view, generation, expected)


def assert_totals(
    found: Attribution, expected: list[Journey], history: History, view: View
) -> None:
    reference = Reference(history, view)
    by_id = {lead["lead_id"]: lead for lead in history.leads}
    won = [journey for journey in expected if journey.conversions]
    assert found.conversions == len(won)
    assert found.own == sum(j.is_own and j.sources != (None,) for j in won)
    assert found.unattributed == sum(set(j.sources) <= {None} for j in won)
    assert found.without_amount == sum(not is_valued(reference, by_id[j.lead_id]) for j in won)
    touched = [journey for journey in expected if journey.sources]
    if touched:
        share = sum(journey.conversions for journey in touched) / len(touched)
        assert found.chance == pytest.approx(share)
    else:
        assert found.chance is None


def assert_touchpoints(view: View, generation: Generation, expected: list[Journey]) -> None:
    """What the models build upon: every touch with its roles."""
    with touchpoints(touch_journeys(Scope(view, generation))) as found:
        rows = found.session.query(
            "select journeys.*, touched_at, lead_id from journeys "
            "join journey_touches on journey_touches.journey = journeys.journey "
            "join leads on leads.lead_number = journeys.lead_number"
        )
        names = found.names
    assert Counter(rows["lead_id"]) == Counter(journey.lead_id for journey in expected)
    by_lead = {row.lead_id: row for row in rows.itertuples()}
    for journey in expected:
        mine = by_lead[journey.lead_id]
        assert mine.size == len(journey.sources)
        assert [names[number] for number in mine.stops] == [
            source and segment_text(source) for source in journey.sources
        ]
        if journey.conversions:
            days = [(mine.ended_at - pd.Timestamp(at)) / DAY for at in mine.touched_at]
            assert days == pytest.approx(journey.days)
        if not journey.sources:
            assert pd.isna(mine.began_at)
            continue
        assert (mine.ended_at - mine.began_at) / DAY == pytest.approx(journey.days[0])
        assert mine.created_place == journey.created + 1
        place = None if pd.isna(mine.opportunity_place) else mine.opportunity_place - 1
        assert place == journey.opportunity


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Two leads that won, in two currencies; spend of two sources of three."""
    leads_: list[dict[str, Any]] = [
        {"lead_id": "x", "created_at": "2024-01-01", "source": "seo", "amount": 100.0},
        {"lead_id": "y", "created_at": "2024-01-02", "amount": 10.0, "currency": "USD"},
        {"lead_id": "z", "created_at": "2024-01-03", "source": "fair", "region": "N"},
    ]
    moves = [("x", "c", "2024-02-01"), ("y", "c", "2024-02-02"), ("z", "c", "2024-02-02")]
    touches = [("y", "2024-01-02", "ads", "spring"), ("y", "2024-03-01", "late", None)]
    spend: list[dict[str, Any]] = [
        {"day": date(2024, 1, 1), "source": "ads", "amount": 50.0},
        {"day": date(2024, 1, 1), "source": "seo", "amount": 3.0, "currency": "EUR"},
        {"day": date(2024, 1, 1), "source": "fair", "amount": 0.0},
    ]
    root = tmp_path_factory.mktemp("money")
    rates = [(date(2024, 1, 1), "USD", 20.0)]
    return store_of(
        root, leads_, moves, touches=touches, spend=spend, rates=rates, pipeline=SHORT
    ).generation()


def test_money(money: Generation) -> None:
    found = attribution(Scope(View(credit=Credit(model="last", margin=50)), money))
    assert (found.conversions, found.value, found.without_amount) == (3, 300, 1)
    assert (found.own, found.unattributed, found.currency) == (2, 0, "VND")
    rows = found.rows[found.rows["model"] == "last"].set_index("source")
    # Half of 200 less 50, over 50; a touch after the milestone never counts.
    ads = rows.loc["ads"]
    assert (ads.credit, ads.value, ads.spend, ads.cost_per_credit, ads.roi) == (1, 200, 50, 50, 1)
    assert "late" not in rows.index
    # Euros without a rate are unknown; a spend of nothing returns nothing per unit of it.
    assert rows.loc["seo", ["spend", "cost_per_credit", "roi"]].isna().all()
    assert (rows.loc["fair", "spend"], rows.loc["fair", "cost_per_credit"]) == (0, 0)
    assert np.isnan(rows.loc["fair", "roi"])
    assert rows["rank"].dropna().tolist() == [1, 1, 1]
    by_value = attribution(Scope(View(credit=Credit(model="last", measure="value")), money)).rows
    ranks = (
        by_value[by_value["model"] == "last"].dropna(subset="source").set_index("source")["rank"]
    )
    assert ranks.to_dict() == {"ads": 1, "seo": 2, "fair": 3}


def test_spend_is_unknown_of_some_leads_alone(money: Generation) -> None:
    for dimension, value in (("region", "N"), ("source", "ads")):
        rows = attribution(Scope(View().where(dimension, [value]), money)).rows
        assert rows["spend"].isna().all()
    assert attribution(Scope(View().where("source", ["fair"]), money)).conversions == 1


def test_the_answer_brings_its_question(money: Generation) -> None:
    for mode in ("cohort", "flow"):
        found = attribution(Scope(View(mode=mode), money))
        assert found.asked is not None
        rows = found.asked.rows()
        assert rows["conversions"].sum() == found.conversions
        assert rows["value"].sum() == found.value
        assert "journey" in found.asked.sql()


def test_some_models_alone(money: Generation) -> None:
    whole = attribution(Scope(View(), money))
    alone = attribution(Scope(View(), money), ("linear", "decay"))
    assert set(alone.rows["model"]) == {"linear", "decay"}
    assert (alone.conversions, alone.value, alone.own) == (3, 300, 2)
    assert alone.chance is None
    for model in ("linear", "decay"):
        assert given_by(alone, model) == pytest.approx(given_by(whole, model))
    assert not set(OF_ALL_JOURNEYS) & {"linear", "decay"}


def test_ten_thousand_sources_go_together(tmp_path: Path) -> None:
    """Those with most touches keep their names; nothing is lost of the others."""
    number = 10_000
    rows = [{"lead_id": f"{n}", "created_at": JAN, "amount": 1.0} for n in range(number)]
    touches = [(f"{n}", JAN, f"s{n:05}", None) for n in range(number)]
    touches += [(f"{n}", JAN, f"big{n % NAMED:02}", None) for n in range(3 * NAMED)]
    spend = [{"day": JAN.date(), "source": f"s{n:05}", "amount": 2.0} for n in range(number)]
    moves = [(f"{n}", "c", JAN + DAY) for n in range(0, number, 2)]
    generation = store_of(
        tmp_path, rows, moves, touches=touches, spend=spend, pipeline=SHORT
    ).generation()
    found = attribution(Scope(View(), generation))
    assert found.grouped == number
    assert found.conversions == number / 2
    assert_adds_up(found)
    linear = found.rows[found.rows["model"] == "linear"].set_index("source")
    assert len(linear) == NAMED + 2
    assert linear.loc[OTHERS, "credit"] == pytest.approx(number / 2 - 3 * NAMED / 4)
    assert linear.loc[OTHERS, "spend"] == pytest.approx(2 * number)


def test_a_source_called_like_the_others_is_not_taken_for_them(tmp_path: Path) -> None:
    rows = [{"lead_id": "x", "created_at": JAN, "source": OTHERS}]
    generation = store_of(tmp_path, rows, [("x", "c", JAN + DAY)], pipeline=SHORT).generation()
    found = attribution(Scope(View(), generation))
    assert given_by(found, "first") == {f"~{OTHERS}": 1, None: 0}
    assert found.grouped == 0


def test_nobody_converted(tmp_path: Path) -> None:
    rows = [{"lead_id": "x", "created_at": JAN, "source": "seo"}]
    generation = store_of(tmp_path, rows, pipeline=SHORT).generation()
    somebody, nobody = Scope(View(), generation), Scope(View().where("source", ["tv"]), generation)
    for scope, chance in ((somebody, 0), (nobody, None)):
        # Each model alone too: it has a band where it is the one that is asked for.
        whole = attribution(scope)
        assert set(whole.rows["model"]) == set(MODELS)
        with touchpoints(touch_journeys(scope)) as touches:
            alone = [shared(touches, Credit(model=model), models=(model,)) for model in MODELS]
        for found in (whole, *alone):
            assert (found.rows[["credit", "value"]] == 0).all(axis=None)
            assert (found.conversions, found.few) == (0, True)
            needs_losses = bool(set(found.rows["model"]) & set(OF_ALL_JOURNEYS))
            assert found.chance == (chance if needs_losses else None)


def test_the_milestone_is_the_stage_of_the_view(sample_store: Path) -> None:
    from data.store import Store

    generation = Store(sample_store).generation()
    for view in (View(stage="prospect"), View(stage="lead"), View(level="stage", stage="sql")):
        stage = view.stage if view.stage != "lead" else "customer"
        listed = leads(Scope(replace(view, stage=stage), generation)).rows
        assert attribution(Scope(view, generation), ("linear",)).conversions == len(listed)
