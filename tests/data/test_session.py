"""What a session of the engine makes is its own."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data.errors import (
    StoreError,
)
from data.session import Session
from tests.support.histories import SHORT, store_of


def test_what_a_session_makes_is_its_own_and_goes_with_it(tmp_path: Path) -> None:
    rows = [{"lead_id": each, "created_at": "2024-01-01"} for each in ("x", "y")]
    generation = store_of(tmp_path, rows, pipeline=SHORT).generation()
    asked = "select lead_id from leads where lead_id = $wanted"
    with generation.session() as one, generation.session() as other:
        for session, wanted in ((one, "x"), (other, "y")):
            session.make("mine", asked, {"wanted": wanted, "unused": 1})
            session.show("seen", "select lead_id as seen from mine")
            session.put("put", pd.DataFrame({"number": [1, 2]}))
        assert one.query("select * from seen")["seen"].tolist() == ["x"]
        assert other.query("select * from seen")["seen"].tolist() == ["y"]
        assert one.query("select sum(number) as total from put")["total"].tolist() == [3]
        one.drop("mine")
        with pytest.raises(duckdb.CatalogException):
            one.query("select * from mine")
    with pytest.raises(StoreError, match="mine"):
        generation.query("select * from mine")


def test_a_session_apart_knows_no_store() -> None:
    with Session.apart() as session:
        assert session.query("select $a + 1 as b", {"a": 1})["b"].tolist() == [2]
        with pytest.raises(duckdb.CatalogException):
            session.query("select * from leads")
