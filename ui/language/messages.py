"""What the screens say: messages in the reader's language, and numbers, dates and money in it.

English text is the key; Vietnamese comes from `locales` (see `catalogue.py`). The language
belongs to one run of one page (a ContextVar), so two readers never share it. A new thread starts
in Vietnamese: whoever draws in one (a fragment, a callback) calls `use` first.
"""

from collections.abc import Mapping

from ui.language import catalogue
from ui.language.current import lang
from ui.language.formats import number

# --- messages ---------------------------------------------------------------------------------


def _(message: str, **values: object) -> str:
    """A message in the reader's language, its `{placeholders}` filled with ready texts."""
    return _filled(_translation(message), values)


def _p(context: str, message: str, **values: object) -> str:
    """A message whose English is ambiguous: the context says which one is meant."""
    return _filled(_translation(message, context), values)


def _n(singular: str, plural: str, count: int, **values: object) -> str:
    """A message that depends on a count, which fills `{n}` as the language writes numbers."""
    entry = catalogue.read(lang()).get((singular, plural))
    text = singular if count == 1 else plural
    if entry is not None and catalogue.translated(entry) and isinstance(entry.string, tuple):
        text = entry.string[0]  # Vietnamese has one form
    return _filled(text, {"n": number(count), **values})


def N_(message: str) -> str:
    """Marks a message in a table, to be translated where it is shown."""
    return message


def N_p(context: str, message: str) -> tuple[str, str]:
    """Marks an ambiguous message in a table; show it by `_p(*marked)`."""
    return context, message


def _translation(message: str, context: str | None = None) -> str:
    entry = catalogue.read(lang()).get(message, context)
    return str(entry.string) if entry is not None and catalogue.translated(entry) else message


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format_map(values) if values else text


# --- numbers ----------------------------------------------------------------------------------


# --- dates ------------------------------------------------------------------------------------


# --- parts ------------------------------------------------------------------------------------
