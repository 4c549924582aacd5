"""How counted: nothing of it is made before somebody looks; what is shown then is what ran."""

import re
from typing import Any

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.asked import Asked
from data.store import Session, Store
from tests.support.screen import WITH_NUMBERS, bars, opened, said, settled
from ui import answers

# What the page of a lead asks about the one that is chosen; it is no answer about a view.
OF_ONE_LEAD = ("$lead_id", "lead_id = ")


def cards(screen: AppTest) -> list[str]:
    """The names of the cards that say how they are counted."""
    ids = [popover.proto.popover.id for popover in screen.get("popover")]
    return [found[1] for each in ids if (found := re.search(r"-how_(\w+)__\w\w$", each))]


def look(screen: AppTest, card: str, *, open_: bool = True) -> AppTest:
    """Opens what a card says of itself, or closes it."""
    screen.session_state[f"how_{card}__en"] = open_
    return settled(screen)


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
def test_every_card_shows_sql_that_runs(sample: Store, page: str) -> None:
    screen = opened(page, lang="en")
    names = cards(screen)
    for card in names:
        screen.session_state[f"how_{card}__en"] = True
    texts = sql(settled(screen))
    assert len(texts) == len(names)
    assert said(screen).count("**As of:**") == len(names)
    for text in dict.fromkeys(texts):
        assert len(in_a_shell(sample, text))
    for card in names:
        screen.session_state[f"how_{card}__en"] = False
    assert sql(settled(screen)) == []


@pytest.mark.parametrize("query", [{}, {"channel": "event", "level": "stage", "window": "60"}])
def test_the_sql_of_the_funnel_counts_its_bars(sample: Store, query: dict[str, str]) -> None:
    screen = look(opened("funnel", lang="en", **query), "funnel")
    (text,) = sql(screen)
    rows = in_a_shell(sample, text).sort_values("stage_rank")
    # A step that nobody reached is a bar without length, and no row.
    assert rows["reached"].tolist() == [length for length in bars(screen).values() if length]
