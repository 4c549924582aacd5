"""The files of long lists: all rows, in pieces, of the very view and generation of the link."""

import csv
import gc
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import anyio
import icalendar
import openpyxl
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from analytics.bottlenecks import reasons
from analytics.criteria import criteria
from analytics.funnel import leads
from analytics.leads import to_do
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.time_in_stage import time_in_stage, waiting
from analytics.view.view import View
from data import apart
from data.errors import LoadError
from data.load.loader import load
from data.progress import Progress
from data.store import Generation, Store
from tests.support.permitted import permitted
from ui import answers
from ui.language import phones
from ui.leads import agenda, parts
from ui.page import long_list
from ui.shell import exports
from ui.time_in_stage.waiting_list import Waiting


@pytest.fixture
def generation(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Generation]:
    """The small sample, which the files are of."""
    monkeypatch.setenv("PHEU_STORE", str(sample_store))
    answers.store.cache_clear()
    yield Store(sample_store).generation()
    answers.store.cache_clear()


def answered(address: str, *headers: tuple[bytes, bytes]) -> Response:
    parts = urlsplit(address)
    (route,) = [each for each in exports.routes() if each.path == f"/{parts.path}"]
    query = {"type": "http", "method": "GET", "path": parts.path, "headers": headers}
    endpoint: Callable[[Request], Response] = route.endpoint
    return endpoint(Request({**query, "query_string": parts.query.encode()}))


def pieces(answer: Response) -> list[str]:
    """What is sent, piece by piece."""
    assert isinstance(answer, StreamingResponse), answer.body

    async def all_of_it() -> list[bytes]:
        return [bytes(piece) async for piece in answer.body_iterator]  # type: ignore[arg-type]

    return [piece.decode("utf-8") for piece in anyio.run(all_of_it)]


def rows(answer: Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(pieces(answer)).removeprefix("\ufeff"))))


def written(answer: Response) -> bytes:
    assert isinstance(answer, StreamingResponse), answer.body

    async def all_of_it() -> bytes:
        return b"".join([bytes(piece) async for piece in answer.body_iterator])  # type: ignore[arg-type]

    return anyio.run(all_of_it)


def sheet(answer: Response) -> list[dict[str, Any]]:
    """The rows of a workbook, by its headings."""
    book = openpyxl.load_workbook(io.BytesIO(written(answer)))
    heading, *lines = ([cell.value for cell in row] for row in book.active.rows)
    return [dict(zip(map(str, heading), line, strict=True)) for line in lines]


def appointments(answer: Response) -> list[dict[str, Any]]:
    """The appointments of a calendar: the texts and the instants of each."""
    found = icalendar.Calendar.from_ical(written(answer)).walk("VEVENT")
    return [{name: event.decoded(name) for name in event} for event in found]


LISTS: dict[str, tuple[Callable[[Scope], Listing], dict[str, str | None]]] = {
    "to_do": (lambda scope: to_do.overdue(to_do.listing(scope)), {}),
    "to_do, to let go": (
        lambda scope: to_do.let_go(to_do.listing(scope)),
        {"part": parts.LET_GO},
    ),
    "to_do, at one stage": (
        lambda scope: to_do.overdue(to_do.listing(scope)).where("stage = 'sal'"),
        {"part": parts.at_stage("sal")},
    ),
    "leads": (lambda scope: leads.listing(scope).ordered(BY_VALUE), {}),
    "leads, those won": (
        lambda scope: leads.listing(scope).ordered(BY_VALUE).where("state = 'won'"),
        {"state": "won"},
    ),
    "stays": (lambda scope: time_in_stage.listing(scope, "sql"), {"stage": "sql"}),
    "waiting": (waiting.listing, {}),
    "criteria": (
        lambda scope: criteria.listing(scope, "mql", 2),
        {"stage": "mql", "version": "2"},
    ),
    "reasons": (
        lambda scope: reasons.listing(scope, None, None, "price"),
        {"reason": "price"},
    ),
}
BY_VALUE = "value desc nulls last, created_at desc, lead_id"


