"""The header of a table: where it is, and what its columns are called."""

from collections.abc import Iterable, Iterator

from data.errors import LoadError
from data.files import limits
from data.files.delimited import Record
from data.files.packing import SAVE_AS


def headed(
    found: Iterable[Record], name: str, delimiter: str | None
) -> tuple[list[str], Iterator[Record]]:
    """The header's cells and the records below it, those left out that are empty.

    Raises:
        LoadError: the first of them is no header.
    """
    filled = (record for record in found if record.raw is not None or any(record.cells))
    header = next(filled, None)
    if header is not None and header.line == 1 and header.cells[0:1] == [f"sep={delimiter}"]:
        header = next(filled, None)
    if header is not None and delimiter and header.cells == ["sep=", ""]:
        header = next(filled, None)
    if header is None or header.raw is not None:
        raise LoadError(f"{name}: the first line is not a header. {SAVE_AS}")
    while header.cells and not header.cells[-1]:
        header.cells.pop()
    limits.check_columns(name, len(header.cells))
    return header.cells, filled


def distinct_headers(headers: Iterable[str]) -> Iterator[str]:
    """The headers as a mapping names them: none blank, and the second `Date` is `Date (2)`."""
    seen: dict[str, int] = {}
    for number, header in enumerate(headers, 1):
        shown = " ".join(header.removeprefix("\ufeff").split()) or f"Column {number}"
        seen[shown] = seen.get(shown, 0) + 1
        yield shown if seen[shown] == 1 else f"{shown} ({seen[shown]})"
