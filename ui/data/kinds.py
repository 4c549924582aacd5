"""What files are of, in words: on their way in, and once they have been taken in."""

from collections.abc import Mapping
from types import MappingProxyType

from ui.language import labels
from ui.language.messages import N_, _

OF_FILES: Mapping[str, str] = MappingProxyType(
    {
        "contacts": N_("contacts"),
        "companies": N_("companies"),
        "customers": N_("customers"),
        "stages": N_("stages with their dates"),
        "deals": N_("deals"),
        "opportunities": N_("opportunities"),
        "leads": N_("leads"),
        "stage_columns": N_("leads"),
        "moves": N_("moves from stage to stage"),
        "stage_history": N_("moves from stage to stage"),
        "history": N_("moves from stage to stage"),
        "touches": N_("contacts with marketing"),
        "spend": N_("spend"),
        "rates": N_("exchange rates"),
        "form": N_("answers to a form"),
        "users": N_("people of the team"),
        "lookup": N_("details that leads refer to"),
    }
)


def table(name: str) -> str:
    """What a file gave to a table of the store; of one with a column a stage, those are apart."""
    name = "stages" if name == "stage_columns" else name
    return _(OF_FILES[name]) if name in OF_FILES else labels.own(name)
