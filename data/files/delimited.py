"""Delimited text as people have it: its encoding, its delimiter, its records and their lines."""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from charset_normalizer import from_bytes

from data.errors import FileRefused, LoadError

CELL_LIMIT = 65_536
"""A cell longer than this many characters is refused with its row."""
ROW_LIMIT = 1_048_576
RAW_LIMIT = 1_000
"""So much of a refused row is kept."""

_HEAD = 1 << 16
_CHUNK = 1 << 22
_SAMPLE_RECORDS = 100
_USUAL_DELIMITERS = ",;\t|"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_SOUND_TO_DAMAGED = 10  # from here on a text is damaged UTF-8 rather than in another encoding
_RUNAWAY = 1 << 24  # characters that a quote may stay open over before it is taken for a stray one

csv.field_size_limit(1 << 30)


@dataclass(frozen=True)
class Lines:
    """What a scan of the bytes shows: how many lines, and whether they end as usual."""

    count: int
    plain: bool


@dataclass(frozen=True)
class Record:
    """One record and the line it begins on. `raw` is set when the record cannot be read."""

    line: int
    cells: list[str]
    raw: str | None = None


@dataclass(frozen=True)
class Text:
    """A text that is UTF-8 now, and how it was found."""

    path: Path
    encoding: str
    damaged: int = 0
    """Characters of a text in UTF-8 that are not valid; each is `�` now."""
    damaged_line: int = 0
    """The line of the first of them."""


def to_utf8(path: Path, name: str, scratch: Path) -> Text:
    """The same text in UTF-8, in a new file in `scratch` unless it is valid UTF-8 already.

    Raises:
        LoadError: it is no text, or not in the encoding that it begins in.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    encoding = encoding_of_head(head, name)
    damaged, line = 0, 0
    if encoding is None or encoding.startswith("utf-8"):
        line = _first_line_not_utf8(path)
        if not line:
            return Text(path, encoding or "utf-8")
        damaged, sound = _damage(path)
        if encoding is None and sound < _SOUND_TO_DAMAGED * damaged:
            encoding, damaged, line = _single_byte_encoding(path, name), 0, 0
        encoding = encoding or "utf-8"
    whole = scratch / f"{path.name}.utf8"
    strict = encoding.startswith("utf") and not damaged
    try:
        with (
            path.open(
                encoding=encoding, newline="", errors="strict" if strict else "replace"
            ) as file,
            whole.open("w", encoding="utf-8", newline="") as out,
        ):
            for part in file:
                out.write(part if damaged else unicodedata.normalize("NFC", part))
    except UnicodeError as error:
        raise LoadError(
            f"{name}: begins like {encoding} text but is not ({error}). Save it again as UTF-8."
        ) from error
    return Text(whole, encoding, damaged, line)


def encoding_of_head(head: bytes, name: str) -> str | None:
    """The encoding that the first bytes give away. Raises LoadError for what is not text."""
    head = head[:_HEAD]  # a long cell further down may have none of what is looked for
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # In UTF-16 the high byte of most of a CSV's characters (digits, delimiters) is zero, and the
    # low byte is hardly ever one of a control character.
    for encoding, high, low in (
        ("utf-16-be", head[::2], head[1::2]),
        ("utf-16-le", head[1::2], head[::2]),
    ):
        if high.count(0) > 0.3 * len(high) and _control_share(low) < 0.05:
            return encoding
    if b"\0" in head or _control_share(head) > 0.01:
        raise FileRefused("binary", file=name)
    return None


def _control_share(text: bytes) -> float:
    return 1 - len(text.translate(None, _CONTROLS)) / max(len(text), 1)


def _first_line_not_utf8(path: Path) -> int:
    """The number of the first line that is not valid UTF-8; 0 when all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 0
    try:
        for chunk in chain(_chunks(path), (b"",)):
            if chunk.isascii() and not decoder.getstate()[0]:
                lines += chunk.count(b"\n")
            else:
                lines += decoder.decode(chunk, final=not chunk).count("\n")
    except UnicodeDecodeError as error:
        return 1 + lines + error.object.count(b"\n", 0, error.start)
    return 0


def _damage(path: Path) -> tuple[int, int]:
    """How many characters are not valid UTF-8, and how many valid ones are not ASCII.

    In a text of another encoding hardly any two bytes make a valid character by chance; in one that
    was cut or patched as UTF-8 nearly all do.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    damaged = sound = 0
    for chunk in chain(_chunks(path), (b"",)):
        text = decoder.decode(chunk, final=not chunk)
        lost = text.count("\ufffd")
        damaged += lost
        sound += len(text) - len(text.encode("ascii", "ignore")) - lost
    return damaged, sound


def _single_byte_encoding(path: Path, name: str) -> str:
    """windows-1252 or windows-1258 (Vietnamese), judged by the lines that are not ASCII."""
    sample = bytearray()
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                sample += line[:10_000]
            if len(sample) > _HEAD:
                break
    best = from_bytes(bytes(sample), cp_isolation=["cp1252", "cp1258"]).best()
    if best is None:
        raise LoadError(f"{name}: the encoding of its text is not known. Save it again as UTF-8.")
    return best.encoding


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def count_lines(path: Path, after: int = 0) -> Lines:
    """Counts a UTF-8 file's lines `after` so many; plain when no CR of theirs stands alone."""
    newlines, last, plain = 0, b"", True
    with path.open("rb") as file:
        for _ in range(after):
            file.readline()
        while chunk := file.read(_CHUNK):
            joined = last + chunk
            newlines += chunk.count(b"\n")
            if plain and b"\r" in joined:
                returns = joined.count(b"\r", 0, len(joined) - 1)
                plain = returns == joined.count(b"\r\n")
            last = chunk[-1:]
    ends_open = last not in (b"", b"\n")
    return Lines(newlines + ends_open, plain and last != b"\r")


