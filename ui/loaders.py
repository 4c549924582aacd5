"""The loaders: who may load data in the browser. The command line asks nobody.

By the environment of the server: `PHEU_READ_ONLY=1` lets nobody, `PHEU_LOADERS` those it names,
separated by commas. Who somebody is, is what the proxy in front of Pheu says in the header
`X-Forwarded-User`, or in the one that `PHEU_USER_HEADER` names. It is believed as it comes, so the
proxy has to set it in every request, whatever the browser sent, and to be the only way in.
"""

import os
from collections.abc import Sequence
from typing import Protocol

_HEADER = "X-Forwarded-User"
_NOT_SET = ("", "0", "false", "no", "off")


class _ByName(Protocol):
    """The headers of a request, as those of Streamlit."""

    def get_all(self, key: str, /) -> Sequence[str]: ...


def may_load(headers: _ByName) -> bool:
    """Whether the one who sends a request with these headers may load data."""
    if is_read_only():
        return False
    named = os.environ.get("PHEU_LOADERS")
    if named is None:
        return True
    # Two headers of that name: one of them is not the proxy's.
    sent = headers.get_all(os.environ.get("PHEU_USER_HEADER", _HEADER))
    loaders = {each.strip().casefold() for each in named.split(",")} - {""}
    return len(sent) == 1 and sent[0].strip().casefold() in loaders


def is_read_only() -> bool:
    """Whether nobody may load in the browser; what is not understood means that, too."""
    return os.environ.get("PHEU_READ_ONLY", "").strip().lower() not in _NOT_SET
