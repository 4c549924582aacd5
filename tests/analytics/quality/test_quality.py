"""Quality: what is left of the leads of each source, and what the batches of a list are worth."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import pytest

from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.quality.batches import receipts
from analytics.quality.quality import COLUMNS, months, quality, reasons
from analytics.quality.verdict import Verdict, verdict
from analytics.scope import Scope
from analytics.view.view import MISSING, View
from data.load.loader import load
from data.store import Generation, Store
from tests.support.asking import ask

NOW = datetime(2026, 6, 1)
HEAD = "lead_id,created_at,source,campaign,name,email,phone,consent,call outcome,attempts\n"


def _numbers() -> str:
    """A list of 200: of the first 100 that were called every third is good, the others are not."""
    outcomes = ["reached", "dead number", "sai số"]
    lines = []
    for number in range(200):
        outcome = outcomes[number % 3] if number < 100 else ""
        lines.append(
            f"P{number:03d},2026-02-0{1 + number // 50},Danh sách mua,Lô 1,Nguyễn Thị Hoa,,"
            f"098{number:07d},no,{outcome},{1 if outcome else ''}"
        )
    return "\n".join(lines) + "\n"


FEW = """W1,2026-01-05,Website,,Trần Bình,b@x.vn,,yes,,
W2,2026-01-06,Website,,Trần Bình,B@x.vn,,yes,,
W3,2026-01-07,Website,,test,c@x.vn,,,,
W4,2026-03-08,Website,,Lê Lan,lan@,0999,maybe,,
W5,2026-03-09,,,Lê Mai,,,,,
"""
SPEND = "day,source,campaign,spend\n2026-01-01,Website,,3000\n2026-02-01,Danh sách mua,Lô 1,20000\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("quality")
    (folder / "leads.csv").write_text(HEAD + FEW + _numbers())
    (folder / "others.csv").write_text("lead_id,created_at,source\nX1,2026-01-09,Website\n")
    (folder / "spend.csv").write_text(SPEND)
    made = Store(folder / "store")
    load(made, [folder / f"{name}.csv" for name in ("leads", "others", "spend")], now=NOW)
    return made


@pytest.fixture(scope="module")
def generation(store: Store) -> Generation:
    return store.generation()


def _scope(generation: Generation, query: Mapping[str, str] | None = None) -> Scope:
    return Scope(View.from_query(query or {}), generation)


def test_every_lead_is_counted_once(generation: Generation) -> None:
    found = quality(_scope(generation))
    rows = found.rows.set_index("source")
    assert list(found.rows.columns) == COLUMNS
    counts = ["leads", "duplicate", "invalid", "junk", "usable", "unreachable", "unscreened"]
    assert rows.loc["Website", counts].tolist() == [5, 1, 1, 1, 1, 0, 1]
    assert rows.loc[MISSING, counts].tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert rows.loc["Danh sách mua", counts].tolist() == [200, 0, 0, 0, 134, 66, 0]
    assert (rows[counts[1:]].sum(axis=1) == rows["leads"]).all()
    assert found.total["leads"] == 206


def test_a_rate_is_of_the_leads_that_were_screened_and_a_cost_of_all_or_none(
    generation: Generation,
) -> None:
    rows = quality(_scope(generation)).rows.set_index("source")
    assert rows.loc["Website", "usable_rate"] == 1 / 4
    assert pd.isna(rows.loc["Website", "cost_per_usable"])  # one of them was not screened
    assert rows.loc["Website", "cost_per_lead"] == 600
    assert rows.loc["Danh sách mua", "cost_per_usable"] == pytest.approx(20000 / 134)
    assert rows.loc[MISSING, "usable_rate"] == 0


def test_what_is_known_of_the_leads(generation: Generation) -> None:
    rows = quality(_scope(generation)).rows.set_index("source")
    known = ["with_email", "with_phone", "consent_yes", "consent_no", "consent_unknown"]
    assert rows.loc["Website", known].tolist() == [4, 1, 2, 0, 3]
    calls = ["called", "reached", "not_interested", "no_answer", "dead_number", "attempts"]
    assert rows.loc["Danh sách mua", calls].tolist() == [100, 34, 0, 0, 66, 100]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"by": "batch"},
        {"mode": "flow", "from": "2026-01-06", "to": "2026-02-02"},
        {"level": "stage", "skipped": "strict"},
        {"screening": "ok,unreachable"},
    ],
    ids=["all", "batch", "flow", "strict", "filtered"],
)
def test_the_rows_add_up_to_the_funnel_and_open_as_many_leads(
    generation: Generation, query: Mapping[str, str]
) -> None:
    scope = _scope(generation, query)
    found = quality(scope)
    step = scope.steps[0].slug
    reached = funnel(_scope(generation, {**query, "by": "none"})).rows.set_index("stage")["reached"]
    assert found.rows["leads"].sum() == reached[step]
    row = found.rows.iloc[0]
    value = None if row["source"] == MISSING else row["source"]
    for name in ("unreachable", "ok"):
        count = row["usable" if name == "ok" else name]
        view = scope.view.where("screening", [name]).where(found.by, [value])
        assert len(leads(scope.at(view)).rows) == count


def test_without_a_verdict_nothing_is_said_of_leads(generation: Generation) -> None:
    rows = quality(_scope(generation, {"screening": "~"})).rows
    (row,) = rows.to_dict("records")
    assert (row["leads"], row["unscreened"]) == (1, 1)
    assert all(pd.isna(row[name]) for name in ("usable", "junk", "usable_rate", "cost_per_usable"))


def test_the_reasons_and_the_months(generation: Generation) -> None:
    answer = reasons(_scope(generation))
    found = answer.rows.set_index("screening_reason")["leads"].to_dict()
    assert found == {
        "dead_number": 66,
        "same_email": 1,
        "rubbish_name": 1,
        "invalid_email": 1,
        "no_contact": 1,
    }
    monthly = months(_scope(generation)).rows
    assert monthly["screened"].tolist() == [3, 200, 2]
    assert monthly["usable"].tolist() == [1, 134, 0]


def test_the_verdict_of_one_lead(generation: Generation) -> None:
    assert verdict(generation, "W1") == Verdict("ok", None, None)
    assert verdict(generation, "W2") == Verdict("duplicate", "same_email", "W1")
    assert verdict(generation, "X1") is None
    assert verdict(generation, "nobody") is None


def test_a_batch_is_stopped_when_it_surely_breaks_its_promise(generation: Generation) -> None:
    found = receipts(_scope(generation))
    assert found is not None
    (receipt,) = found.receipts
    assert (receipt.batch, receipt.called, receipt.good) == ("Lô 1", 100, 34)
    assert receipt.stopped_at == 50
    assert receipt.below is not None
    assert receipt.below > 0.99
    kept = receipts(_scope(generation), promised=0.3)
    assert kept is not None
    assert kept.receipts[0].stopped_at is None
    with pytest.raises(ValueError, match="not between"):
        receipts(_scope(generation), promised=1.0)


def test_the_command_line_says_the_same(store: Store) -> None:
    rows = ask(store.root, "quality", "by=source")
    assert list(rows[0])[:8] == (
        "source leads duplicate invalid junk usable usable_rate cost_per_usable".split()
    )
    assert sum(row["leads"] for row in rows) == 206
