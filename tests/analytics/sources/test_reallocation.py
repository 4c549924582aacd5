"""Money that goes to another source: what is expected, and what nobody can say."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.scope import Scope
from analytics.sources.reallocation import (
    UnknownCustomers,
    bought,
    can_take,
    moved,
    next_money,
)
from analytics.sources.scoreboard import Scoreboard, scoreboard
from analytics.view.scenario import LARGEST_MOVE, Move, Scenario
from analytics.view.view import View
from data.store import Generation

YEAR = View.from_link("period=last-365d")[0]


@pytest.fixture(scope="module")
def board(whole_sample: Generation) -> Scoreboard:
    return scoreboard(Scope(YEAR, whole_sample))


def with_costs(board: Scoreboard, **costs: float) -> Scoreboard:
    rows = board.rows.copy()
    for name, cost in costs.items():
        rows.loc[rows["segment"] == name, "cost"] = cost
    return replace(board, rows=rows)


def test_as_many_customers_move_as_the_money_brought(board: Scoreboard) -> None:
    rows = board.rows.set_index("segment")
    found = moved(board, Move(100_000_000, "purchased_list", "webinar"))
    assert (found.amount, found.limit) == (100_000_000, None)
    for part, name in ((found.lost, "purchased_list"), (found.won, "webinar")):
        row = rows.loc[name]
        assert part.customers == pytest.approx(100_000_000 / row["cost_a_customer"])
        assert part.low == pytest.approx(100_000_000 / row["cost_high"])
        assert part.high == pytest.approx(100_000_000 / row["cost_low"])
    assert found.difference.customers == found.won.customers - found.lost.customers
    assert found.difference.low == pytest.approx(
        found.difference.customers
        - math.hypot(found.won.customers - found.won.low, found.lost.high - found.lost.customers)
    )
    assert found.difference.low > 0


@given(st.integers(1, LARGEST_MOVE), st.floats(1, 1e12), st.floats(1, 1e12))
def test_no_source_is_taken_beyond_twice_what_was_spent_on_it(
    board: Scoreboard, amount: int, origin: float, target: float
) -> None:
    spent = with_costs(board, google_ads=origin, webinar=target)
    found = moved(spent, Move(amount, "google_ads", "webinar"))
    assert target + found.amount <= 2 * target * (1 + 1e-12)
    assert found.amount <= origin
    assert found.amount == min(amount, origin, target)
    assert (found.limit is None) == (found.amount == amount)
    assert found.difference.low <= found.difference.customers <= found.difference.high


@pytest.mark.parametrize("name", ["referral", "nobody"])
def test_what_nobody_knows_is_an_error(board: Scoreboard, name: str) -> None:
    for move in (Move(10, name, "webinar"), Move(10, "webinar", name)):
        with pytest.raises(UnknownCustomers) as error:
            moved(board, move)
        assert error.value.segment == name


def test_the_next_money_is_a_round_part_of_what_is_spent(board: Scoreboard) -> None:
    assert next_money(board) == 100_000_000
    sources = can_take(board, 100_000_000)["segment"].tolist()
    # A newsletter is cheaper, but took a third of that in a year.
    assert sources[:2] == ["webinar", "blog"]
    assert "newsletter" not in sources
    assert "newsletter" in can_take(board, 10_000_000)["segment"].tolist()
    row = board.rows.set_index("segment").loc["webinar"]
    assert bought(row, 100_000_000).customers == pytest.approx(29.96, abs=0.01)


@pytest.mark.parametrize(
    ("spent", "amount"),
    [(None, None), (0.0, None), (9.0, None), (10.0, 1), (99.9, 1), (3_368_500_000.0, 100_000_000)],
)
def test_the_next_money_of_a_sum(
    board: Scoreboard, spent: float | None, amount: int | None
) -> None:
    rows = board.rows.copy()
    rows.loc[rows.index[-1], "cost"] = math.nan if spent is None else spent
    assert next_money(replace(board, rows=rows)) == amount


# --- in the link ------------------------------------------------------------------------------

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6) | st.sampled_from(
    ["a:b", "~", "~;", ":", ",", "all", "none"]
)


@given(st.integers(1, LARGEST_MOVE), names, names)
def test_a_move_survives_its_link(amount: int, origin: str, target: str) -> None:
    if origin == target:
        return
    view = View(scenario=Scenario(rates=(("sal", 60.0),), move=Move(amount, origin, target)))
    assert View.from_link(view.to_link()) == (view, ())


@pytest.mark.parametrize(
    "text",
    [
        "move:0:a:b",
        "move:1.5:a:b",
        "move:1000000000000000:a:b",
        "move:10:a",
        "move:10:a:b:c",
        "move:10:a:a",
        "move:10::b",
        "move:10:a:b,move:10:b:a",
    ],
)
def test_a_move_that_means_nothing_is_dropped_and_named(text: str) -> None:
    view, dropped = View.parse({"scenario": text})
    assert view == View()
    assert [(each.parameter, each.value) for each in dropped] == [("scenario", text)]


def test_the_command_line_answers_a_move(whole_sample: Generation) -> None:
    link = "period=last-365d&scenario=move:100000000:purchased_list:webinar"
    store = ["--store", str(whole_sample.store.root)]
    answer = CliRunner().invoke(
        app, ["scoreboard", link, "--part", "move", "--format", "json", *store]
    )
    assert answer.exit_code == 0, answer.output
    (row,) = json.loads(answer.stdout)["rows"]
    assert (row["origin"], row["target"], row["amount"]) == ("purchased_list", "webinar", 1e8)
    assert "No margin is given" in answer.stderr
    wrong = CliRunner().invoke(app, ["scoreboard", link.replace("webinar", "referral"), *store])
    assert wrong.exit_code == 2
    assert "'referral'" in wrong.stderr


def test_a_table_of_the_scoreboard_is_for_people(whole_sample: Generation) -> None:
    store = ["--store", str(whole_sample.store.root)]
    answer = CliRunner().invoke(app, ["scoreboard", "period=last-365d", *store])
    assert answer.exit_code == 0, answer.output
    line = next(each for each in answer.stdout.splitlines() if "webinar" in each)
    assert "increase" in line
    assert "certain" in line
