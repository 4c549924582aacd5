"""Commands that load files, and make the sample."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from data import audit, terminal
from data.command_line.options import StoreFolder
from data.command_line.printed import clear_errors, show_progress, show_summary, show_trial
from data.files.preview import Preview, preview
from data.load.loader import load
from data.load.recognition import proposed, recognised
from data.load.trial import trial
from data.mapping import saved
from data.mapping.mapping import Mapping
from data.store import DEFAULT_FOLDER, Store
from data.values.dates import ORDERS


def load_files(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or Parquet, also gzipped.")],
    mapping: Annotated[
        str | None,
        typer.Option(
            help="A TOML file that says what the files and their columns mean, or the name under "
            "which such a mapping was saved."
        ),
    ] = None,
    save_mapping: Annotated[
        str | None,
        typer.Option(
            help="A name to save the mapping under, for the next files of this kind.",
            show_default=False,
        ),
    ] = None,
    store: StoreFolder = DEFAULT_FOLDER,
    merge: Annotated[
        bool | None,
        typer.Option(
            "--merge/--replace",
            help="Add to what the store has, or replace it. The default is to merge.",
        ),
    ] = None,
    day_month_order: Annotated[
        str | None,
        typer.Option(
            help="dmy or mdy, for dates such as 1/2/2026 when nothing in the file shows which."
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say what would come of it; the store stays as it is."),
    ] = False,
    report_to: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="With --dry-run: a folder for what was found and refused, as CSV.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Loads files as one new generation of the store."""
    if day_month_order not in (None, *ORDERS):
        raise typer.BadParameter("must be dmy or mdy", param_hint="--day-month-order")
    if report_to is not None and not dry_run:
        raise typer.BadParameter("is only for --dry-run", param_hint="--report")
    mode = None if merge is None else ("merge" if merge else "replace")
    with clear_errors(), show_progress() as report:
        kept = Store(store)
        tops = _tops(kept, files) if save_mapping or saved.names(kept) else []
        known = saved.find(kept, tops) if mapping is None and tops else None
        meant = _mapping(kept, mapping or known, tops)
        how: dict[str, Any] = {"mapping": meant, "mode": mode, "day_month_order": day_month_order}
        tried, summary = None, None
        if dry_run:
            tried = trial(kept, files, **how, progress=report, lists=report_to)
        else:
            summary = load(
                kept,
                files,
                **how,
                progress=report,
                on_wait=lambda holder: report(f"waiting for {holder}", 0.0),
            )
            names = [file.name for file in files]
            made, rows = kept.current(), summary.loaded
            audit.write(kept, "loaded", generation=made, rows=rows, files=names)
        if save_mapping is not None:
            said = meant or proposed(files, kept)
            saved.save(kept, save_mapping, said, [top.headers for top in tops])
    if known is not None:
        typer.echo(f"The mapping {known!r}, which was saved for such files, was used.")
    if tried is not None:
        show_trial(tried)
    if summary is not None:
        show_summary(summary)


def recognise(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or Parquet, also gzipped.")],
    store: StoreFolder = DEFAULT_FOLDER,
) -> None:
    """Says what files are and how sure that is, and writes the mapping proposed for them.

    Nothing is loaded. What it prints is itself a mapping: correct it, and load with --mapping.
    """
    with clear_errors():
        typer.echo(terminal.visible(recognised(files, Store(store))))


def sample(
    store: StoreFolder = DEFAULT_FOLDER,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Only where nothing has been loaded yet.")
    ] = False,
) -> None:
    """Makes the sample: 30,000 leads of a company that does not exist."""
    with clear_errors():
        if if_empty and Store(store).current() is not None:
            return
        with show_progress() as report:
            from data.sample.generate import write

            write(Store(store), progress=report)
    typer.echo(f"The sample is in {store}.")


def _tops(store: Store, files: Sequence[Path]) -> list[Preview]:
    with store.scratch() as folder:
        return [preview(path, folder, rows=1) for path in files]


def _mapping(store: Store, name: str | None, tops: Sequence[Preview]) -> Mapping | None:
    """The mapping of a file of TOML, or the one that was saved under a name."""
    if name is None:
        return None
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return Mapping.read(path)
    return saved.fitted(store, name, tops)
