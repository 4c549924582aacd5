"""What a load has to say besides its counts: each sentence with a key, by which screens have it."""

from typing import Self

NOTICES = {
    "one_move_each": (
        "{file}: nearly every lead has one move ({leads} leads, {moves} moves). If column {header} "
        "is the id of the move and not of the lead, say in a mapping which is the lead's, and load "
        "again in place of this."
    ),
    "lines_above": "{file}: the lines above the header were passed over: {said}.",
    "lines_below": "{file}: {count} lines are no rows and were left out: {said}.",
    "excel_days": (
        "{file}: {count} dates of column {header} are Excel's numbers of days; {example} is read "
        "as {day}."
    ),
    "zone_of_header": "{file}: the times of column {header} are read in {zone}, as it says.",
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
