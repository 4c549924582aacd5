"""The catalogue of messages: those in the source of the screens, and their translations.

`python -m ui.language.catalogue` brings the Vietnamese catalogue up to date with the source and
keeps every translation; with `--tidy` it drops those whose message is gone.
"""

import sys
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
SPOKEN_IN = ("ui", "pages")  # the packages that hold messages
# How a message is marked: the arguments that hold its texts; "c" is the context.
MARKS = {
    "_": None,
    "N_": None,
    "_n": (1, 2),
    "_p": ((1, "c"), 2),
    "N_p": ((1, "c"), 2),
}
_HEADER = """\
# What the screens say. `make words` brings it up to date; translations are written by hand.
msgid ""
msgstr ""
"Language: {lang}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def path(lang: str) -> Path:
    """The file of a language's catalogue."""
    return ROOT / "ui" / "language" / "locales" / lang / "LC_MESSAGES" / "pheu.po"


def read(lang: str) -> Catalog:
    """The catalogue of a language. English, the language of the source, has an empty one."""
    if not path(lang).exists():
        return Catalog(locale=lang)
    with path(lang).open("rb") as file:
        return read_po(file, locale=lang)


@cache
def translations(lang: str) -> GNUTranslations:
    """The translations into a language, by the plural rule that its catalogue states.

    Compiled once a process. A message without a translation, or with a fuzzy one, stays English.
    """
    compiled = BytesIO()
    write_mo(compiled, read(lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


def extract() -> Catalog:
    """All messages in the source of the screens, each with the files it is in."""
    catalog = Catalog(domain="pheu")
    for package in SPOKEN_IN:
        for file in sorted((ROOT / package).rglob("*.py")):
            found = extract_from_file("python", file, keywords=MARKS, comment_tags=("Words:",))
            for line, message, comments, context in found:
                catalog.add(
                    message,
                    locations=[(file.relative_to(ROOT).as_posix(), line)],
                    auto_comments=comments,
                    context=context,
                )
    return catalog


def update(lang: str, *, tidy: bool = False) -> list[str]:
    """Writes new messages into a catalogue, marks changed ones fuzzy; returns the untranslated.

    A translation whose message is gone stays at the end of the file as a comment, unless `tidy`.
    """
    catalog = read(lang)
    catalog.update(extract())
    text = BytesIO()
    write_po(
        text,
        catalog,
        width=100,
        omit_header=True,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=tidy,
    )
    # Not Babel's header: its dates would change at every run.
    header = _HEADER.format(lang=lang, plural_forms=catalog.plural_forms)
    path(lang).parent.mkdir(parents=True, exist_ok=True)
    path(lang).write_text(header + text.getvalue().decode(), encoding="utf-8")
    return [str(message.id) for message in catalog if message.id and not translated(message)]


def translated(message: Message) -> bool:
    """Whether a message of a catalogue has all its texts, and is not fuzzy, which is a guess."""
    texts = (message.string,) if isinstance(message.string, str) else message.string or ("",)
    return all(texts) and not message.fuzzy


if __name__ == "__main__":
    missing = update("vi", tidy="--tidy" in sys.argv)
    print(f"{path('vi').relative_to(ROOT)}: {len(missing)} to translate", *missing, sep="\n  ")
