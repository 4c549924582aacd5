"""What the glossary is made of: words, tables of two kinds, and chapters of these.

Texts are messages: `messages._` says them in the reader's language. A name is always said in both,
so that colleagues who speak different ones find each other's word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from data.values.text import plain
from ui.language.bilingual import in_english


@dataclass(frozen=True)
class Term:
    """A word: its name, said in the language of the moment, what it means, and how one tells."""

    name: Callable[[], str]
    meaning: str
    told_by: str = ""

    @property
    def anchor(self) -> str:
        """Its place in the page, which a link names: the same in every language."""
        first, *_more = re.split(r",| \(", in_english(self.name))
        return plain(first).replace(" ", "-")


@dataclass(frozen=True)
class Contrast:
    """One criterion by which a lead, a prospect and an opportunity differ."""

    criterion: str
    lead: str
    prospect: str
    opportunity: str


@dataclass(frozen=True)
class Disagreement:
    """A matter on which what is written about leads disagrees: each reading, and Pheu's."""

    matter: str
    readings: tuple[str, ...]
    taken: str
    otherwise: str


@dataclass(frozen=True)
class Chapter:
    """What belongs together: its anchor in the page, its name, and words, a table or both."""

    anchor: str
    title: str
    about: str
    terms: tuple[Term, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    short: bool = False  # terms of a few words, which stand side by side
