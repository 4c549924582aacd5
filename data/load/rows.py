"""One file's rows, read as its mapping says: typed, each either good or refused with its reason.

`take_in` leaves a temporary table `rows_<slot>`: `line`, `lead_id`, the fields of leads and moves
that the file has, one instant a stage column, and `refusal` with `refused_cell` where the whole
row is refused. Cells that cannot be read in rows that are kept are blanked and listed at once in
the temporary table `refusals`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from data.files.table import TableFile
from data.load.staging import Intake, Setting, list_cells
from data.mapping.fields import (
    ANSWER_FIELDS,
    LEAD_FIELDS,
    MOVE_FIELDS,
    NUMBER_FIELDS,
    dimension_slug,
)
from data.mapping.mapping import FileMapping, MappingError
from data.quoting import quoted
from data.values import currencies, dates, numbers
from data.values.text import heading

_WIDE_SPACES = ("'  '", "chr(9)", "chr(10)", "chr(13)", "chr(160)")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_DATES = ("created_at", "entered_at", "touched_at", "day", "month", "until")
_KEPT_DATE_FIELDS = {
    "leads": ("created_at", "entered_at"),
    "stage_columns": ("created_at", "entered_at"),
    "stage_history": ("created_at", "entered_at"),
    "touches": ("touched_at",),
    "spend": ("day", "month", "until"),
    "rates": ("day",),
    "lookup": (),
}
_MUST_HAVE = {
    "stage_history": (("entered_at", "missing_date"), ("stage", "missing_stage")),
    "touches": (("touched_at", "missing_date"),),
    "spend": (("day", "missing_date"), ("amount", "missing_amount")),
    "rates": (("day", "missing_date"), ("currency", "unknown_currency"), ("rate", "bad_rate")),
}
_BY_DAY = ("spend", "rates")
_LONGEST_SPAN = 3_660  # days that one amount may cover


@dataclass(frozen=True)
class _Soft:
    """A cell that is blanked, with a reason, where a condition holds; its row is kept."""

    cell: str
    reason: str
    condition: str


class _Reading:
    """The SQL of one file's rows, put together column by column."""

    def __init__(self, con: duckdb.DuckDBPyConnection, intake: Intake, setting: Setting) -> None:
        self.con = con
        self.intake = intake
        self.setting = setting
        self.entry = intake.entry
        self.parameters: dict[str, object] = {"zone": setting.zone, "now": setting.now}
        self.columns: dict[str, str] = {}
        self.finished: dict[str, str] = {}  # what a column becomes once all are there
        self.soft: list[_Soft] = []
        self.refusals: list[tuple[str, str, str]] = []  # condition, reason, cell
        self.orders: dict[str, str] = {}
        self.looks: dict[str, dates.DateColumn] = {}

    def cell(self, header: str, field_name: str) -> str:
        """The column of the file under a header. Raises MappingError when there is none."""
        found = self.intake.cell_under(header)
        if found is None:
            headers = ", ".join(self.intake.file.headers)
            raise MappingError(
                f"{self.intake.file.name}: there is no column {header!r}. Its columns are: "
                f'{headers}. In the mapping write {field_name} = "the right one of these".'
            )
        return found

    def look_at_dates(self) -> None:
        """Looks over every column of dates, and settles which comes first, day or month."""
        wanted = {
            name: self.entry.columns[name]
            for name in _KEPT_DATE_FIELDS[self.entry.table]
            if name in self.entry.columns
        } | {stage.stage: stage.column for stage in self.entry.stages}
        cells = {self.cell(header, name): header for name, header in wanted.items()}
        months = self.entry.table in _BY_DAY
        self.looks = {
            cell: dates.look(self.con, self.intake.file.table, cell, months=months)
            for cell in cells
        }
        self.orders = dates.day_month_orders(
            list(self.looks.values()), self.intake.file.name, cells, self.entry.day_month_order
        )
        for cell, seen in self.looks.items():
            if dates.is_mixed(seen) and not self.entry.day_month_order:
                shown = "day/month" if self.orders[cell] == "dmy" else "month/day"
                self.intake.notices.append(
                    f"{self.intake.file.name}: column {cells[cell]!r} has dates in both orders; "
                    f"read as {shown}, the others are refused."
                )

    def text(self, cell: str, name: str) -> str:
        """A column's text: trimmed, spaces single, accents composed, values mapped; '' is null."""
        bare = f'nfc_normalize("{cell}")'
        spaces = " or ".join(f"contains({bare}, {space})" for space in _WIDE_SPACES)
        tidy = (
            f"trim(case when {spaces} then regexp_replace({bare}, '[\\s\\x{{00a0}}]+', ' ', 'g') "
            f"else {bare} end)"
        )
        values = self.entry.values.get(name)
        if values:
            self.parameters[f"from_{name}"] = [" ".join(v.split()).casefold() for v in values]
            self.parameters[f"to_{name}"] = list(values.values())
            tidy = f"coalesce($to_{name}[list_position($from_{name}, lower({tidy}))], {tidy})"
        return f"nullif({tidy}, '')"

    def date(self, cell: str) -> str:
        """A column's instants."""
        return dates.instant(self.looks[cell], self.orders[cell])

    def add_lead_id(self) -> None:
        if "lead_id" not in self.entry.columns:
            return
        cell = self.cell(self.entry.columns["lead_id"], "lead_id")
        self.columns["lead_id"] = f"nullif(trim(\"{cell}\"), '')"
        if self.entry.table != "lookup":
            self.refusals.append(("lead_id is null", "missing_lead_id", cell))

    def add_dates(self) -> None:
        for name in _KEPT_DATE_FIELDS[self.entry.table]:
            if name not in self.entry.columns:
                continue
            cell = self.cell(self.entry.columns[name], name)
            column = "day" if name == "month" else name
            self.columns[column] = self.date(cell)
            self.columns[f"{name}#day"] = dates.is_day_only(cell)
            self.refusals.append(
                (f"{column} is null and trim(\"{cell}\") <> ''", "unreadable_date", cell)
            )
            if self.entry.table in _BY_DAY:
                is_month = "true" if name == "month" else dates.is_month(cell)
                self.columns[f"{column}#month"] = is_month
            # What is paid in advance may cover days to come.
            if name != "until":
                self.refusals.append((dates.is_future(column), "future_date", cell))
        if self.entry.table in _BY_DAY:
            self._add_days()

    def _add_days(self) -> None:
        """The local days of spend and rates: a month begins on its first and ends on its last."""
        day, until = dates.local_day("day"), dates.local_day("until")
        first = (
            f"case when \"day#month\" then cast(date_trunc('month', {day}) as date) else {day} end"
        )
        last = f'case when "day#month" then last_day({day}) end'
        if "until" in self.columns:
            end = f'case when "until#month" then last_day({until}) else {until} end'
            last = f"coalesce({end}, {last})"
            days = f"date_diff('day', {first}, {last})"
            cell = self.cell(self.entry.columns["until"], "until")
            self.refusals.append((f"not {days} between 0 and {_LONGEST_SPAN:d}", "bad_span", cell))
        self.columns |= {"day#local": "null", "until#local": "null"}
        # (an amount that covers one day has no other last day)
        self.finished |= {"day#local": first, "until#local": f"nullif({last}, {first})"}

    def add_fields(self) -> None:
        for name, header in self.entry.columns.items():
            if name in ("lead_id", *_DATES):
                continue
            cell = self.cell(header, name)
            if name in (*NUMBER_FIELDS, "rate"):
                self._add_number(name, cell)
            elif name in ANSWER_FIELDS:
                self.columns[name] = numbers.answer(cell)
                self._soften(name, cell, "unreadable_answer")
            else:
                self.columns[name] = self.text(cell, name)
            if name == "source" and self.entry.table != "lookup":
                self.columns["source_raw"] = f'"{cell}"'
        self._add_currency()

    def _add_currency(self) -> None:
        """The code of the currency: the row's own, else that of the store."""
        cell = self.intake.cell("currency")
        self.parameters |= {
            "currency": self.setting.currency,
            "signs": list(currencies.SIGNS),
            "sign_codes": list(currencies.SIGNS.values()),
        }
        code = "coalesce($sign_codes[list_position($signs, upper(currency))], upper(currency))"
        if cell is not None and self.entry.table in _BY_DAY:
            self.parameters["codes"] = list(currencies.codes())
            self.refusals.append((f"not list_contains($codes, {code})", "unknown_currency", cell))
        if self.entry.table == "rates":
            self.finished["currency"] = code
            cell = self.cell(self.entry.columns["rate"], "rate")
            self.refusals.append(
                (f"rate <= 0 or ({code} = $currency and rate <> 1)", "bad_rate", cell)
            )
        elif "amount" in self.entry.columns:
            self.columns.setdefault("currency", "cast(null as varchar)")
            own = code if cell is not None else "null"
            self.finished["currency"] = (
                f"case when amount is not null then coalesce({own}, $currency) end"
            )

    def _add_number(self, name: str, cell: str) -> None:
        table = self.intake.file.table
        thousandths = name == "rate" and currencies.has_thousandths(self.setting.currency)
        mark = numbers.decimal_mark(self.con, table, cell, has_thousandths=thousandths)
        self.columns[name] = numbers.number(cell, mark)
        if self.entry.table not in _BY_DAY:
            self._soften(name, cell, "unreadable_number")
            return
        self.refusals.append(
            (f"{name} is null and trim(\"{cell}\") <> ''", "unreadable_number", cell)
        )
        if name == "amount":
            self.refusals.append(("amount < 0", "negative_amount", cell))

    def _soften(self, name: str, cell: str, reason: str) -> None:
        self.soft.append(_Soft(cell, reason, f"{name} is null and trim(\"{cell}\") <> ''"))

    def add_stages(self) -> None:
        """One instant a stage column, in the order given: at equal times the first comes first."""
        for number, stage in enumerate(self.entry.stages):
            cell = self.cell(stage.column, stage.stage)
            at = self.date(cell)
            met = ["true"]
            for index, (header, wanted) in enumerate(stage.when):
                self.parameters[f"when_{number}_{index}"] = [value.casefold() for value in wanted]
                other = self.cell(header, f"{stage.stage}.when")
                met.append(f'list_contains($when_{number}_{index}, lower(trim("{other}")))')
            here = " and ".join(met)
            name, filled = f"#at_{number}", f"#filled_{number}"
            self.columns[name] = f"case when {here} then {at} end"
            self.columns[filled] = f"{here} and trim(\"{cell}\") <> ''"
            self.columns[f"#day_{number}"] = dates.is_day_only(cell)
            late = dates.is_future(f'"{name}"')
            self.finished[name] = f'case when not ({late}) then "{name}" end'
            self.soft += [
                _Soft(cell, "unreadable_date", f'"{filled}" and "{name}" is null'),
                _Soft(cell, "future_date", late),
            ]

    def add_dimensions(self) -> None:
        """Columns that nothing else was said about are kept as dimensions of the lead."""
        if self.entry.table not in ("leads", "stage_columns"):
            self.intake.dimensions = tuple(
                name
                for name in self.entry.columns
                if self.entry.table == "stage_history" and name not in (*LEAD_FIELDS, *MOVE_FIELDS)
            )
            return
        used = {heading(header) for header in self.entry.columns.values()}
        used |= {heading(stage.column) for stage in self.entry.stages}
        used |= {heading(header) for header in self.entry.ignore}
        named = [n for n in self.entry.columns if n not in (*LEAD_FIELDS, *MOVE_FIELDS)]
        for header, cell in zip(self.intake.file.headers, self.intake.file.cells, strict=True):
            if heading(header) in used:
                continue
            name = dimension_slug(header, {*named, *self.columns})
            self.columns[name] = self.text(cell, name)
            named.append(name)
        self.intake.dimensions = tuple(named)

    def must_have(self) -> None:
        for name, reason in _MUST_HAVE.get(self.entry.table, ()):
            header = self.entry.columns.get(name) or self.entry.columns["month"]
            self.refusals.append((f"{name} is null", reason, self.cell(header, name)))

    def create(self) -> None:
        """Makes the table of rows."""
        if self.entry.table == "lookup":
            for _, header in self.entry.join:
                cell = self.cell(header, "join")
                self.columns[f"key_{cell}"] = self.text(cell, "")
        typed = ", ".join(f'{sql} as "{name}"' for name, sql in self.columns.items())
        refusal = self._first_refusal(1)
        refused_cell = self._first_refusal(2)
        soft = " + ".join(
            f"case when {soft.condition} then {1 << bit:d} else 0 end"
            for bit, soft in enumerate(self.soft)
        )
        kept = ", ".join(
            f'{self.finished.get(name, quoted(name))} as "{name}"' for name in self.columns
        )
        sql = (
            f'create or replace temp table "{self.intake.table}" as '
            f'with typed as (select *, {typed} from "{self.intake.file.table}" {self._only()}) '
            f"select line, {kept}, {refusal} as refusal, {refused_cell} as refused_cell, "
            f"cast({soft or '0'} as hugeint) as soft from typed"
        )
        used = set(_PARAMETER.findall(sql))
        self.con.execute(sql, {name: v for name, v in self.parameters.items() if name in used})

    def _first_refusal(self, part: int) -> str:
        cases = " ".join(f"when {refusal[0]} then '{refusal[part]}'" for refusal in self.refusals)
        return f"case {cases} end" if cases else "cast(null as varchar)"

    def _only(self) -> str:
        conditions = []
        for index, (header, wanted) in enumerate(self.entry.only):
            self.parameters[f"only_{index}"] = [value.casefold() for value in wanted]
            cell = self.cell(header, "only")
            conditions.append(f'list_contains($only_{index}, lower(trim("{cell}")))')
        return f"where {' and '.join(conditions)}" if conditions else ""

    def list_soft(self) -> None:
        """Lists the cells that were blanked in rows that are kept."""
        for bit, soft in enumerate(self.soft):
            list_cells(
                self.con,
                self.intake,
                soft.reason,
                soft.cell,
                f"rows.refusal is null and (rows.soft & {1 << bit:d}::hugeint) <> 0",
                whole=False,
            )


