"""Files without a mapping are loaded as they are understood, and what was taken is said."""

from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from data.__main__ import app
from data.connection import connect, value
from data.load.identity import _suffix_of, id_of
from data.load.loader import load
from data.load.notices import Notice
from data.load.statuses import UnknownStatuses
from data.load.summary import Summary
from data.mapping import saved
from data.mapping.mapping import Mapping, MappingError
from data.store import Store

NOW = datetime(2026, 6, 1)


class Desk:
    """A folder of exports, and the store that they are loaded into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")

    def write(self, **files: str) -> list[Path]:
        paths = [self.folder / f"{name}.csv" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text.strip() + "\n", encoding="utf-8")
        return paths

    def load(self, mapping: str | None = None, **files: str) -> Summary:
        meant = Mapping.parse(mapping) if mapping else None
        return load(self.store, self.write(**files), mapping=meant, now=NOW)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.store.cursor(self.store.generation()) as cursor:
            return cursor.execute(query).fetchall()

    def reached(self) -> dict[str, int]:
        query = "select stage, count(*) from reaches group by stage"
        return dict(self.rows(query))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def said(summary: Summary) -> set[str]:
    return {notice.key for notice in summary.notices if isinstance(notice, Notice)}


def test_phone_email_or_name_and_company_tell_leads_apart(desk: Desk) -> None:
    summary = desk.load(
        sheet="""
Ngày,Họ,Tên,SĐT,Email,Công ty,Nguồn,Trạng thái
05/01/2026,Ly Văn,An,+84 901 000 001,,Cty A,Web,Mới
16/01/2026,Vo,Bình,901000002,,Cty B,Web,Đã chốt
17/01/2026,Le,Chi,,CHI@example.vn,Cty C,Web,Rớt
18/01/2026,Ho,Dũng,,,Cty D,Web,Báo giá
19/01/2026,Ly,An,0901.000.001,,Cty A,Web,Mới
20/01/2026,,,,,,Web,Mới
"""
    )
    assert desk.rows("select lead_id, name from leads order by created_at") == [
        ("0901000001", "Ly Văn An"),
        ("0901000002", "Vo Bình"),
        ("chi@example.vn", "Le Chi"),
        ("ho · dũng · cty d", "Ho Dũng"),
    ]
    assert summary.reasons == {"duplicate_lead_id": 1, "missing_lead_id": 1}
    assert {"told_apart_by", "known_from_status"} <= said(summary)
    assert desk.reached()["won"] == 1


@given(st.from_regex(r"[35789][0-9]{8}", fullmatch=True), st.sampled_from(["0", "84", "+84", ""]))
def test_a_phone_number_is_one_however_it_is_written(digits: str, prefix: str) -> None:
    with connect() as con:
        con.execute("create table t as select $text as phone", {"text": f"{prefix} {digits}"})
        assert value(con, f"select {id_of([['phone']], 'phone')} from t") == f"0{digits}"


def test_first_and_last_names_are_in_the_order_of_their_language(desk: Desk) -> None:
    desk.load(
        leads="Lead ID,Created Date,First Name,Last Name\n1,2026-01-05,An,Ly\n2,2026-01-06,,Vo"
    )
    assert desk.rows("select name from leads order by lead_id") == [("An Ly",), ("Vo",)]


def test_a_medium_says_whether_a_source_was_paid_for(desk: Desk) -> None:
    desk.load(
        leads="""
Lead ID,Created Date,utm_source,utm_medium
1,2026-01-05,google,cpc
2,2026-01-05,google,organic
3,2026-01-05,facebook,paid
4,2026-01-05,facebook,
5,2026-01-05,tet,email
"""
    )
    channels = desk.rows("select channel from leads order by lead_id")
    assert [channel for (channel,) in channels] == [
        "paid_search", "seo", "paid_social", "social", "email",
    ]  # fmt: skip


def test_a_form_of_a_platform_has_its_source_and_no_prefixes(desk: Desk) -> None:
    desk.load(
        leads="""
