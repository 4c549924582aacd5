"""The plan: what was said of columns and statuses is what the mapping says, and nothing else is."""

from pathlib import Path

import pytest

from data.files.preview import Preview
from data.load.survey import Survey
from data.mapping.mapping import FileMapping, Mapping, StageColumn, check
from data.mapping.proposal import Proposal
from data.pipeline import Pipeline
from ui.data.wizard import file_step, forecast, stages
from ui.data.wizard.plan import AS_PROPOSED, IGNORE, KEEP, STAGE, Plan, PlannedFile

HEADERS = ("Mã", "Ngày", "Trạng thái", "Nguồn", "Ghi chú")
STATUSES = (("Mới", 5), ("won", 3), ("lost", 2), ("???", 1))


def planned(entry: FileMapping, headers: tuple[str, ...] = HEADERS) -> tuple[Plan, PlannedFile]:
    top = Preview("a.csv", headers, (), 11, "csv", "utf-8", ",")
    file = PlannedFile(Path("/shelf/1/a.csv"), top)
    file.understand(Proposal(None, entry.table, "likely", entry))
    file.survey = Survey(11, {"Trạng thái": STATUSES, "Nguồn": (("seo", 11),)})
    plan = Plan(Pipeline.default(), "Asia/Ho_Chi_Minh", files=[file])
    return plan, file


SNAPSHOT = FileMapping(
    "leads",
    "a.csv",
    {"lead_id": "Mã", "created_at": "Ngày", "stage": "Trạng thái", "source": "Nguồn"},
)


def test_what_is_proposed_is_what_is_loaded_until_somebody_says_otherwise() -> None:
    plan, file = planned(SNAPSHOT)
    assert plan.mapping().files[0].columns == SNAPSHOT.columns
    assert not plan.missing()
    file.mean("Nguồn", KEEP)
    file.mean("Ghi chú", IGNORE)
    (entry,) = plan.mapping().files
    assert "source" not in entry.columns
    assert entry.ignore == ("Ghi chú",)
    assert Mapping.parse(plan.mapping().to_toml()) == plan.mapping()


def test_a_field_is_of_one_column() -> None:
    plan, file = planned(SNAPSHOT)
    file.mean("Ghi chú", "lead_id")
    assert file.meanings["Mã"] == KEEP
    assert plan.mapping().files[0].columns["lead_id"] == "Ghi chú"


def test_a_file_of_any_name_is_found_by_its_entry() -> None:
    plan, file = planned(SNAPSHOT)
    file.path = Path("/shelf/1/leads [1] (*).csv")
    assert plan.mapping().entry_for(file.name) is not None


def test_a_column_of_dates_makes_it_a_list_of_stage_columns() -> None:
    plan, file = planned(SNAPSHOT)
    assert file.table == "leads"
    file.mean("Ghi chú", STAGE + "won")
    file.mean("Nguồn", STAGE + "won")
    file.mean("Trạng thái", STAGE + "sql")
    (entry,) = plan.mapping().files
    assert entry.table == "stage_columns"
    assert entry.stages == (
        StageColumn("sql", "Trạng thái"),
        StageColumn("won", "Nguồn", others=("Ghi chú",)),
    )
    check(entry)


def test_what_a_form_cannot_say_is_kept_as_proposed() -> None:
    when = (("Trạng thái", ("Won",)),)
    entry = FileMapping(
        "stage_columns",
        "a.csv",
        {"lead_id": "Mã", "rep": "Nguồn"},
        stages=(StageColumn("won", "Ngày", when), StageColumn("lost", "Ngày", when)),
        only=(("Ghi chú", ("x",)),),
    )
    plan, file = planned(entry)
    assert file.meanings["Ngày"] == AS_PROPOSED
    (made,) = plan.mapping().files
    assert (made.stages, made.only, made.columns) == (entry.stages, entry.only, entry.columns)


def test_what_is_missing_is_named() -> None:
    plan, file = planned(SNAPSHOT)
    file.mean("Mã", KEEP)
    assert [name for _file, name in plan.missing()] == ["lead_id"]
    file.identity = (("Ghi chú",),)
    assert not plan.missing()
    check(plan.mapping().files[0])
    file.be("spend")
    assert [name for _file, name in plan.missing()] == ["day", "amount"]


