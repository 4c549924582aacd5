"""What a load says: what is to be known of it, and why rows were refused."""

from data.load.notices import Notice
from ui.language import formats, labels
from ui.language.messages import N_, _

_REASONS = {
    "unreadable_row": N_("The row cannot be read"),
    "unreadable_date": N_("The date cannot be read"),
    "unreadable_number": N_("Not a number; a lead was kept without it, spend and rates were not"),
    "missing_amount": N_("There is no amount"),
    "negative_amount": N_("The amount is below zero"),
    "unknown_currency": N_("Not a currency code such as VND or USD"),
    "bad_span": N_("The last day is before the first, or ten years after it"),
    "bad_rate": N_("A rate is above zero, and 1 for the currency of the data"),
    "duplicate_rate": N_("The day has a rate of this currency already"),
    "error_cell": N_("An error of the spreadsheet such as #N/A, taken as empty"),
    "unreadable_answer": N_("Neither yes nor no; the row was kept without it"),
    "future_date": N_("The date is in the future"),
    "missing_date": N_("There is no date"),
    "missing_lead_id": N_("There is no lead id"),
    "missing_stage": N_("There is no stage"),
    "missing_source": N_("There is no source"),
    "duplicate_lead_id": N_("The lead id is already taken"),
    "unknown_lead": N_("There is no lead with this id"),
    "before_lead": N_("The move is earlier than the lead"),
    "cell_too_long": N_("The cell is too long"),
}
_NOTICES = {
    "came_with_moves": N_(
        "No file says when leads came: each counts from its first move, and leads that never "
        "moved are not seen."
    ),
    "rates_left_out": N_(
        "The currency is {currency} now: the rates into {before} are left out. Load rates into "
        "{currency}."
    ),
    "no_rate": N_(
        "There is no rate for {currencies}, so what was spent in it is not known in "
        "{currency}: load a file with the columns day, currency, rate."
    ),
    "both_orders": N_(
        "{file}: column {header} has dates in both orders; read as {order}, the others are refused."
    ),
    "further_columns": N_(
        "{file}: {count} of its columns are kept with the leads but cannot be filtered by, "
        "since {most} others can; the first is {header}. Name those that matter under "
        "[files.columns] of a mapping."
    ),
    "one_move_each": N_(
        "{file}: nearly every lead has one move ({leads} leads, {moves} moves). If column {header} "
        "is the id of the move and not of the lead, load again and choose the lead's."
    ),
    "sheets_together": N_(
        "{file}: {count} sheets of one shape were read together: {sheets}. The column sheet says "
        "which one a row is from."
    ),
    "sheets_left": N_(
        "{file}: of its sheets {read} was read, not {others}. Another one is chosen in the first "
        "step."
    ),
    "cells_merged": N_(
        "{file}: {count} cells are merged over several rows; what stands in them is read in each "
        "of these, unless it is a number."
    ),
    "sheet_hidden": N_("{file}: {sheets}, which was read, is hidden."),
    "lines_above": N_("{file}: the lines above the header were passed over: {said}."),
    "lines_below": N_("{file}: lines that are no rows were left out ({count}): {said}."),
    "excel_days": N_(
        "{file}: {count} dates of column {header} are Excel's numbers of days; {example} is read "
        "as {day}."
    ),
    "zone_of_header": N_("{file}: the times of column {header} are read in {zone}, as it says."),
    "unit_of_header": N_(
        "{file}: the amounts of column {header} count {unit}, as it says; those that are written "
        "in full do not."
    ),
    "damaged_ids": N_(
        "{file}: {count} ids of column {header} such as {example} were cut short by a spreadsheet, "
        "and may be those of several leads. Export the ids as text."
    ),
    "dollars": N_(
        "{file}: the {sign} of {count} amounts is taken for {currency}. If it is another one, give "
        "the currency a column."
    ),
    "one_spelling": N_(
        "Names that differ only by case are one: {spelling} (also written {others})."
    ),
    "mixed_currencies": N_(
        "The amounts of {leads} leads are in several currencies and are not added up: what these "
        "leads are worth is not known."
    ),
    "grouped_dimension": N_(
        "{dimension} has {values} values: the {kept} that most leads have can be filtered and "
        "broken down by, all others are together as {rest}."
    ),
    "own_values": N_(
        "{dimension} is kept on the leads but cannot be filtered by: it has {values} values, and "
        "hardly two leads have the same."
    ),
    "told_apart_by": N_(
        "{file} has no column of ids: its leads are told apart by {columns}; of two rows with the "
        "same the first counts."
    ),
    "created_from": N_("{file}: no column says when leads came; {columns} is taken for it."),
    "last_stage_only": N_(
        "{file}: a row says in which stage its lead is and the date when it came there "
        "({columns}); which stages came before, and those of leads that were lost, is not known."
    ),
    "modified_taken": N_(
        "{file}: {columns} says when a record was last changed, whatever was changed. It was taken "
        "for the date of each move."
    ),
    "one_stage": N_(
        "{file}: {columns} are taken for one stage, {stage}, which was entered at the earliest of "
        "their dates."
    ),
    "ends_told": N_(
        "{file}: {columns} says what was won and what was lost; where it does, that counts and not "
        "the stage."
    ),
    "marked_stages": N_(
        "{file}: {columns} tick steps without saying when: no lead has reached a step by them. "
        "Write the day of the step instead of the tick, or the status of the lead in one column."
    ),
    "no_source": N_("{file} has no column of a source: it is not known where its leads came from."),
    "no_stage": N_(
        "{file} has no column that says in which stage a lead is: no lead of it is beyond the "
        "first stage."
    ),
    "unknown_stage_columns": N_(
        "{file}: {columns} date stages that the funnel does not have ({values}); their dates are "
        "kept as text and are not counted."
    ),
    "joined_by": N_("{file}: its rows are joined to the leads by {columns}."),
    "not_joined": N_(
        "{file}: no column has the ids of {values}, so that both count as leads of their own. Load "
        "one of them, or export that column as well."
    ),
    "known_from_status": N_(
        "{file}: the stage of {leads} leads is known from a status, what column {header} says. The "
        "dates of the steps between are not known, so time in stage cannot be told from it."
    ),
    "changed_at_taken": N_(
        "{file}: column {header} says when a record was last changed, whatever was changed. It was "
        "taken for the day on which {leads} leads reached their status."
    ),
    "moved_between_exports": N_(
        "{leads} leads have another status than in the export before: they moved between the two."
    ),
    "missing_in_export": N_(
        "{file}: {leads} leads of earlier exports are not in it; they stay as they were."
    ),
}


def notice(said: str) -> str:
    """What a load has to say, in the reader's language where it is a notice with a key."""
    if not isinstance(said, Notice) or said.key not in _NOTICES:
        return said
    values = {
        name: formats.number(value) if isinstance(value, int) else value
        for name, value in said.values.items()
    }
    if "dimension" in values:
        values["dimension"] = labels.dimension_label(str(values["dimension"]))
    if "rest" in values:
        values["rest"] = _("(other)")
    if "order" in values:
        values["order"] = _("day/month") if values["order"] == "day/month" else _("month/day")
    if said.key == "one_stage":
        values["stage"] = labels.own(str(values.pop("values")))
    return _(_NOTICES[said.key], **values)


def reason(code: str) -> str:
    """Why a row was refused, for a reader who has the file before them."""
    return _(_REASONS[code]) if code in _REASONS else code.replace("_", " ")
