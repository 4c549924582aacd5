"""How counted: nothing of it is made before somebody looks; what is shown then is what ran."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.asked import Asked
from data.session import Session
from data.store import Store
from tests.support.screen import WITH_NUMBERS, bars, dialog, opened, settled
from ui import answers
from ui.page import card
from ui.page.card import How

# What the page of a lead asks about the one that is chosen; it is no answer about a view.
OF_ONE_LEAD = ("$lead_id", "lead_id = ")


@dataclass(frozen=True)
class Told:
    """What a card says of how it is counted: its sentences by what leads in to them, its SQL."""

    sentences: dict[str, str]
    sql: str


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> dict[str, Told]:
    """What the cards that are drawn from here on say, by name."""
    drawn: dict[str, Told] = {}

    def asked(how: How, _charts: Sequence[str]) -> None:
        drawn[how.name] = Told(dict(how.say()), how.asked.sql())

    monkeypatch.setattr(card, "_how_counted", asked)
    return drawn


def sql(screen: AppTest) -> list[str]:
    """The SQL that is to be read."""
    return [code.value for code in screen.code if code.value.startswith("-- duckdb")]


def in_a_shell(store: Store, text: str) -> pd.DataFrame:
    """The rows of a text in a DuckDB that knows nothing of Pheu."""
    with duckdb.connect(str(store.path(1)), read_only=True) as shell:
        return shell.execute(text).df()


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("page", WITH_NUMBERS)
def test_closed_it_costs_nothing(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of a page whose answers are known asks the store only what the generation is."""
    screen = opened(page, lang="en")
    asked: list[str] = []
    execute = Session._execute

    def watched(session: Session, text: str, parameters: Any) -> Any:
        asked.append(text)
        return execute(session, text, parameters)

    def never(*_arguments: Any) -> Any:
        raise AssertionError("nobody has looked")

    monkeypatch.setattr(Session, "_execute", watched)
    monkeypatch.setattr(Asked, "sql", never)
    monkeypatch.setattr(answers, "size", never)  # a sentence of every card
    settled(screen)
    further = [text for text in asked if text != "select fact, value from about"]
    assert [text for text in further if not any(mark in text for mark in OF_ONE_LEAD)] == []
    assert sql(screen) == []


@pytest.mark.parametrize("page", WITH_NUMBERS)
def test_every_card_has_sql_that_runs(sample: Store, cards: dict[str, Told], page: str) -> None:
    opened(page, lang="en")
    assert all("As of:" in each.sentences for each in cards.values())
    for text in {each.sql for each in cards.values()}:
        assert len(in_a_shell(sample, text))


@pytest.mark.parametrize("query", [{}, {"channel": "event", "level": "stage", "window": "60"}])
def test_the_sql_of_the_funnel_counts_its_bars(sample: Store, query: dict[str, str]) -> None:
    screen = dialog(opened("funnel", lang="en", tab="analysis", **query), "how_funnel")
    (text,) = sql(screen)
    rows = in_a_shell(sample, text).sort_values("stage_rank")
    # A step that nobody reached is a bar without length, and no row.
    assert rows["reached"].tolist() == [length for length in bars(screen).values() if length]


def test_a_card_of_another_period_says_which_and_whom_it_leaves_out(
    sample: Store, cards: dict[str, Told]
) -> None:
    for tab in ("analysis", "change"):
        opened("bottlenecks", lang="en", from_="2026-04-01", to="2026-06-30", tab=tab)
    created = (
        sample.generation()
        .query(
            "select cast(timezone('Asia/Ho_Chi_Minh', timezone('UTC', created_at)) as date) as day "
            "from leads"
        )["day"]
        .dt.strftime("%Y-%m-%d")
    )
    outside = int((~created.between("2026-01-01", "2026-06-30")).sum())
    assert outside > 0
    for name in ("queues", "bottleneck_course"):
        found = cards[name].sentences
        assert re.search("2024.*2026.*, not that of the page", found["Period:"])
        left_out = found["Left out:"].split()
        assert (left_out[0] == "0") is (
            "Filters:" not in found
        )  # of one team, it leaves out others
        assert (
            left_out[2:]
            == "outside this period or these filters; 0 rows refused when loading.".split()
        )
        assert "earlier" not in found["As of:"]
    for name in ("velocity", "waterfall"):
        found = cards[name].sentences
        assert found["Period:"].count("2026") == 2
        assert "compared with" in found["Period:"]
        assert found["Left out:"].startswith(
            f"{outside:,} leads outside this period or these filters;"
        )
        assert "; the earlier period as of" in found["As of:"]
    opened("funnel", lang="en", from_="2026-04-01", to="2026-06-30")
    found = cards["pair"].sentences
    assert "Period:" not in found
    own = int((~created.between("2026-04-01", "2026-06-30")).sum())
    assert found["Left out:"].startswith(f"{own:,} leads outside this view;")
