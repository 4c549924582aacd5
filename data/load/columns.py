"""The columns of one file's rows, as SQL over its cells, and when a row or a cell is refused."""

from collections.abc import Callable, Sequence

from data.connection import row
from data.load.amounts import add_currency, add_number
from data.load.identity import id_of
from data.load.notices import Notice
from data.load.reader import DATES_KEPT, Columns, Reader, Refusal, unreadable, unreadable_date
from data.load.staging import (
    also,
    is_day,
    is_month,
    join_key,
    local,
    stage_at,
    stage_filled,
    stage_is_day,
)
from data.mapping.fields import (
    ANSWER_FIELDS,
    LEAD_FIELDS,
    MOVE_FIELDS,
    NAME_PARTS,
    NUMBER_FIELDS,
    OF_LEADS,
    OUTCOME,
    STATUS_FIELDS,
    dimension_slug,
)
from data.mapping.statuses import ends_of, is_last_name_first
from data.quoting import quoted
from data.values import dates, numbers, zones
from data.values.text import HIDDEN, heading, tidied, tidy

_DATES = ("created_at", "entered_at", *STATUS_FIELDS, "touched_at", "day", "month", "until")
_MUST_HAVE = {
    "stage_history": (("entered_at", "missing_date"), ("stage", "missing_stage")),
    "touches": (("touched_at", "missing_date"),),
    "spend": (("day", "missing_date"), ("amount", "missing_amount")),
    "rates": (("day", "missing_date"), ("currency", "unknown_currency"), ("rate", "bad_rate")),
}
FURTHER_COLUMNS = 200
"""So many columns that no field is read from become dimensions; more are kept apart."""
_SHORTENED = r"\d([.,]\d+)?E[+]\d+"
"""A long number as a spreadsheet shows it; what it ended in is lost."""
_MOST_OUTCOMES = 1_000
_LONGEST_SPAN = 3_660  # days that one amount may cover


def columns_of_rows(reader: Reader) -> Columns:
    """The columns of a file's rows. Notes the dimensions it finds on the way in the intake.

    Raises:
        MappingError: a column of the mapping is not there.
    """
    columns = Columns(parameters={"zone": reader.setting.zone, "now": reader.setting.now})
    for add in _STEPS:
        add(reader, columns)
    return columns


def _add_lead_id(reader: Reader, columns: Columns) -> None:
    if identity := reader.intake.entry.identity:
        cells = [[reader.cell(header, "identity") for header in group] for group in identity]
        columns.typed["lead_id"] = id_of(cells, reader.intake.cell("phone"))
        columns.refusals.append(Refusal("lead_id is null", "missing_lead_id", cells[0][0]))
        return
    if "lead_id" not in reader.intake.entry.columns:
        return
    cell = reader.cell_of("lead_id")
    shortened = f"regexp_full_match(trim(\"{cell}\"), '{_SHORTENED}')"
    # (what cannot be seen, and spaces other than those of ASCII, take several bytes)
    is_odd = (
        f'strlen("{cell}") <> length("{cell}") or starts_with("{cell}", \' \') '
        f"or ends_with(\"{cell}\", ' ') or contains(\"{cell}\", 'E+')"
    )
    hidden, wide, damaged, example = row(
        reader.con,
        f"select count(*) filter (regexp_matches(\"{cell}\", '{HIDDEN}')), "
        f'count(*) filter (trim("{cell}") <> "{cell}"), '
        f'count(*) filter ({shortened}), any_value("{cell}") filter ({shortened}) '
        f'from "{reader.intake.file.table}" where {is_odd}',
    )
    # What cannot be seen tells no two leads apart.
    text = _first_id(reader, cell)
    if hidden:
        text = f"regexp_replace({text}, '{HIDDEN}', '', 'g')"
    if hidden or wide or text != quoted(cell):
        text = f"trim({text})"
    columns.typed["lead_id"] = f"nullif({text}, '')"
    if damaged:
        reader.intake.notices.append(
            Notice.of(
                "damaged_ids",
                file=reader.intake.file.name,
                count=damaged,
                header=reader.intake.entry.columns["lead_id"],
                example=example,
            )
        )
    if reader.table != "lookup":
        columns.refusals.append(Refusal("lead_id is null", "missing_lead_id", cell))


def _first_id(reader: Reader, cell: str) -> str:
    """A cell's id; of a column of several, such as `Associated Contact IDs`, the first one."""
    is_list = heading(reader.intake.entry.columns["lead_id"]).endswith((" ids", "_ids"))
    return f"split_part(replace(\"{cell}\", ',', ';'), ';', 1)" if is_list else f'"{cell}"'


def _add_further_ids(reader: Reader, columns: Columns) -> None:
    for number, header in enumerate(reader.intake.entry.also):
        columns.typed[also(number)] = f"nullif(trim(\"{reader.cell(header, 'also')}\"), '')"


