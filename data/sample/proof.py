"""How well screening finds what was planted in the sample."""

from pathlib import Path

import pandas as pd

from data.connection import connect
from data.sample.generate import FURTHER, LEADS, SEED, planted, tables
from data.screening.rules import VERDICTS, Rules
from data.screening.screening import place_leads, screen

LIKELY = "likely duplicate"

_SCHEMA = Path(__file__).parents[1] / "schema.sql"


def proof(*, leads: int = LEADS, seed: int = SEED, rules: Rules | None = None) -> pd.DataFrame:
    """What screening finds in the sample, held against what was planted there.

    Columns: (one row per verdict, and one of the duplicates that only name and company tell)
        screening: the verdict; `likely duplicate` of the last row, whose leads are duplicates too.
        planted: leads that should have it; found: leads that have it; right: both.
        precision = right ÷ found; recall = right ÷ planted; null of none.
        original_right: of duplicates that are right, those said to repeat the lead that they do.
    """
    con = connect()
    con.execute(_SCHEMA.read_text(encoding="utf-8"))
    for column, kind in FURTHER.items():
        con.execute(f"alter table leads add column {column} {kind}")
    con.register("rows", tables(leads=leads, seed=seed)["leads"])
    con.execute("insert into leads by name select * from rows")
    con.unregister("rows")
    place_leads(con)
    screen(con, rules or Rules.default())
    found = con.execute(
        "select lead_id, screening, screening_reason, duplicate_of from screening"
    ).df()
    both = planted(leads=leads, seed=seed).merge(found, on="lead_id")
    asked = [(verdict, both["planted"] == verdict, both["screening"] == verdict)
             for verdict in VERDICTS]  # fmt: skip
    asked.append((LIKELY, both["is_likely"], both["screening_reason"] == "similar"))
    return pd.DataFrame([_held(both, *each) for each in asked])


def _held(
    both: pd.DataFrame, what: str, is_planted: "pd.Series[bool]", is_found: "pd.Series[bool]"
) -> dict[str, object]:
    right = both[is_planted & is_found]
    has_original = what in ("duplicate", LIKELY)
    return {
        "screening": what,
        "planted": int(is_planted.sum()),
        "found": int(is_found.sum()),
        "right": len(right),
        "precision": len(right) / is_found.sum() if is_found.any() else None,
        "recall": len(right) / is_planted.sum() if is_planted.any() else None,
        "original_right": int((right["duplicate_of"] == right["original"]).sum())
        if has_original
        else None,
    }
