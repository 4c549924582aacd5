"""Files are known by product, by the spelling of headers and by what stands in their columns."""

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.files.header import distinct_headers
from data.files.preview import Preview
from data.mapping.headings import table
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
        "outcomes": entry.values.get("won_or_lost", {}),
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
    for key in (
        "outcomes",
        "kind",
        "certainty",
        "stages",
        "only",
        "fixed",
        "identity",
        "asks",
        "tells",
    ):
        if key in export:
            assert part_of(proposal, key) == export[key], key
    assert not {*export.get("without", ())} & {*proposal.entry.columns}
    said = Mapping(files=(proposal.entry,)).to_toml()
    if not proposal.missing:
        assert Mapping.parse(said).files == (proposal.entry,)


@pytest.mark.parametrize(
    ("headers", "stages"),
    [
        (
            'Record ID,Deal Stage,"Date entered ""Site visit (P)""","Date entered ""Ký (P)"""',
            {"lead": "lead", "site_visit": "opportunity", "ky": "opportunity", "won": "customer"},
        ),
        (
            'Record ID,Lifecycle Stage,"Date entered ""MQL (L)""","Date entered ""Đang nuôi (L)""",'
            '"Date entered ""Opportunity (L)""","Date entered ""Новый этап (L)"""',
            {
                "lead": "lead",
                "mql": "lead",
                "dang_nuoi": "lead",
                "opportunity": "opportunity",
                "stage_4": "opportunity",
                "won": "customer",
            },
        ),
    ],
    ids=["deals", "contacts"],
)
def test_the_pipeline_of_a_file_is_proposed(headers: str, stages: dict[str, str]) -> None:
    proposal = propose(top_of(f"{headers}\n1,x"), DEFAULT)
    assert proposal.pipeline is not None
    assert {stage.slug: stage.group for stage in proposal.pipeline.stages} == stages
    again = propose(top_of(f"{headers}\n1,x"), proposal.pipeline)
    assert not [each for each in again.questions if each.code == "unknown_stage_columns"]


NAMES = sorted(
    {name for fields in table().values() for names in fields.values() for name in names}
    | {'Date entered "Новый (P)"', "hs_v2_date_entered_", "Lead: ", "(UTC)", "Record ID"}
)
CELLS = st.sampled_from(["", "1", "Mới", "2026-01-05", "05/01/2026", "a@b.vn", "0901000001", "Đã"])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_headers_are_understood_or_asked_about(data: st.DataObject) -> None:
    headers = data.draw(st.lists(st.sampled_from(NAMES) | st.text(), min_size=1, max_size=8))
    width = len(headers)
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
    cells = tuple(tuple(cell or None for cell in row) for row in rows)
    names = tuple(distinct_headers(headers))
    proposal = propose(Preview("f.csv", names, cells, len(rows), "csv", None, ","), DEFAULT)
    assert {*proposal.entry.headers_used()} <= {*names}
    if not proposal.missing:
        assert Mapping.parse(Mapping(files=(proposal.entry,)).to_toml()).files == (proposal.entry,)
