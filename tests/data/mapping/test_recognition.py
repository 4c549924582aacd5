"""Files are known by product, by the spelling of headers and by what stands in their columns."""

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest

from data.files.preview import Preview
from data.mapping.mapping import Mapping
from data.mapping.proposal import Proposal, propose
from data.pipeline import Pipeline

DEFAULT = Pipeline.default()
EXPORTS = tomllib.loads(Path(__file__).with_name("exports.toml").read_text(encoding="utf-8"))


def top_of(text: str, name: str = "export.csv") -> Preview:
    """The top of a small file of text."""
    delimiter = ";" if ";" in text.strip().splitlines()[0] else ","
    header, *rows = csv.reader(io.StringIO(text.strip()), delimiter=delimiter)
    cells = tuple(tuple(cell or None for cell in row) for row in rows)
    return Preview(name, tuple(header), cells, len(rows), "csv", "utf-8", delimiter)


def part_of(proposal: Proposal, key: str) -> Any:
    """What a proposal says, under the names that the table of exports has for it."""
    entry = proposal.entry
    return {
        "product": proposal.product,
        "kind": proposal.kind,
        "certainty": proposal.certainty,
        "columns": entry.columns,
        "statuses": entry.values.get("stage", {}),
        "stages": {stage.stage: [*stage.columns] for stage in entry.stages},
        "only": {column: [*values] for column, values in entry.only},
        "fixed": entry.fixed,
        "identity": [[*group] for group in entry.identity],
        "asks": [question.code for question in proposal.questions],
        "tells": [remark.code for remark in proposal.remarks],
    }[key]


@pytest.mark.parametrize("export", EXPORTS["exports"], ids=lambda export: export["name"])
def test_an_export_is_recognised(export: dict[str, Any]) -> None:
    proposal = propose(top_of(export["file"]), DEFAULT)
    assert proposal.product == export.get("product")
    for key in ("columns", "statuses"):  # there may be more
        found = part_of(proposal, key)
        wanted = export.get(key, {})
        assert {name: found.get(name) for name in wanted} == wanted
    for key in ("kind", "certainty", "stages", "only", "fixed", "identity", "asks", "tells"):
        if key in export:
            assert part_of(proposal, key) == export[key], key
    assert not {*export.get("without", ())} & {*proposal.entry.columns}
    said = Mapping(files=(proposal.entry,)).to_toml()
    if not proposal.missing:
        assert Mapping.parse(said).files == (proposal.entry,)
