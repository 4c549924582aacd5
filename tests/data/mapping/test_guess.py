"""Files are recognised by their headers: the usual exports, in English and Vietnamese."""

from typing import Any

import pytest

from data.mapping.guess import read
from data.mapping.headings import Headings
from data.mapping.stages import stage_names, stage_of_heading
from data.pipeline import Pipeline

DEFAULT = Pipeline.default()


def said(headers: list[str], *rows: list[str]) -> dict[str, Any]:
    entry = read(Headings(headers, rows), DEFAULT).entry
    return {
        "table": entry.table,
        **entry.columns,
        **{f"at {stage.stage}": stage.column for stage in entry.stages},
        **{f"only {column}": values for column, values in entry.only},
    }


def test_hubspot_contacts() -> None:
    mql = 'Date entered "Marketing Qualified Lead (Lifecycle Stage Pipeline)"'
    found = said(
        ["Record ID", "Email", "Contact owner", "Create Date*", "Lifecycle Stage",
         "Original Source", "Became a Marketing Qualified Lead Date", mql,
         "Date entered ‘Customer (Lifecycle Stage Pipeline)’",
         'Cumulative time in "Customer (Lifecycle Stage Pipeline)" (HH:mm:ss)',
         'Date exited "Customer (Lifecycle Stage Pipeline)"', "Became an Opportunity Date"],
        ["1", "a@b.vn", "Lan", "2024-01-01 10:00", "Customer", "Organic", "2024-01-02 10:00",
         "2024-01-02 10:00", "", "", "", ""],
    )  # fmt: skip
    assert found == {
        "table": "stage_columns",
        "lead_id": "Record ID",
        "created_at": "Create Date*",
        "source": "Original Source",
        "owner": "Contact owner",
        "email": "Email",
        "stage": "Lifecycle Stage",
        "at mql": mql,
        "at won": "Date entered ‘Customer (Lifecycle Stage Pipeline)’",
        "at opportunity": "Became an Opportunity Date",
    }


def test_hubspot_api_names() -> None:
    found = said(
        ["Record ID", "createdate", "hs_v2_date_entered_marketingqualifiedlead",
         "hs_lifecyclestage_opportunity_date", "hs_v2_date_exited_marketingqualifiedlead"],
        ["1", "2024-01-01", "2024-01-02", "", ""],
    )  # fmt: skip
    assert found["at mql"] == "hs_v2_date_entered_marketingqualifiedlead"
    assert found["at opportunity"] == "hs_lifecyclestage_opportunity_date"
    assert found["created_at"] == "createdate"


def test_salesforce_history() -> None:
    assert said(["Id", "LeadId", "Field", "OldValue", "NewValue", "CreatedDate"]) == {
        "table": "stage_history",
        "lead_id": "LeadId",
        "stage": "NewValue",
        "entered_at": "CreatedDate",
        "only Field": ("Status",),
    }


def test_salesforce_leads() -> None:
    found = said(["Lead ID", "First Name", "Lead Source", "Company", "Created Date", "Lead Owner"])
    assert found == {
        "table": "leads",
        "lead_id": "Lead ID",
        "created_at": "Created Date",
        "source": "Lead Source",
        "owner": "Lead Owner",
        "company": "Company",
        "first_name": "First Name",
    }


def test_pipedrive_deals_have_their_present_stage_only() -> None:
    found = said(
        ["Deal - ID", "Deal - Owner", "Deal - Value", "Deal - Stage", "Deal - Deal created",
         "Deal - Won time", "Deal - Lost time", "Deal - Last stage change",
         "Deal - Source channel"],
    )  # fmt: skip
    assert found["table"] == "stage_columns"
    assert (found["stage"], found["entered_at"]) == ("Deal - Stage", "Deal - Last stage change")
    assert (found["at won"], found["at lost"]) == ("Deal - Won time", "Deal - Lost time")


def test_zoho_stage_history() -> None:
    found = said(
        ["Record Id", "Stage", "Modified Time", "Modified By"], ["1", "SQL", "2024-01-01", "L"]
    )
    assert found["table"] == "stage_history"
    assert (found["entered_at"], found["changed_by"]) == ("Modified Time", "Modified By")


def test_a_vietnamese_spreadsheet() -> None:
    found = said(
        ["Mã lead", "Ngày tạo", "Nguồn", "Người phụ trách", "Tỉnh/Thành", "MQL", "Ngày SQL",
         "Đã chốt", "Cơ hội"],
        ["1", "1/2/2024", "Zalo", "Lan", "Huế", "3/2/2024", "", "", ""],
    )  # fmt: skip
    assert found == {
        "table": "stage_columns",
        "lead_id": "Mã lead",
        "created_at": "Ngày tạo",
        "source": "Nguồn",
        "owner": "Người phụ trách",
        "region": "Tỉnh/Thành",
        "at mql": "MQL",
        "at sql": "Ngày SQL",
        "at won": "Đã chốt",
        "at opportunity": "Cơ hội",
    }


def test_vietnamese_moves_and_spend() -> None:
    assert said(["Mã lead", "Giai đoạn", "Ngày chuyển"])["table"] == "stage_history"
    assert said(["Tháng", "Nguồn", "Chi phí"]) == {
        "table": "spend",
        "amount": "Chi phí",
        "month": "Tháng",
        "source": "Nguồn",
    }


