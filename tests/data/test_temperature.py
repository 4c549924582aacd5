"""How hot a lead is: by the four answers, or by the rules of the company."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.condition import Condition
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.pipeline import Pipeline
from data.store import Store
from data.temperature import Temperature
from tests.support.generations import LEAD, rows
from tests.support.histories import SHORT, store_of


@pytest.mark.parametrize(
    ("need", "budget", "timing", "authority", "temperature"),
    [
        (True, True, True, None, "hot"),
        (True, True, None, None, "warm"),
        (True, False, True, True, "warm"),
        (False, True, True, True, "cold"),
        (None, None, None, False, "cold"),
        (None, True, True, None, "cold"),
        (None, None, None, None, None),
    ],
)
def test_temperature(
    tmp_path: Path,
    need: bool | None,
    budget: bool | None,
    timing: bool | None,
    authority: bool | None,
    temperature: str | None,
) -> None:
    lead = LEAD | {"need": need, "budget": budget, "timing": timing, "authority": authority}
    generation = store_of(tmp_path, [lead]).generation()
    assert rows(generation, "temperature", "reaches") == [(temperature,)]


@pytest.mark.parametrize(
    ("known", "temperature"),
    [
        ({"score": 80.0}, "hot"),
        ({"score": 60.0, "shoe": "41"}, "hot"),
        ({"score": 60.0, "shoe": "40"}, "warm"),
        ({"score": 60.0}, "warm"),
        ({"score": 59.0, "need": True}, "cold"),
        ({"budget": True}, "cold"),
        ({"shoe": "40"}, "cold"),
        ({"owner": "An"}, None),
    ],
)
def test_a_company_has_rules_of_its_own_for_how_hot_a_lead_is(
    tmp_path: Path, known: dict[str, Any], temperature: str | None
) -> None:
    rules = Temperature(
        Condition('score >= 80 or column["shoe"] == "41"'), Condition("score >= 60")
    )
    other = LEAD | {"lead_id": "other", "created_at": "2024-01-09", "shoe": "39"}
    pipeline = replace(SHORT, temperature=rules)
    generation = store_of(tmp_path, [LEAD | known, other], pipeline=pipeline).generation()
    assert {*rows(generation, "temperature", "reaches")} == {(temperature,), ("cold",)}
    assert generation.pipeline.temperature == rules


def test_what_screening_knows_may_decide_how_hot_a_lead_is(tmp_path: Path) -> None:
    files = tmp_path / "leads.csv"
    files.write_text("lead_id,created_at,email\nA,2026-01-01,an@example.com\nB,2026-01-02,\n")
    # (alone in a mapping, the rules change just that)
    rules = '[fit]\nrule = "need"\n[temperature]\nhot = "has_email"\n'
    rules += '[[files]]\nmatch = "leads.csv"\ntable = "leads"\n'
    rules += "[files.columns]\n" + "".join(
        f'{name} = "{name}"\n' for name in ("lead_id", "created_at", "email")
    )
    store = Store(tmp_path / "store")
    mapping = Mapping.parse(rules)
    assert Mapping.parse(mapping.to_toml()) == mapping
    load(store, [files], mapping=mapping)
    heat = Temperature(hot=Condition("has_email"))
    ours = replace(Pipeline.default(), temperature=heat, fit=Condition("need"))
    assert store.generation().pipeline == ours
    assert rows(store.generation(), "temperature", "reaches") == [("cold",), ("hot",)]
