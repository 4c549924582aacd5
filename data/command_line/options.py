"""The options that many commands have."""

from pathlib import Path
from typing import Annotated

import typer

StoreFolder = Annotated[
    Path,
    typer.Option(
        "--store",
        envvar="PHEU_STORE",
        help="The folder of the store.",
        show_default="store, beside the program",
    ),
]
Number = Annotated[int, typer.Argument(help="Its number, as `generations` lists it.", min=1)]