def test_each_status_is_what_was_said_else_what_is_known() -> None:
    plan, file = planned(SNAPSHOT)
    assert [plan.stage_of(file, status) for status, _rows in STATUSES] == [
        "lead",
        "won",
        "lost",
        "",
    ]
    file.say("???", "sql")
    file.say("won", KEEP)
    plan.settle()
    assert plan.mapping().files[0].values["stage"] == {
        "Mới": "lead",
        "won": "",
        "lost": "lost",
        "???": "sql",
    }


def test_a_move_to_no_stage_of_ours_keeps_its_name() -> None:
    plan, file = planned(SNAPSHOT)
    file.be("stage_history")
    plan.settle()
    assert plan.mapping().files[0].values["stage"]["???"] == "???"


def test_the_forecast_counts_every_row_once() -> None:
    plan, file = planned(SNAPSHOT)
    rows = forecast.of_statuses(plan)
    assert rows is not None
    assert rows["reached"].tolist() == [11, 3, 3, 3]
    assert rows["open"].tolist()[:3] == [6, 0, 0]
    assert rows["lost"].tolist()[:3] == [2, 0, 0]
    file.say("???", "opportunity")
    rows = forecast.of_statuses(plan)
    assert rows is not None
    assert rows["reached"].tolist() == [11, 4, 4, 3]
    assert rows["open"].tolist()[:3] == [5, 0, 1]


def test_a_new_stage_comes_last_in_its_group_and_moves_within_it() -> None:
    plan, _file = planned(SNAPSHOT)
    usual = plan.pipeline.slugs
    assert plan.mapping().pipeline is None
    slug = stages.add(plan, "Đang chăm sóc", "prospect")
    assert slug == "dang_cham_soc"
    assert plan.pipeline.slugs == ("lead", "iql", "mql", "sal", "sql", slug, "opportunity", "won")
    assert stages.add(plan, "Đang chăm sóc!", "lead") == "dang_cham_soc_2"
    stages.move(plan, slug, -1)
    stages.move(plan, slug, -1)
    stages.move(plan, slug, -1)  # there is no further way up in its group
    assert plan.pipeline.slugs.index(slug) == plan.pipeline.slugs.index("sal") - 1
    assert plan.mapping().pipeline == plan.pipeline
    assert plan.usual.slugs == usual


@pytest.mark.parametrize("name", ["leads.csv", "tháng 11.csv"])
def test_a_saved_mapping_is_followed_whatever_the_file_is_called(name: str) -> None:
    plan, file = planned(SNAPSHOT)
    file.say("???", "sql")
    plan.channels["seo"] = "content"
    plan.settle()
    kept = Mapping.parse(plan.mapping().to_toml())
    fresh, other = planned(FileMapping("leads", "a.csv", {}))
    other.path = Path("/shelf/1") / name
    fresh.follow(kept)
    assert fresh.mapping().files[0].columns == plan.mapping().files[0].columns
    assert fresh.mapping().files[0].values == plan.mapping().files[0].values
    assert fresh.mapping().channels == {"seo": "content"}
    assert fresh.mapping().entry_for(name) is not None


def test_the_stages_of_a_file_are_taken_where_the_store_has_none_of_its_own() -> None:
    headers = ("Record ID", "Create Date", "hs_v2_date_entered_454331368")
    row = ("901", "2026-01-05 09:30", "2026-01-06 09:30")
    file = PlannedFile(Path("/shelf/1/deals.csv"), Preview("deals.csv", headers, (row,), 1, "csv",
                                                           "utf-8", ","))  # fmt: skip
    plan = Plan(Pipeline.default(), "UTC", files=[file])
    plan.understand()
    own = plan.offered
    assert own is not None
    assert plan.pipeline == own
    assert file.meanings[headers[2]] == STAGE + own.slugs[1]
    plan.choose(None)
    assert plan.pipeline == plan.usual
    assert file.meanings[headers[2]] == KEEP
    plan.choose(own)
    assert file.meanings[headers[2]] == STAGE + own.slugs[1]


def test_a_header_that_was_said_goes_along_with_the_mapping() -> None:
    plan, file = planned(SNAPSHOT)
    file.header = 4
    assert Mapping.parse(plan.mapping().to_toml()).files[0].header == 4


def test_the_header_that_was_found_needs_no_word() -> None:
    _plan, file = planned(SNAPSHOT)
    file.found_header = 3
    file_step._head(file, 5)
    assert (file.header, file.top) == (5, None)  # to be looked at again
    file_step._head(file, 3)
    assert file.header is None
