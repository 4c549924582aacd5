"""How counted: nothing of it is made before somebody looks; what is shown then is what ran."""

import re
from typing import Any

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.asked import Asked
from data.session import Session
from data.store import Store
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


def told(screen: AppTest, card: str) -> dict[str, str]:
    """The sentences of a card's counting, by what leads in to them."""
    text = next(
        each.value
        for popover in screen.get("popover")
        if f"-how_{card}__" in popover.proto.popover.id
        for each in popover.markdown
        if "**As of:**" in each.value
    )
    return dict(re.findall(r"- \*\*(.+?:)\*\* (.*)", text))


def test_a_card_of_another_period_says_which_and_whom_it_leaves_out(sample: Store) -> None:
    screen = opened("bottlenecks", lang="en", from_="2026-04-01", to="2026-06-30")
    names = ("queues", "bottleneck_course", "velocity", "waterfall", "losses")
    for card in names:
        screen.session_state[f"how_{card}__en"] = True
    screen = settled(screen)
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
    for card in ("queues", "bottleneck_course"):
        found = told(screen, card)
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
    for card in ("velocity", "waterfall"):
        found = told(screen, card)
        assert found["Period:"].count("2026") == 2
        assert "compared with" in found["Period:"]
        assert found["Left out:"].startswith(
            f"{outside:,} leads outside this period or these filters;"
        )
        assert "; the earlier period as of" in found["As of:"]
    screen = opened("funnel", lang="en", from_="2026-04-01", to="2026-06-30")
    found = told(look(screen, "funnel"), "funnel")
    assert "Period:" not in found
    own = int((~created.between("2026-04-01", "2026-06-30")).sum())
    assert found["Left out:"].startswith(f"{own:,} leads outside this view;")
