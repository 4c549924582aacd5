"""What reasons in files mean: the kind of each, by the words of the pipeline."""

import re
from collections.abc import Callable, Iterable

from data.pipeline import Pipeline
from data.reason import OTHER
from data.values.text import plain, tidy

Spelling = Callable[[str], str]
"""What makes a text comparable."""


def kinds_of(texts: Iterable[str], pipeline: Pipeline) -> dict[str, str]:
    """The slug of the kind that each text means; `other` where no word of any kind is in it.

    A text is of the kind whose slug, label or word it is; else of the one that has the longest of
    the words in it. A text without accents is compared without those of the words.
    """
    accented, bare = _Words(pipeline, _spelt), _Words(pipeline, plain)
    return {
        text: (bare if _spelt(text) == plain(text) else accented).kind(text) or OTHER
        for text in texts
    }


def _spelt(text: str) -> str:
    """A text without case, punctuation and double spaces; unlike `plain` it keeps its accents."""
    return " ".join(re.sub(r"[\W_]+", " ", tidy(text)).split())


class _Words:
    """The names and words of all kinds, spelt in one way."""

    def __init__(self, pipeline: Pipeline, spelling: Spelling) -> None:
        self._spelling = spelling
        self._words: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for reason in pipeline.reasons:
            for word in reason.words:
                self._words.setdefault(spelling(word), reason.slug)
            for name in (reason.slug, *(label for _, label in reason.labels)):
                self._names.setdefault(spelling(name), reason.slug)
        self._longest_first = sorted(self._words, key=len, reverse=True)

    def kind(self, text: str) -> str | None:
        """The kind that a text is named as, else that of the longest word in it."""
        spelt = self._spelling(text)
        if named := self._names.get(spelt):
            return named
        words = (word for word in self._longest_first if f" {word} " in f" {spelt} ")
        return self._words.get(next(words, ""))
