"""Response: what counts as an answer to a lead, of touches and of moves, and what is promised."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from data.toml import TomlError, TomlTable

_PROMISE = re.compile(r"([1-9]\d{0,4})(m|h)", re.ASCII)
_SECONDS = {"m": 60, "h": 3600}


@dataclass(frozen=True)
class Response:
    """What counts as an answer of a person, as texts in small letters.

    human: kinds of touches that are acts of a person of the company, such as a call.
    answered: kinds of touches in which the lead answered.
    automatic: who moves leads and is no person. Whoever is not named moved them for all one knows.
    """

    human: tuple[str, ...] = (
        "sales_call", "sales_email", "sales_message", "call_answered", "meeting",
    )  # fmt: skip
    answered: tuple[str, ...] = ("call_answered", "email_reply", "meeting")
    automatic: tuple[str, ...] = ("automation", "system", "workflow", "integration", "import")

    def __post_init__(self) -> None:
        for name in NAMES:
            object.__setattr__(self, name, _plain(getattr(self, name)))

    @classmethod
    def from_table(cls, table: TomlTable) -> "Response":
        """What the table [response] says; what it lacks is the default. Raises TomlError."""
        table.has_only(*NAMES)
        return cls(**{name: table.list_of_texts(name, '["sales_call"]') for name in table})

    def to_table(self) -> dict[str, list[str]]:
        """The table [response] that `from_table` reads back to this."""
        return {name: list(getattr(self, name)) for name in NAMES}

    @property
    def personal(self) -> tuple[str, ...]:
        """The kinds of touches that are between persons, and so no contact with marketing."""
        return tuple(dict.fromkeys((*self.human, *self.answered)))


NAMES = tuple(field.name for field in fields(Response))
"""The keys of the table [response]."""


def promise(table: TomlTable) -> int | None:
    """The working seconds within which a stage has a lead answered; None where it promises nothing.

    Raises TomlError.
    """
    text = table.text("answer_within")
    if text is None:
        return None
    found = _PROMISE.fullmatch(text)
    if found is None:
        raise TomlError(
            f"{table.path('answer_within')}: {text!r} is no time; write minutes or hours of work, "
            'such as "30m" or "4h"'
        )
    return int(found[1]) * _SECONDS[found[2]]


def promised(seconds: int) -> str:
    """The text that `promise` reads back to so many seconds, which are whole minutes."""
    hours, rest = divmod(seconds, 3600)
    return f"{seconds // 60:d}m" if rest else f"{hours:d}h"


def _plain(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip().lower() for text in texts))
