"""The sentences about attribution claim no more than the models agree on."""

import numpy as np
import pandas as pd
import pytest

from analytics.sources.attribution import COLUMNS, Attribution
from analytics.view.attribution_rules import MODELS, Credit
from ui.language import current
from ui.sources import attribution_findings


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def answer(amounts: dict[str, list[float]], few: bool = False, band: float = 1.0) -> Attribution:
    """An answer of sources a, b, c … whose credit under each model is given."""
    frames = []
    for model, credits in amounts.items():
        part = pd.DataFrame({name: [np.nan] * len(credits) for name in COLUMNS})
        part = part.astype({"model": object, "source": object})
        part["model"], part["source"] = model, list("abcdefgh"[: len(credits)])
        part["credit"] = part["value"] = credits
        if model == "linear":
            part["low"], part["high"] = part["credit"] - band, part["credit"] + band
        frames.append(part)
    total = sum(next(iter(amounts.values())))
    left_out = tuple(model for model in MODELS if model not in amounts)
    rows = pd.concat(frames, ignore_index=True)
    return Attribution(rows, total, total, 0, 0, 0, 0, "VND", few, 0.1, left_out)


def side_by_side(found: Attribution) -> str:
    grid = attribution_findings.grid(found, "count")
    return attribution_findings.side_by_side(found, grid, "source", Credit())


def test_who_is_first_in_every_model() -> None:
    agreed = {"linear": [500.0, 300, 200], "first": [450.0, 350, 200]}
    assert side_by_side(answer(agreed)) == "a comes first however credit is shared"
    noisy = answer(agreed, band=150)
    assert side_by_side(noisy) == "a comes first in every model, but within noise"


def test_who_moves_and_who_is_always_among_the_first() -> None:
    found = answer({"linear": [500.0, 300, 250, 100], "first": [50.0, 400, 300, 400]})
    assert side_by_side(found) == "a ranks 1 to 4, by how credit is shared"
    grid = attribution_findings.grid(found, "count")
    assert attribution_findings.also(grid, "source") == "b is always among the first 3."
    assert attribution_findings.also(grid.head(1), "source") == ""


def test_few_conversions_name_nobody() -> None:
    found = answer({"linear": [5.0, 3], "last": [3.0, 5]}, few=True)
    assert side_by_side(found) == "Too few conversions to say who deserves the credit"
    grid = attribution_findings.grid(found, "count")
    assert "Too few" in attribution_findings.compared(found, grid, "source", Credit())


def test_who_gains_between_two_models() -> None:
    found = answer({"linear": [600.0, 400], "last": [400.0, 600]})
    grid = attribution_findings.grid(found, "count")
    told = attribution_findings.compared(found, grid, "source", Credit())
    assert told == "a gains most: +20 points of all credit"
    told = attribution_findings.compared(found, grid, "source", Credit(model="last", versus="last"))
    assert told == "Choose two different models"
    told = attribution_findings.compared(found, grid, "source", Credit(model="markov"))
    assert told == "What is known does not suffice for this model"


def test_what_nobody_knows_the_worth_of_leads_to_no_conclusion() -> None:
    found = answer({"linear": [0.0, 0], "first": [0.0, 0]})
    grid, asked = attribution_findings.grid(found, "value"), Credit(measure="value", versus="first")
    said = "Not enough data to conclude from"
    assert attribution_findings.side_by_side(found, grid, "source", asked) == said
    assert attribution_findings.compared(found, grid, "source", asked) == said


def test_no_source_named_is_an_empty_grid() -> None:
    found = answer({"linear": [], "first": []})
    grid = attribution_findings.grid(found, "count")
    assert (list(grid), len(grid)) == (["first", "linear"], 0)