def head_of(path: Path) -> str:
    """The beginning of a UTF-8 file, whole lines where possible."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        rest = file.read(1)
    text = codecs.getincrementaldecoder("utf-8")().decode(head).removeprefix("\ufeff")
    return text[: text.rfind("\n") + 1] or text if rest else text


def delimiter_of(head: str) -> str:
    """The delimiter under which the first records agree best on how many cells they have.

    A comma, semicolon, tab or bar is preferred; else any other character that is there equally
    often in every line. A comma when nothing divides the lines: one column. Lines that stand above
    the table, such as a title, need not agree.
    """
    said = _MARK_OF_EXCEL.match(head)
    if said:
        return said[1]
    widths = {mark: _widths(head, mark) for mark in _USUAL_DELIMITERS}
    usual = [(*_agreement(found), mark) for mark, found in widths.items()]
    share, _cells, delimiter = max(usual, key=lambda found: (found[0], found[1]))
    if share >= _AGREED:
        return delimiter
    below = [(*_agreement_below(found), mark) for mark, found in widths.items()]
    share_below, _cells, delimiter_below = max(below, key=lambda found: (found[0], found[1]))
    if share_below > share:
        return delimiter_below
    if share > 0:
        return delimiter
    first = head.splitlines()[0] if head else ""
    others = [mark for mark in set(first) if not mark.isalnum() and mark not in " _-.'\"\r"]
    found = max(
        ((*_agreement(_widths(head, mark)), mark) for mark in sorted(others)),
        default=(0.0, 0, ","),
    )
    return found[2] if found[0] > 0.99 else ","


_MARK_OF_EXCEL = re.compile(r'"?sep=([^\w\s"]|\t)"?(?=[\r\n])', re.IGNORECASE)
_AGREED = 0.5
_ABOVE = 30  # lines that may stand above a table


def _widths(head: str, delimiter: str) -> list[int]:
    """How many cells the first records have."""
    widths = []
    for record in records(io.StringIO(head, newline=""), delimiter):
        if record.raw is None:
            widths.append(len(record.cells))
        if len(widths) >= _SAMPLE_RECORDS:
            break
    return widths


def _agreement(widths: list[int]) -> tuple[float, int]:
    """The share of records with as many cells as the first one has (0 if that is one), and it."""
    if not widths or widths[0] < 2:
        return 0.0, 1
    # A short record is usual (a footer, cells left off at the end), a long one is not.
    fitting = Counter(width <= widths[0] and width > 1 for width in widths)[True]
    alike = widths.count(widths[0])
    return round((fitting + 2 * alike) / (3 * len(widths)), 3), widths[0]


def _agreement_below(widths: list[int]) -> tuple[float, int]:
    """The best agreement of all records with one that has lines above it."""
    found = []
    for above in range(1, min(_ABOVE, len(widths) - 1) + 1):
        share, cells = _agreement(widths[above:])
        found.append((round(share * (len(widths) - above) / len(widths), 3), cells))
    return max(found, default=(0.0, 1))


def open_text(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file with their ends, without a BOM; a lone CR ends a line too."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from file


class _Stray(Exception):
    """A quote stayed open for so long that it must be a stray one."""


class _Feed:
    """Lines for a CSV reader, which can be given back when the record they made is not one."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self.taken: list[str] = []
        self.line = 0
        self.patience = _RUNAWAY
        self._size = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        if self.taken:
            self._size += len(line)
            if self._size > self.patience:
                self._back.appendleft(line)
                # Stray quotes cluster: look less far for the end of the next one.
                self.patience = max(self.patience // 2, CELL_LIMIT)
                raise _Stray
        self.taken.append(line)
        self.line += 1
        return line

    def begin(self) -> None:
        self.taken = []
        self._size = 0

    def give_back(self) -> str:
        """Keeps the record's first line only, which it returns."""
        first, *others = self.taken
        self._back.extendleft(reversed(others))
        self.line -= len(others)
        return first


def records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """The records of a CSV text, blank lines left out, each with the line it begins on.

    A record that is not valid costs its first line only: reading goes on at the next one.
    """
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        line = feed.line + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Stray):
            raw = feed.give_back()
            yield Record(line, [], raw.rstrip("\r\n"))
            continue
        if cells:
            yield Record(line, cells)
