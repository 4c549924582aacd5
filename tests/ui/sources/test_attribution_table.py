"""The tables of attribution: every model adds up in its column, and places are said in short."""

import pandas as pd
import pytest

from ui.language import current
from ui.sources import attribution_table


@pytest.mark.parametrize(
    ("ranks", "written"), [([2, 2, 2], "2"), ([1, 3, 2], "1–3"), ([12, 1], "1–12")]
)
def test_places_are_written_from_best_to_worst(ranks: list[int], written: str) -> None:
    current.use("en")
    assert attribution_table.places(pd.Series(ranks)) == written
