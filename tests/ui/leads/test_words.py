"""Leads in words: what they are called, and what there is to do about each."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from ui.language import current
from ui.leads import words


@pytest.mark.parametrize(
    ("known", "ask", "stage", "said_to_do"),
    [
        ({"phone": "0970928828"}, "close", "opportunity", "Call, ask when they sign"),
        ({"email": "an@example.vn"}, "close", "opportunity", "Write, ask when they sign"),
        ({"email": "an@example.vn"}, "close", "sql", "Write, offer a quote"),
        ({"email": "an@example.vn"}, None, "sql", "Write"),
        ({"phone": "0970928828"}, None, "sql", "Call"),
        ({"email": "an@example.vn"}, "budget", "sql", "Ask about the budget"),
        ({}, "budget", "sql", "Open it, find how to reach them"),
    ],
    ids=["phone", "email", "email-quote", "email-alone", "phone-alone", "question", "nothing"],
)
def test_what_to_do_is_what_can_be_done(
    sample_store: Path, known: dict[str, str], ask: str | None, stage: str, said_to_do: str
) -> None:
    current.use("en")
    lead = pd.Series({"phone": None, "email": None, "ask": ask, "stage": stage} | known)
    assert words.ask(Scope(View(), Store(sample_store).generation()), lead) == said_to_do
