"""Reading a link: what a parameter's text means, and what was said that means nothing.

What is not understood never widens a result. A part of a link that decides a number and cannot be
read is therefore no default: the reader sees which, and nothing is counted.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

Reader = Callable[[str], Any]


class NotAllowed(ValueError):
    """A text that a parameter cannot have; `allowed` are the texts, or their forms, that it can."""

    def __init__(self, *allowed: str) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


@dataclass(frozen=True)
class Dropped:
    """A part of a link that is left out of the view.

    allowed: what could have stood there, as a link writes it: words, or forms such as `1–36500`.
    is_harmless: whether the view counts the same without it, so that there is no more to do than
        to say so.
    """

    parameter: str
    value: str
    allowed: tuple[str, ...] = field(default=(), compare=False)
    is_harmless: bool = False


def read_fields(
    readers: Mapping[str, Reader], query: Mapping[str, str], names: Collection[str] = ()
) -> tuple[dict[str, Any], list[Dropped]]:
    """The values of the parameters that a link says, and those of its texts that were not read.

    A parameter that is there and empty says nothing that could be understood. Those that are
    `names` of something in the data are read with the spaces around them.
    """
    fields: dict[str, Any] = {}
    dropped = []
    for name, read in readers.items():
        if name not in query:
            continue
        text = query[name] if name in names else query[name].strip()
        try:
            fields[name] = read(text)
        except (ValueError, OverflowError) as error:
            allowed = error.allowed if isinstance(error, NotAllowed) else ()
            dropped.append(Dropped(name, text, allowed))
    return fields, dropped


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Reads one of the words."""

    def read(text: str) -> str:
        if text not in choices:
            raise NotAllowed(*choices)
        return text

    return read


def whole_number(largest: int, *, nothing: str | None = None) -> Callable[[str], int | None]:
    """Reads a number from 1 on, or the word that stands for none."""
    allowed = (f"1–{largest}", *(() if nothing is None else (nothing,)))

    def read(text: str) -> int | None:
        if nothing is not None and text == nothing:
            return None
        # A number of more digits than the largest has is not even made one.
        digits = len(str(largest))
        if not (text.isascii() and text.isdecimal() and len(text.lstrip("0")) <= digits):
            raise NotAllowed(*allowed)
        if not 1 <= int(text) <= largest:
            raise NotAllowed(*allowed)
        return int(text)

    return read
