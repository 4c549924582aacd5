"""How far the credit of a source may be off: the bands of the model that is asked for."""

import itertools

import pandas as pd
import pytest

from analytics.sources.attribution import shared
from analytics.view.attribution_rules import MODELS, Credit
from tests.support.by_hand import Path, of_paths, on_paths, told


def test_only_the_asked_model_has_a_band() -> None:
    paths: list[tuple[Path, int, int]] = [(("a", "b"), 40, 60), (("a",), 30, 90), (("b",), 9, 50)]
    with told(on_paths(paths)) as touches:
        for model, measure in itertools.product(MODELS, ("count", "value")):
            found = shared(touches, Credit(model=model, measure=measure))
            banded = found.rows.dropna(subset=["low", "high"])
            assert set(banded["model"]) == {model}
            named = banded[banded["source"].notna()]
            amounts = named["credit"] if measure == "count" else named["value"]
            assert (named["low"] <= amounts + 1e-9).all()
            assert (amounts <= named["high"] + 1e-9).all()
            if measure == "count":
                assert (named["low"] < named["high"]).all()


def test_a_band_is_that_of_a_binomial_count() -> None:
    """First touch: the number of 400 leads of which a tenth won, its error √(n·p·(1 − p)) = 6."""
    found = of_paths([(("a",), 40, 360)], Credit(model="first"))
    (row,) = found.rows[
        (found.rows["model"] == "first") & (found.rows["source"] == "a")
    ].itertuples()
    # 200 groups of two leads: the spread of the groups is that of the leads, but for chance.
    assert 40 - row.low == pytest.approx(1.96 * 6, rel=0.35)
    assert row.high - 40 == pytest.approx(1.96 * 6, rel=0.35)


def test_bands_of_many_sources_are_sampled() -> None:
    names = [f"s{number:02}" for number in range(15)]
    paths: list[tuple[Path, int, int]] = [
        ((one, names[(place * 7 + 3) % 15]), 20 + place, 40) for place, one in enumerate(names)
    ]
    found = of_paths(paths, Credit(model="shapley_rate"))
    rows = found.rows[found.rows["model"] == "shapley_rate"].dropna(subset="source")
    assert (rows["error"] > 0).all()
    assert (rows["low"] < rows["credit"]).all()
    assert (rows["credit"] < rows["high"]).all()
    assert (found.rows.loc[found.rows["model"] != "shapley_rate", "error"] == 0).all()
    again = of_paths(paths, Credit(model="shapley_rate"))
    pd.testing.assert_frame_equal(found.rows, again.rows)
