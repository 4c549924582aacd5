"""Screening all leads of a draft: one verdict each, with the reason, and whom a duplicate repeats.

Works on the connection of a draft, on its `leads`; fills its table `screening`. Contacts and names
are looked at once each, however many leads have them, and their normal forms are not kept.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from data.connection import columns_of, value
from data.progress import Progress, silent
from data.quoting import quoted
from data.screening import emails, likeness, names, phones
from data.screening.emails import Contact
from data.screening.rules import COLUMNS, Rules
from data.values.text import plain

PLACES = "lead_places"
"""The temporary table, or view, that says which leads are to be screened: `lead_id`, `place` (its
place in the files, which decides who came first at one instant) and `is_screened`."""

PURCHASED = "purchased_list"
"""The channel whose campaigns are batches of a list, where no column says which batch it was."""

_SQL = Path(__file__).with_name("sql")
_AT_ONCE = 100_000
_CONTACTS = {"emails": ("email", emails.look), "phones": ("phone", phones.look)}
_NAMES = {"people": ("name", names.person), "companies": ("company", names.company)}
_OF_LEADS = frozenset("lead_id created_at source campaign email phone name company".split())


def place_leads(con: duckdb.DuckDBPyConnection, asked: str | None = None) -> None:
    """Makes PLACES of all leads, in the order in which they stand in `leads`.

    asked: the query for the ids of those whose file has a column for contacts; without one all
        leads are screened if any of them has a contact.
    """
    some = "select lead_id from leads where (select count(email) + count(phone) from leads) > 0"
    asked = asked or some
    # Where nobody is screened hardly ever anybody asks, and it need not be worked out.
    kind, is_screened = "view", "false"
    if value(con, f"select count(*) from ({asked})"):
        kind, is_screened = "table", f"lead_id in ({asked})"
    con.execute(
        f"create or replace temp {kind} {PLACES} as select lead_id, "
        f"cast(rowid + 1 as bigint) as place, {is_screened} as is_screened from leads"
    )


def screen(
    con: duckdb.DuckDBPyConnection, rules: Rules, progress: Progress | None = None
) -> dict[str, int]:
    """Fills `screening`; how many leads have each verdict. Reads PLACES, and lets go of it."""
    report = progress or silent
    con.execute("insert into screening_rules values ($rules)", {"rules": rules.to_toml()})
    _make_calls(con, rules)
    if not value(con, f"select count(*) from {PLACES} where is_screened"):
        _keep(con, rules, has_verdicts=False)
        _drop(con, "calls")
        _drop_places(con)
        return {}
    for number, (table, (column, look)) in enumerate(_CONTACTS.items()):
        _look(con, table, column, _contacts(look, rules), _part(report, number / 6, 1 / 6, column))
    for number, (table, (column, read)) in enumerate(_NAMES.items(), 2):
        _look(con, table, column, _names(read, rules), _part(report, number / 6, 1 / 6, column))
    on = [reason for reason, rule in rules.rules.items() if rule.on]
    con.execute(
        (_SQL / "looked_at.sql").read_text(encoding="utf-8"),
        {
            "reasons": on,
            "any": [reason for reason in on if rules.rules[reason].counts == "any"],
            "is_unreachable": "no_contact" in on,
            "has_dead": "dead_number" in on,
        },
    )
    _drop(con, *_CONTACTS, *_NAMES)
    report("duplicates", 4 / 6)
    _find_duplicates(con, rules, report)
    _keep(con, rules, has_verdicts=True)
    _drop(con, "looked_at", "repeats", "calls")
    _drop_places(con)
    found = con.execute(
        "select screening, count(*) from screening where screening is not null "
        "group by 1 order by 1"
    ).fetchall()
    return dict(found)


def _drop(con: duckdb.DuckDBPyConnection, *tables: str) -> None:
    for table in tables:
        con.execute(f"drop table temp.{table}")


def _drop_places(con: duckdb.DuckDBPyConnection) -> None:
    is_view = value(con, f"select count(*) from duckdb_views() where view_name = '{PLACES}'")
    con.execute(f"drop {'view' if is_view else 'table'} temp.{PLACES}")


def _part(report: Progress, first: float, share: float, what: str) -> Progress:
    return lambda _what, part: report(f"screening {what}", first + share * part)


# --- names and contacts ------------------------------------------------------------------------


def _contacts(
    look: Callable[[str, Rules], Contact | None], rules: Rules
) -> Callable[[list[str]], pa.Table]:
    def table(cells: list[str]) -> pa.Table:
        found = [(cell, contact) for cell in cells if (contact := look(cell, rules)) is not None]
        return pa.table(
            {
                "cell": pa.array([cell for cell, _ in found], pa.string()),
                "reason": pa.array([each.reason for _, each in found], pa.string()),
                "key": pa.array([each.key for _, each in found], pa.string()),
                "is_shared": pa.array([each.is_shared for _, each in found], pa.bool_()),
            }
        )

    return table


def _names(
    read: Callable[[str, Rules], tuple[bool, str | None]], rules: Rules
) -> Callable[[list[str]], pa.Table]:
    def table(cells: list[str]) -> pa.Table:
        found = [read(cell, rules) for cell in cells]
        return pa.table(
            {
                "cell": pa.array(cells, pa.string()),
                "is_rubbish": pa.array([is_rubbish for is_rubbish, _ in found], pa.bool_()),
                "compared": pa.array([compared for _, compared in found], pa.string()),
            }
        )

    return table


def _look(
    con: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    look: Callable[[list[str]], pa.Table],
    report: Progress,
) -> None:
    """Makes a temporary table of the different cells of a column, with what is found in each."""
    rows = con.execute(
        f"select distinct {column} from leads semi join {PLACES} using (lead_id) "
        f"where {column} is not null order by 1"
    ).fetchall()
    cells = [cell for (cell,) in rows]
    empty = look([])
    con.register("screened_cells", empty)
    con.execute(f"create or replace temp table {table} as select * from screened_cells")
    con.unregister("screened_cells")
    for first in range(0, len(cells), _AT_ONCE):
        report(column, first / len(cells))
        part = look(cells[first : first + _AT_ONCE])
        con.register("screened_cells", part)
        con.execute(f"insert into {table} select * from screened_cells")
        con.unregister("screened_cells")


# --- duplicates --------------------------------------------------------------------------------


def _find_duplicates(con: duckdb.DuckDBPyConnection, rules: Rules, report: Progress) -> None:
    """Makes `repeats`, one row per lead that repeats an earlier one: the first of all, and why."""
    on = [reason for reason in ("same_email", "same_phone") if rules.is_on(reason)]
    keys = (_SQL / "keys.sql").read_text(encoding="utf-8")
    same = con.execute(f"select * from ({keys}) where list_contains($on, reason)", {"on": on})
    reasons: dict[int, str] = {}
    order = {reason: place for place, reason in enumerate(rules.rules)}
    first_of = _Firsts()
    for number, reason, first in same.fetchall():
        first_of.join(number, first)
        known = reasons.setdefault(number, reason)
        if order[reason] < order[known]:
            reasons[number] = reason
    if rules.is_on("similar"):
        report("screening: likely duplicates", 5 / 6)
        for one, other in _similar(con, rules):
            first_of.join(one, other)
    repeats = [(number, first) for number, first in first_of.all() if number != first]
    con.register(
        "found_repeats",
        pa.table(
            {
                "number": pa.array([number for number, _ in repeats], pa.int32()),
                "first": pa.array([first for _, first in repeats], pa.int32()),
                "reason": pa.array(
                    [reasons.get(number, "similar") for number, _ in repeats], pa.string()
                ),
            }
        ),
    )
    con.execute("create or replace temp table repeats as select * from found_repeats")
    con.unregister("found_repeats")


class _Firsts:
    """Which leads are one, and the first of each: a forest of disjoint sets by the least number."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def first(self, number: int) -> int:
        above = self._above
        while (next_ := above.setdefault(number, number)) != number:
            above[number] = number = above[next_]
        return number

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._above[high] = low

    def all(self) -> Iterable[tuple[int, int]]:
        for number in list(self._above):
            yield number, self.first(number)


