"""Names and texts in UTF-8, whatever the locale of the shell says: that of a cron job is POSIX."""

import os
import sys


def speak(module: str) -> None:
    """Begins `python -m module` again in UTF-8 mode, unless names of files are in UTF-8 already.

    In another encoding the name of a file with Vietnamese letters is not the one the engine opens.
    """
    if sys.getfilesystemencoding().lower() == "utf-8":
        return
    os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", module, *sys.argv[1:]])
