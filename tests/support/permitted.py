"""The leads of the sample that somebody may see, and a store into which nothing else ever came."""

from pathlib import Path

from data.connection import engine_path
from data.draft import writing
from data.quoting import literal
from data.sight import Sight
from data.store import Generation, Store

SIGHT = Sight((("region", ("Miền Bắc", "Miền Trung")), ("team", ("Key accounts", "Hà Nội"))))
"""The team of key accounts is of all three regions, so that it takes both dimensions to tell."""

_PERMITTED = "region in ('Miền Bắc', 'Miền Trung') and team in ('Key accounts', 'Hà Nội')"


def permitted(sample: Path, folder: Path) -> Generation:
    """The leads that SIGHT shows of a sample, with what is known of them, loaded by themselves."""
    there = Store(sample)
    with writing(Store(folder)) as draft:
        draft.pipeline = there.generation().pipeline
        file = literal(engine_path(there.path(1)))
        draft.con.execute(f"attach {file} as everybody (read_only)")
        draft.con.execute(
            f"create or replace table leads as select * from everybody.leads where {_PERMITTED}"
        )
        for table in ("stage_history", "statuses", "reasons", "sales", "touches", "screening"):
            draft.con.execute(
                f"insert into {table} select * from everybody.{table} "
                "where lead_id in (select lead_id from leads)"
            )
        draft.con.execute("insert into screening_rules select * from everybody.screening_rules")
        return draft.publish()
