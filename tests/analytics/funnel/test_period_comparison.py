"""Two periods are compared at the same age, and a difference is sure only beyond chance."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.funnel.period_comparison import COLUMNS, against_earlier
from analytics.scope import Scope
from analytics.stats.intervals import newcombe
from analytics.view.view import View
from tests.support.histories import SHORT, generation_of, histories, store_of, stores, views


@stores(8)
@given(st.data())
def test_it_is_two_funnels(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for drawn in data.draw(st.lists(views(history), min_size=5, max_size=5)):
            compare = data.draw(st.sampled_from(("previous", "last-year", "none")))
            view = replace(drawn, compare=compare, by=None)
            rows = against_earlier(Scope(view, generation)).rows
            assert list(rows.columns) == COLUMNS
            before = Scope(view, generation).earlier()
            if before is None:
                assert rows.empty
                continue
            now = funnel(Scope(view, generation)).rows.set_index("stage")["reached"]
            then = funnel(Scope(before.view, generation)).rows.set_index("stage")["reached"]
            assert before.as_of <= Scope(view, generation).as_of
            assert rows["stage"].tolist()[: len(now) - 1] == now.index.tolist()[1:]
            for row in rows.itertuples(index=False):
                assert (row.reached, row.n) == (now[row.stage], now[row.of])
                assert (row.earlier_reached, row.earlier_n) == (then[row.stage], then[row.of])
                if view.mode == "flow" or not row.n or not row.earlier_n:
                    assert pd.isna([row.low, row.high]).all()
                    assert not row.sure
                    continue
                limits = newcombe(row.reached, row.n, row.earlier_reached, row.earlier_n)
                assert (row.low, row.high) == pytest.approx(limits)
                assert row.difference == pytest.approx(row.rate - row.earlier_rate)
                assert row.sure == (row.low > 0 or row.high < 0)


def test_the_older_period_is_cut_at_the_same_age(tmp_path: Path) -> None:
    """Everybody comes on after 40 days; neither month is given more time than the other."""
    leads = [
        {"lead_id": f"{month}-{n}", "created_at": f"2024-{month}-10"}
        for month in ("03", "04")
        for n in range(50)
    ]
    moves = [(f"03-{n}", "b", "2024-04-19") for n in range(50)]
    generation = store_of(
        tmp_path, leads, moves, touches=[("04-0", "2024-05-05")], pipeline=SHORT
    ).generation()
    view = View(period=None, first=date(2024, 4, 1), last=date(2024, 4, 30), compare="previous")
    rows = against_earlier(Scope(view, generation)).rows
    assert rows["earlier_n"].iat[0] == 50
    # As known in full, all of March came on; 26 days after it had begun, nobody had.
    assert rows[["rate", "earlier_rate"]].iloc[0].tolist() == [0, 0]
    assert not rows["sure"].any()


def test_worked_numbers(tmp_path: Path) -> None:
    """30 of 200 against 18 of 210: Newcombe .0016 to .1283."""
    leads = [{"lead_id": f"n{n}", "created_at": "2024-02-01"} for n in range(200)]
    leads += [{"lead_id": f"o{n}", "created_at": "2024-01-01"} for n in range(210)]
    moves = [(f"n{n}", "b", "2024-02-02") for n in range(30)]
    moves += [(f"o{n}", "b", "2024-01-02") for n in range(18)]
    generation = store_of(
        tmp_path, leads, moves, touches=[("n0", "2024-03-15")], pipeline=SHORT
    ).generation()
    view = View(period=None, first=date(2024, 2, 1), last=date(2024, 2, 29), compare="previous")
    row = next(against_earlier(Scope(view, generation)).rows.itertuples(index=False))
    assert row.difference == pytest.approx(0.0643, abs=5e-5)
    assert (row.low, row.high) == pytest.approx((0.0016, 0.1283), abs=5e-5)
    assert row.sure
