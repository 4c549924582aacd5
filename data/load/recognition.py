"""What files are, as a text that is a mapping as well: `python -m data recognise`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from data.errors import StoreEmpty
from data.files.preview import Preview, preview
from data.load.notices import NOTICES
from data.load.survey import survey
from data.load.understanding import SAMPLE_ROWS
from data.mapping import saved
from data.mapping.mapping import Mapping
from data.mapping.proposal import Proposal, Question, propose_all
from data.pipeline import Pipeline
from data.store import Store

QUESTIONS = {
    "which_id": (
        "Is column {columns} the id of the lead, or of the move? Say which column is lead_id."
    ),
    "no_identity": "No column tells leads apart: say which column is lead_id.",
    "created_at": (
        "No column says when leads came: say which column is created_at, perhaps {columns}."
    ),
    "stage_of_status": (
        "Which stage is each of these statuses of column {columns}? What is only likely stands "
        "below: {values}."
    ),
    "which_sheet": "Which sheet is it? There are {values}.",
    "unknown_stage_columns": (
        "The pipeline does not have the stages {values}, which {columns} date. Below is a pipeline "
        "that has them; order and group its stages as they are."
    ),
    "day_month_order": "Does the day or the month come first in {columns}? Say day_month_order.",
}
"""What is asked of a file, as the command line says it; screens have their own words."""


def recognised(paths: Sequence[Path], store: Store) -> str:
    """What files are, how sure that is, what is missing, and the mapping proposed for them.

    All but the mapping is a comment, so that the text itself is a mapping to correct and load with.

    Raises:
        LoadError: a file cannot be read.
    """
    tops, proposals, mapping = _looked_at(paths, store)
    lines = [line for pair in zip(tops, proposals, strict=True) for line in _about(*pair)]
    name = saved.find(store, tops)
    if name is not None:
        lines.append(f'# The mapping "{name}" was saved for such files: --mapping "{name}"')
    return "\n".join([*lines, "", mapping.to_toml()])


def proposed(paths: Sequence[Path], store: Store) -> Mapping:
    """The mapping proposed for files. Raises LoadError when one cannot be read."""
    return _looked_at(paths, store)[2]


def _looked_at(
    paths: Sequence[Path], store: Store
) -> tuple[list[Preview], tuple[Proposal, ...], Mapping]:
    try:
        pipeline = store.generation().pipeline
    except StoreEmpty:
        pipeline = Pipeline.default()
    tops, values = [], []
    with TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            scratch = Path(folder) / str(number)
            scratch.mkdir()
            tops.append(preview(path, scratch, rows=SAMPLE_ROWS))
            values.append(survey(path, scratch).values)
    proposals = propose_all(tops, pipeline, values=values)
    own = next((each.pipeline for each in proposals if each.pipeline is not None), None)
    of_own = propose_all(tops, own, values=values) if own is not None else proposals
    entries = tuple(each.with_unknown_statuses() for each in of_own)
    return tops, proposals, Mapping(files=entries, pipeline=own)


def _about(top: Preview, proposal: Proposal) -> Iterator[str]:
    """What is known of one file, a comment a line."""
    rows = "" if top.row_count is None else f", {top.row_count:,} rows"
    whose = f"{proposal.product}, " if proposal.product else ""
    yield f"# {top.name}: {whose}{proposal.kind}; {proposal.certainty}{rows}"
    for field in proposal.missing:
        yield f"#   missing: {field}"
    for question in proposal.questions:
        yield _said("asked", QUESTIONS[question.code], question, top)
    for remark in proposal.remarks:
        yield _said("taken", NOTICES[remark.code], remark, top)
    if proposal.unused:
        yield f"#   kept as dimensions: {', '.join(proposal.unused)}"


def _said(what: str, words: str, about: Question, top: Preview) -> str:
    text = words.format(
        file=top.name,
        columns=", ".join(repr(name) for name in about.columns),
        values=", ".join(repr(name) for name in about.values),
    )
    return f"#   {what}: {' '.join(text.split())}"