def test_spend_by_day_or_over_several() -> None:
    assert said(["Month", "Date", "Cost"])["day"] == "Date"
    assert "month" not in said(["Month", "Date", "Cost"])
    found = said(["Reporting starts", "Reporting ends", "Campaign name", "Amount spent (VND)"])
    assert found == {
        "table": "spend",
        "amount": "Amount spent (VND)",
        "day": "Reporting starts",
        "until": "Reporting ends",
        "campaign": "Campaign name",
    }


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Date", "Currency", "Exchange rate"], ("Date", "Currency", "Exchange rate")),
        (["Ngày", "Loại tiền", "Tỷ giá"], ("Ngày", "Loại tiền", "Tỷ giá")),
        (["day", "currency", "rate", "note"], ("day", "currency", "rate")),
    ],
    ids="english vietnamese short".split(),
)
def test_rates(headers: list[str], columns: tuple[str, ...]) -> None:
    found = said(headers)
    assert found.pop("table") == "rates"
    assert (found["day"], found["currency"], found["rate"]) == columns


def test_touches() -> None:
    assert said(["lead_id", "touched_at", "source", "kind"])["table"] == "touches"


def test_an_event_log() -> None:
    found = said(["case:concept:name", "concept:name", "time:timestamp", "org:resource"])
    assert found["table"] == "stage_history"
    assert found["lead_id"] == "case:concept:name"


TWICE = (["1", "L1", "lead", "2024-01-01"], ["2", "L1", "won", "2024-01-09"])


@pytest.mark.parametrize(
    ("headers", "table", "lead_id", "entered_at"),
    [
        ("id lead_id stage changed_at", "stage_history", "lead_id", "changed_at"),
        ("ID dealId newStageId changedAt", "stage_history", "dealId", "changedAt"),
        ("event_id contact_id to_status moved_at", "stage_history", "contact_id", "moved_at"),
        ("id customer_id status created_at", "stage_history", "customer_id", "created_at"),
        ("Mã Mã_khách Giai_đoạn Ngày_chuyển", "stage_history", "Mã_khách", "Ngày_chuyển"),
        ("id user_id kind touched_at", "touches", "user_id", None),
    ],
    ids="lead deal contact customer vietnamese touches".split(),
)
def test_the_id_of_a_lead_is_not_that_of_its_moves(
    headers: str, table: str, lead_id: str, entered_at: str | None
) -> None:
    found = said(headers.split(), *TWICE)
    assert (found["table"], found["lead_id"], found.get("entered_at")) == (
        table,
        lead_id,
        entered_at,
    )


def test_a_lead_of_one_row_has_the_id_of_the_row() -> None:
    # Here the user is whose lead it is.
    rows = (["1", "U1", "mql", "2024-01-01"], ["2", "U1", "won", "2024-01-09"])
    assert said(["id", "owner", "stage", "created"], *rows)["lead_id"] == "id"


def test_the_new_stage_of_a_move_is_its_stage() -> None:
    headers = ["event_id", "deal_id", "old_stage_id", "new_stage_id", "changed_at"]
    found = said(headers, ["1", "L1", "", "NEW", "2024-01-01"], ["2", "L1", "NEW", "WON", ""])
    assert (found["table"], found["stage"]) == ("stage_history", "new_stage_id")
    bitrix = ["ID", "TYPE_ID", "OWNER_ID", "CREATED_TIME", "STAGE_SEMANTIC_ID", "STAGE_ID"]
    found = said(bitrix)
    assert (found["lead_id"], found["stage"]) == ("OWNER_ID", "STAGE_ID")


def test_headers_are_one_in_every_spelling() -> None:
    found = said(["LeadId", "createdAt", "lead-source", "NGAY TAO"])
    assert (found["lead_id"], found["created_at"], found["source"]) == (
        "LeadId",
        "createdAt",
        "lead-source",
    )


@pytest.mark.parametrize(
    ("headers", "rows", "table"),
    [
        ("customer,activity,when", ["a,x,2024-01-01", "a,y,2024-01-02"], "stage_history"),
        ("ticket,event,timestamp", ["a,x,2024-01-01", "b,y,2024-01-02"], "stage_history"),
        ("Day,Campaign,Clicks,Impressions", ["2024-01-01,a,1,2"], "spend"),
        ("Source,Budget", ["a,1"], "spend"),
        ("name,phone", ["a,1", "b,2"], "leads"),
    ],
    ids="log-without-dates log-without-ids report budget leads".split(),
)
def test_what_lacks_a_column_is_not_always_a_list_of_leads(
    headers: str, rows: list[str], table: str
) -> None:
    assert said(headers.split(","), *(row.split(",") for row in rows))["table"] == table


def test_a_column_named_like_a_stage_needs_dates() -> None:
    assert said(["id", "created", "Customer"], ["1", "2024-01-01", "ACME"])["table"] == "leads"


@pytest.mark.parametrize(
    ("header", "stage"),
    [("MQL", "mql"), ("mql_date", "mql"), ("Ngày vào SQL", "sql"), ("Won on", "won"),
     ("Closed Won date", "won"), ("Create Date", None), ("Date", None), ("Time in MQL", None)],
    ids="name name-date vietnamese on two-words creation date-alone duration".split(),
)  # fmt: skip
def test_stage_headings(header: str, stage: str | None) -> None:
    assert stage_of_heading(header, DEFAULT) == stage


def test_a_companys_own_stages_have_their_own_names() -> None:
    pipeline = Pipeline.parse(
        '[[stages]]\nslug = "new"\ngroup = "lead"\n'
        '[[stages]]\nslug = "demo"\ngroup = "prospect"\nlabel = { en = "Demo booked" }\n'
    )
    assert stage_names(pipeline) == {"new": "new", "demo": "demo", "demo booked": "demo"}