id,created_time,ad_id,campaign_name,form_id,is_organic,platform,full_name,phone_number
l:1,2026-01-05T09:30:00+07:00,ag:1,Tet,f:1,false,ig,An,p:+84901000001
l:2,2026-01-06T09:30:00+07:00,ag:1,Tet,f:1,true,fb,Bình,p:+84901000002
l:3,2026-01-06T09:30:00+07:00,ag:1,Tet,f:1,false,,Chi,p:+84901000003
"""
    )
    query = "select lead_id, source, channel, phone, ad_id from leads order by lead_id"
    assert desk.rows(query) == [
        ("l:1", "Instagram", "paid_social", "+84901000001", "1"),
        ("l:2", "Facebook", "social", "+84901000002", "1"),
        ("l:3", "Facebook", "paid_social", "+84901000003", "1"),
    ]


def test_an_id_of_salesforce_is_one_in_both_its_forms(desk: Desk) -> None:
    with connect() as con:
        con.execute("create table t as select '00Q5g00000AbcDa' as id")
        suffix = value(con, f"select {_suffix_of('id')} from t")
    long = f"00Q5g00000AbcDa{suffix}"
    summary = desk.load(
        leads="Lead ID,Created Date,Lead Status,Converted\n00Q5g00000AbcDa,2026-01-05,Open,0\n"
        "00Q5g00000AbcDA,2026-01-06,Open,0",
        history="Id,LeadId,Field,OldValue,NewValue,CreatedDate\n"
        f"1,{long},Status,Open,Qualified,2026-01-08T02:30:00Z",
    )
    ids = [lead_id for (lead_id,) in desk.rows("select lead_id from leads order by lead_id")]
    assert ids == ["00Q5g00000AbcDA", long]
    assert summary.refused == 0
    assert desk.reached()["sql"] == 1


@pytest.mark.parametrize(
    ("told", "written"),
    [("O1", "O1"), ("0065g00000XyzAbAAJ", "0065g00000XyzAb"), ("0065g00000XyzAb",) * 2],
    ids=["same", "long-and-short", "short"],
)
def test_a_lead_tells_which_opportunity_it_became(desk: Desk, told: str, written: str) -> None:
    summary = desk.load(
        leads="Id,Status,IsConverted,LeadSource,CreatedDate,ConvertedOpportunityId\n"
        f"L1,Closed - Converted,true,Web,2026-01-05T02:30:00Z,{told}\n"
        "L2,Open,false,Web,2026-01-06T02:30:00Z,",
        moves="Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n"
        f"1,{written},StageName,Prospecting,Closed Won,2026-02-08T02:30:00Z",
    )
    assert summary.refused == 0
    assert desk.reached()["won"] == 1
    assert desk.rows("select count(*) from leads") == [(2,)]


def test_deals_are_joined_to_their_contacts(desk: Desk) -> None:
    summary = desk.load(
        contacts="Record ID,Email,Create Date,Lifecycle Stage,Original Traffic Source\n"
        "1,a@example.vn,2026-01-05 09:30,Lead,Paid Social\n"
        "2,b@example.vn,2026-01-06 09:30,Lead,Referrals",
        deals="Record ID,Deal Name,Deal Stage,Create Date,Close Date,Associated Contact IDs\n"
        "9,Deal A,Closed Won,2026-01-20 09:30,2026-02-20 09:30,1;7",
    )
    assert "joined_by" in said(summary)
    assert desk.rows("select lead_id, source from leads order by 1") == [
        ("1", "Paid Social"),
        ("2", "Referrals"),
    ]
    assert (desk.reached()["opportunity"], desk.reached()["won"]) == (1, 1)


def test_of_two_columns_of_one_stage_the_earliest_date_counts(desk: Desk) -> None:
    dated = [
        f'"Date entered ""{stage} (Sales)"""' for stage in ("Qualified To Buy", "Contract Sent")
    ]
    summary = desk.load(
        deals=f"Record ID,Create Date,Deal Stage,{','.join(dated)}\n"
        "1,2026-01-05 09:30,Contract Sent,2026-01-08 09:30,2026-01-20 09:30\n"
        "2,2026-01-06 09:30,Contract Sent,,2026-01-22 09:30"
    )
    query = "select cast(reached_at as varchar) from reaches where stage = 'opportunity' order by 1"
    assert desk.rows(query) == [("2026-01-08 02:30:00",), ("2026-01-22 02:30:00",)]
    assert "one_stage" in said(summary)


