"""How much one file may hold; what is beyond is refused before it costs anybody anything."""

from data.errors import LoadError

MIB = 1 << 20

UNPACKED = 4_096 * MIB
"""So many bytes a packed file may unpack to: gzip, a workbook's parts, the text in a Parquet."""
RATIO = 100
"""A file may unpack to this many times its own size; real exports stay below 30."""
ANY_RATIO = 100 * MIB
"""Up to so many bytes it may unpack to whatever its size."""
COLUMNS = 16_384
"""Columns of a table: as many as a worksheet has."""
SHEET_CELLS = 50_000_000
"""The cells of a sheet from its first to its last one that is filled, the empty ones between
included: a workbook is read as a whole, and keeps room for each of them."""


def check_unpacked(name: str, packed: int, unpacked: int) -> None:
    """Makes sure that a file of this size may unpack to that many bytes. Raises LoadError."""
    if unpacked > UNPACKED:
        raise LoadError(
            f"{name}: it unpacks to more than {UNPACKED // MIB:,} MB, the most that is read of one "
            "file. Split it, and load the parts."
        )
    if unpacked > max(ANY_RATIO, RATIO * packed):
        raise LoadError(
            f"{name}: it unpacks to more than {RATIO} times its size and {ANY_RATIO // MIB} MB, "
            "which no export does. If it is in order, unpack it first, and load that."
        )


def check_columns(name: str, count: int) -> None:
    """Makes sure that a table may have so many columns. Raises LoadError."""
    if count > COLUMNS:
        raise LoadError(
            f"{name}: it has {count:,} columns; at most {COLUMNS:,} are read. Is it the right "
            "file, and is each row on a line of its own?"
        )


def check_cells(name: str, count: int) -> None:
    """Makes sure that a table may have so many cells. Raises LoadError."""
    if count > SHEET_CELLS:
        raise LoadError(
            f"{name}: it has more than {SHEET_CELLS:,} cells, the most that is read of a table in "
            "this format. Export it as CSV."
        )
