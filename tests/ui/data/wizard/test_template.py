"""The template: its headings are recognised in the language that they are in."""

import io

import openpyxl
import pytest

from data.files.preview import Preview
from data.mapping.proposal import propose
from data.mapping.statuses import suggest_stage
from data.pipeline import Pipeline
from tests.support.screen import LANGUAGES
from ui.data.wizard.template import workbook

FIELDS = (
    "lead_id created_at company name phone email source stage owner amount currency"
).split()  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_filled_in_is_recognised(lang: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(lang)))
    leads, told = book.worksheets
    headings = [str(cell.value) for cell in leads[1]]
    assert leads.max_row == 1  # nothing that could be loaded by mistake
    assert {row[0].value for row in told.iter_rows(min_row=2)} >= {*headings}
    (offered,) = leads.data_validations.dataValidation  # the stages, as a list below the status
    assert str(offered.sqref).startswith("H2:H")
    assert not offered.showErrorMessage  # a word of one's own may be written there
    for label in offered.formula1.strip('"').split(","):
        assert suggest_stage(label, Pipeline.default()).certainty == "certain", label
    top = Preview("a.xlsx", tuple(headings), ((None,) * len(headings),), 1, "xlsx", None, None)
    columns = propose(top, Pipeline.default()).entry.columns
    assert [name for name in FIELDS if name not in columns] == []
