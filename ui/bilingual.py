"""What is said in both languages at once, for colleagues who speak different ones."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui import words


def both(name: Callable[[], str]) -> tuple[str, str]:
    """A name as the reader says it, and as the other language does: `''` when it is the same."""
    here = name()
    with _speaking("en" if words.lang() == "vi" else "vi"):
        there = name()
    return here, "" if there == here else there


def has(sought: str, *said: Callable[[], str]) -> bool:
    """Whether every word sought is in what is said, all in the one language or in the other."""
    wanted = _folded(sought).split()
    texts = []
    for lang in words.LANGUAGES:
        with _speaking(lang):
            texts.append(_folded(" ".join(text() for text in said)))
    return any(all(word in text for word in wanted) for text in texts)


@contextmanager
def _speaking(lang: str) -> Iterator[None]:
    before = words.lang()
    words.use(lang)
    try:
        yield
    finally:
        words.use(before)


def _folded(text: str) -> str:
    """Text without case and accents, as people type on a phone: `Đã rớt` is `da rot`."""
    marked = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))
