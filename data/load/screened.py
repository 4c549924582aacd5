"""The screening of a load: by whose rules, and which leads have contacts to screen."""

from collections.abc import Sequence

import duckdb

from data.connection import columns_of, value
from data.load.intake import Intake
from data.mapping.fields import OF_LEADS
from data.mapping.mapping import Mapping
from data.progress import Progress
from data.screening import merging
from data.screening.rules import Rules
from data.screening.screening import PLACES, screen
from data.toml import TomlTable

_CONTACTS = ("email", "phone")


def screen_leads(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    mapping: Mapping,
    *,
    merge: bool,
    progress: Progress,
) -> None:
    """Screens all leads of the draft, those of the store too."""
    merge = merge and bool(columns_of(con, "screening", "previous"))
    rules = rules_of(con, mapping, merge=merge)
    _place_leads(con, intakes, merge=merge)
    screen(con, rules, progress)
    if rules.merge == "history":
        merging.merge_histories(con, rules)


def rules_of(con: duckdb.DuckDBPyConnection, mapping: Mapping, *, merge: bool) -> Rules:
    """What the mapping says, else the store that is added to, else ours."""
    if mapping.screening:
        return Rules.default().changed(TomlTable.parse(mapping.screening))
    kept = con.execute("from previous.screening_rules").fetchall() if merge else []
    return Rules.parse(kept[0][0]) if kept else Rules.default()


def _place_leads(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool) -> None:
    """Makes `lead_places`: leads of the store as they stood, then those of the files by line."""
    said, has_contacts = [], False
    if merge:
        said.append(
            "select leads.lead_id, 0 as slot, coalesce(screening.place, leads.rowid) as line, "
            "screening.screening is not null as is_screened from previous.leads as leads "
            "left join previous.screening as screening using (lead_id)"
        )
    for intake in intakes:
        if intake.entry.table in OF_LEADS:
            has_some = any(name in intake.lead_fields for name in _CONTACTS)
            has_contacts = has_contacts or has_some
            said.append(
                f"select lead_id, {intake.slot:d} as slot, min(line) as line, "
                f"{str(has_some).lower()} as is_screened "
                f'from "{intake.table}" where refusal is null group by lead_id'
            )
    # Where nobody is screened hardly ever anybody asks, and it need not be worked out.
    kind, is_screened = "view", "false"
    merge = merge and bool(value(con, "select count(*) from previous.screening"))
    if merge or has_contacts or value(con, "select count(email) + count(phone) from leads"):
        kind = "table"
        is_screened = (
            "coalesce(first_said.is_screened, false) or leads.email is not null "
            "or leads.phone is not null"
        )
    con.execute(
        f"create or replace temp {kind} {PLACES} as with said as ({' union all '.join(said)}), "
        "first_said as (select lead_id, min((slot, line)) as at, "
        "bool_or(is_screened) as is_screened from said group by lead_id) "
        "select leads.lead_id, row_number() over (order by first_said.at, leads.lead_id) as place, "
        f"{is_screened} as is_screened from leads left join first_said using (lead_id)"
    )
