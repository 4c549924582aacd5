"""The options that many commands have."""

from pathlib import Path
from typing import Annotated

import typer

StoreFolder = Annotated[
    Path,
    typer.Option(
        "--store",
        envvar="PHEU_STORE",
        help="The folder of the store. [default: store, beside the program]",
        show_default=False,
    ),
]
Number = Annotated[int, typer.Argument(help="Its number, as `generations` lists it.", min=1)]