Contacts = tuple[int, str | None, str | None]
"""The number of a lead, its e-mail and its phone."""


def _similar(con: duckdb.DuckDBPyConnection, rules: Rules) -> Iterable[tuple[int, int]]:
    """Pairs that connect the leads that are alike in name and company, told apart by no contact.

    Two are told apart where both have e-mail and phone, and neither is the same. Of the pairs that
    are not, as many are given as connect the same leads: in a group of thousands that have one name
    and company it is no more than there are leads.
    """
    rows = con.execute((_SQL / "compared.sql").read_text(encoding="utf-8")).fetchall()
    entries = [(person, company) for person, company, _ in rows]
    groups: Sequence[Sequence[Contacts]] = [found for *_, found in rows]
    for group in groups:
        yield from _within(group)
    for here, there in likeness.alike(entries, rules):
        yield from _between(groups[here], groups[there])


def _within(group: Sequence[Contacts]) -> Iterable[tuple[int, int]]:
    """The pairs that connect leads of one name and company."""
    loose = _loose(group)
    if loose is None:
        yield from _same(group, group)
        return
    yield from ((loose, number) for number, *_ in group if number != loose)


def _between(here: Sequence[Contacts], there: Sequence[Contacts]) -> Iterable[tuple[int, int]]:
    """The pairs that connect leads of two groups, each of which is connected in itself."""
    one, other = _loose(here), _loose(there)
    if one is not None and other is not None:
        yield one, other
    elif one is not None:
        yield from ((one, number) for number, *_ in there)
    elif other is not None:
        yield from ((number, other) for number, *_ in here)
    else:
        yield from _same(here, there)


