"""What went wrong, in the reader's words: without what only the operator has to know.

The message of an error is for the command line and for the log, where paths, processes and the
engine's own words belong. A page says what its kind means for the reader, and its code.
"""

import logging
import re

from data.errors import FileRefused, LoadError
from ui.language.messages import N_, _

_WORDS = {
    "StoreError": N_("The data cannot be read at the moment. The server's log says why."),
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
    "ShareEnded": N_("What was shared here has ended."),
    "NotShown": N_("This is not part of what is shared."),
    "StateRefused": N_(
        "Shares and notes cannot be read or saved at the moment. The server's log says why."
    ),
    "StoreBusy": N_("Somebody else is loading at the moment. Try again when they are done."),
    "StoreRefused": N_("The server could not read or write the data. Its log says why."),
    "Exception": N_("Something went wrong. The server's log says what."),
}
_FILES = {
    "empty": N_("{file}: the file is empty."),
    "picture": N_(
        "{file}: this is a picture, and holds no table. Export the list itself, as CSV or XLSX."
    ),
    "pdf": N_(
        "{file}: this is a PDF, from which no table can be read. Export the list from where the "
        "PDF was made, as CSV or XLSX."
    ),
    "document": N_(
        "{file}: this is a document of a word processor or a presentation. Copy its table into a "
        "spreadsheet, and save that as XLSX."
    ),
    "numbers": N_(
        "{file}: this is a file of Apple Numbers. In Numbers choose File, Export To, Excel or CSV."
    ),
    "shortcut": N_(
        "{file}: this is a shortcut to a sheet of Google, and not the sheet. Open it, and choose "
        "File, Download, Microsoft Excel or CSV."
    ),
    "archive": N_(
        "{file}: this is an archive that cannot be opened here. Unpack it, and load what is in it."
    ),
    "several_inside": N_(
        "{file}: several files are in this ZIP ({inside}). Unpack it, and load those that matter,"
        " together."
    ),
    "damaged_archive": N_(
        "{file}: the compressed file is cut off or damaged. Copy or export it again."
    ),
    "locked": N_(
        "{file}: the file has a password. Open it, save it without the password, and load that."
    ),
    "database": N_("{file}: this is a database. Export the table from it, as CSV or Parquet."),
    "recording": N_("{file}: this is a recording, and holds no table."),
    "mail": N_("{file}: this is an e-mail. Save the file that is attached to it, and load that."),
    "markup": N_(
        "{file}: this is a web page or XML without a table. Was it saved before you were signed "
        "in? Export the list as CSV or XLSX."
    ),
    "binary": N_("{file}: this is not a table but binary data. Export it as CSV, XLSX or Parquet."),
    "damaged_workbook": N_(
        "{file}: the workbook cannot be read: it is cut off or damaged. Open it in a spreadsheet,"
        " and save it again as XLSX."
    ),
    "damaged_json": N_(
        "{file}: the JSON is cut off or damaged, or is no list of records. Export it again, one "
        "record a line, or as CSV."
    ),
}
"""Why a file is no table, by the keys of `data.errors.FILES_REFUSED`."""
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def said(error: Exception) -> str:
    """What a reader sees of an error; the log has the rest.

    An error about a file that is loaded speaks for itself: it names nothing but the file, and is
    none of the server.
    """
    if isinstance(error, FileRefused):
        return _(_FILES[error.key], **error.values)
    if isinstance(error, LoadError):
        return str(error)
    logging.getLogger("pheu").error("%s", code(error), exc_info=error)
    return f"{_(_WORDS[_kind(error)])} ({code(error)})"


def code(error: Exception) -> str:
    """The kind of an error in a word for the log, such as `store-busy`."""
    return _CAPITAL.sub("-", _kind(error)).lower()


def _kind(error: Exception) -> str:
    """The nearest kind that there are words for."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _WORDS)
