"""The options of questions, as Typer reads them off a signature."""

from enum import StrEnum
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.quality.batches import PROMISED as USUALLY_PROMISED
from data.command_line.options import StoreFolder
from data.store import DEFAULT_FOLDER


class Format(StrEnum):
    """How the rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


class ChangePart(StrEnum):
    """The part of a change to show."""

    rows = "rows"
    dimensions = "dimensions"
    steps = "steps"
    waterfall = "waterfall"


class ScoreboardPart(StrEnum):
    """The part of a scoreboard to show."""

    rows = "rows"
    move = "move"


class OverviewPart(StrEnum):
    """The part of the overview to show."""

    rows = "rows"
    cohort = "cohort"


class QualityPart(StrEnum):
    """The part of the quality of leads to show."""

    rows = "rows"
    receipts = "receipts"


class HandoverPart(StrEnum):
    """The part of the hand-over to show."""

    rows = "rows"
    people = "people"
    returned = "returned"


class ScenarioPart(StrEnum):
    """The part of a scenario to show."""

    rows = "rows"
    sources = "sources"


def _option(name: str, annotation: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


COMMON = (
    _option(
        "link",
        Annotated[str, typer.Argument(help="A link, or a query such as 'by=source&window=90'.")],
        "",
    ),
    _option("store", StoreFolder, DEFAULT_FOLDER),
    _option(
        "form",
        Annotated[Format, typer.Option("--format", help="How to write the rows.")],
        Format.table,
    ),
)
"""Those of every question."""
FROZEN = _option(
    "frozen",
    Annotated[
        bool,
        typer.Option("--frozen", help="With the days and the data of now, which never change."),
    ],
    False,
)
SINCE = _option(
    "since",
    Annotated[
        str | None,
        typer.Option(help="The step rates are based on.", show_default="the first"),
    ],
    None,
)
TO = _option(
    "to",
    Annotated[
        str | None,
        typer.Option(help="The step reached.", show_default="the view's, or the last"),
    ],
    None,
)
UNIT = _option(
    "unit",
    Annotated[
        str | None,
        typer.Option(
            help="day, week, month or quarter.", show_default="by the length of the period"
        ),
    ],
    None,
)
MOST = _option("most", Annotated[int, typer.Option(min=1, help="How many paths to show.")], 50)
ASKED_STAGE = _option(
    "stage",
    Annotated[
        str | None,
        typer.Option(
            help="From coming to this stage on, which promises an answer.",
            show_default="from when leads came",
        ),
    ],
    None,
)
PATHS = _option(
    "paths",
    Annotated[
        Path | None,
        typer.Option(
            help="Ask a file of paths instead: path, total_conversions, total_conversion_value, "
            "total_null.",
        ),
    ],
    None,
)
PART_OF_CHANGE = _option(
    "part",
    Annotated[
        ChangePart,
        typer.Option(help="The segments, the dimensions, the steps, or the customers' waterfall."),
    ],
    ChangePart.rows,
)
PART_OF_SCOREBOARD = _option(
    "part",
    Annotated[
        ScoreboardPart,
        typer.Option(help="The sources, or what to expect of the money that the scenario moves."),
    ],
    ScoreboardPart.rows,
)
PART_OF_OVERVIEW = _option(
    "part",
    Annotated[
        OverviewPart,
        typer.Option(help="What happened in the period, or what became of its leads."),
    ],
    OverviewPart.rows,
)
PART_OF_QUALITY = _option(
    "part",
    Annotated[
        QualityPart,
        typer.Option(help="The sources, or the receipts of the batches of purchased lists."),
    ],
    QualityPart.rows,
)
PROMISED = _option(
    "promised",
    Annotated[
        float,
        typer.Option(help="The share of good numbers that a list promises, in percent."),
    ],
    100 * USUALLY_PROMISED,
)
TRIED_STAGE = _option(
    "stage",
    Annotated[str | None, typer.Option(help="The stage that a test is tried for.")],
    None,
)
TRIED_TEST = _option(
    "test",
    Annotated[
        str | None,
        typer.Option(help="A test to try, such as 'need and score >= 60', beside the stage's own."),
    ],
    None,
)
PART_OF_HANDOVER = _option(
    "part",
    Annotated[
        HandoverPart,
        typer.Option(
            help="The segments, the owners (by=team: the teams) against the limits of luck, or "
            "what became of the leads sent back."
        ),
    ],
    HandoverPart.rows,
)
PART_OF_SCENARIO = _option(
    "part",
    Annotated[ScenarioPart, typer.Option(help="The funnel per quarter by stage, or the sources.")],
    ScenarioPart.rows,
)
