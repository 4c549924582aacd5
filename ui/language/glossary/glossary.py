"""The chapters of the glossary in their order, and its words by their place."""

from functools import cache

from ui.language.glossary.entries import Term
from ui.language.glossary.field import (
    CHANNELS,
    CONTRASTS,
    DISAGREEMENTS,
    OWN,
    STAGES,
    TEMPERATURE,
)
from ui.language.glossary.numbers import COUNTING, CREDIT, LOSSES

CHAPTERS = (OWN, STAGES, DISAGREEMENTS, COUNTING, CREDIT, LOSSES, CONTRASTS, TEMPERATURE, CHANNELS)


@cache
def term(anchor: str) -> Term:
    """The word at a place of the page.

    Raises:
        KeyError: there is no such word.
    """
    for chapter in CHAPTERS:
        for entry in chapter.terms:
            if entry.anchor == anchor:
                return entry
    raise KeyError(anchor)