def _add_dates(reader: Reader, columns: Columns) -> None:
    for name in DATES_KEPT[reader.table]:
        if name not in reader.intake.entry.columns:
            continue
        cell = reader.cell_of(name)
        column = "day" if name == "month" else name
        columns.typed[column] = reader.instants[cell]
        columns.typed[is_day(name)] = dates.is_day_only(reader.looks[cell])
        if name in STATUS_FIELDS:
            _add_status_date(columns, name, cell)
            continue
        columns.refusals.append(unreadable_date(column, cell))
        if reader.is_by_day:
            columns.typed[is_month(column)] = "true" if name == "month" else dates.is_month(cell)
        # What is paid in advance may cover days to come.
        if name != "until":
            columns.refusals.append(Refusal(dates.is_future(column), "future_date", cell))


def _add_status_date(columns: Columns, name: str, cell: str) -> None:
    """A date that a row can do without: it is blanked where it cannot be used."""
    late = dates.is_future(name)
    columns.finished[name] = f'case when not ({late}) then "{name}" end'
    columns.blanks.append(unreadable(name, cell, "unreadable_date"))
    if name == "changed_at":  # what is open is expected to be closed some day
        columns.blanks.append(Refusal(late, "future_date", cell))


def _add_local_days(reader: Reader, columns: Columns) -> None:
    """The local days of spend and rates: a month begins on its first and ends on its last."""
    if not reader.is_by_day:
        return
    day, until = zones.local_day("day"), zones.local_day("until")
    first = (
        f"case when \"{is_month('day')}\" then cast(date_trunc('month', {day}) as date) "
        f"else {day} end"
    )
    last = f'case when "{is_month("day")}" then last_day({day}) end'
    if "until" in columns.typed:
        end = f'case when "{is_month("until")}" then last_day({until}) else {until} end'
        last = f"coalesce({end}, {last})"
        days = f"date_diff('day', {first}, {last})"
        columns.refusals.append(
            Refusal(
                f"not {days} between 0 and {_LONGEST_SPAN:d}", "bad_span", reader.cell_of("until")
            )
        )
    columns.typed |= {local("day"): "null", local("until"): "null"}
    # (an amount that covers one day has no other last day)
    columns.finished |= {local("day"): first, local("until"): f"nullif({last}, {first})"}


def _add_fields(reader: Reader, columns: Columns) -> None:
    """The fields of the mapping that are no dates: texts, numbers, answers."""
    for name in reader.intake.entry.columns:
        if name in ("lead_id", OUTCOME, *_DATES, *NAME_PARTS):
            continue
        cell = reader.cell_of(name)
        if name in (*NUMBER_FIELDS, "rate"):
            add_number(reader, columns, name, cell)
        elif name in ANSWER_FIELDS:
            columns.typed[name] = numbers.answer(cell)
            columns.blanks.append(unreadable(name, cell, "unreadable_answer"))
        else:
            columns.typed[name] = reader.text(cell, name, columns)
        if name == "source" and reader.table in OF_LEADS:
            columns.typed["source_raw"] = f'"{cell}"'
    if {"stage", OUTCOME} <= {*reader.intake.entry.columns}:
        _add_outcome(reader, columns)


def _add_outcome(reader: Reader, columns: Columns) -> None:
    """The stage of what was won or lost is that, wherever it was before."""
    cell = reader.cell_of(OUTCOME)
    ends = reader.intake.entry.values.get(OUTCOME)
    if ends is None:
        query = f'select distinct "{cell}" from "{reader.intake.file.table}" where "{cell}" <> \'\''
        found = reader.con.execute(f"{query} limit {_MOST_OUTCOMES:d}").fetchall()
        ends = ends_of((text for (text,) in found), reader.setting.pipeline)
    if not ends:
        return
    columns.parameters |= {"outcomes": [tidy(each) for each in ends], "ends": [*ends.values()]}
    place = f"list_position($outcomes, {tidied(cell)})"
    columns.typed["stage"] = f"coalesce($ends[{place}], {columns.typed['stage']})"


def _add_names(reader: Reader, columns: Columns) -> None:
    """The name of a person whose first and last name are in two columns."""
    headers = {
        part: header
        for part in NAME_PARTS
        if (header := reader.intake.entry.columns.get(part)) is not None
    }
    if not headers or "name" in columns.typed:
        return
    order = NAME_PARTS[::-1] if is_last_name_first(headers.values()) else NAME_PARTS
    parts = [
        reader.text(reader.cell(headers[part], part), "name", columns)
        for part in order
        if part in headers
    ]
    columns.typed["name"] = f"nullif(concat_ws(' ', {', '.join(parts)}), '')"


def _add_fixed(reader: Reader, columns: Columns) -> None:
    """The fields that all rows of the file have the same value of, since its mapping says so."""
    for name, text in reader.intake.entry.fixed.items():
        columns.parameters[f"fixed_{name}"] = text
        given = f"cast($fixed_{name} as varchar)"
        known = columns.typed.get(name)
        columns.typed[name] = f"coalesce({known}, {given})" if known else given
        if name == "source":
            columns.typed.setdefault("source_raw", given)