def take_in(
    con: duckdb.DuckDBPyConnection,
    file: TableFile,
    entry: FileMapping,
    setting: Setting,
    lookups: Sequence[Intake] = (),
) -> Intake:
    """Reads a file's rows as its mapping says; see the module for what it leaves behind.

    Raises MappingError for a column that is not there, AmbiguousDates when the order of day and
    month has to be said.
    """
    intake = Intake(
        int(file.table.removeprefix("file_")),
        file,
        entry,
        stages=tuple(stage.stage for stage in entry.stages),
        stage_headers=tuple(stage.column for stage in entry.stages),
    )
    reading = _Reading(con, intake, setting)
    reading.add_lead_id()
    reading.look_at_dates()
    reading.add_dates()
    reading.add_fields()
    reading.add_stages()
    reading.add_dimensions()
    reading.must_have()
    reading.create()
    counted = con.execute(f'select count(*) from "{intake.table}"').fetchone() or (0,)
    unread = con.execute(f'select count(*) from "{file.unread}"').fetchone() or (0,)
    intake.skipped = file.rows - unread[0] - counted[0]
    if entry.table in ("leads", "stage_columns"):
        _refuse_second_rows(con, intake, "lead_id", "duplicate_lead_id", "lead_id")
    if entry.table == "spend":
        _look_for_months(con, intake)
    if entry.table == "rates":
        _refuse_second_rows(con, intake, '"day#local", currency', "duplicate_rate", "day")
    reading.list_soft()
    for lookup in lookups:
        _look_up(con, intake, lookup)
    return intake


