"""What tells leads apart: columns that stand in for an id, and one lead's id in several forms."""

from collections.abc import Sequence

import duckdb

from data.connection import columns_of, value
from data.load.intake import Intake
from data.load.staging import also
from data.quoting import quoted
from data.values.text import tidied

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FORMS = "id_forms"  # a table that lives no longer than the function that makes it
_LONG, _SHORT = "[A-Za-z0-9]{15}[A-Z0-5]{3}", "[A-Za-z0-9]{15}"


def id_of(groups: Sequence[Sequence[str]], phone: str | None) -> str:
    """The SQL of an id made of a row's own cells: of the first group that is filled as a whole.

    Case and spaces make no other lead; nor does how a phone number is written: `phone` is the cell
    that holds one, `+84 901 000 001` and `0901000001` are one.
    """
    branches = []
    for group in groups:
        texts = [_number(cell) if cell == phone else tidied(cell) for cell in group]
        filled = " and ".join(f"{text} <> ''" for text in texts)
        branches.append(f"when {filled} then concat_ws(' · ', {', '.join(texts)})")
    return f"case {' '.join(branches)} end"


def _number(cell: str) -> str:
    """A phone number's digits; of a Vietnamese one as it is dialled there."""
    digits = f"regexp_replace(\"{cell}\", '[^0-9]+', '', 'g')"
    # (a spreadsheet that takes it for a number drops the 0)
    local = f"regexp_full_match({digits}, '(0084|84|0)?[1-9][0-9]{{8}}')"
    return f"case when {local} then concat('0', right({digits}, 9)) else {digits} end"


def unite_forms(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool
) -> Sequence[Intake]:
    """Writes the ids of Salesforce in one form, where a load has them in two.

    Reports show 15 characters, the API gives 18, of which the last three only say which of the
    others are capitals. The form that the store has stays, else the long one. Returns the files
    whose ids were rewritten.

    Source: Salesforce Help, "Convert 15-character IDs to 18-character IDs".
    """
    held = [intake for intake in intakes if "lead_id" in columns_of(con, intake.table, "temp")]
    tables = [f'select lead_id, false as is_stored from "{intake.table}"' for intake in held]
    if merge:
        tables.append("select lead_id, true as is_stored from previous.leads")
    if not tables:
        return ()
    every = " union all ".join(tables)
    both = (
        f"select bool_or(strlen(lead_id) = 18 and regexp_full_match(lead_id, '{_LONG}')) "
        f"and bool_or(strlen(lead_id) = 15 and regexp_full_match(lead_id, '{_SHORT}')) "
        f"from ({every}) where strlen(lead_id) in (15, 18)"
    )
    if not value(con, both):
        return ()
    con.execute(
        f"create or replace temp table {_FORMS} as "
        f"with ids as (select lead_id, bool_or(is_stored) as is_stored from ({every}) "
        "group by lead_id), "
        f"long as (select * from ids where regexp_full_match(lead_id, '{_LONG}')), "
        "pairs as (select long.lead_id as long, short.lead_id as short, "
        "short.is_stored and not long.is_stored as keeps_short from long "
        "join ids as short on short.lead_id = left(long.lead_id, 15) "
        f"where right(long.lead_id, 3) = {_suffix_of('short.lead_id')}) "
        "select case when keeps_short then long else short end as written, "
        "case when keeps_short then short else long end as kept from pairs"
    )
    return _rewrite(con, held)


def unite_further_ids(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake]
) -> Sequence[Intake]:
    """Writes the id of the lead where a file has a further id of it, that another file tells.

    A lead of Salesforce tells which opportunity it became: the history of that one is its own, and
    the two files may have its id in 15 and in 18 characters. Returns the files that were rewritten.
    """
    told = [
        f'select "{also(number)}" as written, lead_id as kept from "{intake.table}" '
        f'where "{also(number)}" is not null and lead_id is not null'
        for intake in intakes
        for number in range(len(intake.entry.also))
    ]
    if not told:
        return ()
    short, long = _FORM_OF["short"], _FORM_OF["long"]
    con.execute(
        f"create or replace temp table {_FORMS} as "
        f"with told as ({' union all '.join(told)}), "
        "forms as (select written, kept from told "
        f"union all select left(written, 15), kept from told where {long} "
        f"union all select concat(written, {_suffix_of('written')}), kept from told where {short}) "
        "select written, min(kept) as kept from forms where written <> kept group by written"
    )
    return _rewrite(con, [intake for intake in intakes if not intake.entry.also])


def every_form(ids: str) -> str:
    """The query for the ids of a query, `written`, in each form that Salesforce has for them."""
    return (
        f"with ids as ({ids}) select written from ids "
        f"union select left(written, 15) from ids where {_FORM_OF['long']} "
        f"union select concat(written, {_suffix_of('written')}) from ids "
        f"where {_FORM_OF['short']}"
    )


def _rewrite(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake]) -> Sequence[Intake]:
    """Writes the ids of files as the table of forms says, and lets go of it."""
    rewritten = []
    for intake in intakes:
        if "lead_id" not in columns_of(con, intake.table, "temp"):
            continue
        found = f'from "{intake.table}" semi join {_FORMS} on lead_id = written'
        if value(con, f"select count(*) {found}"):
            con.execute(
                f"update {quoted(intake.table)} set lead_id = kept from {_FORMS} "
                "where lead_id = written"
            )
            rewritten.append(intake)
    con.execute(f"drop table {_FORMS}")
    return rewritten


def _suffix_of(short: str) -> str:
    """The last three characters of an id: each says which of five others are capitals."""
    parts = []
    for chunk in range(3):
        capitals = " + ".join(
            f"case when substr({short}, {5 * chunk + place + 1:d}, 1) between 'A' and 'Z' "
            f"then {1 << place:d} else 0 end"
            for place in range(5)
        )
        parts.append(f"substr('{_SUFFIX}', 1 + {capitals}, 1)")
    return f"concat({', '.join(parts)})"


_FORM_OF = {
    "short": f"regexp_full_match(written, '{_SHORT}')",
    "long": (
        f"regexp_full_match(written, '{_LONG}') "
        f"and right(written, 3) = {_suffix_of('left(written, 15)')}"
    ),
}
"""The conditions for an id of Salesforce in each of its forms."""
