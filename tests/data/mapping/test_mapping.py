"""A mapping is a value that is read from TOML and written back, and says what is wrong with it."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.calendar import Calendar
from data.mapping.fields import dimension_slug
from data.mapping.mapping import FileMapping, Mapping, MappingError, StageColumn
from data.pipeline import Pipeline
from data.values.text import heading

EXAMPLES = sorted((Path(__file__).parents[2] / "mappings").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_go_there_and_back(path: Path) -> None:
    mapping = Mapping.read(path)
    assert mapping.files
    assert Mapping.parse(mapping.to_toml()) == mapping


def test_everything_goes_there_and_back() -> None:
    mapping = Mapping(
        files=(
            FileMapping(
                "stage_columns",
                'a "b" *',
                {"lead_id": "Mã lead", "created_at": "Ngày\ttạo", "loai_hinh": "Loại"},
                {"source": {"Hội chợ": "event"}},
                (
                    StageColumn("won", "Closed", (("Stage", ("Won", "Thắng")),)),
                    StageColumn("A.b", "x"),
                ),
                only=(("Kind", ("lead",)),),
                ignore=("secret",),
                day_month_order="dmy",
                early_moves="at_creation",
                sheet="Sheet 2",
                header=4,
            ),
            FileMapping("lookup", "t*", {"region": "R"}, join=(("owner", "agent"),)),
        ),
        time_zone="Asia/Ho_Chi_Minh",
        currency="VND",
        channels={"Hội chợ Vietbuild": "event"},
    )
    assert Mapping.parse(mapping.to_toml()) == mapping


def test_a_calendar_goes_there_and_back_with_stages_and_without() -> None:
    alone = Mapping(calendar=Calendar("NL", ("mon", "tue"), 540, 1020))
    assert Mapping.parse(alone.to_toml()) == alone
    pipeline = replace(Pipeline.default(), calendar=Calendar(""))
    assert Mapping.parse(Mapping(pipeline=pipeline).to_toml()).pipeline == pipeline


FILE = '[[files]]\ntable = "leads"\ncolumns = { lead_id = "a", created_at = "b" }\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("files = [", "not valid TOML"),
        ('zone = "UTC"', "zone: no such key"),
        ("calendar = 7", "calendar: must be a table"),
        ("time_zone = 7", "time_zone: must be a text"),
        ("[files]\ntable = 'leads'", r"write \[\[files\]\]"),
        ("[[files]]\nmatch = '*'", r"files\[0\]: lacks the key 'table', one of leads"),
        ("[[files]]\ntable = 'lead'", r"files\[0\].table: 'lead' is not one of leads"),
        ("[[files]]\ntable = 'leads'", r"columns: a file of leads must say .* lead_id"),
        (FILE + "collumns = 1", r"files\[0\].collumns: no such key"),
        (FILE + "day_month_order = 'ymd'", r"day_month_order: 'ymd' is not one of dmy, mdy"),
        (FILE + "early_moves = 'keep'", r"early_moves: 'keep' is not one of"),
        (FILE + "[files.columns2]", "no such key"),
        (FILE + "[files.values]\nsource = 1", r"values.source: must be a table"),
        (FILE + "[files.join]\nowner = 'x'", "join: a lookup has it"),
        (FILE.replace("lead_id =", "Bad = 'x', lead_id ="), "columns.Bad: a further dimension"),
        (FILE.replace("lead_id =", "stage_rank = 'x', lead_id ="), "columns.stage_rank"),
        ("[[files]]\ntable = 'stage_columns'\ncolumns = { lead_id = 'a' }", "stages: say which"),
        (
            "[[files]]\ntable = 'spend'\ncolumns = { day = 'a', amount = 'b', x = 'c' }",
            "spend has no",
        ),
        ("[[files]]\ntable = 'spend'\ncolumns = { amount = 'b' }", "must say which column is day"),
        (
            "[[files]]\ntable = 'spend'\ncolumns = { day = 'a', month = 'c', amount = 'b' }",
            "by day or by month",
        ),
        ("[[files]]\ntable = 'rates'\ncolumns = { day = 'a', rate = 'b' }", "column is currency"),
        (FILE + "[channels]\nFacebook = 'fb'", "channels.Facebook: 'fb' is not one of"),
        ("[[stages]]\nslug = 'a'", "lacks the key"),
    ],
    ids=(
        "not-toml unknown-key calendar-number zone-number files-as-table no-table unknown-table "
        "no-lead-id unknown-file-key unknown-order unknown-early-moves unknown-file-table "
        "values-number join-of-leads capital-dimension reserved-dimension no-stages "
        "unknown-spend-field spend-without-day spend-by-day-and-month rates-without-currency "
        "unknown-channel stage-without-group"
    ).split(),
)  # fmt: skip
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        Mapping.parse(text)


def test_a_mapping_that_is_not_there() -> None:
    with pytest.raises(MappingError, match=r"nope\.toml cannot be read"):
        Mapping.read(Path("nope.toml"))


def test_the_first_entry_that_fits_is_taken() -> None:
    mapping = Mapping(files=(FileMapping("leads", "Leads_*"), FileMapping("touches", "*")))
    assert mapping.entry_for("leads_2024.CSV") is mapping.files[0]
    assert mapping.entry_for("other.csv") is mapping.files[1]
    assert Mapping().entry_for("x") is None


@pytest.mark.parametrize(
    ("header", "slug"),
    [
        ("Lead Type", "lead_type"),
        ("Loại hình (mới)", "loai_hinh_moi"),
        ("drop table leads;--", "drop_table_leads"),
        ("Stage", "stage_"),
        ("from", "from_"),
        ("owner", "owner_"),
        ("temperature", "temperature_"),
        ("2024", "column_2024"),
        ("%%%", "column"),
        ("x" * 99, "x" * 60),
    ],
    ids=(
        "two-words vietnamese sql field-of-moves word-of-links field-of-leads derived-column "
        "number no-letters long"
    ).split(),
)
def test_headers_become_identifiers(header: str, slug: str) -> None:
    assert dimension_slug(header) == slug


def test_identifiers_are_told_apart() -> None:
    assert dimension_slug("a b", {"a_b", "a_b_2"}) == "a_b_3"


def test_headings_are_compared_without_what_does_not_matter() -> None:
    assert heading("\ufeff Date  entered “MQL”* ") == 'date entered "mql"'
