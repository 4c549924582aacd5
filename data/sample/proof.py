"""How well screening finds what was planted in the sample."""

from pathlib import Path

import pandas as pd

from data.connection import connect
from data.sample.generate import LEADS, SEED, planted, tables
from data.screening.rules import VERDICTS, Rules
from data.screening.screening import place_leads, screen

_SCHEMA = Path(__file__).parents[1] / "schema.sql"


def proof(*, leads: int = LEADS, seed: int = SEED, rules: Rules | None = None) -> pd.DataFrame:
    """What screening finds in the sample, held against what was planted there.

    Columns: (one row per verdict)
        screening: the verdict.
        planted: leads that should have it; found: leads that have it; right: both.
        precision = right ÷ found; recall = right ÷ planted; null of none.
        original_right: of duplicates that are right, those said to repeat the lead that they do.
    """
    con = connect()
    con.execute(_SCHEMA.read_text(encoding="utf-8"))
    con.register("rows", tables(leads=leads, seed=seed)["leads"].drop(columns="province"))
    con.execute("insert into leads by name select * from rows")
    con.unregister("rows")
    place_leads(con)
    screen(con, rules or Rules.default())
    found = con.execute("select lead_id, screening, duplicate_of from screening").df()
    both = planted(leads=leads, seed=seed).merge(found, on="lead_id")
    rows = []
    for verdict in VERDICTS:
        is_planted, is_found = both["planted"] == verdict, both["screening"] == verdict
        right = both[is_planted & is_found]
        rows.append(
            {
                "screening": verdict,
                "planted": int(is_planted.sum()),
                "found": int(is_found.sum()),
                "right": len(right),
                "precision": len(right) / is_found.sum() if is_found.any() else None,
                "recall": len(right) / is_planted.sum() if is_planted.any() else None,
                "original_right": int((right["duplicate_of"] == right["original"]).sum())
                if verdict == "duplicate"
                else None,
            }
        )
    return pd.DataFrame(rows)
