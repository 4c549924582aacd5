"""Messages in the reader's language.

English text is the key; the translations come from the catalogues in `locales`, by GNU gettext.
"""

from collections.abc import Mapping
from gettext import GNUTranslations

from ui.language import catalogue
from ui.language.current import lang
from ui.language.formats import number


def _(message: str, **values: object) -> str:
    """A message in the reader's language, its `{placeholders}` filled with ready texts."""
    return _filled(_translations().gettext(message), values)


def _p(context: str, message: str, **values: object) -> str:
    """A message whose English is ambiguous: the context says which one is meant."""
    return _filled(_translations().pgettext(context, message), values)


def _n(singular: str, plural: str, count: int, **values: object) -> str:
    """A message that depends on a count, which fills `{n}` as the language writes numbers."""
    # int: a count from a data frame is one of NumPy's, which gettext does not take.
    text = _translations().ngettext(singular, plural, int(count))
    return _filled(text, {"n": number(count), **values})


def N_(message: str) -> str:
    """Marks a message in a table, to be translated where it is shown."""
    return message


def N_p(context: str, message: str) -> tuple[str, str]:
    """Marks an ambiguous message in a table; show it by `_p(*marked)`."""
    return context, message


def _translations() -> GNUTranslations:
    return catalogue.translations(lang())


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format_map(values) if values else text
