"""The screening of a load: by whose rules, and which leads have contacts to screen."""

from collections.abc import Sequence

import duckdb

from data.connection import columns_of
from data.load.intake import Intake
from data.mapping.mapping import Mapping
from data.progress import Progress
from data.screening import merging
from data.screening.rules import Rules
from data.screening.screening import place_leads, screen
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
    """Makes `lead_places`; those are screened that have contacts, or of which a file could say."""
    asked = ["select lead_id from leads where email is not null or phone is not null"]
    if merge:
        asked.append("select lead_id from previous.screening where screening is not null")
    for intake in intakes:
        if any(name in intake.lead_fields for name in _CONTACTS):
            asked.append(f'select lead_id from "{intake.table}" where refusal is null')
    place_leads(con, " union all ".join(asked))
