"""What went wrong, in the reader's words: without what only whoever runs Pheu has to know.

The message of an error is for the command line and for the log, where paths, processes and the
engine's own words belong. A page says what its kind means for the reader, and its code.
"""

import logging
import re

from data.errors import LoadError
from ui.language.messages import N_, _

_WORDS = {
    "StoreError": N_(
        "The data cannot be read at the moment. Whoever runs Pheu finds why in its log."
    ),
    "StoreEmpty": N_("Nothing has been loaded yet."),
    "StoreGone": N_("The version of the data that this link names is no longer kept."),
    "StoreUnsettled": N_(
        "Which version of the data is in use is not known. Whoever runs Pheu has to choose one."
    ),
    "StoreDamaged": N_(
        "This version of the data is damaged. Whoever runs Pheu can go back to another one."
    ),
    "StoreOutdated": N_(
        "The data was made by another version of Pheu. Its files have to be loaded again."
    ),
    "StoreBusy": N_("Somebody else is loading at the moment. Try again when they are done."),
    "StoreRefused": N_(
        "The server could not read or write the data. Whoever runs Pheu finds why in its log."
    ),
    "Exception": N_("Something went wrong. Whoever runs Pheu finds what it was in its log."),
}
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def said(error: Exception) -> str:
    """What a reader is told of an error; the log is told the rest.

    An error about a file that is loaded speaks for itself: it names nothing but the file, and is
    none of the server.
    """
    if isinstance(error, LoadError):
        return str(error)
    logging.getLogger("pheu").error("%s", code(error), exc_info=error)
    return f"{_(_WORDS[_kind(error)])} ({code(error)})"


def code(error: Exception) -> str:
    """The kind of an error in a word for whoever looks into the log, such as `store-busy`."""
    return _CAPITAL.sub("-", _kind(error)).lower()


def _kind(error: Exception) -> str:
    """The nearest kind that there are words for."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _WORDS)