def _loose(group: Sequence[Contacts]) -> int | None:
    """The first lead that lacks a contact: it is told apart from nobody."""
    return next((number for number, email, phone in group if not (email and phone)), None)


def _same(here: Sequence[Contacts], there: Sequence[Contacts]) -> Iterable[tuple[int, int]]:
    """The pairs with the same e-mail or phone, each lead with the first of the others."""
    for contact in (1, 2):
        first = {lead[contact]: lead[0] for lead in reversed(here)}
        for lead in there:
            known = first.get(lead[contact])
            if known is not None and known != lead[0]:
                yield known, lead[0]


# --- what is kept ------------------------------------------------------------------------------


def _read_columns(con: duckdb.DuckDBPyConnection, rules: Rules) -> dict[str, str]:
    """For each of COLUMNS that the leads have, its own name among the columns of `leads`."""
    found: dict[str, str] = {}
    for name in columns_of(con, "leads"):
        for column in COLUMNS:
            if name not in _OF_LEADS and plain(name) in rules.columns.get(column, ()):
                found.setdefault(column, name)
    return found


def _make_calls(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Makes `calls`, one row per lead: its batch, consent, and what came of calling it."""
    own = _read_columns(con, rules)
    bound: dict[str, list[str]] = {}
    texts = dict.fromkeys(COLUMNS, "null")
    for column, meanings in (("consent", rules.consent), ("call_outcome", rules.call_outcome)):
        if column in own:
            cells = con.execute(
                f"select distinct {quoted(own[column])} from leads "
                f"where {quoted(own[column])} is not null"
            ).fetchall()
            meaning = {word: each for each, words in meanings.items() for word in words}
            known = {cell: meaning[plain(cell)] for (cell,) in cells if plain(cell) in meaning}
            bound |= {f"{column}_cells": list(known), f"{column}_meanings": list(known.values())}
            texts[column] = (
                f"${column}_meanings[list_position(${column}_cells, {quoted(own[column])})]"
            )
    campaign = f"case when channel = '{PURCHASED}' then campaign end"
    texts["batch"] = f"coalesce({quoted(own['batch'])}, {campaign})" if "batch" in own else campaign
    if "call_attempts" in own:
        texts["call_attempts"] = f"try_cast({quoted(own['call_attempts'])} as double)"
    con.execute(
        "create or replace temp table calls as select lead_id, "
        f"cast({texts['batch']} as varchar) as batch, "
        f"cast({texts['consent']} as varchar) as consent, "
        f"cast({texts['call_outcome']} as varchar) as outcome, "
        f"cast({texts['call_attempts']} as integer) as attempts from leads",
        bound or None,
    )


def _keep(con: duckdb.DuckDBPyConnection, rules: Rules, *, has_verdicts: bool) -> None:
    """Fills `screening`, if there is anything to keep."""
    some = "batch is not null or consent is not null or outcome is not null"
    if not has_verdicts:
        if value(con, f"select count(*) from calls where {some}"):
            con.execute(
                "insert into screening select lead_id, place, null, null, null, batch, consent, "
                f"outcome, attempts, null, null from {PLACES} left join calls using (lead_id) "
                "order by place"
            )
        return
    con.execute(
        "insert into screening select places.lead_id, places.place, "
        "case when looked_at.lead_id is null then null else "
        "coalesce($verdicts[list_position($reasons, coalesce(looked_at.reason, repeats.reason))], "
        "'ok') end as screening, coalesce(looked_at.reason, repeats.reason) as screening_reason, "
        "original.lead_id as duplicate_of, calls.batch, calls.consent, calls.outcome, "
        "calls.attempts, looked_at.has_email, looked_at.has_phone "
        f"from {PLACES} as places left join calls using (lead_id) "
        "left join looked_at using (lead_id) "
        "left join repeats on repeats.number = looked_at.number "
        "left join looked_at as original on original.number = repeats.first order by places.place",
        {
            "reasons": list(rules.rules),
            "verdicts": [rule.verdict for rule in rules.rules.values()],
        },
    )
