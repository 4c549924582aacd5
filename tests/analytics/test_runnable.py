"""SQL to take away gives the same rows in a shell that knows nothing of Pheu."""

from datetime import date, datetime

import duckdb
import numpy as np
import pytest

from analytics.runnable import runnable
from analytics.scope import Scope
from analytics.view.view import View
from data.quoting import literal
from data.store import Generation
from tests.support.histories import store_of

START = datetime(2024, 1, 1)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    sources = ("seo", "O'Brien; drop table leads", None, "$as_of")
    leads = [
        {"lead_id": str(number), "created_at": START, "source": sources[number % 4]}
        for number in range(12)
    ]
    moves = [(str(number), "sal", datetime(2024, 1, 1 + number)) for number in range(9)]
    return store_of(tmp_path_factory.mktemp("shell"), leads, moves).generation()


@pytest.mark.parametrize(
    "link",
    [
        "",
        "by=source",
        "window=3&skipped=strict&level=stage",
        "mode=flow&from=2024-01-02&to=2024-01-05",
        "as_of=2024-01-04",
        "source=O'Brien; drop table leads,~,$as_of",
    ],
)
def test_the_same_rows(generation: Generation, link: str) -> None:
    scope = Scope(View.from_link(link)[0], generation)
    for question in ("funnel/funnel", "funnel/eventual"):
        text = runnable(scope.text(question), scope.parameters, generation.number)
        with duckdb.connect(str(generation.store.path(generation.number)), read_only=True) as shell:
            found = shell.execute(text).fetchall()
        bound = generation.query(scope.text(question), scope.parameters)
        assert len(found) == len(bound)
        rows = bound.astype(object).where(bound.notna(), None).itertuples(index=False, name=None)
        assert sorted(map(written, found)) == sorted(map(written, rows))


def written(row: tuple[object, ...]) -> str:
    """A row as text, with the lists in it, which have no order, in one."""
    return str(
        [sorted(map(float, cell)) if isinstance(cell, list | np.ndarray) else cell for cell in row]
    )


def test_a_value_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        runnable("select $nothing", {}, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        ("it's", "'it''s'"),
        (date(2024, 2, 3), "date '2024-02-03'"),
        (datetime(2024, 2, 3, 4, 5, 6, 7), "timestamp '2024-02-03 04:05:06.000007'"),
        (["a", "b"], "['a', 'b']"),
        ([], "[]"),
    ],
)
def test_literals(value: object, text: str) -> None:
    assert literal(value) == text
