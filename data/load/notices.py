"""What a load has to say besides its counts: each sentence with a key, by which screens have it."""

from typing import Self

NOTICES = {
    "came_with_moves": (
        "No file says when leads came: each counts from its first move, and leads that never "
        "moved are not seen."
    ),
    "rates_left_out": (
        "The currency is {currency} now: the rates into {before} are left out. Load rates into "
        "{currency}."
    ),
    "no_rate": (
        "There is no rate for {currencies}, so what was spent in it is not known in "
        "{currency}: load a file with the columns day, currency, rate."
    ),
    "both_orders": (
        "{file}: column {header} has dates in both orders; read as {order}, the others are refused."
    ),
    "further_columns": (
        "{file}: {count} of its columns are kept with the leads but cannot be filtered by, "
        "since {most} others can; the first is {header}. Name those that matter under "
        "[files.columns] of a mapping."
    ),
    "one_move_each": (
        "{file}: nearly every lead has one move ({leads} leads, {moves} moves). If column {header} "
        "is the id of the move and not of the lead, say in a mapping which is the lead's, and load "
        "again in place of this."
    ),
    "lines_above": "{file}: the lines above the header were passed over: {said}.",
    "lines_below": "{file}: lines that are no rows were left out ({count}): {said}.",
    "excel_days": (
        "{file}: {count} dates of column {header} are Excel's numbers of days; {example} is read "
        "as {day}."
    ),
    "zone_of_header": "{file}: the times of column {header} are read in {zone}, as it says.",
    "unit_of_header": (
        "{file}: the amounts of column {header} count {unit}, as it says; those that are written "
        "in full do not."
    ),
    "damaged_ids": (
        "{file}: {count} ids of column {header} such as {example} were cut short by a spreadsheet, "
        "and may be those of several leads. Export the ids as text."
    ),
    "dollars": (
        "{file}: the {sign} of {count} amounts is taken for {currency}. If it is another one, give "
        "the currency a column."
    ),
    "one_spelling": "Names that differ only by case are one: {spelling} (also written {others}).",
    "mixed_currencies": (
        "The amounts of {leads} leads are in several currencies and are not added up: what these "
        "leads are worth is not known."
    ),
    "grouped_dimension": (
        "{dimension} has {values} values: the {kept} that most leads have can be filtered and "
        "broken down by, all others are together as {rest}."
    ),
    "own_values": (
        "{dimension} is kept on the leads but cannot be filtered by: it has {values} values, and "
        "hardly two leads have the same."
    ),
    "told_apart_by": (
        "{file} has no column of ids: its leads are told apart by {columns}, of two rows with the "
        "same the first counts."
    ),
    "created_from": "{file}: no column says when leads came; {columns} is taken for it.",
    "last_stage_only": (
        "{file}: a row says in which stage its lead is and the date when it came there "
        "({columns}); which stages came before, and those of leads that were lost, is not known."
    ),
    "modified_taken": (
        "{file}: {columns} says when a record was last changed, whatever was changed. It was taken "
        "for the date of each move."
    ),
    "one_stage": (
        "{file}: {columns} are taken for one stage, {values}, which was entered at the earliest of "
        "their dates. `python -m data recognise` writes a mapping with a stage for each."
    ),
    "ends_told": (
        "{file}: {columns} says what was won and what was lost; where it does, that counts and not "
        "the stage."
    ),
    "no_source": "{file} has no column of a source (nguồn): it is not known where leads came from.",
    "no_stage": (
        "{file} has no column that says in which stage (giai đoạn) a lead is: no lead of it is "
        "beyond the first stage."
    ),
    "marked_stages": (
        "{file}: {columns} tick steps without saying when: no lead has reached a step by them. "
        "Write the day of the step instead of the tick, or the status of the lead in one column."
    ),
    "unknown_stage_columns": (
        "{file}: {columns} date stages that the pipeline does not have ({values}): "
        "their dates are kept as text and are not counted. `python -m data recognise` writes a "
        "mapping in which they are stages."
    ),
    "joined_by": "{file}: its rows are joined to the leads of {values} by {columns}.",
    "not_joined": (
        "{file}: no column has the ids of {values}, so that both count as leads of their own. Load "
        "one of them, or export that column as well."
    ),
    "sheets_together": (
        "{file}: {count} sheets of one shape were read together: {sheets}. The column sheet says "
        "which one a row is from."
    ),
    "sheets_left": (
        "{file}: of its sheets {read} was read, not {others}. To load another, write "
        "sheet = '{example}' in a mapping."
    ),
    "cells_merged": (
        "{file}: {count} cells are merged over several rows; what stands in them is read in each "
        "of these, unless it is a number."
    ),
    "sheet_hidden": "{file}: {sheets}, which was read, is hidden.",
    "known_from_status": (
        "{file}: known from a status: the stage of {leads} leads is what column {header} says; the "
        "dates of the steps between are not known, so time in stage cannot be told from it."
    ),
    "changed_at_taken": (
        "{file}: column {header} says when a record was last changed, whatever was changed. It was "
        "taken for the day on which {leads} leads reached their status."
    ),
    "moved_between_exports": (
        "{leads} leads have another status than in the export before: they moved between the two."
    ),
    "missing_in_export": (
        "{file}: {leads} leads of earlier exports are not in it; they stay as they were."
    ),
}
"""Every notice with a key as the command line says it; screens translate theirs."""


class Notice(str):
    """A notice in English, with its key and what fills its sentence."""

    __slots__ = ("key", "values")

    key: str
    values: dict[str, object]

    @classmethod
    def of(cls, key: str, **values: object) -> Self:
        """The notice of a key; numbers are written with commas, texts as they are."""
        shown = {
            name: f"{value:,}" if isinstance(value, int) else value
            for name, value in values.items()
        }
        notice = cls(NOTICES[key].format(**shown))
        notice.key, notice.values = key, values
        return notice
