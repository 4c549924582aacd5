"""Names in both languages at once, for colleagues who speak different ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from data.values.text import plain
from ui.language import current


def both(name: Callable[[], str]) -> tuple[str, str]:
    """A name in the reader's language, and in the other one: `''` when it is the same."""
    here = name()
    with _speaking("en" if current.lang() == "vi" else "vi"):
        there = name()
    return here, "" if there == here else there


def in_english(name: Callable[[], str]) -> str:
    """A name in English, whatever the reader's language: the same for all."""
    with _speaking("en"):
        return name()


def has(sought: str, *said: Callable[[], str]) -> bool:
    """Whether every word sought begins a word of the texts, in one of the languages.

    As people type on a phone: case, accents and punctuation do not matter.
    """
    wanted = [f" {word}" for word in plain(sought).split()]
    for lang in current.LANGUAGES:
        with _speaking(lang):
            text = " " + plain(" ".join(text() for text in said))
        if all(word in text for word in wanted):
            return True
    return False


@contextmanager
def _speaking(lang: str) -> Iterator[None]:
    before = current.lang()
    current.use(lang)
    try:
        yield
    finally:
        current.use(before)
