"""A file of aggregated paths: the same models on journeys from elsewhere.

The form of the ChannelAttribution package. Columns:
    path: sources from the first touch to the last, separated by '>'
    total_conversions
    total_conversion_value, total_null (journeys that did not convert): may be left out
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from analytics.sources.attribution import Attribution, shared
from analytics.sources.touchpoints import Touchpoints, make_journeys, sql_of
from analytics.view.attribution_rules import Credit
from data.errors import LoadError
from data.files.table import TableFile, read_table
from data.quoting import quoted
from data.session import Session

PATH = "path"
NUMBERS = {
    "conversions": "total_conversions",
    "value": "total_conversion_value",
    "losses": "total_null",
}
"""The columns of numbers, none of them negative; only the first must be there."""


def attribution(path_file: Path, credit: Credit | None = None) -> Attribution:
    """The credit for the conversions of a file, as the module `attribution` has it for a store.

    Models that need times are left out (`left_out` names them), and the look-back does not apply;
    there is no band, as the journeys are already added up.

    Raises: LoadError, which names the file, the line and the column of what cannot be used.
    """
    with paths(path_file) as found:
        return shared(found, credit or Credit())


@contextmanager
def paths(path_file: Path) -> Iterator[Touchpoints]:
    """The touchpoints of a file of paths, for as long as the context lasts.

    Raises: LoadError, as `attribution` does.
    """
    with TemporaryDirectory(prefix="pheu-paths-") as scratch, Session.apart() as session:
        file = read_table(session.connection, path_file, Path(scratch), name=path_file.name)
        _take_in(session, file)
        session.make("journey_leads", sql_of("file_journeys"))
        session.make("journey_touches", sql_of("file_touches"))
        _require_names(session, file)
        make_journeys(session, "file_sources")
        yield Touchpoints(session, has_times=False)


def _take_in(session: Session, file: TableFile) -> None:
    """Makes `paths`: journey, line, path, conversions, value, losses. Raises LoadError."""
    unread = session.query(f"select line, reason from {quoted(file.unread)} order by line limit 1")
    for line, _reason in unread.itertuples(index=False):
        raise LoadError(f"{file.name}, line {line}: the row cannot be read.")
    headers = [header.strip().casefold() for header in file.headers]
    cells = {}
    for name in (PATH, *NUMBERS.values()):
        if name in headers:
            cells[name] = quoted(file.cells[headers.index(name)])
        elif name in (PATH, NUMBERS["conversions"]):
            raise LoadError(
                f"{file.name}: there is no column {name!r}. Its columns are: "
                f"{', '.join(file.headers)}; needed are {PATH} and {', '.join(NUMBERS.values())}."
            )
    for name in NUMBERS.values():
        if name in cells:
            _require_numbers(session, file, name, cells[name])
    numbers = ",\n    ".join(
        f"cast(coalesce({cells.get(name, 'null')}, '0') as double) as {field}"
        for field, name in NUMBERS.items()
    )
    session.make(
        "paths",
        f"""select
    cast(row_number() over (order by line) as integer) as journey,
    line,
    nullif(trim({cells[PATH]}), '') as path,
    {numbers},
from {quoted(file.table)}""",
    )
    worthless = session.query(
        "select line from paths where conversions = 0 and value > 0 order by line limit 1"
    )
    for (line,) in worthless.itertuples(index=False):
        raise LoadError(
            f"{file.name}, line {line}, column {NUMBERS['value']}: "
            "there is a value, but no conversion that has it."
        )


def _require_numbers(session: Session, file: TableFile, name: str, cell: str) -> None:
    number = f"try_cast({cell} as double)"
    wrong = session.query(
        f"select line, {cell} as text, {number} < 0 as is_negative from {quoted(file.table)} "
        f"where {cell} is not null and not coalesce({number} >= 0 and isfinite({number}), false) "
        "order by line limit 1"
    )
    for line, text, is_negative in wrong.itertuples(index=False):
        what = "is negative" if is_negative is True else "is not a number"
        raise LoadError(f"{file.name}, line {line}, column {name}: {text!r} {what}.")


def _require_names(session: Session, file: TableFile) -> None:
    nameless = session.query(
        "select min(paths.line) as line from journey_touches "
        "join paths on paths.journey = journey_touches.journey "
        "where len(list_filter(sources, lambda source: source is null)) > 0"
    )
    line = nameless["line"].iloc[0]
    if pd.notna(line):
        raise LoadError(
            f"{file.name}, line {int(line)}, column {PATH}: there is a touch without a name; "
            "names are parted by '>'."
        )
