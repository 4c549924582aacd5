"""Files as they come in at the door, each with the right answer, from the folder of public data."""

from datetime import datetime
from pathlib import Path

import pytest

from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.view.attribution_rules import Credit
from analytics.view.view import View
from data.load.loader import load
from data.load.summary import NothingLoaded, Summary
from data.mapping.mapping import Mapping
from data.store import Generation, Store

NOW = datetime(2026, 11, 1)


@pytest.fixture(scope="session")
def doors(real_data: Path) -> Path:
    folder = real_data / "doors"
    if not folder.is_dir():
        pytest.skip(f"the small inputs are not at {folder}")
    return folder


def come_in(tmp_path: Path, *files: Path, mapping: str | None = None) -> tuple[Summary, Generation]:
    """What a load of the files says, and the generation it makes."""
    store = Store(tmp_path / "store")
    said = Mapping.parse(mapping) if mapping else None
    return load(store, files, mapping=said, now=NOW), store.generation()


def reached(generation: Generation) -> dict[str, int]:
    rows = funnel(Scope(View(), generation)).rows
    return {stage: int(n) for stage, n in zip(rows["stage"], rows["reached"], strict=True) if n}


def days(generation: Generation) -> list[str]:
    rows = generation.query(
        "select cast(timezone($zone, timezone('UTC', created_at)) as varchar) as day from leads "
        "order by lead_id",
        {"zone": generation.time_zone},
    )
    return [day.removesuffix(" 00:00:00") for day in rows["day"]]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("guess_id.csv", {"lead": 2, "prospect": 1, "opportunity": 1, "customer": 1}),
        ("midnight.csv", {"lead": 2, "prospect": 2, "opportunity": 2, "customer": 2}),
        ("bitrix_like_history.csv", {"lead": 2, "prospect": 1, "opportunity": 1, "customer": 1}),
        ("many.csv", {"lead": 1000}),
    ],
    ids="ids midnights new-stage many-values".split(),
)
def test_who_reached_what(tmp_path: Path, doors: Path, name: str, answer: dict[str, int]) -> None:
    summary, generation = come_in(tmp_path, doors / name)
    assert reached(generation) == answer
    assert (summary.reasons, summary.read) == ({}, summary.loaded)
    if name == "many.csv":
        assert generation.grouped == {"product": 201}
        assert any("product has 201 values" in notice for notice in summary.notices)
    if name == "bitrix_like_history.csv":
        assert summary.unknown_stages == {"QUALIFICATION": 1}
        history = generation.query("select lead_id, stage from stage_history order by all")
        assert [tuple(row) for row in history.itertuples(index=False)] == [
            ("D1", "QUALIFICATION"),
            ("D1", "lead"),
            ("D1", "won"),
            ("D2", "lead"),
        ]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("two_digit.csv", ["2026-02-23", "2026-02-24"]),
        ("monthname.csv", ["2024-01-05"] * 4),
    ],
    ids="two-digits month-names".split(),
)
def test_when_leads_came(tmp_path: Path, doors: Path, name: str, answer: list[str]) -> None:
    assert days(come_in(tmp_path, doors / name)[1]) == answer


def test_why_nothing_came_in(tmp_path: Path, doors: Path) -> None:
    with pytest.raises(NothingLoaded, match="only name = lifecyclestage counts: 1") as raised:
        come_in(tmp_path, doors / "only_nothing.csv")
    assert raised.value.summary.left_out == {"name = lifecyclestage": 1}
    assert "refused.csv" not in str(raised.value)


PAYMENTS = """
[[files]]
match = "pay_users.csv"
table = "leads"
columns = { lead_id = "user_id", created_at = "event_datetime" }
[[files]]
match = "pay.csv"
table = "stage_columns"
amounts = "add"
wins = "each"
columns = { lead_id = "user_id", amount = "revenue" }
stages = { won = "event_datetime" }
"""


def test_one_person_pays_twice(tmp_path: Path, doors: Path) -> None:
    files = [doors / "pay_users.csv", doors / "pay.csv"]
    summary, generation = come_in(tmp_path, *files, mapping=PAYMENTS)
    assert summary.reasons == {}
    assert generation.query("select amount from leads")["amount"].tolist() == [35.0]
    for conversions, expected in (("first", 1), ("all", 2)):
        view = View(stage="customer", credit=Credit(conversions=conversions))
        answer = attribution(Scope(view, generation), models=["last"])
        assert (answer.conversions, answer.value) == (expected, 35.0)
