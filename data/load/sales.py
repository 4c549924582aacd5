"""The sales of a load: several wins or amounts of one lead, where its mapping says what they mean.

A file whose `amounts` add up, or of which each win counts, may have several rows of one lead. What
its leads are worth is the sum of the amounts that add up, of this file and of those before it.
"""

from collections.abc import Sequence

import duckdb

from data.connection import value
from data.load.intake import Intake
from data.load.notices import Notice
from data.load.staging import PLACED
from data.pipeline import Pipeline

_FIELDS = "lead_id, sold_at, amount, currency, adds_up, counts"


def add_sales(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], pipeline: Pipeline, *, merge: bool
) -> list[Notice]:
    """Adds sales, each as often as the file that has it most often, and what leads are worth."""
    has_some = False
    if merge:
        con.execute(
            "insert into sales by name select * from previous.sales semi join leads using (lead_id)"
        )
        has_some = bool(value(con, "select count(*) from sales"))
    for intake in intakes:
        if not intake.entry.may_repeat:
            continue
        rows = _rows(intake)
        if has_some:
            rows = f"select {_FIELDS} from ({rows}) except all select {_FIELDS} from sales"
        con.execute(
            f"insert into sales by name {rows}",
            {
                "slot": intake.slot,
                "won": pipeline.won,
                "adds_up": intake.entry.amounts == "add",
                "counts": intake.entry.wins == "each",
            },
        )
        has_some = True
    return _add_up(con) if has_some else []


def _rows(intake: Intake) -> str:
    """The query for the sales of a file: its good rows that have an amount, or a win."""
    has_amount = "amount" in intake.entry.columns
    amount, currency = ("amount", "currency") if has_amount else ("null::double", "null::varchar")
    return (
        f"select lead_id, wins.sold_at, {amount} as amount, {currency} as currency, "
        "$adds_up as adds_up, $counts as counts "
        f'from "{intake.table}" left join (select line, min(entered_at) as sold_at from {PLACED} '
        "where slot = $slot and stage = $won and refusal is null group by line) as wins "
        f"using (line) where refusal is null and ({amount} is not null or sold_at is not null)"
    )


def _add_up(con: duckdb.DuckDBPyConnection) -> list[Notice]:
    """Gives leads the sum of their amounts, none where they are in several currencies."""
    con.execute(
        "update leads set amount = total, currency = code from ("
        "select lead_id, case when count(distinct currency) = 1 then sum(amount) end as total, "
        "case when count(distinct currency) = 1 then min(currency) end as code "
        "from sales where adds_up and amount is not null group by lead_id"
        ") as sums where sums.lead_id = leads.lead_id"
    )
    mixed = value(
        con,
        "select count(*) from (select lead_id from sales where adds_up and amount is not null "
        "group by lead_id having count(distinct currency) > 1)",
    )
    return [Notice.of("mixed_currencies", leads=mixed)] if mixed else []
