"""Terms: what a word on a screen means, said where it stands, and the way to its definition.

`help` is for the `help=` of a metric, a control, a heading or a column: it is shown on hover, on
tap, and on focus.
"""

from analytics.certainty import Certainty
from analytics.names import Name
from ui import navigation, session
from ui.language import current
from ui.language.glossary.entries import Term
from ui.language.messages import _
from ui.page import certainty as certainties

CERTAINTY = "certainty"
"""The place where the words of how sure something is are explained."""


def help(*terms: Name | Term | Certainty) -> str:
    """Markdown that says what terms mean, each with the way to its row under Definitions."""
    return "\n\n".join(f"{_meaning(term)} {link(term)}" for term in terms)


def link(term: Name | Term | Certainty, label: str | None = None) -> str:
    """Markdown for the way to a term's row under Definitions, in this tab."""
    anchor = CERTAINTY if isinstance(term, Certainty) else term.anchor
    address = navigation.address("definitions", session.view(), anchor)
    said = label or _("Definition")
    return f"[{said}]({address})"


def _meaning(term: Name | Term | Certainty) -> str:
    if isinstance(term, Certainty):
        return f"**{certainties.word(term)}**: {certainties.meaning(term)}"
    if isinstance(term, Name):
        lang = current.lang()
        return f"**{term.label(lang)}**: {term.counts(lang)}"
    return f"**{term.name()}**: {_(term.meaning)}"