def _look_for_months(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Says so when days look like months that a spreadsheet wrote as their first day."""
    if "day" not in intake.entry.columns or "until" in intake.entry.columns:
        return
    days, others = con.execute(
        'select count(distinct "day#local"), '
        'count(*) filter ("day#month" or date_part(\'day\', "day#local") <> 1) '
        f'from "{intake.table}" where refusal is null'
    ).fetchone() or (0, 0)
    if days > 1 and not others:
        intake.notices.append(
            f"{intake.file.name}: every day of column {intake.entry.columns['day']!r} is the first "
            "of its month, and is taken for that day alone. If the amounts are of whole months, "
            "write month instead of day in the mapping."
        )


def _refuse_second_rows(
    con: duckdb.DuckDBPyConnection, intake: Intake, key: str, reason: str, field: str
) -> None:
    doubled = con.execute(
        f'select count(*) - count(distinct ({key})) from "{intake.table}" where refusal is null'
    ).fetchone()
    if doubled and doubled[0]:
        con.execute(
            f'update "{intake.table}" set refusal = $reason, refused_cell = $cell '
            f'where line in (select line from "{intake.table}" where refusal is null '
            f"qualify row_number() over (partition by {key} order by line) > 1)",
            {"reason": reason, "cell": intake.cell(field)},
        )


def _look_up(con: duckdb.DuckDBPyConnection, intake: Intake, lookup: Intake) -> None:
    """Fills the fields of a lookup in the rows that meet it and do not have them themselves."""
    fields = list(lookup.entry.columns)
    met = [name for name, _ in lookup.entry.join]
    own = {*intake.lead_fields, "lead_id"}
    if intake.entry.table not in ("leads", "stage_columns", "stage_history") or not fields:
        return
    if not all(name in own for name in met):
        return
    keys = [f"key_{lookup.cell_under(header)}" for _, header in lookup.entry.join]
    first = ", ".join(f'arg_min("{name}", line) as "{name}"' for name in fields)
    key_list = ", ".join(f'lower("{key}") as "{key}"' for key in keys)
    condition = " and ".join(
        f'lower(rows."{name}") = found."{key}"' for name, key in zip(met, keys, strict=True)
    )
    there = [name for name in fields if name in own]
    fresh = [name for name in fields if name not in own]
    replaced = ", ".join(f'coalesce(rows."{n}", found."{n}") as "{n}"' for n in there)
    filled = f"replace ({replaced})" if replaced else ""
    added = "".join(f', found."{name}"' for name in fresh)
    con.execute(
        f'create or replace temp table "{intake.table}" as with found as ('
        f'select {key_list}, {first} from "{lookup.table}" group by all) '
        f"select rows.* {filled}{added} "
        f'from "{intake.table}" as rows left join found on {condition}'
    )
    intake.looked_up = (*intake.looked_up, *fresh)