def test_dates_of_unknown_stages_are_said(desk: Desk) -> None:
    summary = desk.load(
        deals="Record ID,Create Date,hs_v2_date_entered_4543,hs_v2_date_entered_closedwon\n"
        "1,2026-01-05 09:30,2026-01-06 09:30,2026-01-20 09:30"
    )
    (notice,) = [each for each in summary.notices if "hs_v2_date_entered_4543" in each]
    assert isinstance(notice, Notice)
    assert notice.key == "unknown_stage_columns"


def test_the_names_of_stages_come_from_the_file_that_has_them(desk: Desk) -> None:
    desk.load(
        moves="deal_id,date_entered,source,source_id,value\n1,2026-01-05T02:30:00Z,a,b,4543\n"
        "1,2026-01-08T02:30:00Z,a,b,4544",
        stages="stage_id,pipeline_id,label,display_order\n4543,1,Qualified To Buy,1\n"
        "4544,1,Closed Won,2",
    )
    assert (desk.reached()["opportunity"], desk.reached()["won"]) == (1, 1)


def test_what_is_only_likely_is_asked(desk: Desk) -> None:
    with pytest.raises(UnknownStatuses) as asked:
        desk.load(
            leads="id,created,status\n1,2026-01-05,Mới\n2,2026-01-06,Đã báo giá lần 2\n"
            "3,2026-01-07,Phase Blue"
        )
    error = asked.value
    assert (error.key, error.header) == ("unknown_statuses", "status")
    assert sorted(error.statuses) == [
        ("Phase Blue", 1, None),
        ("Đã báo giá lần 2", 1, "opportunity"),
    ]
    Mapping.parse(error.mapping)


def test_a_question_has_a_key_and_what_fills_its_words(desk: Desk) -> None:
    with pytest.raises(MappingError, match="must say which column is created_at") as asked:
        desk.load(leads="Mã lead,Nguồn\n1,Web")
    assert asked.value.key == "missing_field"
    assert asked.value.values["field"] == "created_at"


def test_a_mapping_is_saved_and_found_again_by_its_headers(desk: Desk) -> None:
    runner, store = CliRunner(), ["--store", str(desk.store.root)]
    (first,) = desk.write(january="id,created,state\n1,2026-01-05,Mới")
    done = runner.invoke(app, ["load", str(first), "--save-mapping", "Theo tháng", *store])
    assert done.exit_code == 0, done.output
    assert saved.names(desk.store) == ("Theo tháng",)
    (second,) = desk.write(february="id,created,state\n2,2026-02-05,Mới")
    again = runner.invoke(app, ["load", str(second), *store])
    assert "'Theo tháng', which was saved for such files, was used" in again.output
    named = runner.invoke(app, ["load", str(second), "--mapping", "theo thang", *store])
    assert named.exit_code == 0, named.output
    (other,) = desk.write(other="x,y\n1,2")
    wrong = runner.invoke(app, ["load", str(other), "--mapping", "Theo tháng", *store])
    assert (wrong.exit_code, "other columns" in wrong.output) == (1, True)
    unknown = runner.invoke(app, ["load", str(other), "--mapping", "Theo năm", *store])
    assert "there are: Theo tháng" in unknown.output


