"""The language of this run of a page.

It belongs to one run (a ContextVar), so two readers never share it. A new thread starts in
Vietnamese: whoever draws in one (a fragment, a callback) calls `use` first.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

LANGUAGES: Mapping[str, str] = MappingProxyType({"vi": "Tiếng Việt", "en": "English"})
DEFAULT = "vi"
_LANGUAGE: ContextVar[str] = ContextVar("language", default=DEFAULT)


def use(lang: str) -> None:
    """Makes a language that of this run; one we do not speak becomes the default."""
    _LANGUAGE.set(lang if lang in LANGUAGES else DEFAULT)


def lang() -> str:
    """The language of this run: `vi` or `en`."""
    return _LANGUAGE.get()


def spoken(locale: str | None) -> str:
    """The language for a browser's locale (`en-GB`), which only decides a first visit."""
    code = (locale or "").lower().replace("_", "-").split("-")[0]
    return code if code in LANGUAGES else DEFAULT
