"""The board of the sources: a column for what is known, and a sign for what is not."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.quality.quality import Quality, quality
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from ui.board.board import Text
from ui.language import formats
from ui.quality import by_source

YEAR = View.from_link("period=last-365d")[0]


@pytest.fixture(scope="module")
def found(whole_sample: Generation) -> Quality:
    return quality(Scope(YEAR, whole_sample))


def test_without_any_call_nobody_knows_who_was_reached(found: Quality) -> None:
    row = next(found.rows[found.rows["called"] == 0].itertuples(index=False))
    nobody = replace(found, total=pd.Series({"called": 0}))
    assert by_source._reached(nobody, row) == by_source.UNKNOWN
    assert by_source._reached(found, row) == Text(formats.NOTHING)


def test_no_cost_has_no_column(found: Quality) -> None:
    nothing = replace(found, rows=found.rows.assign(cost_per_lead=float("nan")))
    assert len(by_source._columns(found)) - len(by_source._columns(nothing)) == 2
    row = next(nothing.rows.itertuples(index=False))
    assert len(by_source._row(nothing, row).cells) == len(by_source._columns(nothing))