def _add_stages(reader: Reader, columns: Columns) -> None:
    """One instant a stage column, in the order given: at equal times the first comes first."""
    for number, stage in enumerate(reader.intake.entry.stages):
        cell, *others = (reader.cell(header, stage.stage) for header in stage.columns)
        conditions = ["true"]
        for index, (header, wanted) in enumerate(stage.when):
            parameter = f"when_{number}_{index}"
            columns.parameters[parameter] = [tidy(value) for value in wanted]
            other = reader.cell(header, f"{stage.stage}.when")
            conditions.append(f"list_contains(${parameter}, {tidied(other)})")
        counts = " and ".join(conditions)
        at, filled = stage_at(number), stage_filled(number)
        instant = _earliest([reader.instants[each] for each in (cell, *others)])
        columns.typed[at] = f"case when {counts} then {instant} end"
        columns.typed[filled] = f"{counts} and {_is_filled(reader, cell)}"
        columns.typed[stage_is_day(number)] = _is_day(reader, (cell, *others), instant)
        late = dates.is_future(f'"{at}"')
        columns.finished[at] = f'case when not ({late}) then "{at}" end'
        columns.blanks += [
            Refusal(f'"{filled}" and {reader.instants[cell]} is null', "unreadable_date", cell),
            *(
                Refusal(
                    f"{counts} and {_is_filled(reader, each)} and {reader.instants[each]} is null",
                    "unreadable_date",
                    each,
                )
                for each in others
            ),
            Refusal(late, "future_date", cell),
        ]


def _is_filled(reader: Reader, cell: str) -> str:
    """The condition for a cell that holds something, and no sign of nothing such as a dash."""
    return (
        f"trim(\"{cell}\") <> '' and case when {reader.instants[cell]} is null "
        f"then not {dates.is_nothing(cell)} else true end"
    )


def _earliest(instants: list[str]) -> str:
    return f"least({', '.join(instants)})" if len(instants) > 1 else instants[0]


def _is_day(reader: Reader, cells: Sequence[str], instant: str) -> str:
    """Whether the instant of a stage is a day: as the column is from which it was read."""
    *others, last = cells
    whens = "".join(
        f"when {reader.instants[cell]} = {instant} then {dates.is_day_only(reader.looks[cell])} "
        for cell in others
    )
    end = dates.is_day_only(reader.looks[last])
    return f"case {whens}else {end} end" if others else end


def _add_dimensions(reader: Reader, columns: Columns) -> None:
    """Columns that nothing else was said about are kept as dimensions of the lead, or apart."""
    intake, entry = reader.intake, reader.intake.entry
    known = (*LEAD_FIELDS, *MOVE_FIELDS, *STATUS_FIELDS, OUTCOME, *NAME_PARTS)
    named = [name for name in (*entry.columns, *entry.fixed) if name not in known]
    if reader.table == "stage_history":
        intake.dimensions = tuple(named)
    if reader.table not in ("leads", "stage_columns"):
        return
    # (what was won and lost is a dimension as well)
    used = {heading(header) for name, header in entry.columns.items() if name != OUTCOME}
    used |= {heading(header) for stage in entry.stages for header in stage.columns}
    used |= {heading(header) for header in entry.ignore}
    taken = {*named, *columns.typed}
    dimensions = {*reader.known, *named}
    further = []
    for header, cell in zip(intake.file.headers, intake.file.cells, strict=True):
        if heading(header) in used:
            continue
        if len(dimensions) >= FURTHER_COLUMNS:
            # (one of those that are there is under its own name, without a number)
            name = dimension_slug(header)
            if name not in dimensions or name in taken:
                further.append((cell, header))
                continue
        else:
            name = dimension_slug(header, taken)
        columns.typed[name] = reader.text(cell, name, columns)
        named.append(name)
        taken.add(name)
        dimensions.add(name)
    intake.dimensions, intake.further = tuple(named), tuple(further)
    if further:
        intake.notices.append(
            Notice.of(
                "further_columns",
                file=intake.file.name,
                count=len(further),
                most=FURTHER_COLUMNS,
                header=further[0][1],
            )
        )


def _require_fields(reader: Reader, columns: Columns) -> None:
    for name, reason in _MUST_HAVE.get(reader.table, ()):
        given = name if name in reader.intake.entry.columns else "month"
        columns.refusals.append(Refusal(f"{name} is null", reason, reader.cell_of(given)))


def _add_join_keys(reader: Reader, columns: Columns) -> None:
    for _, header in reader.intake.entry.join:
        cell = reader.cell(header, "join")
        columns.typed[join_key(cell)] = reader.text(cell, "", columns)


_STEPS: tuple[Callable[[Reader, Columns], None], ...] = (
    _add_lead_id,
    _add_further_ids,
    _add_dates,
    _add_local_days,
    _add_fields,
    _add_names,
    _add_fixed,
    add_currency,
    _add_stages,
    _add_dimensions,
    _require_fields,
    _add_join_keys,
)
"""In this order, since a row is refused for the first reason that applies: what is there and wrong
goes before what is missing. Local days need to know whether there is an `until`, the currency
whether there is an amount, and a dimension gets a name that no column before it has."""