@pytest.mark.parametrize("name", LISTS)
def test_the_list_its_count_and_its_files_are_one(name: str, generation: Generation) -> None:
    scope = Scope(View(period="last-180d", by="team", lang="en"), generation)
    listing, about = LISTS[name]
    found = listing(scope)
    expected = found.rows["lead_id"].tolist()
    assert found.count() == len(expected) > 0
    file = name.partition(",")[0]
    text = rows(answered(long_list.address(scope, file, about)))
    book = sheet(answered(long_list.address(scope, file, about, "xlsx")))
    assert [row["Lead id"] for row in text] == expected
    assert [row["Lead id"] for row in book] == expected
    assert list(text[0]) == list(book[0])


@pytest.mark.parametrize("file", [route.path for route in exports.routes()])
def test_a_file_has_the_leads_that_its_reader_sees_as_if_there_were_no_others(
    file: str,
    generation: Generation,
    whats_permitted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As-of and days are said: the data goes as far as all of it does, whoever sees how much.
    days = "from=2025-04-01&to=2026-03-31&as_of=2026-06-30"
    about = "level=stage&stage=sal&list.stage=sal&list.version=1"
    address = f"{file.removeprefix('/')}?v=1&lang=en&{about}&{days}"
    address += "&list.first_day=2026-11-02&list.reason=price"
    read = {"xlsx": sheet, "ics": appointments}.get(file.rpartition(".")[2], rows)
    everybody = read(answered(address))
    (tmp_path / "access.toml").write_text(RULES, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setenv("PHEU_USER_HEADER", "Remote-User")
        patch.setenv("PHEU_ACCESS", str(tmp_path / "access.toml"))
        seen = read(answered(address, (b"remote-user", b"lan@example.com")))
        assert answered(address, (b"remote-user", b"eve@evil.com")).status_code == 401
        assert answered(address).status_code == 401
    monkeypatch.setenv("PHEU_STORE", str(whats_permitted))
    answers.store.cache_clear()
    assert seen == read(answered(address))
    assert seen != everybody or "refused" in file


@pytest.fixture(scope="module")
def whats_permitted(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("permitted")
    permitted(sample_store, folder)
    return folder


RULES = """
[roles]
viewer = ["@example.com"]

[[rows]]
who = ["@example.com"]
region = ["Miền Bắc", "Miền Trung"]
team = ["Key accounts", "Hà Nội"]
"""


def test_a_file_has_what_a_call_needs_and_dates_are_dates(generation: Generation) -> None:
    scope = Scope(View(lang="vi"), generation)
    first = to_do.to_do(scope).rows.iloc[0]
    row = sheet(answered(long_list.address(scope, "to_do", {}, "xlsx")))[0]
    local = first["stage_entered_at"].tz_localize("UTC").tz_convert(generation.time_zone)
    assert row["Từ lúc"] == local.tz_localize(None).floor("s").to_pydatetime()
    assert row["Công ty"] == first["company"]
    assert row["Điện thoại"] == phones.shown(first["phone"])
    assert row["Giai đoạn"] == "Cơ hội"
    (text, *_others) = rows(answered(long_list.address(scope, "to_do", {})))
    assert text["Từ lúc"] == local.strftime("%Y-%m-%d %H:%M")


def test_a_workbook_says_what_it_is_of_and_leads_to_the_same_numbers(
    generation: Generation,
) -> None:
    scope = Scope(View(period="last-180d", filters=(("team", ("TP.HCM 2",)),)), generation)
    address = long_list.address(scope, "leads", {"sought": "=1+1", "state": "open"}, "xlsx")
    answer = answered(address)
    book = openpyxl.load_workbook(io.BytesIO(written(answer)))
    lines = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    said = dict(lines)
    assert len(said) == len(lines)
    assert (said["Tìm:"], said["Tình trạng:"]) == ("=1+1", "Đang mở")
    assert "TP.HCM 2" in said["Bộ lọc:"]
    link = said["Liên kết"]
    assert urlsplit(link).path == "/leads"
    view, lost = View.from_link(link)
    assert not lost
    assert (view.filters, view.data) == (scope.view.filters, generation.number)
    assert Scope(view, generation).days == scope.days


def test_a_file_of_leads_is_what_is_sought(generation: Generation) -> None:
    scope = Scope(View(stage="opportunity", lang="en"), generation)
    owner = leads.leads(scope).rows["owner"].iat[0]
    sent = rows(answered(long_list.address(scope, "leads", {"sought": owner.upper()})))
    assert sent
    assert all(owner in row["Owner"] for row in sent)


@pytest.mark.parametrize(("lang", "heading"), [("en", "Lead id"), ("vi", "Mã lead")])
def test_the_file_for_the_team_speaks_its_language(
    generation: Generation, lang: str, heading: str
) -> None:
    scope = Scope(View(by="team", lang=lang), generation)
    everybody = waiting.waiting(scope).rows
    chosen = Waiting(bands=waiting.BANDS[1:], segment=str(everybody["segment"].iat[0]))
    sent = rows(answered(long_list.address(scope, "waiting", chosen.to_query())))
    assert [row[heading] for row in sent] == chosen.of(answers.waiting(scope)).rows[
        "lead_id"
    ].tolist()


def test_a_long_file_comes_in_pieces_that_are_one_table(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.session._VECTORS", 1)  # 2,048 rows
    scope = Scope(View(lang="en"), generation)
    answer = answered(long_list.address(scope, "leads", {}))
    assert answer.headers["content-disposition"] == 'attachment; filename="pheu-leads.csv"'
    sent = pieces(answer)
    whole = leads.listing(scope).ordered(BY_VALUE).rows
    assert len(sent) > 1
    assert sum(piece.count(",Lead id") for piece in sent) == 1
    assert [piece[0] == "\ufeff" for piece in sent] == [True] + [False] * (len(sent) - 1)
    assert max(map(len, sent)) < sum(map(len, sent)) * 0.6
    table = csv.DictReader(io.StringIO("".join(sent).removeprefix("\ufeff")))
    assert [row["Lead id"] for row in table] == whole["lead_id"].tolist()


def unpacked(workbook: bytes) -> dict[str, bytes]:
    """What is in a file of Excel, but for when it was made."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        names = set(packed.namelist()) - {"docProps/core.xml"}
        assert "xl/worksheets/sheet1.xml" in names
        return {name: packed.read(name) for name in names}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_very_long_file_is_written_by_a_process_of_its_own(
    form: str, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = long_list.address(Scope(View(lang="vi"), generation), "leads", {}, form)
    here = written(answered(address))
    calls: list[int] = []
    call = apart.call

    def counted(*work: Any, **terms: Any) -> Any:
        calls.append(1)
        return call(*work, **terms)

    monkeypatch.setattr(apart, "call", counted)
    monkeypatch.setattr(exports, "_FEW", 1)
    there = written(answered(address))
    assert calls == [1]
    if form == "csv":
        assert there == here
    else:
        assert unpacked(there) == unpacked(here)


def test_a_process_that_nobody_waits_for_ends(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[BaseException] = []

    def work(write: Any, path: Path, *, progress: Progress, **_terms: Any) -> None:
        path.write_bytes(b"begun")
        try:
            while True:
                progress("", 0.0)
        except LoadError as error:
            ended.append(error)

    monkeypatch.setattr(apart, "call", work)
    monkeypatch.setattr(exports, "_FEW", 1)
    answer = answered(long_list.address(Scope(View(), generation), "leads", {}))
    assert isinstance(answer, StreamingResponse)

    async def until_it_is_left(sent: StreamingResponse) -> bytes:
        async for piece in sent.body_iterator:
            if piece:
                return bytes(piece)  # type: ignore[arg-type]
        return b""

    assert anyio.run(until_it_is_left, answer) == b"begun"
    del answer
    gc.collect()
    assert ended


def test_the_refused_rows_are_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    lines = ["lead_id,created_at", *(f"L{n},2026-01-0{n}" for n in range(1, 5)), "L9,soon"]
    (tmp_path / "leads.csv").write_text("\n".join(lines), encoding="utf-8")
    store = Store(tmp_path / "store")
    load(store, [tmp_path / "leads.csv"])
    monkeypatch.setenv("PHEU_STORE", str(store.root))
    answers.store.cache_clear()
    request.addfinalizer(answers.store.cache_clear)
    scope = Scope(View(), store.generation())
    (row,) = rows(answered(long_list.address(scope, "refused", {})))
    assert (row["file"], row["line"], row["value"]) == ("leads.csv", "6", "soon")


def test_it_names_its_generation(generation: Generation) -> None:
    scope = Scope(View(), generation)
    query = dict(parse_qsl(urlsplit(long_list.address(scope, "leads", {})).query))
    named = View.parse(query)[0]
    assert (named.data, named.data_id) == (generation.number, generation.id)


def test_it_is_never_of_another_store(generation: Generation) -> None:
    other = "0" * len(generation.id)
    answer = answered(f"export/leads.csv?data={generation.number}-{other}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query", [{"from": "soon"}, {"nobody": "x"}, {"data": "77"}, {"by": "shoe_size"}]
)
def test_what_is_not_understood_is_no_larger_file(
    query: Mapping[str, str], generation: Generation
) -> None:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    answer = answered(f"export/leads.csv?{text}")
    assert answer.status_code in (400, 404)
    assert "Mã lead".encode() not in bytes(answer.body)


def test_a_file_of_a_criterion_says_which_one(generation: Generation) -> None:
    answer = answered("export/criteria.xlsx?lang=en&list.stage=mql&list.version=2")
    book = openpyxl.load_workbook(io.BytesIO(written(answer)))
    told = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    stage = generation.pipeline.label("mql", "en")
    assert str(told["Criterion:"]).startswith(f"{stage}, version 2, agreed by ")


@pytest.mark.parametrize(
    "version", ["", "7", "two", "-1", "9" * 5_000], ids=["none", "other", "word", "minus", "long"]
)
def test_a_criterion_that_is_not_there_has_no_list(version: str, generation: Generation) -> None:
    answer = answered(f"export/criteria.csv?list.stage=mql&list.version={version}")
    assert answer.status_code == 400
    assert generation.number


def test_without_a_store_it_says_so_and_names_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("PHEU_STORE", str(tmp_path / "nowhere"))
    answers.store.cache_clear()
    request.addfinalizer(answers.store.cache_clear)
    answer = answered("export/leads.csv")
    assert answer.status_code == 503
    assert str(tmp_path) not in bytes(answer.body).decode()


def test_a_file_of_nobody_is_a_header(generation: Generation) -> None:
    scope = Scope(View(lang="en"), generation)
    (text,) = pieces(answered(long_list.address(scope, "leads", {"sought": "nobody at all"})))
    assert text.startswith("\ufeffCompany,Contact,Phone,")
    assert text.count("\r\n") == 1


def test_a_calendar_has_the_first_calls_of_one_owner_in_working_hours(
    generation: Generation,
) -> None:
    scope = Scope(View(lang="vi"), generation)
    groups = to_do.groups(to_do.overdue(to_do.listing(scope)), "owner")
    own = scope.at(scope.view.where("owner", [groups["name"].iat[0]]))
    expected = to_do.overdue(to_do.listing(own)).page(0, agenda.MOST)
    # From the eve of the new year on, a Thursday; the first of January is a holiday.
    address = long_list.address(own, "calls", {"first_day": "2026-12-31"}, "ics")
    answer = answered(address)
    assert answer.media_type == "text/calendar; charset=utf-8"
    calls = appointments(answer)
    assert [each["UID"] for each in calls] == [f"{lead_id}@pheu" for lead_id in expected["lead_id"]]
    begins = [each["DTSTART"].astimezone(scope.zone) for each in calls]
    assert begins == sorted(set(begins))
    assert str(begins[0]) == "2026-12-31 08:00:00+07:00"
    working = generation.pipeline.calendar.days(begins[0].date(), begins[-1].date())
    assert [*dict.fromkeys(each.date() for each in begins)] == working
    assert all(each["DTEND"] - each["DTSTART"] == timedelta(minutes=15) for each in calls)
    assert all("trễ" in each["DESCRIPTION"] for each in calls)


@pytest.mark.parametrize("first_day", ["", "&list.first_day=soon"])
def test_a_calendar_needs_to_know_its_first_day(generation: Generation, first_day: str) -> None:
    assert answered(f"export/calls.ics?v=1&lang=en{first_day}").status_code == 400