def test_recognise_prints_a_mapping_to_load_with(desk: Desk) -> None:
    (path,) = desk.write(
        deals='Record ID,Create Date,Deal Stage,"Date entered ""Site visit (P)""",'
        '"Date entered ""Closed Won (P)"""\n'
        "1,2026-01-05 09:30,Closed Won,2026-01-06 09:30,2026-01-20 09:30"
    )
    store = ["--store", str(desk.store.root)]
    shown = CliRunner().invoke(app, ["recognise", str(path), *store]).output
    assert shown.startswith("# deals.csv: HubSpot, deals; unsure, 1 rows\n")
    assert not desk.store.root.exists()
    mapping = Mapping.parse(shown)
    assert mapping.pipeline is not None
    assert mapping.pipeline.slugs == ("lead", "site_visit", "won")
    load(desk.store, [path], mapping=mapping, now=NOW)
    assert desk.reached() == {"lead": 1, "site_visit": 1, "won": 1}


def test_a_status_in_decomposed_accents_is_the_one_that_was_mapped(desk: Desk) -> None:
    text = "Mã KH,Ngày tạo,Nhóm,Trạng thái\n1,2026-01-05,Bán sỉ,Đã báo giá\n2,2026-01-06,Lẻ,Nóng"
    mapping = """
[[files]]
table = "leads"
columns = { lead_id = "Mã KH", created_at = "Ngày tạo", stage = "Trạng thái" }
only = { "Nhóm" = ["Bán sỉ"] }
values = { stage = { "Đã báo giá" = "opportunity" } }
"""
    for form in ("NFD", "NFC"):
        summary = load(
            desk.store,
            desk.write(sheet=normalize(form, text)),
            mapping=Mapping.parse(mapping),
            mode="replace",
            now=NOW,
        )
        assert desk.reached()["opportunity"] == 1
        assert summary.files[0].skipped == 1


def test_what_was_won_or_lost_goes_before_the_stage_that_it_was_in(desk: Desk) -> None:
    desk.load(
        sheet="""
Mã,Ngày tạo,Giai đoạn,Trạng thái,Ngày đóng
1,13/01/2026,Báo giá,Đang mở,
2,14/01/2026,Báo giá,Thắng,20/02/2026
3,15/01/2026,Báo giá,Thua,
"""
    )
    moves = desk.rows("select lead_id, stage, known from stage_history order by lead_id")
    assert moves == [
        ("1", "opportunity", "status"),
        ("2", "won", "status"),
        ("3", "lost", "status"),
    ]
    (won,) = desk.rows(
        "select cast(entered_at as date)::varchar from stage_history where stage = 'won'"
    )
    assert won == ("2026-02-19",)  # as the day begins in Vietnam
    assert desk.rows("select trang_thai from leads order by lead_id")[1] == ("Thắng",)


def test_a_mapping_whose_statuses_all_mean_nothing_is_not_filled_in_yet(desk: Desk) -> None:
    sheet = "Mã,Ngày tạo,Trạng thái\n1,2026-01-05,Nóng\n2,2026-01-06,Lạnh"
    with pytest.raises(UnknownStatuses) as asked:
        desk.load(sheet=sheet)
    with pytest.raises(UnknownStatuses):
        desk.load(asked.value.mapping, sheet=sheet)
    desk.load(asked.value.mapping.replace('"Nóng" = ""', '"Nóng" = "sql"'), sheet=sheet)
    assert desk.reached()["sql"] == 1


def test_amounts_in_the_unit_and_the_currency_of_their_header(desk: Desk) -> None:
    summary = desk.load(
        sheet='Mã,Ngày tạo,Giá trị (triệu)\n1,2026-01-05,10\n2,2026-01-05,"15,5"\n'
        "3,2026-01-05,2 tỷ\n4,2026-01-05,20.000.000"
    )
    assert desk.rows("select amount from leads order by lead_id") == [
        (10e6,), (15.5e6,), (2e9,), (20e6,),
    ]  # fmt: skip
    assert "unit_of_header" in said(summary)
    desk.load(deals="Mã,Ngày tạo,Value (USD)\n5,2026-01-05,100")
    assert desk.rows("select currency from leads where lead_id = '5'") == [("USD",)]
