"""What somebody may see: every answer is that of a store of nothing but the leads they see."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.asked import Answer, Asked
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View
from data.sight import Sight
from data.store import Generation, Store
from tests.support.permitted import SIGHT
from tests.support.permitted import permitted as permitted_of
from tests.test_golden_sql import QUESTIONS

# Days and the as-of are said: the data goes as far as all of it does, whoever sees how much.
DAYS = "from=2025-04-01&to=2026-03-31&as_of=2026-06-30"
LINKS = (
    f"{DAYS}&stage=opportunity&compare=previous&by=team",
    f"{DAYS}&stage=opportunity&compare=previous&mode=flow&level=stage&by=source&clock=working",
)

DRAWN = {"sources/attribution": ("low", "high", "rank")}
"""What is drawn by the numbers of companies, which are others in the smaller store."""


@pytest.fixture(scope="module")
def restricted(sample_store: Path) -> Generation:
    return Store(sample_store).generation().seen(SIGHT)


@pytest.fixture(scope="module")
def permitted(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return permitted_of(sample_store, tmp_path_factory.mktemp("permitted"))


# One link and the other in turn: what is seen does not depend on the view.
@pytest.mark.parametrize(("question", "link"), [*zip(QUESTIONS, cycle(LINKS), strict=False)])
def test_every_answer_is_that_of_a_store_of_the_leads_that_are_seen(
    question: str, link: str, restricted: Generation, permitted: Generation
) -> None:
    ask, _links = QUESTIONS[question]
    view, lost = View.from_link(f"?{link}")
    assert lost == ()
    found, expected = (told(ask(Scope(view, each))) for each in (restricted, permitted))
    for drawn in DRAWN.get(question, ()):
        found["rows"].pop(drawn)
        expected["rows"].pop(drawn)
    assert found == expected


def test_some_leads_are_seen_and_others_are_not(restricted: Generation) -> None:
    seen, everybody = (
        int(each.query("select count(*) as n from leads")["n"].iat[0])
        for each in (restricted, restricted.seen(Sight()))
    )
    assert 500 < seen < everybody / 2


def test_the_values_that_can_be_chosen_are_those_of_the_leads_that_are_seen(
    restricted: Generation, permitted: Generation
) -> None:
    for dimension in restricted.dimensions:
        if dimension in permitted.dimensions:
            assert vocabulary.values(restricted, dimension) == vocabulary.values(
                permitted, dimension
            )
    assert {value for value, _leads in vocabulary.values(restricted, "team")} == {*SIGHT.rows[1][1]}


def told(value: Any) -> Any:  # noqa: PLR0911
    """What an answer says, whichever store and generation it is of; numbers to nine digits."""
    match value:
        case Asked() | Scope() | Generation():
            return None
        case Answer() | Listing():
            return told(value.rows)
        case pd.DataFrame():
            return {str(name): [told(each) for each in value[name]] for name in value}
        case np.ndarray() | list() | tuple():
            return [told(each) for each in value]
        case Mapping():
            return {str(key): told(each) for key, each in value.items()}
        case Iterator():
            return [told(each) for each in value]
        case float() | np.floating():
            return None if math.isnan(value) else float(f"{value:.9g}")
        case np.generic():
            return told(value.item())
        case str() | int() | datetime() | None:
            return value
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: told(getattr(value, each.name)) for each in fields(value)}
    return None if value is pd.NaT or value is pd.NA else repr(value)
